"""Programs press at the same moment with the same ETag: one is heard. In a process and a database of its own."""

import json
import os
import subprocess
import sys

import pytest

from tests.secrecy.test_races import new_database

AT_ONCE, ROUNDS = 4, 6
RACE = """
import json, threading
import django
django.setup()
from datetime import timedelta
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
call_command("migrate", verbosity=0)
from lianban.apps.access import services as access
from lianban.apps.access.rules import SCOPES
from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.compute import Package
from lianban.apps.parties.queries import actor_of
from lianban.apps.parties.services import SYSTEM, open_account
now = timezone.now()
fact = {"source": "s", "observed_on": now.date(), "confidence": "high", "confidentiality": "open"}
tables = {"chain": [{"code": "bags", "name": "示例链", "home": "CN", "data_date": now.date()}], "segments": [{"code": "raw", "name": "材料", "stage": 1}],
          "products": [{**fact, "code": "film", "name": "膜", "segment": "raw"}],
          "sources": [{"code": "s", "title": "示例", "kind": "survey", "confidentiality": "open"}]}
atlas.load_package(chain=Package.from_tables(tables, name="bags"), by=SYSTEM, at=now)
user = open_account(username="zhang", password="long-enough-1", shown_name="x", role="officer", starts_on=now.date() - timedelta(9), by=SYSTEM, at=now).user
secret = access.issue(name="t", scopes=list(SCOPES), days=9, by=actor_of(user, today=now.date()), at=now)[1]
program = Client(headers={"Authorization": f"Bearer {secret}"}, SERVER_NAME="localhost", raise_request_exception=False)
view = {"name": "甲", "address": "/chains/bags/", "confidentiality": "open"}
places = {"view": program.post("/api/v1/views", json.dumps(view), "application/json").json()["location"], "row": "/api/v1/chains/bags/tables/products/film"}

def race(send):
    gate, told = threading.Barrier(AT_ONCE), []
    def one(n):
        try:
            gate.wait()
            told.append(send(n).status_code)
        finally:
            connection.close()
    threads = [threading.Thread(target=one, args=(n,)) for n in range(AT_ONCE)]
    [t.start() for t in threads]; [t.join() for t in threads]
    return sorted(told)

found = {}
for n in range(ROUNDS):
    for what, path in places.items():
        mark = {"If-Match": program.get(path).headers["ETag"]}
        found.setdefault(what, []).append(race(lambda k: program.patch(path, json.dumps({"name": f"{n}-{k}"}), "application/json", headers=mark)))
    key = {"Idempotency-Key": f"0123456789abcdef{n}"}
    found.setdefault("key", []).append(race(lambda k: program.post("/api/v1/views", json.dumps(view), "application/json", headers=key)))
found["views"] = program.get("/api/v1/views").json()["n"]
print(json.dumps(found))
"""


@pytest.mark.evidence
@pytest.mark.database
def test_of_many_with_the_same_etag_at_once_one_is_heard_and_one_key_is_one_deed(tmp_path):
    settings = {"LIANBAN_SECRET_KEY": "only-for-tests", "DJANGO_SETTINGS_MODULE": "lianban.site.settings"}
    script = RACE.replace("ROUNDS", str(ROUNDS)).replace("AT_ONCE", str(AT_ONCE))
    with new_database(tmp_path) as url:
        told = os.environ | settings | {"LIANBAN_DATABASE_URL": url}
        done = subprocess.run([sys.executable, "-c", script], env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["row"] == found["view"] == [[200] + [412] * (AT_ONCE - 1)] * ROUNDS
    assert found["key"] == [[201] * AT_ONCE] * ROUNDS and found["views"] == 1 + ROUNDS
