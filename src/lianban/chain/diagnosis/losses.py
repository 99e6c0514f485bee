"""Losses (损失) of each product, from the network: what the chain's output loses when it stops."""

from dataclasses import dataclass

from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

BANDS = {"high": Text("高", "high"), "medium": Text("中", "medium"), "low": Text("低", "low")}


@dataclass(frozen=True)
class ProductLoss:
    """What the network says of one product; None is unknown and ``why`` says why.

    ``basis`` tells how the foreign share is known: shares, domestic_rate, world_shares, level or unknown;
    ``inferred`` (推定) marks numbers that stand on world shares, on the level alone or on a ``guess``: "split" (an equal
    split of the remainder decides the largest origin), "rate_without_basis", "level_at_least" (the level is known from an
    incomplete list of sources only, so the number is an upper bound); ``placeless_share`` is the part of
    supply of unknown place. ``cut`` is ``at_least`` that much with any of it, or where the cascade had not settled.
    """

    stop: float | None = None
    cut: float | None = None
    left: float | None = None
    foreign_share: float | None = None
    placeless_share: float = 0.0
    at_least: bool = False
    basis: str = "unknown"
    guess: str | None = None
    largest_origin: str | None = None
    largest_origin_share: float | None = None
    why: Text | None = None
    why_not_left: Text | None = None

    @property
    def inferred(self) -> bool:
        return self.basis in ("world_shares", "level") or self.guess is not None


def severity_of(loss_cut: float | None, level: str | None, rules: RuleSet) -> float | None:
    """Return loss_cut × (1 − readiness[level]); None where either is unknown."""
    if loss_cut is None or level is None:
        return None
    return float(loss_cut * (1 - rules.value(f"diagnosis.readiness.{level}")))


def band_of(severity: float | None, rules: RuleSet) -> str | None:
    """Return high, medium or low (高/中/低) by the rule set's bands."""
    if severity is None:
        return None
    if severity >= rules.value("diagnosis.severity.high"):
        return "high"
    return "medium" if severity >= rules.value("diagnosis.severity.medium") else "low"
