"""What an edit costs: its effect on named scenarios and on the full ranking, against running everything again.

Edits are drawn as an office would ask: a random purchase, and a random firm of the same group that takes over 30 % of it. Times are
CPU seconds of one thread; every speed-up divides a full run on the edited network, built from nothing, by the incremental one.
"""

import time
from typing import Any

import numpy as np
from scipy import sparse

from lianban.engine import SupplyNetwork, synthetic
from lianban.engine.cascade import Cascade
from lianban.engine.cascade.fast import as_shocks
from lianban.engine.interventions import (
    Baseline,
    Edit,
    Measure,
    NetworkLosses,
    Problem,
    best_portfolio,
    edited,
    move_purchases,
)

SEED = 20261122
SHARE = 0.3


def figures(quick: bool = False) -> dict[str, Any]:
    """Speed-ups of edits, and how often greedy misses the best portfolio."""
    n, n_edits, n_timed = (10_000, 40, 5) if quick else (91_595, 200, 10)
    network = synthetic.firm_network(n, links_per_firm=2.7, family="h4", seed=1)
    rng = np.random.default_rng(SEED)
    warm_up(network)
    edits = [draw(network, rng) for _ in range(n_edits)]
    begun = time.process_time()
    full = Cascade(network)
    ranking = full.failures(threads=1)
    seconds = time.process_time() - begun
    drawn = np.sort(rng.choice(n, 100, replace=False))
    worst = np.sort(np.argsort(-ranking.loss, kind="stable")[:100])
    return {
        "network": {"family": "h4", "seed": 1, "firms": n, "links": network.n_links, "edits_seed": SEED},
        "full_ranking_cpu_seconds": round(seconds, 3),
        "named_100_drawn": named(network, drawn, edits, seconds),
        "named_100_most_systemic": named(network, worst, edits[: 2 * n_timed], seconds),
        "full_ranking": ranked(network, edits, n_timed, seconds),
        "portfolio": portfolios(4 if quick else 20),
    }


def warm_up(network: SupplyNetwork) -> None:
    """Compile, or load what was compiled."""
    Baseline(network, firms=[0, 1], threads=1).after(draw(network, np.random.default_rng(0)))


def draw(network: SupplyNetwork, rng: np.random.Generator) -> Edit:
    """A firm of the same group takes over a part of a random purchase."""
    link = int(rng.integers(network.n_links))
    rivals = np.flatnonzero(network.group == network.group[network.seller[link]])
    return move_purchases(network, [(int(rng.choice(rivals)), int(network.buyer[link]), SHARE)])


def named(network: SupplyNetwork, firms: np.ndarray, edits: list[Edit], seconds: float) -> dict[str, Any]:
    """One edit's effect on 100 named failures against the full ranking."""
    baseline = Baseline(network, firms=firms, threads=1)
    baseline.after(edits[0])  # its graphs are made once
    took, rerun, worst = [], [], 0.0
    for number, edit in enumerate(edits):
        begun = time.process_time()
        after = baseline.after(edit)
        took.append(time.process_time() - begun)
        rerun.append(int(after.rerun.sum()))
        if number < 5:
            expected = Cascade(edited(network, edit)).failures(firms, threads=1)
            worst = max(worst, float(np.abs(after.table.loss - expected.loss).max()))
            assert (after.table.iterations == expected.iterations).all()
    return {
        "edits": len(edits),
        "cpu_seconds": spread(took),
        "times_faster_than_the_full_ranking": spread(seconds / np.array(took)),
        "scenarios_run_again": spread(rerun),
        "largest_difference_of_5_edits": worst,
    }


def ranked(network: SupplyNetwork, edits: list[Edit], n_timed: int, seconds: float) -> dict[str, Any]:
    """The whole ranking after an edit against running it again.

    All edits by work (visits of links; a case that goes on in a lane at what the engine takes a dense step for), the first ones by time too.
    """
    baseline = Baseline(network, threads=1)
    work = visits(baseline)
    by_work, share, took, changed, worst, differing = [], [], [], [], 0.0, 0
    for number, edit in enumerate(edits):
        new = edited(network, edit)
        rerun = baseline.can_change(baseline.touched(new, edit))
        share.append(float(rerun.mean()))
        by_work.append(float(work.sum() / max(work[rerun].sum(), 1)))
        if number < n_timed:
            begun = time.process_time()
            after = baseline.after(edit)
            took.append(time.process_time() - begun)
            changed.append(float((after.table.loss != baseline.table.loss)[rerun].mean()))
        if number == 0:
            expected = Cascade(new).failures(threads=1)
            worst = float(np.abs(after.table.loss - expected.loss).max())
            differing = int((after.table.iterations != expected.iterations).sum())
    return {
        "edits": len(edits),
        "times_less_work": spread(by_work),
        "share_run_again": spread(share),
        "edits_timed": n_timed,
        "times_faster_of_those_timed": spread(seconds / np.array(took)),
        "times_less_work_of_those_timed": spread(by_work[:n_timed]),
        "of_those_run_again_changed_in_some_digit": spread(changed),
        "largest_difference_of_the_first_edit": worst,
        "iterations_differing_in_the_first_edit": differing,
    }


def visits(baseline: Baseline) -> np.ndarray:
    """Work of each single failure on the baseline."""
    fast, n = baseline.cascade.fast, baseline.network.n_firms
    every = sparse.eye_array(n, format="csc")
    found = fast.run(
        as_shocks(every, every, fast.place), eps=0.01, max_iterations=10_000, threads=1, progress=None, cancel=None
    )
    return found.visits + (found.steps - found.walked) * fast.dense_step


def portfolios(n_questions: int) -> dict[str, Any]:
    """Greedy against the proved optimum on random networks with 8 candidate sources; eps 1e-6, so that a proof is short."""
    rng = np.random.default_rng(SEED)
    gaps, evaluated = [], []
    for seed in range(n_questions):
        network = synthetic.firm_network(300, links_per_firm=3, family="h2", seed=seed)
        firms = np.argsort(-Cascade(network).failures().loss, kind="stable")[:5]
        shocks = np.zeros((network.n_firms, 5))
        shocks[firms, np.arange(5)] = 1.0
        bought = np.flatnonzero(np.isin(network.seller, firms) & (network.input_class > 0))
        links = rng.choice(bought, min(8, len(bought)), replace=False)
        measures = [Measure(moves=(take_over(network, int(link), rng),)) for link in links]
        problem = Problem(rng.integers(1, 6, len(measures)), 10, 5)
        found = best_portfolio(NetworkLosses(network, measures, shocks, eps=1e-6), problem)
        gain = found.value_before - found.best.value
        gaps.append(0.0 if gain <= 0 else float((found.greedy_gap or 0.0) / gain))
        evaluated.append(found.n_evaluated)
    return {
        "questions": n_questions,
        "greedy_missed_the_optimum": int((np.array(gaps) > 1e-9).sum()),
        "largest_part_of_the_gain_missed": float(max(gaps)),
        "cascades_for_the_proof": spread(evaluated),
        "sets_of_8_actions": 256,
    }


def take_over(network: SupplyNetwork, link: int, rng: np.random.Generator) -> tuple[int, int, float]:
    rivals = np.flatnonzero(network.group == network.group[network.seller[link]])
    return int(rng.choice(rivals)), int(network.buyer[link]), SHARE


def spread(values: Any) -> dict[str, float]:
    """Smallest, quartiles, largest."""
    names = ("min", "quarter", "median", "three_quarters", "max")
    return {
        name: float(f"{value:.4g}")
        for name, value in zip(names, np.quantile(np.asarray(values, float), [0, 0.25, 0.5, 0.75, 1]), strict=True)
    }
