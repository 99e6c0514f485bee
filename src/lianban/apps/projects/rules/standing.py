"""How a project stands, as plain values: what every decision looks at. Made from rows, or by hand in a test."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from lianban.apps.projects.rules.states import FOUND
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text


class Values(Protocol):
    """Rules as a case froze them."""

    def get(self, key: str, default: Any = None) -> Any: ...


# Which rule value each term is; a challenge's own goes before the one for every project.
TERMS = {
    "extension_times": ("challenge.extension.times", "project.extension.times"),
    "extension_max_years": ("challenge.extension.max_years", "project.extension.max_years"),
    "visits_max": ("challenge.stage_checks_max", "project.stage_checks_max"),
    "first_payment": ("challenge.first_payment_public", "project.first_payment"),
    "apply_days": ("challenge.acceptance_apply_days", "project.acceptance_apply_days"),
    "followup_years": ("challenge.followup_years", "project.followup_years"),
    "appeal_days": ("project.appeal_days", "challenge.appeal_days"),
    "followup_months": ("project.followup_months",),
    "at_fault_years": ("project.at_fault_years",),
    "third_party_report": ("project.third_party_report",),
    "warn_days": ("project.warn_days",),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms (办理规则) of one project, read from the rules it started under."""

    extension_times: int
    extension_max_years: float
    visits_max: int
    first_payment: Fraction
    apply_days: int
    followup_years: float
    appeal_days: int
    followup_months: int
    at_fault_years: float
    third_party_report: bool
    warn_days: int

    @classmethod
    def of(cls, rules: Values) -> "Terms":
        """Read the terms; a rule set that leaves one out cannot start a project."""
        found = {}
        for name, keys in TERMS.items():
            values = [value for value in (rules.get(key) for key in keys) if value is not None]
            if not values:
                raise KeyError(f"the frozen rules have none of {', '.join(keys)}")
            found[name] = values[0]
        found["first_payment"] = Fraction(str(found["first_payment"]))  # 0.4 is four tenths, not a float near it
        return cls(**found)


@dataclass(frozen=True, slots=True)
class Stage:
    """One point of payment: what is agreed for it, what its decision released, what was paid."""

    number: int
    point: str
    state: str
    payment_fen: int
    released_fen: int = 0
    paid_fen: int = 0

    @property
    def owed_fen(self) -> int:
        return self.released_fen - self.paid_fen


@dataclass(frozen=True, slots=True)
class Measured:
    """One indicator: whether there is a report, what it shows (None: nothing), whether it was accepted (None: not judged)."""

    number: int
    reported: bool = False
    fulfilled: bool | None = None
    accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a project stands (项目现状)."""

    state: str
    terms: Terms
    stages: tuple[Stage, ...]
    indicators: tuple[Measured, ...]
    ends_on: date
    agreed_ends_on: date
    outcome: str = ""
    granted: int = 0
    visits: int = 0
    appeal_until: date | None = None
    effective_on: date | None = None
    first_used: bool = False

    @property
    def n_accepted(self) -> int:
        return sum(one.accepted is True for one in self.indicators)

    @property
    def total_fen(self) -> int:
        return sum(stage.payment_fen for stage in self.stages)

    def stage(self, number: int) -> Stage:
        return next(stage for stage in self.stages if stage.number == number)

    def point(self, point: str) -> Stage | None:
        return next((stage for stage in self.stages if stage.point == point), None)


def meets(comparison: str, threshold: Decimal | None, value: Decimal | None, said: bool | None) -> bool | None:
    """Whether a reported value meets the threshold; an indicator without number is met when the report says so."""
    if comparison == "yes" or threshold is None:
        return said
    if value is None:
        return None
    return {
        ">=": value >= threshold,
        "<=": value <= threshold,
        ">": value > threshold,
        "<": value < threshold,
        "=": value == threshold,
    }[comparison]


def years_later(day: date, years: float) -> date:
    """The same day some years later; 29 February becomes 28 February."""
    return months_later(day, round(years * 12))


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def said_refusals(*wanted: tuple[str, Text]) -> list[Refusal]:
    """What has to be written down and is not."""
    return [
        refuse("projects.not_said", "请写明{what}", "write down {what}", what=what)
        for text, what in wanted
        if not text.strip()
    ]


def fits(outcome: str, verdicts: Iterable[bool]) -> bool:
    """Whether an outcome of an acceptance agrees with what was found of each indicator."""
    found = list(verdicts)
    if outcome == "met":
        return all(found)
    if outcome == "partly_met":
        return any(found) and not all(found)
    return outcome in FOUND and not all(found)


REASON, EVIDENCE = Text("理由", "the reason"), Text("依据", "the evidence it rests on")
Row = Mapping[str, Any]
