"""An input-output table as a chain (投入产出表): sectors become products, regions become origins.

Reads what pymrio's ``IOSystem`` offers (``Z``, ``Y``, ``x``); any object with these three DataFrames will do.
docs/howto/take-data-out.md has the equations.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lianban.chain.interop.foreign import codes_for

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

ABROAD = "XX"
LEAST = 0.001


def from_pymrio(
    system: Any,
    home: str,
    *,
    name: str,
    data_date: date | str,
    source: str,
    places: Mapping[str, str] | None = None,
    place: str = "CN",
    final: Collection[str] | None = None,
    least: float = LEAST,
    currency: str = "CNY",
    times: float = 1.0,
) -> "Chain":
    """Build the chain of one region of an input-output table.

    Parameters
    ----------
    system : pymrio ``IOSystem``, or anything with DataFrames ``Z``, ``Y`` and (or None) ``x`` by (region, sector)
    home : the region whose chain it is; ``place`` is its code (CN)
    places : code of each other region (``{"USA": "US"}``); regions of two capital letters stand for themselves, all
        others are abroad, not specified (XX)
    final : sectors that count as final products; by default those with final use at home
    least : cost shares and shares of origins below it are left out
    currency, times : what the table's numbers are in: euro in millions is ``"EUR"``, ``1e6``
    """
    from lianban.chain.chain import Chain

    flows, uses, output = _tables(system, home)
    sectors = list(dict.fromkeys(flows.index.get_level_values(1)))
    codes = codes_for([str(sector) for sector in sectors])
    fact = {"source": "io", "observed_on": str(data_date), "confidence": "medium"}
    within: Any = flows[home]
    at_home: Any = within.T.groupby(level=0).sum().T
    at_home = at_home.reindex(columns=sectors)  # (region, sector) × home sector
    used: Any = uses[home]
    last = used.sum(axis=1)
    supply = at_home.sum(axis=1) + last
    total = supply.groupby(level=1).sum().reindex(sectors)
    final_use = last.clip(lower=0).groupby(level=1).sum().reindex(sectors)
    delivered = {str(s) for s in (final if final is not None else [s for s in sectors if final_use[s] > 0])}
    products = [
        {
            "code": codes[str(s)], "name": str(s), "segment": "sectors", "final": str(s) in delivered,
            "value": float(f"{total[s] * times:.12g}"), "currency": currency, "unit": "元", **fact,
        }
        for s in sectors
    ]  # fmt: skip
    technical = at_home.groupby(level=1).sum().reindex(sectors) / output.reindex(sectors).replace(0, np.nan)
    inputs = [
        {"product": codes[str(j)], "input": codes[str(i)], "cost_share": float(f"{a:.6g}"), **fact}
        for j in sectors
        for i, a in technical[j].items()
        if i != j and a >= least
    ]
    return Chain.from_tables(
        {
            "chain": [{"code": codes_for([name])[name], "name": name, "home": place, "data_date": str(data_date)}],
            "segments": [{"code": "sectors", "name": "部门", "name_en": "Sectors", "stage": 1}],
            "products": products,
            "inputs": inputs,
            "production": _origins(supply, total, codes, {home: place, **(places or {})}, least, fact),
            "sources": [{"code": "io", "title": source, "kind": "dataset", "read_on": str(data_date)}],
        },
        name=name,
    )


def _tables(system: Any, home: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """Flows, final uses, and the output of the home region's sectors."""
    flows, uses = system.Z, system.Y
    if flows is None or uses is None:
        raise ValueError("the system has no Z or no Y: call calc_all() first")
    regions = set(flows.index.get_level_values(0))
    if home not in regions:
        raise ValueError(f"there is no region {home!r}; there are {', '.join(map(str, sorted(regions)))}")
    if bool((flows.to_numpy() < 0).any()):
        raise ValueError("Z has negative flows")
    known = getattr(system, "x", None)
    output = flows.sum(axis=1) + uses.sum(axis=1) if known is None else known.iloc[:, 0]
    return flows, uses, output.loc[home]


def _origins(
    supply: pd.Series, total: pd.Series, codes: Mapping[str, str], places: Mapping[str, str], least: float, fact: Mapping[str, Any],
) -> list[dict[str, Any]]:  # fmt: skip
    """Where the home region's supply of each sector comes from: one row for each origin."""
    found: dict[tuple[str, str], float] = {}
    items: Any = supply.items()
    for (region, sector), amount in items:
        if total[sector] > 0 and amount > 0:
            origin = places.get(str(region)) or (str(region) if _is_place(str(region)) else ABROAD)
            found[str(sector), origin] = found.get((str(sector), origin), 0.0) + amount / total[sector]
    return [
        {
            "product": codes[sector], "origin": origin, "share": float(f"{min(share, 1.0):.6g}"), "share_of": "home_supply",
            "stage": "stable_volume", **fact,
        }
        for (sector, origin), share in found.items()
        if share >= least
    ]  # fmt: skip


def _is_place(region: str) -> bool:
    return len(region) == 2 and region.isascii() and region.isalpha() and region.isupper()
