"""The only door from the diagnosis app to ``lianban.chain``: rows in, plain results out, and how results are read."""

from lianban.apps.diagnosis.compute.comparing import compare
from lianban.apps.diagnosis.compute.running import Computed, diagnose

__all__ = ["Computed", "compare", "diagnose"]
