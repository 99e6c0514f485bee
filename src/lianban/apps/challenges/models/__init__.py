"""A challenge, its answers, its choice and race."""

from lianban.apps.challenges.models.answers import Answer, Objection, Question
from lianban.apps.challenges.models.challenge import (
    Challenge,
    Condition,
    Indicator,
    PlannedMilestone,
    PostedVersion,
    StepRecord,
)
from lianban.apps.challenges.models.lanes import Gate, GateFinding, Lane

__all__ = [
    "Answer", "Challenge", "Condition", "Gate", "GateFinding", "Indicator", "Lane", "Objection", "PlannedMilestone",
    "PostedVersion", "Question", "StepRecord",
]  # fmt: skip
