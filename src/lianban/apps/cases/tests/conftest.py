"""A chain with a diagnosis, and a cast of six."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model

from lianban.apps.atlas.models import Chain, Product, Segment
from lianban.apps.diagnosis.models import Run, WeakPoint
from lianban.apps.parties import queries
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM, open_account
from lianban.apps.sources.models import Source

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def point(rank, code, loss):
    name = {"zh": f"产品{code}", "en": f"product {code}"}
    return {
        "rank": rank, "code": code, "name": name, "level": "L1", "loss_cut": loss, "loss_stop": 1.0, "inferred": True,
        "reason": {"zh": "境内无合格供方", "en": "no qualified source at home"}, "route_name": {"zh": "攻关", "en": "tackle"},
        "solvers": [],
    }  # fmt: skip


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def today():
    return TODAY


@pytest.fixture
def result():
    return {
        "weak_points": [point(i + 1, code, 0.9 - i / 10) for i, code in enumerate("abcdef")],
        "unknown": [point(None, "u", None)],
    }


@pytest.fixture
def chain(db, result):
    chain = Chain.objects.create(code="mab", name="抗体", name_en="Antibody", data_date=TODAY)
    source = Source.objects.create(chain="mab", code="s", title="来源", kind="own")
    segment = Segment.objects.create(chain=chain, code="one", name="耗材", stage=1)
    for code in "abcdefu":
        Product.objects.create(
            chain=chain,
            code=code,
            name=f"产品{code}",
            name_en=f"product {code}",
            segment=segment,
            source=source,
            observed_on=TODAY,
        )
    Run.objects.create(
        chain=chain, number=1, pack="cn-core-2025", rules_fingerprint="r", data_fingerprint="sha256:abc", data_stamp=1,
        asked_by="x", started_at=NOW, finished_at=NOW, result=result,
    )  # fmt: skip
    for code in "abcdef":
        WeakPoint.objects.create(chain=chain, product_code=code, raised_at=NOW, changed_at=NOW)
    return chain


@pytest.fixture
def person(db):
    def make(role, organisation=None, username=""):
        open_account(username=username or role, password="long-enough-1", shown_name=role, role=role,
                     organisation=organisation, starts_on=date(2026, 1, 1), by=SYSTEM, at=NOW)  # fmt: skip
        return queries.actor_of(get_user_model().objects.get(username=username or role), today=TODAY)

    return make


@pytest.fixture
def officer(person):
    return person("officer")


@pytest.fixture
def head(person):
    return person("office_head")


@pytest.fixture
def chief(person):
    return person("chief")


@pytest.fixture
def enterprise(person):
    return person("enterprise", Organisation.objects.create(code="firm", name="企业", example=True))


@pytest.fixture
def acting(chain, person):
    """Weak point b is somebody's, and late."""
    point = WeakPoint.objects.get(chain=chain, product_code="b")
    department = person("lead_department")
    point.status, point.responsible_unit, point.due_on = "acting", "医药处", TODAY - timedelta(days=1)
    point.responsible_user_id = department.user_id
    point.save()
    return department


@pytest.fixture
def sign_in(client):
    def enter(actor):
        client.force_login(get_user_model().objects.get(pk=actor.user_id))
        return client

    return enter
