"""Every address that takes a POST, as every role: done or refused exactly as the table of deeds says."""

import functools
import inspect
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.rules import WORKFLOW
from lianban.apps.parties.rules import ROLES
from lianban.kit.mechanisms import all_deeds
from tests.secrecy import (
    boxes,
    calls,
    charts,
    deliveries,
    facts,
    finding,
    papers,
    programs,
    reviews,
    roads,
    taking,
    unions,
    upkeep,
)

ANYONE, SIGNED_IN, OWNER = "anyone", "signed in", "owner"
OWN_OR_NONE = "(own)"
NOTE = {"note": "说明"}
TEXT = {"text": "内容"}
DENIED = {403, 404}


def _posting(resolver: URLResolver | None = None, before: str = "") -> dict[str, str]:
    """Names of the views that read a POST, with their patterns."""
    found = {}
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            found |= _posting(one, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            view = one.callback
            if isinstance(view, functools.partial) or view.__module__.startswith("ninja"):
                continue  # operations for programs: tests/secrecy/test_api.py tries those
            kind = getattr(view, "view_class", None)
            if (kind and hasattr(kind, "post")) or (not kind and "POST" in inspect.getsource(view)):
                found[f"{inspect.unwrap(view).__module__}.{one.name}"] = before + str(one.pattern)
    return found


def table(stage) -> list[tuple[str, str, str, dict[str, str]]]:
    """Name of the view, who may (a deed, anyone, or the owner), an address, good data."""
    later, today = str(timezone.localdate() + timedelta(days=30)), str(timezone.localdate())
    demand, answer = stage.pks["demand listed"]["bags open"], stage.pks["answer"]["bags open"]
    instruction, job = stage.pks["instruction"]["bags office"], stage.pks["job"]["bags"]
    assignment = {"lead_department": "工信局", "unit": "某单位", "person": "某人", "due_on": later}
    form = {"choose_route": {"route": "tackle", **NOTE}, "assign": assignment, "ask_closing": {"evidence": "检验报告"}}
    demands, diagnosis, cases = "lianban.apps.demands.views", "lianban.apps.diagnosis.views", "lianban.apps.cases.views"
    measures = "lianban.apps.measures.views.pages"
    answered = {"organisation": OWN_OR_NONE, "sentence": "我能做", "evidence": "样品", "confidentiality": "chain"}
    needed = {"title": "需求", "confidentiality": "chain"}
    return [
        ("lianban.site.views.language", ANYONE, "/language/", {"code": "en", "next": "/"}),
        ("django.contrib.auth.views.sign_in", ANYONE, "/people/sign-in/", {"username": "x", "password": "y"}),
        ("django.contrib.auth.views.sign_out", ANYONE, "/people/sign-out/", {}),
        ("lianban.apps.parties.views.people", "parties.grant_role", "/people/",
         {"user": str(stage.pks["user"]["analyst"]), "role": "officer", "starts_on": today}),
        ("lianban.apps.parties.views.end_role", "parties.grant_role", f"/people/roles/{stage.pks['role']['analyst']}/end/", {"ends_on": later}),
        ("lianban.apps.rulesets.views.put_in_force", "rulesets.put_in_force", "/rules/put-in-force/",
         {"pack": "cn-core-2025", "starts_on": today, "document": "纪要"}),
        ("lianban.apps.jobs.views.cancel", OWNER, f"/jobs/{job}/cancel/", {}),
        ("lianban.apps.jobs.views.list_later", SIGNED_IN, "/jobs/lists/", {"address": "/chains/bags/products/?format=csv"}),
        (f"{diagnosis}.runs.ask_run", "diagnosis.run", "/diagnosis/bags/run/", {"scope": "nation", "data_class": "open"}),
        (f"{diagnosis}.points.describe", "diagnosis.describe", "/diagnosis/bags/points/film/describe/", {"benchmark": "一", "gap": "二"}),
        (f"{diagnosis}.points.raise", "diagnosis.raise", "/diagnosis/bags/points/film/raise/", NOTE),
        (f"{diagnosis}.studies.ask_study", "diagnosis.study", "/diagnosis/bags/studies/ask/", {"kind": "risk"}),
        (f"{diagnosis}.what_if.ask_what_if", "diagnosis.what_if", "/diagnosis/bags/what-if/ask/?cut_origin=JP", {}),
        (f"{diagnosis}.what_if.keep_scenario", "diagnosis.keep_scenarios", "/diagnosis/bags/what-if/keep/?cut_origin=JP",
         {"name": "断供", "set_name": "一组"}),
        (f"{diagnosis}.sets.copy_set", "diagnosis.keep_scenarios", "/diagnosis/bags/scenario-sets/copy/", {}),
        (f"{diagnosis}.sets.scenario_set", "diagnosis.keep_scenarios", f"/diagnosis/bags/scenario-sets/{stage.pks['set']['office']}/", {"p0": "10"}),
        (f"{diagnosis}.sets.drop_scenario", "diagnosis.keep_scenarios", f"/diagnosis/bags/scenario-sets/{stage.pks['set']['office']}/drop/0/", {}),
        (f"{measures}.find", "measures.find", "/measures/bags/find/", {}),
        (f"{measures}.weigh", "measures.weigh", "/measures/bags/weigh/",
         {"budget": "100", "objective": "expected", "over": "default", "data_class": "office"}),
        (f"{measures}.cost", "measures.enter_cost", "/measures/bags/costs/stock:film:30/",
         {"cost": "1", "source": "询价单", "observed_on": today, "confidentiality": "office"}),
        (f"{measures}.withdraw", "measures.enter_cost", "/measures/bags/withdraw/stock:film:30/", {}),
        *((f"{diagnosis}.points.do", f"diagnosis.{verb}", f"/diagnosis/bags/points/film/do/{verb}/", form.get(verb, NOTE)) for verb in WORKFLOW.moves),
        (f"{demands}.new_in", "demands.raise", "/demands/new/bags/", needed),
        (f"{demands}.mend", OWNER, f"/demands/{demand}/mend/", needed),
        (f"{demands}.withdraw", OWNER, f"/demands/{demand}/withdraw/", {}),
        (f"{demands}.met", OWNER, f"/demands/{demand}/met/", {"met-reason": "已满足"}),
        (f"{demands}.withdraw_answer", OWNER, f"/demands/answers/{answer}/withdraw/", {}),
        (f"{demands}.verify", "demands.verify", f"/demands/{demand}/verify/", {"basis": "走访"}),
        (f"{demands}.return", "demands.verify", f"/demands/{demand}/return/", {"return-reason": "缺数"}),
        (f"{demands}.put_on_list", "demands.list", f"/demands/{demand}/list/", {}),
        (f"{demands}.answer", "demands.answer", f"/demands/{demand}/can-do/", answered),
        (f"{demands}.answer_product", "demands.answer", "/demands/bags/film/can-do/", answered),
        (f"{cases}.issue", "cases.issue_report", "/reports/bags/issue/", {"matter_1": "请协调"}),
        (f"{cases}.instruct", "cases.instruct", "/instructions/new/bags/", TEXT),
        (f"{cases}.step", "cases.reply", f"/instructions/{instruction}/reply/", TEXT),
        (f"{cases}.step", "cases.close_instruction", f"/instructions/{instruction}/send_back/", TEXT),
        (f"{cases}.step", "cases.close_instruction", f"/instructions/{instruction}/close/", TEXT),
        (f"{cases}.minutes", "cases.record_minutes", "/minutes/bags/", {"held_on": today, "title": "会", "text": "纪要"}),
        (f"{cases}.make_calendar", SIGNED_IN, "/waiting/calendar/", {}),
        (f"{cases}.revoke_calendar", SIGNED_IN, "/waiting/calendar/revoke/", {}),
        ("lianban.apps.notices.views.read_all", SIGNED_IN, "/notices/read/", {}),
        ("lianban.apps.notices.views.address", SIGNED_IN, "/notices/address/", {"email": "me@example.org"}),
        *boxes.rows(stage),
        *reviews.rows(stage, today),
        *deliveries.rows(stage, today),
        *papers.rows(stage, today),
        *roads.rows(stage),
        *programs.rows(stage),
        *taking.rows(stage),
        *upkeep.rows(stage, timezone.now()),
        *finding.rows(stage, timezone.now()),
        *facts.rows(stage, timezone.now()),
        *charts.rows(stage, timezone.now()),
    ]  # fmt: skip


class Undone(Exception):
    """Takes back what one request wrote, so that the next finds things as they were."""


def roles_of(who: str) -> set[str] | None:
    return {ANYONE: None, SIGNED_IN: set(ROLES) - {"visitor"}, OWNER: set()}.get(who, set(all_deeds().get(who, ())))


@pytest.fixture
def played(stage):
    from lianban.apps.parties.models import RoleGrant

    grant = RoleGrant.objects.get(role="analyst")
    stage.pks["user"], stage.pks["role"] = {"analyst": grant.user_id}, {"analyst": grant.pk}
    stage.pks["review_user"] = {"expert": RoleGrant.objects.get(role="expert").user_id}
    boxes.play(stage, timezone.now())
    reviews.play(stage, timezone.now())
    programs.play(stage, timezone.now())
    for scene in (roads.set_up, calls.play, unions.play):
        scene(stage, Chain.objects.get(code="bags"), timezone.now())
    return stage


def tried(stage, person: str, name: str, path: str, data: dict[str, str]) -> tuple[int, bool]:
    """Send it as somebody, take it back; the status, and whether it was denied."""
    own = stage.firms[person] or "firm-own"
    try:
        with transaction.atomic():
            response = stage.clients[person].post(path, {k: own if v == OWN_OR_NONE else v for k, v in data.items()})
            raise Undone
    except Undone:
        status = response.status_code
    if name.endswith(("sign_out", "sign_in")):
        stage.enter_again(person)
    return status, status in DENIED or (status == 302 and "/sign-in/" in response.headers["Location"])


# Of those who may not: nobody in particular, a firm from outside, one who reads much and does little.
OUTSIDE = ("visitor", "laboratory", "analyst")


@pytest.mark.parametrize("everybody", [False, pytest.param(True, marks=pytest.mark.evidence)])
def test_every_role_may_exactly_what_the_table_of_deeds_says(played, everybody):
    """Done means accepted, or refused for the state of things (409); denied means 403, 404 or the way to sign in.

    Each is tried by two who may, and by outsiders (in make evidence by all).
    """
    wrong = []
    for name, who, path, data in table(played):
        able = roles_of(who)
        those = [person for person in played.clients if able is None or played.roles[person] in able][:2]
        for person in played.clients if everybody else dict.fromkeys([*those, *OUTSIDE]):
            may = able is None or played.roles[person] in able
            status, denied = tried(played, person, name, path, data)
            if status >= 500 or denied == may or (may and status == 422):
                wrong.append((name, who, person, status))
    assert wrong == [], "\n".join(map(str, wrong))


@pytest.mark.parametrize("everybody", [False, pytest.param(True, marks=pytest.mark.evidence)])
def test_every_deed_of_both_roads_is_for_exactly_those_it_is_for(played, everybody):
    """One address serves many deeds there: each is tried by whoever may, and by outsiders (in make evidence by all)."""
    wrong = []
    for name, who, path, data in (*calls.deeds(played), *unions.deeds(played)):
        for person in played.clients if everybody else sorted({*who, *OUTSIDE}):
            status, denied = tried(played, person, name, path, data)
            if status >= 500 or denied == (person in who) or (person in who and status == 422):
                wrong.append((name, person, status))
    assert wrong == [], "\n".join(map(str, wrong))


def test_every_address_that_takes_a_post_is_in_the_table_and_takes_none_without_the_token(played):
    """Cross-site requests are refused, whoever's cookie they carry."""
    assert {name for name, *_ in table(played)} == set(_posting())
    for name, _, path, data in table(played):
        for person in ("visitor", "office_head", "own firm"):
            client = Client(enforce_csrf_checks=True, raise_request_exception=False)
            client.cookies = played.clients[person].cookies
            assert client.post(path, data).status_code == 403, (name, person)
