"""Delivery on the database: money, acceptance, outcomes, use, and the level that rises."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from lianban.apps.atlas.models import Production
from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.journal.models import Entry
from lianban.apps.ledger import queries as ledger
from lianban.apps.parties.models import Tie
from lianban.apps.parties.services import SYSTEM
from lianban.apps.projects import queries, services
from lianban.apps.projects.models import CreditMark, LevelRise, Payment, Project
from lianban.kit import workdays
from lianban.kit.refusals import Refused

from .conftest import INDICATORS, MILESTONES, NOW, TODAY

pytestmark = pytest.mark.django_db


def refused(call, *codes, **given):
    """The call is refused for exactly these reasons."""
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(**given, at=given.pop("at", NOW)) if "at" not in given else call(**given)
    assert {r.code for r in caught.value.refusals} == set(codes), caught.value.refusals
    return caught.value


def test_a_start_holds_every_payment_and_releases_the_first(project):
    rows = list(project.milestones.all())

    assert [(m.point, m.state, m.payment_fen) for m in rows] == [
        ("sign", "passed", 40_000_000), ("stage", "planned", 30_000_000), ("stage", "planned", 20_000_000),
        ("acceptance", "planned", 10_000_000),
    ]  # fmt: skip
    assert ledger.held_fen("pot") == 100_000_000 and ledger.free_fen("pot") == 0
    assert project.ends_on == date(2027, 12, 31) and project.state == "running"


def test_a_start_says_everything_that_is_wrong_at_once(begin):
    untestable = [{"name": "x", "comparison": "~", "threshold": None, "test_method": ""}]
    backwards = [MILESTONES[1], (*MILESTONES[0][:3], -1)]
    refused(
        begin, "projects.no_such_kind", "projects.no_product", "projects.indicator_not_testable", "projects.no_test_method",
        "projects.milestones_out_of_order", "projects.payment_below_zero", "projects.first_payment_too_high", "projects.no_payee",
        kind="gift", product="moon", indicators=untestable, milestones=backwards, payee="",
    )  # fmt: skip
    refused(begin, "projects.no_indicator", "projects.no_milestone", indicators=[], milestones=[], first_payment_fen=0)
    assert not Project.objects.exists()


def test_the_first_payment_is_a_share_of_the_public_money(begin):
    refused(begin, "projects.first_payment_too_high", public_fen=99_999_999)
    begin(public_fen=100_000_000)  # four tenths of a million yuan is what is asked for


def test_the_same_work_starts_once(begin):
    begin()
    refused(begin, "projects.started_before")


def test_money_that_is_not_there_cannot_be_promised(begin):
    refused(begin, "ledger.not_enough", acceptance_payment_fen=10_000_001, first_payment_fen=0, milestones=[(*MILESTONES[0][:3], 90_000_000)])  # fmt: skip


def test_payment_only_after_the_stage_decision_and_never_above_it(project, people, passed):
    row = project.milestones.get(number=2)
    refused(services.pay, "projects.not_decided", milestone_id=row.pk, by=people["officer"])
    passed(project, 2, released_fen=25_000_000)

    refused(services.pay, "projects.above_released", milestone_id=row.pk, amount_fen=25_000_001, by=people["officer"])
    services.pay(milestone_id=row.pk, amount_fen=10_000_000, by=people["officer"], at=NOW)
    services.pay(milestone_id=row.pk, by=people["officer"], at=NOW)
    refused(services.pay, "projects.above_released", milestone_id=row.pk, by=people["officer"])

    assert ledger.balance_fen("pay-maker") == 25_000_000
    assert ledger.held_fen("pot") == 70_000_000, "what was not released is free again"
    assert [p.amount_fen for p in Payment.objects.all()] == [10_000_000, 15_000_000]


def test_a_decision_releases_no_more_than_agreed_and_a_failure_nothing(project, people):
    row = project.milestones.get(number=2)
    services.report_stage(milestone_id=row.pk, report="已交付", by=people["maker"], at=NOW)
    services.check_stage(milestone_id=row.pk, note="不全", by=people["officer"], at=NOW)
    told = {"milestone_id": row.pk, "reason": "x", "evidence": "y", "by": people["bureau"]}
    refused(services.decide_stage, "projects.release_not_possible", passed=True, released_fen=30_000_001, **told)
    refused(services.decide_stage, "projects.release_not_possible", passed=False, released_fen=1, **told)
    refused(services.decide_stage, "projects.not_said", passed=True, milestone_id=row.pk, reason=" ", evidence="", by=people["bureau"])  # fmt: skip

    services.decide_stage(passed=False, at=NOW, **told)
    row.refresh_from_db()
    assert row.state == "failed" and ledger.held_fen("pot") == 100_000_000, "it may be mended"
    services.report_stage(milestone_id=row.pk, report="已整改", by=people["maker"], at=NOW)


def test_a_later_milestone_waits_for_the_earlier(project, people):
    row = project.milestones.get(number=3)
    services.report_stage(milestone_id=row.pk, report="完成", by=people["maker"], at=NOW)
    services.check_stage(milestone_id=row.pk, note="好", by=people["officer"], at=NOW)
    told = {"milestone_id": row.pk, "passed": True, "reason": "x", "evidence": "y", "by": people["bureau"]}
    refused(services.decide_stage, "projects.earlier_stage_open", **told)


def test_visits_are_counted(project, people, passed):
    first, second = project.milestones.get(number=2), project.milestones.get(number=3)
    for row in (first, second):
        services.report_stage(milestone_id=row.pk, report="完成", by=people["maker"], at=NOW)
    services.check_stage(milestone_id=first.pk, note="到场", visit=True, by=people["officer"], at=NOW)
    refused(services.check_stage, "projects.visits_used_up", milestone_id=second.pk, note="到场", visit=True, by=people["officer"])  # fmt: skip
    services.check_stage(milestone_id=second.pk, note="书面", by=people["officer"], at=NOW)


def test_the_lead_speaks_for_the_work_and_nobody_else(project, people):
    row = project.milestones.get(number=2)
    for who in ("buyer", "stranger"):
        refused(services.report_stage, "projects.other_organisation.not_permitted", milestone_id=row.pk, report="x", by=people[who])  # fmt: skip
    refused(services.report_stage, "parties.not_permitted", milestone_id=row.pk, report="x", by=people["officer"])


def test_who_commissioned_the_work_decides_unless_it_carries_it_out_or_the_money_is_public(begin, people, buyer, maker):
    own = begin()
    theirs = begin(subject="a", commissioner=maker, account="", payee="")
    public = begin(subject="b", public_fen=100_000_000, account="", payee="")
    assert queries.may_refusals(own, "projects.decide", people["buyer"]) == []
    assert queries.may_refusals(theirs, "projects.decide", people["maker"])
    assert queries.may_refusals(public, "projects.decide", people["buyer"])
    assert queries.may_refusals(public, "projects.check", people["buyer"]) == []


def test_one_extension(project, people):
    told = {"project_id": project.pk, "reason": "设备延误", "by": people["maker"]}
    refused(services.ask_extension, "projects.extension_too_long", until=date(2029, 1, 1), **told)
    refused(services.ask_extension, "projects.extension_too_long", until=project.ends_on, **told)
    services.ask_extension(until=date(2028, 6, 30), at=NOW, **told)
    services.answer_extension(project_id=project.pk, granted=True, reason="同意", by=people["bureau"], at=NOW)
    project.refresh_from_db()
    assert project.ends_on == date(2028, 6, 30) and project.agreed_ends_on == date(2027, 12, 31)
    refused(services.ask_extension, "projects.extensions_used_up", until=date(2028, 9, 30), **told)


def test_a_refused_extension_may_be_asked_for_again(project, people):
    for granted in (False, True):
        services.ask_extension(project_id=project.pk, until=date(2028, 6, 30), reason="x", by=people["maker"], at=NOW)
        services.answer_extension(project_id=project.pk, granted=granted, reason="y", by=people["bureau"], at=NOW)
    assert project.extensions.count() == 2


def test_a_report_comes_from_a_third_party_and_says_something(project, people, maker, buyer, tester):
    target, said = project.targets.get(number=1), project.targets.get(number=2)
    told = {"target_id": target.pk, "number": "R", "issued_on": TODAY, "value": "0.5", "by": people["maker"]}
    refused(services.enter_report, "projects.not_a_third_party", body=maker, **told)
    refused(services.enter_report, "projects.not_a_third_party", body=buyer, **told)
    held = {
        "a_id": maker.pk,
        "b_id": tester.pk,
        "evidence": "年报",
        "source": "年报",
        "stated_by": "x",
        "stated_at": NOW,
    }
    tie = Tie.objects.create(**held, kind="shareholding", share="0.3")
    refused(services.enter_report, "projects.tied_test_body", body=tester, **told)
    Tie.objects.filter(pk=tie.pk).update(until=date(2026, 1, 1))  # no longer bound: it may test
    refused(services.enter_report, "projects.report_says_nothing", body=tester, **{**told, "value": None})
    refused(services.enter_report, "projects.report_says_nothing", body=tester, **{**told, "target_id": said.pk})
    refused(services.enter_report, "projects.report_day", body=tester, **{**told, "issued_on": date(2026, 1, 1)})
    refused(services.enter_report, "projects.other_organisation.not_permitted", body=tester, **{**told, "by": people["stranger"]})  # fmt: skip


def test_acceptance_waits_for_every_report(project, people, passed, tested):
    told = {"project_id": project.pk, "summary": "完成", "by": people["maker"]}
    refused(services.ask_acceptance, "projects.report_missing", **told)
    tested(project)
    late = NOW + timedelta(days=600)
    refused(services.ask_acceptance, "projects.acceptance_too_late", **told, at=late)
    refused(services.call_acceptance, "projects.not_overdue", project_id=project.pk, reason="逾期", by=people["bureau"])
    services.call_acceptance(project_id=project.pk, reason="逾期", by=people["bureau"], at=late)


def test_a_target_is_accepted_only_on_a_report_that_shows_it_met(project, people, tested):
    tested(project, value="1.5")
    services.ask_acceptance(project_id=project.pk, summary="完成", by=people["maker"], at=NOW)
    services.open_acceptance(project_id=project.pk, by=people["bureau"], at=NOW)
    first, second = project.targets.all()
    refused(services.judge, "projects.not_shown_met", target_id=first.pk, accepted=True, by=people["bureau"])
    refused(services.judge, "projects.not_said", target_id=second.pk, accepted=False, by=people["bureau"])
    told = {"project_id": project.pk, "reason": "x", "evidence": "y", "by": people["bureau"]}
    refused(services.conclude, "projects.not_judged", outcome="met", released_fen=0, **told)
    services.judge(target_id=first.pk, accepted=False, reason="超标", by=people["bureau"], at=NOW)
    services.judge(target_id=second.pk, accepted=True, by=people["bureau"], at=NOW)
    refused(services.conclude, "projects.outcome_disagrees", outcome="met", released_fen=0, **told)
    refused(services.conclude, "projects.no_such_outcome", outcome="revoked", **told)
    refused(services.conclude, "projects.release_not_possible", outcome="not_met_diligent", released_fen=1, **told)
    made = services.conclude(outcome="partly_met", released_fen=5_000_000, at=NOW, **told)

    assert made.appeal_until == workdays.after(TODAY, 15)
    services.pay(milestone_id=project.milestones.get(point="acceptance").pk, by=people["officer"], at=NOW)
    assert ledger.balance_fen("pay-maker") == 5_000_000 and ledger.held_fen("pot") == 90_000_000


@pytest.mark.parametrize("outcome", ["not_met_at_fault", "not_met_diligent", "partly_met"])
def test_only_a_failure_at_fault_touches_credit_and_only_when_the_appeal_window_is_over(project, accepted, people, outcome):  # fmt: skip
    accepted(project, True, False, outcome=outcome, effect=False)
    assert not CreditMark.objects.exists()
    told = {"project_id": project.pk, "by": people["officer"]}
    refused(services.take_effect, "projects.appeal_open", **told)
    after = NOW + timedelta(days=40)
    refused(
        services.appeal, "projects.appeal_too_late", project_id=project.pk, reason="x", by=people["maker"], at=after
    )
    services.take_effect(at=after, **told)

    assert CreditMark.objects.exists() is (outcome == "not_met_at_fault")
    for mark in CreditMark.objects.all():
        assert (mark.until_on.year - mark.from_on.year, mark.organisation_id) == (3, project.lead_id)


def test_the_database_keeps_credit_for_failures_at_fault(project, accepted):
    accepted(project)
    conclusion = project.conclusions.last()
    row = CreditMark(project=project, conclusion=conclusion, organisation=project.lead, outcome="met", from_on=TODAY, until_on=date(2030, 1, 1))  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_an_appeal_is_answered_by_another_person_and_never_makes_it_worse(project, accepted, people, cast):
    accepted(project, True, False, outcome="not_met_at_fault", effect=False)
    services.appeal(project_id=project.pk, reason="勤勉", by=people["maker"], at=NOW)
    told = {"project_id": project.pk, "reason": "记录完整", "evidence": "过程记录"}
    refused(services.change_outcome, "projects.same_person", outcome="not_met_diligent", by=people["bureau"], **told)
    other = people["head"]
    refused(services.change_outcome, "projects.not_milder", outcome="revoked", by=other, **told)
    refused(services.change_outcome, "projects.outcome_disagrees", outcome="met", by=other, **told)
    refused(services.reinstate, "projects.nothing_to_reinstate", project_id=project.pk, reason="x", by=other)
    services.change_outcome(outcome="not_met_diligent", by=other, at=NOW, **told)

    project.refresh_from_db()
    assert project.outcome == "not_met_diligent" and project.state == "effective"
    assert [c.outcome for c in project.conclusions.all()] == ["not_met_at_fault", "not_met_diligent"]
    assert not CreditMark.objects.exists()


def test_a_termination_keeps_what_was_earned_and_frees_the_rest(project, people, passed):
    passed(project, 2)
    services.ask_extension(project_id=project.pk, until=date(2028, 6, 30), reason="x", by=people["maker"], at=NOW)
    told = {"project_id": project.pk, "reason": "技术已公开", "evidence": "公告", "by": people["bureau"]}
    services.terminate(at=NOW, **told)
    services.consent(project_id=project.pk, by=people["maker"], at=NOW)

    assert ledger.held_fen("pot") == 70_000_000, "first payment and passed milestone are owed"
    services.pay(milestone_id=project.milestones.get(number=2).pk, by=people["officer"], at=NOW)
    refused(services.archive, "projects.money_owed", project_id=project.pk, by=people["officer"])
    services.pay(milestone_id=project.milestones.get(number=1).pk, by=people["officer"], at=NOW)
    services.archive(project_id=project.pk, by=people["officer"], at=NOW)
    assert ledger.held_fen("pot") == 0 and not CreditMark.objects.exists()


def test_a_revocation_stops_payments_and_an_appeal_can_set_it_aside(project, people, passed):
    row = passed(project, 2)
    told = {"reason": "挪用", "evidence": "审计报告", "by": people["bureau"], "at": NOW}
    services.revoke(project_id=project.pk, **told)
    refused(services.pay, "projects.payments_stopped", milestone_id=row.pk, by=people["officer"])
    services.appeal(project_id=project.pk, reason="不实", by=people["maker"], at=NOW)
    services.reinstate(project_id=project.pk, reason="查无实据", by=people["head"], at=NOW)
    services.pay(milestone_id=row.pk, by=people["officer"], at=NOW)
    services.revoke(project_id=project.pk, **told)
    services.consent(project_id=project.pk, by=people["maker"], at=NOW)
    assert ledger.held_fen("pot") == 0 and not CreditMark.objects.exists()


def test_first_use_then_spread_each_confirmed_by_its_user(project, accepted, people, buyer, maker, tester):
    told = {"project_id": project.pk, "used_on": TODAY, "evidence": "供货单", "by": people["maker"]}
    refused(services.record_first_use, "projects.not_accepted", organisation=buyer, **told)
    accepted(project)
    refused(services.record_spread, "projects.no_first_use", organisation=tester, **told)
    refused(services.record_first_use, "projects.own_use", organisation=maker, **told)
    first = services.record_first_use(organisation=buyer, at=NOW, **told)
    refused(services.record_first_use, "projects.first_use_known", organisation=buyer, **told)
    refused(services.confirm_use, "projects.other_organisation.not_permitted", project_id=project.pk, organisation=buyer, by=people["stranger"])  # fmt: skip
    services.confirm_use(project_id=project.pk, organisation=buyer, by=people["buyer"], at=NOW)
    services.record_spread(organisation=tester, at=NOW, **told)
    refused(services.record_spread, "projects.spread_known", organisation=tester, **told)
    first.refresh_from_db()
    assert first.confirmed_by == people["buyer"].reference


def test_a_promise_to_buy_first_is_held_beside_the_orders(project, accepted, people, buyer):
    promise = {"project_id": project.pk, "buyer": buyer, "quantity": Decimal(100), "unit": "kg", "price_rule": "不高于进口到岸价", "starts_on": date(2026, 1, 1), "ends_on": date(2028, 1, 1), "quality_gate": "三批次合格", "price_max_fen": 50_000, "by": people["officer"]}  # fmt: skip
    refused(services.promise_purchase, "projects.not_said", "projects.promise_empty", **{**promise, "quality_gate": "", "quantity": Decimal(0)})  # fmt: skip
    row = services.promise_purchase(at=NOW, **promise)
    order = {"purchase_id": row.pk, "ordered_on": TODAY, "quantity": Decimal(60), "unit_price_fen": 50_000, "evidence": "订单 1", "by": people["buyer"]}  # fmt: skip
    refused(services.record_order, "projects.not_accepted", passed_gate=True, **order)
    accepted(project)
    refused(services.record_order, "projects.above_price", passed_gate=True, **{**order, "unit_price_fen": 50_001})
    services.record_order(passed_gate=True, at=NOW, **order)
    services.record_order(passed_gate=False, at=NOW, **order)

    (kept,) = queries.purchases(project.purchases.all(), TODAY)
    assert (kept.counted, kept.ordered, kept.left, kept.share) == (60, 120, 40, 0.6) and kept.state.en == "being kept"


def test_the_loop_closes_with_evidence_before_and_after(project, accepted, people, diagnosed, maker):
    told = {
        "project_id": project.pk,
        "stage": "stable_volume",
        "level": "L3",
        "reason": "连续三批",
        "by": people["maker"],
    }
    refused(services.propose_rise, "projects.not_accepted", **told)
    accepted(project)
    refused(services.propose_rise, "projects.no_rise", **{**told, "stage": "pilot"})
    refused(services.propose_rise, "projects.no_rise", **{**told, "level": "L1", "by": people["officer"]})
    rise = services.propose_rise(at=NOW, **told)
    refused(services.propose_rise, "projects.rise_pending", **told)
    services.confirm_rise(rise_id=rise.pk, by=people["officer"], at=NOW)
    rise.refresh_from_db()

    row = Production.objects.get(chain__code="bags", organisation=maker, stage="stable_volume")
    assert row.source.code == f"acceptance-{project.pk}" and row.on_site
    before, after = queries.before_after(rise, people["officer"])
    assert before and after is None, "the new diagnosis is still to come"
    diagnosis.diagnose_now(chain=project.chain, by=SYSTEM, at=NOW)
    before, after = queries.before_after(rise, people["officer"])
    assert (before.level, after.level) == ("L1", "L3") and after.run > before.run and after.makers == before.makers + 1


def test_the_proposer_does_not_confirm_and_the_database_wants_accepted_targets(project, accepted, people, maker):
    accepted(project, True, False, outcome="partly_met")
    told = {"project_id": project.pk, "stage": "small_batch", "reason": "x", "at": NOW}
    rise = services.propose_rise(by=people["officer"], **told)
    refused(services.confirm_rise, "projects.same_person", rise_id=rise.pk, by=people["officer"])
    services.decline_rise(rise_id=rise.pk, note="批次太少", by=people["head"], at=NOW)
    assert not Production.objects.filter(code__startswith="accepted-").exists()
    row = LevelRise(project=project, product="film", organisation=maker, stage="pilot", n_accepted=0, proposed_by="x", proposed_at=NOW)  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_follow_up_until_the_end_then_the_file_is_closed(project, accepted, people):
    accepted(project)
    for row in project.milestones.all():
        services.pay(milestone_id=row.pk, by=people["officer"], at=NOW)
    services.follow_up(project_id=project.pk, text="已供三家", sales_fen=1_000_000, by=people["maker"], at=NOW)
    told = {"project_id": project.pk, "by": people["officer"]}
    refused(services.archive, "projects.follow_up_open", **told)
    services.archive(**told, at=NOW + timedelta(days=800))
    assert ledger.balance_fen("pay-maker") == 100_000_000


def test_what_was_decided_and_paid_cannot_be_rewritten(project, people, passed):
    row = passed(project, 2)
    services.pay(milestone_id=row.pk, by=people["officer"], at=NOW)
    for change in (row.decisions, row.payments):
        with pytest.raises(DatabaseError), transaction.atomic():
            change.update(by="x")
        with pytest.raises(DatabaseError), transaction.atomic():
            change.all().delete()


def test_every_deed_leaves_one_entry_without_names(project, accepted):
    before = Entry.objects.filter(subject=project.reference).count()
    accepted(project)
    entries = Entry.objects.filter(subject=project.reference)
    assert entries.count() - before == 14
    assert not any(name in str(e.facts) for e in entries for name in ("甲公司", "示例检测所", "高阻隔膜材"))


def test_a_project_outside_the_ledger_needs_a_proof_of_payment(begin, people, passed):
    project = begin(account="", payee="")
    row = passed(project, 2)
    refused(services.pay, "projects.not_said", milestone_id=row.pk, by=people["officer"])
    services.pay(milestone_id=row.pk, evidence="银行回单 7", by=people["officer"], at=NOW)
    assert INDICATORS and Payment.objects.get().entry_set == ""
