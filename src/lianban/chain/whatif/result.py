"""WhatIf (推演结果): before and after side by side, with reasons."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from lianban.chain.whatif.scenarios import Scenario
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.diagnosis import Diagnosis
    from lianban.chain.network import ChainNetwork

SCHEMA = "lianban/whatif/1"
MEASURES = (
    "rank",
    "severity",
    "loss_stop",
    "loss_cut",
    "loss_left",
    "level",
    "kind",
    "foreign_share",
    "largest_origin",
)


@dataclass(frozen=True)
class FinalLoss:
    """Loss of one final product (最终产品损失): what part of it is lost, and the way the loss came.

    ``path`` names nodes from where the shock struck to the product; empty where nothing is lost.
    """

    code: str
    name: Text
    loss: float
    path: tuple[str, ...]
    products: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """Outcome of the stops and cuts (当下损失): share of the chain's output lost.

    ``loss_without`` is the same shock without the sources and levels that other scenarios add; None is unknown.
    """

    loss: float | None
    loss_without: float | None
    n_nodes: int
    by_final: tuple[FinalLoss, ...]
    settled: str


@dataclass(frozen=True)
class Change:
    """Change of one product (前后变化): numbers before and after by measure, None where unknown, and why."""

    code: str
    name: Text
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    reasons: tuple[Text, ...]

    @property
    def changed(self) -> bool:
        return any(_differ(self.before[measure], self.after[measure]) for measure in MEASURES)

    @property
    def rank_only(self) -> bool:
        """True where nothing but its place in the list moved."""
        return self.changed and not any(_differ(self.before[m], self.after[m]) for m in MEASURES if m != "rank")

    @property
    def worse(self) -> bool:
        """True where the severity rises, or becomes known."""
        before, after = self.before["severity"], self.after["severity"]
        return after is not None and _differ(before, after) and after > (before or 0.0)


@dataclass(frozen=True)
class WhatIf:
    """Result of a what-if (推演结果): the diagnosis before and after, the loss of the moment, the assumptions."""

    scenarios: tuple[Scenario, ...]
    before: "Diagnosis"
    after: "Diagnosis"
    outcome: Outcome | None
    products: tuple[Change, ...]
    assumptions: tuple[Text, ...]
    network_before: "ChainNetwork"
    network_after: "ChainNetwork"

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Products whose numbers differ, the highest rank after first."""
        return tuple(one for one in self.products if one.changed)

    def change(self, product: str) -> Change:
        """Before and after of one product."""
        return next(one for one in self.products if one.code == product)

    def table(self, language: str = "zh") -> pd.DataFrame:
        """Changes as a DataFrame: measures before and after, and the reasons."""
        rows = [
            {"code": one.code, "name": one.name.in_(language)}
            | {
                f"{m}_{when}": values[m]
                for m in MEASURES
                for when, values in (("before", one.before), ("after", one.after))
            }
            | {"worse": one.worse, "reasons": "；".join(r.in_(language) for r in one.reasons)}
            for one in self.changes
        ]
        columns = [
            "code",
            "name",
            *(f"{m}_{when}" for m in MEASURES for when in ("before", "after")),
            "worse",
            "reasons",
        ]
        return pd.DataFrame(rows, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "schema": SCHEMA,
            "ruleset": self.before.rules.name,
            "fingerprint": self.before.fingerprint,
            "scope": {"code": self.before.scope.code, "area": self.before.scope.area},
            "data_level": self.before.data_level,
            "confidentiality": self.before.confidentiality,
            "scenarios": [{"kind": type(one).__name__, **asdict(one)} for one in self.scenarios],
            "assumptions": [_plain(text) for text in self.assumptions],
            "outcome": None if self.outcome is None else _outcome(self.outcome),
            "changes": [
                {
                    "code": one.code,
                    "name": _plain(one.name),
                    "before": dict(one.before),
                    "after": dict(one.after),
                    "worse": one.worse,
                    "reasons": [_plain(text) for text in one.reasons],
                }
                for one in self.changes
            ],
            "unchanged": len(self.products) - len(self.changes),
        }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "loss": outcome.loss,
        "loss_without": outcome.loss_without,
        "n_nodes": outcome.n_nodes,
        "settled": outcome.settled,
        "by_final": [
            {"code": one.code, "name": _plain(one.name), "loss": one.loss, "path": list(one.path)}
            | {"products": list(one.products)}
            for one in outcome.by_final
        ],
    }


def _plain(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _differ(before: Any, after: Any) -> bool:
    """Say whether a measure changed: rounding is no change."""
    if isinstance(before, float) and isinstance(after, float):
        return abs(before - after) > 1e-9
    return bool(before != after)
