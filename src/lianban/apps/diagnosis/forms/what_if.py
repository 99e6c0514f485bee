"""The what-if form: several lines of each kind; an empty line is always there for one more."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from lianban.apps.diagnosis.compute import Asked, words
from lianban.kit.text import say

MAX_LINES = 12  # of one kind; more is a set of scenarios, not one
LEVELS = [(f"L{n}", f"L{n}") for n in range(6)]
Pickers = Mapping[str, Sequence[tuple[str, Any]]]


def _said(value: Any) -> str:
    return say(value, translation.get_language() or "zh-hans")


class Line(forms.Form):
    """One line: its fields, of which the first ``needed`` make it count; half a line means nothing."""

    needed = 1
    picks: Mapping[str, str] = {}

    def __init__(self, *args: Any, choices: Mapping[str, list[tuple[str, str]]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, kind in self.picks.items():
            self.fields[name].choices = [("", "—"), *choices[kind]]  # type: ignore[attr-defined]

    @property
    def values(self) -> tuple[Any, ...] | None:
        """The values of a whole line, or None."""
        found = tuple(self.cleaned_data[name] for name in self.fields)
        return found if all(v not in (None, "") for v in found[: self.needed]) else None


class StopLine(Line):
    stop = forms.ChoiceField(label=_("停产的企业"), required=False)
    picks = {"stop": "organisations"}


class CutLine(Line):
    cut_origin = forms.ChoiceField(label=_("断供的来源地"), required=False)
    cut_product = forms.ChoiceField(label=_("只断这个产品"), required=False)
    picks = {"cut_origin": "origins", "cut_product": "products"}


class HaltLine(Line):
    halt_product = forms.ChoiceField(label=_("全部停供的产品"), required=False)
    picks = {"halt_product": "products"}


class LeftLine(Line):
    needed = 2
    left_product = forms.ChoiceField(label=_("降产的产品"), required=False)
    left = forms.FloatField(
        label=_("剩余产能（0–1）"), required=False, min_value=0, max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.05"}),
    )  # fmt: skip
    picks = {"left_product": "products"}


class AddLine(Line):
    needed = 2
    add_product = forms.ChoiceField(label=_("增加来源的产品"), required=False)
    add_source = forms.ChoiceField(label=_("新来源"), required=False)
    add_share = forms.FloatField(
        label=_("新来源份额（0–1，可空）"), required=False, min_value=0.01, max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.05"}),
    )  # fmt: skip
    picks = {"add_product": "products", "add_source": "sources"}


class LevelLine(Line):
    needed = 2
    level_product = forms.ChoiceField(label=_("提升水平的产品"), required=False)
    level = forms.ChoiceField(label=_("提升到"), required=False)
    picks = {"level_product": "products", "level": "levels"}


# Kind of line, the field of ``Asked`` it fills, the words above it.
KINDS: tuple[tuple[type[Line], str, Any], ...] = (
    (StopLine, "stops", _("企业停产")),
    (CutLine, "cuts", _("来源地断供")),
    (HaltLine, "halts", _("产品停供")),
    (LeftLine, "lefts", _("产品降产")),
    (AddLine, "adds", _("增加来源")),
    (LevelLine, "levels", _("提升国内水平")),
)


class WhatIfForm:
    """What is changed, from which scope it is looked at, and over which set of scenarios changes are weighed.

    The address repeats the fields of a kind once a line (``cut_origin=JP&cut_product=&cut_origin=US&cut_product=film``), so
    that every address that names one scenario of a kind stays what it was.
    """

    def __init__(self, data: QueryDict | None, *, pickers: Pickers):
        given = data if data is not None else QueryDict()
        self.is_bound = bool(given)
        choices = {kind: [(code, _said(name)) for code, name in pairs] for kind, pairs in pickers.items()}
        choices["levels"] = LEVELS
        self.frame = FrameForm(given or None, scopes=words.SCOPES, sets=choices["sets"])
        self.lines = {field: list(self._lines(kind, given, choices)) for kind, field, _name in KINDS}
        self.valid = self.frame.is_valid() if given else False
        for line in self:
            self.valid = line.is_valid() and self.valid

    @staticmethod
    def _lines(kind: type[Line], given: QueryDict, choices: Any) -> Iterator[Line]:
        columns = {name: given.getlist(name)[:MAX_LINES] for name in kind.base_fields}
        n_lines = max(map(len, columns.values()))
        rows = [
            {name: values[i] if i < len(values) else "" for name, values in columns.items()} for i in range(n_lines)
        ]
        rows = [row for row in rows if any(row.values())]
        for number, row in enumerate([*rows, {}]):
            yield kind(row, choices=choices, auto_id=f"id_%s_{number}")

    def __iter__(self) -> Iterator[Line]:
        return (line for lines in self.lines.values() for line in lines)

    def is_valid(self) -> bool:
        return self.valid

    def groups(self) -> list[tuple[str, list[Line]]]:
        """The words above each kind, and its lines with the empty one last."""
        return [(str(name), self.lines[field]) for _kind, field, name in KINDS]

    @property
    def asked(self) -> Asked:
        """What whole lines ask; each is told once."""
        found: dict[str, Any] = {}
        for kind, field, _name in KINDS:
            values = [line.values for line in self.lines[field]]
            whole = list(dict.fromkeys(value for value in values if value is not None))
            found[field] = tuple(value[0] if len(kind.base_fields) == 1 else value for value in whole)
        return Asked(**found)

    @property
    def scope(self) -> str:
        return str(self.frame.cleaned_data.get("scope") or "nation") if self.valid else "nation"

    @property
    def over(self) -> str:
        """The set of scenarios chosen; "" is none."""
        return str(self.frame.cleaned_data.get("over") or "") if self.valid else ""

    def address(self) -> str:
        """The shortest address that asks the same: a view is a link."""
        return address(self.asked, self.scope, self.over)


class FrameForm(forms.Form):
    """What holds for the whole question."""

    scope = forms.ChoiceField(label=_("范围"), required=False)
    over = forms.ChoiceField(
        label=_("情景集"), required=False, help_text=_("增加来源、提升水平的效果在这些情景上逐个比较。")
    )

    def __init__(self, *args: Any, scopes: Mapping[str, Any], sets: list[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [(code, _said(name)) for code, name in scopes.items()]  # type: ignore[attr-defined]
        self.fields["over"].choices = [("", _("不比较")), *sets]  # type: ignore[attr-defined]


def address(asked: Asked, scope: str = "nation", over: str = "") -> str:
    """The query string of a question."""
    pairs: list[tuple[str, Any]] = [] if scope == "nation" else [("scope", scope)]
    if over:
        pairs.append(("over", over))
    for kind, field, _name in KINDS:
        rows = [value if isinstance(value, tuple) else (value,) for value in getattr(asked, field)]
        for place, name in enumerate(kind.base_fields):
            column = ["" if row[place] is None else row[place] for row in rows]
            if any(value != "" for value in column):
                pairs += [(name, value) for value in column]
    return urlencode(pairs)
