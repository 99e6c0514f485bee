"""Pages of maps: one map, two states compared, provinces."""

from lianban.apps.maps.views.comparing import compare, compare_picture
from lianban.apps.maps.views.one import download, show
from lianban.apps.maps.views.regions import load_base_map, regions, regions_picture, withdraw_base_map

__all__ = [
    "compare", "compare_picture", "download", "load_base_map", "regions", "regions_picture", "show", "withdraw_base_map",
]  # fmt: skip
