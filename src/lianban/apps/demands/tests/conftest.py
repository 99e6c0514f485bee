"""A small chain, a cast of four, and a demand."""

from datetime import UTC, date, datetime

import pytest

from lianban.apps.atlas.models import Chain, Input, Product, Segment
from lianban.apps.parties import queries
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor, Grant
from lianban.apps.parties.services import SYSTEM, open_account
from lianban.apps.sources.models import Source
from lianban.kit.mechanisms import all_deeds

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def chain(db):
    chain = Chain.objects.create(code="mab", name="抗体", name_en="Antibody", data_date=TODAY)
    source = Source.objects.create(chain="mab", code="s", title="来源", kind="own")
    facts = {"chain": chain, "source": source, "observed_on": TODAY}
    used = Segment.objects.create(chain=chain, code="used", name="耗材", name_en="Consumables", stage=1)
    made = Segment.objects.create(chain=chain, code="made", name="药品", name_en="Drug", stage=2)
    rows = {
        code: Product.objects.create(code=code, name=name, name_en=code, segment=segment, **facts)
        for code, name, segment in (
            ("bag", "一次性袋", used), ("filter", "过滤器", used), ("film", "膜材", made), ("drug", "药品", made),
        )
    }  # fmt: skip
    for code, product, needed in (("1", "bag", "film"), ("2", "filter", "film"), ("3", "drug", "bag")):
        Input.objects.create(code=code, product=rows[product], input=rows[needed], essential="yes", **facts)
    return chain


@pytest.fixture
def firm(db):
    return Organisation.objects.create(code="firm", name="需求企业", example=True)


@pytest.fixture
def lab(db, chain):
    organisation = Organisation.objects.create(code="lab", name="实验室", kind="laboratory", example=True)
    return organisation


@pytest.fixture
def makes(chain):
    """Say what an organisation makes: a private row, as firms enter it."""
    from lianban.apps.atlas import services as atlas

    def say(organisation, product, stage):
        return atlas.enter_production(
            chain=chain, code=f"{product}@{organisation.code}", organisation=organisation,
            source={"code": f"site-{organisation.code}", "title": "自报", "kind": "own", "confidentiality": "private"},
            by=SYSTEM, at=NOW, product=Product.objects.get(chain=chain, code=product), stage=stage, observed_on=TODAY,
            confidentiality="private",
        )  # fmt: skip

    return say


@pytest.fixture
def person(db):
    """Open an account and give the person as the one who acts."""
    from django.contrib.auth import get_user_model

    def make(role, organisation=None, username=""):
        username = username or role
        open_account(
            username=username, password="long-enough-1", shown_name=username, role=role, organisation=organisation,
            starts_on=date(2026, 1, 1), by=SYSTEM, at=NOW,
        )  # fmt: skip
        return queries.actor_of(get_user_model().objects.get(username=username), today=TODAY)

    return make


@pytest.fixture
def buyer(person, firm):
    return person("enterprise", firm, "buyer")


@pytest.fixture
def officer(person):
    return person("officer")


@pytest.fixture
def scientist(person, lab):
    return person("laboratory", lab, "scientist")


@pytest.fixture
def stranger(person):
    return person("enterprise", Organisation.objects.create(code="other", name="旁观企业"), "stranger")


@pytest.fixture
def visitor():
    return Actor(grants=(Grant("visitor"),), deeds=all_deeds())
