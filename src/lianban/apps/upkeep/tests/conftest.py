"""A chain with a firm that has an account and one that has none; rows of different age."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model

from lianban.apps.atlas.compute import Package
from lianban.apps.atlas.models import Chain
from lianban.apps.atlas.services import load_package
from lianban.apps.parties import queries
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM, open_account

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture
def chain(db):
    def plain(day="2026-10-01", **columns):
        return {"source": "s", "observed_on": day, "confidence": "high", "confidentiality": "open", **columns}

    tables = {
        "chain": [{"code": "mab", "name": "抗体", "name_en": "Antibody", "home": "CN", "data_date": "2026-10-01"}],
        "segments": [{"code": "raw", "name": "材料", "stage": 1}],
        "sources": [{"code": "s", "title": "年报", "kind": "firm", "confidentiality": "open"}],
        "products": [plain(code="bag", name="一次性袋", name_en="bag", segment="raw", final=True), plain(code="film", name="膜材", segment="raw")],
        "organisations": [plain(code="ours", name="本公司", kind="firm", place="320500"), plain(code="other", name="别家公司", kind="firm", place="320500")],
        "production": [
            plain("2024-05-01", code="old", product="bag", organisation="ours", stage="stable_volume", capacity=100.0, capacity_unit="t/a"),
            plain("2025-12-10", code="due", product="film", organisation="ours", stage="pilot"),
            plain("2026-10-01", code="new", product="film", organisation="other", stage="lab"),
            plain("2024-05-01", code="secret", product="film", organisation="other", stage="lab", confidentiality="private"),
        ],
    }  # fmt: skip
    load_package(chain=Package.from_tables(tables, name="mab"), by=SYSTEM, at=NOW)
    return Chain.objects.get(code="mab")


@pytest.fixture
def person(chain):
    def make(role, organisation=""):
        firm = Organisation.objects.get(code=organisation) if organisation else None
        name = f"{role}{organisation}"
        open_account(username=name, password="long-enough-1", shown_name=name, role=role, organisation=firm, starts_on=date(2026, 1, 1), by=SYSTEM, at=NOW)  # fmt: skip
        return queries.actor_of(get_user_model().objects.get(username=name), today=TODAY)

    return make


@pytest.fixture
def officer(person):
    return person("officer")


@pytest.fixture
def firm(person):
    return person("enterprise", "ours")


@pytest.fixture
def stranger(person):
    return person("enterprise", "other")
