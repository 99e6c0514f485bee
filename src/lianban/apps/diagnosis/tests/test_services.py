from datetime import date

import pytest

from lianban.apps.diagnosis import rules, services
from lianban.apps.diagnosis.models import HandlingStep, WeakPoint
from lianban.apps.journal.models import Entry
from lianban.kit.refusals import Refused

from .conftest import NOW, TODAY

pytestmark = pytest.mark.django_db
ASSIGNMENT = {"lead_department": "工信局", "unit": "甲公司", "person": "王工", "due_on": date(2026, 12, 20)}


def listed(point, officer, expert):
    at = {"weak_point_id": point.pk, "at": NOW}
    services.verify(**at, note="现场核实", by=officer)
    services.review(**at, note="两位专家同意", by=expert)
    services.consult(**at, note="会商通过", by=officer)
    return services.enlist(**at, note="", by=officer)


def assigned(point, officer, expert, **changes):
    listed(point, officer, expert)
    services.choose_route(weak_point_id=point.pk, route="tackle", note="", by=officer, at=NOW, recommended="tackle")
    return services.assign(weak_point_id=point.pk, **(ASSIGNMENT | changes), by=officer, at=NOW)


def codes(refused):
    return [refusal.code for refusal in refused.value.refusals]


def test_the_whole_way_from_suspected_to_closed_is_on_record(weak_point, cast):
    officer, head, expert = cast("officer"), cast("office_head"), cast("expert")
    assigned(weak_point, officer, expert)
    services.urge(weak_point_id=weak_point.pk, note="请月底前报", by=cast("chief"), at=NOW)
    services.report(weak_point_id=weak_point.pk, note="样品已送检", by=officer, at=NOW)
    services.ask_closing(weak_point_id=weak_point.pk, evidence="检验报告 2026-118", by=officer, at=NOW)

    closed = services.close(weak_point_id=weak_point.pk, by=head, at=NOW)

    assert closed.status == "closed"
    verbs = [
        "verify",
        "review",
        "consult",
        "enlist",
        "choose_route",
        "assign",
        "urge",
        "report",
        "ask_closing",
        "close",
    ]
    assert [step.verb for step in weak_point.steps.all()] == verbs
    assert [e.verb for e in Entry.objects.filter(subject=weak_point.reference)] == [f"diagnosis.{v}" for v in verbs]
    assert weak_point.steps.get(verb="choose_route").facts["recommended"] == "tackle"


def test_who_asked_for_closing_may_not_close(weak_point, cast):
    officer, expert = cast("officer"), cast("expert")
    assigned(weak_point, officer, expert)
    services.ask_closing(weak_point_id=weak_point.pk, evidence="报告", by=officer, at=NOW)

    with pytest.raises(Refused) as refused:
        services.close(weak_point_id=weak_point.pk, by=officer, at=NOW)

    assert codes(refused) == ["weak_point.same_person"]
    assert services.close(weak_point_id=weak_point.pk, by=cast("officer", name="second"), at=NOW).status == "closed"


def test_sent_back_the_request_is_void_and_the_first_may_close_for_another(weak_point, cast):
    officer, second = cast("officer"), cast("officer", name="second")
    assigned(weak_point, officer, cast("expert"))
    services.ask_closing(weak_point_id=weak_point.pk, evidence="报告", by=officer, at=NOW)
    services.send_back(weak_point_id=weak_point.pk, note="缺第三方检验", by=second, at=NOW)
    services.ask_closing(weak_point_id=weak_point.pk, evidence="第三方报告", by=second, at=NOW)

    assert services.close(weak_point_id=weak_point.pk, by=officer, at=NOW).status == "closed"


def test_a_move_the_table_does_not_have_is_refused_and_nothing_is_written(weak_point, cast):
    with pytest.raises(Refused, match="not_from_here"):
        services.enlist(weak_point_id=weak_point.pk, note="", by=cast("officer"), at=NOW)

    weak_point.refresh_from_db()
    assert weak_point.status == "raised"
    assert not HandlingStep.objects.exists() and not Entry.objects.exists()


def test_all_reasons_come_at_once(weak_point, cast):
    listed(weak_point, cast("officer"), cast("expert"))
    services.choose_route(weak_point_id=weak_point.pk, route="stock", note="", by=cast("officer"), at=NOW)

    with pytest.raises(Refused) as refused:
        services.assign(weak_point_id=weak_point.pk, lead_department="", unit="", person="", due_on=date(2020, 1, 1),
                        by=cast("officer"), at=NOW)  # fmt: skip

    assert codes(refused) == [
        "assignment.no_lead_department", "assignment.no_unit", "assignment.no_person", "assignment.due_in_past",
    ]  # fmt: skip


def test_another_route_than_the_recommended_one_wants_a_reason(weak_point, cast):
    officer = cast("officer")
    listed(weak_point, officer, cast("expert"))
    choice = {"weak_point_id": weak_point.pk, "route": "stock", "recommended": "tackle", "by": officer, "at": NOW}

    with pytest.raises(Refused) as refused:
        services.choose_route(**choice, note=" ")

    assert codes(refused) == ["weak_point.no_reason_for_route"]
    assert services.choose_route(**choice, note="攻关已由省里安排").status == "routed"


def test_shelving_keeps_its_reason_and_can_be_taken_up_again(weak_point, cast):
    officer = cast("officer")
    listed(weak_point, officer, cast("expert"))

    shelved = services.shelve(weak_point_id=weak_point.pk, note="国外供应充足，先观察", by=officer, at=NOW)

    assert (shelved.status, shelved.route, shelved.route_note) == ("shelved", "defer", "国外供应充足，先观察")
    again = services.choose_route(weak_point_id=weak_point.pk, route="second_source", note="", by=officer, at=NOW)
    assert (again.status, again.route) == ("routed", "second_source")


def test_the_responsible_person_may_report_and_ask_for_closing_whatever_the_role(weak_point, cast, firm):
    engineer = cast("enterprise", organisation=firm)
    assigned(weak_point, cast("officer"), cast("expert"), organisation_code="firm-a", user_id=engineer.user_id)

    services.report(weak_point_id=weak_point.pk, note="中试完成", by=engineer, at=NOW)
    asked = services.ask_closing(weak_point_id=weak_point.pk, evidence="报告", by=engineer, at=NOW)

    assert (asked.status, asked.progress, asked.responsible_organisation) == ("closing", "中试完成", firm)
    with pytest.raises(Refused) as refused:
        services.close(weak_point_id=weak_point.pk, by=engineer, at=NOW)
    assert codes(refused) == ["parties.not_permitted"]


def test_urging_stands_until_progress_is_reported(weak_point, cast):
    officer = cast("officer")
    assigned(weak_point, officer, cast("expert"))

    assert services.urge(weak_point_id=weak_point.pk, note="", by=officer, at=NOW).urged_at == NOW
    assert services.report(weak_point_id=weak_point.pk, note="在办", by=officer, at=NOW).urged_at is None


def test_raising_twice_changes_nothing_and_a_dismissed_point_is_raised_again(chain, product, cast):
    officer = cast("officer")
    raised = {"chain": chain, "product_code": "p", "voice": "firm", "by": officer, "at": NOW}

    point = services.raise_weak_point(**raised, note="企业反映交期一年")
    assert services.raise_weak_point(**raised, note="又一家企业反映").steps.count() == 1
    services.dismiss(weak_point_id=point.pk, note="已有三家稳定供方", by=officer, at=NOW)
    again = services.raise_weak_point(**raised, note="一家已停产")

    assert WeakPoint.objects.count() == 1
    assert again.status == "raised"
    assert [step.verb for step in again.steps.all()] == ["raise", "dismiss", "raise_again"]


def test_a_product_the_chain_does_not_have_cannot_be_raised(chain, cast):
    with pytest.raises(Refused, match="no_product"):
        services.raise_weak_point(chain=chain, product_code="x", voice="office", note="", by=cast("officer"), at=NOW)


def test_benchmark_and_gap_are_described_without_a_move(weak_point, cast):
    described = services.describe(weak_point_id=weak_point.pk, benchmark="析出物 ≤ 1 ppm", gap="现 5 ppm",
                                  by=cast("expert"), at=NOW)  # fmt: skip

    assert (described.status, described.benchmark, described.gap) == ("raised", "析出物 ≤ 1 ppm", "现 5 ppm")


ALLOWED = {
    "verify": {"officer", "office_head"},
    "review": {"expert", "officer", "office_head"},
    "urge": {"officer", "office_head", "chief"},
    "close": {"officer", "office_head"},
    "report": {"officer", "office_head", "lead_department", "science_bureau"},
}


@pytest.mark.parametrize("verb", ALLOWED)
def test_only_the_roles_of_the_table_may_do_a_deed(weak_point, cast, verb):
    from lianban.apps.parties.rules import ROLES

    may = set()
    for role in ROLES:
        try:
            getattr(services, verb)(weak_point_id=weak_point.pk, note="句", by=cast(role), at=NOW)
            may.add(role)
        except Refused as refused:
            if refused.status == 409:
                may.add(role)
        WeakPoint.objects.update(status="raised")

    assert may == ALLOWED[verb]


def test_today_counts_as_a_day_to_come(weak_point, cast):
    assert assigned(weak_point, cast("officer"), cast("expert"), due_on=TODAY).due_on == TODAY
    assert rules.is_overdue("acting", TODAY, TODAY) is False
