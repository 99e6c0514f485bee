"""Calibration of the reconstruction (重构校准): do its intervals hold what they promise?

Protocol, written down before any figure was looked at. Networks whose law the reconstruction does not know are made by
seed; an office that knows products, needs and strengths, and has surveyed the suppliers of one buyer in five, asks for
the systemic risk of every firm; its 90 % intervals are held against the truth. Coverage and width are reported whatever
they are; the aim is 85 to 95 %. LOOK_SEEDS may be looked at while the method is made; the figures that count are those of
FINAL_SEEDS, run once per version of the method. Versions and their figures stand in docs/models/reconstruct.md.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lianban.engine import SupplyNetwork
from lianban.engine.cascade import Cascade
from lianban.engine.reconstruct import ENGINE_VERSION, Reconstruction, known_of, ranks_of, summarise
from lianban.engine.synthetic import firm_network

LOOK_SEEDS = (101, 102, 103)
FINAL_SEEDS = (2201, 2202, 2203, 2204, 2205, 2206)
ETO_SEED, ICKG_SEED = 3301, 4401
DRAWS = 200
SURVEYED = 0.2  # part of the buyers whose suppliers are known
N_FIRMS, N_FIRMS_QUICK = 200, 80
SAME = 1e-9  # a truth this near the end of an interval is in it: sums in another order differ in the last digits


def hierarchical(n: int, seed: int) -> SupplyNetwork:
    """A law of our own: five tiers, each buying from the one above; who has customers gets more (rich get richer)."""
    rng = np.random.default_rng(seed)
    n_groups = max(n // 8, 5)
    group = np.sort(rng.integers(0, n_groups, n))
    tier = group * 5 // n_groups
    customers = np.ones(n)
    links: dict[tuple[int, int], float] = {}
    for buyer in rng.permutation(n).tolist():
        above = np.flatnonzero(tier == tier[buyer] - 1)
        if not len(above):
            continue
        recipe = np.random.default_rng([seed, int(group[buyer])])  # what a group needs is the same for all its makers
        wanted = recipe.choice(np.unique(group[above]), min(3, len(np.unique(group[above]))), replace=False)
        for one in wanted.tolist():
            makers = above[group[above] == one]
            chosen = rng.choice(makers, min(int(rng.geometric(0.6)), len(makers)), replace=False,
                                p=customers[makers] / customers[makers].sum())  # fmt: skip
            for seller in chosen.tolist():
                customers[seller] += 1.0
                links[seller, buyer] = float(np.round(np.exp(2 + rng.normal(0, 1.5)), 2)) + 0.01
    return _network(n, group, links, rng)


def spatial(n: int, seed: int) -> SupplyNetwork:
    """A law of our own: firms on a square buy from makers near by, with sizes that have nothing to do with it."""
    rng = np.random.default_rng(seed)
    n_groups = max(n // 10, 4)
    group, place, size = rng.integers(0, n_groups, n), rng.random((n, 2)), np.exp(rng.normal(0, 1.2, n))
    links: dict[tuple[int, int], float] = {}
    for buyer in range(n):
        recipe = np.random.default_rng([seed, int(group[buyer])])
        for one in recipe.choice(n_groups, 3, replace=False).tolist():
            makers = np.flatnonzero((group == one) & (np.arange(n) != buyer))
            if not len(makers):
                continue
            near = np.exp(-np.hypot(*(place[makers] - place[buyer]).T) / 0.1) + 1e-9
            chosen = rng.choice(makers, min(1 + int(rng.poisson(0.7)), len(makers)), replace=False, p=near / near.sum())
            for seller in chosen.tolist():
                links[seller, buyer] = float(size[buyer] * np.exp(rng.normal(0, 0.8)))
    return _network(n, group, links, rng)


def _network(n: int, group: Any, links: dict[tuple[int, int], float], rng: np.random.Generator) -> SupplyNetwork:
    ends = np.array(list(links), np.int64)
    kinds = rng.choice([0, 1, 2], (int(group.max()) + 1,) * 2, p=[0.2, 0.3, 0.5])
    classes = kinds[group[ends[:, 0]], group[ends[:, 1]]]
    return SupplyNetwork(ends[:, 0], ends[:, 1], list(links.values()), group, input_class=classes)


LAWS: dict[str, Callable[[int, int], SupplyNetwork]] = {
    **{name: lambda n, seed, name=name: firm_network(n, family=name, seed=seed) for name in ("h4", "j4", "x4")},
    "hierarchical": hierarchical,
    "spatial": spatial,
}
KNOWLEDGE = ("amounts", "totals", "half_sales", "no_survey")  # what the office knows, see docs/models/reconstruct.md


def reconstruction_of(network: SupplyNetwork, knowledge: str, seed: int) -> Reconstruction:
    """Reconstruct a network from what an office with such knowledge would know; who is surveyed follows from the seed."""
    rng = np.random.default_rng([seed, 7])
    n = network.n_firms
    surveyed = rng.choice(n, int(SURVEYED * n), replace=False)
    hidden = rng.choice(n, n // 2, replace=False)
    known = known_of(
        network,
        surveyed=() if knowledge == "no_survey" else surveyed,
        amounts=knowledge != "totals",
        hide_sales=hidden if knowledge == "half_sales" else (),
    )
    return Reconstruction(known)


def calibrate(network: SupplyNetwork, knowledge: str, seed: int, draws: int) -> dict[str, float]:
    """Coverage and width of the intervals of every firm's loss and of every group's."""
    groups = np.unique(network.group)
    of_group = (network.group[:, None] == groups).astype(float)
    shocks = np.hstack([np.eye(network.n_firms), of_group])
    truth = Cascade(network).losses(shocks).loss
    found = reconstruction_of(network, knowledge, seed).run(draws, seed=seed, shocks=shocks)
    n = network.n_firms
    told = _judge(truth[:n], found.loss[:, :n])
    told |= {f"group_{name}": value for name, value in _judge(truth[n:], found.loss[:, n:]).items()}
    told["misfit"] = float(found.misfit.mean())
    told["links_ratio"] = float(found.n_links.mean() / network.n_links)
    return told


def _judge(truth: Any, losses: Any) -> dict[str, float]:
    summary = summarise(losses)
    told: dict[str, float] = {}
    for row, level in enumerate(summary.levels):
        inside = (truth >= summary.low[row] - SAME) & (truth <= summary.high[row] + SAME)
        told[f"coverage_{level:.0%}"] = float(inside.mean())
    low, high = summary.low[-1], summary.high[-1]
    inside = (truth >= low - SAME) & (truth <= high + SAME)
    top = truth >= np.quantile(truth, 0.9)
    told["coverage_90%_top_tenth"] = float(inside[top].mean())
    open_ = high - low > SAME
    told["undetermined"] = float(open_.mean())
    told["coverage_90%_undetermined"] = float(inside[open_].mean()) if open_.any() else 1.0
    told["below"], told["above"] = float((truth < low - SAME).mean()), float((truth > high + SAME).mean())
    told["width_90%_over_mean_truth"] = float((high - low).mean() / truth.mean())
    ranks = ranks_of(truth[None])[0]
    told["rank_coverage_90%"] = float(((ranks >= summary.rank_low[-1]) & (ranks <= summary.rank_high[-1])).mean())
    told["median_rank_correlation"] = float(np.corrcoef(ranks, summary.rank)[0, 1])
    return told


def synthetic(
    seeds: Sequence[int], *, n: int, draws: int, laws: Sequence[str], knowledge: Sequence[str]
) -> dict[str, Any]:
    """Calibrate on every law, knowledge and seed; the mean over seeds, with the least and the largest coverage."""
    told: dict[str, Any] = {}
    for law in laws:
        for known in knowledge:
            rows = [calibrate(LAWS[law](n, seed), known, seed, draws) for seed in seeds]
            means = {name: round(float(np.mean([row[name] for row in rows])), 4) for name in rows[0]}
            means["coverage_90%_least"] = round(min(row["coverage_90%"] for row in rows), 4)
            means["coverage_90%_largest"] = round(max(row["coverage_90%"] for row in rows), 4)
            told[f"{law}/{known}"] = means
    return told


def figures(quick: bool = False) -> dict[str, Any]:
    """Coverage and width on networks of unknown law, on hidden provider shares, and the ranking of links."""
    from benchmarks import reconstruct_real

    began = time.process_time()
    n, draws = (N_FIRMS_QUICK, 40) if quick else (N_FIRMS, DRAWS)
    seeds = FINAL_SEEDS[:1] if quick else FINAL_SEEDS
    laws = ("h4", "spatial") if quick else tuple(LAWS)
    told: dict[str, Any] = {"version": ENGINE_VERSION, "n_firms": n, "draws": draws, "seeds": list(seeds)}
    told["synthetic"] = synthetic(seeds, n=n, draws=draws, laws=laws, knowledge=KNOWLEDGE[:2])
    told["synthetic"] |= synthetic(seeds[:2], n=n, draws=draws, laws=laws[:1] + laws[-1:], knowledge=KNOWLEDGE[2:])
    told["eto_chips"] = reconstruct_real.hidden_shares(ETO_SEED, draws=draws)
    told["ickg"] = reconstruct_real.link_ranking(ICKG_SEED)
    told["cpu_seconds"] = round(time.process_time() - began, 1)
    return told
