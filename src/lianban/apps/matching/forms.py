"""Forms of matching: needs one a line, money in 万元."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianban.apps.matching.rules import LEVELS, OBJECTIVES, read_share
from lianban.kit.money import WAN_FEN
from lianban.kit.text import say


def _said(value: Any) -> str:
    return say(value, translation.get_language() or "zh-hans")


def _lines(label: Any, help_text: Any, *, required: bool = False, rows: int = 3) -> Any:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _whole(label: Any) -> Any:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=200)


def _wan(label: Any, help_text: Any = "") -> Any:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.DecimalField(
        label=label, help_text=help_text, required=False, min_value=0, max_digits=14, decimal_places=6, widget=widget
    )


class QuestionForm(forms.Form):
    """Needs and rules of a team."""

    title = forms.CharField(label=pgettext_lazy("matching", "题目"), max_length=200)
    capabilities = _lines(
        _("需要的能力"),
        _("每行一项：编码 | 名称 | 至少几级（1 实验室、2 中试、3 小批量、4 稳定量产）| 几家 | 权重"),
        required=True, rows=6,
    )  # fmt: skip
    objective = forms.ChoiceField(label=_("目标"))
    budget = _wan(_("预算（万元）"))
    size_min = _whole(_("最少几家"))
    size_max = _whole(_("最多几家"))
    kinds_min = _whole(_("至少几类单位"))
    places_min = _whole(_("至少几个地区"))
    firm_share = forms.CharField(label=_("企业占比不低于"), required=False, max_length=20, help_text=_("如 50% 或 1/2"))
    conflicts = _lines(_("不能同组"), _("每行两个单位编码"), rows=2)
    cooperation = _lines(_("有过合作"), _("每行两个单位编码和加分，如 a b 3"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["objective"].choices = [(code, _said(name)) for code, name in OBJECTIVES.items()]  # type: ignore[attr-defined]

    @staticmethod
    def start(asked: Any) -> dict[str, Any]:
        """What stands in the form of a question."""
        rules = asked.rules
        share = rules.get("kind_share", {}).get("firm", "")
        return {
            "title": asked.title,
            "capabilities": "\n".join(
                f"{c['code']} | {_said(c['name'])} | {c['least']} | {c['copies']} | {c['weight']}"
                for c in asked.capabilities
            ),
            "objective": rules.get("objective", "cost"),
            "budget": None if rules.get("budget_fen") is None else Decimal(rules["budget_fen"]) / WAN_FEN,
            **{name: rules.get(name) for name in ("size_min", "size_max", "kinds_min", "places_min")},
            "firm_share": share,
            "conflicts": "\n".join(" ".join(pair) for pair in rules.get("conflicts", ())),
            "cooperation": "\n".join(" ".join(map(str, bond)) for bond in rules.get("cooperation", ())),
        }

    def values(self, known: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
        """Capabilities, rules and the lines that cannot be read; a name left as it was keeps its other language."""
        given, bad = self.cleaned_data, []
        names = {one["code"]: one["name"] for one in known}
        capabilities = []
        for line in filter(None, map(str.strip, given["capabilities"].splitlines())):
            parts = [part.strip() for part in line.replace("｜", "|").split("|")]
            numbers = parts[2:] + ["1"] * (5 - len(parts))
            if (
                len(parts) > 5
                or not parts[0]
                or not all(n.isdecimal() for n in numbers)
                or not 1 <= int(numbers[0]) <= 4
            ):
                bad.append(line)
                continue
            name = (parts[1:2] or [parts[0]])[0] or parts[0]
            kept = names.get(parts[0])
            both = kept if kept and _said(kept) == name else {"zh": name, "en": name}
            least, copies, weight = (int(n) for n in numbers)
            capabilities.append({"code": parts[0], "name": both, "least": least, "copies": copies, "weight": weight})
        rules = {name: given[name] for name in ("size_min", "size_max", "kinds_min", "places_min") if given[name]}
        rules["objective"] = given["objective"]
        rules["budget_fen"] = None if given["budget"] is None else int(given["budget"] * WAN_FEN)
        if given["firm_share"].strip():
            share = read_share(given["firm_share"])
            if share is None:
                bad.append(given["firm_share"])
            else:
                rules["kind_share"] = {"firm": str(share)}
        rules["conflicts"] = _tuples(given["conflicts"], 2, bad)
        rules["cooperation"] = _tuples(given["cooperation"], 3, bad)
        return {"title": given["title"], "capabilities": capabilities, "rule_values": rules, "bad_lines": bad}


def _tuples(text: str, size: int, bad: list[str]) -> list[list[Any]]:
    found: list[list[Any]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        parts: list[Any] = line.split()
        if len(parts) != size or parts[0] == parts[1] or (size == 3 and not parts[2].isdecimal()):
            bad.append(line)
        else:
            found.append([*parts[:2], *(int(one) for one in parts[2:])])
    return found


class CandidateForm(forms.Form):
    """Levels and cost of one organisation."""

    cost = _wan(_("成本（万元）"), _("此单位加入全程的费用；没有依据就留空，不会被选中。"))
    evidence = forms.CharField(label=_("依据"), max_length=400, help_text=_("报价、检测报告、谁估算。"))
    pinned = forms.BooleanField(label=_("必选"), required=False)
    banned = forms.BooleanField(label=_("排除"), required=False)

    def __init__(self, *args: Any, capabilities: Sequence[Mapping[str, Any]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.capabilities = capabilities
        levels = [(str(level), f"{level} {_said(name)}") for level, name in LEVELS.items()]
        for number, one in enumerate(capabilities):
            self.fields[f"level_{number}"] = forms.ChoiceField(label=_said(one["name"]), choices=levels)

    @staticmethod
    def start(one: Any, capabilities: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        return {
            "cost": None if one.cost_fen is None else Decimal(one.cost_fen) / WAN_FEN,
            "evidence": one.evidence, "pinned": one.pinned, "banned": one.banned,
            **{f"level_{number}": str(one.levels.get(c["code"], 0)) for number, c in enumerate(capabilities)},
        }  # fmt: skip

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        levels = {one["code"]: int(given[f"level_{number}"]) for number, one in enumerate(self.capabilities)}
        return {
            "cost_fen": None if given["cost"] is None else int(given["cost"] * WAN_FEN),
            "levels": {code: level for code, level in levels.items() if level},
            "evidence": given["evidence"], "pinned": given["pinned"], "banned": given["banned"],
        }  # fmt: skip
