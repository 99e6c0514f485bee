"""Comparing two results: which weak points came, went and moved, and whether data or rules explain it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lianban.apps.diagnosis.compute import reading
from lianban.kit.text import Text

WATCHED = {
    "level": Text("国内水平", "level at home"),
    "kind": Text("类型", "kind"),
    "loss_cut": Text("断供损失", "loss if cut"),
    "loss_stop": Text("停供损失", "loss if stopped"),
    "severity": Text("严重度", "severity"),
    "foreign_share": Text("境外份额", "foreign share"),
    "largest_foreign_origin": Text("最大境外来源地", "largest foreign origin"),
    "route": Text("建议路径", "recommended route"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One product that differs between two runs: ``how`` is came, went, up, down or changed."""

    code: str
    name: Mapping[str, str]
    how: str
    rank_before: int | None
    rank_after: int | None
    changes: tuple[tuple[str, Any, Any], ...]
    facts_added: tuple[str, ...]
    facts_gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side; ``same_*`` tell which of the possible causes are excluded."""

    same_data: bool
    same_rules: bool
    same_scope: bool
    differences: tuple[Difference, ...]
    rules_changed: tuple[tuple[str, Any, Any], ...]
    unchanged: int

    @property
    def cause(self) -> Text:
        """Why the two differ, as far as the fingerprints can tell."""
        if not self.same_scope:
            return Text("两次诊断的范围不同", "the two runs have different scopes")
        if self.same_data and self.same_rules and self.differences:
            return Text(
                "数据与规则都没有变，差别来自程序版本",
                "data and rules are the same: the version of the program differs",
            )
        if self.same_data and self.same_rules:
            return Text("数据与规则都没有变，结果应当相同", "neither data nor rules changed: the results have to agree")
        if self.same_rules:
            return Text("规则没有变，差别来自数据", "the rules are the same: the differences come from the data")
        if self.same_data:
            return Text("数据没有变，差别来自规则", "the data are the same: the differences come from the rules")
        return Text("数据和规则都变了，差别可能来自任一方", "data and rules both changed: either may be the cause")


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Put two results side by side; products are matched by code."""
    old = {point["code"]: point for point in reading.points(before)}
    new = {point["code"]: point for point in reading.points(after)}
    differences = []
    for code in sorted(old.keys() | new.keys()):
        found = _difference(code, old.get(code), new.get(code), before, after)
        if found:
            differences.append(found)
    order = {"came": 0, "up": 1, "down": 2, "went": 3, "changed": 4}
    differences.sort(key=lambda one: (order[one.how], one.rank_after or one.rank_before or 10**6, one.code))
    return Comparison(
        same_data=before["fingerprint"] == after["fingerprint"],
        same_rules=before["ruleset_fingerprint"] == after["ruleset_fingerprint"],
        same_scope=before["scope"] == after["scope"],
        differences=tuple(differences),
        rules_changed=_rules_changed(before, after),
        unchanged=len(old.keys() & new.keys()) - sum(1 for one in differences if one.code in old and one.code in new),
    )


def _difference(
    code: str,
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Difference | None:
    rank_old, rank_new = (one.get("rank") if one else None for one in (old, new))
    changes = tuple(
        (name, old.get(name), new.get(name))
        for name in WATCHED
        if old is not None and new is not None and _differs(old.get(name), new.get(name))
    )
    if rank_old == rank_new and not changes and old is not None and new is not None:
        return None
    if rank_old is None and rank_new is not None:
        how = "came"
    elif rank_new is None and rank_old is not None:
        how = "went"
    elif rank_old is not None and rank_new is not None and rank_old != rank_new:
        how = "up" if rank_new < rank_old else "down"
    else:
        how = "changed"
    facts_old, facts_new = (_facts(result, code) for result in (before, after))
    return Difference(
        code=code,
        name=(new or old or {})["name"],
        how=how,
        rank_before=rank_old,
        rank_after=rank_new,
        changes=changes,
        facts_added=tuple(sorted(facts_new - facts_old)),
        facts_gone=tuple(sorted(facts_old - facts_new)),
    )


def _differs(old: Any, new: Any) -> bool:
    """Numbers differ beyond the tolerance between machines, everything else by value."""
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) > 1e-9
    return bool(old != new)


def _facts(result: Mapping[str, Any], code: str) -> set[str]:
    return {fact["row"] for fact in reading.facts_of(result["explanations"].get(code, {}))}


def _rules_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, Any, Any], ...]:
    old, new = ({rule["key"]: rule["value"] for rule in result["rules"]} for result in (before, after))
    return tuple(
        (key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys()) if old.get(key) != new.get(key)
    )
