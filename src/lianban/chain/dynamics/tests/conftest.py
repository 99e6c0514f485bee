"""A chain whose days can be counted by hand."""

import pytest

from lianban.chain.chain import Chain

FACT = {"source": "s", "observed_on": "2025-01-01"}


def days(item, product, value, unit="天", **more):
    """A row of the parameters table."""
    return FACT | {"item": item, "product": product, "value": value, "unit": unit} | more


PARAMETERS = [
    days("stock_days", "car", 2),
    days("stock_days", "cell", 5),
    days("stock_days", "film", 10),
    days("recovery_days", "cell", 12),
    days("recovery_days", "film", 30),
]


def build(parameters=PARAMETERS, *, value=36_500.0, finals=("car",), more=()):
    """Cars need cells (0.6 at home, 0.4 from Korea), cells need film; a toy nobody needs; ``more`` are inputs."""
    made = FACT | {"stage": "stable_volume", "share_of": "home_supply"}
    names = {"car": "整车", "cell": "电芯", "film": "隔膜", "toy": "玩具"}
    return Chain.from_tables(
        {
            "chain": [{"code": "c", "name": "车", "home": "CN", "data_date": "2025-06-30"}],
            "segments": [{"code": "one", "name": "一", "stage": 1}],
            "sources": [{"code": "s", "title": "t", "kind": "own"}],
            "products": [
                FACT | {"code": code, "name": name, "segment": "one", "final": code in finals}
                | ({"value": value, "unit": "元"} if code in finals else {})
                for code, name in names.items()
            ],
            "organisations": [
                FACT | {"code": code, "name": code, "kind": "firm", "place": "441200"}
                for code in ("kaiche", "dianxin", "geli")
            ],
            "inputs": [
                FACT | {"product": "car", "input": "cell", "essential": "yes", "cost_share": 0.5},
                FACT | {"product": "cell", "input": "film", "essential": "yes", "cost_share": 0.2},
                *more,
            ],
            "production": [
                made | {"product": "car", "organisation": "kaiche", "share": 1.0},
                made | {"product": "cell", "organisation": "dianxin", "share": 0.6},
                made | {"product": "cell", "origin": "KR", "share": 0.4},
                made | {"product": "film", "organisation": "geli", "share": 1.0},
                made | {"product": "toy", "organisation": "geli"},
            ],
            "parameters": list(parameters),
        }
    )  # fmt: skip


@pytest.fixture(scope="session")
def chain():
    """The chain with all its days but those of cars' recovery."""
    return build()
