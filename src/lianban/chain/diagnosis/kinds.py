"""Kinds of weak point: 断点 and 弱点 computed, 卡点 by its test, 堵点 痛点 难点 entered; and 长板."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lianban.chain.diagnosis.facts import Facts, Row, precedence
from lianban.chain.diagnosis.levels import Level, world_rank_rows
from lianban.chain.diagnosis.sources import Source
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

NAMES = {
    "chokepoint": Text("卡点", "chokepoint"),
    "break": Text("断点", "break"),
    "thin": Text("弱点", "thin point"),
    "blockage": Text("堵点", "blockage"),
    "pain": Text("痛点", "pain point"),
    "difficulty": Text("难点", "difficulty"),
}
CHOKEPOINT_ITEMS = ("value", "gap", "monopoly", "replacement", "denial")
ENTERED = ("blockage", "pain", "difficulty")


@dataclass(frozen=True)
class Kind:
    """One kind tested on one product: ``state`` is yes, no, disputed or not_tested, with what is missing."""

    code: str
    state: str
    rows: tuple[Row, ...] = ()
    needs: Text | None = None
    detail: tuple[tuple[str, Any], ...] = ()


def kinds_of(
    facts: Facts, product: str, level: Level, sources: Sequence[Source], rules: RuleSet, complete_rows: Sequence[Row]
) -> list[Kind]:
    """Test every kind on a product, the gravest first."""
    return [
        chokepoint(facts, product, rules),
        break_point(level),
        thin_point(level, sources, rules, complete_rows),
        *(entered(facts, product, item) for item in ENTERED),
    ]


def main_kind(kinds: Sequence[Kind]) -> str | None:
    """Return the gravest kind that holds."""
    return next((kind.code for kind in kinds if kind.state == "yes"), None)


def break_point(level: Level) -> Kind:
    """断点: no qualified source at home (L0 or L1). A gap in one region alone is never a break."""
    if level.used is None:
        needs = Text(
            "国内水平：评价，或境内产能行，或“境内空白”“来源齐全”的声明",
            "the level at home: an assessment, production rows, or a statement that it is absent or the list complete",
        )
        return Kind("break", "not_tested", needs=needs)
    return Kind("break", "yes" if level.used in ("L0", "L1") else "no", level.rows)


def thin_point(level: Level, sources: Sequence[Source], rules: RuleSet, complete_rows: Sequence[Row]) -> Kind:
    """弱点: unstable, or one or two stable sources at home."""
    if level.used is None:
        return Kind("thin", "not_tested", needs=Text("国内水平", "the level at home"))
    if level.used in ("L0", "L1"):
        return Kind("thin", "no", level.rows)
    if level.used in ("L2", "L3"):
        return Kind("thin", "yes", level.rows)
    stable = [source for source in sources if source.home and source.supplies and source.stage == "stable_volume"]
    rows = tuple(source.rows[0] for source in stable)
    if len(stable) > rules.value("diagnosis.thin_sources_max"):
        return Kind("thin", "no", rows)
    if complete_rows and not any(source.home is None or source.organisation is None for source in sources):
        return Kind("thin", "yes", (*rows, complete_rows[0]))
    needs = Text(
        "完整的境内来源清单（“来源齐全”声明）", "a complete list of sources at home (statement sources_complete)"
    )
    return Kind("thin", "not_tested", rows, needs)


def entered(facts: Facts, product: str, item: str) -> Kind:
    """堵点, 痛点, 难点: entered by firms and officers, with reporter and date; never computed."""
    rows = sorted(
        (r for r in facts.assessments.get(product, []) if r["item"] == item and _holds(r, facts.as_of)), key=precedence
    )
    if rows:
        return Kind(item, "yes", tuple(rows))
    return Kind(item, "not_tested", needs=Text("企业或链办的填报", "a report by a firm or an officer"))


def _holds(row: Row, day: date) -> bool:
    made, until = row["observed_on"], row["valid_until"]
    return (made is None or made <= day) and (until is None or until >= day)


def chokepoint(facts: Facts, product: str, rules: RuleSet) -> Kind:
    """卡点: five scores from 0 to 4, each high enough and their sum too, by two independent assessors, not expired.

    Assessors are not averaged: where some find a chokepoint and some do not, the state is *disputed*.
    """
    sets = _score_sets(facts, product, rules)
    complete = {who: rows for who, rows in sets.items() if len(rows) == len(CHOKEPOINT_ITEMS)}
    needed = int(rules.value("diagnosis.chokepoint.assessors"))
    if len(complete) < needed:
        return Kind("chokepoint", "not_tested", _flat(sets), _missing(sets, len(complete), needed))
    verdicts = {who: _passes(rows, rules) for who, rows in complete.items()}
    passed = list(verdicts.values())
    state = "yes" if all(passed) else "no" if not any(passed) else "disputed"
    detail = tuple(
        (who, {**{item: int(rows[item]["value"]) for item in CHOKEPOINT_ITEMS}, "passes": verdicts[who]})
        for who, rows in sorted(complete.items())
    )
    return Kind("chokepoint", state, _flat(complete), None, detail)


def _score_sets(facts: Facts, product: str, rules: RuleSet) -> dict[str, dict[str, Row]]:
    """Return each named assessor's newest valid score for each of the five items."""
    months = int(rules.value("diagnosis.chokepoint.expiry_months"))
    sets: dict[str, dict[str, Row]] = defaultdict(dict)
    for item in CHOKEPOINT_ITEMS:
        for row in facts.current(product, f"chokepoint_{item}"):
            fresh = row["observed_on"] is None or facts.as_of <= add_months(row["observed_on"], months)
            if row["assessor"] and row["value"] in ("0", "1", "2", "3", "4") and fresh:
                sets[row["assessor"]].setdefault(item, row)
    return dict(sets)


def _passes(rows: dict[str, Row], rules: RuleSet) -> bool:
    scores = [int(row["value"]) for row in rows.values()]
    each, total = rules.value("diagnosis.chokepoint.each_min"), rules.value("diagnosis.chokepoint.sum_min")
    return min(scores) >= each and sum(scores) >= total


def _missing(sets: dict[str, dict[str, Row]], n_complete: int, needed: int) -> Text:
    partly = len(sets) - n_complete
    note = Text(f"；另有 {partly} 位评分不全", f"; {partly} more scored only some items") if partly else Text("", "")
    return Text(
        f"{needed} 位独立评价人的五项评分（未过期），现有 {n_complete} 位{note.zh}",
        f"five unexpired scores by {needed} independent assessors, there are {n_complete}{note.en}",
    )


def _flat(sets: dict[str, dict[str, Row]]) -> tuple[Row, ...]:
    return tuple(rows[item] for _, rows in sorted(sets.items()) for item in CHOKEPOINT_ITEMS if item in rows)


def add_months(day: date, months: int) -> date:
    """Return the same day some months later; the last day of that month where it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (after - timedelta(days=1)).day))


def strength(facts: Facts, product: str, level: Level, rules: RuleSet) -> tuple[Row, ...] | None:
    """长板: stated as a strength, ranked among the first in the world, or at L5; the rows that say so, else None."""
    rows = (*facts.current(product, "strength"), *world_rank_rows(facts, product, rules))
    if rows:
        return tuple(rows)
    return level.rows if level.used == "L5" else None
