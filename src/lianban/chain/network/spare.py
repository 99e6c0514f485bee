"""Spare capacity (备用产能): what other sources can add, as a fraction of a product's home supply."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lianban.chain.network.reading import best_rows, column, number
from lianban.chain.network.sources import Reader

if TYPE_CHECKING:
    from lianban.chain.chain import Chain


def spare_capacities(chain: "Chain", reader: Reader) -> pd.DataFrame:
    """Read parameters of item spare_capacity: product, organisation (empty for all sources together), value."""
    frame = chain.tables["parameters"]
    product = reader.products.find(column(frame, "product"))
    organisation = reader.organisations.find(column(frame, "organisation"))
    value = number(frame, "value") * np.where(column(frame, "unit") == "%", 0.01, 1.0)
    named = organisation >= 0
    wanted = (column(frame, "item") == "spare_capacity") & (product >= 0) & (value >= 0)
    rows = np.flatnonzero(wanted & (named | frame["organisation"].isna().to_numpy()))
    key = product[rows] * (len(reader.organisations) + 1) + organisation[rows] + 1
    _, chosen = best_rows(key, rows, frame)
    return pd.DataFrame(
        {
            "product": reader.products[product[chosen]],
            "organisation": reader.organisations.get(organisation[chosen]),
            "value": value[chosen],
            "code": column(frame, "code")[chosen],
        }
    )
