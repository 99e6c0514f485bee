"""Yardsticks held against published figures: input-output tables, world concentration, two official rankings.

Every figure says how many cases it stands on; what is missing is counted, and misses are listed with what explains them.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.raw_materials import concentration_of, eu_raw_materials
from benchmarks.real_data import eto_chain, folder

Figures = dict[str, Any]
ABOVE = 0.6  # "one country above 60 %"
ROUNDING = 0.025  # whole percents of up to five countries: sums between 0.975 and 1.025 are 1


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


def samples() -> Figures:
    """Rank correlation of severity with every other yardstick, in each sample chain."""
    import lianban

    return {name: correlations_with(lianban.read_chain(lianban.samples.path(name)).yardsticks(), "severity") for name in lianban.samples.names()}  # fmt: skip


def table(told: Figures) -> str:
    """Give the figures as text: agreement, counts, and every miss with its reason."""
    lines = [f"{name}: {one['skipped']}" for name, one in told.items() if "skipped" in one]
    found = {name: one for name, one in told.items() if "skipped" not in one}
    if one := found.get("china_2007"):
        lines.append(f"China 2007: complete coefficients within {one['complete_max_difference']:.1e} of the published")
    if one := found.get("china_2020"):
        lines.append(
            f"China 2020: import content by equal shares, correlation {one['correlation']:.3f} with the told one"
        )
    for year, one in found.get("world_upstreamness", {}).items():
        lines.append(f"world {year}: upstreamness correlation {one['upstreamness']['correlation']:.4f}, downstreamness {one['downstreamness']['correlation']:.4f}")  # fmt: skip
    if one := found.get("world_trade"):
        lines.append(f"world trade: {one['products']} products, concentration {one['judged']}")
    if one := found.get("eto_chips"):
        lines.append(
            f"chips: one country above 60 % in {one['one_country_above_60']} of {one['with_figures']} inputs with figures "
            f"({one['one_named_country_above_60']} counting named countries only); {one['unknown']} unknown: "
            + ", ".join(one["unknown_listed"])
        )
    if one := found.get("eu_raw_materials"):
        for name in ("world_hhi", "world_and_eu_hhi_by_import_reliance"):
            own = one[name]
            lines.append(
                f"EU critical materials by {name}: Spearman {own['spearman']:.2f}, precision {own['precision_at_k']:.2f} "
                f"at {own['k']} (by chance {own['precision_by_chance']:.2f})"
            )
            for title, misses in (("ours only", own["ours_not_theirs"]), ("theirs only", own["theirs_not_ours"])):
                lines += [f"  {title}: {material}: {why}" for material, why in misses.items()]
    lines += [_row(name, one) for name, one in found.get("samples", {}).items()]
    return "\n".join(lines)


def _row(name: str, correlations: Figures) -> str:
    shown = (
        f"{code} {one['spearman']:+.2f} (n = {one['n']})"
        for code, one in correlations.items()
        if one["spearman"] is not None
    )
    return f"{name}, rank correlation with severity: " + (", ".join(shown) or "too few products")
