"""One measurement of the cascade in a process of its own, so that memory and compilation are its own; prints JSON.

Used by ``cascade.py``; by hand: ``python -m benchmarks.cascade_run make FILE h4 91595`` and then ``… all FILE``.
"""

import argparse
import hashlib
import json
import os
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import machine

SEED = 20261122


def make(file: Path, family: str, n_firms: int) -> dict[str, Any]:
    """Draw a network and save it."""
    from lianban.engine import synthetic
    from lianban.engine.files import save_network

    cpu = time.process_time()
    network = synthetic.firm_network(n_firms, family=family, seed=SEED)
    drawn = time.process_time() - cpu
    save_network(network, file)
    return {"n_firms": n_firms, "n_links": network.n_links, "draw_cpu_s": round(drawn, 2)}


def all_firms(file: Path, threads: int, per_stratum: int | None, compare: int, repeats: int) -> dict[str, Any]:
    """Time the failures of all firms, or of a sample of each size stratum scaled up; hold some against plain SciPy."""
    from benchmarks.plain import strata
    from lianban.engine.cascade import Cascade
    from lianban.engine.files import read_network

    network = read_network(file)
    _warm()
    begun, cpu = time.perf_counter(), time.process_time()
    cascade = Cascade(network, kernels=True)
    cascade.failures([0], threads=threads)  # what is made on first use belongs to the preparation
    prepare_cpu, prepare = time.process_time() - cpu, time.perf_counter() - begun
    report: dict[str, Any] = {"threads": threads, "prepare_cpu_s": prepare_cpu, "load_before": machine.load()}
    if per_stratum is None:
        parts, weights = [np.arange(network.n_firms)], [1.0]
    else:
        rng = np.random.default_rng(SEED)
        parts = [rng.choice(part, min(per_stratum, len(part)), replace=False) for part in strata(network)]
        weights = [len(part) / len(chosen) for part, chosen in zip(strata(network), parts, strict=True)]
    runs = []
    for _ in range(repeats):
        cpu_s, wall_s, tables = [], [], []
        for chosen in parts:
            begun, cpu = time.perf_counter(), time.process_time()
            tables.append(cascade.failures(chosen, threads=threads))
            cpu_s.append(time.process_time() - cpu)
            wall_s.append(time.perf_counter() - begun)
        runs.append((float(np.dot(cpu_s, weights)), float(np.dot(wall_s, weights)), cpu_s, tables))
    runs.sort(key=lambda one: one[0])
    cpu_all, wall_all, cpu_s, tables = runs[len(runs) // 2]
    loss = np.concatenate([table.loss for table in tables])
    iterations = np.concatenate([table.iterations for table in tables])
    report |= {
        "cpu_s": round(cpu_all + prepare_cpu, 3),
        "wall_s": round(wall_all + prepare, 3),
        "runs_cpu_s": [round(one[0] + prepare_cpu, 3) for one in runs],
        "sampled_firms": None if per_stratum is None else len(loss),
        "cpu_s_by_stratum": [round(float(c * w), 3) for c, w in zip(cpu_s, weights, strict=True)],
        "peak_mib": machine.peak_mib(),
        "mean_iterations": round(float(iterations.mean()), 2),
        "max_iterations": int(iterations.max()),
        "largest_esri": round(float(loss.max()), 4),
        "digest": hashlib.sha256(loss.tobytes()).hexdigest()[:16],
        "load_after": machine.load(),
    }
    if per_stratum is None:
        report["cost"] = _where_the_time_goes(cascade, network.n_firms, float(cpu_all))
    if compare:
        report["plain"] = _against_plain(cascade, network, compare, threads)
    return report


def one_shock(file: Path, times: int) -> dict[str, Any]:
    """Time single failures of random firms on a loaded network: loss of the shock, and levels of all firms too."""
    from lianban.engine.cascade import Cascade
    from lianban.engine.files import read_network

    network = read_network(file)
    _warm()
    cascade = Cascade(network, kernels=True)
    firms = np.random.default_rng(SEED).choice(network.n_firms, times, replace=False)
    cascade.failures(firms[:1], threads=1)
    ms = []
    for firm in firms:
        begun = time.perf_counter()
        cascade.failures([firm], threads=1)
        ms.append(1000 * (time.perf_counter() - begun))
    levels_ms = []
    for firm in firms[: max(times // 20, 1)]:
        shock = np.zeros(network.n_firms)
        shock[firm] = 1.0
        begun = time.perf_counter()
        cascade.run(shock)
        levels_ms.append(1000 * (time.perf_counter() - begun))
    quantiles = {f"p{q}": round(float(np.percentile(ms, q)), 3) for q in (50, 90, 99)}
    return {
        "shocks": times,
        "loss_ms": {**quantiles, "worst": round(max(ms), 3)},
        "levels_of_all_firms_ms": {"p50": round(float(np.median(levels_ms)), 1), "worst": round(max(levels_ms), 1)},
        "load": machine.load(),
    }


def start() -> dict[str, Any]:
    """Time from the start of Python to the first result, and count what was compiled."""
    from numba.core import event

    begun = time.perf_counter()
    with event.install_recorder("numba:compile") as compiled:
        _warm()
    first_result = time.perf_counter() - begun
    return {"to_first_result_s": round(first_result, 3), "compiled": len({str(e.data) for _, e in compiled.buffer})}


def _warm() -> None:
    """Compile, or read from the cache, what a run needs."""
    from lianban.engine import synthetic
    from lianban.engine.cascade import Cascade

    cascade = Cascade(synthetic.firm_network(400, family="x4", seed=1))
    for threads in (1, 2):
        cascade.failures(threads=threads)


def _where_the_time_goes(cascade: Any, n_firms: int, cpu_s: float) -> dict[str, Any]:
    """Time a sample of firms one by one: which part of the whole do the dearest 1 % cost?"""
    firms = np.random.default_rng(SEED).choice(n_firms, min(2_000, n_firms), replace=False)
    spent = []
    for firm in firms:
        begun = time.process_time()
        cascade.failures([firm], threads=1)
        spent.append(time.process_time() - begun)
    dearest = np.sort(spent)[::-1]
    return {
        "mean_us": round(1e6 * cpu_s / n_firms, 1),
        "median_us_alone": round(1e6 * float(np.median(spent)), 1),
        "dearest_percent_share": round(float(dearest[: max(len(dearest) // 100, 1)].sum() / dearest.sum()), 3),
    }


def _against_plain(cascade: Any, network: Any, per_stratum: int, threads: int) -> dict[str, Any]:
    """Time the plain twin on a sample of each size stratum and compare every number of it."""
    from benchmarks.plain import estimate

    cpu_s, spread, firms, plain, spent = estimate(network, per_stratum, SEED)
    ours = cascade.failures(firms, threads=threads)
    differences = [np.abs(getattr(ours, a) - getattr(plain, b)).max() for a, b in (("loss", "both"), ("loss_down", "down"), ("loss_up", "up"))]  # fmt: skip
    return {
        "cpu_s": round(cpu_s, 2),
        "cpu_s_spread": round(spread, 2),
        "sampled_firms": len(firms),
        "sample_cpu_s": round(spent, 2),
        "max_difference": float(max(differences)),
        "equal_iterations": bool((ours.iterations == plain.steps).all()),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("what", choices=["make", "all", "one", "start"])
    asked.add_argument("file", type=Path, nargs="?")
    asked.add_argument("family", nargs="?", default="h4")
    asked.add_argument("n_firms", type=int, nargs="?", default=1000)
    asked.add_argument("--threads", type=int, default=1)
    asked.add_argument("--per-stratum", type=int)
    asked.add_argument("--compare", type=int, default=0)
    asked.add_argument("--repeats", type=int, default=1)
    asked.add_argument("--times", type=int, default=200)
    given = asked.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    report = {
        "make": lambda: make(given.file, given.family, given.n_firms),
        "all": lambda: all_firms(given.file, given.threads, given.per_stratum, given.compare, given.repeats),
        "one": lambda: one_shock(given.file, given.times),
        "start": start,
    }[given.what]()
    print(json.dumps(report))


if __name__ == "__main__":
    main()
