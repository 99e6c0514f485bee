"""Yardsticks held against published figures: input-output tables, world concentration, two official rankings.

Every figure says how many cases it stands on; what is missing is counted, and misses are listed with what explains them.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.real_data import Material, eto_chain, eu_materials, folder, official_figures

Figures = dict[str, Any]
ABOVE = 0.6  # "one country above 60 %"
ROUNDING = 0.025  # whole percents of up to five countries: sums between 0.975 and 1.025 are 1
RISK, IMPORTANCE = 1.0, 2.8  # the Commission's thresholds for a critical raw material
EU = frozenset(
    [
        "Austria",
        "Belgium",
        "Bulgaria",
        "Croatia",
        "Cyprus",
        "Czechia",
        "Denmark",
        "Estonia",
        "Finland",
        "France",
        "Germany",
        "Greece",
        "Hungary",
        "Ireland",
        "Italy",
        "Latvia",
        "Lithuania",
        "Luxembourg",
        "Malta",
        "Netherlands",
        "Poland",
        "Portugal",
        "Romania",
        "Slovakia",
        "Slovenia",
        "Spain",
        "Sweden",
    ]
)


def figures(quick: bool = False) -> Figures:
    """Return all figures; a data set that is not here is named and left out. ``quick`` leaves out the largest."""
    topics: dict[str, tuple[str, Callable[[Path], Figures]]] = {
        "china_2007": ("cn_io", china_2007),
        "china_2020": ("cn_io", china_2020),
        "world_upstreamness": ("wiod2013", world_upstreamness),
        "world_trade": ("world_trade_1998_2000", world_trade),
        "eto_chips": ("eto_chips", eto_chips),
        "eu_raw_materials": ("eu_crm", eu_raw_materials),
    }
    found: Figures = {}
    for name, (data, measured) in topics.items():
        place = folder(data)
        if quick and name in ("world_upstreamness", "world_trade"):
            continue
        found[name] = {"skipped": f"data set {data} is not here"} if place is None else measured(place)
    found["samples"] = samples()
    return found


def china_2007(place: Path) -> Figures:
    """Direct and complete coefficients of China's table of 135 sectors against the published ones."""
    import numpy as np
    import pandas as pd

    from lianban.engine.inputoutput import InputOutputTable, complete_coefficients, direct_coefficients, measure

    frame = pd.read_csv(place / "io2007_135.csv.gz", dtype={"code": str}).set_index("code")
    sectors = [column for column in frame.columns if column.isdigit()]
    trade = {
        name: frame.loc[sectors, column].to_numpy(float) for name, column in (("exports", "EX"), ("imports", "IM"))
    }
    table = InputOutputTable(frame.loc[sectors, sectors], frame.loc["TI", sectors], labels=sectors, **trade)
    published = pd.read_csv(place / "complete_coeff2007_135.csv.gz", dtype={"code": str}).set_index("code")
    complete = published.loc[sectors, sectors].to_numpy(float)
    difference = complete_coefficients(table) - complete
    direct = direct_coefficients(table)
    backwards = np.eye(len(complete)) - np.linalg.inv(complete + np.eye(len(complete)))
    plain = frame.loc[sectors, sectors].to_numpy(float) / frame.loc["TI", sectors].to_numpy(float)[None, :]
    found, names = measure(table), frame["name"]

    def top(values: Any) -> list[str]:
        return [str(names[sectors[at]]) for at in np.argsort(-values)[:5]]

    return {
        "sectors": table.n_sectors,
        "direct_max_difference": float(np.abs(direct - plain).max()),
        "direct_column_sums_max_difference_from_published_totals": float(
            np.abs(direct.sum(axis=0) - (frame.loc["TII", sectors] / frame.loc["TI", sectors]).to_numpy(float)).max()
        ),
        "direct_max_difference_from_published_complete_backwards": float(np.abs(direct - backwards).max()),
        "complete_max_difference": float(np.abs(difference).max()),
        "most_upstream": top(found.upstreamness),
        "largest_total_import_content": top(found.imports.total) if found.imports else [],
        "largest_power_of_dispersion": top(found.linkages.power),
        "key_sectors": int(found.linkages.key.sum()),
    }


def china_2020(place: Path) -> Figures:
    """Import content from equal import shares, against the table of 42 sectors that tells domestic flows."""
    import numpy as np
    import pandas as pd

    from lianban.engine.inputoutput import InputOutputTable, import_content

    whole, home = (
        pd.read_csv(place / f"io2020_42{part}.csv", dtype={"code": str}).set_index("code") for part in ("", "_domestic")
    )
    sectors = [str(number) for number in range(1, 43)]
    flows, output = whole.loc[sectors, sectors].to_numpy(float), whole.loc["TI", sectors].to_numpy(float)
    told = import_content(
        InputOutputTable(
            flows, output, imported_flows=np.maximum(flows - home.loc[sectors, sectors].to_numpy(float), 0)
        )
    )
    spread = import_content(
        InputOutputTable(flows, output, exports=whole.loc[sectors, "EX"], imports=whole.loc[sectors, "IM"])
    )
    return {
        "sectors": len(sectors),
        "correlation": float(np.corrcoef(told.total, spread.total)[0, 1]),
        "median_difference": float(np.median(np.abs(told.total - spread.total))),
        "max_difference": float(np.abs(told.total - spread.total).max()),
        "content_of_all_output": {"told": float(output @ told.total / output.sum()), "equal_shares": float(output @ spread.total / output.sum())},
    }  # fmt: skip


def world_upstreamness(place: Path) -> Figures:
    """Upstreamness of 1,435 sectors of the world against the published figures, 2000 and 2011."""
    import numpy as np
    import pandas as pd

    from lianban.engine.inputoutput import InputOutputTable, downstreamness, upstreamness

    published = pd.read_csv(place / "published_upstreamness.csv.gz")
    found: Figures = {}
    for year in (2000, 2011):
        content = np.load(place / f"wiot_{year}.npz")
        final = content["F"].astype(float).reshape(len(content["x"]), -1, 5)
        table = InputOutputTable(content["Z"], content["x"], final=final[:, :, :4].sum(axis=(1, 2)))
        stocks = InputOutputTable(content["Z"], content["x"], inventories=final[:, :, 4].sum(axis=1))
        spelt = {"ROM": "ROU", "RoW": "ROW"}
        countries = [spelt.get(str(one), str(one)) for one in content["countries"]]
        own = published[published["year"] == year]
        at = [countries.index(c) * 35 + int(i) - 1 for c, i in zip(own.iso3c, own.wiot2013_n, strict=True)]
        theirs = own.gvc_ui.to_numpy()
        values = {"upstreamness": upstreamness(table)[at], "from_output_less_stocks": upstreamness(stocks)[at]}
        values["downstreamness"] = downstreamness(table)[at]
        found[str(year)] = {}
        for name, ours in values.items():
            against = own.gvc_di.to_numpy() if name == "downstreamness" else theirs
            lives = np.isfinite(ours)
            found[str(year)][name] = {
                "sectors": int(lives.sum()),
                "correlation": float(np.corrcoef(ours[lives], against[lives])[0, 1]),
                "median_difference": float(np.median(np.abs(ours - against)[lives])),
            }
    return found


def concentration_of(shares: Mapping[str, float | None], tolerance: float = 0.001) -> Any:
    """Concentration of world supply by country, by the diagnosis' own code."""
    from lianban.chain.diagnosis.concentration import concentrate
    from lianban.chain.diagnosis.sources import Source
    from lianban.rulebook import load_rules

    key = "diagnosis.shares.tolerance"
    if tolerance not in _RULES:
        _RULES[tolerance] = load_rules("cn-core-2025", {key: tolerance})
    sources = [
        Source(country, None, country, country, None, "stable_volume", True, False, None, share, ())
        for country, share in shares.items()
    ]
    return concentrate(sources, "origin", _RULES[tolerance], complete=False, share_of="world_supply")


_RULES: dict[float, Any] = {}


def world_trade(place: Path) -> Figures:
    """Concentration of exporters for 785 products, 1998–2000 on average, against plain sums."""
    import numpy as np
    import pandas as pd

    frame = pd.read_csv(place / "exports_sitc2.csv.gz", dtype={"product": str})
    frame["share"] = frame["value"] / frame.groupby("product")["value"].transform("sum")
    judged: Counter[str] = Counter()
    worst, largest = 0.0, []
    for product, own in frame.groupby("product"):
        found = concentration_of(dict(zip(own["country"], own["share"], strict=True)))
        plain = float((own["share"] ** 2).sum())
        worst = max(worst, abs(found.hhi.low - plain), abs(found.cr1.low - own["share"].max()))
        judged[found.judged] += 1
        largest.append((found.hhi.low, str(product), found.largest))
    return {
        "products": len(largest),
        "max_difference_from_plain_sums": worst,
        "judged": dict(judged),
        "median_hhi": float(np.median([hhi for hhi, _, _ in largest])),
        "most_concentrated": [f"{product} {country} {hhi:.2f}" for hhi, product, country in sorted(largest, reverse=True)[:5]],
    }  # fmt: skip


def eto_chips(place: Path) -> Figures:
    """One country above 60 %: how many inputs, which are unknown; and the chip chain under every yardstick."""
    from lianban.rulebook import load_rules

    chain = eto_chain(place)
    found = chain.yardsticks(rules=load_rules("cn-core-2025", {"diagnosis.shares.tolerance": ROUNDING}))
    shares = {point.code: point.concentration["origin"] for point in found.diagnosis.products}
    told = {code: one for code, one in shares.items() if one.cr1 is not None}
    named = set(chain.tables["production"]["product"])
    above = [code for code, one in told.items() if one.cr1.low > ABOVE]
    lumped = [code for code in above if told[code].largest == "XX"]
    unknown = [code for code in shares if code in named and code not in told]
    return {
        "with_figures": len(told),
        "of_these_whole_stages": sum(code.startswith("S") for code in told),
        "one_country_above_60": len(above),
        "one_named_country_above_60": len(above) - len(lumped),
        "of_these_various_countries_taken_as_one": [str(found.names[code]) for code in lumped],
        "judged_severe_hhi": sum(one.judged == "severe" for one in told.values()),
        "unknown": len(unknown),
        "unknown_listed": sorted(str(found.names[code]) for code in unknown),
        "without_any_country": len(shares) - len(told) - len(unknown),
        "rank_correlation_with_loss_of_a_cut": correlations_with(found, "loss_cut"),
    }


def correlations_with(found: Any, reference: str) -> Figures:
    """Spearman's rho of each yardstick with one of them, and on how many products it stands."""
    return {
        (one.other if one.one == reference else one.one): {"n": one.n, "spearman": one.spearman}
        for one in found.agreements
        if reference in (one.one, one.other)
    }


def world_measure(material: Material) -> float:
    """HHI of world supply: the worse of its stages; the mean over the members of a group, as the Commission does."""
    return _mean(max(concentration_of(shares, 0.2).hhi.low for shares in one.values()) for one in material.world)


def mixed_measure(material: Material) -> float:
    """HHI of world and EU supply, weighted by import reliance as in the Commission's formula.

    HHI_world × IR/2 + HHI_EU × (1 − IR/2), with IR estimated as the part of EU supply from outside the EU. Governance,
    trade restrictions, recycling and substitution, which the formula multiplies with, are not in these data.
    """
    found = []
    for world, europe in zip(material.world, material.europe, strict=False):
        stages = []
        for stage in set(world) & set(europe):
            reliance = 1 - sum(share for country, share in europe[stage].items() if country in EU)
            ours, theirs = (concentration_of(one[stage], 0.2).hhi.low for one in (world, europe))
            stages.append(ours * reliance / 2 + theirs * (1 - reliance / 2))
        if stages:
            found.append(max(stages))
    return _mean(found)


def eu_raw_materials(place: Path) -> Figures:
    """Our concentration against the Commission's supply risk and list of critical raw materials, 2023."""
    materials, without = eu_materials(place)
    measures = {"world_hhi": world_measure, "world_and_eu_hhi_by_import_reliance": mixed_measure}
    critical = {one.name: one.supply_risk >= RISK and one.importance >= IMPORTANCE for one in materials}
    found: Figures = {
        "materials": len(materials),
        "without_shares_or_figures": without,
        "critical_by_both_thresholds": sum(critical.values()),
        "note": "copper and nickel are on the official list as strategic only and count as not critical here",
        "persistence": _persistence(place),
    }
    for name, measured in measures.items():
        values = {one.name: measured(one) for one in materials}
        found[name] = {**_agreement(materials, values), **_precision(materials, values, critical)}
    return found


def _agreement(materials: Sequence[Material], values: Mapping[str, float]) -> Figures:
    from scipy import stats

    told = [one for one in materials if not math.isnan(values[one.name])]
    ours, theirs = [values[one.name] for one in told], [one.supply_risk for one in told]
    return {
        "n": len(told),
        "spearman": float(stats.spearmanr(ours, theirs).statistic),
        "kendall": float(stats.kendalltau(ours, theirs).statistic),
    }


def _precision(materials: Sequence[Material], values: Mapping[str, float], critical: Mapping[str, bool]) -> Figures:
    """Precision among the first k, k as many as there are critical ones; every miss with what explains it."""
    told = {one.name: one for one in materials if not math.isnan(values[one.name])}
    order = sorted(told, key=lambda name: (-round(values[name], 12), name))
    k = sum(critical[name] for name in told)
    first = set(order[:k])
    return {
        "k": k,
        "precision_at_k": sum(critical[name] for name in first) / k,
        "precision_at_10": sum(critical[name] for name in order[:10]) / 10,
        "precision_by_chance": k / len(told),
        "ours_not_theirs": {name: _why_not_critical(told[name]) for name in order[:k] if not critical[name]},
        "theirs_not_ours": {name: _why_critical(told[name], values) for name in order[k:] if critical[name]},
    }


def _why_not_critical(one: Material) -> str:
    world, europe = world_measure(one), _europe(one)
    if one.supply_risk >= RISK:
        return f"supply risk {one.supply_risk:g} is above its threshold; economic importance {one.importance:g} is below 2.8"
    home = _home_share(one)
    if home is not None and home >= 0.4:
        return f"{home:.0%} of EU supply is made in the EU"
    if europe is not None and europe < 0.75 * world:
        return f"the EU buys from more countries (HHI {europe:.2f}) than the world makes it in ({world:.2f})"
    return "governance of the producers, recycling or substitution: not in these data"


def _why_critical(one: Material, values: Mapping[str, float]) -> str:
    europe, world = _europe(one), world_measure(one)
    if europe is not None and europe > 1.25 * world:
        return f"the EU buys from fewer countries (HHI {europe:.2f}) than the world makes it in ({world:.2f})"
    if one.supply_risk < 1.5:
        return f"close to the threshold: official supply risk {one.supply_risk:g}, HHI {world:.2f}"
    return "governance of the producers, recycling or substitution: not in these data"


def _europe(one: Material) -> float | None:
    found = [max(concentration_of(shares, 0.2).hhi.low for shares in each.values()) for each in one.europe]
    return None if not found else _mean(found)


def _home_share(one: Material) -> float | None:
    found = [sum(share for country, share in shares.items() if country in EU) for each in one.europe for shares in each.values()]  # fmt: skip
    return None if not found else min(_mean(found), 1.0)


def _persistence(place: Path) -> Figures:
    """How many materials are critical in at least two of the last three reports (2017, 2020, 2023)."""
    from lianban.chain.diagnosis.trends import lasting

    reports = [official_figures(place, year) for year in (2017, 2020, 2023)]
    states = Counter(
        lasting([None if report.get(name) is None else _critical(report[name]) for report in reports], 2)
        for name in reports[-1]
    )
    return dict(states)


def _critical(told: tuple[float, float] | None) -> bool:
    return told is not None and told[0] >= RISK and told[1] >= IMPORTANCE


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else math.nan


def samples() -> Figures:
    """Rank correlation of severity with every other yardstick, in each sample chain."""
    import lianban

    return {name: correlations_with(lianban.read_chain(lianban.samples.path(name)).yardsticks(), "severity") for name in lianban.samples.names()}  # fmt: skip
