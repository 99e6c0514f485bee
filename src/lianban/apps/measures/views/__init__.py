"""Pages of the measures."""

from lianban.apps.measures.views.pages import cost, find, for_product, listing, portfolio, weigh, withdraw

__all__ = ["cost", "find", "for_product", "listing", "portfolio", "weigh", "withdraw"]
