"""How long a large package takes: read from Parquet, check, build the network. Prints one JSON object.

    python benchmarks/big_package.py                      # 100,000 organisations, 1,000,000 supplies
    python benchmarks/big_package.py --organisations 1000 --supplies 10000 --keep /tmp/big

The package is made from a seed; making it is not timed. Reading, checking and building run in a process of their own,
whose largest resident memory is reported.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

FACT = {"source": "s0", "observed_on": pd.Timestamp("2024-03-01"), "confidence": "medium", "confidentiality": "open"}
N_PRODUCTS = 2_000
N_SEGMENTS = 20


def make(folder: Path, *, n_organisations: int, n_supplies: int, seed: int) -> None:
    """Write a package whose firms make products of 20 stages and buy from the stages before."""
    from lianban.chain.chain import Chain

    rng = np.random.default_rng(seed)
    segment = np.sort(rng.integers(0, N_SEGMENTS, N_PRODUCTS))
    products = pd.DataFrame({"code": [f"p{i}" for i in range(N_PRODUCTS)], "segment": [f"g{s}" for s in segment]})
    products["name"] = "产品" + products["code"]
    products["final"] = segment == N_SEGMENTS - 1

    makes = rng.integers(0, N_PRODUCTS, n_organisations)
    places = np.array(["110000", "310000", "320500", "441200", "JP", "US", "DE"], dtype=object)
    organisations = pd.DataFrame({"code": [f"o{i}" for i in range(n_organisations)], "kind": "firm"})
    organisations["name"] = "企业" + organisations["code"]
    organisations["place"] = places[rng.integers(0, len(places), n_organisations)]
    production = pd.DataFrame({"product": products["code"].to_numpy()[makes], "organisation": organisations["code"]})
    production["stage"] = "stable_volume"

    inputs = _inputs(rng, segment)
    supplies = _supplies(rng, n_supplies, makes, inputs)
    tables = {
        "chain": [{"code": "big", "name": "大型测试链", "home": "CN", "data_date": "2024-06-30"}],
        "segments": [{"code": f"g{i}", "name": f"环节{i}", "stage": i + 1} for i in range(N_SEGMENTS)],
        "products": products.assign(**FACT),
        "organisations": organisations.assign(**FACT),
        "production": production.assign(**FACT),
        "inputs": inputs[["product", "input", "essential", "cost_share"]].assign(**FACT),
        "supplies": supplies.assign(**FACT),
        "sources": [{"code": "s0", "title": "测试数据", "kind": "own"}],
    }
    Chain.from_tables(tables).write(folder, format="parquet")


def _inputs(rng: np.random.Generator, segment: np.ndarray) -> pd.DataFrame:
    """Give every product three inputs; one in fifty reaches forward, so that cycles occur."""
    product = np.repeat(np.arange(N_PRODUCTS), 3)
    before = np.searchsorted(segment, segment[product])  # products of earlier stages come first
    chosen = (rng.random(len(product)) * np.maximum(before, 1)).astype(int)
    forward = rng.random(len(product)) < 0.02
    chosen[forward] = rng.integers(0, N_PRODUCTS, forward.sum())
    pairs = pd.DataFrame({"p": product, "i": chosen}).drop_duplicates()
    pairs = pairs[pairs["p"] != pairs["i"]]
    pairs["product"], pairs["input"] = "p" + pairs["p"].astype(str), "p" + pairs["i"].astype(str)
    pairs["essential"] = np.where(rng.random(len(pairs)) < 0.5, "yes", "no")
    pairs["cost_share"] = np.round(rng.random(len(pairs)) * 0.3, 3)
    return pairs


def _supplies(rng: np.random.Generator, n: int, makes: np.ndarray, inputs: pd.DataFrame) -> pd.DataFrame:
    """Draw supplies along the inputs: a maker of the input supplies a maker of the product."""
    order = np.argsort(makes, kind="stable")
    start = np.searchsorted(makes[order], np.arange(N_PRODUCTS + 1))
    counts = np.diff(start)
    usable = inputs[(counts[inputs["p"]] > 0) & (counts[inputs["i"]] > 0)]
    row = rng.integers(0, len(usable), n)
    made, needed = usable["p"].to_numpy()[row], usable["i"].to_numpy()[row]
    seller = order[start[needed] + (rng.random(n) * counts[needed]).astype(int)]
    buyer = order[start[made] + (rng.random(n) * counts[made]).astype(int)]
    kept = seller != buyer
    return pd.DataFrame(
        {
            "code": [f"t{i}" for i in range(int(kept.sum()))],
            "supplier": "o" + pd.Series(seller[kept]).astype(str),
            "buyer": "o" + pd.Series(buyer[kept]).astype(str),
            "product": "p" + pd.Series(needed[kept]).astype(str),
            "buyer_product": "p" + pd.Series(made[kept]).astype(str),
            "value": np.round(rng.lognormal(3, 1.5, int(kept.sum())), 2),
            "unit": "万元",
        }
    )


def measure(folder: Path) -> dict:
    """Read, check and build in this process; return seconds and the largest resident memory."""
    begun, begun_cpu = time.perf_counter(), time.process_time()
    from lianban.chain.package import read_chain

    imported = time.perf_counter()
    chain = read_chain(folder)
    read = time.perf_counter()
    findings = chain.check()
    checked = time.perf_counter()
    report = {
        "rows": {table: len(frame) for table, frame in chain.tables.items() if len(frame)},
        "findings": {s: len(findings.of(s)) for s in ("error", "warning", "note")},
        "seconds": {"import": imported - begun, "read": read - imported, "check": checked - read},
        "peak_mib": {"check": _peak_mib()},
    }
    try:
        from lianban.chain.network import build_network
    except ImportError:
        report["network"] = None
    else:
        network = build_network(chain)
        report["seconds"]["network"] = time.perf_counter() - checked
        report["network"] = repr(network)[:200]
        report["peak_mib"]["network"] = _peak_mib()
    report["seconds"]["total"] = time.perf_counter() - begun
    report["cpu_seconds"] = round(time.process_time() - begun_cpu, 2)  # what a busy machine does not falsify
    report["seconds"] = {name: round(value, 2) for name, value in report["seconds"].items()}
    return report | {
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def _peak_mib() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 if sys.platform != "darwin" else 1024**2))


def figures(quick: bool = False) -> dict:
    """Make a package and measure it in a process of its own; quick: a tenth of the size."""
    size = ["--organisations", "10000", "--supplies", "100000"] if quick else []
    done = subprocess.run([sys.executable, __file__, *size], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--organisations", type=int, default=100_000)
    asked.add_argument("--supplies", type=int, default=1_000_000)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--keep", type=Path, help="make the package here, or use the one that is here")
    asked.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure), ensure_ascii=False, indent=2))
        return
    with tempfile.TemporaryDirectory() as place:
        folder = given.keep or Path(place) / "big"
        if not folder.exists():
            make(folder, n_organisations=given.organisations, n_supplies=given.supplies, seed=given.seed)
        subprocess.run([sys.executable, __file__, "--measure", str(folder)], check=True)


if __name__ == "__main__":
    main()
