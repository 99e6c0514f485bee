"""The only door from the diagnosis app to ``lianban.chain``: rows in, plain results out, and how results are read."""

from lianban.apps.diagnosis.compute.comparing import compare
from lianban.apps.diagnosis.compute.running import Computed, diagnose
from lianban.apps.diagnosis.compute.studying import STUDIES, Studied, told_by
from lianban.apps.diagnosis.compute.whatif import Answer, Asked, Weighed, compare_now, scenarios, what_if

__all__ = [
    "STUDIES",
    "Answer",
    "Asked",
    "Computed",
    "Studied",
    "Weighed",
    "compare",
    "compare_now",
    "diagnose",
    "scenarios",
    "told_by",
    "what_if",
]
