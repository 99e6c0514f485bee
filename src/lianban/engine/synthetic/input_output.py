"""Firms on an input-output table: sector mix from its coefficients, sizes by its output, its flows kept exactly."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.errors import EngineError
from lianban.engine.network import SupplyNetwork
from lianban.engine.network_checks import square_classes
from lianban.engine.synthetic.firms import Firms, draw_firms
from lianban.engine.synthetic.generate import link_values
from lianban.engine.synthetic.links import ROUNDS, ByFitness, SectorMix, more_pairs

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SEEDED_PART = 0.5  # of the links may be spent to give each flow of the table one link


def from_input_output(
    coefficients: ArrayLike,
    output: ArrayLike,
    n_firms: int,
    *,
    links_per_firm: float = 2.7,
    firms_per_sector: ArrayLike | None = None,
    class_matrix: ArrayLike | None = None,
    sector_labels: Sequence[Any] | None = None,
    seed: int,
) -> SupplyNetwork:
    """Draw firms and links whose sums are those of an input-output table.

    Parameters
    ----------
    coefficients : shape (n_sectors, n_sectors), at least 0
        Direct coefficients (直接消耗系数): input from the row's sector per unit of output of the column's sector.
    output : shape (n_sectors,), any unit of money, at least 0
        Gross output. A sector without output gets no firm.
    firms_per_sector : whole numbers that add up to n_firms; default in proportion to the root of the output, at least 1
    class_matrix : 0, 1, 2 for each pair of sectors; default 2 everywhere, as the fixed coefficients of the table say
    sector_labels : names of the sectors; firms are labelled ``"sector/number"``

    Returns
    -------
    SupplyNetwork
        Group = sector. The flows between two sectors add up to the table's wherever a link stands. Half of the links go to one for
        each flow, the largest first; so every flow is there if n_firms * links_per_firm is twice their number. What a
        sector of one firm buys from itself has no link. The output weights are the firms' parts of the gross output.

    Raises
    ------
    EngineError
        Shapes do not fit, a number is negative or missing, or there are fewer firms than sectors with output.
    """
    table, total = _checked_table(coefficients, output)
    n_sectors = len(total)
    rng = np.random.default_rng(seed)
    counts = _counts(total, n_firms, firms_per_sector)
    firms = draw_firms(rng, np.repeat(np.arange(n_sectors), counts))
    flow = table * total  # Z = A diag(x)
    flow[counts == 0] = flow[:, counts == 0] = 0.0
    np.fill_diagonal(flow, np.where(counts > 1, flow.diagonal(), 0.0))
    _give_each_flow_a_trader(firms, flow)

    seller, buyer = _links(rng, firms, flow, round(links_per_firm * n_firms))
    value = link_values(rng, firms, seller, buyer)
    pair = firms.sector[seller] * n_sectors + firms.sector[buyer]
    drawn = np.bincount(pair, value, n_sectors * n_sectors)
    value = value * (flow.ravel()[pair] / drawn[pair])

    weight = np.exp(1.9 * firms.size) * (1.0 + firms.supply)
    part = weight / np.bincount(firms.sector, weight, n_sectors)[firms.sector]
    classes = (
        np.full((n_sectors, n_sectors), 2, np.int8) if class_matrix is None else square_classes(class_matrix, n_sectors)
    )
    labels = None
    if sector_labels is not None:
        labels = [f"{sector_labels[s]}/{firm}" for firm, s in enumerate(firms.sector.tolist())]
    return SupplyNetwork(
        seller,
        buyer,
        value,
        group=firms.sector,
        input_class=classes[firms.sector[seller], firms.sector[buyer]],
        output_weight=part * total[firms.sector],
        labels=labels,
    )


def _checked_table(coefficients: ArrayLike, output: ArrayLike) -> tuple[FloatArray, FloatArray]:
    table, total = np.array(coefficients, np.float64), np.array(output, np.float64)
    if total.ndim != 1 or table.shape != (len(total), len(total)):
        raise EngineError(f"coefficients have shape {table.shape}, output {total.shape}: expected (k, k) and (k,)")
    for name, numbers in (("coefficients", table), ("output", total)):
        bad = ~(np.isfinite(numbers) & (numbers >= 0))
        if bad.any():
            at = tuple(int(i) for i in np.argwhere(bad)[0])
            raise EngineError(f"{name}, row {at[0]}: {numbers[at]}, expected a finite number of at least 0")
    return table, total


def _counts(total: FloatArray, n_firms: int, given: ArrayLike | None) -> IntArray:
    """Firms in each sector; they add up to n_firms."""
    if given is not None:
        counts = np.array(given, np.int64)
        if counts.shape != total.shape or counts.min(initial=0) < 0 or counts.sum() != n_firms:
            raise EngineError(f"firms_per_sector must be {len(total)} whole numbers that add up to {n_firms}")
        return counts
    alive = total > 0
    spare = n_firms - int(alive.sum())
    if spare < 0 or n_firms < 2:
        raise EngineError(f"{n_firms} firms asked for, at least {max(int(alive.sum()), 2)} are needed: one per sector")
    ideal = spare * np.sqrt(total) / np.sqrt(total).sum()
    counts = np.floor(ideal).astype(np.int64)
    rest = np.argsort(-(ideal - counts), kind="stable")[: spare - int(counts.sum())]
    counts[rest] += 1
    return counts + alive


def _give_each_flow_a_trader(firms: Firms, flow: FloatArray) -> None:
    """Let the first firm of each sector sell and the last one buy, or some flow would have no end; change in place."""
    n_sectors = len(flow)
    first = np.searchsorted(firms.sector, np.arange(n_sectors))
    last = np.searchsorted(firms.sector, np.arange(n_sectors), side="right") - 1
    alive = last >= first
    firms.supply[first[alive]] = np.maximum(firms.supply[first[alive]], 1.0)
    firms.demand[last[alive]] = np.maximum(firms.demand[last[alive]], 1.0)
    firms.demand[flow.sum(axis=0)[firms.sector] == 0] = 0.0  # this sector buys nothing


def _links(rng: np.random.Generator, firms: Firms, flow: FloatArray, n_links: int) -> tuple[IntArray, IntArray]:
    """One link for each of the largest flows, the rest as in :func:`firm_network` with the table as mix."""
    n_sectors = len(flow)
    suppliers = ByFitness(firms.supply, firms.sector, n_sectors)
    buyers = ByFitness(firms.demand, firms.sector, n_sectors)
    largest = np.argsort(-flow, axis=None, kind="stable")[: int((flow > 0).sum())]
    largest = largest[: int(SEEDED_PART * n_links)]
    sells, buys = np.divmod(largest, n_sectors)
    seller, buyer = suppliers.draw(rng, sells), buyers.draw(rng, buys)
    for _ in range(ROUNDS):
        if not (loop := seller == buyer).any():
            break
        seller[loop], buyer[loop] = suppliers.draw(rng, sells[loop]), buyers.draw(rng, buys[loop])
    else:
        ends = np.searchsorted(firms.sector, sells[loop]), np.searchsorted(firms.sector, sells[loop], side="right") - 1
        seller[loop], buyer[loop] = ends  # the first sells, the last buys: they differ where a flow inside is left

    pairs = np.unique(buyer * firms.n_firms + seller)
    if flow.any():
        every = np.tile(np.arange(n_sectors), (n_sectors, 1))
        pairs = more_pairs(rng, firms, SectorMix.of(every, flow.T), suppliers, n_links, known=pairs)
    return pairs % firms.n_firms, pairs // firms.n_firms
