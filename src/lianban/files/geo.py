"""GeoJSON (地理数据) out, as RFC 7946 has it. Who is where is known; where a place lies, the caller says."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lianban.files.facts import Facts
from lianban.files.plain import clean, plain, word

Point = tuple[float, float]  # longitude, latitude (WGS 84)


def geojson(
    rows: Iterable[tuple[str, Point | None, Mapping[str, Any]]], facts: Facts | None = None, language: str = "zh"
) -> bytes:
    """One feature for each (name, point, properties). Without a point the geometry is null, which the standard allows."""
    features = [
        {
            "type": "Feature",
            "id": clean(name),
            "geometry": None if point is None else {"type": "Point", "coordinates": [float(point[0]), float(point[1])]},
            "properties": {clean(k): value for k, v in properties.items() if (value := plain(v)) is not None},
        }
        for name, point, properties in rows
    ]
    told = {label: word(plain(value)) for label, value in facts.lines(language)} if facts else {}
    found = {"type": "FeatureCollection", **({"about": told} if told else {}), "features": features}
    return (json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def place_of(code: str | None, places: Mapping[str, Point]) -> Point | None:
    """The point of a place: its own, else that of the city, else of the province it lies in; None where none is known."""
    if not code:
        return None
    steps = [code, code.split("-")[0]]
    if code[:6].isdigit():
        steps += [f"{code[:4]}00", f"{code[:2]}0000"]
    return next((places[step] for step in steps if step in places), None)
