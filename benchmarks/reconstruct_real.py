"""The reconstruction on real data: provider shares that are hidden, supplies that have to be ranked.

Part of ``python -m benchmarks reconstruct``. Both sets stand outside the repository (LIANBAN_DATA, else ../shared/data);
where they are not, the figure says so.
"""

import csv
import gzip
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.real_data import COUNTRIES, folder, rows
from lianban.chain.chain import Chain
from lianban.engine.reconstruct import Layout, link_chances

ABSENT = {"absent": "the data set is not here (set LIANBAN_DATA to its parent folder)"}
HOME = "NO"  # a country that makes none of the inputs: every source is abroad, so that no level says anything of shares
COMPLETE = 0.98  # inputs whose countries add up to at least this have all their shares
PARTS = {"look": 0, "final": 1}


def provider_shares(place: Path) -> dict[str, dict[str, float]]:
    """Share of each country in each input, where the countries add up to one."""
    kinds = {row["provider_id"]: row["provider_type"] for row in rows(place / "providers.csv")}
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows(place / "provision.csv"):
        if kinds[row["provider_id"]] == "country" and row["share_provided"]:
            code = COUNTRIES[row["provider_name"]]
            found[row["provided_id"]][code] = (
                found[row["provided_id"]].get(code, 0.0) + float(row["share_provided"]) / 100
            )
    kept = {name: {c: s for c, s in of.items() if s > 0} for name, of in found.items()}
    return {
        n: {c: s / sum(of.values()) for c, s in of.items()} for n, of in kept.items() if sum(of.values()) >= COMPLETE
    }


def chain_of(place: Path, shares: dict[str, dict[str, float]], hidden: set[str]) -> Chain:
    """The inputs as a chain; the countries of a hidden input are named and complete, their shares left out."""
    fact = {"source": "s", "observed_on": "2025-01-01"}
    into = [(row["goes_into_id"], row["input_id"]) for row in rows(place / "sequence.csv") if row["goes_into_id"]]
    codes = sorted(set(shares) | {one for pair in into for one in pair})
    needed = {one for _, one in into}
    return Chain.from_tables(
        {
            "chain": [{"code": "eto", "name": "eto", "home": HOME, "data_date": "2025-12-31"}],
            "segments": [{"code": "one", "name": "one", "stage": 1}],
            "sources": [{"code": "s", "title": "eto", "kind": "dataset"}],
            "products": [
                fact | {"code": code, "name": code, "segment": "one", "final": code not in needed} for code in codes
            ],
            "inputs": [fact | {"product": made, "input": one, "essential": "yes"} for made, one in into],
            "production": [
                fact
                | {"product": name, "origin": country, "stage": "stable_volume"}
                | ({} if name in hidden else {"share": share, "share_of": "home_supply"})
                for name, of in shares.items()
                for country, share in of.items()
            ],
            "assessments": [fact | {"product": name, "item": "sources_complete", "value": "yes"} for name in hidden],
        }
    )


def hidden_shares(seed: int, *, draws: int, part: str = "final") -> dict[str, Any]:
    """Hide the shares of one half of the inputs, one chain at a time; hold the interval of the cut against the told shares.

    Which half an input is in follows from the seed. Only shares are drawn; supplies stay in proportion, as the diagnosis
    has them, because nothing is known of them on either side.
    """
    if (place := folder("eto_chips")) is None:
        return ABSENT
    shares = provider_shares(place)
    names = np.random.default_rng(seed).permutation(sorted(n for n, of in shares.items() if len(of) > 1))
    chosen = {str(name) for at, name in enumerate(names) if at % 2 == PARTS[part]}
    truth = {one.code: one.loss.cut for one in chain_of(place, shares, set()).diagnose().products}
    result = chain_of(place, shares, chosen).intervals(n=draws, seed=seed, uncertain=("shares",), verify=0)
    found = {one.code: one.loss_cut for one in result.products if one.code in chosen and one.loss_cut is not None}
    pairs = [(truth[code], one) for code, one in found.items() if truth[code] is not None]
    told: dict[str, Any] = {"inputs": len(pairs), "hidden": len(chosen), "draws": draws, "part": part}
    for level in (0.5, 0.8, 0.9):
        inside = [band[0] - 1e-9 <= value <= band[1] + 1e-9 for value, one in pairs if (band := one.band(level))]
        told[f"coverage_{level:.0%}"] = round(float(np.mean(inside)), 4)
    told["width_90%"] = round(float(np.mean([one.band(0.9)[1] - one.band(0.9)[0] for _, one in pairs])), 4)
    told["below"] = round(float(np.mean([value < one.band(0.9)[0] - 1e-9 for value, one in pairs])), 4)
    told["above"] = round(float(np.mean([value > one.band(0.9)[1] + 1e-9 for value, one in pairs])), 4)
    told["mean_truth"] = round(float(np.mean([value for value, _ in pairs])), 4)
    return told


def link_ranking(seed: int) -> dict[str, Any]:
    """Area under the curve with which link chances rank the supplies of the test years above all other pairs.

    Sizes of firms are counts of what else is told of them; the density of links is that of the training part. Two models: one
    block for all; two blocks, by whether an industry of the supplier is told to be one or upstream of one of the buyer's.
    """
    if (place := folder("ickg")) is None:
        return ABSENT
    with gzip.open(place / "ickg25.csv.gz", "rt", encoding="utf-8") as text:
        facts = list(csv.DictReader(text))
    supplies = [row for row in facts if row["relation"] == "供给" and row["head"] != row["tail"]]
    told = Counter(name for row in facts if row["relation"] != "供给" for name in {row["head"], row["tail"]})
    industries: dict[str, set[str]] = defaultdict(set)
    for row in facts:
        if row["relation"] in ("涉足行业", "归属于行业"):
            industries[row["head"]].add(row["tail"])
    upstream = {(row["head"], row["tail"]) for row in facts if row["relation"] == "上游于"}
    sellers, buyers = (sorted({row[end] for row in supplies}) for end in ("head", "tail"))
    train = {(row["head"], row["tail"]) for row in supplies if row["split"] == "train"}
    test = {(row["head"], row["tail"]) for row in supplies if row["split"] != "train"} - train
    near = np.array(
        [
            [any(a == b or (a, b) in upstream for a in industries[i] for b in industries[j]) for i in sellers]
            for j in buyers
        ]
    )
    size, demand = (np.array([1.0 + told[name] for name in names]) for names in (sellers, buyers))
    known, asked = (np.array([[(i, j) in pairs for i in sellers] for j in buyers]) for pairs in (train, test))
    one = _chances(size, demand, np.ones_like(near), known)
    two = np.where(near, _chances(size, demand, near, known), _chances(size, demand, ~near, known))
    left = ~known
    return {
        "suppliers": len(sellers),
        "buyers": len(buyers),
        "links_trained_on": len(train),
        "links_asked": int(asked.sum()),
        "auc_sizes": round(_auc(one[left], asked[left]), 4),
        "auc_sizes_and_industries": round(_auc(two[left], asked[left]), 4),
        "auc_industries_alone": round(_auc(near[left].astype(float), asked[left]), 4),
        "pairs_near": round(float(near.mean()), 5),
        "asked_near": round(float(near[asked].mean()), 4),
        "seed": seed,
    }


def _chances(size: Any, demand: Any, possible: Any, known: Any) -> Any:
    """Chance of a link of each (buyer, seller), where it is possible; as many links as are known there."""
    n, m = len(size), len(demand)
    slots = np.arange(n, n + m)
    layout = Layout.of([np.arange(n)], n + m, slots, np.zeros(m), np.zeros(m), np.zeros(m, bool))
    buyer, seller = np.nonzero(~possible)
    layout = layout.knowing(absent=(seller.astype(np.int64), (buyer + n).astype(np.int64)))
    wanted = np.array([float((known & possible).sum())])
    chance, _ = link_chances(layout, np.r_[size, np.zeros(m)], demand, wanted)
    return chance.reshape(m, n)


def _auc(score: Any, positive: Any) -> float:
    """Chance that a positive has the higher score; equal ones count half."""
    _, rank, count = np.unique(score, return_inverse=True, return_counts=True)
    below = np.cumsum(count) - count
    mean_rank = below + (count + 1) / 2
    n = int(positive.sum())
    return float((mean_rank[rank[positive]].sum() - n * (n + 1) / 2) / (n * (len(score) - n)))
