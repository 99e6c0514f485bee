"""Search (查找): one box over organisations, products, segments, weak points, needs, pages and commands."""

from lianban.kit import mechanisms
from lianban.kit.text import Text


class SearchConfig(mechanisms.Mechanism):
    name = "lianban.apps.search"
    prefix = "search/"
    commands = (mechanisms.MenuEntry(Text("分类编码建议", "Propose codes for a product"), "search:codes", 96),)
    works = {"search.index": "lianban.apps.search.services.work"}
    daily = ("search.index",)
    hears = {
        "atlas.changed": "lianban.apps.search.services.follow",
        "parties.named": "lianban.apps.search.services.follow_names",
    }
