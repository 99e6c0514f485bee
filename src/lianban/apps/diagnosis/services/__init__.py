"""What is done: runs, studies, sets of scenarios, and the handling of weak points."""

from lianban.apps.diagnosis.services.closing import ask_closing, close, send_back
from lianban.apps.diagnosis.services.confirming import (
    consult,
    dismiss,
    enlist,
    raise_again,
    raise_weak_point,
    review,
    verify,
)
from lianban.apps.diagnosis.services.handling import assign, choose_route, describe, report, shelve, urge
from lianban.apps.diagnosis.services.runs import ask_run, carry_out_run, diagnose_now
from lianban.apps.diagnosis.services.sets import copy_set, drop_scenario, keep_scenario, weigh_scenarios
from lianban.apps.diagnosis.services.studies import Order, ask_study, carry_out_study, make_study, study_now
from lianban.apps.diagnosis.services.what_if import ask_what_if, carry_out_what_if, question

__all__ = [
    "Order",
    "ask_closing",
    "ask_run",
    "ask_study",
    "ask_what_if",
    "assign",
    "carry_out_run",
    "carry_out_study",
    "carry_out_what_if",
    "choose_route",
    "close",
    "consult",
    "copy_set",
    "describe",
    "diagnose_now",
    "dismiss",
    "drop_scenario",
    "enlist",
    "keep_scenario",
    "make_study",
    "question",
    "raise_again",
    "raise_weak_point",
    "report",
    "review",
    "send_back",
    "shelve",
    "study_now",
    "urge",
    "verify",
    "weigh_scenarios",
]
