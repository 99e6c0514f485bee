"""Reading a kept result (``Diagnosis.to_dict()``): the one place that knows its shape."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

Point = dict[str, Any]
GROUPS = ("weak_points", "unknown", "products")  # ranked; severity not known; neither


def points(result: Mapping[str, Any]) -> list[Point]:
    """Every product of a result: weak points by rank, then unknown ones, then the rest."""
    return [point for group in GROUPS for point in result[group]]


def point(result: Mapping[str, Any], code: str) -> Point | None:
    """One product, with the name of the list it stands in as ``group``."""
    for group in GROUPS:
        for found in result[group]:
            if found["code"] == code:
                return {**found, "group": group}
    return None


def suspected(result: Mapping[str, Any]) -> list[Point]:
    """Products the computation holds for weak: the ranked ones, and those of unknown severity with a kind that holds."""
    return [*result["weak_points"], *(found for found in result["unknown"] if found["kind"])]


def ranked(result: Mapping[str, Any]) -> list[Point]:
    """Weak points of known severity, the worst first."""
    return list(result["weak_points"])


def missing_locally(result: Mapping[str, Any]) -> list[Point]:
    """Products made at home and not in the place the run looks from (本地缺失), weak or not."""
    missing = set(result.get("missing_locally", ()))
    return [point for point in points(result) if point["code"] in missing]


def strengths(result: Mapping[str, Any]) -> list[Point]:
    """Products with a strength (长板)."""
    return [found for found in points(result) if found["strength"]]


def expert_says(found: Mapping[str, Any]) -> dict[str, Any]:
    """What experts judged, in short: their current level, whether they call it a chokepoint, what has expired."""
    rows = found["voices"]["expert"]
    current = [row for row in rows if row["current"]]
    level = next((row["value"] for row in current if row["item"] == "level"), None)
    chokepoint = next((kind for kind in found["kinds"] if kind["code"] == "chokepoint"), None)
    state = chokepoint["state"] if chokepoint else "not_tested"
    return {"n": len(rows), "level": level, "chokepoint": state, "expired": bool(rows) and not current}


def names(result: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Bilingual names of products by code."""
    return {found["code"]: found["name"] for found in (*points(result), *result["parents"])}


def facts_of(point_explanations: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Every row the numbers of one product stand on, each once."""
    seen = {(fact["row"], fact["source"]): fact for one in point_explanations.values() for fact in one["facts"]}
    return [seen[key] for key in sorted(seen, key=str)]


def age_in_months(days: Iterable[str | None], today: date) -> int | None:
    """Whole months since the oldest of some days; None where no day is known."""
    known = [date.fromisoformat(day) for day in days if day]
    if not known:
        return None
    oldest = min(known)
    months = (today.year - oldest.year) * 12 + today.month - oldest.month - (today.day < oldest.day)
    return max(months, 0)


def interval(intervals: Mapping[str, Any], code: str) -> dict[str, Any] | None:
    """The intervals of one product in a kept study of intervals."""
    return next((found for found in intervals["products"] if found["code"] == code), None)


def fact(intervals: Mapping[str, Any], product: Mapping[str, Any]) -> dict[str, Any] | None:
    """The single missing fact that would narrow this product most."""
    place = product["fact"]
    return None if place is None else dict(intervals["facts"][place])


def band(interval: Mapping[str, Any] | None, level: float = 0.9) -> dict[str, Any] | None:
    """Low and high end of an interval at a level."""
    return None if interval is None else next((one for one in interval["bands"] if one["level"] == level), None)
