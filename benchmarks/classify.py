"""Proposed codes of customs goods and of the industry standard's notes: right first, right among five.

Customs: each of 7,411 goods of the 2007 tariff is taken out with a fifth of the others and proposed a code from the rest,
which knows its sector of the national input-output table. Industry: each class of GB/T 4754-2017 is sought by its explanatory
note alone, among all classes without notes. Both files stand outside the project; where they are absent, it is said.
"""

import csv
import gzip
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any

from lianban.chain.classify import Classification, Entry

DATA = Path(os.environ.get("LIANBAN_DATA", Path(__file__).parents[2] / "shared" / "data"))
SEED, FOLDS = 20261123, 5


def _customs(quick: bool) -> dict[str, Any]:
    with gzip.open(DATA / "cn_io" / "hs8_2007_to_sector.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["io_code_135"]]
    random.Random(SEED).shuffle(rows)
    truth = {row["hs8"]: row for row in rows}
    hits: Counter[str] = Counter()
    asked, seconds = 0, 0.0
    for fold in range(1 if quick else FOLDS):
        out = rows[fold::FOLDS]
        held = {row["hs8"] for row in out}
        rest = [row for row in rows if row["hs8"] not in held]
        customs = Classification("hs", [Entry(row["hs8"], row["name"]) for row in rest])
        sectors = Classification("io", [Entry(f"{row['io_code_135']}-{row['hs8']}", row["name"]) for row in rest])
        customs.propose("轴承")  # built on first use
        for row in out:
            begun = time.perf_counter()
            answers = {
                "HS chapter (2 digits)": ([c.code for c in customs.propose(row["name"], digits=2)], row["hs8"][:2]),
                "HS heading (4 digits)": ([c.code for c in customs.propose(row["name"], digits=4)], row["hs8"][:4]),
                "input-output sector (135)": ([c.code for c in sectors.propose(row["name"], digits=3)], row["io_code_135"]),
            }  # fmt: skip
            seconds += time.perf_counter() - begun
            asked += 1
            for name, (codes, right) in answers.items():
                hits[f"{name}, first"] += codes[:1] == [right]
                hits[f"{name}, among five"] += right in codes
    assert truth
    return {
        "goods": asked,
        **{k: round(n / asked, 3) for k, n in sorted(hits.items())},
        "milliseconds a proposal": round(seconds / asked / 3 * 1000, 1),
    }


def _industry(quick: bool) -> dict[str, Any]:
    with (DATA / "classifications" / "gbt4754_2017.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] != "1"]
    bare = Classification("gbt", [Entry(row["code"], row["name"], "", row["parent"]) for row in rows])
    noted = [row for row in rows if row["note"] and row["level"] == "4"][:: 10 if quick else 1]
    hits: Counter[str] = Counter()
    for row in noted:
        for name, digits in (("division (2 digits)", 2), ("group (3 digits)", 3), ("class (4 digits)", 4)):
            codes = [one.code for one in bare.propose(row["note"], digits=digits)]
            hits[f"{name}, first"] += codes[:1] == [row["code"][:digits]]
            hits[f"{name}, among five"] += row["code"][:digits] in codes
    return {"notes": len(noted), **{k: round(n / len(noted), 3) for k, n in sorted(hits.items())}}


def figures(quick: bool = False) -> dict[str, Any]:
    if not DATA.is_dir():
        return {"left out": "no folder of data beside the project (LIANBAN_DATA names another)"}
    return {"customs": _customs(quick), "industry": _industry(quick)}


def table(found: dict[str, Any]) -> str:
    return "\n".join(
        f"{part + ': ' + name:52}{value!s:>10}"
        for part, ones in found.items()
        if isinstance(ones, dict)
        for name, value in ones.items()
    )
