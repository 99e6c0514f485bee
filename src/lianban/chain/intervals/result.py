"""``Intervals`` (不确定区间): the result, as objects, as plain values, as a table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lianban.engine.reconstruct import Summary
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "lianban/intervals/1"


@dataclass(frozen=True)
class Interval:
    """Interval (区间) of one number: ``bands`` holds (level, low, high, error of low, error of high).

    ``computed`` is what the diagnosis gives for it, None where it calls it unknown; ``ranks`` holds (level, best, worst).
    """

    computed: float | None
    median: float
    median_error: float
    bands: tuple[tuple[float, float, float, float, float], ...]
    rank: float
    ranks: tuple[tuple[float, float, float], ...]

    @classmethod
    def of(cls, summary: Summary, at: int, computed: float | None) -> "Interval":
        """Take one target out of a summary."""
        numbers = [
            (level, summary.low[i, at], summary.high[i, at], summary.low_error[i, at], summary.high_error[i, at])
            for i, level in enumerate(summary.levels)
        ]
        ranks = [(level, summary.rank_low[i, at], summary.rank_high[i, at]) for i, level in enumerate(summary.levels)]
        return cls(
            computed,
            float(summary.median[at]),
            float(summary.median_error[at]),
            tuple((level, float(a), float(b), float(c), float(d)) for level, a, b, c, d in numbers),
            float(summary.rank[at]),
            tuple((level, float(best), float(worst)) for level, best, worst in ranks),
        )

    def band(self, level: float) -> tuple[float, float]:
        """Low and high end at one of the levels."""
        return next((low, high) for one, low, high, _, _ in self.bands if one == level)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "computed": self.computed,
            "median": self.median,
            "median_error": self.median_error,
            "bands": [
                {"level": level, "low": low, "high": high, "low_error": low_error, "high_error": high_error}
                for level, low, high, low_error, high_error in self.bands
            ],
            "rank": {
                "median": self.rank,
                "bands": [{"level": level, "low": best, "high": worst} for level, best, worst in self.ranks],
            },
        }


@dataclass(frozen=True)
class Fact:
    """Fact worth finding out (待查事实), and what it is worth.

    ``variance`` is the part of the variance it explains, estimated from the draws; ``narrowing`` the part by which the
    mean 90 % interval shrinks when it is known, found by drawing again, None where that was not done.
    """

    kind: str
    text: Text
    product: str | None = None
    input: str | None = None
    source: str | None = None
    buyer: str | None = None
    organisation: str | None = None
    variance: float = 0.0
    narrowing: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "kind": self.kind,
            "text": _plain(self.text),
            "product": self.product,
            "input": self.input,
            "source": self.source,
            "buyer": self.buyer,
            "organisation": self.organisation,
            "variance": self.variance,
            "narrowing": self.narrowing,
            "verified": self.narrowing is not None,
        }


@dataclass(frozen=True)
class ProductInterval:
    """Intervals of one product; None is unknown and ``why`` says why.

    ``prior_only``: nothing is known of its foreign share, so that the cut stands on the prior alone.
    """

    code: str
    name: Text
    level: str | None
    basis: str
    prior_only: bool
    loss_stop: Interval | None
    loss_cut: Interval | None
    severity: Interval | None
    why: Text | None
    fact: int | None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "code": self.code,
            "name": _plain(self.name),
            "level": self.level,
            "basis": self.basis,
            "prior_only": self.prior_only,
            "loss_stop": _interval(self.loss_stop),
            "loss_cut": _interval(self.loss_cut),
            "severity": _interval(self.severity),
            "why": None if self.why is None else _plain(self.why),
            "fact": self.fact,
        }


@dataclass(frozen=True)
class OrganisationInterval:
    """Interval of the loss if one organisation stops."""

    code: str
    name: Text
    loss: Interval | None
    fact: int | None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {"code": self.code, "name": _plain(self.name), "loss": _interval(self.loss), "fact": self.fact}


@dataclass(frozen=True)
class Intervals:
    """Intervals (不确定区间) of one chain: same chain, rules, n and seed, same result, byte for byte.

    ``products`` and ``organisations`` have the largest median first; ``facts`` the fact worth most first.
    """

    n: int
    seed: int
    levels: tuple[float, ...]
    fingerprint: str
    ruleset: str
    ruleset_fingerprint: str
    engine: Mapping[str, Any]
    confidentiality: str
    judgement_only: bool
    products: tuple[ProductInterval, ...]
    organisations: tuple[OrganisationInterval, ...]
    facts: tuple[Fact, ...]
    measure: str | None
    assumptions: tuple[Text, ...]
    uncertain: Mapping[str, int]
    misfit: float

    @property
    def best_fact(self) -> Fact | None:
        """The single missing fact that would narrow the answer most; None where nothing is uncertain."""
        return self.facts[0] if self.facts else None

    def product(self, code: str) -> ProductInterval:
        """Intervals of one product."""
        return next(one for one in self.products if one.code == code)

    def organisation(self, code: str) -> OrganisationInterval:
        """Interval of one organisation."""
        return next(one for one in self.organisations if one.code == code)

    def table(self, language: str = "zh", level: float = 0.9) -> "pd.DataFrame":
        """Return one row for each product: medians and the interval at one level, as columns of numbers."""
        import pandas as pd

        rows = []
        for one in self.products:
            row: dict[str, Any] = {"code": one.code, "name": one.name.in_(language), "basis": one.basis}
            for measure in ("severity", "loss_cut", "loss_stop"):
                row |= _columns(measure, getattr(one, measure), level)
            row["prior_only"] = one.prior_only
            rows.append(row)
        return pd.DataFrame(rows)

    def organisations_table(self, language: str = "zh", level: float = 0.9) -> "pd.DataFrame":
        """Return one row for each organisation."""
        import pandas as pd

        rows = [
            {"code": one.code, "name": one.name.in_(language), **_columns("loss", one.loss, level)}
            for one in self.organisations
        ]
        return pd.DataFrame(rows)

    def facts_table(self, language: str = "zh") -> "pd.DataFrame":
        """Return one row for each fact worth finding out."""
        import pandas as pd

        rows = [
            {"kind": one.kind, "fact": one.text.in_(language), "variance": one.variance, "narrowing": one.narrowing}
            for one in self.facts
        ]
        return pd.DataFrame(rows, columns=["kind", "fact", "variance", "narrowing"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; the shape stands in ``lianban.chain.intervals``."""
        return {
            "schema": SCHEMA,
            "n": self.n,
            "seed": self.seed,
            "levels": list(self.levels),
            "ruleset": self.ruleset,
            "ruleset_fingerprint": self.ruleset_fingerprint,
            "fingerprint": self.fingerprint,
            "engine": dict(self.engine),
            "confidentiality": self.confidentiality,
            "judgement_only": self.judgement_only,
            "products": [one.as_dict() for one in self.products],
            "organisations": [one.as_dict() for one in self.organisations],
            "facts": [one.as_dict() for one in self.facts],
            "best_fact": 0 if self.facts else None,
            "measure": self.measure,
            "assumptions": [_plain(text) for text in self.assumptions],
            "uncertain": dict(self.uncertain),
            "misfit": self.misfit,
        }

    def __repr__(self) -> str:
        return f"<Intervals: {len(self.products)} products, {self.n} draws, seed {self.seed}>"


def _columns(name: str, interval: Interval | None, level: float) -> dict[str, float]:
    if interval is None:
        return dict.fromkeys((name, f"{name}_low", f"{name}_high", f"{name}_rank_low", f"{name}_rank_high"), np.nan)
    low, high = interval.band(level)
    best, worst = next((best, worst) for one, best, worst in interval.ranks if one == level)
    return {
        name: interval.median,
        f"{name}_low": low,
        f"{name}_high": high,
        f"{name}_rank_low": best,
        f"{name}_rank_high": worst,
    }


def _interval(interval: Interval | None) -> dict[str, Any] | None:
    return None if interval is None else interval.as_dict()


def _plain(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
