"""Every page as each role: status, statements, and nothing hidden in what is sent."""

import csv
import io

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from lianban.apps.atlas.models import Chain, Product
from lianban.apps.atlas.tests import given
from lianban.apps.journal.models import Entry
from lianban.apps.parties.models import Organisation, RoleGrant

PAGES = [
    ("chains", []),
    ("chain", ["bags"]),
    ("products", ["bags"]),
    ("product", ["bags", "film"]),
    ("segment", ["bags", "end"]),
    ("organisations", ["bags"]),
    ("organisation", ["bags", "maker"]),
    ("demands", ["bags"]),
    ("sources", ["bags"]),
]
HIDDEN = ["粘合剂", "丙实验室", "内部调研", "50 L 储液袋国产替代"]  # from rows that a visitor may not see


@pytest.fixture
def sign_in(client, db):
    def as_role(role, organisation=""):
        user = get_user_model().objects.create_user(f"{role}{organisation}")
        firm = Organisation.objects.get(code=organisation) if organisation else None
        RoleGrant.objects.create(user=user, role=role, organisation=firm, starts_on=given.NOW.date().replace(year=2020))
        client.force_login(user)
        return client

    return as_role


def test_a_visitor_reads_every_page_and_nothing_hidden(client, bags):
    for name, args in PAGES:
        response = client.get(reverse(f"atlas:{name}", args=args))
        assert (name, response.status_code) == (name, 200)
        text = response.content.decode()
        assert (name, [word for word in HIDDEN if word in text]) == (name, [])


@pytest.mark.parametrize("role", ["officer", "chief", "expert", "administrator", "analyst", "laboratory"])
def test_every_role_reads_every_page(sign_in, bags, role):
    client = sign_in(role)
    for name, args in PAGES:
        assert (name, client.get(reverse(f"atlas:{name}", args=args)).status_code) == (name, 200)


def test_pages_are_read_with_few_statements(sign_in, bags, django_assert_max_num_queries):
    client = sign_in("officer")
    for name, args, most in [("chains", [], 12), ("chain", ["bags"], 16), ("product", ["bags", "film"], 18)]:
        with django_assert_max_num_queries(most):
            client.get(reverse(f"atlas:{name}", args=args))


MISSING = [
    ("product", ["bags", "adhesive"]),
    ("product", ["bags", "none"]),
    ("organisation", ["bags", "lab"]),
    ("chain", ["x"]),
]


def test_missing_and_hidden_answer_alike(client, bags):
    for name, args in MISSING:
        assert client.get(reverse(f"atlas:{name}", args=args)).status_code == 404


def test_a_hidden_parent_is_not_named_on_the_pages_of_its_kinds(client, bags):
    Product.objects.filter(code="bag").update(confidentiality="office", name="机密的上级")
    for address in ("/chains/bags/products/", "/chains/bags/products/bag-50/", "/chains/bags/", "/chains/bags/map/"):
        assert "机密的上级" not in client.get(address).content.decode()


def test_a_hidden_chain_is_missing_with_all_its_pages(client, bags):
    Chain.objects.update(confidentiality="office")
    for name, args in PAGES[1:]:
        assert client.get(reverse(f"atlas:{name}", args=args)).status_code == 404
    assert "一次性袋" not in client.get("/chains/").content.decode()


def test_a_firm_sees_its_own_private_production(sign_in, bags):
    text = sign_in("enterprise", "buyer").get(reverse("atlas:organisation", args=["bags", "buyer"])).content.decode()
    assert "小批量" in text and "120" in text and "企业保密" in text


def test_rows_that_disagree_say_so(sign_in, bags):
    text = sign_in("officer").get(reverse("atlas:product", args=["bags", "film"])).content.decode()
    assert text.count("说法不一") == 4
    assert "30.0\u2009%" in text and "20.0\u2009%" in text


def test_exports_hold_what_the_page_shows_and_are_journaled(client, bags):
    for name in ("products", "organisations", "demands", "sources"):
        response = client.get(reverse(f"atlas:{name}", args=["bags"]) + "?format=csv")
        table = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
        assert dict(line[:2] for line in table[:6])["密级"] == "公开"
        assert not any(word in response.content.decode() for word in HIDDEN)
        entry = Entry.objects.filter(verb="exported").last()
        assert (entry.subject, entry.facts["class"], entry.facts["format"]) == ("chain:bags", "open", "csv")
    assert Entry.objects.filter(verb="exported").count() == 4


def test_an_export_takes_the_narrowest_class_of_its_rows_and_keeps_filters(sign_in, bags):
    response = sign_in("officer").get(reverse("atlas:products", args=["bags"]) + "?format=csv&segment=raw")
    head = response.content.decode("utf-8-sig")
    assert "密级,链办" in head and "segment=raw" in head and "粘合剂" in head and "袋膜" not in head


def test_pages_are_complete_in_english(client, bags):
    client.cookies["lianban_language"] = "en"
    for name, args in PAGES:
        text = client.get(reverse(f"atlas:{name}", args=args)).content.decode()
        assert "Single-use bags" in text
        assert not [word for word in ("数据日期", "未知", "来源清单", "导出") if word in text]
