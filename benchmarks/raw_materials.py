"""Our concentration of raw materials against the European Commission's supply risk and list of critical ones."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.real_data import Material, eu_materials, official_figures

Figures = dict[str, Any]
RISK, IMPORTANCE = 1.0, 2.8  # the Commission's thresholds for a critical raw material
EU = frozenset({
    "Austria", "Belgium", "Bulgaria", "Croatia", "Cyprus", "Czechia", "Denmark", "Estonia", "Finland", "France",
    "Germany", "Greece", "Hungary", "Ireland", "Italy", "Latvia", "Lithuania", "Luxembourg", "Malta",
    "Netherlands", "Poland", "Portugal", "Romania", "Slovakia", "Slovenia", "Spain", "Sweden",
})  # fmt: skip

_RULES: dict[float, Any] = {}


def concentration_of(shares: Mapping[str, float | None], tolerance: float = 0.001) -> Any:
    """Concentration of world supply by country, by the diagnosis' own code."""
    from lianban.chain.diagnosis.concentration import of_shares
    from lianban.rulebook import load_rules

    if tolerance not in _RULES:
        _RULES[tolerance] = load_rules("cn-core-2025", {"diagnosis.shares.tolerance": tolerance})
    return of_shares(shares, _RULES[tolerance])


def world_measure(material: Material) -> float:
    """HHI of world supply: the worse of its stages; the mean over the members of a group, as the Commission does."""
    return _mean(max(concentration_of(shares, 0.2).hhi.low for shares in one.values()) for one in material.world)


def mixed_measure(material: Material) -> float:
    """HHI of world and EU supply, weighted by import reliance as in the Commission's formula.

    HHI_world × IR/2 + HHI_EU × (1 − IR/2), with IR estimated as the part of EU supply from outside the EU. Governance,
    trade restrictions, recycling and substitution, which the formula multiplies with, are not in these data.
    """
    found = []
    for world, europe in zip(material.world, material.europe, strict=True):
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
    found = [max(concentration_of(shares, 0.2).hhi.low for shares in each.values()) for each in one.europe if each]
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
