"""ChainDynamics (产业链时间与库存): time to survive against time to recover, product by product, and what stock would help."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from lianban.chain.dynamics.words import EXPOSED, MISSING, SCENARIOS
from lianban.rulebook.text import Text

SCHEMA = "lianban/dynamics/1"
COLUMNS = (
    "code", "name", "exposed", "tts", "tts_at_least", "ttr", "ttr_basis", "noticed_days", "stock_days", "users",
    "users_unknown", "loss_days", "loss_days_without_stock", "loss_at_most", "loss_yuan", "extra_stock_days", "missing",
)  # fmt: skip


@dataclass(frozen=True)
class Missing:
    """A fact that is missing (缺少的事实): the item and the product it is about."""

    item: str
    product: str
    name: Text

    @property
    def text(self) -> Text:
        """The fact in words."""
        return missing_text((self,))


def missing_text(missing: Iterable[Missing]) -> Text:
    """Facts that are missing, in words: each item once, with the products it is about."""
    by_item: dict[str, list[Text]] = {}
    for one in missing:
        by_item.setdefault(one.item, []).append(one.name)
    parts = [
        MISSING[item]
        if item == "final"
        else Text(
            f"{MISSING[item].zh}：{'、'.join(name.zh for name in names)}",
            f"{MISSING[item].en}: {', '.join(name.en for name in names)}",
        )
        for item, names in sorted(by_item.items(), key=lambda pair: list(MISSING).index(pair[0]))
    ]
    return Text("；".join(one.zh for one in parts), "; ".join(one.en for one in parts))


@dataclass(frozen=True)
class ProductSafety:
    """How long the chain lasts without one product (产品断供可支撑情况); None is unknown.

    ``tts`` (可支撑天数, TTS) is the longest stop that costs no output; ``endless`` that even a lasting one does not within the
    days looked ahead; ``at_least`` that unknown stocks were counted as none, so that TTS is at least this and losses are at
    most these. ``ttr`` (恢复天数, TTR) is the longest of its sources, ``ttr_basis`` stated or assumed. Losses are days of the
    chain's whole output during a stop of TTR days. ``curve`` pairs days of stock added at every user with the loss.
    """

    code: str
    name: Text
    exposed: str
    tts: float | None
    endless: bool
    at_least: bool
    noticed_days: float | None
    ttr: float | None
    ttr_basis: str | None
    stock_days: float | None
    users: int
    users_unknown: int
    loss_days: float | None
    loss_days_without_stock: float | None
    loss_yuan: float | None
    extra_stock_days: int | None
    extra_text: Text | None
    curve: tuple[tuple[float, float], ...]
    missing: tuple[Missing, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "code": self.code,
            "name": _plain(self.name),
            "exposed": self.exposed,
            "exposed_text": _plain(EXPOSED[self.exposed]),
            "tts": self.tts,
            "endless": self.endless,
            "tts_at_least": self.at_least,
            "noticed_days": self.noticed_days,
            "ttr": self.ttr,
            "ttr_basis": self.ttr_basis,
            "stock_days": self.stock_days,
            "users": self.users,
            "users_unknown": self.users_unknown,
            "loss_days": self.loss_days,
            "loss_days_without_stock": self.loss_days_without_stock,
            "loss_at_most": self.at_least,
            "loss_yuan": self.loss_yuan,
            "extra_stock_days": self.extra_stock_days,
            "extra_text": None if self.extra_text is None else _plain(self.extra_text),
            "curve": [{"extra_days": extra, "loss_days": lost} for extra, lost in self.curve],
            "missing": [{"item": m.item, "product": m.product, "text": _plain(m.text)} for m in self.missing],
        }


@dataclass(frozen=True)
class ChainDynamics:
    """Time and stock of a chain (产业链时间与库存): products, exposed ones first, and what the numbers stand on."""

    fingerprint: str
    network_fingerprint: str
    engine_version: str
    ruleset: str
    scenario: str
    parameters: Mapping[str, Any]
    products: tuple[ProductSafety, ...]
    assumptions: tuple[Text, ...]
    notes: tuple[Text, ...]
    confidentiality: str

    @cached_property
    def by_code(self) -> dict[str, ProductSafety]:
        """Products by code."""
        return {one.code: one for one in self.products}

    @property
    def exposed(self) -> tuple[ProductSafety, ...]:
        """Products with TTS < TTR (撑不到恢复)."""
        return tuple(one for one in self.products if one.exposed == "yes")

    @property
    def unknown(self) -> tuple[ProductSafety, ...]:
        """Products of which it is not known, each with the facts that are missing."""
        return tuple(one for one in self.products if one.exposed == "unknown")

    def table(self, language: str = "zh") -> pd.DataFrame:
        """One row for each product."""
        rows = []
        for one in self.products:
            row = one.as_dict() | {"name": one.name.in_(language)}
            row["tts"] = float("inf") if one.endless else one.tts
            row["missing"] = missing_text(one.missing).in_(language)
            rows.append([row[name] for name in COLUMNS])
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def curves(self) -> pd.DataFrame:
        """Curves of all products: days of stock added, loss, loss avoided."""
        rows = [(one.code, extra, lost, one.curve[0][1] - lost) for one in self.products for extra, lost in one.curve]
        return pd.DataFrame(rows, columns=["code", "extra_days", "loss_days", "avoided_days"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "schema": SCHEMA,
            "ruleset": self.ruleset,
            "fingerprint": self.fingerprint,
            "network_fingerprint": self.network_fingerprint,
            "engine_version": self.engine_version,
            "confidentiality": self.confidentiality,
            "scenario": {"code": self.scenario, "text": _plain(SCENARIOS[self.scenario])},
            "parameters": dict(self.parameters),
            "products": [one.as_dict() for one in self.products],
            "exposed": [one.code for one in self.exposed],
            "unknown": [one.code for one in self.unknown],
            "assumptions": [_plain(text) for text in self.assumptions],
            "notes": [_plain(text) for text in self.notes],
        }

    def __repr__(self) -> str:
        return (
            f"<ChainDynamics: {len(self.products)} products, {len(self.exposed)} exposed, {len(self.unknown)} unknown>"
        )


def _plain(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
