"""Pages of changes: what the office sees, edits, deletes and takes back; others get 404."""

import pytest
from django.test import Client

from lianban.apps.atlas.models import Chain, ChangeSet, Input, Product
from lianban.apps.atlas.tests import given
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM


def signed_in(role):
    from django.contrib.auth import get_user_model

    organisation = Organisation.objects.get(code="maker") if role == "enterprise" else None
    parties.open_account(
        username=role, password="a long password", shown_name=role, role=role, starts_on=given.NOW.date(), by=SYSTEM,
        at=given.NOW, organisation=organisation,
    )  # fmt: skip
    client = Client()
    client.force_login(get_user_model().objects.get(username=role))
    return client


@pytest.fixture
def officer(bags):
    return signed_in("officer")


BASE = "/chains/bags/"
FORM = {
    "name": "袋膜", "segment": "film", "source": "s1", "observed_on": "2026-10-31", "confidence": "high",
    "confidentiality": "open", "currency": "CNY", "unit": "元",
}  # fmt: skip


def test_a_row_is_edited_in_a_form_and_the_change_is_shown_and_undone(officer):
    page = officer.get(f"{BASE}rows/products/edit/film/")
    seen = page.context["form"]["seen"].value()
    answer = officer.post(f"{BASE}rows/products/edit/film/", {**FORM, "seen": seen, "grade": "七层"})
    assert answer.status_code == 302 and Product.objects.get(code="film").grade == "七层"
    late = officer.post(f"{BASE}rows/products/edit/film/", {**FORM, "seen": seen, "grade": "九层"})
    assert late.status_code == 409 and "七层" in late.text
    shown = officer.get(f"{BASE}changes/2/").text
    assert "七层" in shown and "五层共挤" in shown
    assert officer.post(f"{BASE}changes/2/undo/").status_code == 302
    assert Product.objects.get(code="film").grade == "五层共挤"
    assert "已被第 3 号撤销" in officer.get(f"{BASE}changes/").text
    assert "七层" in officer.get(f"{BASE}rows/products/film/").text


def test_a_row_is_deleted_with_what_needs_it_and_comes_back(officer):
    before = Chain.objects.get().fingerprint
    page = officer.get(f"{BASE}rows/products/delete/bag/")
    assert page.context["n_gone"] == 4  # the product, two inputs, one production; the demand stays without its product
    officer.post(f"{BASE}rows/products/delete/bag/", {"seen": page.context["seen"]})
    assert not Product.objects.filter(code="bag").exists() and not Input.objects.filter(product__code="drug").exists()
    assert Product.objects.get(code="bag-50").parent is None
    officer.post(f"{BASE}changes/2/undo/")
    assert Chain.objects.get().fingerprint == before


def test_a_new_row_gets_a_key_from_its_content(officer):
    row = {
        "product": "film",
        "organisation": "",
        "origin": "DE",
        "stage": "pilot",
        "status": "operating",
        "share_of": "unknown",
        **FORM,
    }
    wrong = officer.post(f"{BASE}rows/production/new/", {**row, "observed_on": "gestern"})
    assert wrong.status_code == 422
    answer = officer.post(f"{BASE}rows/production/new/", row)
    assert answer.status_code == 302 and "/rows/production/production-" in answer.url
    assert ChangeSet.objects.first().counts == {"production": {"new": 1, "changed": 0, "gone": 0}}


@pytest.mark.parametrize("role", ["enterprise", "chief", "expert", "administrator"])
def test_others_find_no_changes(bags, role):
    client = signed_in(role)
    for page in (
        "changes/",
        "changes/1/",
        "rows/products/",
        "rows/products/film/",
        "rows/products/edit/film/",
        "rows/products/new/",
    ):
        assert client.get(BASE + page).status_code == 404
    assert client.post(f"{BASE}changes/1/undo/").status_code == 404


def test_every_table_can_be_listed_and_every_form_opens(officer):
    for table in (
        "segments",
        "products",
        "inputs",
        "organisations",
        "production",
        "supplies",
        "demands",
        "assessments",
        "parameters",
        "indicators",
        "sources",
    ):
        assert officer.get(f"{BASE}rows/{table}/?q=a").status_code == 200
        assert officer.get(f"{BASE}rows/{table}/new/").status_code == 200
    assert officer.get(f"{BASE}rows/chain/").status_code == 404
    assert officer.get(f"{BASE}changes/1/").status_code == 200


def test_an_empty_chain_is_begun_in_the_browser_and_lists_are_brought_into_it(officer):
    told = {"code": "fresh", "name": "新链", "place_name": "示例市", "place": "320500", "data_date": "2026-11-01", "confidentiality": "office"}  # fmt: skip
    assert "新建产业链" in officer.get("/chains/").text
    wrong = officer.post("/chains/begin/", {**told, "code": "bags", "place": "苏州"})
    assert wrong.status_code == 409 and "已经有编码" in wrong.text and "六位" in wrong.text
    assert officer.post("/chains/begin/", told).headers["Location"] == "/chains/fresh/"
    page = officer.get("/chains/fresh/")
    assert "/imports/new/?chain=fresh" in page.text
    first = ChangeSet.objects.get(chain__code="fresh")
    assert (first.kind, first.stamp_after, first.counts) == ("begin", 1, {"chain": {"new": 1, "changed": 0, "gone": 0}})
    assert first.fingerprint_after == Chain.objects.get(code="fresh").fingerprint
    for part in (
        "products/",
        "organisations/",
        "demands/",
        "sources/",
        "changes/",
        "changes/1/",
        "map/",
        "rows/segments/",
    ):
        assert officer.get(f"/chains/fresh/{part}").status_code in (200, 404), part
    segment = {"code": "raw", "name": "原料", "stage": "1"}
    assert officer.post("/chains/fresh/rows/segments/new/", segment).status_code == 302
    assert signed_in("chief").get("/chains/begin/").status_code == 404
