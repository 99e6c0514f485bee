"""Lists of many rows come in pages, and what points at a row finds its page."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import RequestFactory

from lianban.apps.atlas import services
from lianban.apps.atlas.compute import Package
from lianban.apps.atlas.models import Member
from lianban.apps.atlas.tests import given
from lianban.apps.atlas.views import pages
from lianban.apps.parties.models import RoleGrant
from lianban.apps.parties.services import SYSTEM
from lianban.kit import exports

N = 23


@pytest.fixture
def officer(db, client, monkeypatch):
    tables = given.tables()
    tables["organisations"] += [given.fact(code=f"o{i}", name=f"示例{i}号厂", kind="firm", place=f"32050{i % 8}", example=True) for i in range(N)]  # fmt: skip
    tables["production"] += [given.fact(product="film", organisation=f"o{i}", stage="pilot") for i in range(N)]
    tables["sources"] += [{"code": f"z{i}", "title": f"来源{i}", "kind": "own"} for i in range(N)]
    services.load_package(chain=Package.from_tables(tables, name="bags"), by=SYSTEM, at=given.NOW)
    monkeypatch.setattr(pages, "PAGE", 5)
    user = get_user_model().objects.create_user("officer")
    RoleGrant.objects.create(user=user, role="officer", starts_on=given.NOW.date().replace(year=2020))
    client.force_login(user)
    return client


def codes(answer):
    return re.findall(r'/organisations/([\w-]+)/"', answer.content.decode().partition("<tbody>")[2])


def test_the_pages_of_a_list_hold_every_row_once(officer):
    seen = [code for n in range(1, 7) for code in codes(officer.get(f"/chains/bags/organisations/?page={n}"))]
    assert sorted(seen) == sorted(Member.objects.values_list("code", flat=True)) and len(seen) == N + 3
    assert f"{N + 3} 家组织" in officer.get("/chains/bags/organisations/").content.decode()


@pytest.mark.parametrize(("table", "code"), [("organisations", "o17"), ("sources", "z9"), ("sources", "s2")])
def test_what_points_at_a_row_opens_its_page(officer, table, code):
    text = officer.get(f"/chains/bags/{table}/?at={code}").content.decode()
    assert f'id="{code}"' in text or f"/organisations/{code}/" in text
    assert "1 / " in officer.get(f"/chains/bags/{table}/?at=nobody").content.decode()


def test_places_cost_no_statement_each(officer, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(pages, "PAGE", 500)
    officer.get("/chains/bags/organisations/")
    with django_assert_max_num_queries(14):
        officer.get("/chains/bags/organisations/")


def test_a_long_list_within_a_page_says_so_and_can_be_had_whole(officer, monkeypatch):
    from lianban.apps.atlas.templatetags import atlas

    monkeypatch.setattr(atlas, "FIRST", 4)
    text = officer.get("/chains/bags/products/film/").content.decode()
    assert f"共 {N + 2} 条，这里列出前 4 条" in text and "示例20号厂" not in text
    whole = officer.get("/chains/bags/products/film/?all=1").content.decode()
    assert all(f"示例{i}号厂" in whole for i in range(N)) and "全部列出" not in whole


class Stop(Exception):
    """Somebody wants it to stop."""


@pytest.mark.parametrize("at", [0, 1, N + 2, N + 3])
def test_a_list_is_counted_before_it_is_read_and_a_stop_is_heard_while_it_is(officer, monkeypatch, at):
    request, told = RequestFactory().get("/"), []
    reader = type("Reader", (), {"signed_in": True})()
    monkeypatch.setattr(exports, "AT_ONCE", at)
    monkeypatch.setattr(exports, "_STEP", 1)
    rows = Member.objects.order_by("code")

    def watch(done, total):
        told.append((done, total))
        if len(told) > at:
            raise Stop

    def both():
        assert exports.fetch(request, reader, rows) == list(rows)

    if at == N + 3:
        both()
        request.told = watch
        both()
    else:
        with pytest.raises(exports.ForLater) as later:
            both()
        assert later.value.n_rows == N + 3
        request.told = watch
        with pytest.raises(Stop):
            both()
    assert told == [(0, N + 3)] * min(at + 1, N + 3)
