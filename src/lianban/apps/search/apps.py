"""Search (查找): one box over chains, products, organisations and needs."""

from lianban.kit import mechanisms


class SearchConfig(mechanisms.Mechanism):
    name = "lianban.apps.search"
    prefix = "search/"
