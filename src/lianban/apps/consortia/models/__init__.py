"""Tables of innovation consortia: who they are, what the council decides, what is done, what it costs and brings."""

from lianban.apps.consortia.models.consortium import Consortium, Filing, Licence, Member
from lianban.apps.consortia.models.council import Meeting, Motion, Presence, Roadmap, Vote
from lianban.apps.consortia.models.evaluation import Evaluation, Rectification
from lianban.apps.consortia.models.money import Contribution, Receipt, Split
from lianban.apps.consortia.models.work import Task, Topic

__all__ = [
    "Consortium",
    "Contribution",
    "Evaluation",
    "Filing",
    "Licence",
    "Meeting",
    "Member",
    "Motion",
    "Presence",
    "Receipt",
    "Rectification",
    "Roadmap",
    "Split",
    "Task",
    "Topic",
    "Vote",
]
