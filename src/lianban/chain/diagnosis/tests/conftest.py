"""Small packages for the tests of the diagnosis: built by hand, or at random from a seed."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from lianban.chain.chain import Chain

DAY = "2025-06-30"
FACT = {"source": "s1", "observed_on": DAY}
Tables = dict[str, list[dict[str, Any]]]


def build(**tables: Any) -> Chain:
    """Make a chain; rows get code, source and day where they name none."""
    whole: Tables = {
        "chain": [{"code": "c", "name": "链", "home": "CN", "place": "441200", "data_date": DAY}],
        "segments": [{"code": "a", "name": "上游", "stage": 1}, {"code": "b", "name": "下游", "stage": 2}],
        "sources": [{"code": "s1", "title": "来源", "kind": "own"}],
        **tables,
    }
    for table, rows in whole.items():
        if table in ("chain", "segments", "sources"):
            continue
        for number, row in enumerate(rows):
            row.setdefault("code", f"{table}-{number:03d}")
            if table == "products":
                row.setdefault("name", row["code"])
                row.setdefault("segment", "a")
            if table == "organisations":
                row.setdefault("name", row["code"])
            for name, value in FACT.items():
                row.setdefault(name, value)
    return Chain.from_tables({table: rows for table, rows in whole.items() if rows})


@pytest.fixture(scope="session")
def make_chain() -> Callable[..., Chain]:
    return build


@pytest.fixture(scope="session")
def random_chain() -> Callable[[int], Chain]:
    return lambda seed: build(**random_tables(random.Random(seed)))


def random_tables(rng: random.Random) -> Tables:
    """Make the tables of a random package: cycles, missing places, contradictions and gaps included."""
    products = [{"code": f"p{i}", "segment": rng.choice("ab"), "final": i < 2} for i in range(rng.randint(5, 11))]
    for row in products[3:]:
        if rng.random() < 0.15:
            row["parent"] = rng.choice(products[2:3])["code"]
        row["base_kind"] = rng.choice([None, "material", "component"])
    codes = [row["code"] for row in products]
    if rng.random() < 0.5:
        for row in products[:2]:
            row["value"] = float(rng.randint(1, 9))
    pairs = {(rng.choice(codes), rng.choice(codes)) for _ in range(len(codes) * 2)}
    inputs = [
        {
            "product": p,
            "input": q,
            "essential": rng.choice(["yes", "yes", "no", "unknown"]),
            "cost_share": rng.choice([None, 0.05, 0.1]),
        }
        for p, q in sorted(pairs)
        if p != q
    ]
    places = ["440000", "441200", "441284", "441200-hitech", "110000", "CN", "JP", "US", "DE", "HK", None]
    organisations = [{"code": f"o{i}", "kind": "firm", "place": rng.choice(places)} for i in range(8)]
    production = [row for code in codes for row in _random_production(rng, code)]
    assessments = [row for code in codes for row in _random_assessments(rng, code)]
    indicators = [
        {
            "product": code,
            "item": "domestic_rate",
            "value": rng.choice([0.1, 0.65, 0.7, 0.9]),
            "unit": "fraction",
            "definition": rng.choice(["按产值", "按企业数量", "国产化率", "by quantity"]),
            "period": "2024",
            "observed_on": rng.choice([DAY, "2024-01-01"]),
        }
        for code in codes
        if rng.random() < 0.3
    ]
    demands = [{"raised_by": "o1", "product": rng.choice(codes), "title": "需求"}]
    return {
        "products": products,
        "inputs": inputs,
        "organisations": organisations,
        "production": production,
        "assessments": assessments,
        "indicators": indicators,
        "demands": demands,
    }


def _random_production(rng: random.Random, product: str) -> list[dict[str, Any]]:
    n = rng.choice([0, 0, 1, 1, 2, 3, 4])
    makers = rng.sample([f"o{i}" for i in range(8)] + ["@JP", "@XX", "@CN"], n)
    cuts = sorted(rng.randint(1, 99) for _ in range(n - 1)) if n else []
    parts = [(b - a) / 100 for a, b in zip([0, *cuts], [*cuts, 100], strict=True)] if n else []
    pattern = rng.choice(["full", "partial", "none", "full"])
    share_of = rng.choice(["home_supply", "home_supply", "world_supply"])
    rows = []
    for maker, part in zip(makers, parts, strict=True):
        told = pattern == "full" or (pattern == "partial" and rng.random() < 0.6)
        row = {
            "product": product,
            "stage": rng.choice(["stable_volume", "stable_volume", "small_batch", "unknown", "pilot", "lab"]),
            "status": rng.choice(["operating", "operating", "operating", "building", "stopped"]),
            "share": part if told else None,
            "share_of": share_of if told else "unknown",
        }
        row |= {"origin": maker[1:]} if maker.startswith("@") else {"organisation": maker}
        rows.append(row)
        if told and rng.random() < 0.1:
            rows.append({**row, "share": part / 2, "observed_on": "2020-01-01"})
    return rows


def _random_assessments(rng: random.Random, product: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []

    def add(item: str, value: str, **more: Any) -> None:
        rows.append({"product": product, "item": item, "value": value, "assessor": "专家组", **more})

    if rng.random() < 0.4:
        add("level", f"L{rng.randint(0, 5)}", valid_until=rng.choice([None, "2025-12-31", "2025-01-01"]))
    if rng.random() < 0.2:
        add("level", f"L{rng.randint(0, 5)}", observed_on="2024-01-01", voice="office")
    if rng.random() < 0.3:
        add("sources_complete", rng.choice(["yes", "yes", "no"]))
    if rng.random() < 0.15:
        add("absent_domestic", "yes")
    if rng.random() < 0.2:
        add("triple", rng.choice(["blank", "unstable", "self_sufficient"]), voice="published")
    for item, values in (("know_how", "near far"), ("market", "enough not_enough"), ("downstream", "growing flat")):
        if rng.random() < 0.3:
            add(item, rng.choice(values.split()))
    if rng.random() < 0.1:
        add("blockage", "通关受阻", voice="firm")
    if rng.random() < 0.2:
        add("world_rank", str(rng.randint(1, 6)))
    if rng.random() < 0.4:
        for who in ("甲组", "乙组")[: rng.randint(1, 2)]:
            high = rng.random() < 0.6
            for item in ("value", "gap", "monopoly", "replacement", "denial"):
                day = rng.choice([DAY, DAY, DAY, DAY, "2024-05-01"])
                score = str(rng.randint(2, 4) if high else rng.randint(0, 4))
                add(f"chokepoint_{item}", score, assessor=who, observed_on=day)
    return rows
