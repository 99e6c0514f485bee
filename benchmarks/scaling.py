"""How time and memory grow with the network: measured points, a fit, and what 10 million firms with 100 million links need.

Each point is one process: a network with 2.7 or 10 links for each firm, loaded from a file, made ready, and a sample of each
size stratum run on one thread. Time for one firm is fitted as c × firms^p, memory as m0 + m1 × firms + m2 × links.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cascade import child

Figures = dict[str, Any]
POINTS = [("h4", 30_000), ("h4", 100_000), ("h4", 300_000), ("h4", 1_000_000), ("d4", 10_000), ("d4", 30_000), ("d4", 100_000), ("d4", 300_000)]  # fmt: skip
ASKED = {"n_firms": 10_000_000, "n_links": 100_000_000}
PER_STRATUM = 60


def figures(quick: bool = False) -> Figures:
    """Measure the points and extrapolate; quick: networks of at most 100,000 firms."""
    points = []
    with tempfile.TemporaryDirectory() as place:
        for family, n_firms in POINTS:
            if quick and n_firms > 100_000:
                continue
            file = Path(place) / f"{family}_{n_firms}.npz"
            made = child("make", str(file), family, str(n_firms))
            run = child("all", str(file), "--per-stratum", str(PER_STRATUM))
            points.append(
                {
                    "family": family,
                    **{k: made[k] for k in ("n_firms", "n_links")},
                    "us_per_firm": round(1e6 * (run["cpu_s"] - run["prepare_cpu_s"]) / n_firms, 1),
                    "prepare_cpu_s": round(run["prepare_cpu_s"], 2),
                    "peak_mib": run["peak_mib"],
                    "file_mib": round(file.stat().st_size / 2**20, 1),
                    "load": run["load_after"],
                }
            )
            file.unlink()
    return {"points": points, "per_stratum": PER_STRATUM, "fit": fitted(points)}


def fitted(points: list[Figures]) -> Figures:
    """Fit and extrapolate; a fit is no measurement, and the longest step here is stated."""
    firms, links, mib = (np.array([p[k] for p in points], float) for k in ("n_firms", "n_links", "peak_mib"))
    design = np.stack([np.ones_like(firms), firms, links], axis=1)
    memory = np.linalg.lstsq(design / mib[:, None], np.ones_like(mib), rcond=None)[0]  # each point counts by its share
    out: Figures = {
        "memory_mib": {"fixed": round(memory[0]), "bytes_per_firm": round(memory[1] * 2**20), "bytes_per_link": round(memory[2] * 2**20)},
        "time": {},
    }  # fmt: skip
    for family in ("h4", "d4"):
        own = [p for p in points if p["family"] == family]
        power, constant = np.polyfit(np.log([p["n_firms"] for p in own]), np.log([p["us_per_firm"] for p in own]), 1)
        us = float(np.exp(constant) * ASKED["n_firms"] ** power)
        out["time"][family] = {
            "power": round(float(power), 2),
            "us_per_firm_at_10_million": round(us),
            "core_hours_at_10_million": round(us * ASKED["n_firms"] / 3.6e9),
            "beyond_the_largest_point": round(ASKED["n_firms"] / max(p["n_firms"] for p in own)),
        }
    need = memory @ [1.0, ASKED["n_firms"], ASKED["n_links"]]
    return out | {"asked": {**ASKED, "gib_per_process": round(float(need) / 1024, 1)}}


def table(report: Figures) -> str:
    """Set the figures as text."""
    lines = ["family    firms       links   us/firm  prepare s  peak MiB  load"]
    lines += [
        f"{p['family']:<6} {p['n_firms']:>9,} {p['n_links']:>10,} {p['us_per_firm']:>9,.1f} {p['prepare_cpu_s']:>10} {p['peak_mib']:>9,} {p['load']:>5}"
        for p in report["points"]
    ]
    return "\n".join([*lines, json.dumps(report["fit"], indent=1)])
