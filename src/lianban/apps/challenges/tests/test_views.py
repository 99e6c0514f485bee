"""Pages per role; what is hidden answers like what is missing; every page of every state opens."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from lianban.apps.challenges import queries, rules
from lianban.apps.challenges.models import Challenge
from lianban.apps.challenges.tests.conftest import PLAN, ROLES
from lianban.apps.challenges.views.deeds import DEEDS
from lianban.apps.parties.rules import Actor
from lianban.kit.mechanisms import named


@pytest.fixture
def as_(client):
    def sign_in(actor):
        client.logout()
        if actor is not None:
            client.force_login(get_user_model().objects.get(pk=actor.user_id))
        return client

    return sign_in


def url(name, *args):
    return reverse(f"challenges:{name}", args=args)


def test_a_weak_point_becomes_a_proposal_in_one_click_and_is_written(scene, as_):
    client = as_(scene.people["officer"])
    fragment = client.get(url("for_product", "mab", "resin"))
    assert url("draft", "mab", "resin") in fragment.content.decode()

    response = client.post(url("draft", "mab", "resin"))

    challenge = Challenge.objects.get()
    assert response.url == url("write", challenge.pk)
    assert challenge.title == "层析介质技术攻关"
    page = client.get(url("show", challenge.pk)).content.decode()
    assert 'data-code="challenges.field_missing"' in page and "disabled" in page
    lines = {f"indicators-{k}": v for k, v in (("TOTAL_FORMS", "1"), ("INITIAL_FORMS", "0"))}
    lines |= {
        f"indicators-0-{k}": v
        for k, v in (
            ("name", "动态载量"),
            ("comparison", ">="),
            ("threshold", "80"),
            ("unit", "g/L"),
            ("test_method", "柱层析"),
            ("test_body", "第三方"),
        )
    }
    lines |= {f"milestones-{k}": v for k, v in (("TOTAL_FORMS", "1"), ("INITIAL_FORMS", "0"))}
    lines |= {
        f"milestones-0-{k}": v
        for k, v in (("name", "小试"), ("months", "8"), ("deliverable", "样品"), ("payment_fen", "500"))
    }
    fields = {"title": "抗体层析介质", "klass": "tackling", "mode": "firm", "scale": "major", "poster": scene.firms["poster"].pk,
              "first_user": scene.firms["poster"].pk, "background": "进口", "problem": "载量", "present_level": "L1", "scenario": "纯化",
              "conditions": "须在本市注册\n有研发团队", "ownership": "solver", "months": "24", "total_fen": "1200", "public_fen": "300",
              "poster_cash_fen": "900", "payable_fen": "800", "acceptance_fen": "300", "contact": "产业处", "posted_class": "open"}  # fmt: skip
    saved = client.post(url("write", challenge.pk), lines | fields)
    assert saved.status_code == 302, saved.content.decode()[:2000]
    challenge.refresh_from_db()
    assert challenge.total_fen == 1200 * 1_000_000
    assert [bool(row.flags) for row in challenge.conditions.all()] == [True, False]
    page = client.get(url("show", challenge.pk)).content.decode()
    assert "<mark" in page and url("do", challenge.pk, "submit") in page
    client.post(url("do", challenge.pk, "submit"))
    assert Challenge.objects.get().state == "collecting"


def test_nobody_outside_knows_of_what_is_not_posted(scene, as_):
    challenge = scene.draft()

    for who in ("other", "alpha", None):
        client = as_(scene.people.get(who) if who else None)
        for address in (url("show", challenge.pk), url("version", challenge.pk, 1), url("answer", challenge.pk)):
            assert client.get(address).status_code in (404, 302) and (
                who is None or client.get(address).status_code == 404
            )
        assert challenge.title not in client.get(url("list")).content.decode()
        assert client.get(url("for_product", "mab", "resin")).content == b""
    assert as_(scene.people["poster"]).get(url("show", challenge.pk)).status_code == 200


def test_visitors_read_what_is_posted_and_see_no_inside(scene, as_):
    challenge = scene.posted(scene.draft(conditions=["须在本市注册"])) if False else scene.posted()
    client = as_(None)

    page = client.get(url("show", challenge.pk))

    assert page.status_code == 200
    text = page.content.decode()
    assert "办理步骤" not in text and challenge.title in text
    assert challenge.title in client.get(url("list")).content.decode()
    assert client.get(url("version", challenge.pk, 1)).status_code == 200
    assert client.get(url("list") + "?format=csv").status_code == 200


def test_an_answer_is_handed_in_sealed_and_shows_its_receipt(scene, as_):
    challenge = scene.posted()
    client = as_(scene.people["alpha"])
    given = {k: v for k, v in PLAN.items() if k != "race_consent"} | {
        "asked_fen": "800",
        "race_consent": "on",
        "solver": scene.firms["alpha"].pk,
    }

    response = client.post(url("answer", challenge.pk), given)

    assert response.status_code == 302
    page = client.get(url("answer", challenge.pk)).content.decode()
    assert "回执号" in page and PLAN["plan"] not in page
    assert not challenge.answers.exists()
    other = as_(scene.people["beta"]).get(url("answer", challenge.pk)).content.decode()
    assert "回执号" not in other
    assert as_(scene.people["poster"]).get(url("answer", challenge.pk)).status_code == 404


def test_opened_answers_are_for_the_office_and_their_owners(scene, as_):
    challenge = scene.checked()
    row = scene.answer_of(challenge, "alpha")
    address = url("show_answer", challenge.pk, row.pk)

    assert as_(scene.people["officer"]).get(address).status_code == 200
    assert as_(scene.people["alpha"]).get(address).status_code == 200
    for who in ("beta", "poster", "legal_unit", "chief", "notary"):
        assert as_(scene.people[who]).get(address).status_code == 404, who
    page = as_(scene.people["beta"]).get(url("show", challenge.pk)).content.decode()
    assert scene.firms["alpha"].name not in page


@pytest.mark.slow
def test_pages_open_for_every_role_and_deeds_for_those_they_are_for(scene, as_):
    def look(challenge, seen):
        for who in (*ROLES, "poster", "alpha", "other", None):
            client = as_(scene.people.get(who) if who else None)
            assert client.get(url("show", challenge.pk)).status_code == (200 if who in seen else 404), (
                who,
                challenge.state,
            )

    inside = {
        "officer",
        "office_head",
        "lead_department",
        "science_bureau",
        "legal_unit",
        "supervisor",
        "chief",
        "poster",
    }
    look(scene.draft(), inside - {"legal_unit"})
    challenge = scene.opined(challenge=scene.draft())
    look(challenge, inside | {"notary", "alpha", "other", None})
    verbs = [verb for verb, deed in DEEDS.items() if deed.row is None]
    theirs = {"alpha": {"ask", "object"}, "notary": set(), "legal_unit": {"clear"}, "supervisor": set()}
    for who, expected in theirs.items():
        client = as_(scene.people[who])
        assert {verb for verb in verbs if client.get(url("do", challenge.pk, verb)).status_code == 200} == expected, who


@pytest.mark.slow
def test_every_deed_of_a_race_opens(scene, as_):
    challenge = scene.opined()
    scene.race(challenge)
    lane = challenge.lanes.first()
    for who in ("officer", "science_bureau", "office_head"):
        client = as_(scene.people[who])
        assert client.get(url("show", challenge.pk)).status_code == 200
        for verb in ("papers", "finding", "win", "leave"):
            assert client.get(url("do_to", challenge.pk, verb, lane.pk)).status_code in (200, 404)
    assert as_(scene.people["officer"]).get(url("do", challenge.pk, "nonsense")).status_code == 404


def test_a_choice_and_an_objection_go_through_their_forms(scene, as_):
    challenge = scene.opined()
    alpha = scene.answer_of(challenge, "alpha")
    bureau = as_(scene.people["science_bureau"])
    assert (
        bureau.post(
            url("do", challenge.pk, "choose"), {"answer_id": alpha.pk, "minutes_if": "", "reason": "评审第一"}
        ).status_code
        == 409
    )
    told = {"answer_id": alpha.pk, "minutes_if": "纪要 9", "reason": "评审第一", "once": "k" * 36}
    assert bureau.post(url("do", challenge.pk, "choose"), told).status_code == 302
    other = as_(scene.people["other"])
    assert (
        other.post(url("do", challenge.pk, "object"), {"text": "报价有误", "signed": "丁示例公司"}).status_code == 302
    )
    objection = challenge.objections.get()
    answer = {"upheld": "no", "answer": "报价经核对无误"}
    assert (
        as_(scene.people["science_bureau"])
        .post(url("do_to", challenge.pk, "answer_objection", objection.pk), answer)
        .status_code
        == 409
    )
    assert (
        as_(scene.people["supervisor"])
        .post(url("do_to", challenge.pk, "answer_objection", objection.pk), answer)
        .status_code
        == 302
    )
    page = as_(None).get(url("show", challenge.pk)).content.decode()
    assert scene.firms["alpha"].name in page and scene.firms["beta"].name not in page and "报价有误" not in page
    assert rules.STATES.states["publicity"].zh in page


def test_a_race_is_set_up_on_its_form(scene, as_):
    challenge = scene.opined()
    alpha, beta = (scene.answer_of(challenge, firm).pk for firm in ("alpha", "beta"))
    told = {
        "minutes_if": "9",
        "reason": "两家路线不同",
        "landmark_design": "通过用户确认",
        "due_design": "2027-06-30",
        "cap_design": "40",
    }
    for pk in (alpha, beta):
        told |= {f"lane_{pk}": "on", f"public_{pk}": "150", f"payable_{pk}": "400"}

    response = as_(scene.people["science_bureau"]).post(url("do", challenge.pk, "race"), told)

    assert response.status_code == 302
    assert challenge.lanes.count() == 2 and challenge.gates.get().compensation_cap_fen == 40 * 1_000_000


def test_pages_below_say_what_a_reference_stands_for_and_only_to_those_who_may_know(scene, client):
    challenge = scene.running(race=True)
    lane = challenge.lanes.first()
    references = [challenge.reference, lane.reference, lane.project, f"agreements.agreement:{lane.task_book}"]
    milestone = queries.project_of(lane).milestones.first().reference
    client.force_login(get_user_model().objects.get(pk=scene.people["officer"].user_id))
    account = client.get(reverse("ledger:account", args=[lane.pot])).content.decode()
    project = client.get(reverse("projects:show", args=[int(lane.project.rpartition(":")[2])])).content.decode()
    books = client.get(reverse("ledger:subject", args=[challenge.reference])).content.decode()

    assert set(named(scene.people["officer"], [*references, milestone])) == {*references, milestone}
    assert challenge.title in account and challenge.title in project and challenge.title in books
    told = [*references, milestone, "challenges.", "projects.milestone"]
    for page in (account, project, books):
        assert not [one for one in told if f">{one}" in page]
    stranger = Actor(0, "stranger", (), scene.people["officer"].deeds)
    assert set(named(stranger, [*references, milestone])) <= {challenge.reference, lane.reference}  # it is posted
    challenge.confidentiality = "office"
    challenge.save()
    assert named(stranger, [*references, milestone]) == {}
    assert named(scene.people["officer"], ["nothing.at_all:1", "challenges.challenge:", "free words"]) == {}
