"""What each reader sees of projects, and what they can do from the pages."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.parties.rules import ROLES
from lianban.apps.parties.services import SYSTEM
from lianban.apps.projects import queries, services
from lianban.apps.projects.apps import READERS
from lianban.apps.projects.models import Payment

from .conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(client, people):
    """Sign in as one of the people."""

    def who(name):
        client.force_login(get_user_model().objects.get(pk=people[name].user_id))
        return client

    return who


def show(project):
    return reverse("projects:show", args=[project.pk])


def do(project, verb, item=None):
    return reverse("projects:do_to", args=[project.pk, verb, item]) if item else reverse("projects:do", args=[project.pk, verb])  # fmt: skip


def test_offices_and_parties_see_a_project_and_nobody_else_knows_of_it(project, sign_in, enter, people):
    for role in ROLES:
        if role in ("enterprise", "laboratory"):
            continue
        client = sign_in(role)
        assert client.get(show(project)).status_code == (200 if role in READERS else 404), role
        assert ("膜材" in client.get(reverse("projects:list")).content.decode()) is (role in READERS), role
    for name, status in (("maker", 200), ("buyer", 200), ("stranger", 404)):
        assert enter(name).get(show(project)).status_code == status, name
        assert enter(name).get(do(project, "report", project.milestones.get(number=2).pk)).status_code in (status, 404)


def test_a_private_project_is_seen_by_those_cleared_for_it(begin, sign_in, enter):
    project = begin(confidentiality="private")
    assert sign_in("science_bureau").get(show(project)).status_code == 404
    assert (
        sign_in("officer").get(show(project)).status_code == 200
        and enter("maker").get(show(project)).status_code == 200
    )


def test_a_milestone_goes_from_report_to_payment_by_its_pages(project, enter):
    row = project.milestones.get(number=2)
    page = enter("maker").get(show(project)).content.decode()
    assert "报告里程碑" in page and "还没有第三方检测报告" in page and "拨付</a>" not in page
    assert enter("maker").post(do(project, "report", row.pk), {"report": ""}).status_code == 422
    assert enter("maker").post(do(project, "report", row.pk), {"report": "样品已交付"}).status_code == 302
    assert enter("officer").post(do(project, "check", row.pk), {"note": "属实"}).status_code == 302
    decided = {"passed": "yes", "released": "250000", "reason": "达到", "evidence": "纪要 1"}
    assert enter("bureau").post(do(project, "decide", row.pk), {**decided, "released": "300000.01"}).status_code == 409
    assert enter("bureau").post(do(project, "decide", row.pk), decided).status_code == 302
    form = enter("officer").get(do(project, "pay", row.pk)).content.decode()
    assert 'value="250000.0"' in form and "付款凭证" not in form
    assert enter("officer").post(do(project, "pay", row.pk), {"amount": "250000"}).status_code == 302
    assert Payment.objects.get().amount_fen == 25_000_000
    assert enter("stranger").post(do(project, "pay", row.pk), {"amount": "1"}).status_code == 404


def test_a_button_that_cannot_be_pressed_says_why(project, enter):
    page = enter("maker").get(show(project)).content.decode()
    assert 'data-code="projects.report_missing"' in page and "disabled" in page


def test_acceptance_from_the_pages_to_the_outcome(project, enter, passed, tester):
    for number in (2, 3):
        passed(project, number)
    for target, shown in zip(project.targets.all(), ({"value": "0.9"}, {"fulfilled": "yes"}), strict=True):
        given = {"body": tester.code, "number": "R-9", "issued_on": TODAY.isoformat(), **shown}
        assert enter("maker").post(do(project, "enter_report", target.pk), given).status_code == 302
    assert enter("maker").post(do(project, "ask_acceptance"), {"summary": "完成"}).status_code == 302
    assert enter("bureau").post(do(project, "open_acceptance")).status_code == 302
    for target in project.targets.all():
        assert enter("bureau").post(do(project, "judge", target.pk), {"accepted": "yes"}).status_code == 302
    found = {"outcome": "met", "released_last": "100000", "reason": "逐项达到", "evidence": "意见书"}
    assert enter("bureau").post(do(project, "conclude"), found).status_code == 302
    page = enter("maker").get(show(project)).content.decode()
    assert "可申诉至" in page and "认可结论" in page and "不影响信用" in page
    assert enter("maker").post(do(project, "consent")).status_code == 302
    assert "登记首用" in enter("officer").get(show(project)).content.decode()


def test_the_weak_point_shows_the_level_before_and_after(project, accepted, people, diagnosed, enter):
    accepted(project)
    told = {"project_id": project.pk, "stage": "stable_volume", "level": "L3", "reason": "三批", "by": people["maker"]}
    rise = services.propose_rise(at=NOW, **told)
    assert enter("officer").post(do(project, "confirm_rise", rise.pk)).status_code == 302
    diagnosis.diagnose_now(chain=project.chain, by=SYSTEM, at=NOW)
    address = reverse("projects:for_product", args=["bags", "film"])

    assert (
        f'hx-get="{address}"'
        in enter("officer").get(reverse("diagnosis:point", args=["bags", "film"])).content.decode()
    )
    part = enter("officer").get(address).content.decode()
    assert part.index("L1") < part.index("L3") and "2 项通过验收" in part
    assert enter("stranger").get(address).content == b""
    assert "L3" in enter("officer").get(show(project)).content.decode()
    assert [e.what.en for e in queries.story(people["officer"], project.chain, "film")][-1] == "the level was raised in the atlas"  # fmt: skip
    assert queries.story(people["stranger"], project.chain, "film") == []


def test_a_user_sees_the_result_and_not_the_work(project, accepted, people, enter):
    accepted(project)
    stranger = people["stranger"].organisations
    from lianban.apps.parties.models import Organisation

    user = Organisation.objects.get(code__in=stranger)
    services.record_first_use(project_id=project.pk, organisation=user, used_on=TODAY, evidence="合同", by=people["maker"], at=NOW)  # fmt: skip
    page = enter("stranger").get(show(project)).content.decode()
    assert "首用" in page and "确认使用" in page and "考核指标" not in page and "40\u2009万元" not in page
    assert enter("stranger").post(do(project, "confirm_use")).status_code == 302
    assert "使用单位已确认" in enter("maker").get(show(project)).content.decode()


def test_what_waits_names_the_deed_and_its_day(project, people, passed):
    soon = date(2027, 3, 15)
    (mine,) = [w for w in queries.waiting(people["maker"], soon) if w.section.en == "Milestones to report"]
    assert (
        mine.due_on == date(2027, 3, 31)
        and mine.key == f"{project.reference}:report:{project.milestones.get(number=2).pk}"
    )
    assert {w.section.en for w in queries.waiting(people["officer"], TODAY)} == {"Payments to make"}
    passed(project, 2)
    assert len([w for w in queries.waiting(people["officer"], TODAY) if w.section.en == "Payments to make"]) == 2
    assert queries.waiting(people["stranger"], soon) == []


def test_english_is_complete(project, enter):
    client = enter("officer")
    client.cookies["lianban_language"] = "en"
    page = client.get(show(project)).content.decode()
    assert (
        "Milestones and payments" in page and "里程碑" not in page.replace("里程碑与拨付", "里程碑")
    ) or "Milestones" in page


def test_the_list_is_exported_with_its_class(project, enter):
    text = enter("officer").get(reverse("projects:list") + "?format=csv").content.decode("utf-8-sig")
    assert "链办" in text and "1000000" in text


def test_pages_cost_the_same_however_long_the_project(
    project, accepted, enter, people, buyer, django_assert_max_num_queries
):
    accepted(project)
    services.promise_purchase(
        project_id=project.pk, buyer=buyer, quantity=Decimal(5), unit="kg", price_rule="x", starts_on=TODAY,
        ends_on=TODAY + timedelta(days=9), quality_gate="y", by=people["officer"], at=NOW,
    )  # fmt: skip
    client = enter("officer")
    with django_assert_max_num_queries(40):
        client.get(show(project))
    with django_assert_max_num_queries(12):
        client.get(reverse("projects:list"))
    with django_assert_max_num_queries(30):
        queries.waiting(people["officer"], TODAY)
