"""Pages of projects."""

from lianban.apps.projects.views.pages import do, for_product, listing, show

__all__ = ["do", "for_product", "listing", "show"]
