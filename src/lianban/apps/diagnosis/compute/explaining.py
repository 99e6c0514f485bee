"""Explanations of a result as lines to read: formula, inputs in words, definition, denominator, facts with sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lianban.apps.diagnosis.compute import words
from lianban.kit.text import Text

FRACTIONS = {
    "largest_origin_share", "readiness", "loss_cut", "share_needed", "domestic_share_low", "domestic_share_high",
    "missing_share", "foreign_share_high", "placeless_share", "rule_value", "share",
}  # fmt: skip
CODED = {
    "basis": words.BASES,
    "domestic_share_basis": words.BASES,
    "band": words.BANDS,
    "stated": words.TRIPLES,
    "computed": words.TRIPLES,
    "chokepoint": words.STATES,
    "blockage": words.STATES,
    "local_presence": words.PRESENCE,
    "know_how": {
        "near": Text("可及", "near"),
        "far": Text("不可及", "far"),
        "unknown": Text("未知", "unknown"),
    },
    "know_how_basis": {
        "stated": Text("专家判断", "stated"),
        "computed": Text("由邻近产品推算", "computed from neighbours"),
        "unknown": Text("未知", "unknown"),
    },
    "market": {
        "enough": Text("足够", "enough"),
        "not_enough": Text("不足", "not enough"),
        "unknown": Text("未知", "unknown"),
    },
    "downstream": {
        "growing": Text("增长", "growing"),
        "flat": Text("持平", "flat"),
        "shrinking": Text("收缩", "shrinking"),
        "unknown": Text("未知", "unknown"),
    },
    "share_of": {
        "home_supply": Text("境内供应", "home supply"),
        "world_supply": Text("世界供应", "world supply"),
    },
    "by": {"organisation": Text("组织", "organisation"), "origin": Text("来源地", "origin")},
    "judged": {
        "severe": Text("高度集中", "severe"),
        "watch": Text("须关注", "to be watched"),
        "low": Text("不集中", "low"),
        "undetermined": Text("尚不能判断", "undetermined"),
    },
}
NOTHING = Text("未知", "unknown")


@dataclass(frozen=True, slots=True)
class Explained:
    """One number opened."""

    code: str
    formula: str
    name: Text
    plain: Text
    unit: str
    result: Any
    inputs: tuple[tuple[Text, Text], ...]
    definition: Text
    denominator: Text
    facts: tuple[Mapping[str, Any], ...]
    inferred: bool
    confidentiality: str


def explain_all(
    result: Mapping[str, Any], code: str, names: Mapping[str, Any], members: Mapping[str, Any]
) -> dict[str, Explained]:
    """Open every number of one product."""
    return {
        measure: _explained(measure, one, result["formulas"], names, members)
        for measure, one in result["explanations"].get(code, {}).items()
    }


def _explained(
    measure: str,
    one: Mapping[str, Any],
    formulas: Mapping[str, Any],
    names: Mapping[str, Any],
    members: Mapping[str, Any],
) -> Explained:
    formula = formulas[one["formula"]]
    return Explained(
        code=measure,
        formula=one["formula"],
        name=_text(formula["name"]),
        plain=_text(formula["plain"]),
        unit=one["unit"],
        result=one["result"],
        inputs=tuple(
            (words.INPUTS.get(name, Text(name, name.replace("_", " "))), in_words(name, value, names, members))
            for name, value in one["inputs"].items()
        ),
        definition=_text(one["definition"]),
        denominator=_text(one["denominator"]),
        facts=tuple(one["facts"]),
        inferred=one["inferred"],
        confidentiality=one["confidentiality"],
    )


def in_words(name: str, value: Any, names: Mapping[str, Any], members: Mapping[str, Any]) -> Text:
    """Write one input of a formula as people read it."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if isinstance(value, Mapping):
        return _mapping(name, value, names, members)
    if isinstance(value, list | tuple):
        parts = [in_words(name, part, names, members) for part in value]
        sign = (" → ", " → ") if name == "path" else ("、", ", ")
        return (
            Text(sign[0].join(p.zh for p in parts), sign[1].join(p.en for p in parts)) if parts else Text("无", "none")
        )
    if isinstance(value, float):
        return _number(name, value)
    if name in CODED and value in CODED[name]:
        return CODED[name][value]
    return _named(str(value), names, members)


def _number(name: str, value: float) -> Text:
    shown = f"{value * 100:.4g}\u2009%" if name in FRACTIONS or name.startswith("share") else f"{value:.6g}"
    return Text(shown, shown)


def _mapping(name: str, value: Mapping[str, Any], names: Mapping[str, Any], members: Mapping[str, Any]) -> Text:
    if "zh" in value:
        return _text(value)
    if set(value) == {"low", "high"}:
        return Text(f"{value['low']:.4g}–{value['high']:.4g}", f"{value['low']:.4g}–{value['high']:.4g}")
    parts = [(_named(str(key), names, members), in_words(name, one, names, members)) for key, one in value.items()]
    if not parts:
        return Text("无", "none")
    return Text("；".join(f"{k.zh} {v.zh}" for k, v in parts), "; ".join(f"{k.en} {v.en}" for k, v in parts))


def _named(code: str, names: Mapping[str, Any], members: Mapping[str, Any]) -> Text:
    """The name of a product or organisation, the word for a known code, else the code itself."""
    if code in names:
        return _text(names[code])
    if code in members:
        return Text(members[code].name, members[code].name_en or members[code].name)
    if code in words.INPUTS:
        return words.INPUTS[code]
    return Text(code, code)


def _text(pair: Mapping[str, str]) -> Text:
    return Text(pair["zh"], pair.get("en") or pair["zh"])
