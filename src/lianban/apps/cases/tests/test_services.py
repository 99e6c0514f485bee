from datetime import timedelta

import pytest

from lianban.apps.cases import queries, services
from lianban.apps.cases.models import Instruction, Report
from lianban.apps.diagnosis.models import Run
from lianban.kit.refusals import Refused

pytestmark = pytest.mark.django_db


def codes(refused):
    return [refusal.code for refusal in refused.value.refusals]


def test_the_page_has_three_sentences_five_points_and_at_most_three_matters(chain, chief, acting, today):
    page = queries.chief_page(chain, chief, today)

    assert (len(page.sentences), len(page.points)) == (3, 5) and 1 <= len(page.matters) <= 3
    assert [p["code"] for p in page.points] == list("abcde")
    assert page.points[1]["unit"] == "医药处" and page.points[1]["overdue"]
    assert page.confidentiality == "office"


def test_an_issued_page_does_not_change_when_the_chain_does(chain, officer, now, today):
    report = services.issue_report(chain=chain, matters=["请明确牵头部门", ""], by=officer, at=now)
    Run.objects.create(
        chain=chain, number=2, pack="cn-core-2025", rules_fingerprint="r", data_fingerprint="sha256:new", data_stamp=2,
        asked_by="x", started_at=now, finished_at=now, result={"weak_points": [], "unknown": []},
    )  # fmt: skip

    kept = Report.objects.get(pk=report.pk)
    assert (kept.number, kept.run_number, len(kept.content["points"])) == (1, 1, 5)
    assert kept.content["matters"] == [{"zh": "请明确牵头部门", "en": "请明确牵头部门"}]
    assert services.issue_report(chain=chain, matters=[], by=officer, at=now).number == 2


def test_a_matter_left_as_proposed_keeps_both_languages(chain, officer, now, today):
    proposed = queries.chief_page(chain, officer, today).as_dict()["matters"]
    report = services.issue_report(chain=chain, matters=[m["en"] for m in proposed], by=officer, at=now)

    assert report.content["matters"] == proposed


def test_without_a_diagnosis_no_page_is_issued(chain, officer, now):
    Run.objects.all().delete()

    with pytest.raises(Refused) as refused:
        services.issue_report(chain=chain, matters=[], by=officer, at=now)
    assert codes(refused) == ["cases.no_run"]


def test_an_instruction_goes_from_given_to_closed_by_two_people(chain, chief, officer, head, now, today):
    given = services.instruct(
        chain=chain, text="一个月内提出方案", by=chief, at=now, product="a", due_on=today + timedelta(days=30)
    )
    services.reply(pk=given.pk, text="已约会商", by=officer, at=now)
    services.send_back(pk=given.pk, text="请附时间表", by=chief, at=now)
    services.reply(pk=given.pk, text="已附", by=officer, at=now)
    closed = services.close(pk=given.pk, text="同意", by=head, at=now)

    assert closed.state == "closed" and closed.closed_at == now
    assert [reply.verb for reply in closed.replies.all()] == ["reply", "send_back", "reply", "close"]


def test_whoever_answered_cannot_close(chain, chief, head, now):
    given = services.instruct(chain=chain, text="办", by=chief, at=now)
    services.reply(pk=given.pk, text="办了", by=head, at=now)

    with pytest.raises(Refused) as refused:
        services.close(pk=given.pk, text="好", by=head, at=now)
    assert codes(refused) == ["cases.own_answer"]
    assert Instruction.objects.get(pk=given.pk).closed_at is None


def test_only_the_chief_instructs(chain, officer, head, now):
    for by in (officer, head):
        with pytest.raises(Refused) as refused:
            services.instruct(chain=chain, text="办", by=by, at=now)
        assert refused.value.status == 403


def test_an_instruction_needs_words_a_future_day_and_a_known_product(chain, chief, now, today):
    with pytest.raises(Refused) as refused:
        services.instruct(chain=chain, text=" ", by=chief, at=now, product="zz", due_on=today - timedelta(days=1))

    assert codes(refused) == ["cases.nothing_written", "cases.due_past", "cases.unknown_product"]


def test_a_closed_instruction_stays_closed(chain, chief, officer, now):
    given = services.instruct(chain=chain, text="办", by=chief, at=now)
    services.reply(pk=given.pk, text="办了", by=officer, at=now)
    services.close(pk=given.pk, text="好", by=chief, at=now)

    with pytest.raises(Refused) as refused:
        services.reply(pk=given.pk, text="再说", by=officer, at=now)
    assert codes(refused) == ["state.not_from_here"]


def test_a_private_need_never_reaches_the_chiefs_page(chain, enterprise, officer, chief, now, today):
    from lianban.apps.demands import services as demands
    from lianban.apps.parties.models import Organisation

    firm = Organisation.objects.get(code="firm")
    for confidentiality in ("private", "chain"):
        raised = demands.raise_demand(chain=chain, organisation=firm, by=enterprise, at=now, product="a",
                                      title=f"需求-{confidentiality}", confidentiality=confidentiality)  # fmt: skip
        demands.verify(pk=raised.pk, basis="电话", product="a", by=officer, at=now)
        demands.put_on_list(pk=raised.pk, by=officer, at=now)

    for reader in (officer, chief):
        told = str(queries.chief_page(chain, reader, today).as_dict())
        assert "需求-private" not in told and "需求-chain" in told


def test_the_timeline_tells_in_words_what_happened_and_only_what_may_be_known(chain, chief, officer, enterprise, now):
    from lianban.apps.diagnosis import services as diagnosis
    from lianban.apps.diagnosis.models import WeakPoint

    point = WeakPoint.objects.get(chain=chain, product_code="a")
    diagnosis.verify(weak_point_id=point.pk, note="走访两家用户", by=officer, at=now)
    services.instruct(chain=chain, text="尽快", by=chief, at=now, product="a")

    events = queries.timeline(chain, "a", officer)
    assert [(e.who.zh, e.what.zh, e.note) for e in events] == [
        ("链办经办", "核实", "走访两家用户"),
        ("链长", "链长批示", "尽快"),
    ]
    assert queries.timeline(chain, "a", enterprise) == []
