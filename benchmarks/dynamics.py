"""How long the day-by-day model takes: a year of a shock on networks of 10,000 firms, and what it keeps in memory.

    python -m benchmarks dynamics

Networks and shocks are drawn from seeds. Times are CPU seconds of this process, the smallest of three runs, after one run
that loads the compiled kernels; the first run of a process is reported apart.
"""

import resource
import time
from typing import Any

import numpy as np

from lianban.engine.dynamics import Case, Dynamics
from lianban.engine.synthetic import firm_network

DAYS = 365
FAMILIES = (("h4", 2.7), ("h4", 10.0))


def figures(quick: bool = False) -> dict[str, Any]:
    """CPU seconds of a year, for each channel; of 16 shocks through threads."""
    n_firms = 1_000 if quick else 10_000
    told: dict[str, Any] = {"n_firms": n_firms, "days": DAYS, "seed": 1, "stock_days": 10, "lead_days": 2}
    began = time.process_time()
    first = firm_network(200, links_per_firm=2.7, family="h4", seed=1)
    Dynamics(first).run(np.zeros(200), days=2)
    told["first_run_cpu_seconds"] = time.process_time() - began
    for family, links_per_firm in FAMILIES:
        network = firm_network(n_firms, links_per_firm=links_per_firm, family=family, seed=1)
        shock = np.zeros(n_firms)
        shock[np.argsort(-network.sales)[:20]] = 1.0
        name = f"{family}_{n_firms}_{links_per_firm:g}"
        told[name] = {"n_links": network.n_links, "shocked": "the 20 firms with the largest sales, for 30 days"}
        for channel in ("both", "supply", "demand"):
            dynamics = Dynamics(network, stock_days=10, lead_days=2, channel=channel)
            seconds, lost = _timed(lambda d=dynamics, s=shock: d.run(s, recovery_days=30, days=DAYS).lost_days)
            told[name][channel] = {"cpu_seconds": seconds, "lost_days": lost}
        model = Dynamics(network, stock_days=10, lead_days=2)
        if links_per_firm == FAMILIES[0][1]:
            cases = [Case(shock * part, recovery_days=30) for part in np.linspace(0.1, 1, 4 if quick else 16)]
            wall, cpu = time.perf_counter(), time.process_time()
            model.runs(cases, days=DAYS, threads=2)
            told[name]["cases_on_two_threads"] = {
                "n": len(cases),
                "wall_seconds": time.perf_counter() - wall,
                "cpu_seconds": time.process_time() - cpu,
            }
    told["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return told


def _timed(run: Any, times: int = 3) -> tuple[float, float]:
    best = np.inf
    for _ in range(times):
        began = time.process_time()
        value = run()
        best = min(best, time.process_time() - began)
    return best, value
