"""When a job is lost, and how often it is tried."""

from datetime import datetime, timedelta

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

HEARTBEAT_LOST = timedelta(seconds=45)  # a dead worker is noticed within a minute: sweep every 10 s
MAX_ATTEMPTS = 2
DAILY_FROM_HOUR = 6  # local time; nobody's letters come in the night
KEPT = timedelta(days=1)  # a list file is a copy: it can be written again
MOST_WAITING = 5  # list files of one reader at a time: one worker serves everybody
FINISHED = ("done", "failed", "cancelled")
STATES = {
    "queued": Text("排队中", "waiting"),
    "running": Text("运行中", "running"),
    "done": Text("已完成", "done"),
    "failed": Text("失败", "failed"),
    "cancelled": Text("已取消", "cancelled"),
}


def is_lost(state: str, heartbeat_at: datetime | None, now: datetime) -> bool:
    """A running job whose worker has been silent too long."""
    return state == "running" and (heartbeat_at is None or now - heartbeat_at > HEARTBEAT_LOST)


def after_loss(attempt: int) -> str:
    """A lost job is tried once more, then given up."""
    return "queued" if attempt < MAX_ATTEMPTS else "failed"


def seconds_left(done: int, total: int, seconds_so_far: float) -> float | None:
    """Time left at the pace so far; None while there is no pace."""
    return None if done <= 0 or total <= 0 else seconds_so_far / done * max(total - done, 0)


def list_refusals(*, exports: bool, waiting: int) -> list[Refusal]:
    """Why a list is not written in the background; all reasons at once."""
    found = []
    if not exports:
        found.append(
            refuse("jobs.no_list", "此地址不是可以导出的清单", "this is no address of a list that is given out")
        )
    if waiting >= MOST_WAITING:
        found.append(
            refuse(
                "jobs.too_many_lists", "您已有 {n} 份清单在排队，等其中一份完成后再要",
                "{n} of your lists are waiting already; ask again when one is done", n=waiting,
            )
        )  # fmt: skip
    return found
