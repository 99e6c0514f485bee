"""From an office's own approved map file (GeoJSON) to outlines by province; plain values in, paths out.

No drawing of any country or province is shipped. What an office loads is drawn as it is given: nothing is added, left out
or moved; neighbouring outlines of one province become one path.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

WIDTH = 800.0
MOST_POINTS = 60_000
PARALLEL = 35.0  # degrees north: here a degree of longitude is drawn as wide as it is


@dataclass(frozen=True, slots=True)
class Outlines:
    """Paths by division code in user units, and how large the drawing is; ``rest`` are outlines without a code."""

    paths: Mapping[str, str]
    rest: str
    width: float
    height: float
    n_points: int


def read(content: bytes) -> Outlines | None:
    """Read a GeoJSON FeatureCollection of polygons and lines in degrees; None where it is none."""
    try:
        whole = json.loads(content.decode("utf-8-sig"))
        features = whole["features"] if whole["type"] == "FeatureCollection" else None
        rings = (
            [(_code(one), list(_rings(one["geometry"]))) for one in features if one.get("geometry")] if features else []
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return None
    points = [point for _, some in rings for _, ring in some for point in ring]
    if not points:
        return None if not features else Outlines({}, "", WIDTH, 0.0, 0)
    return _scaled(rings, points)


Ring = tuple[bool, list[tuple[float, float]]]  # whether it closes, and its points


def _scaled(rings: list[tuple[str, list[Ring]]], points: list[tuple[float, float]]) -> Outlines:
    squeeze = math.cos(math.radians(PARALLEL))
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    scale = WIDTH / max((east - west) * squeeze, 1e-9)
    found: dict[str, list[str]] = {}
    for code, some in rings:
        for closed, ring in some:
            drawn = [f"{(x - west) * squeeze * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring]
            found.setdefault(code, []).append("M" + "L".join(drawn) + ("Z" if closed else ""))
    rest = "".join(found.pop("", []))
    return Outlines({code: "".join(p) for code, p in found.items()}, rest, WIDTH, (north - south) * scale, len(points))


def _code(feature: Mapping[str, Any]) -> str:
    """The province's code of a feature: six digits under one of the names such files use; "" where it has none."""
    about = feature.get("properties") or {}
    for name in ("adcode", "code", "gb", "GB", "id"):
        text = str(about.get(name, "")).removeprefix("156")
        if len(text) == 6 and text.isdigit() and text.isascii():
            return text[:2] + "0000"
    return ""


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    deep = {"LineString": 0, "Polygon": 1, "MultiLineString": 1, "MultiPolygon": 2}.get(geometry["type"])
    if deep is None:
        return
    level = [geometry["coordinates"]]
    for _ in range(deep):
        level = [inner for outer in level for inner in outer]
    for ring in level:
        points = [(float(p[0]), float(p[1])) for p in ring]
        if not all(-180 <= x <= 360 and -90 <= y <= 90 for x, y in points):
            raise ValueError("not degrees")
        if len(points) > 1:
            yield geometry["type"].endswith("Polygon"), points
