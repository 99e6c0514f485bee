"""The only door from the diagnosis app to ``lianban.chain``: rows in, plain results out, and how results are read."""

from lianban.apps.diagnosis.compute.comparing import compare
from lianban.apps.diagnosis.compute.running import Computed, diagnose
from lianban.apps.diagnosis.compute.whatif import Answer, Asked, what_if

__all__ = ["Answer", "Asked", "Computed", "compare", "diagnose", "what_if"]
