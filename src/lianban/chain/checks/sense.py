"""Sense (合理性): what no single cell shows: doubles, sums, a chain that delivers nothing, products nobody makes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lianban.chain.checks.places import about, at, distinct
from lianban.chain.findings import Batch

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

ROUNDING = 1e-3  # shares are published with few digits; their sum may pass 1 by so much
SPEAKS = ("level", "triple", "absent_domestic")


def duplicate_names(chain: "Chain") -> Iterator[Batch]:
    """Name products alike in name, grade and application, and organisations alike in name."""
    for table, columns, code in (
        ("products", ["name", "grade", "application"], "duplicate_product"),
        ("organisations", ["name"], "duplicate_name"),
    ):
        frame = chain.tables[table].reset_index(drop=True)
        named = frame[frame["name"].notna()]
        again = named.duplicated(columns)
        if again.any():
            first = named[~again].fillna(dict.fromkeys(columns, "")).set_index(columns).index
            row_of = dict(zip(first, chain.rows_of(table, named.index[~again]), strict=True))
            twice = named[again].fillna(dict.fromkeys(columns, "")).set_index(columns).index
            yield from at(chain, code, table, named.index[again], "name", first=[int(row_of[k]) for k in twice])


def share_sums(chain: "Chain") -> Iterator[Batch]:
    """Name products whose sources, or whose inputs, add up to more than the whole."""
    made = chain.tables["production"].reset_index(drop=True)
    stated = made[made["share"].notna() & made["share_of"].isin(["home_supply", "world_supply"])]
    yield from _over(
        chain, "production", stated, ["product", "share_of"], ["organisation", "origin"], "share", "share_sum"
    )
    needs = chain.tables["inputs"].reset_index(drop=True)
    stated = needs[needs["cost_share"].notna()]
    yield from _over(chain, "inputs", stated, ["product"], ["input"], "cost_share", "cost_share_sum")


def _over(
    chain: "Chain", table: str, stated: pd.DataFrame, whole: list[str], part: list[str], column: str, code: str
) -> Iterator[Batch]:
    """Sum the newest figure of every part; contradicting older figures of the same part are not added."""
    if not len(stated):
        return
    newest = stated.sort_values(["observed_on", "code"], kind="stable").drop_duplicates([*whole, *part], keep="last")
    sums = newest.groupby(whole)[column].sum()
    sums = sums[sums > 1 + ROUNDING]
    if not len(sums):
        return
    firsts: Any = newest.reset_index(names="position").groupby(whole)["position"].min()
    for key, total in sums.items():
        product = key[0] if isinstance(key, tuple) else key
        yield from at(
            chain, code, table, np.array([firsts.loc[key]]), column, product=str(product), total=f"{total:.4g}"
        )


def final_products(chain: "Chain") -> Iterator[Batch]:
    """Say where no product is marked as what the chain delivers."""
    products = chain.tables["products"]
    if len(products) and not products["final"].fillna(False).any():
        yield about(chain, "no_final_product", "products", "final")


def products_nobody_makes(chain: "Chain") -> Iterator[Batch]:
    """Name products without any maker, origin or judgement: unknown is not absent. Parents speak by their children."""
    products, judged, figures = chain.tables["products"], chain.tables["assessments"], chain.tables["indicators"]
    spoken = set(distinct(chain, "production", "product"))
    spoken |= set(distinct(chain, "supplies", "product"))
    spoken |= set(judged.loc[judged["item"].isin(SPEAKS), "product"].dropna())
    spoken |= set(figures.loc[figures["item"] == "domestic_rate", "product"].dropna())
    spoken |= set(products["parent"].dropna())
    silent = ~products["code"].isin(spoken) & products["code"].notna()
    yield from at(chain, "nobody_makes", "products", silent.to_numpy(bool), "code")
