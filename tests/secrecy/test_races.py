"""Two people press at once: one wins, the other is told why. In a process and a database of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROUNDS = 8
RACES = """
import json, threading
import django
django.setup()
from datetime import date, datetime, timezone
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from django.contrib.auth import get_user_model
from lianban.apps.atlas.models import Chain
from lianban.apps.demands import services as demands
from lianban.apps.demands.models import RaisedDemand
from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.diagnosis.models import HandlingStep, WeakPoint
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor, Grant
from lianban.kit.mechanisms import all_deeds
from lianban.kit.refusals import Refused
NOW = datetime(2026, 11, 22, 9, tzinfo=timezone.utc)
chain = Chain.objects.create(code="c", name="链", data_date=date(2026, 1, 1))
firm = Organisation.objects.create(code="firm", name="企业")
people = [Actor(get_user_model().objects.create(username=f"p{n}").pk, f"p{n}", (Grant("officer"),), all_deeds()) for n in range(2)]

def race(work):
    gate, told = threading.Barrier(2), []
    def one(person):
        try:
            gate.wait()
            told.append("won" if work(person) is not None else "none")
        except Refused as refused:
            told.append(str(refused.status))
        except Exception as error:
            told.append(repr(error))
        finally:
            connection.close()
    threads = [threading.Thread(target=one, args=(person,)) for person in people]
    [t.start() for t in threads]; [t.join() for t in threads]
    return sorted(told)

found = {"close": [], "list": [], "claim": []}
for n in range(ROUNDS):
    point = WeakPoint.objects.create(chain=chain, product_code=f"p{n}", status="closing", evidence="检验报告", raised_at=NOW, changed_at=NOW)
    found["close"].append(race(lambda by: diagnosis.close(weak_point_id=point.pk, note="好", by=by, at=NOW)))
    raised = RaisedDemand.objects.create(chain=chain, organisation=firm, title="需求", state="verified", raised_by="x", raised_at=NOW)
    found["list"].append(race(lambda by: demands.put_on_list(pk=raised.pk, by=by, at=NOW)))
    jobs.enqueue("diagnosis.run", by=people[0], chain="c")
    found["claim"].append(race(lambda by: jobs.claim()))
found["steps"] = HandlingStep.objects.filter(verb="close").count()
found["attempts"] = sorted(set(Job.objects.values_list("attempt", flat=True)))
from datetime import timedelta
jobs.working.all_daily = lambda: ["diagnosis.run"]  # any kind will do: only the asking is raced
for n in range(ROUNDS):
    found.setdefault("daily", []).append(race(lambda by: jobs.ask_for_daily(NOW + timedelta(days=n)) or None))
print(json.dumps(found))
"""


@contextmanager
def new_database(folder: Path) -> Iterator[str]:
    """An empty database of the kind the tests run on: a file, or one beside theirs on the same server."""
    url = os.environ.get("LIANBAN_DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{folder}/races.sqlite3"
        return
    import psycopg

    server, name = url.rpartition("/")[0], f"lianban_races_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{server}/{name}"
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
@pytest.mark.database
def test_of_two_at_once_one_wins_and_the_other_is_told_why(tmp_path: Path):
    settings = {"LIANBAN_SECRET_KEY": "only-for-tests", "DJANGO_SETTINGS_MODULE": "lianban.site.settings"}
    with new_database(tmp_path) as url:
        done = _run(settings | {"LIANBAN_DATABASE_URL": url})
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["close"] == [["409", "won"]] * ROUNDS
    assert found["list"] == [["409", "won"]] * ROUNDS
    assert found["claim"] == [["none", "won"]] * ROUNDS
    assert found["daily"] == [["none", "won"]] * ROUNDS  # A11: of two schedulers one asks
    assert found["steps"] == ROUNDS and found["attempts"] == [1]


def _run(settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", RACES.replace("ROUNDS", str(ROUNDS))],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
