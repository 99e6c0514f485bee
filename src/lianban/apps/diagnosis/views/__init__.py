"""Pages of the diagnosis."""

from lianban.apps.diagnosis.views.indicators import indicator, indicators
from lianban.apps.diagnosis.views.lists import home, listing, organisation
from lianban.apps.diagnosis.views.points import describe, do, point, raise_point
from lianban.apps.diagnosis.views.runs import ask_run, compare, runs
from lianban.apps.diagnosis.views.what_if import what_if

__all__ = [
    "ask_run", "compare", "describe", "do", "home", "indicator", "indicators", "listing", "organisation", "point", "raise_point", "runs", "what_if",
]  # fmt: skip
