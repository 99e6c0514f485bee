"""What is done with jobs, under one name: ``jobs.enqueue``, ``jobs.cancel``, ``jobs.write_later`` ..."""

from lianban.apps.jobs.services.lists import take, write_later
from lianban.apps.jobs.services.working import (
    Cancelled,
    Progress,
    ask_for_daily,
    cancel,
    carry_out,
    claim,
    enqueue,
    sweep,
    work_off,
)

__all__ = [
    "Cancelled", "Progress", "ask_for_daily", "cancel", "carry_out", "claim", "enqueue", "sweep", "take", "work_off", "write_later",
]  # fmt: skip
