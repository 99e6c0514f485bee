"""Reads rule packs; what is wrong with an override becomes refusals."""

from collections.abc import Mapping
from typing import Any

from lianban.kit.refusals import Refusal, refuse
from lianban.rulebook import RulesError, RuleSet, list_packs, load_rules
from lianban.rulebook.ruleset import TAGS

__all__ = ["TAGS", "load", "override_refusals", "packs"]


def packs() -> list[str]:
    return list_packs()


def load(pack: str, overrides: Mapping[str, Any] | None = None) -> RuleSet:
    return load_rules(pack, overrides=overrides or None)


def override_refusals(pack: str, overrides: Mapping[str, Any]) -> list[Refusal]:
    """Every reason why this pack cannot be used with these overrides."""
    if pack not in list_packs():  # never a path: a file of the server is nobody's rule set
        known = "、".join(list_packs())
        return [refuse("rulesets.no_such_pack", "没有规则集 {pack}；已有：{known}", "no rule set {pack}; there are: {known}",
                       pack=pack, known=known)]  # fmt: skip
    try:
        load_rules(pack, overrides=overrides)
    except RulesError as error:
        return [Refusal("rulesets.override_wrong", problem) for problem in error.problems]
    return []
