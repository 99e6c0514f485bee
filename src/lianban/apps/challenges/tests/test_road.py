"""The road whole: from a draft to an accepted result, for one solver and for a race."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from lianban.apps.agreements import services as agreements
from lianban.apps.agreements.models import Choice
from lianban.apps.challenges import queries, rules
from lianban.apps.challenges import services as challenges
from lianban.apps.challenges.models import Challenge, GateFinding
from lianban.apps.challenges.tests.conftest import CLOSES, INDICATOR, WAN
from lianban.apps.journal.models import Entry
from lianban.apps.ledger import queries as ledger
from lianban.apps.projects import services as projects
from lianban.apps.projects.models import Project
from lianban.kit import editing
from lianban.kit.refusals import Refused
from lianban.rulebook import load_rules


def refused(call):
    with pytest.raises(Refused) as caught:
        call()
    return [one.code for one in caught.value.refusals]


def test_a_challenge_goes_from_draft_to_running_work(scene):
    challenge = scene.running(whole=True)

    assert challenge.state == "running"
    lane = challenge.lanes.get()
    project = queries.project_of(lane)
    assert project.lead == scene.firms["alpha"] and project.commissioner == scene.firms["poster"]
    assert project.account == lane.pot
    assert ledger.balance_fen(lane.pot) == 800 * WAN
    assert ledger.balance_fen("payee:poster") == 120 * WAN  # 40 % of the public money, which goes to the poster here
    assert [m.payment_fen for m in project.milestones.all()] == [200 * WAN, 300 * WAN, 300 * WAN]
    verbs = list(challenge.records.values_list("verb", flat=True))
    assert verbs == [step.verb for step in rules.steps.ROAD][: len(verbs)]
    told = set(Entry.objects.filter(subject=challenge.reference).values_list("verb", flat=True))
    assert {f"challenges.{verb}" for verb in verbs} <= told


def test_a_race_drops_one_and_finishes_with_one(scene):
    challenge = scene.running(race=True)
    alpha, beta = challenge.lanes.order_by("number")
    design, prototype = challenge.gates.order_by("number")
    officer, bureau = scene.people["officer"], scene.people["science_bureau"]

    def find(gate, lane, met, **told):
        row = challenges.propose_finding(
            gate_id=gate.pk, lane_id=lane.pk, met=met, reason="见报告", by=officer, at=scene.now, **told
        )
        assert refused(lambda: challenges.confirm_finding(finding_id=row.pk, by=officer, at=scene.now)) == ["parties.not_permitted"]  # fmt: skip
        return challenges.confirm_finding(finding_id=row.pk, by=bureau, at=scene.now)

    assert "challenges.race_undecided" in refused(lambda: scene.act("finish_run", challenge, "officer"))
    find(design, alpha, True)
    out = find(design, beta, False, cost_fen=120 * WAN, evidence="评审意见")
    assert out.compensation_fen == 40 * WAN  # half of 120 is 60, the rules cap at 50, this gate at 40
    for who, wanted in (
        ("officer", [True, True]),
        ("poster", [True, True]),
        ("beta", [False, True]),
        ("alpha", [True, False]),
        ("other", [False, False]),
    ):
        told = " ".join(event.what.zh for event in queries.story(scene.people[who], scene.chain, "resin"))
        assert [
            "甲示例公司通过（" in told,
            "乙示例公司未通过，退出赛马（" in told and "补偿 40\u2009万元" in told,
        ] == wanted, who
    beta.refresh_from_db()
    assert beta.state == "eliminated"
    assert queries.project_of(beta).outcome == "terminated"
    assert ledger.balance_fen("payee:beta") == 40 * WAN
    beta = put_back_by_its_appeal(scene, beta)
    assert beta.state == "running" and queries.project_of(beta).state == "running"
    assert ledger.balance_fen("payee:beta") == 0 and beta.findings.count() == 0
    find(design, beta, False, cost_fen=120 * WAN, evidence="评审意见")
    the_rest_goes_back(scene, beta)
    assert "challenges.no_winner" in refused(lambda: scene.act("finish_run", challenge, "officer"))
    assert "challenges.gates_left" in refused(lambda: challenges.win(lane_id=alpha.pk, reason="达标", by=bureau, at=scene.now))  # fmt: skip
    find(prototype, alpha, True)
    challenges.win(lane_id=alpha.pk, reason="全部阶段达标", by=bureau, at=scene.now)
    scene.act("finish_run", challenge, "officer")
    assert Challenge.objects.get(pk=challenge.pk).state == "accepting"


def put_back_by_its_appeal(scene, lane):
    """Only an appeal puts a team back, only the race does it, and somebody else than who put it out."""
    bureau, head, at = scene.people["science_bureau"], scene.people["office_head"], scene.now
    told = {"lane_id": lane.pk, "reason": "复测达标", "at": at}
    assert refused(lambda: challenges.put_back(**told, by=head)) == ["challenges.no_appeal"]
    project = queries.project_of(lane)
    solver = scene.people[lane.answer.organisation.code]
    projects.appeal(project_id=project.pk, reason="复测", by=solver, at=at)
    asked = {"project_id": project.pk, "reason": "复测达标", "by": head, "at": at}
    assert refused(lambda: projects.reinstate(**asked)) == ["projects.put_back_by_race"]
    assert refused(lambda: challenges.put_back(**told, by=bureau)) == ["projects.same_person"]
    return challenges.put_back(**told, by=head)


def the_rest_goes_back(scene, lane):
    """The pot of a team that is out is empty once its outcome stands: to each giver its part, once."""
    solver, officer = scene.people[lane.answer.organisation.code], scene.people["officer"]
    pot, code = ledger.balance_fen(lane.pot), scene.chain.code
    assert pot == lane.payable_fen - 40 * WAN  # the public money is the poster's under these rules
    given = ledger.balance_fen(f"outside:poster:{code}")
    project = queries.project_of(lane)
    projects.consent(project_id=project.pk, by=solver, at=scene.now)
    project.refresh_from_db()
    challenges.return_rest(project=project, by=officer, at=scene.now)

    assert ledger.balance_fen(lane.pot) == 0 and ledger.balance_fen(f"outside:poster:{code}") == given + pot
    page = queries.lanes_shown(lane.challenge, officer, inside=True)
    assert [row.amount_fen for one in page for row in one.returned] == [pot]


def test_the_first_to_meet_wins_and_the_others_drop_out(scene):
    challenge = scene.running(race=True)
    alpha, beta = challenge.lanes.order_by("number")
    for gate in challenge.gates.all():
        row = challenges.propose_finding(gate_id=gate.pk, lane_id=alpha.pk, met=True, reason="达标", by=scene.people["officer"], at=scene.now)  # fmt: skip
        challenges.confirm_finding(finding_id=row.pk, by=scene.people["office_head"], at=scene.now)

    challenges.win(lane_id=alpha.pk, reason="先达标", by=scene.people["science_bureau"], at=scene.now)

    beta.refresh_from_db()
    assert (beta.state, beta.end_reason) == ("lost", "赛道 1 先达标")
    assert Project.objects.get(subject=beta.reference).outcome == "terminated"


def test_the_challenge_follows_the_projects_own_conclusion(scene):
    challenge = scene.running()
    scene.act("finish_run", challenge, "officer")
    bureau = scene.people["science_bureau"]
    assert refused(lambda: challenges.accept(challenge_id=challenge.pk, by=bureau, at=scene.now)) == ["challenges.not_concluded"]  # fmt: skip
    project = queries.project_of_winner(challenge)
    Project.objects.filter(pk=project.pk).update(outcome="met", state="concluded", appeal_until=scene.now.date())
    assert refused(lambda: challenges.accept(challenge_id=challenge.pk, by=bureau, at=scene.now)) == ["challenges.appeal_open"]  # fmt: skip
    Project.objects.filter(pk=project.pk).update(state="effective")

    accepted = challenges.accept(challenge_id=challenge.pk, by=bureau, at=scene.now)

    assert (accepted.state, accepted.outcome) == ("following", "met")
    assert ledger.balance_fen("payee:poster") == 300 * WAN  # the rest of the public money came with the acceptance
    assert refused(lambda: scene.act("archive", challenge, "officer")) == ["challenges.follow_up_runs"]
    Project.objects.filter(pk=project.pk).update(state="archived")
    scene.act("archive", challenge, "officer")
    assert Challenge.objects.get(pk=challenge.pk).state == "archived"


def test_failure_ends_it_and_never_by_acceptance(scene):
    challenge = scene.running()
    project = queries.project_of_winner(challenge)
    Project.objects.filter(pk=project.pk).update(
        outcome="not_met_diligent", state="effective", appeal_until=scene.now.date()
    )
    scene.act("finish_run", challenge, "officer")
    bureau = scene.people["science_bureau"]

    assert refused(lambda: challenges.accept(challenge_id=challenge.pk, by=bureau, at=scene.now)) == ["challenges.outcome_differs"]  # fmt: skip
    ended = scene.act("end", challenge, "science_bureau", reason="指标未达，勤勉尽责")
    assert (ended.state, ended.outcome) == ("ended", "not_met_diligent")


def test_where_steps_are_switched_off_the_road_is_shorter_and_still_arrives(scene, in_force):
    short = ["post", "answer", "decide_choice", "run", "accept"]
    in_force("cn-core-2025", **{"challenge.steps": short})
    challenge = scene.opened()
    assert [r.verb for r in challenge.records.all()] == ["submit", "post", "open"]
    assert challenge.state == "choosing"
    for row in challenge.answers.all():
        challenges.give_feedback(answer_id=row.pk, text="见审定意见", by=scene.people["officer"], at=scene.now)

    scene.act("choose", challenge, "science_bureau", answer_id=scene.answer_of(challenge, "alpha").pk, minutes="纪要 3", reason="唯一达标")  # fmt: skip

    challenge.refresh_from_db()
    lane = challenge.lanes.get()
    assert (challenge.state, lane.state) == ("running", "running")
    assert queries.project_of(lane).account == ""  # without the step of paying, money is paid outside


def test_where_nobody_decides_together_the_poster_chooses(scene, in_force):
    in_force("cn-core-2025", **{"challenge.steps": ["post", "answer", "publicity", "run", "accept"]})
    challenge = scene.opened()
    alpha = scene.answer_of(challenge, "alpha").pk

    codes = refused(lambda: scene.act("choose", challenge, "science_bureau", answer_id=alpha, minutes="", reason="好"))
    assert codes == ["challenges.other_organisation.not_permitted"]
    chosen = scene.act("choose", challenge, "poster", answer_id=alpha, minutes="", reason="合适")
    assert chosen.state == "publicity"


def test_who_does_not_sign_gives_way_to_a_second_choice(scene):
    challenge = scene.opined()
    scene.act("choose", challenge, "science_bureau", answer_id=scene.answer_of(challenge, "alpha").pk, minutes="9", reason="评审第一")  # fmt: skip
    scene.tell_losers(challenge)
    scene.at(scene.now + timedelta(days=12))
    scene.act("end_publicity", challenge, "science_bureau")

    scene.act("fall_through", challenge, "science_bureau", reason="未按期签约")

    challenge.refresh_from_db()
    assert challenge.state == "choosing"
    assert challenge.lanes.get().state == "dropped"
    again = scene.act("choose", challenge, "science_bureau", answer_id=scene.answer_of(challenge, "beta").pk, minutes="10",
                      reason="第一名未签约，依次选定第二名，其指标同样达到要求")  # fmt: skip
    assert again.state == "publicity" and again.lanes.count() == 2


def test_papers_are_all_there_before_signing_is_done(scene):
    challenge = scene.opined()
    scene.act("choose", challenge, "science_bureau", answer_id=scene.answer_of(challenge, "alpha").pk, minutes="9", reason="评审第一")  # fmt: skip
    assert "challenges.feedback_missing" in refused(lambda: scene.act("end_publicity", challenge, "science_bureau"))
    scene.tell_losers(challenge)
    scene.at(scene.now + timedelta(days=12))
    scene.act("end_publicity", challenge, "science_bureau")
    scene.act("draft_papers", challenge, "officer")

    assert refused(lambda: scene.act("sign", challenge, "officer")) == ["challenges.papers_missing"]


def test_the_papers_of_a_race_open_with_the_figures_of_each_lane(scene):
    challenge = scene.opined()
    scene.race(challenge)
    scene.tell_losers(challenge)
    scene.at(scene.now + timedelta(days=12))
    scene.act("end_publicity", challenge, "science_bureau")
    alpha, beta = challenge.lanes.select_related("answer").order_by("number")
    type(beta).objects.filter(pk=beta.pk).update(payable_fen=500 * WAN, public_fen=0)
    scene.act("draft_papers", challenge, "officer")

    for lane, told in ((alpha, (400 * WAN, 150 * WAN)), (beta, (500 * WAN, 0))):
        lane.refresh_from_db()
        book = {one.clause: one for one in Choice.objects.filter(agreement=lane.task_book)}
        assert book["payment"].values["total"] == told[0]
        assert book["payment"].values["payee"] == lane.answer.organisation_id
        assert ("public_money" in book) == bool(told[1])
        assert (
            INDICATOR["name"] in book["milestones"].values["indicators"]
            and "小试" in book["milestones"].values["steps"]
        )
        assert all(one.as_prefilled for one in book.values())
        assert not {"risk", "confidentiality", "dispute"} & set(book)  # nobody said anything about these
        pledge = {one.clause: one for one in Choice.objects.filter(agreement=lane.pledge)}
        assert pledge["pledge"].values["solver"] == lane.answer.organisation_id and "payment" not in pledge
    changed = Choice.objects.get(agreement=alpha.task_book, clause="payment")
    told = {"total": 1 * WAN, "payer": challenge.poster_id, "payee": alpha.answer.organisation_id}
    agreements.choose(agreement_id=alpha.task_book, clause="payment", option="instalments", values=told, by=scene.people["officer"], at=scene.now)  # fmt: skip
    changed.refresh_from_db()
    assert changed.prefilled["values"]["total"] == 400 * WAN and not changed.as_prefilled


def test_a_finding_is_confirmed_by_somebody_else(scene):
    challenge = scene.running(race=True)
    gate, lane = challenge.gates.first(), challenge.lanes.first()
    head = scene.people["office_head"]
    row = challenges.propose_finding(gate_id=gate.pk, lane_id=lane.pk, met=True, reason="达标", by=head, at=scene.now)

    assert refused(lambda: challenges.confirm_finding(finding_id=row.pk, by=head, at=scene.now)) == ["challenges.second_person"]  # fmt: skip
    assert GateFinding.objects.get(pk=row.pk).confirmed_by == ""


def test_nobody_answering_makes_it_void(scene):
    challenge = scene.opened(firms=())

    assert (challenge.state, challenge.end_reason) == ("void", "无人申报")
    assert challenge.answers_until == CLOSES
    assert INDICATOR["name"]


def test_the_tables_of_the_flow_page_are_worked_out():
    text = (Path(__file__).parents[5] / "docs" / "flows" / "challenge.md").read_text(encoding="utf-8")
    core = load_rules("cn-core-2025")
    rows = re.findall(r"^\| (\d+) \| (none|\d+) \| (\d+) \|$", text, re.M)
    assert len(rows) == 3
    for cost, cap, expected in rows:
        worked = rules.money.compensation(core, int(cost) * WAN, 0 if cap == "none" else int(cap) * WAN)
        assert worked.amount_fen == int(expected) * WAN
    jilin = rules.money.Money(1200 * WAN, 300 * WAN, 900 * WAN, 800 * WAN)
    worked = rules.money.working(load_rules("jilin-2023"), jilin, kind="tackling", scale="major")
    told = {int(amount) * WAN for amount in re.findall(r"\| (\d+) \|$", text.split("Compensation of")[0], re.M)}
    assert {step.amount_fen for step in worked.steps if step.code != "bracket"} | {worked.amount_fen} == told


def test_of_two_editors_the_second_is_told_what_changed(scene):
    challenge = scene.draft()
    seen = editing.mark(queries.as_written(Challenge.objects.get(pk=challenge.pk)))
    scene.act("write", challenge, "officer", seen=seen, title="改过的题目")

    with pytest.raises(Refused) as caught:
        scene.act("write", challenge, "office_head", seen=seen, title="另一个题目", scenario="抗体纯化")

    assert [(one.code, one.field) for one in caught.value.refusals] == [
        ("edited.meanwhile", ""),
        ("edited.field", "title"),
    ]
    assert "改过的题目" in caught.value.refusals[1].message.zh
    again = editing.mark(queries.as_written(Challenge.objects.get(pk=challenge.pk)))
    scene.act("write", challenge, "office_head", seen=again, title="另一个题目")
    assert Challenge.objects.get(pk=challenge.pk).title == "另一个题目"
