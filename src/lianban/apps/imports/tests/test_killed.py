"""A worker killed at any moment (kill -9): nothing acknowledged is lost, nothing half done is seen."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

pytestmark = pytest.mark.evidence

START = """
import django, os; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from lianban.apps.atlas.tests import given
from lianban.apps.imports import services
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
chain = given.load()
text = "名称\\t类型\\t所在地\\n" + "".join(f"示例{i}号制造有限公司\\t企业\\t320500\\n" for i in range(3000))
made = services.bring(chain=chain, name="", chunks=[], size=0, text=text, label="名录", by=given.actor("officer"), at=given.NOW)
jobs.work_off()
made.refresh_from_db()
columns = {i: {"column": c["column"]} for i, c in made.mapping["columns"].items()}
services.map_columns(number=made.pk, table="organisations", columns=columns, constants={"source": "s1", "observed_on": "2026-11-20"}, overwrite=False, by=given.actor("officer"), at=given.NOW)
jobs.work_off()
services.ask_to_apply(number=made.pk, by=given.actor("officer"), at=given.NOW)
"""
AGAIN = """
import django; django.setup()
from django.utils import timezone
from datetime import timedelta
from lianban.apps.jobs.models import Job
from lianban.apps.jobs import services as jobs
Job.objects.filter(state="running").update(heartbeat_at=timezone.now() - timedelta(seconds=50))
jobs.sweep()
"""


@pytest.fixture
def office(tmp_path):
    path = tmp_path / "office.sqlite3"
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "lianban.site.settings", "LIANBAN_SECRET_KEY": "x",
           "LIANBAN_DATABASE_URL": f"sqlite:///{path}", "LIANBAN_DEMO": "1"}  # fmt: skip
    subprocess.run([sys.executable, "-c", START], env=env, check=True)
    return path, env


def told(path):
    with closing(sqlite3.connect(path)) as db:
        one = lambda question: db.execute(question).fetchone()[0]  # noqa: E731
        return (one("select count(*) from atlas_member"), one("select count(*) from atlas_changeset"),
                one("select stamp from atlas_chain"), one("select state from imports_import"))  # fmt: skip


def test_a_worker_killed_while_it_writes_leaves_all_or_nothing_and_the_next_one_ends_it(office):
    path, env = office
    before, seen = told(path), set()
    for wait in (0.5, 1.5, 2.5, 4.0, 6.0, 9.0):
        worker = subprocess.Popen([sys.executable, "-m", "lianban.cli", "worker", "--once"], env=env)
        time.sleep(wait)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        now = told(path)
        seen.add(now)
        assert now[:3] in (before[:3], (3003, 2, 2)), now
        subprocess.run([sys.executable, "-c", AGAIN], env=env, check=True)
        if now[3] != "applied":
            with closing(sqlite3.connect(path)) as db:
                db.execute("update jobs_job set state='queued', attempt=0 where kind='imports.apply'")
                db.commit()
    subprocess.run([sys.executable, "-m", "lianban.cli", "worker", "--once"], env=env, check=True)
    assert told(path) == (3003, 2, 2, "applied")
