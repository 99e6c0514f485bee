"""A view is reopened as it was kept, by whoever may open it, and says when its data moved on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from hypothesis import given as examples
from hypothesis import strategies as st

from lianban import __version__
from lianban.apps.atlas.models import Chain
from lianban.apps.atlas.tests import given
from lianban.apps.parties.models import RoleGrant
from lianban.apps.saved import queries, rules, services
from lianban.apps.saved.models import SavedView
from lianban.kit.refusals import Refused

LIST = "/chains/bags/products/?segment=film&q=%E8%86%9C"


@pytest.fixture
def bags(db) -> Chain:
    return given.load()


def person(name: str, role: str = "officer", **of):
    user = get_user_model().objects.create_user(name, password="x")
    RoleGrant.objects.create(user=user, role=role, starts_on=timezone.localdate(), **of)
    return user, replace(given.actor(role, **of), user_id=user.pk)


def kept(by, **changed) -> SavedView:
    said = {
        "name": "膜材产品",
        "address": LIST,
        "layout": {"open": ["more"]},
        "shared": False,
        "confidentiality": "chain",
    }
    return services.keep(**{**said, **changed}, by=by, at=given.NOW)


@examples(st.text(max_size=60))
def test_an_address_is_always_of_this_site_and_bears_one_mark(text):
    plain = rules.plain_address(f"/chains/?q={text}")
    assert plain.startswith("/") and not plain.startswith("//")
    assert rules.plain_address(rules.marked(plain, "k2m3k2m3")) == plain


@pytest.mark.parametrize("address", ["https://evil.example/x", "//evil.example/x", "evil.example", "\\\\evil\\x"])
def test_no_address_leads_elsewhere(address):
    assert not rules.plain_address(address).startswith(("//", "http", "\\"))


def test_a_view_reopens_filters_and_layout_and_says_that_data_moved_on(bags, client):
    user, officer = person("one")
    view = kept(officer)
    client.force_login(user)
    page = client.get(f"/v/{view.code}/", follow=True)
    text = page.content.decode()
    assert page.redirect_chain == [(f"{LIST}&saved={view.code}", 302)]
    assert "袋膜" in text and "树脂" not in text and "数据与保存时相同" in text
    assert '<script id="view-layout" type="application/json">{"open": ["more"]}</script>' in text

    Chain.objects.update(stamp=bags.stamp + 3)
    assert "已变动 3 次" in client.get(f"/v/{view.code}/", follow=True).content.decode()
    assert "view-layout" not in client.get(LIST).content.decode()


def test_a_private_view_is_for_its_owner_and_a_shared_one_for_its_class(bags, client):
    (_, officer), (_, other) = person("one"), person("two")
    _, firm = person("three", "enterprise")
    mine, ours, open_to_all = (
        kept(officer),
        kept(officer, shared=True, confidentiality="office"),
        kept(officer, shared=True, confidentiality="open"),
    )

    def seen(actor):
        return {view.pk for view in queries.visible(actor)}

    assert seen(officer) == {mine.pk, ours.pk, open_to_all.pk}
    assert seen(other) == {ours.pk, open_to_all.pk}
    assert seen(firm) == seen(given.VISITOR) == {open_to_all.pk}
    assert client.get(f"/v/{mine.code}/").status_code == client.get("/v/nothing1/").status_code == 404
    assert client.get(f"{LIST}&saved={mine.code}").content.decode().count("膜材产品") == 0
    Chain.objects.update(confidentiality="office")
    assert seen(firm) == set()


def test_what_cannot_be_kept_is_refused_at_once(bags):
    _, firm = person("firm", "enterprise")
    with pytest.raises(Refused) as refused:
        kept(firm, address="/nowhere/", layout=None, confidentiality="private")
    assert {r.code for r in refused.value.refusals} == {
        "saved.no_such_page",
        "saved.layout_unreadable",
        "saved.class_above",
    }
    for address in ("/v/", "/people/", "/jobs/"):
        with pytest.raises(Refused):
            kept(firm, address=address)
    with pytest.raises(Refused):
        kept(given.VISITOR)


def test_a_view_is_kept_renamed_and_dropped_on_its_pages(bags, client):
    user, _ = person("one")
    client.force_login(user)
    asked = client.get("/v/new/", {"address": f"{LIST}&saved=abc"}).content.decode()
    assert "膜材" in asked or "/chains/bags/products/" in asked
    assert f"lianban {__version__}" in asked  # the foot tells the program's version, not the data's
    sent = {"name": "我的", "address": LIST, "layout": '{"own": {"zoom": 2}}', "confidentiality": "office"}
    assert client.post("/v/new/", {**sent, "name": ""}).status_code == 422
    assert client.post("/v/new/", {**sent, "layout": "[1"}).status_code == 409
    answer = client.post("/v/new/", sent)
    view = SavedView.objects.get()
    assert (
        answer.url == f"{LIST}&saved={view.code}" and view.layout == {"own": {"zoom": 2}} and view.stamp == bags.stamp
    )
    client.post(f"/v/{view.code}/change/", {**sent, "name": "改名", "shared": "on"})
    view.refresh_from_db()
    assert (view.name, view.shared, view.address) == ("改名", True, LIST)
    assert "改名" in client.get("/v/").content.decode()
    (other, _) = person("two")
    client.force_login(other)
    assert client.get(f"/v/{view.code}/change/").status_code == client.post(f"/v/{view.code}/drop/").status_code == 404
    client.force_login(user)
    client.post(f"/v/{view.code}/drop/")
    assert not SavedView.objects.exists()


def test_a_lost_role_takes_shared_views_along_but_not_the_address_of_ones_own(bags, client):
    user, officer = person("one")
    view = kept(officer, address="/diagnosis/bags/")
    RoleGrant.objects.update(starts_on=timezone.localdate() - timedelta(9), ends_on=timezone.localdate())
    client.force_login(user)
    assert client.get(f"/v/{view.code}/").status_code == 302  # the page behind it decides what is shown


def test_every_page_offers_to_be_kept_only_to_those_who_are_signed_in(bags, client):
    assert "data-save-view" not in client.get(LIST).content.decode()
    user, _ = person("one")
    client.force_login(user)
    text = client.get(LIST).content.decode()
    assert "data-save-view" in text and "address=%2Fchains%2Fbags%2Fproducts%2F%3Fsegment%3Dfilm" in text


def test_in_english(bags, client):
    user, officer = person("one")
    view = kept(officer, name="Films")
    client.force_login(user)
    client.cookies["lianban_language"] = "en"
    Chain.objects.update(stamp=bags.stamp + 1)
    text = client.get(f"/v/{view.code}/", follow=True).content.decode()
    assert "The data changed 1 time since then" in text and "保存" not in text.split("<main")[1].split("</aside>")[0]
