"""Who is where, as GeoJSON (地理数据): organisations with what they make. Where a place lies, a file of the office says."""

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianban.chain.interop.graph import records
from lianban.files.facts import Facts
from lianban.files.geo import Point, geojson, place_of

if TYPE_CHECKING:
    from lianban.chain.chain import Chain


def chain_geojson(
    chain: "Chain", places: dict[str, Point] | None = None, *, facts: Facts | None = None, language: str = "zh"
) -> bytes:
    """One feature for each organisation; its geometry is null where nobody said where its place lies."""
    names = {row["code"]: row["name"] for row in records(chain, "products")}
    made: dict[str, list[str]] = {}
    for row in records(chain, "production"):
        if row.get("organisation"):
            made.setdefault(row["organisation"], []).append(names.get(row["product"], row["product"]))
    rows = [
        (
            row["code"],
            place_of(row.get("place"), places or {}),
            {**row, "makes": sorted(set(made.get(row["code"], [])))},
        )
        for row in records(chain, "organisations")
    ]
    return geojson(rows, facts, language)


def read_places(path: Path) -> dict[str, Point]:
    """Read where places lie: a CSV with code, lon, lat, or GeoJSON points with a property ``code``.

    Raises
    ------
    ValueError
        A row without a code or with a position that is none; the sentence names the row.
    """
    if path.suffix.lower() in (".json", ".geojson"):
        features = json.loads(path.read_text(encoding="utf-8-sig"))["features"]
        rows: list[tuple[Any, ...]] = [
            (
                (f.get("properties") or {}).get("code"),
                *((f.get("geometry") or {}).get("coordinates") or (None, None))[:2],
            )
            for f in features
        ]
    else:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = [(row.get("code"), row.get("lon"), row.get("lat")) for row in csv.DictReader(lines)]
    found = {}
    for n, (code, lon, lat) in enumerate(rows, 1):
        try:
            point = (float(lon), float(lat))
        except (TypeError, ValueError):
            raise ValueError(f"row {n}: {lon!r}, {lat!r} is no position") from None
        if not code or not (-180 <= point[0] <= 180 and -90 <= point[1] <= 90):
            raise ValueError(f"row {n}: code {code!r} at {lon}, {lat} is no place on earth")
        found[str(code)] = point
    return found
