"""The published implementation (GLcascade with fastcascade) on the same files, where this machine has R with both.

Install R, then the packages from their authors' repository; nothing else is needed: Rscript must be on PATH.
"""

import json
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from lianban.engine import SupplyNetwork, synthetic
from lianban.engine.cascade import Cascade

Figures = dict[str, Any]
SEED = 20261122
SCRIPT = Path(__file__).with_suffix(".R")
CASES = [("h2", 1_000, 1_000), ("h4", 1_000, 1_000), ("h4", 5_000, 500), ("h4", 10_000, 200), ("x4", 5_000, 200)]
ASK = 'for (p in c("GLcascade", "fastcascade")) cat(if (requireNamespace(p, quietly = TRUE)) format(packageVersion(p)) else "none", "")'


def figures(quick: bool = False) -> Figures:
    """Compare times and answers; where R or the packages are missing, say so. quick: the first two networks."""
    if (missing := not_found()) is not None:
        return {"GLcascade": missing}
    return {
        f"{family}_{n_firms}": compared(synthetic.firm_network(n_firms, family=family, seed=SEED), sample)
        for family, n_firms, sample in CASES[: 2 if quick else None]
    }


def not_found() -> str | None:
    """Say what is missing, or None."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return "not found: R (no Rscript on PATH)"
    answer = subprocess.run([rscript, "-e", ASK], capture_output=True, text=True)
    versions = answer.stdout.split()
    if answer.returncode or len(versions) != 2:
        return f"not found: {rscript} does not answer: {answer.stderr.strip()[-200:]}"
    lacking = [name for name, version in zip(("GLcascade", "fastcascade"), versions, strict=True) if version == "none"]
    return f"not found: R has no package {' and '.join(lacking)}" if lacking else None


def compared(network: SupplyNetwork, sample: int, eps: float = 0.01) -> Figures:
    """Run both on the same scenarios."""
    firms = np.sort(np.random.default_rng(SEED).choice(network.n_firms, min(sample, network.n_firms), replace=False))
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        write(network, folder, firms)
        rscript = shutil.which("Rscript") or "Rscript"
        done = subprocess.run([rscript, str(SCRIPT), place, repr(eps)], capture_output=True, text=True)
        if done.returncode:
            return {"failed": done.stderr.strip()[-600:]}
        times = json.loads((folder / "times.json").read_text(encoding="utf-8"))
        theirs = np.loadtxt(folder / "answers.csv", delimiter=",", skiprows=1, ndmin=2)

    Cascade(network).failures(firms[:2], threads=1)  # compile first
    begun, cpu = time.perf_counter(), time.process_time()
    ours = Cascade(network).failures(firms, eps=eps, threads=1)
    cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - begun
    got = np.stack([ours.loss, ours.loss_down, ours.loss_up], axis=1)
    return {
        "n_firms": network.n_firms,
        "scenarios": len(firms),
        "theirs": times,
        "ours": {"cpu_s": round(cpu_s, 4), "wall_s": round(wall_s, 4)},
        "ratio_cpu": round(times["cpu_s"] / cpu_s, 1),
        "max_difference": float(np.abs(got - theirs[:, 1:4]).max()),
        "equal_iterations": bool((ours.iterations == theirs[:, 4]).all()),
    }


def write(network: SupplyNetwork, folder: Path, firms: np.ndarray) -> None:
    """Write a network in the layout of the reference answers; numbers start at 1, sectors are padded names."""
    groups, sector = np.unique(network.group, return_inverse=True)
    labels = [f"s{number:05d}" for number in range(1, len(groups) + 1)]
    essential = np.zeros((len(groups), len(groups)), int)  # pairs of sectors without a link do not matter
    essential[sector[network.seller], sector[network.buyer]] = network.input_class
    links = zip((network.seller + 1).tolist(), (network.buyer + 1).tolist(), network.value.tolist(), strict=True)
    _csv(folder / "edges.csv", "supplier,customer,weight", (f"{s},{b},{v!r}" for s, b, v in links))
    _csv(folder / "sectors.csv", "firm,sector", (f"{i},{labels[s]}" for i, s in enumerate(sector.tolist(), 1)))
    _csv(folder / "essential.csv", None, (",".join(map(str, row)) for row in essential.tolist()))
    _csv(folder / "scenarios.csv", "firm", map(str, (firms + 1).tolist()))


def _csv(file: Path, head: str | None, rows: Any) -> None:
    file.write_text("\n".join([*([head] if head else []), *rows]) + "\n", encoding="utf-8")


def table(report: Figures) -> str:
    """Set the figures as text."""
    lines = []
    for name, case in report.items():
        if isinstance(case, str):
            lines.append(f"{name}: {case}")
        elif "failed" in case:
            lines.append(f"{name}: R stopped: {case['failed']}")
        else:
            lines.append(
                f"{name:<10} {case['scenarios']:>6} scenarios: theirs {case['theirs']['cpu_s']:.2f} CPU s, ours {case['ours']['cpu_s']:.4f}, "
                f"ratio {case['ratio_cpu']:,.0f}; largest difference {case['max_difference']:.1e}, steps {'equal' if case['equal_iterations'] else 'DIFFER'}"
            )
    return "\n".join(lines)
