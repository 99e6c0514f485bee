"""Search (查找): one box over organisations, products, segments, weak points, needs, pages and commands."""

from lianban.kit import mechanisms


class SearchConfig(mechanisms.Mechanism):
    name = "lianban.apps.search"
    prefix = "search/"
    works = {"search.index": "lianban.apps.search.services.work"}
    daily = ("search.index",)
    hears = {
        "atlas.changed": "lianban.apps.search.services.follow",
        "parties.named": "lianban.apps.search.services.follow_names",
    }
