"""Agreement with the published implementation: every case of the reference answers, largest difference and steps."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from lianban.engine import SupplyNetwork
from lianban.engine.cascade import Cascade

Figures = dict[str, Any]


def data() -> Path:
    """Folder of the real data sets."""
    return Path(os.environ.get("LIANBAN_DATA", Path(__file__).parents[2] / "shared" / "data"))


def figures(quick: bool = False) -> Figures:
    """Hold every file of answers against ours; without the data only say so. quick: 500 firms of the largest network."""
    base = data() / "esri_reference"
    if not base.is_dir():
        return {
            "not_here": "the reference answers are not beside the checkout (set LIANBAN_DATA to their parent folder)"
        }
    cases: Figures = {}
    for folder in sorted(p for p in base.iterdir() if p.is_dir()):
        for file in sorted(folder.glob("*market*.csv")):
            if not file.stem.endswith(("_hd", "_hu")):
                cases[f"{folder.name}/{file.stem}"] = _held(folder, file, 500 if quick else None)
    return {
        "cases": cases,
        "answers": sum(case["scenarios"] for case in cases.values()),
        "max_difference": max(case["max_difference"] for case in cases.values()),
        "equal_iterations": all(case["equal_iterations"] for case in cases.values()),
    }


def _held(folder: Path, file: Path, at_most: int | None) -> Figures:
    """Compute one case with the options that its name tells."""
    answers = np.loadtxt(file, delimiter=",", skiprows=1)
    name = file.stem
    options: Figures = {"market": not name.startswith("nomarket"), "compatible": folder.name == "n10_small_units" and "nomarket" not in name}  # fmt: skip
    options |= {amount: np.loadtxt(folder / f"{amount}.csv", delimiter=",") for amount in ("revenue", "costs") if name == f"market_{amount}"}  # fmt: skip
    eps = next((float(word[3:]) for word in name.split("_") if word.startswith("eps")), 0.01)
    cascade = Cascade(_network(folder, name), **options)
    how: Figures = {"eps": eps, "stop": "loss" if "conv2" in name else "level"}
    if "psi" in name:
        down = np.loadtxt(folder / "psi.csv", delimiter=",")
        up = np.loadtxt(folder / "psi_up.csv", delimiter=",") if "psiup" in name else None
        ours = cascade.losses(sparse.csc_array(down), None if up is None else sparse.csc_array(up), **how)
    else:
        if at_most and len(answers) > at_most:
            answers = answers[np.random.default_rng(1).choice(len(answers), at_most, replace=False)]
        first = int(folder.name == "n10_small_units" and "firms2to10" in name and answers[0, 0] == 1)
        ours = cascade.failures(answers[:, 0].astype(int) - 1 + first, **how)
    got = np.stack([ours.loss, ours.loss_down, ours.loss_up], axis=1)
    return {
        "scenarios": len(answers),
        "max_difference": float(np.abs(got - answers[:, 1:4]).max()),
        "equal_iterations": bool((ours.iterations == answers[:, 4]).all()),
    }


def _network(folder: Path, case: str) -> SupplyNetwork:
    edges = np.loadtxt(folder / "edges.csv", delimiter=",", skiprows=1)
    sector = np.loadtxt(folder / "sectors.csv", delimiter=",", skiprows=1)[:, 1].astype(int)
    essential = np.loadtxt(folder / "essential.csv", delimiter=",").astype(int)
    ends = edges[:, :2].astype(int) - 1
    return SupplyNetwork.from_essential(
        ends[:, 0],
        ends[:, 1],
        edges[:, 2],
        sector,
        essential,
        list(range(1, len(essential) + 1)),
        market=(7 * np.arange(1, len(sector) + 1)) % 23 if case.startswith("othermarket") else None,
        output_weight=np.loadtxt(folder / "employees.csv", delimiter=",") if "employees" in case else None,
    )


def table(report: Figures) -> str:
    """Set the figures as text."""
    if "not_here" in report:
        return report["not_here"]
    lines = [f"{name:<44} {case['scenarios']:>6} scenarios   largest difference {case['max_difference']:.1e}   steps {'equal' if case['equal_iterations'] else 'DIFFER'}" for name, case in report["cases"].items()]  # fmt: skip
    lines.append(f"all {report['answers']} answers: largest difference {report['max_difference']:.1e}, steps {'equal' if report['equal_iterations'] else 'DIFFER'}")  # fmt: skip
    return "\n".join(lines)
