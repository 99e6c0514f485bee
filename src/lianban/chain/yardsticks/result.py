"""``Yardsticks`` (对照指标): every product under every yardstick, how far they agree, and where they do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from lianban.chain.yardsticks.agreement import Agreement, Disagreement
from lianban.chain.yardsticks.measures import YARDSTICKS, Reading
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.diagnosis import Diagnosis

SCHEMA = "lianban/yardsticks/1"


@dataclass(frozen=True)
class Yardsticks:
    """Yardsticks side by side (对照指标).

    ``readings[product][yardstick]`` is a ``Reading``: unknown is None with the reason, never 0. ``reference`` is the
    yardstick that the others are held against in ``disagreements``; ``agreements`` holds every pair.
    """

    diagnosis: "Diagnosis"
    reference: str
    names: Mapping[str, Text]
    readings: Mapping[str, Mapping[str, Reading]]
    agreements: tuple[Agreement, ...]
    disagreements: tuple[Disagreement, ...]
    notes: tuple[Text, ...]
    engine: Mapping[str, Any]

    def table(self, language: str = "zh") -> pd.DataFrame:
        """One row for each product, the highest reference value first; unknown is NaN, bounds are in ``bounds``.

        ``inferred`` (推定) says that the cut, the severity and the foreign shares stand on an assumption.
        """
        rows = [
            {"code": code, "name": self.names[code].in_(language)}
            | {name: by_yardstick[name].value for name in YARDSTICKS}
            | {
                "persistence": self.diagnosis.by_code[code].persistence.state,
                "inferred": by_yardstick["loss_cut"].inferred,
            }
            for code, by_yardstick in self.readings.items()
        ]
        frame = pd.DataFrame(rows, columns=["code", "name", *YARDSTICKS, "persistence", "inferred"])
        frame[list(YARDSTICKS)] = frame[list(YARDSTICKS)].astype(float)
        # Rounded as ranks are, so that the last digit of a machine decides no place.
        order = (
            frame.assign(key=-frame[self.reference].round(10)).sort_values(["key", "code"], na_position="last").index
        )
        return frame.loc[order].reset_index(drop=True)

    def bounds(self, language: str = "zh") -> pd.DataFrame:
        """What is not known exactly: product, yardstick, low, high (NaN where nothing is known) and why."""
        rows = [
            {
                "code": code,
                "name": self.names[code].in_(language),
                "yardstick": YARDSTICKS[name].name.in_(language),
                "low": reading.low,
                "high": reading.high,
                "why": reading.why.in_(language) if reading.why else None,
            }
            for code, by_yardstick in self.readings.items()
            for name, reading in by_yardstick.items()
            if reading.value is None
        ]
        return pd.DataFrame(rows, columns=["code", "name", "yardstick", "low", "high", "why"])

    def correlations(self, method: str = "spearman", language: str = "zh") -> pd.DataFrame:
        """Rank correlations of all pairs as a square table, ``method`` spearman or kendall; NaN where unknown."""
        if method not in ("spearman", "kendall"):
            raise ValueError(f"method is {method!r}, expected 'spearman' or 'kendall'")
        labels = [one.name.in_(language) for one in YARDSTICKS.values()]
        frame = pd.DataFrame(float("nan"), index=labels, columns=labels)
        names = dict(zip(YARDSTICKS, labels, strict=True))
        for one in self.agreements:
            value = getattr(one, method)
            if value is not None:
                frame.loc[names[one.one], names[one.other]] = value
                frame.loc[names[one.other], names[one.one]] = value
        return frame

    def against_reference(self) -> list[Agreement]:
        """Agreement of every yardstick with the reference, in the order of the catalogue."""
        return [one for one in self.agreements if self.reference in (one.one, one.other)]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "schema": SCHEMA,
            "ruleset": self.diagnosis.rules.name,
            "ruleset_version": self.diagnosis.rules.version,
            "fingerprint": self.diagnosis.fingerprint,
            "as_of": self.diagnosis.facts.as_of.isoformat(),
            "data_level": self.diagnosis.data_level,
            "confidentiality": self.diagnosis.confidentiality,
            "engine": dict(self.engine),
            "reference": self.reference,
            "yardsticks": [
                {"code": one.code, "name": _pair(one.name), "unit": one.unit, "means": _pair(one.means)}
                for one in YARDSTICKS.values()
            ],
            "products": [
                {
                    "code": code,
                    "name": _pair(self.names[code]),
                    "persistence": self.diagnosis.by_code[code].persistence.state,
                    "readings": {name: _reading(reading) for name, reading in by_yardstick.items()},
                }
                for code, by_yardstick in self.readings.items()
            ],
            "agreements": [
                {
                    "one": one.one,
                    "other": one.other,
                    "n": one.n,
                    "spearman": one.spearman,
                    "kendall": one.kendall,
                    "why": None if one.why is None else _pair(one.why),
                }
                for one in self.agreements
            ],
            "disagreements": [
                {
                    "product": one.product,
                    "name": _pair(one.name),
                    "yardstick": one.yardstick,
                    "rank": one.rank,
                    "rank_reference": one.rank_reference,
                    "n": one.n,
                    "gap": one.gap,
                    "reasons": [_pair(reason) for reason in one.reasons],
                }
                for one in self.disagreements
            ],
            "notes": [_pair(note) for note in self.notes],
        }

    def __repr__(self) -> str:
        return f"<Yardsticks: {len(self.readings)} products, {len(YARDSTICKS)} yardsticks, against {self.reference}>"


def _pair(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _reading(reading: Reading) -> dict[str, Any]:
    why = None if reading.why is None else _pair(reading.why)
    return {
        "value": reading.value,
        "low": reading.low,
        "high": reading.high,
        "why": why,
        "inferred": reading.inferred,
    }
