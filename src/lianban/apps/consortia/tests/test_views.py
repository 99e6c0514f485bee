"""Pages: who sees which, what a deed's address does, ids of others, statement counts."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianban.apps.atlas.models import Demand
from lianban.apps.consortia import services
from lianban.apps.consortia.models import Consortium, Motion
from lianban.apps.consortia.views import acting
from lianban.apps.consortia.views.deeds import DEEDS
from lianban.apps.sources.models import Source

pytestmark = pytest.mark.django_db
OPEN_TABS = ("", "members/", "topics/", "scorecard/")
INNER_TABS = ("council/", "money/", "benefits/", "evaluation/")


@pytest.fixture
def sign_in(client, cast):
    def enter(name, language="zh-hans"):
        client.logout()
        if name != "visitor":
            client.force_login(get_user_model().objects.get(pk=cast(name).user_id))
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client

    return enter


@pytest.fixture
def lively(story, told, cast, monkeypatch):
    """A consortium that operates, with a topic, a meeting, money and two splits in different states; pages have its clock."""
    monkeypatch.setattr(acting, "timezone", SimpleNamespace(now=lambda: cast.now))
    c = story.operating()
    story.paid("leader", 90_000_00)
    story.paid("college", 300_00, kind="equipment")
    topic = story.topic()
    for code in ("bags", "college"):
        story.task(topic, code)
    meeting = story.meeting()
    story.carried("topic", meeting=meeting, topic=topic)
    services.start_project(topic_id=topic.pk, **told("leader"))
    services.put_motion(meeting_id=meeting.pk, kind="other", title="章程修订", **told("media"))
    story.income(1_000_01)
    services.compute_split(consortium_id=c.pk, amount_fen=1_000_01, what="许可费（示例）", **told("leader"))
    return c


def test_every_tab_opens_and_the_inside_only_for_those_inside(lively, sign_in):
    tabs = OPEN_TABS + INNER_TABS
    for name, wanted in (
        ("leader", tabs),
        ("officer", INNER_TABS),
        ("science_bureau", INNER_TABS),
        ("stranger", OPEN_TABS),
    ):
        client = sign_in(name)
        assert [client.get(f"/consortia/{lively.pk}/{tab}").status_code for tab in wanted] == [200] * len(wanted), name
    client = sign_in("bags", "en")
    for tab in tabs:
        body = re.sub(r"<[^>]*>", "", client.get(f"/consortia/{lively.pk}/{tab}").content.decode())
        assert "Overview" in body and "下一步" not in body, tab
    for name, hidden in (("stranger", INNER_TABS), ("visitor", tabs)):
        client = sign_in(name)
        assert {client.get(f"/consortia/{lively.pk}/{tab}").status_code for tab in hidden} == {404}, name


def test_who_stands_outside_reads_no_amount_no_vote_no_share(lively, sign_in):
    client = sign_in("stranger")
    pages = "".join(client.get(f"/consortia/{lively.pk}/{tab}").content.decode() for tab in OPEN_TABS)
    pages += client.get("/consortia/").content.decode() + client.get("/consortia/?format=csv").content.decode()

    for secret in ("90,000", "60,000", "1,000.01", "章程修订", "回单", "首席科学家（示例）许可", "约定份额"):
        assert secret not in pages, secret


def test_ids_of_another_consortium_are_not_there(lively, story, told, sign_in, chain, org):
    other = services.propose(
        chain=chain,
        lead=org("leader"),
        name="另一个",
        purpose="x",
        model="market_driven",
        form="agreement",
        **told("leader"),
    )
    motion = Motion.objects.filter(state="open").get()
    client = sign_in("leader")
    assert client.get(f"/consortia/{other.pk}/do/vote/{motion.pk}/").status_code == 404
    assert client.post(f"/consortia/{other.pk}/do/decide/{motion.pk}/").status_code == 404
    assert client.get(f"/consortia/{lively.pk}/do/vote/{motion.pk}/").status_code == 200
    assert client.get(f"/consortia/{lively.pk}/do/vote/").status_code == 404
    assert client.get(f"/consortia/{lively.pk}/do/no-such-deed/").status_code == 404


def test_every_deed_asks_a_visitor_to_sign_in_and_refuses_a_stranger(lively, sign_in):
    about = {
        "member_id": lively.members.first().pk, "meeting_id": lively.meetings.first().pk,
        "motion_id": Motion.objects.filter(state="open").get().pk, "topic_id": lively.topics.first().pk,
        "task_id": lively.topics.first().tasks.first().pk, "split_id": lively.splits.first().pk,
        "contribution_id": lively.members.get(role="lead").contributions.first().pk, "filing_id": lively.filings.first().pk,
    }  # fmt: skip
    before = Consortium.objects.values().get(pk=lively.pk)
    for word, deed in DEEDS.items():
        row = "" if deed.rows is None else f"{about.get(deed.key, 0)}/"
        if row == "0/":
            continue
        address = f"/consortia/{lively.pk}/do/{word}/{row}"
        assert sign_in("visitor").post(address).status_code == 302
        if not deed.has_form:
            assert sign_in("stranger").post(address).status_code == 404, word
    assert Consortium.objects.values().get(pk=lively.pk) == before


def test_a_vote_is_cast_on_its_page(lively, sign_in):
    motion = Motion.objects.filter(state="open").get()
    address = f"/consortia/{lively.pk}/do/vote/{motion.pk}/"
    client = sign_in("bags")
    assert "表决" in client.get(address).content.decode()
    assert client.post(address, {"choice": "perhaps"}).status_code == 422
    assert client.post(address, {"choice": "for"}).url == f"/consortia/{lively.pk}/council/"
    assert client.post(address, {"choice": "against"}).status_code == 409
    assert motion.votes.get().choice == "for"


def test_a_topic_is_typed_with_its_indicators_as_lines(lively, story, sign_in):
    told = {
        "title": "过滤器", "kind": "process", "demand": "进口", "standard": "同等", "scenario": "中试", "budget_fen": "1,000.50",
        "first_user": story.member("leader").pk, "lead": story.member("gear").pk, "deadline": "2027-11-22",
        "indicators": "通量｜>=｜100｜L/h｜称重",
    }  # fmt: skip
    client = sign_in("leader")
    wrong = client.post(f"/consortia/{lively.pk}/do/topic/", told | {"indicators": "通量｜100", "budget_fen": "一百"})
    assert wrong.status_code == 422 and set(wrong.context["form"].errors) == {"indicators", "budget_fen"}
    assert client.post(f"/consortia/{lively.pk}/do/topic/", told).status_code == 302
    made = lively.topics.get(title="过滤器")
    assert made.budget_fen == 1_000_50 and made.indicators[0]["test_method"] == "称重"


def test_a_lead_proposes_and_invites_on_the_pages(story, chain, org, sign_in, cast):
    client = sign_in("leader")
    told = {
        "lead": "leader",
        "name": "新联合体",
        "purpose": "袋",
        "model": "market_driven",
        "form": "agreement",
        "confidentiality": "chain",
    }
    made = client.post("/consortia/propose/mab/", told)
    c = Consortium.objects.get(name="新联合体")
    assert made.url == f"/consortia/{c.pk}/"
    assert (
        client.post(f"/consortia/{c.pk}/do/invite/", {"organisation": "没有这家", "role": "builder"}).status_code == 422
    )
    client.post(
        f"/consortia/{c.pk}/do/invite/", {"organisation": "media", "role": "builder", "capabilities": "合成、装填"}
    )
    assert c.members.get(organisation__code="media").capabilities == ["合成", "装填"]
    page = sign_in("media").get(f"/consortia/{c.pk}/").content.decode()
    assert "答复邀请" in page


def test_a_button_that_cannot_be_pressed_says_why(story, sign_in):
    c = story.signed()
    c.chief_post = ""
    c.save()
    page = sign_in("leader").get(f"/consortia/{c.pk}/").content.decode()
    assert 'data-code="consortia.condition.chief_scientist"' in page and "disabled" in page


def test_the_list_costs_the_same_for_one_and_for_many(lively, chain, org, told, sign_in):
    client = sign_in("officer")
    client.get("/consortia/")
    with CaptureQueriesContext(connection) as few:
        client.get("/consortia/")
    for number in range(3):
        services.propose(
            chain=chain,
            lead=org("media"),
            name=f"联合体{number}",
            purpose="x",
            model="market_driven",
            form="agreement",
            **told("media"),
        )
    with CaptureQueriesContext(connection) as many:
        client.get("/consortia/")
    assert len(many) == len(few)


def test_the_weak_points_page_is_told_of_topics(lively, sign_in):
    assert "一次性袋" in sign_in("bags").get("/consortia/points/mab/bag/").content.decode()
    assert "还没有联合体" in sign_in("bags").get("/consortia/points/mab/other/").content.decode()
    assert sign_in("visitor").get("/consortia/points/nowhere/bag/").status_code == 404


def test_a_demand_of_the_lead_becomes_a_topic_already_filled_in(lively, story, chain, org, sign_in):
    Demand.objects.create(
        chain=chain, code="d1", raised_by=org("leader"), title="需要过滤器", required_indicators="通量 100", source=Source.objects.get(),
        observed_on=date(2026, 11, 22), confidentiality="chain",
    )  # fmt: skip
    client = sign_in("leader")
    assert "?demand=d1" in client.get(f"/consortia/{lively.pk}/topics/").content.decode()
    form = client.get(f"/consortia/{lively.pk}/do/topic/?demand=d1").context["form"]
    assert form.initial["standard"] == "通量 100" and form.initial["first_user"] == story.member("leader").pk
    assert "需要过滤器" not in sign_in("stranger").get(f"/consortia/{lively.pk}/topics/").content.decode()
