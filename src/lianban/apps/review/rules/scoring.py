"""Score sheets, totals with the drop rule, and the hash that fixes a frozen review."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lianban.apps.review.rules.seating import Rules
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

STEP = Decimal("0.5")  # marks are given in whole and half points


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the score sheet: code, most points, the phase in which it is scored, its words."""

    code: str
    points: int
    phase: str
    name: Text


@dataclass(frozen=True, slots=True)
class Result:
    """What one item came to (评审结果): exact means over the seats that count."""

    key: str
    code: str
    total: Fraction
    by_criterion: Mapping[str, Fraction]
    seats: tuple[tuple[int, Fraction, bool], ...]  # seat number, its total, whether it counts
    rank: int

    @property
    def kept(self) -> tuple[int, ...]:
        return tuple(number for number, _, counts in self.seats if counts)

    @property
    def dropped(self) -> tuple[int, ...]:
        return tuple(number for number, _, counts in self.seats if not counts)

    @property
    def shown(self) -> str:
        """The total with two digits, half up: rounded once, here, and ranks do not depend on it."""
        return two_digits(self.total)

    @property
    def shown_by(self) -> dict[str, str]:
        return {code: two_digits(value) for code, value in self.by_criterion.items()}

    @property
    def shown_seats(self) -> list[tuple[int, str, bool]]:
        return [(number, two_digits(total), counts) for number, total, counts in self.seats]


def two_digits(value: Fraction) -> str:
    whole = int(value * 100 + Fraction(1, 2))
    return f"{whole // 100}.{whole % 100:02d}"


def criteria_of(rules: Rules, group: str = "challenge") -> tuple[Criterion, ...]:
    """The score sheet; where a place does not read blind first, or has no defence, all is scored in the phase there is."""
    blind, defence = rules.get(f"{group}.blind_first", True), rules.get(f"{group}.defence", True)
    only = "" if blind and defence else "blind" if blind else "defence"
    return tuple(
        Criterion(line["code"], int(line["points"]), only or line.get("phase", "blind"), Text(line["zh"], line["en"]))
        for line in rules.value(f"{group}.sheet")
    )


def score_refusals(criteria: Sequence[Criterion], phase: str, points: Mapping[str, Decimal]) -> list[Refusal]:
    """Why these points cannot be given in this phase."""
    known = {criterion.code: criterion for criterion in criteria}
    reasons = []
    for code, given in points.items():
        if code not in known:
            reasons.append(
                refuse("review.no_such_criterion", "评分表没有“{line}”", "no criterion '{line}'", line=code[:40])
            )
            continue
        line = known[code]
        if line.phase != phase:
            reasons.append(
                refuse("review.not_this_phase", "“{name}”不在本阶段评分", "'{name}' is not scored now", name=line.name)
            )
        if not given.is_finite() or not 0 <= given <= line.points or given % STEP:
            reasons.append(
                refuse(
                    "review.points_out_of_range", "“{name}”应打 0 至 {most} 分，可用半分",
                    "'{name}': 0 to {most}, halves allowed", name=line.name, most=line.points,
                )
            )  # fmt: skip
    return reasons


def content_hash(content: Mapping[str, Any]) -> str:
    """Hash of all that is frozen: seats, items, sheet, drop rule, every point."""
    told = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(told.encode()).hexdigest()


def results(content: Mapping[str, Any]) -> list[Result]:
    """Totals and ranks from frozen content alone, best first; equal totals share a rank.

    Where the panel is large enough one highest and one lowest seat total of each item are dropped; among equal
    extremes the seat with the smallest number goes. An item's total is the exact mean over the seats that count.
    """
    codes = [line["code"] for line in content["sheet"]]
    seats = [seat["number"] for seat in content["seats"]]
    drops = len(seats) >= content["drop_extremes_from"]
    given = {(s["item"], s["seat"], s["criterion"]): Fraction(s["points"]) for s in content["scores"]}
    found = []
    for item in content["items"]:
        totals = {n: sum((given[item["code"], n, c] for c in codes), Fraction(0)) for n in sorted(seats)}
        out = _extremes(totals) if drops else ()
        kept = [n for n in totals if n not in out]
        by = {c: sum((given[item["code"], n, c] for n in kept), Fraction(0)) / len(kept) for c in codes}
        lines = tuple((n, total, n not in out) for n, total in totals.items())
        found.append((item["key"], item["code"], sum(by.values(), Fraction(0)), by, lines))
    found.sort(key=lambda row: (-row[2], row[1]))
    return [Result(*row, rank=1 + sum(other[2] > row[2] for other in found)) for row in found]


def _extremes(totals: Mapping[int, Fraction]) -> tuple[int, ...]:
    high = min(totals, key=lambda n: (-totals[n], n))
    low = min((n for n in totals if n != high), key=lambda n: (totals[n], n))
    return high, low


def missing(criteria: Iterable[Criterion], phases: Sequence[str], seats: Iterable[int], items: Iterable[str],
            given: Iterable[tuple[int, str, str]]) -> list[tuple[int, str, str]]:  # fmt: skip
    """Which (seat, item, criterion) of these phases have no points yet."""
    there = set(given)
    wanted = ((n, i, c.code) for n in seats for i in items for c in criteria if c.phase in phases)
    return [cell for cell in wanted if cell not in there]
