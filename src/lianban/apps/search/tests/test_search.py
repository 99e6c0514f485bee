"""One box: found by any spelling, never what the reader may not see."""

import pytest

from lianban.apps.atlas.models import Chain
from lianban.apps.atlas.tests import given
from lianban.apps.search import queries, rules

OFFICER = given.actor("officer")


@pytest.fixture
def bags(db) -> Chain:
    return given.load()


def names(actor, typed):
    return {str(hit.thing) for group in queries.search(actor, typed, each=20) for hit in group.shown}


def test_terms_are_narrow_lower_and_few():
    assert rules.terms("  ＣＨＯ 细胞 ") == ["cho", "细胞"]
    assert rules.terms("") == []
    assert len(rules.terms("a " * 50)) == rules.MOST_TERMS


@pytest.mark.parametrize(("typed", "fit"), [("袋膜", 0), ("袋", 1), ("daim", 2), ("dm", 2), ("膜", 3), ("aimo", 4)])
def test_the_better_fit_stands_first(typed, fit):
    assert rules.rank(rules.terms(typed), "袋膜", "袋膜 bag film daimo dm") == fit


def test_things_are_found_by_chinese_english_pinyin_and_initials(bags):
    for typed in ("储液袋", "storage bag", "chuyedai", "cyd", "CYD", "储液 50"):
        assert "储液袋 50 L" in names(OFFICER, typed), typed
    assert "乙药业有限公司" in names(OFFICER, "yiyaoye")
    assert "高纯树脂" in names(OFFICER, "gcsz")
    assert "一次性袋" in names(OFFICER, "yicixingdai")


def test_what_is_hidden_is_neither_found_nor_counted(bags):
    assert names(OFFICER, "粘合剂") == {"粘合剂"}
    assert queries.search(given.VISITOR, "粘合剂", each=5) == []
    assert queries.search(given.VISITOR, "丙实验室", each=5) == []
    assert {g.kind: g.total for g in queries.search(given.VISITOR, "储液袋", each=5)} == {"products": 2}
    assert {g.kind: g.total for g in queries.search(OFFICER, "储液袋", each=5)} == {"products": 2, "demands": 1}


def test_a_hidden_chain_and_all_in_it_is_not_found(bags):
    Chain.objects.update(confidentiality="office")
    assert queries.search(given.VISITOR, "袋", each=5) == []


def test_a_search_takes_four_statements(bags, django_assert_num_queries):
    with django_assert_num_queries(4):
        queries.search(OFFICER, "袋", each=5)
    with django_assert_num_queries(0):
        queries.search(OFFICER, "   ", each=5)


def test_page_and_fragment(client, bags):
    page = client.get("/search/?q=袋膜").content.decode()
    assert "<html" in page and "/chains/bags/products/film/" in page
    fragment = client.get("/search/?q=dm", headers={"HX-Request": "true", "HX-Target": "find-results"}).content.decode()
    assert "<html" not in fragment and "袋膜" in fragment and 'id="find-results"' in fragment


@pytest.mark.parametrize("typed", ["", "没有的东西", "<script>", "%", "_", "'"])
def test_odd_words_are_answered_calmly(client, bags, typed):
    response = client.get("/search/", {"q": typed})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


def test_the_box_stands_on_every_page(client, db):
    assert "data-find" in client.get("/chains/").content.decode()


def test_in_english(client, bags):
    client.cookies["lianban_language"] = "en"
    text = client.get("/search/?q=film").content.decode()
    assert "Bag film" in text and "Single-use bags" in text and "查找" not in text
