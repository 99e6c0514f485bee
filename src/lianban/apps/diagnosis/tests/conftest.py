"""The cast and the stage of the diagnosis tests."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model

from lianban.apps.atlas.models import Chain, Product, Segment
from lianban.apps.diagnosis import compute, services
from lianban.apps.diagnosis.models import WeakPoint
from lianban.apps.diagnosis.tests import given
from lianban.apps.parties.models import Organisation, RoleGrant
from lianban.apps.parties.rules import Actor, Grant
from lianban.apps.parties.services import SYSTEM
from lianban.apps.sources.models import Source
from lianban.kit.mechanisms import all_deeds

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture
def chain(db):
    return Chain.objects.create(
        code="c", name="示例链", name_en="Example chain", data_date=date(2026, 1, 1), place="441200"
    )


@pytest.fixture
def product(chain):
    source = Source.objects.create(chain="c", code="s", title="来源", kind="own")
    segment = Segment.objects.create(chain=chain, code="g", name="环节", stage=1)
    return Product.objects.create(
        chain=chain, code="p", name="膜材", name_en="film", segment=segment, source=source, observed_on=date(2026, 1, 1)
    )


@pytest.fixture
def weak_point(chain, product):
    return WeakPoint.objects.create(chain=chain, product_code="p", raised_at=NOW, changed_at=NOW)


@pytest.fixture
def cast(db):
    """One person a role (and a second officer), each with an account: ``cast("officer")`` is its Actor."""
    made = {}

    def person(role, *, name="", organisation=None, chain=""):
        key = name or role
        if key not in made:
            user = get_user_model().objects.create(username=key, first_name=key)
            RoleGrant.objects.create(
                user=user, role=role, chain=chain, organisation=organisation, starts_on=date(2020, 1, 1)
            )
            grant = Grant(role, chain, organisation.code if organisation else "")
            made[key] = Actor(user.pk, key, (grant,), all_deeds())
        return made[key]

    return person


@pytest.fixture
def sign_in(client, cast):
    """Sign the test client in as somebody of a role and give the client."""

    def enter(role, **kwargs):
        if role == "visitor":
            client.logout()
            return client
        client.force_login(get_user_model().objects.get(pk=cast(role, **kwargs).user_id))
        return client

    return enter


@pytest.fixture
def firm(db):
    return Organisation.objects.get_or_create(code="firm-a", defaults={"name": "甲公司", "name_en": "Firm A"})[0]


COMPUTED = {}


@pytest.fixture(autouse=True)
def each_diagnosis_once(monkeypatch):
    """Same input, same output: a diagnosis that was computed for one test serves the others."""
    real = compute.diagnose

    def remembered(chain, *, classes, scope, rules, as_of=None):
        key = (chain.fingerprint, tuple(classes), scope, chain.place, rules.fingerprint, as_of)
        if key not in COMPUTED:
            COMPUTED[key] = real(chain, classes=classes, scope=scope, rules=rules, as_of=as_of)
        return COMPUTED[key]

    monkeypatch.setattr(compute, "diagnose", remembered)


STUDIED = {}


def remember_studies(monkeypatch, table):
    """Let a table of studies compute each question once for all tests: same input, same output."""

    def remembered(kind, real):
        def work(chain, *, classes, rules, parameters, step):
            costs = [(c["action"], c["amount_fen"], c["class"]) for c in parameters.get("costs", ())]
            key = (kind, chain.fingerprint, tuple(classes), rules.fingerprint, str({**parameters, "costs": costs}))
            step(0, 1)
            if key not in STUDIED:
                STUDIED[key] = real(chain, classes=classes, rules=rules, parameters=parameters, step=step)
            found = STUDIED[key]
            return replace(found, parameters=dict(parameters)) if kind == "portfolio" else found

        return work

    for kind, real in list(table.items()):
        monkeypatch.setitem(table, kind, remembered(kind, real))


@pytest.fixture(autouse=True)
def each_study_once(monkeypatch):
    remember_studies(monkeypatch, compute.STUDIES)


@pytest.fixture
def load(db):
    """Load the small chain of ``given.py``, as it is or with changes."""
    return lambda **changes: given.load(NOW, **changes)


@pytest.fixture
def diagnosed(load):
    """The small chain, diagnosed once for the whole nation: its run."""
    return services.diagnose_now(chain=load(), by=SYSTEM, at=NOW)
