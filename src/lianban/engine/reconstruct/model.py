"""Reconstruction (网络重构): networks that agree with what is known, and what the index says over all of them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from lianban.engine.cascade import ENGINE_VERSION as CASCADE_VERSION
from lianban.engine.cascade import Cascade
from lianban.engine.errors import Cancelled
from lianban.engine.network import SupplyNetwork
from lianban.engine.reconstruct.known import Known
from lianban.engine.reconstruct.layout import OPEN, Layout
from lianban.engine.reconstruct.links import Amounts, draw_links, link_chances, wanted_links
from lianban.engine.reconstruct.prior import Prior, Survey, draw_exponent, draw_sales, slot_amounts
from lianban.engine.reconstruct.summary import LEVELS, Summary, summarise

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Progress = Callable[[int, int], None]
Cancel = Callable[[], bool]

ENGINE_VERSION = "reconstruct 2"  # raised whenever a number can change
HYPER, LINKS, SALES, RECIPES = range(4)  # streams of random numbers of a draw: what is known changes neither's order


@dataclass(frozen=True, eq=False)
class Draw:
    """Draw (一次抽样): one network that agrees with the known facts, and what was drawn beside the links.

    ``misfit``: part of all amounts that would have to move for every firm to sell what it is known to sell.
    """

    number: int
    network: SupplyNetwork
    exponent: float
    sales: FloatArray
    misfit: float
    main_supplier: IntArray
    """Firm that delivers most to each slot, -1 where the slot buys nothing."""


@dataclass(frozen=True, eq=False)
class Ensemble:
    """Ensemble (系综): losses of the same cases on many drawn networks.

    ``loss``, ``loss_down``, ``loss_up`` have shape (n_draws, n_cases); ``exponent`` and ``misfit`` one entry for each draw;
    ``answers`` one column for each candidate fact of ``facts``: what it is in each draw.
    """

    loss: FloatArray
    loss_down: FloatArray
    loss_up: FloatArray
    exponent: FloatArray
    misfit: FloatArray
    n_links: IntArray
    facts: tuple[tuple[Any, ...], ...]
    answers: FloatArray
    draws: IntArray
    seed: int
    fingerprint: str
    engine_version: str
    parameters: Mapping[str, Any]

    def summary(self, levels: Sequence[float] = LEVELS) -> Summary:
        """Median, intervals and rank intervals of the losses."""
        return summarise(self.loss, levels)


class Reconstruction:
    """Reconstruction (网络重构) from known facts: ``draw(seed, number)`` depends on these two alone."""

    def __init__(self, known: Known, prior: Prior | None = None, *, amounts: Amounts = "balanced") -> None:
        self.known, self.prior, self.amounts = known, prior or Prior(), amounts
        makers = np.bincount(known.group, minlength=len(known.labels))
        self.survey = Survey.of(known.layout, makers)

    @cached_property
    def fingerprint(self) -> str:
        """Fingerprint (指纹) of the known facts and the prior."""
        known, layout = self.known, self.known.layout
        digest = hashlib.sha256(f"{ENGINE_VERSION} {self.prior} {self.amounts} {known.labels}".encode())
        arrays: tuple[Any, ...] = (
            known.group, known.need_supplier, known.need_buyer, known.need_class, known.cost, known.n_links, known.sales,
            known.group_output, known.purchases, known.slot_amount, layout.slot_buyer, layout.slot_group, layout.seller,
            layout.status, layout.value, np.zeros(0) if known.output_weight is None else known.output_weight,
        )  # fmt: skip
        for array in arrays:
            digest.update(repr(array.shape).encode() + np.ascontiguousarray(array).tobytes())
        return "sha256:" + digest.hexdigest()

    def draw(self, seed: int, number: int) -> Draw:
        """Draw network ``number``; the same bytes whatever was drawn before."""
        known, layout = self.known, self.known.layout
        rng = stream(seed, number, HYPER)
        exponent = draw_exponent(self.prior, self.survey, rng)
        sales = draw_sales(known, self.prior, stream(seed, number, SALES))
        demand = slot_amounts(known, self.prior, sales, stream(seed, number, RECIPES))
        wanted = self._wanted(sales, demand, exponent)
        drawn = draw_links(layout, sales, demand, wanted, stream(seed, number, LINKS), amounts=self.amounts)
        seller, slot = layout.seller[drawn.pair], layout.slot[drawn.pair]
        network = SupplyNetwork(
            seller,
            layout.slot_buyer[slot],
            drawn.value,
            known.group,
            input_class=known.need_class[known.slot_need[slot]],
            output_weight=sales if known.output_weight is None else known.output_weight,
        )
        main = main_suppliers(layout.n_slots, slot, seller, drawn.value)
        return Draw(number, network, exponent, sales, drawn.misfit, main)

    def chances(self, exponent: float | None = None) -> tuple[IntArray, IntArray, FloatArray]:
        """Seller, buyer and chance of a link of every pair, with known sales (unknown ones at their mean)."""
        known, layout = self.known, self.known.layout
        if exponent is None:
            told = self.prior.exponent
            exponent = sum(told) / 2 if isinstance(told, tuple) else told
        drawn = [draw_sales(known, self.prior, stream(0, number, SALES)) for number in range(64)]
        sales = drawn[0] if not np.isnan(known.sales).any() else np.mean(drawn, axis=0)
        demand = slot_amounts(known, replace(self.prior, recipes=np.inf), sales, stream(0, 0, RECIPES))
        _, marginal = link_chances(layout, sales, demand, self._wanted(sales, demand, exponent))
        return layout.seller, layout.slot_buyer[layout.slot], marginal

    def run(
        self,
        n_draws: int = 200,
        *,
        seed: int = 1,
        first: int = 0,
        shocks: ArrayLike | sparse.sparray | None = None,
        eps: float = 0.01,
        max_iterations: int = 10_000,
        market: bool = True,
        progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Ensemble:
        """Run the index over draws ``first`` … ``first + n_draws - 1``.

        Parameters
        ----------
        shocks : shape (n_firms, n_cases), dense or sparse; default the failure of each firm

        Raises
        ------
        Cancelled
            ``cancel()`` said so, between two draws.
        """
        known = self.known
        slots = self._open_slots
        hidden = np.flatnonzero(np.isnan(known.sales))
        tables, rows, answers = [], [], []
        for at, number in enumerate(range(first, first + n_draws)):
            if cancel is not None and cancel():
                raise Cancelled(f"cancelled after {at} of {n_draws} draws")
            one = self.draw(seed, number)
            cascade = Cascade(one.network, market=market)
            options: dict[str, Any] = {"eps": eps, "max_iterations": max_iterations}
            table = cascade.failures(**options) if shocks is None else cascade.losses(shocks, **options)
            tables.append((table.loss, table.loss_down, table.loss_up))
            rows.append((one.exponent, one.misfit, one.network.n_links))
            answers.append(np.r_[one.exponent, one.sales[hidden], one.main_supplier[slots]])
            if progress is not None:
                progress(at + 1, n_draws)
        losses = np.array(tables)
        facts: list[tuple[Any, ...]] = [("exponent",), *(("sales", int(firm)) for firm in hidden)]
        facts += [
            ("supplier", int(known.layout.slot_buyer[s]), known.labels[known.layout.slot_group[s]]) for s in slots
        ]
        parameters: dict[str, Any] = {"n_draws": n_draws, "first": first, "eps": eps, "max_iterations": max_iterations}
        parameters |= {"market": market, "prior": repr(self.prior), "amounts": self.amounts}
        return Ensemble(
            loss=losses[:, 0],
            loss_down=losses[:, 1],
            loss_up=losses[:, 2],
            exponent=np.array([row[0] for row in rows]),
            misfit=np.array([row[1] for row in rows]),
            n_links=np.array([row[2] for row in rows], np.int64),
            facts=tuple(facts),
            answers=np.array(answers),
            draws=np.arange(first, first + n_draws),
            seed=seed,
            fingerprint=self.fingerprint,
            engine_version=f"{ENGINE_VERSION}, {CASCADE_VERSION}",
            parameters=MappingProxyType(parameters),
        )

    def knowing(self, fact: tuple[Any, ...], seed: int, number: int) -> "Reconstruction":
        """The same reconstruction, were a fact known to be as it is in one draw."""
        one = self.draw(seed, number)
        known = self.known
        if fact[0] == "exponent":
            return Reconstruction(known, replace(self.prior, exponent=one.exponent, learn=False), amounts=self.amounts)
        if fact[0] == "sales":
            sales = known.sales.copy()
            sales[fact[1]] = one.sales[fact[1]]
            return Reconstruction(_with(known, sales=sales), self.prior, amounts=self.amounts)
        group = known.labels.index(fact[2])
        net = one.network
        links = (net.buyer == fact[1]) & (known.group[net.seller] == group)
        closed = (known.layout.slot_buyer == fact[1]) & (known.layout.slot_group == group)
        rows = (net.seller[links], net.buyer[links], net.value[links])
        return Reconstruction(
            _with(known, layout=known.layout.knowing(rows, None, closed)), self.prior, amounts=self.amounts
        )

    @cached_property
    def _open_slots(self) -> IntArray:
        """Slots with more than one possible set of suppliers."""
        layout: Layout = self.known.layout
        n_open = np.bincount(layout.slot[layout.status == OPEN], minlength=layout.n_slots)
        n_known = np.bincount(layout.slot[layout.status > OPEN], minlength=layout.n_slots)
        return np.flatnonzero((n_open > 1) | ((n_open > 0) & (n_known > 0)))

    def _wanted(self, sales: FloatArray, demand: FloatArray, exponent: float) -> FloatArray:
        """Expected links of each block beside the known ones: as known, else by the law of degrees."""
        known, layout = self.known, self.known.layout
        wanted = wanted_links(layout, sales, demand, exponent)
        told = known.n_links[known.slot_need[layout.block_start[:-1]]]
        n_known = np.bincount(layout.block_of_slot[layout.slot[layout.status > OPEN]], minlength=len(wanted))
        return np.where(np.isnan(told), wanted, np.maximum(told - n_known, 0.0))


def stream(seed: int, number: int, topic: int) -> np.random.Generator:
    """Random numbers of one draw and topic."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(number, topic)))


def main_suppliers(n_slots: int, slot: IntArray, seller: IntArray, value: FloatArray) -> IntArray:
    """Firm that delivers most to each slot (the first of equal ones), -1 where nobody does."""
    order = np.lexsort((seller, -value, slot))
    found = np.full(n_slots, -1)
    firsts = np.flatnonzero(np.r_[True, np.diff(slot[order]) != 0][: len(slot)])
    found[slot[order[firsts]]] = seller[order[firsts]]
    return found


def _with(known: Known, **changes: Any) -> Known:
    """A copy of known facts with some arrays changed; what was checked stays checked."""
    other = object.__new__(Known)
    for name in Known.__dataclass_fields__:
        object.__setattr__(other, name, changes.get(name, getattr(known, name)))
    return other
