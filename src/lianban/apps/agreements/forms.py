"""Forms of the agreement builder: the questions of an option as fields, one for each party where all are asked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lianban.apps.agreements import rules
from lianban.apps.agreements.models import BackgroundRight
from lianban.kit.money import FEN_PER_YUAN
from lianban.kit.shown import reader_language
from lianban.kit.text import Text, say
from lianban.rulebook.clauses import Option, Question

BY_PARTY = ("shares", "amounts", "notes")


@dataclass(slots=True)
class Row:
    """One line of a group: a party (or a stage) and its bound fields."""

    name: str
    fields: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    """One question as the page shows it: a single field, or a table with a line for each party."""

    question: Question
    label: str
    rows: list[Row] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    @property
    def single(self) -> Any:
        return self.rows[0].fields[0] if self.question.kind not in (*BY_PARTY, "stages") else None


class ClauseForm(forms.Form):
    """The questions of one option; every answer may stay empty for now, the consistency check asks for it."""

    def __init__(self, *args: Any, option: Option, facts: rules.Facts, kept: Mapping[str, Any], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.option, self.facts, self.opened_with = option, facts, kept
        self.present = [side for side in facts.sides if not side.left]
        for question in option.questions:
            for name, label, value in self._cells(question, kept.get(question.name)):
                self.fields[name] = self._field(question, label, value)

    def _cells(self, question: Question, kept: Any) -> Iterator[tuple[str, str, Any]]:
        """Names, labels and present values of the fields that one question needs."""
        if question.kind in BY_PARTY:
            for side in self.present:
                yield f"{question.name}-{side.id}", self._side(side), (kept or {}).get(str(side.id))
        elif question.kind == "stages":
            for stage, name in self.facts.book.stages.items():
                for side in self.present:
                    shares = (kept or {}).get(stage, {})
                    yield f"{question.name}-{stage}-{side.id}", f"{_said(name)} · {self._side(side)}", shares.get(str(side.id))  # fmt: skip
        else:
            yield question.name, self._label(question), kept

    def _label(self, question: Question) -> str:
        words = _said(question.label)
        return words[:1].upper() + words[1:]

    def _side(self, side: rules.Side) -> str:
        return f"{_said(side.label)} {_said(side.name)}"

    def _field(self, question: Question, label: str, value: Any) -> forms.Field:
        kind, common = question.kind, {"label": label, "required": False, "initial": value, "help_text": _said(question.help)}  # fmt: skip
        if kind in ("number", "percent", "shares", "stages"):
            low = question.least if question.least is not None else 0
            high = question.most if question.most is not None else (10**9 if kind == "number" else 100)
            attrs = {"inputmode": "decimal", "step": "1" if kind == "number" else "any"}
            made = forms.IntegerField if kind == "number" else forms.DecimalField
            return made(min_value=low, max_value=high, widget=forms.NumberInput(attrs=attrs), **common)  # type: ignore[arg-type]
        if kind in ("money", "amounts"):
            common["initial"] = None if value is None else f"{Decimal(value) / FEN_PER_YUAN:f}"
            return forms.DecimalField(min_value=0, max_digits=15, decimal_places=2, widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}), **common)  # type: ignore[arg-type]  # fmt: skip
        if kind == "date":
            return forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **common)  # type: ignore[arg-type]
        if kind in ("party", "choice"):
            pairs = [(side.id, self._side(side)) for side in self.present] if kind == "party" else [(c, _said(t)) for c, t in (question.choices or {}).items()]  # fmt: skip
            return forms.ChoiceField(choices=[("", _("（请选）")), *pairs], **common)  # type: ignore[list-item,arg-type]
        rows = 4 if kind == "lines" else 2
        widget = forms.TextInput() if kind == "text" else forms.Textarea(attrs={"rows": rows})
        return forms.CharField(max_length=4000, widget=widget, **common)  # type: ignore[arg-type]

    def groups(self) -> list[Group]:
        """The questions in order, as the page lays them out."""
        found = []
        for question in self.option.questions:
            group = Group(question, self._label(question))
            if question.kind == "stages":
                group.heads = [_said(name) for name in self.facts.book.stages.values()]
                for side in self.present:
                    cells = [self[f"{question.name}-{stage}-{side.id}"] for stage in self.facts.book.stages]
                    group.rows.append(Row(self._side(side), cells))
            elif question.kind in BY_PARTY:
                group.rows = [Row(self._side(side), [self[f"{question.name}-{side.id}"]]) for side in self.present]
            else:
                group.rows = [Row(group.label, [self[question.name]])]
            found.append(group)
        return found

    def initial_values(self) -> dict[str, Any]:
        """What the page opens with, by question: proposals and what was answered before."""
        return {name: value for name, value in self.opened_with.items() if value not in (None, {})}

    def values(self) -> dict[str, Any]:
        """Answers as the service takes them: by question, money in fen; empty ones left out."""
        given = getattr(self, "cleaned_data", {})
        values: dict[str, Any] = {}
        for question in self.option.questions:
            if question.kind == "stages":
                answer: Any = {
                    stage: {side.id: given.get(f"{question.name}-{stage}-{side.id}") for side in self.present}
                    for stage in self.facts.book.stages
                }
            elif question.kind in BY_PARTY:
                answer = {side.id: _kept(question, given.get(f"{question.name}-{side.id}")) for side in self.present}
            else:
                answer = _kept(question, given.get(question.name))
            values[question.name] = answer
        return values


class BackgroundForm(forms.Form):
    """A line of annex 1."""

    organisation = forms.TypedChoiceField(label=_("权利人"), coerce=int)
    kind = forms.ChoiceField(label=_("权利类别"))
    title = forms.CharField(label=_("名称"), max_length=300)
    number = forms.CharField(
        label=_("编号"), max_length=100, required=False, help_text=_("专利号、登记号；没有可不填。")
    )
    scope = forms.CharField(label=_("允许的用途"), max_length=500, required=False, help_text=_("不写即按“背景知识产权”一条。"))  # fmt: skip

    def __init__(self, *args: Any, facts: rules.Facts, **kwargs: Any):
        super().__init__(*args, **kwargs)
        owners = [(side.id, f"{_said(side.label)} {_said(side.name)}") for side in facts.sides if not side.left]
        self.fields["organisation"].choices = owners  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(code, _said(name)) for code, name in BackgroundRight.KINDS.items()]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """Why an agreement ends."""

    reason = forms.CharField(label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


def equal_shares(parties: list[int]) -> dict[str, str]:
    """One hundred in equal parts to two places, the rest given to those who stand first."""
    parts = [10_000 // len(parties) + (place < 10_000 % len(parties)) for place in range(len(parties))]
    return {str(party): f"{Decimal(part) / 100:f}" for party, part in zip(parties, parts, strict=True)}


def _kept(question: Question, value: Any) -> Any:
    if question.kind in ("money", "amounts") and value is not None:
        return int(value * FEN_PER_YUAN)
    return value


def _said(value: Text) -> str:
    return say(value, reader_language())
