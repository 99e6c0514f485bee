"""What is done with projects: one verb, one transaction, one journal row."""

from lianban.apps.projects.services.closing import (
    appeal,
    archive,
    ask_acceptance,
    call_acceptance,
    change_outcome,
    conclude,
    consent,
    judge,
    open_acceptance,
    reinstate,
    return_acceptance,
    revoke,
    take_effect,
    terminate,
    uphold,
)
from lianban.apps.projects.services.moving import hold_still
from lianban.apps.projects.services.results import (
    confirm_rise,
    confirm_use,
    decline_rise,
    follow_up,
    promise_purchase,
    propose_rise,
    record_first_use,
    record_order,
    record_spread,
)
from lianban.apps.projects.services.stages import (
    answer_extension,
    ask_extension,
    check_stage,
    decide_stage,
    enter_report,
    pay,
    report_stage,
    send_back_stage,
)
from lianban.apps.projects.services.starting import start

__all__ = [
    "answer_extension", "appeal", "archive", "ask_acceptance", "ask_extension", "call_acceptance", "change_outcome", "check_stage",
    "conclude", "confirm_rise", "confirm_use", "consent", "decide_stage", "decline_rise", "enter_report", "follow_up", "hold_still",
    "judge", "open_acceptance", "pay", "promise_purchase", "propose_rise", "record_first_use", "record_order",
    "record_spread", "reinstate", "report_stage", "return_acceptance", "revoke", "send_back_stage", "start", "take_effect",
    "terminate", "uphold",
]  # fmt: skip
