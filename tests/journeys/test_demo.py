"""The demo as a person starts it: it keeps its data, moves to a free port, leaves nothing behind."""

import json
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]  # it needs no browser, but the time that browser tests have


def children(pid: int) -> list[int]:
    """Everything a process started and what those started, from /proc."""
    found = subprocess.run(["ps", "-e", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in found.splitlines()]
    below, waiting = [], [pid]
    while waiting:
        parent = waiting.pop()
        direct = [int(row[0]) for row in rows if int(row[1]) == parent]
        below += direct
        waiting += direct
    return below


def ask(data, statement):
    """One statement on the demo's database, beside the running site."""
    with closing(sqlite3.connect(data / "lianban.sqlite3", timeout=30)) as database, database:
        return database.execute(statement).fetchone()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks at processes through /proc")
def test_a_second_start_keeps_the_data_takes_the_next_port_and_ctrl_c_leaves_nothing(demo, demo_data):
    port = int(demo.address.rsplit(":", 1)[1].strip("/"))
    before = ask(demo_data, "SELECT count(*) FROM diagnosis_run")

    second = type(demo)(demo_data, "--port", str(port)).wait()
    try:
        assert any("已有数据，保留" in line for line in second.said)
        assert any(f"端口 {port} 已被占用" in line for line in second.said)
        assert second.address != demo.address
        with urllib.request.urlopen(second.address + "health/ready") as response:
            assert response.status == 200
        started = children(second.process.pid)
        assert len(started) >= 3  # the server, its worker, the worker of background jobs
    finally:
        code = second.stop(signal.SIGINT)

    assert code == 0
    assert [pid for pid in started if alive(pid)] == []
    with (
        pytest.raises(OSError),
        socket.create_connection(("127.0.0.1", int(second.address.rsplit(":", 1)[1].strip("/"))), timeout=1),
    ):
        pass
    assert ask(demo_data, "SELECT count(*) FROM diagnosis_run") == before


def test_the_demo_tells_ten_weak_points_with_reasons_and_one_account_per_role(demo):
    from lianban import samples
    from lianban.apps.parties.rules import ROLES
    from lianban.cli.demo import PASSWORD

    said = "\n".join(demo.said)
    assert said.count("最薄弱的") == len(samples.names())
    ranks = [line for line in demo.said if line.startswith(" 10  ")]
    assert len(ranks) >= 2  # two chains at least have ten ranked weak points
    assert PASSWORD in said
    for name in ROLES.values():
        assert name.zh in said


def test_the_secret_key_is_its_owners_alone(demo, demo_data):
    assert (demo_data / "secret_key").stat().st_mode & 0o777 == 0o600
    assert len((demo_data / "secret_key").read_text()) >= 50


def test_a_job_asked_for_is_carried_out_by_the_worker(demo, demo_data):
    """The worker that the demo starts takes a job from the queue: asked for here as the site does."""
    ask(
        demo_data,
        "INSERT INTO jobs_job (kind, arguments, state, done, total, message, cancel_asked, attempt, asked_by, asked_at)"
        " VALUES ('nobody.knows', '{}', 'queued', 0, 0, '{}', 0, 0, 'test', '2026-01-01 00:00:00')",
    )
    for _ in range(150):
        (state, message) = ask(demo_data, "SELECT state, message FROM jobs_job WHERE kind = 'nobody.knows'")
        if state not in ("queued", "running"):
            break
        time.sleep(0.2)
    assert state == "failed" and "任务号" in json.loads(message)["zh"]


def test_every_cost_of_the_demo_says_that_it_is_an_example(demo, demo_data):
    costs, marked = ask(demo_data, "SELECT count(*), sum(source LIKE '%示例%') FROM measures_action_cost")

    assert costs == marked > 0
    assert ask(demo_data, "SELECT count(*) FROM diagnosis_study")[0] >= 4
