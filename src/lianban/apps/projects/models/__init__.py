"""Projects, their stages, and what became of them."""

from lianban.apps.projects.models.project import Participant, Project, Target, TestReport
from lianban.apps.projects.models.results import (
    Appeal,
    Conclusion,
    CreditMark,
    FirstUse,
    FollowUp,
    LevelRise,
    PriorityPurchase,
    PurchaseOrder,
    Spread,
)
from lianban.apps.projects.models.stages import Extension, Milestone, Payment, StageDecision

__all__ = [
    "Appeal", "Conclusion", "CreditMark", "Extension", "FirstUse", "FollowUp", "LevelRise", "Milestone", "Participant", "Payment",
    "PriorityPurchase", "Project", "PurchaseOrder", "Spread", "StageDecision", "Target", "TestReport",
]  # fmt: skip
