"""When a job is lost, and how often it is tried."""

from datetime import datetime, timedelta

from lianban.kit.text import Text

HEARTBEAT_LOST = timedelta(seconds=45)  # a dead worker is noticed within a minute: sweep every 10 s
MAX_ATTEMPTS = 2
DAILY_FROM_HOUR = 6  # local time; nobody's letters come in the night
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
