"""One product (单个产品): how long the chain lasts without it, what that costs, what stock would help."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lianban.chain.dynamics import words
from lianban.chain.dynamics.facts import DayFacts, Days
from lianban.chain.dynamics.result import Missing, ProductSafety
from lianban.chain.dynamics.timed import Channel, Lead, TimedNetwork
from lianban.engine.dynamics import Dynamics, StockNeed, stock_curve, stock_needed, time_to_survive
from lianban.rulebook.text import Text

QUARTERS = np.array([0.25, 0.5, 0.75, 1.0])


@dataclass(frozen=True)
class Study:
    """What is asked of every product (研究设定)."""

    timed: TimedNetwork
    facts: DayFacts
    scenario: str
    days: int
    extra_days: tuple[float, ...] | None
    channel: Channel
    lead: Lead
    at: str | None
    names: dict[str, Text]

    @cached_property
    def stocked(self) -> Dynamics:
        """The chain with the stocks that are known or assumed."""
        return self.timed.dynamics(channel=self.channel, lead=self.lead)

    @cached_property
    def bare(self) -> Dynamics:
        """The chain without any stock."""
        return self.timed.dynamics(channel=self.channel, lead=self.lead, stock=False)

    @property
    def known_final(self) -> bool:
        """True where some product is final, so that there is an output to lose."""
        return self.timed.base.weights != "none"

    def ahead(self, ttr: float) -> int:
        """Days to run so that a gap of ``ttr`` days has passed through the whole chain."""
        way = self.timed.longest_way if self.lead == "way" else 0
        return max(self.days, 2 * int(np.ceil(ttr)) + len(self.timed.base.products) + way)

    def missing(self, item: str, product: str) -> Missing:
        """A missing fact, named."""
        return Missing(item, product, self.names.get(product, Text(product, product)))


def study_product(study: Study, code: str) -> ProductSafety:
    """Work out one product."""
    ttr, basis, recovery = _recovery(study, code)
    shock, missing = _shock(study, code)
    tts = noticed = None
    if shock is not None:
        told = time_to_survive(study.stocked, [shock], days=study.days, threads=1)
        tts, noticed = float(told.days[0]), float(told.noticed_days[0])
    endless = tts is not None and bool(np.isinf(tts))
    silent = [] if endless or tts is None else study.timed.unknown_stocks_from(code)
    exposed = _exposed(tts, ttr, bool(silent))
    if exposed == "unknown":
        missing += [study.missing("stock_days", product) for product in silent]
        missing += [study.missing("recovery_days", code)] if ttr is None else []
    found = None
    if shock is not None and ttr is not None and recovery is not None:
        found = _losses(study, code, shock, recovery, ttr)
    slots = study.timed.slots_with(code)
    stock = study.timed.stock[slots]
    return ProductSafety(
        code=code,
        name=study.names[code],
        exposed=exposed,
        tts=None if endless else tts,
        endless=endless,
        at_least=bool(silent),
        noticed_days=None if noticed is None or np.isinf(noticed) else noticed,
        ttr=ttr,
        ttr_basis=basis,
        stock_days=None if np.isnan(stock).all() else float(np.nanmin(stock)),
        users=len(slots),
        users_unknown=int(np.isnan(stock).sum()),
        loss_days=None if found is None else found.loss,
        loss_days_without_stock=None if found is None else found.bare,
        loss_yuan=None if found is None else found.yuan,
        extra_stock_days=None if found is None or found.need is None else found.need.extra_days,
        extra_text=_extra_text(found, endless, bool(silent), study.timed.reaches_final(code)),
        curve=() if found is None else found.curve,
        missing=tuple(missing),
    )


def _exposed(tts: float | None, ttr: float | None, at_least: bool) -> str:
    """yes, no or unknown: a lower bound of TTS can acquit, it cannot convict."""
    if tts is None:
        return "unknown"
    if np.isinf(tts) or (ttr is not None and tts >= ttr):
        return "no"
    return "unknown" if ttr is None or at_least else "yes"


def _recovery(study: Study, code: str) -> tuple[float | None, str | None, NDArray[np.float64] | None]:
    """TTR of the sources that stop, what it stands on, and days of every node; None where one is unknown."""
    base = study.timed.base
    shock = _base_shock(study, code)[0]
    nodes = base.nodes_of(code) if shock is None else np.flatnonzero(shock)
    if not len(nodes):
        nodes = base.nodes_of(code)
    found: list[Days] = []
    days = np.zeros(study.timed.network.n_firms)
    for node in nodes:
        one = study.facts.find("recovery_days", code, study.timed.makers[node])
        if one is None:
            return None, None, None
        days[node] = one.value
        found.append(one)
    basis = "assumed" if any(one.basis == "assumed" for one in found) else "stated"
    return float(days[nodes].max()), basis, days


def _base_shock(study: Study, code: str) -> tuple[NDArray[np.float64] | None, list[str]]:
    """Shock on the chain's own nodes, or None and what is missing."""
    base = study.timed.base
    if study.scenario == "stop":
        return base.shock_stop(code), []
    if study.scenario == "cut":
        cut = base.shock_cut(code)
        return cut, [] if cut is not None else ["foreign_share"]
    left, why = base.shock_left(code)
    return left, [] if left is not None else ["foreign_share" if why is None else "spare_capacity"]


def _shock(study: Study, code: str) -> tuple[NDArray[np.float64] | None, list[Missing]]:
    """Shock on all nodes, final use among them; None and why."""
    if not study.known_final:
        return None, [study.missing("final", code)]
    shock, lost = _base_shock(study, code)
    if shock is None:
        return None, [study.missing(item, code) for item in lost]
    more = study.timed.network.n_firms - len(shock)
    return np.r_[shock, np.zeros(more)], []


@dataclass(frozen=True)
class _Losses:
    loss: float
    bare: float
    yuan: float | None
    need: StockNeed | None
    curve: tuple[tuple[float, float], ...]


def _losses(study: Study, code: str, shock: NDArray[np.float64], recovery: NDArray[np.float64], ttr: float) -> _Losses:
    """What a stop of the days to recover costs, with, without and with more stock."""
    days = study.ahead(ttr)
    told, bare = (one.run(shock, recovery_days=recovery, days=days) for one in (study.stocked, study.bare))
    level = study.timed.base.data_level
    yuan = float(told.lost_output) if level.weights == "value" and level.needs == "money" else None
    slots = study.timed.slots_with(code, study.at)
    if not len(slots):
        return _Losses(_days(told.lost_days), _days(bare.lost_days), yuan, None, ())
    need = stock_needed(study.stocked, slots, shock, recovery_days=ttr, days=days)
    grid = study.extra_days
    if grid is None:
        most = need.extra_days if need.extra_days else int(np.ceil(ttr))
        grid = tuple(np.unique(np.ceil(most * QUARTERS)).tolist()) if told.first_output_loss_day else ()
    curve = stock_curve(study.stocked, slots, grid, shock, recovery_days=recovery, days=days, threads=1)
    pairs = tuple(zip(curve.extra_days.tolist(), map(_days, curve.lost_days), strict=True))
    return _Losses(_days(told.lost_days), _days(bare.lost_days), yuan, need, pairs)


def _days(lost: float) -> float:
    """Days lost without the dust of rounding."""
    return round(float(lost), 9) + 0.0


def _extra_text(found: _Losses | None, endless: bool, at_least: bool, reaches_final: bool) -> Text | None:
    if endless:
        return words.NONE_NEEDED if reaches_final else words.NO_WAY
    if found is None:
        return None
    if found.need is None:
        return words.NOT_USED
    if found.need.extra_days is None:
        tried, lost = found.need.most, found.need.lost_days_left
        return words.NOT_CLOSED.format(days=tried, lost=f"{lost:.4g}")
    if found.need.extra_days == 0:
        return words.NONE_NEEDED
    closed = words.CLOSED_AT_MOST if at_least else words.CLOSED
    return closed.format(days=found.need.extra_days)
