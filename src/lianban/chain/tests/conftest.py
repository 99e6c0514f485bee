"""A small package that is right in every respect; tests break one thing at a time."""

import copy
import csv
from pathlib import Path
from typing import Any

import pytest

from lianban.chain.chain import Chain
from lianban.chain.dictionary import TABLES

FACT = {"source": "s1", "observed_on": "2024-03-01"}
TABLES_OF_SMALL: dict[str, list[dict[str, Any]]] = {
    "chain": [{"code": "mab", "name": "单克隆抗体", "home": "CN", "data_date": "2024-06-30"}],
    "segments": [{"code": "up", "name": "上游耗材", "stage": 1}, {"code": "down", "name": "制剂", "stage": 2}],
    "products": [
        {"code": "bag", "name": "一次性储液袋", "segment": "up", "base_kind": "component", **FACT},
        {"code": "film", "name": "袋膜", "segment": "up", "base_kind": "material", **FACT},
        {"code": "mab", "name": "抗体制剂", "segment": "down", "final": True, "value": 3, "unit": "亿元", **FACT},
    ],
    "inputs": [
        {"product": "mab", "input": "bag", "essential": "yes", "cost_share": 0.05, **FACT},
        {"product": "bag", "input": "film", "essential": "yes", "cost_share": 0.4, **FACT},
    ],
    "organisations": [
        {"code": "o1", "name": "甲生物", "kind": "firm", "place": "320500", "anchor": True, **FACT},
        {"code": "o2", "name": "乙耗材", "kind": "firm", "place": "320500", **FACT},
        {"code": "o3", "name": "丙膜业", "kind": "firm", "place": "US", **FACT},
    ],
    "production": [
        {"product": "mab", "organisation": "o1", "stage": "stable_volume", **FACT},
        {"product": "bag", "organisation": "o2", "share": 0.2, "share_of": "home_supply", **FACT},
        {"product": "bag", "origin": "US", "share": 0.8, "share_of": "home_supply", **FACT},
        {"product": "film", "organisation": "o3", "stage": "stable_volume", **FACT},
    ],
    "supplies": [{"supplier": "o2", "buyer": "o1", "product": "bag", "value": 20, "unit": "万元", **FACT}],
    "demands": [
        {"raised_by": "o1", "product": "bag", "title": "储液袋国产化", "unit_price": 1, "unit": "万元", **FACT}
    ],
    "assessments": [{"product": "film", "item": "level", "value": "L1", "assessor": "专家组", **FACT}],
    "parameters": [{"product": "bag", "item": "stock_days", "value": 30, "unit": "天", **FACT}],
    "indicators": [
        {"product": "bag", "item": "domestic_rate", "value": 0.2, "unit": "fraction", "definition": "按金额", **FACT}
    ],
    "sources": [{"code": "s1", "title": "示例报告", "kind": "own"}],
}


@pytest.fixture
def small() -> dict[str, list[dict[str, Any]]]:
    """Give the tables of a package without a fault, to be broken."""
    return copy.deepcopy(TABLES_OF_SMALL)


@pytest.fixture
def small_chain(small) -> Chain:
    return Chain.from_tables(small, name="small")


def write_csv_folder(folder: Path, tables: dict[str, list[dict[str, Any]]], encoding: str = "utf-8") -> Path:
    """Write tables as plain CSV files, without the writer of the package."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        columns = [c for c in TABLES[name].names if any(c in row for row in rows)]
        with (folder / f"{name}.csv").open("w", encoding=encoding, newline="") as file:
            out = csv.DictWriter(file, columns, restval="")
            out.writeheader()
            out.writerows(rows)
    return folder


@pytest.fixture
def small_folder(tmp_path, small) -> Path:
    return write_csv_folder(tmp_path / "small", small)
