"""Text in, clean values out; each form knows its consortium and gives the service's own words."""

from lianban.apps.consortia.forms.council import MeetingForm, MinutesForm, MotionForm, RoadmapForm, VoteForm
from lianban.apps.consortia.forms.founding import (
    AnswerForm,
    InviteForm,
    LeadForm,
    ProposeForm,
    ReasonForm,
    SharesForm,
)
from lianban.apps.consortia.forms.judging import AppealAnswerForm, FilingForm, GradeForm, TextForm, VerdictForm
from lianban.apps.consortia.forms.work import (
    ContributionForm,
    HandOverForm,
    LicenceForm,
    PassOnForm,
    PublicMoneyForm,
    ReceiptForm,
    ReportForm,
    SplitForm,
    StartForm,
    TaskForm,
    TopicForm,
)

__all__ = [
    "AnswerForm",
    "AppealAnswerForm",
    "ContributionForm",
    "FilingForm",
    "GradeForm",
    "HandOverForm",
    "InviteForm",
    "LeadForm",
    "LicenceForm",
    "MeetingForm",
    "MinutesForm",
    "MotionForm",
    "PassOnForm",
    "ProposeForm",
    "PublicMoneyForm",
    "ReasonForm",
    "ReceiptForm",
    "ReportForm",
    "RoadmapForm",
    "SharesForm",
    "SplitForm",
    "StartForm",
    "TaskForm",
    "TextForm",
    "TopicForm",
    "VerdictForm",
    "VoteForm",
]
