"""The OpenAPI document is true: whatever is sent, no operation breaks and none answers a status the document does not name."""

from datetime import timedelta

import pytest
import schemathesis
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
from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.compute import Package
from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.parties.queries import actor_of
from lianban.apps.parties.services import SYSTEM, open_account
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
def secret(db):
    now = timezone.now()
    chain = atlas.load_package(chain=Package.from_tables(tables(now.date()), name=CHAIN), by=SYSTEM, at=now)
    diagnosis.diagnose_now(chain=chain, by=SYSTEM, at=now, data_class="open")
    grant = open_account(username="zhang", password="long-enough-1", shown_name="经办", role="office_head",
                         starts_on=now.date() - timedelta(days=9), by=SYSTEM, at=now)  # fmt: skip
    actor = actor_of(grant.user, today=now.date())
    return access.issue(name="t", scopes=["read", "facts", "demands", "runs"], days=9, by=actor, at=now)[1]


def try_all(secret, examples):
    """Send generated requests to every operation; returns what broke and how many were sent."""
    document = schemathesis.openapi.from_dict(api.get_openapi_schema())
    document.app = application
    wrong, sent = [], 0
    chosen = settings(
        max_examples=examples, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )  # fmt: skip

    def send(case):
        nonlocal sent
        sent += 1
        if sent % 50 == 0:
            Usage.objects.all().delete()  # else the limits would answer
        if "chain" in case.path_parameters and sent % 2:
            case.path_parameters["chain"] = CHAIN
        answer = case.call(headers={"Authorization": f"Bearer {secret}"} if sent % 5 else {})
        try:
            case.validate_response(answer, checks=CHECKS)
        except BaseExceptionGroup as errors:
            wrong.append(f"{case.method} {case.path}: {answer.status_code} {[str(e)[:600] for e in errors.exceptions]}")

    for one in document.get_all_operations():
        chosen(given(one.ok().as_strategy())(send))()
    return wrong, sent


@pytest.mark.slow
def test_a_few_strange_requests_to_every_operation_find_no_surprise(secret):
    wrong, sent = try_all(secret, examples=2)
    assert wrong == [] and sent > 40


@pytest.mark.evidence
def test_many_strange_requests_to_every_operation_find_no_surprise(secret):
    wrong, sent = try_all(secret, examples=150)
    assert wrong == [], "\n\n".join(sorted(set(wrong)))
    print(f"requests sent: {sent}")
