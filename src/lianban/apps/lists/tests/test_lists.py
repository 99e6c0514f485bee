"""Lists are questions over one graph; a published one is frozen for readers of its class, signed, and comparable."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import DatabaseError, transaction

from lianban.apps.atlas.models import Chain
from lianban.apps.atlas.tests import given
from lianban.apps.journal.models import Entry
from lianban.apps.lists import queries, rules, services
from lianban.apps.lists.models import Publication
from lianban.apps.lists.templatetags import lists as shown
from lianban.apps.parties.models import RoleGrant
from lianban.kit.refusals import Refused

OFFICER = given.actor("officer")


@pytest.fixture
def bags(db) -> Chain:
    cache.clear()
    return given.load()


@pytest.fixture
def officer(client, db):
    user = get_user_model().objects.create_user("officer")
    RoleGrant.objects.create(user=user, role="officer", starts_on=given.NOW.date().replace(year=2020))
    client.force_login(user)
    return client


def publish(chain, key="demands", of_class="chain", **more):
    kind = rules.kind(key)
    return services.publish(
        chain=chain, kind=kind, confidentiality=of_class, signer="示例链办", by=OFFICER, at=given.NOW, **more
    )


def test_every_kept_list_has_its_question_and_every_reader_gets_an_answer(bags):
    assert {one.key for one in rules.LISTS if one.kept} == set(queries.live.__globals__["MADE"])
    for one in rules.LISTS:
        for of_class in ("open", "chain", "office", "private"):
            found = queries.live(one, bags, queries.reader_of(of_class))
            keys = [row["key"] for row in found.rows]
            assert len(keys) == len(set(keys))
            assert all({key for key, _ in found.columns} <= set(row) for row in found.rows)


def test_a_list_holds_what_its_reader_may_see(bags):
    seen = {
        c: {row["key"] for row in queries.live(rules.kind("demands"), bags, queries.reader_of(c)).rows}
        for c in ("open", "chain")
    }
    assert len(seen["open"]) == 1 and len(seen["chain"]) == 2 and seen["open"] < seen["chain"]
    names = [row["name"]["zh"] for row in queries.live(rules.kind("anchors"), bags, OFFICER).rows]
    assert names == ["甲膜业有限公司"]


def test_a_publication_holds_its_class_and_not_what_the_signer_sees(bags):
    row = publish(bags, of_class="open")
    assert (row.version, len(row.rows)) == (1, 1)
    assert rules.digest(row.columns, row.rows) == row.digest
    entry = Entry.objects.get(verb="lists.published")
    assert entry.facts["version"] == 1 and "树脂" not in str(entry.facts)


def test_the_same_again_is_refused_and_another_class_is_the_next_version(bags):
    publish(bags)
    with pytest.raises(Refused) as refused:
        publish(bags)
    assert [r.code for r in refused.value.refusals] == ["lists.nothing_new"]
    assert publish(bags, of_class="open").version == 2


def test_everything_wrong_is_said_at_once(bags):
    with pytest.raises(Refused) as refused:
        services.publish(
            chain=bags, kind=rules.kind("talent"), confidentiality="open", signer=" ", by=OFFICER, at=given.NOW
        )
    assert [r.code for r in refused.value.refusals] == ["lists.no_facts", "lists.signer_missing"]
    with pytest.raises(Refused):
        services.publish(
            chain=bags, kind=rules.kind("demands"), confidentiality="open", signer="x", by=given.VISITOR, at=given.NOW
        )


def test_the_database_refuses_to_change_what_was_published(bags):
    row = publish(bags)
    with pytest.raises(DatabaseError), transaction.atomic():
        Publication.objects.filter(pk=row.pk).update(signer="别的单位")


def test_versions_are_compared_row_by_row(bags):
    before = publish(bags)
    tables = given.tables()
    demands = [{**tables["demands"][0], "grade": "药用级"}, given.fact(raised_by="maker", title="新需求")]
    chain = given.load(given.package(demands=demands))
    found = queries.versions(before, publish(chain))
    kinds = sorted(one.kind for one in found.differences)
    assert kinds == ["added", "added", "removed", "removed"] or kinds == ["added", "changed", "removed"]


def test_pages_in_order(officer, bags):
    text = officer.get("/lists/bags/").content.decode()
    assert "薄弱环节清单" in text and "还没有保存人才需求" in text
    assert officer.get("/lists/bags/demands/").status_code == 200
    made = officer.post("/lists/bags/demands/publish/", {"confidentiality": "chain", "signer": "示例链办"})
    assert made.status_code == 302
    text = officer.get(made["Location"]).content.decode()
    assert "校验一致" in text and "示例链办" in text
    assert "没有变化" in officer.get("/lists/bags/demands/compare/?before=1").content.decode()
    assert "示例链办" in officer.get(made["Location"] + "?format=csv").content.decode("utf-8-sig")


def test_a_version_of_a_hidden_class_answers_like_one_that_is_not(client, bags):
    publish(bags, of_class="office")
    assert "第 1 版" not in client.get("/lists/bags/demands/").content.decode()
    for path in ("v1/", "v7/", "compare/?before=1", "compare/?before=7"):
        assert client.get(f"/lists/bags/demands/{path}").status_code == 404


def test_a_page_shows_shares_as_per_cent_numbers_on_the_right_and_no_codes(bags, officer):
    columns = [{"key": key, "name": {"zh": zh, "en": zh}} for key, zh in (("name", "名称"), ("loss", "断供损失（0–1）"), ("level", "国内水平"))]  # fmt: skip
    row = {"key": "film", "code": "film", "name": {"zh": "膜", "en": "film"}, "loss": 0.6789, "level": "L2"}
    assert shown.cell(row, "loss") == "67.9\u2009%"
    assert shown.column_name(columns[1]) == "断供损失" and shown.numeric(columns, [row]) == {"loss"}
    page = officer.get("/lists/bags/anchors/", headers={"accept-language": "zh"}).content.decode()
    assert "/chains/bags/organisations/" in page and "<th>编码</th>" not in page


def test_a_moment_is_told_as_the_day_of_the_office():
    assert queries.live.__globals__["_plain"](datetime(2026, 8, 31, 17, tzinfo=UTC)) == "2026-09-01"
