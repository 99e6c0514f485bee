"""Pages of the diagnosis."""

from lianban.apps.diagnosis.views.indicators import indicator, indicators
from lianban.apps.diagnosis.views.lists import home, listing, organisation
from lianban.apps.diagnosis.views.points import describe, do, missing, point, raise_point
from lianban.apps.diagnosis.views.runs import ask_run, compare, runs
from lianban.apps.diagnosis.views.sets import copy_set, drop_scenario, scenario_set, scenario_sets
from lianban.apps.diagnosis.views.studies import ask_study, study
from lianban.apps.diagnosis.views.what_if import ask_what_if, keep_scenario, what_if

__all__ = [
    "ask_run", "ask_study", "ask_what_if", "compare", "copy_set", "describe", "do", "drop_scenario", "home", "indicator", "indicators",
    "keep_scenario", "listing", "missing", "organisation", "point", "raise_point", "runs", "scenario_set", "scenario_sets", "study", "what_if",
]  # fmt: skip
