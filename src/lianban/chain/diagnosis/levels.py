"""Level (国内水平 L0–L5) and triple (三分结论) of a product: stated and derived side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from lianban.chain.diagnosis.facts import Facts, Row
from lianban.chain.diagnosis.sources import DomesticShare, Source
from lianban.rulebook import RuleSet

LEVELS = ("L0", "L1", "L2", "L3", "L4", "L5")
BLANK, UNSTABLE, SELF_SUFFICIENT = "blank", "unstable", "self_sufficient"
RATE_UNKNOWN, RATE_SHORT = "stable_rate_unknown", "stable_rate_short"


@dataclass(frozen=True)
class Level:
    """Level (国内水平) of a product at home.

    ``used`` is the stated level where one is current, else the derived one, else None (unknown). ``at_least`` marks a
    derived level from a source list that nobody called complete: it may be higher, never lower.
    """

    used: str | None
    stated: str | None
    stated_rows: tuple[Row, ...]
    derived: str | None
    derived_rule: str
    derived_rows: tuple[Row, ...]
    at_least: bool

    @property
    def basis(self) -> str:
        """Say which of the two is used: stated, derived or unknown."""
        return "stated" if self.stated else "derived" if self.derived else "unknown"

    @property
    def used_at_least(self) -> bool:
        """True where the level used is one that may be higher."""
        return self.basis == "derived" and self.at_least

    @property
    def differs(self) -> bool:
        """True where the stated level cannot agree with the derived one."""
        if self.stated is None or self.derived is None:
            return False
        return self.stated < self.derived if self.at_least else self.stated != self.derived

    @property
    def rows(self) -> tuple[Row, ...]:
        """Rows the used level stands on."""
        return self.stated_rows[:1] if self.stated else self.derived_rows


@dataclass(frozen=True)
class Triple:
    """Triple (三分结论): 空白 / 不稳定 / 自给, or stable with the ratio unknown or short.

    ``shown`` is the stated triple, quoted and never recomputed, where there is one; else the computed one.
    """

    shown: str | None
    stated: str | None
    stated_rows: tuple[Row, ...]
    computed: str | None
    fragile: bool

    @property
    def differs(self) -> bool:
        return bool(self.stated and self.computed and self.stated != self.computed)


def level_of(
    facts: Facts, product: str, sources: Sequence[Source], rules: RuleSet, complete_rows: Sequence[Row]
) -> Level:
    """Return the stated and the derived level of a product."""
    stated_rows = tuple(row for row in facts.current(product, "level") if row["value"] in LEVELS)
    stated = stated_rows[0]["value"] if stated_rows else None
    derived, rule, rows = derive(facts, product, sources, rules, complete_rows)
    at_least = derived in ("L2", "L3", "L4") and not complete_rows
    return Level(stated or derived, stated, stated_rows, derived, rule, rows, at_least)


def derive(
    facts: Facts, product: str, sources: Sequence[Source], rules: RuleSet, complete_rows: Sequence[Row]
) -> tuple[str | None, str, tuple[Row, ...]]:
    """Derive the level from production rows at home; return it with the rule that fired and its rows.

    L0 and L1 say that nobody at home supplies it: they need a statement of absence or a complete source list. No row, or
    one laboratory or building site alone, means unknown, not blank.
    """
    home = [source for source in sources if source.home]
    supplying = [source for source in home if source.supplies]
    stable = [source for source in supplying if source.stage == "stable_volume"]
    rows = tuple(source.rows[0] for source in (stable or supplying))
    if len(stable) >= rules.value("diagnosis.level.several_sources"):
        ranks = world_rank_rows(facts, product, rules)
        if ranks:
            return "L5", "several_stable_and_world_rank", (*rows, ranks[0])
        return "L4", "several_stable", rows
    if stable:
        return "L3", "one_stable", rows
    if supplying:
        return "L2", "supplying_not_stable", rows
    absent = absence(facts, product)
    closed = bool(complete_rows) and not any(source.home is None for source in sources)
    if not absent and not closed:
        return None, "nobody_else_excluded", ()
    proof = tuple([*absent, *complete_rows][:1])
    trying = tuple(source.rows[0] for source in home if source.trying)
    if trying:
        return "L1", "lab_pilot_or_building_only", (*trying, *proof)
    return "L0", "absent_domestic" if absent else "complete_list_without_home", proof


def absence(facts: Facts, product: str) -> list[Row]:
    """Return current statements that nobody at home makes the product (境内空白)."""
    return [row for row in facts.current(product, "absent_domestic") if row["value"] == "yes"]


def world_rank_rows(facts: Facts, product: str, rules: RuleSet) -> list[Row]:
    """Return current statements that the product ranks among the first in the world."""
    return [
        row
        for row in facts.current(product, "world_rank")
        if _number(row["value"]) is not None
        and 1 <= (_number(row["value"]) or 0) <= rules.value("diagnosis.strength.world_rank_max")
    ]


def _number(text: str) -> float | None:
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def triple_of(facts: Facts, product: str, level: Level, share: DomesticShare | None, rules: RuleSet) -> Triple:
    """Return the triple of a product: the published one quoted, and the one computed from level and domestic share."""
    stated_rows = tuple(
        row for row in facts.current(product, "triple") if row["value"] in (BLANK, UNSTABLE, SELF_SUFFICIENT)
    )
    stated = stated_rows[0]["value"] if stated_rows else None
    computed = compute_triple(level.used, share, rules)
    return Triple(stated or computed, stated, stated_rows, computed, fragile=level.used == "L3")


def compute_triple(level: str | None, share: DomesticShare | None, rules: RuleSet) -> str | None:
    """Compute the triple: L0–L1 blank, below the rule's level unstable, above it by the domestic share of supply."""
    if level is None:
        return None
    if level in ("L0", "L1"):
        return BLANK
    if level < rules.value("diagnosis.self_sufficient.level_min"):
        return UNSTABLE
    needed = rules.value("diagnosis.self_sufficient.share")
    if share is not None and share.low >= needed:
        return SELF_SUFFICIENT
    if share is not None and share.high < needed:
        return RATE_SHORT
    return RATE_UNKNOWN
