"""What is done: runs of the diagnosis, and the handling of weak points."""

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

__all__ = [
    "ask_closing",
    "ask_run",
    "assign",
    "carry_out_run",
    "choose_route",
    "close",
    "consult",
    "describe",
    "diagnose_now",
    "dismiss",
    "enlist",
    "raise_again",
    "raise_weak_point",
    "report",
    "review",
    "send_back",
    "shelve",
    "urge",
    "verify",
]
