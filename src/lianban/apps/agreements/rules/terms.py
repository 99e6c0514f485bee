"""Terms (约定要点): what other mechanisms read from an agreement: shares, ownership, priority purchase, risk, disputes."""

from typing import Any

from lianban.apps.agreements.rules.answers import shares_of
from lianban.apps.agreements.rules.facts import Chosen, Facts
from lianban.rulebook.clauses import SILENT


def terms(facts: Facts) -> dict[str, Any]:
    """Say what was agreed as values: parties by number, shares as exact fractions of one, money in fen, None where nothing is agreed.

    Keys: goal, from_on, until_on, shares, benefit, ownership, contributions, priority_purchase, first_use, risk, council, exit,
    payment, dispute, silent.
    """
    choices = facts.choices
    purpose = _values(choices, "purpose")
    return {
        "goal": purpose.get("goal", ""),
        "from_on": purpose.get("from_on"),
        "until_on": purpose.get("until_on"),
        "shares": _shares(choices, "benefit"),
        "benefit": _part(choices, "benefit"),
        "ownership": _part(choices, "ownership"),
        "contributions": _contributions(facts),
        "priority_purchase": _part(choices, "priority_purchase", only="commit"),
        "first_use": _part(choices, "first_use"),
        "risk": _part(choices, "risk"),
        "council": _part(choices, "governance"),
        "exit": _part(choices, "exit"),
        "payment": _part(choices, "payment"),
        "dispute": _part(choices, "dispute"),
        "silent": sorted(code for code, chosen in choices.items() if chosen.option == SILENT),
    }


def _values(choices: Any, clause: str) -> dict[str, Any]:
    chosen: Chosen | None = choices.get(clause)
    return dict(chosen.values) if chosen else {}


def _shares(choices: Any, clause: str) -> dict[int, Any]:
    return shares_of(_values(choices, clause).get("shares", {}))


def _part(choices: Any, clause: str, only: str = "") -> dict[str, Any] | None:
    """The answers of a clause under ``way`` (the option) and their own names; shares as fractions."""
    chosen: Chosen | None = choices.get(clause)
    if chosen is None or chosen.option == SILENT or (only and chosen.option != only):
        return None
    part = {"way": chosen.option, **chosen.values}
    if "shares" in part:
        part["shares"] = shares_of(part["shares"])
    if "stages" in part:
        part["stages"] = {stage: shares_of(shares) for stage, shares in part["stages"].items()}
    for name in ("quorum", "pass", "first"):
        if name in part:
            part[name] = shares_of({"0": part[name]})[0]
    return part


def _contributions(facts: Facts) -> dict[int, dict[str, int]]:
    given = _values(facts.choices, "contributions")
    return {
        side.id: {
            "cash_fen": given.get("cash", {}).get(str(side.id), 0),
            "in_kind_fen": given.get("in_kind", {}).get(str(side.id), 0),
        }
        for side in facts.sides
    }
