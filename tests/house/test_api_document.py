"""The OpenAPI document is true: whatever is sent, no operation breaks and none answers a status the document does not name."""

import json
import os
from collections import Counter
from datetime import timedelta

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lianban.apps.access import services as access
from lianban.apps.access.models import Usage
from lianban.apps.access.rules import SCOPES
from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.compute import Package
from lianban.apps.demands.models import RaisedDemand
from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.imports.models import Import, Line, Naming, Piece
from lianban.apps.jobs.models import Job
from lianban.apps.lists import rules as lists
from lianban.apps.lists import services as publishing
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.queries import actor_of
from lianban.apps.parties.services import SYSTEM, open_account
from lianban.apps.reports.models import ExportFile
from lianban.apps.saved.models import SavedView
from lianban.apps.upkeep.models import Correction
from lianban.site.api import api
from lianban.site.wsgi import application

CHAIN = "bags"
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


def tables(day):
    fact = {"source": "s", "observed_on": day, "confidence": "high", "confidentiality": "open"}
    made = {**fact, "stage": "stable_volume", "share": 1.0, "share_of": "home_supply"}
    return {
        "chain": [{"code": CHAIN, "name": "示例链", "home": "CN", "data_date": day}],
        "segments": [{"code": "raw", "name": "材料", "stage": 1}],
        "products": [{**fact, "code": "film", "name": "膜材", "segment": "raw"}, {**fact, "code": "bag", "name": "袋", "segment": "raw", "final": True}],
        "inputs": [{**fact, "product": "bag", "input": "film", "essential": "yes"}],
        "organisations": [{**fact, "code": "firm", "name": "示例公司", "kind": "firm"}],
        "production": [{**made, "product": "film", "origin": "JP"}, {**made, "product": "bag", "organisation": "firm"}],
        "sources": [{"code": "s", "title": "示例", "kind": "survey", "confidentiality": "open"}],
    }  # fmt: skip


@pytest.fixture
def one_connection():
    """Requests here share the connection of the test, as those of Django's own client do."""
    for signal in (signals.request_started, signals.request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (signals.request_started, signals.request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def secret(db, one_connection):
    """The token of a head of the office, who finds one of each thing here."""
    now = timezone.now()
    chain = atlas.load_package(chain=Package.from_tables(tables(now.date()), name=CHAIN), by=SYSTEM, at=now)
    diagnosis.diagnose_now(chain=chain, by=SYSTEM, at=now, data_class="open")
    grant = open_account(username="zhang", password="long-enough-1", shown_name="经办", role="office_head",
                         starts_on=now.date() - timedelta(days=9), by=SYSTEM, at=now)  # fmt: skip
    actor = actor_of(grant.user, today=now.date())
    one_of_each(chain, actor, now)
    return access.issue(name="t", scopes=list(SCOPES), days=9, by=actor, at=now)[1]


def one_of_each(chain, actor, now):
    """What operations are about, so that requests get beyond "there is no such thing"."""
    firm, day = Organisation.objects.get(code="firm"), now.date() + timedelta(9)
    read = {"kind": "csv", "sheet": "表", "sheets": [{"name": "表", "rows": 2, "first": [[1, ["名称"]], [2, ["膜"]]]}], "results": ".csv",
            "header": {"rows": [1], "names": ["名称"], "first_row": 2}, "names": [["某某", "", ""]]}  # fmt: skip
    made = Import.objects.create(chain=chain, name="表.csv", label="表", state="preview", by="user:0", at=now, keep_until=day, read=read,
                                 counts={"new": 1}, mapping={"table": "products", "columns": {"0": {"column": "name"}}, "constants": {}})  # fmt: skip
    Line.objects.create(of=made, number=2, table="products", code="x", verdict="new", after={"name": "膜"}, reasons=[])
    Piece.objects.create(of=made, kind="results", number=0, data=b"x")
    Naming.objects.create(chain=chain, name="某某", candidates=[{"code": "firm", "score": 0.8}])
    fact = {"code": "firm", "name": "示例公司", "confidentiality": "open"}
    corrected = Correction.objects.create(chain=chain, organisation=firm, table="organisations", code="firm", before=fact, after=fact,
                                          reason="公告", raised_by="user:0", raised_at=now, due_on=day)  # fmt: skip
    demand = RaisedDemand.objects.create(chain=chain, organisation=firm, title="膜", state="listed", confidentiality="open",
                                         raised_by="user:0", raised_at=now)  # fmt: skip
    job = Job.objects.create(kind="diagnosis.run", arguments={}, asked_by=actor.reference, asked_at=now)
    file = ExportFile.objects.create(chain=chain, kind="csv", classes=["open"], asked_by=actor.reference, author={"zh": "x", "en": "x"}, asked_at=now,
                                     made_at=now, gone_at=now + timedelta(9), confidentiality="open", ending="csv.zip", content=b"x")  # fmt: skip
    SavedView.objects.create(
        code="kept", owner_id=actor.user_id, name="膜", address="/chains/bags/", chain=chain, stamp=1, kept_at=now
    )
    publishing.publish(
        chain=chain, kind=lists.kind("platforms"), confidentiality="open", signer="示例链办", by=SYSTEM, at=now
    )
    THERE["number"] = {
        "/imports/": made.pk,
        "/corrections/": corrected.pk,
        "/demands/": demand.pk,
        "/jobs/": job.pk,
        "/files/": file.pk,
    }


THERE = {"chain": CHAIN, "key": "platforms", "version": 1, "product": "film", "table": "products"}


def told_there(path, name, otherwise):
    """The value of a part of an address for which something is there."""
    if name == "number":
        return next((pk for part, pk in THERE["number"].items() if part in path), 1)
    if name == "code":
        return "kept" if "/views/" in path else "film"
    return THERE.get(name, otherwise)


def try_all(secret, examples):
    """Send generated requests to every operation, each to the same scene; returns what broke and the figures."""
    document = schemathesis.openapi.from_dict(api.get_openapi_schema())
    document.app = application
    wrong, figures, sent = [], Counter(), 0
    chosen = settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )  # fmt: skip

    def send(case):
        nonlocal sent
        sent += 1
        for name, value in list(case.path_parameters.items()):
            if sent % 2 or (name == "chain" and sent % 4):
                case.path_parameters[name] = told_there(case.path, name, value)
        with transaction.atomic():
            Usage.objects.all().delete()  # else the limits would answer
            answer = case.call(headers={"Authorization": f"Bearer {secret}"} if sent % 5 else {})
            transaction.set_rollback(True)
        figures[f"{answer.status_code // 100}xx"] += 1
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as errors:
            told = str(answer.status_code) in case.operation.definition.raw["responses"]
            figures["undocumented" if not told else "other"] += answer.status_code < 500
            wrong.append(f"{case.method} {case.path}: {answer.status_code} {[str(e)[:600] for e in errors.exceptions]}")

    operations = list(document.get_all_operations())
    for one in operations:
        chosen(given(one.ok().as_strategy())(send))()
    told = {"operations": len(operations), "examples": examples, "calls": sent, "database": connection.vendor}
    return wrong, {**told, **{kind: figures[kind] for kind in ("2xx", "3xx", "4xx", "5xx", "undocumented", "other")}}


@pytest.mark.slow
def test_a_few_strange_requests_to_every_operation_find_no_surprise(secret):
    wrong, told = try_all(secret, examples=2)
    assert wrong == [] and told["calls"] > 80


@pytest.mark.evidence
def test_many_strange_requests_to_every_operation_find_no_surprise(secret):
    wrong, told = try_all(secret, examples=int(os.environ.get("LIANBAN_EXAMPLES", "150")))
    print(f"api_document {json.dumps(told)}")
    assert wrong == [], "\n\n".join(sorted(set(wrong)))
