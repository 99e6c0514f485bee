"""One box: found by any spelling, never what the reader may not see."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianban.apps.atlas.models import Chain, Member, Product
from lianban.apps.atlas.tests import given as scene
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM
from lianban.apps.search import queries, services
from lianban.apps.search.models import Findable, Indexed
from lianban.kit.confidentiality import CONFIDENTIALITY

OFFICER = scene.actor("officer")


@pytest.fixture
def bags(db) -> Chain:
    return scene.load()


def names(actor, typed):
    return {hit.name.zh for group in queries.search(actor, typed, each=20).groups for hit in group.shown}


def counts(actor, typed):
    return {group.kind: group.total for group in queries.search(actor, typed, each=5).groups}


def test_things_are_found_by_chinese_english_pinyin_and_initials(bags):
    for typed in ("储液袋", "storage bag", "chuyedai", "cyd", "CYD", "储液 50"):
        assert "储液袋 50 L" in names(OFFICER, typed), typed
    assert "乙药业有限公司" in names(OFFICER, "yiyaoye")
    assert "高纯树脂" in names(OFFICER, "gcsz")
    assert "一次性袋" in names(OFFICER, "yicixingdai")
    assert "膜材" in names(OFFICER, "mc")
    assert "一次性袋 · 图谱" in names(OFFICER, "一次性袋 图谱")


def test_what_is_hidden_is_neither_found_nor_counted(bags):
    assert names(OFFICER, "粘合剂") == {"粘合剂"}
    for typed in ("粘合剂", "丙实验室", "zhanheji"):
        assert queries.search(scene.VISITOR, typed, each=5) == queries.Found()
    assert counts(scene.VISITOR, "储液袋") == {"products": 2}
    assert counts(OFFICER, "储液袋") == {"products": 2, "demands": 1}
    assert counts(scene.actor("enterprise", organisation="buyer"), "储液袋") == {"products": 2, "demands": 1}


def test_a_hidden_chain_and_all_in_it_is_not_found(bags):
    Chain.objects.update(confidentiality="office")
    assert queries.search(scene.VISITOR, "袋", each=5) == queries.Found()


def test_a_class_that_rose_behind_the_index_hides_at_once(bags):
    Product.objects.filter(code="film").update(confidentiality="office")
    assert "袋膜" not in names(scene.VISITOR, "袋膜")
    assert "袋膜" in names(OFFICER, "袋膜")


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_counts_are_those_of_what_the_atlas_shows(bags, data):
    """Whatever classes the rows have: a reader finds exactly what the lists of the atlas show them."""
    classes = st.sampled_from(CONFIDENTIALITY)
    for row in [*Product.objects.all(), *Member.objects.all()]:
        row.confidentiality = data.draw(classes)
        row.save(update_fields=["confidentiality"])
    services.index(chain=bags, at=scene.NOW)
    for actor in (scene.VISITOR, OFFICER, scene.actor("analyst"), scene.actor("enterprise", organisation="maker")):
        seen = {row.name for row in scene_rows(actor, bags, Product) if "袋" in row.name}
        assert {n for n in names(actor, "袋") if n in {"袋膜", "储液袋", "储液袋 50 L"}} == seen
        firms = {row.name for row in scene_rows(actor, bags, Member)}
        assert {
            n
            for t in ("甲", "乙", "丙")
            for n in names(actor, t)
            if n in {"甲膜业有限公司", "乙药业有限公司", "丙实验室"}
        } == firms


def scene_rows(actor, chain, model):
    return model.objects.filter(
        model.visible(chain, actor.visible_classes(chain.code), actor.organisations), chain=chain
    )


def test_the_index_asks_for_no_word_of_a_class_above_the_reader(bags, monkeypatch):
    """What hidden rows there are cannot cost a reader time: their words are never looked up."""
    asked = []
    monkeypatch.setattr(
        "lianban.kit.fulltext.find", lambda m, c, wanted, most: asked.extend(wanted) or [[] for _ in wanted]
    )
    queries.search(scene.VISITOR, "粘合剂", each=5)

    words = {word for one in asked for words in one.any_of for word in words}
    assert words and all(word.startswith(f"{bags.pk}a") for word in words)


def test_a_former_name_leads_to_the_organisation_and_says_so(bags, django_assert_max_num_queries):
    firm = Organisation.objects.get(code="maker")
    said = {"source": "工商变更登记", "by": SYSTEM, "at": scene.NOW}
    parties.add_name(organisation=firm.pk, kind="former", name="长江薄膜厂", until=date(2010, 1, 1), **said)
    hidden = parties.add_name(organisation=firm.pk, kind="alias", name="代号壬", confidentiality="office", **said)

    (group,) = queries.search(scene.VISITOR, "cjbm", each=5).groups
    assert [(hit.name.zh, hit.also.zh) for hit in group.shown] == [("甲膜业有限公司", "曾用名 长江薄膜厂")]
    assert names(scene.VISITOR, "代号壬") == set() and names(OFFICER, "代号壬") == {"甲膜业有限公司"}
    assert names(scene.actor("enterprise", organisation="maker"), "代号壬") == {"甲膜业有限公司"}
    parties.drop_name(name_id=hidden.pk, by=SYSTEM, at=scene.NOW)
    assert names(OFFICER, "代号壬") == set()


def test_the_index_follows_what_changes_and_leaves_the_rest(bags):
    before = set(Findable.objects.values_list("pk", "kind", "row"))
    assert services.index(chain=bags, at=scene.NOW) == 0
    tables = scene.tables()
    products = [row for row in tables["products"] if row["code"] != "bag-50"]
    products[2] = {**products[2], "name": "多层膜"}
    scene.load(scene.package(products=products))

    assert names(OFFICER, "多层膜") == {"多层膜"} and "储液袋 50 L" not in names(OFFICER, "储液袋")
    kept = before & set(Findable.objects.values_list("pk", "kind", "row"))
    assert len(kept) == len(before) - 2
    assert Indexed.objects.get().stamp == Chain.objects.get().stamp
    assert not queries.search(OFFICER, "膜", each=5).behind


def test_many_changes_are_a_job_and_the_page_says_so(db, monkeypatch, client):
    monkeypatch.setattr(services, "AT_ONCE", 3)
    chain = scene.load()
    assert not Findable.objects.exists()
    assert [one.code for one in queries.search(OFFICER, "袋", each=5).behind] == ["bags"]
    assert "稍后再查" in client.get("/search/?q=袋").content.decode()
    services.work(lambda done, total: None, day="2026-11-23")
    assert Indexed.objects.get(chain=chain).stamp == chain.stamp and names(OFFICER, "袋膜") == {"袋膜"}


def test_pages_and_commands_are_those_the_reader_may_open(bags):
    assert "人员与角色" in names(scene.actor("administrator"), "人员") and "人员与角色" not in names(OFFICER, "人员")
    assert names(scene.VISITOR, "qjty") == set() and names(OFFICER, "qjty") == {"一次性袋 · 情景推演"}


def test_a_search_takes_a_fixed_number_of_statements(bags, django_assert_num_queries):
    with django_assert_num_queries(11):
        queries.search(OFFICER, "袋", each=5)
    with django_assert_num_queries(0):
        queries.search(OFFICER, " （） ", each=5)


def test_page_and_fragment(client, bags):
    page = client.get("/search/?q=袋膜").content.decode()
    assert "<html" in page and "/chains/bags/products/film/" in page
    fragment = client.get("/search/?q=dm", headers={"HX-Request": "true", "HX-Target": "find-results"}).content.decode()
    assert "<html" not in fragment and "袋膜" in fragment and 'id="find-results"' in fragment


@pytest.mark.parametrize("typed", ["", "没有的东西", "<script>", "%", "_", "'", '"*', "a" * 500, "𠮷野家", "ℵ½②"])
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


def test_codes_are_proposed_from_the_files_of_the_office(client, bags, settings, tmp_path):
    assert "还没有分类文件" in client.get("/search/codes/?q=袋").content.decode()
    (tmp_path / "hs.csv").write_text("编码,名称\n3923,塑料制储液袋\n8482,滚动轴承\n", encoding="utf-8")
    (tmp_path / "bad.csv").write_text("甲,乙\n", encoding="utf-8")
    settings.CLASSIFICATIONS = str(tmp_path)
    text = client.get("/search/codes/?q=储液袋").content.decode()
    assert "3923" in text and "8482" not in text and "bad.csv" in text
    part = client.get("/search/codes/bags/bag/").content.decode()
    assert "3923" in part and "<html" not in part
    assert (
        client.get("/search/codes/bags/adhesive/").status_code
        == client.get("/search/codes/bags/nothing/").status_code
        == 404
    )


def test_other_names_are_noted_on_a_page_by_the_office_alone(client, bags):
    from django.contrib.auth import get_user_model

    from lianban.apps.parties.models import OrganisationName, RoleGrant

    url, sent = (
        "/search/names/bags/maker/",
        {"name": "甲膜厂", "kind": "former", "source": "公告", "confidentiality": "open"},
    )
    assert client.post(url, sent).status_code == 403 and client.get("/search/names/bags/lab/").status_code == 404
    user = get_user_model().objects.create_user("officer", password="x")
    RoleGrant.objects.create(user=user, role="officer", starts_on=date(2020, 1, 1))
    client.force_login(user)
    assert client.post(url, {**sent, "source": ""}).status_code == 422
    assert client.post(url, sent).url == url and "甲膜厂" in client.get(url).content.decode()
    assert "甲膜厂" in client.get(url, headers={"HX-Request": "true"}).content.decode()
    name = OrganisationName.objects.get()
    client.post(f"/search/names/bags/{name.pk}/maker/drop/")
    assert (
        not OrganisationName.objects.exists()
        and client.post(f"/search/names/bags/{name.pk}/maker/drop/").status_code == 404
    )
