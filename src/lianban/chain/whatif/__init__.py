"""What if (情景推演): change one thing and see the weak points before and after; docs/models/whatif.md.

``chain.what_if(CutOrigin("JP"), AddSource("film", organisation="a"))`` → ``WhatIf``.
"""

from collections.abc import Mapping

from lianban.chain.whatif.result import Change, FinalLoss, Outcome, WhatIf
from lianban.chain.whatif.run import what_if
from lianban.chain.whatif.scenarios import (
    AddSource,
    CutOrigin,
    CutProduct,
    ImproveLevel,
    Scenario,
    ScenarioError,
    StopOrganisations,
    StopProduct,
)

SCENARIOS: Mapping[str, type] = {
    one.__name__: one for one in (StopOrganisations, CutOrigin, StopProduct, CutProduct, AddSource, ImproveLevel)
}

__all__ = [
    "SCENARIOS",
    "AddSource",
    "Change",
    "CutOrigin",
    "CutProduct",
    "FinalLoss",
    "ImproveLevel",
    "Outcome",
    "Scenario",
    "ScenarioError",
    "StopOrganisations",
    "StopProduct",
    "WhatIf",
    "what_if",
]
