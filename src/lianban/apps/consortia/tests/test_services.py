"""Founding, filing, council, money, leaving, evaluation: through the services, on the database."""

from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

import pytest
from django.db import DatabaseError, transaction

from lianban.apps.consortia import queries, services
from lianban.apps.consortia.models import Vote
from lianban.apps.journal.models import Entry
from lianban.apps.ledger import queries as ledger
from lianban.apps.parties.models import Tie
from lianban.kit.refusals import Refused

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)


def codes(refused):
    return [refusal.code.removeprefix("consortia.") for refusal in refused.value.refusals]


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as found:
        call(*args, **kwargs)
    return codes(found)


# --- founding and filing


def test_the_lead_proposes_for_itself_and_the_office_on_its_behalf(story, chain, org, told):
    wanted = {"chain": chain, "lead": org("leader"), "purpose": "x", "model": "market_driven", "form": "agreement"}
    assert refused(services.propose, name="甲", **wanted, **told("stranger")) == ["not_the_lead.not_permitted"]
    made = services.propose(name="甲", **wanted, **told("officer"))
    assert made.members.get().role == "lead" and made.frozen.value("consortium.members_min") == 6
    assert refused(services.propose, name="甲", **wanted, **told("leader")) == ["name_taken"]


def test_only_the_lead_invites_and_only_the_invited_answers(story, org, told):
    c = story.proposed()
    told_of = {"consortium_id": c.pk, "organisation": org("media"), "role": "builder"}
    assert refused(services.invite, **told_of, **told("media")) == ["lead_only.not_permitted"]
    member = services.invite(**told_of, **told("leader"))
    assert refused(services.answer_invitation, member_id=member.pk, accept=True, **told("bags")) == [
        "members_only.not_permitted"
    ]
    assert services.answer_invitation(member_id=member.pk, accept=False, **told("media")).state == "declined"
    assert services.invite(**told_of, **told("leader")).state == "invited"


def test_an_agreement_waits_for_every_invitation(story, org, told):
    c = story.proposed()
    services.invite(consortium_id=c.pk, organisation=org("media"), role="builder", **told("leader"))
    assert refused(services.draft_agreement, consortium_id=c.pk, **told("leader")) == ["invitations_open"]


def test_a_filing_tells_every_condition_that_is_missing(story, told, state):
    story.proposed()
    story.joined("media")
    story.agreed()
    missing = refused(services.submit, consortium_id=story.c.pk, **told("leader"))
    assert missing == [
        f"condition.{one}"
        for one in ("members", "kinds", "small_firms", "lead_revenue", "lead_research", "lead_source", "chief_scientist",
                    "contributions", "in_kind", "agreed_shares")
    ]  # fmt: skip
    assert state(story.c) == "signed"


def test_a_filed_consortium_ties_its_members_for_the_conflict_engine(story):
    c = story.filed()
    assert (c.state, c.filing_number, c.filed_on) == ("filed", "示例备字〔2026〕1号", TODAY)
    assert Tie.objects.filter(kind="same_consortium").count() == 15  # six members, every two of them
    kept = c.filings.get().conditions
    assert {"zh", "en"} == set(kept[0]["found"])
    assert [one["code"] for one in kept if not one["met"]] == ["lead_honest"]
    (record,) = [one for one in kept if one["code"] == "lead_honest"]
    assert (
        record["met"] is None and "未知" in record["found"]["zh"]
    )  # nothing of it was concluded here: told, no hindrance


def test_a_lead_with_a_failure_at_fault_is_not_filed(story, told):
    story.signed()
    lead = story.c.members.get(role="lead").organisation_id
    with patch("lianban.apps.consortia.queries.records.projects.at_fault", lambda one, today: one == lead):
        assert refused(services.submit, consortium_id=story.c.pk, **told("leader")) == ["condition.lead_honest"]


def test_a_returned_filing_can_be_put_again(story, told, state):
    c = story.signed()
    filing = services.submit(consortium_id=c.pk, **told("leader"))
    assert refused(services.answer_filing, filing_id=filing.pk, accept=False, **told("science_bureau")) == [
        "no_return_reason"
    ]
    services.answer_filing(filing_id=filing.pk, accept=False, reason="缺附件", **told("science_bureau"))
    assert state(c) == "signed"
    assert services.submit(consortium_id=c.pk, **told("leader")).state == "submitted"


def test_only_the_bureau_answers_a_filing(story, told):
    filing = services.submit(consortium_id=story.signed().pk, **told("leader"))
    for name in ("leader", "officer", "stranger"):
        with pytest.raises(Refused) as found:
            services.answer_filing(filing_id=filing.pk, accept=True, number="1", **told(name))
        assert found.value.status == 403


def test_shares_are_agreed_before_the_signatures_and_add_up(story, told):
    story.signed()
    members = list(story.c.members.all())
    wrong = {m.pk: Decimal("0.2") for m in members}
    assert "shares_do_not_add_up" in refused(
        services.agree_shares, consortium_id=story.c.pk, shares=wrong, **told("leader")
    )
    right = dict.fromkeys(wrong, Decimal("0.125")) | {members[0].pk: Decimal("0.375")}
    with pytest.raises(Refused):
        services.agree_shares(consortium_id=story.c.pk, shares=right, **told("leader"))


# --- the council


def test_a_motion_carries_and_is_carried_out_in_one_step(story):
    c = story.operating()
    assert c.state == "operating" and c.roadmaps.get().passed_at is not None


def test_who_is_no_member_has_no_voice(story, told):
    story.filed()
    meeting = story.meeting()
    assert refused(services.attend, meeting_id=meeting.pk, **told("stranger")) == ["members_only.not_permitted"]
    with pytest.raises(Refused):
        services.put_motion(meeting_id=meeting.pk, kind="other", title="x", **told("officer"))


def test_a_vote_is_cast_once_and_the_database_keeps_it(story, told):
    story.filed()
    motion = services.put_motion(meeting_id=story.meeting().pk, kind="other", title="章程", **told("media"))
    vote = services.vote(motion_id=motion.pk, choice="for", **told("media"))
    assert refused(services.vote, motion_id=motion.pk, choice="against", **told("media")) == ["voted"]
    with pytest.raises(DatabaseError), transaction.atomic():
        Vote.objects.filter(pk=vote.pk).update(choice="against")
    with pytest.raises(DatabaseError), transaction.atomic():
        Vote.objects.filter(pk=vote.pk).delete()


def test_without_a_quorum_a_motion_lapses_when_time_is_up(story, told, cast):
    story.filed()
    motion = services.put_motion(meeting_id=story.meeting().pk, kind="other", title="章程", **told("media"))
    for name in ("media", "bags", "gear"):  # three of six are half, not more
        services.vote(motion_id=motion.pk, choice="for", **told(name))
    assert refused(services.decide, motion_id=motion.pk, **told("media")) == ["votes_outstanding"]
    cast.later(days=1)
    assert services.decide(motion_id=motion.pk, **told("media")).state == "lapsed"


def test_those_who_come_and_do_not_vote_are_counted_as_there(story, told, cast):
    story.filed()
    meeting = story.meeting()
    motion = services.put_motion(meeting_id=meeting.pk, kind="other", title="章程", **told("media"))
    for name in ("media", "bags", "gear"):
        services.vote(motion_id=motion.pk, choice="for", **told(name))
    services.attend(meeting_id=meeting.pk, **told("college"))
    cast.later(days=2)
    decided = services.decide(motion_id=motion.pk, **told("media"))
    assert decided.state == "carried" and decided.counted["present"] == 4


def test_a_meeting_closes_with_minutes_when_nothing_is_open(story, told):
    story.filed()
    meeting = story.meeting()
    motion = services.put_motion(meeting_id=meeting.pk, kind="other", title="x", **told("media"))
    assert refused(services.close_meeting, meeting_id=meeting.pk, minutes="", **told("leader")) == [
        "motions_open",
        "no_minutes",
    ]
    assert refused(services.withdraw_motion, motion_id=motion.pk, **told("bags")) == ["members_only.not_permitted"]
    services.withdraw_motion(motion_id=motion.pk, **told("media"))
    assert services.close_meeting(meeting_id=meeting.pk, minutes="略", **told("leader")).closed_at
    assert refused(services.attend, meeting_id=meeting.pk, **told("media")) == ["meeting_closed"]


def test_the_same_thing_is_not_voted_twice_at_once_and_a_motion_is_about_something(story, told):
    story.filed()
    meeting = story.meeting()
    items = [{"goal": "g", "measure": "m", "by": "2027-01-01"}]
    roadmap = services.draw_roadmap(consortium_id=story.c.pk, items=items, **told("leader"))
    put = {"meeting_id": meeting.pk, "kind": "roadmap", "title": "路线图"}
    services.put_motion(roadmap=roadmap, **put, **told("media"))
    assert refused(services.put_motion, roadmap=roadmap, **put, **told("media")) == ["same_motion"]
    assert refused(services.put_motion, **put, **told("media")) == ["motion_about_nothing"]


def test_a_member_does_not_vote_on_its_own_expulsion(story, told):
    story.filed()
    motion = services.put_motion(
        meeting_id=story.meeting().pk, kind="expulsion", title="除名", member=story.member("gear"), **told("leader")
    )
    assert refused(services.vote, motion_id=motion.pk, choice="against", **told("gear")) == ["no_vote.not_permitted"]
    assert len(queries.eligible(motion)) == 5


# --- members come and go


def test_after_the_filing_a_new_member_needs_council_and_filing(story, org, told):
    c = story.filed()
    services.invite(consortium_id=c.pk, organisation=org("other"), role="service", **told("leader"))
    newcomer = story.member("other")
    services.answer_invitation(member_id=newcomer.pk, accept=True, **told("stranger"))
    story.carried("accession", member=newcomer)
    assert refused(services.accede, member_id=newcomer.pk, **told("stranger")) == ["accession_undecided"]
    assert story.fresh(newcomer).state == "agreed"
    filing = c.filings.get(kind="accession")
    services.answer_filing(filing_id=filing.pk, accept=True, number="变1", **told("science_bureau"))
    services.accede(member_id=newcomer.pk, **told("stranger"))
    assert story.fresh(newcomer).state == "acceded"
    assert Tie.objects.filter(kind="same_consortium").count() == 21


def test_an_exit_takes_notice_council_filing_handover_and_licences(story, told, cast):
    c = story.operating()
    gear = story.member("gear")
    promised = story.pledged("gear", 5_000)
    services.give_notice(member_id=gear.pk, reason="业务调整", **told("gear"))
    missing = refused(services.leave, member_id=gear.pk, **told("gear"))
    assert missing == ["exit_undecided", "notice_runs", "not_handed_over", "licences_unstated", "contribution_owed"]
    story.carried("exit", member=story.fresh(gear))
    filing = c.filings.get(kind="exit")
    services.answer_filing(filing_id=filing.pk, accept=True, number="变2", **told("science_bureau"))
    services.state_licence(
        member_id=gear.pk, what="泵头图纸", licensee="全体成员", terms="无偿，限联合体课题", **told("gear")
    )
    services.hand_over(member_id=gear.pk, handed_over="图纸与样机移交牵头单位", no_licences=False, **told("gear"))
    services.cancel_pledge(contribution_id=promised.pk, reason="退出", **told("leader"))
    cast.later(days=30)
    left = services.leave(member_id=gear.pk, **told("gear"))
    assert left.state == "left" and left.licences.get().terms.startswith("无偿")
    assert not queries.inside(cast("gear"), c) and queries.inside(cast("bags"), c)


def test_notice_taken_back_leaves_no_trace_of_a_day(story, told):
    story.operating()
    gear = story.member("gear")
    services.give_notice(member_id=gear.pk, reason="x", **told("gear"))
    stays = services.take_back_notice(member_id=gear.pk, **told("gear"))
    assert (stays.state, stays.leaves_on) == ("acceded", None)


def test_the_lead_changes_by_council_and_filing(story, told):
    c = story.operating()
    story.carried("lead", member=story.member("bags"))
    assert story.member("leader").is_lead
    services.answer_filing(filing_id=c.filings.get(kind="lead").pk, accept=True, number="变3", **told("science_bureau"))
    assert story.member("bags").is_lead and story.member("leader").role == "builder"


# --- money


def test_a_contribution_stands_in_the_books_when_somebody_else_confirmed_it(story, told):
    c = story.operating()
    given = story.pledged("media", 700)
    assert (
        refused(services.confirm_contribution, contribution_id=given.pk, **told("media"))[0]
        == "own_contribution.not_permitted"
    )
    with pytest.raises(Refused):
        services.confirm_contribution(contribution_id=given.pk, **told("leader"))
    services.report_contribution(contribution_id=given.pk, evidence="回单", **told("media"))
    assert queries.balances(c)["pot"] == 0
    services.confirm_contribution(contribution_id=given.pk, **told("leader"))
    assert queries.balances(c) == {"pot": 700, "public": 0, "stock": 0, "income": 0}
    assert ledger.balance_fen(f"consortium:{c.pk}:outside:media") == -700


def test_the_leads_own_contribution_is_confirmed_by_the_office(story, told):
    story.operating()
    given = story.pledged("leader", 900)
    services.report_contribution(contribution_id=given.pk, evidence="回单", **told("leader"))
    assert (
        refused(services.confirm_contribution, contribution_id=given.pk, **told("leader"))[0]
        == "own_contribution.not_permitted"
    )
    assert refused(services.confirm_contribution, contribution_id=given.pk, **told("media")) == [
        "lead_or_office.not_permitted"
    ]
    assert services.confirm_contribution(contribution_id=given.pk, **told("officer")).state == "confirmed"


def test_things_stand_apart_from_money(story):
    c = story.operating()
    story.paid("college", 300, kind="equipment")
    assert queries.balances(c) == {"pot": 0, "public": 0, "stock": 300, "income": 0}


def test_public_money_comes_after_the_roadmap_and_from_the_bureau(story, told):
    c = story.filed()
    grant = {
        "consortium_id": c.pk,
        "amount_fen": 500,
        "payer": "财政（示例）",
        "evidence": "拨款文件（示例）",
        "received_on": TODAY,
    }
    assert refused(services.receive_public_money, **grant, **told("science_bureau")) == ["not_operating"]
    with pytest.raises(Refused):
        services.receive_public_money(**grant, **told("leader"))


# --- work


def test_a_topic_becomes_a_project_with_its_tasks_as_milestones(story, told):
    c = story.operating()
    topic = story.topic()
    for code in ("bags", "college"):
        story.task(topic, code)
    assert refused(services.start_project, topic_id=topic.pk, **told("leader")) == [
        "state.not_from_here",
        "money_not_there",
    ]
    story.carried("topic", topic=topic)
    story.paid("leader", 60_000_00)
    started = services.start_project(topic_id=topic.pk, **told("leader"))
    project = queries.project_of(started)
    assert started.state == "running" and project.lead.code == "bags" and project.commissioner.code == "leader"
    assert {p.organisation.code for p in project.participants.all()} >= {"college", "leader"}
    assert project.milestones.filter(payment_fen=30_000_00).count() == 2
    assert queries.free(c, "pot") == 0 and queries.balances(c)["pot"] == 60_000_00
    assert refused(services.finish_topic, topic_id=topic.pk, **told("leader")) == ["project_not_ended"]


def test_tasks_that_do_not_add_up_and_a_roadmap_not_passed_are_told_together(story, told):
    story.filed()
    topic = story.topic()
    story.task(topic)
    missing = refused(services.start_project, topic_id=topic.pk, **told("leader"))
    assert missing == ["state.not_from_here", "not_operating", "tasks_do_not_add_up", "money_not_there"]


def test_a_task_is_passed_on_before_its_member_leaves(story, told):
    story.operating()
    task = story.task(story.topic(), "gear")
    assert queries.open_tasks(story.member("gear")) == 1
    services.pass_task_on(task_id=task.pk, member=story.member("bags"), **told("leader"))
    assert queries.open_tasks(story.member("gear")) == 0


# --- benefits


def test_three_ways_beside_each_other_and_the_council_chooses(story, told):
    c = story.operating()
    story.paid("leader", 200)
    story.paid("media", 100, kind="equipment")
    topic = story.topic()
    story.task(topic, "bags", payment_fen=60_000_00)
    story.carried("topic", topic=topic)
    story.income(1_001)
    split = services.compute_split(consortium_id=c.pk, amount_fen=1_001, what="许可费（示例）", **told("leader"))
    ways = {kept["method"]: split.way(kept["method"]) for kept in split.ways}
    assert list(ways) == ["agreed", "contribution", "shapley"]
    by_name = {m.pk: m.organisation.code for m in c.members.all()}
    got = {method: {by_name[p.member]: p.amount_fen for p in way.parts} for method, way in ways.items()}
    assert got["agreed"] == {"leader": 501, "media": 100, "bags": 100, "gear": 100, "college": 100, "clinic": 100}
    assert got["contribution"] == {"leader": 667, "media": 334, "bags": 0, "gear": 0, "college": 0, "clinic": 0}
    assert got["shapley"]["bags"] == 1_001
    assert refused(services.pay_split, split_id=split.pk, **told("leader")) == ["state.not_from_here"]
    story.carried("split", split=split, method="agreed")
    services.pay_split(split_id=split.pk, **told("leader"))
    assert ledger.balance_fen(f"consortium:{c.pk}:payee:leader") == 501
    assert queries.balances(c)["income"] == 0


def test_what_is_being_split_is_not_split_again(story, told):
    c = story.operating()
    story.income(1_000)
    split = services.compute_split(consortium_id=c.pk, amount_fen=700, what="许可费", **told("leader"))
    again = {"consortium_id": c.pk, "amount_fen": 301, "what": "许可费"}
    assert refused(services.compute_split, **again, **told("leader")) == ["more_than_income"]
    services.discard_split(split_id=split.pk, reason="金额有误", **told("leader"))
    assert services.compute_split(**again, **told("leader")).number == 2


def test_a_way_that_could_not_be_computed_cannot_be_chosen(story, told):
    c = story.operating()
    story.income(1_000)
    split = services.compute_split(consortium_id=c.pk, amount_fen=1_000, what="许可费", **told("leader"))
    put = {"meeting_id": story.meeting().pk, "kind": "split", "title": "选定", "split": split}
    assert refused(services.put_motion, method="shapley", **put, **told("leader")) == ["no_valued_tasks"]
    assert refused(services.put_motion, method="contribution", **put, **told("leader")) == ["no_contributions"]


# --- the end


def test_a_consortium_dissolves_with_its_pot_given_back_by_cash(story):
    c = story.operating()
    story.paid("leader", 200)
    story.paid("media", 100)
    story.carried("dissolve")
    assert c.pk and story.c.state == "dissolved" and queries.balances(c)["pot"] == 0
    assert ledger.balance_fen(f"consortium:{c.pk}:payee:media") == 100


def test_income_is_split_before_the_end(story, told):
    story.operating()
    story.income(5)
    put = {"meeting_id": story.meeting().pk, "kind": "dissolve", "title": "解散"}
    assert refused(services.put_motion, **put, **told("leader")) == ["income_left"]


def test_before_the_signatures_the_lead_may_give_up(story, told, state):
    story.proposed()
    assert refused(services.give_up, consortium_id=story.c.pk, reason="", **told("leader")) == ["reason_missing"]
    services.give_up(consortium_id=story.c.pk, reason="条件不成熟", **told("leader"))
    assert state(story.c) == "dissolved"


# --- evaluation


def scores(c, points):
    from lianban.apps.consortia import rules

    given, left = {}, points
    for one in rules.sheet(c.frozen):
        given[one.code] = {"points": min(one.points, left), "reason": "见材料"}
        left -= given[one.code]["points"]
    return given


def test_a_grade_becomes_final_after_the_appeal_window_and_is_followed(story, told, cast, state):
    c = story.operating()
    graded = services.grade(consortium_id=c.pk, year=2026, scores=scores(c, 90), **told("science_bureau"))
    assert (graded.points, graded.grade, state(c)) == (90, "A", "graded")
    assert refused(services.settle, evaluation_id=graded.pk, **told("science_bureau")) == ["appeal_runs"]
    cast.later(days=40)
    services.settle(evaluation_id=graded.pk, **told("science_bureau"))
    assert state(c) == "operating"
    assert refused(services.grade, consortium_id=c.pk, year=2026, scores=scores(c, 90), **told("science_bureau")) == [
        "year_graded"
    ]


def test_an_appeal_is_answered_by_another_person(story, told, state):
    c = story.operating()
    graded = services.grade(consortium_id=c.pk, year=2026, scores=scores(c, 50), **told("science_bureau"))
    services.appeal(evaluation_id=graded.pk, reason="漏计采购", **told("leader"))
    answer = {"evaluation_id": graded.pk, "answer": "核增", "scores": scores(c, 76)}
    assert refused(services.answer_appeal, **answer, **told("science_bureau")) == ["same_person"]
    assert services.answer_appeal(**answer, **told("second_bureau")).grade == "B"
    assert state(c) == "operating"


@pytest.mark.parametrize(("accept", "ends"), [(True, "operating"), (False, "withdrawn")])
def test_a_d_leads_to_rectification_which_passes_or_ends_the_filing(story, told, cast, state, accept, ends):
    c = story.operating()
    graded = services.grade(consortium_id=c.pk, year=2026, scores=scores(c, 50), **told("science_bureau"))
    cast.later(days=40)
    services.settle(evaluation_id=graded.pk, **told("science_bureau"))
    mended = story.fresh(graded).rectification
    assert state(c) == "rectifying" and mended.due_on == date(2027, 7, 1) and "governance" in mended.lines
    judge = {"rectification_id": mended.pk, "verdict": "见核定意见"}
    assert refused(services.judge_rectification, accept=False, **judge, **told("science_bureau")) == [
        "rectification_runs"
    ]
    services.report_rectification(rectification_id=mended.pk, report="已补", **told("leader"))
    services.judge_rectification(accept=accept, **judge, **told("science_bureau"))
    assert state(c) == ends


# --- everywhere


def test_every_deed_stands_in_the_journal_without_a_name(story):
    story.operating()
    entries = Entry.objects.filter(subject=story.c.reference)
    verbs = list(entries.values_list("verb", flat=True))
    assert verbs[0] == "consortia.proposed" and verbs[-1] == "consortia.begin" and "consortia.file" in verbs
    assert not any("示例" in str(entry.facts) for entry in entries)


def test_who_may_know_of_it(story, cast):
    c = story.signed()
    seen = {
        name: queries.consortium(cast(name), c.pk) is not None for name in ("bags", "officer", "stranger", "visitor")
    }
    assert seen == {"bags": True, "officer": True, "stranger": False, "visitor": False}


def test_what_is_filed_is_known_to_its_circle_and_its_inside_is_not(story, cast):
    c = story.filed()
    names = ("bags", "officer", "science_bureau", "supervisor", "stranger", "visitor")
    assert [queries.consortium(cast(n), c.pk) is not None for n in names] == [True, True, True, True, True, False]
    assert [queries.inside(cast(n), c) for n in names] == [True, True, True, True, False, False]


def test_meetings_are_not_called_in_the_past(story, told, cast):
    story.filed()
    when = {"held_on": TODAY - timedelta(days=1), "votes_until": cast.now}
    assert refused(services.call_meeting, consortium_id=story.c.pk, title="", **when, **told("leader")) == [
        "meeting_untitled",
        "meeting_in_past",
    ]
