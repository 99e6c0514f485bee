"""Reads of maps: one map, two states compared, organisations by province."""

from lianban.apps.maps.queries.comparing import EVENTS, Comparison, Side, compare, sides
from lianban.apps.maps.queries.mapping import Map, map_of
from lianban.apps.maps.queries.panel import panel
from lianban.apps.maps.queries.regions import Regions, base_map, base_map_row, regions

__all__ = [
    "EVENTS", "Comparison", "Map", "Regions", "Side", "base_map", "base_map_row", "compare", "map_of", "panel", "regions", "sides",
]  # fmt: skip
