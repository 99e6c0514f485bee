"""Speed of the cascade: all firms of networks of 1,000 to a million, one shock, start-up; against plain SciPy and others.

CPU seconds are user and system time of a process that does nothing else, preparation of the network included, loading not.
Every network is drawn by ``lianban.engine.synthetic`` from one seed.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cascade_run import SEED
from benchmarks.published import ESRICASCADE_JL_MS, FASTCASCADE_MS, WHERE

ROOT = Path(__file__).parents[1]
Figures = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A network and how it is measured; ``sampled`` firms for each stratum instead of all of them under --quick."""

    family: str
    n_firms: int
    repeats: int = 3
    quick: bool = True
    sampled: int | None = None
    plain: int = 40
    plain_quick: int = 8

    @property
    def name(self) -> str:
        return f"{self.family}_{self.n_firms}"


CASES = [
    Case("h4", 1_000, plain=1_000, plain_quick=100),
    Case("h4", 5_000, quick=False),
    Case("h4", 10_000, plain=400, plain_quick=20),
    Case("h4", 20_000, quick=False),
    Case("h4", 91_595),
    Case("x4", 5_000),
    Case("d4", 10_000, quick=False),
    Case("d4", 91_595, repeats=1, plain=16, plain_quick=4),
    Case("j4", 10_000, quick=False),
    Case("j4", 100_000, repeats=1, quick=False, plain=16),
    Case("h4", 1_000_000, repeats=1, sampled=400, plain=8, plain_quick=2),
]
# What was asked for (bar) and hoped for (goal).
BARS: dict[str, tuple[str, float, float, str]] = {
    "h4_91595 all firms, one core": ("h4_91595.cpu_s", 8.0, 5.0, "CPU s"),
    "h4_91595 all firms, two cores": ("h4_91595.two_cores.wall_s", 4.0, 3.0, "s wall"),
    "d4_91595 all firms, one core": ("d4_91595.cpu_s", 90.0, 60.0, "CPU s"),
    "x4_5000 all firms, one core": ("x4_5000.cpu_s", 0.8, 0.5, "CPU s"),
    "h4_1000000 all firms, two cores": ("h4_1000000.two_cores.wall_s", 1800.0, 1200.0, "s wall"),
    "h4_1000000 largest memory": ("h4_1000000.two_cores.peak_mib", 1536.0, 1536.0, "MiB"),
    "h4_1000000 one shock, median": ("one_shock.loss_ms.p50", 20.0, 20.0, "ms"),
    "h4_1000000 one shock, worst of 200": ("one_shock.loss_ms.worst", 20.0, 20.0, "ms"),
    "second start compiles": ("start.second.compiled", 0.0, 0.0, "functions"),
    "import lianban": ("start.import_lianban_s", 0.5, 0.5, "s"),
}


def figures(quick: bool = False, only: str | None = None) -> Figures:
    """Measure all cases; ``only`` names one. quick: the million sampled, the middle sizes left out."""
    report: Figures = {"seed": SEED, "others_measured_on": WHERE, "cases": {}}
    with tempfile.TemporaryDirectory() as place:
        for case in CASES:
            if (quick and not case.quick) or only not in (None, case.name):
                continue
            file = Path(place) / f"{case.name}.npz"
            made = child("make", str(file), case.family, str(case.n_firms))
            report["cases"][case.name] = {**made, **measured(case, file, quick)}
            if case.n_firms == 1_000_000:
                report["one_shock"] = child("one", str(file))
            file.unlink()
    if only is None:
        report["start"] = start_up()
    report["bars"] = {name: held(report, *bar) for name, bar in BARS.items()}
    return report


def measured(case: Case, file: Path, quick: bool) -> Figures:
    """One core, two cores, and the ratios."""
    sample = ["--per-stratum", str(case.sampled)] if quick and case.sampled else []
    repeats = ["--repeats", str(1 if quick and case.n_firms > 50_000 else case.repeats)]
    plain = ["--compare", str(case.plain_quick if quick else case.plain)]
    whole_on_two = case.n_firms >= 1_000_000 and not quick  # a million firms once, on two cores
    two = child("all", str(file), "--threads", "2", *sample, *(plain if whole_on_two else []), *repeats)
    one = two if whole_on_two else child("all", str(file), *sample, *repeats, *plain)
    cpu_us = 1e6 * one["cpu_s"] / case.n_firms
    others = {"fastcascade": FASTCASCADE_MS, "esricascade_jl": ESRICASCADE_JL_MS}
    ratios = {name: round(1000 * ms[case.name] / cpu_us, 1) for name, ms in others.items() if case.name in ms}
    ratios["plain_scipy"] = round(one["plain"]["cpu_s"] / one["cpu_s"], 1)
    return {
        **one,
        "one_core_is": "the CPU seconds of the run on two cores" if whole_on_two else "one thread",
        "cpu_us_per_firm": round(cpu_us, 2),
        "two_cores": {k: two[k] for k in ("wall_s", "cpu_s", "peak_mib", "load_before", "load_after", "digest")},
        "same_bytes_on_two_cores": one["digest"] == two["digest"],
        "ratio": ratios,
    }


def start_up() -> Figures:
    """Time the import, and two fresh processes with an empty cache of their own: the second must compile nothing."""
    times = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import lianban"], cwd=ROOT, check=True)
        times.append(time.perf_counter() - begun)
    with tempfile.TemporaryDirectory() as cache:
        first, second = (child("start", NUMBA_CACHE_DIR=cache) for _ in range(2))
    return {"import_lianban_s": round(statistics.median(times), 3), "first": first, "second": second}


def held(report: Figures, path: str, bar: float, goal: float, unit: str) -> Figures:
    """Hold one figure against its bar."""
    value: Any = report if path.split(".")[0] in report else report["cases"]
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if value is None:
        return {"bar": bar, "goal": goal, "unit": unit, "value": None, "verdict": "not measured"}
    case = report["cases"].get(path.split(".")[0], {})
    verdict = "goal met" if value <= goal else "bar met" if value <= bar else "MISSED"
    told = {"bar": bar, "goal": goal, "unit": unit, "value": value, "verdict": verdict}
    if case:
        told["load"] = max(case.get("load_after", 0), case.get("two_cores", {}).get("load_after", 0))
    if case.get("sampled_firms"):
        told["from_a_sample_of"] = case["sampled_firms"]
    if verdict == "MISSED" and case:
        told["profile"] = {k: case.get(k) for k in ("prepare_cpu_s", "mean_iterations", "max_iterations", "cost", "cpu_s_by_stratum")}  # fmt: skip
    return told


def child(*command: str, **environment: str) -> Figures:
    """Run one measurement in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.cascade_run", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", **environment},
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-1500:]}")
    return json.loads(done.stdout)


def table(report: Figures) -> str:
    """Set the figures as text."""
    lines = ["network       firms     links  CPU s (1 core)   us/firm  wall s (2)  peak MiB  steps   x SciPy  x fastc.  x jl   difference"]  # fmt: skip
    for name, case in report["cases"].items():
        ratio, plain = case["ratio"], case["plain"]
        note = f"~{case['sampled_firms']} firms" if case["sampled_firms"] else ""
        lines.append(
            f"{name:<11} {case['n_firms']:>8,} {case['n_links']:>9,} {case['cpu_s']:>9.2f} {note:<12} {case['cpu_us_per_firm']:>6.1f} "
            f"{case['two_cores']['wall_s']:>11.2f} {case['peak_mib']:>9} {case['mean_iterations']:>6} {ratio['plain_scipy']:>9,.0f} "
            f"{ratio.get('fastcascade', float('nan')):>9,.0f} {ratio.get('esricascade_jl', float('nan')):>5.1f}   {plain['max_difference']:.0e}"
            f"{'' if plain['equal_iterations'] else ' STEPS DIFFER'}{'' if case['same_bytes_on_two_cores'] else ' BYTES DIFFER ON TWO CORES'}"
        )
    lines += ["", f"'~' is a sample of each size stratum, scaled up; so is SciPy above 1,000 firms. fastc. = fastcascade 0.9.3.1, jl = ESRIcascade.jl: {report['others_measured_on']}", ""]  # fmt: skip
    for name, bar in report["bars"].items():
        value = "not measured" if bar["value"] is None else f"{bar['value']:,.3g} {bar['unit']}"
        lines.append(
            f"{bar['verdict']:<13} {name}: {value} (bar {bar['bar']:g}, goal {bar['goal']:g})"
            + (f"; the machine was shared, load {bar['load']}" if bar.get("load", 0) > (os.cpu_count() or 1) else "")
        )
        if "profile" in bar:
            lines.append(f"              profile: {json.dumps(bar['profile'])}")
    return "\n".join(lines)
