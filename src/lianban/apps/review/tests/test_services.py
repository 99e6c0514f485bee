"""What is done on the database: refusals, second persons, freezing, and who learns what."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from lianban.apps.journal import queries as journal
from lianban.apps.journal.models import Entry
from lianban.apps.notices.models import Notice
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM
from lianban.apps.review import queries, rules
from lianban.apps.review import services as review
from lianban.apps.review.models import Draw, Hit, Panel, Score, Seat
from lianban.apps.review.tests.conftest import NOW, TODAY, seats_of
from lianban.apps.rulesets import queries as rulesets
from lianban.kit.refusals import Refused


def codes(refused):
    return {refusal.code for refusal in refused.value.refusals}


def test_a_draw_seats_the_least_odd_panel_and_can_be_repeated_from_the_record(pool, convened, officer):
    panel = convened()
    row = review.draw(panel_id=panel.pk, by=officer, at=NOW)

    kinds = [seat.kind for seat in seats_of(panel)]
    assert sorted(kinds) == ["finance", "technical", "technical", "technical", "technical"]
    facts = Entry.objects.get(verb="review.drawn").facts
    head = Entry.objects.get(number=facts["head"]).hash
    seed = rules.seed_of(head, rules.digest_of(row.pool), facts["draw"], facts["salt"])
    assert seed == facts["seed"] == row.seed and facts["pool"] == row.pool_digest
    assert rules.candidates(seed, row.pool, row.wanted) == row.drawn


def test_a_major_challenge_asks_for_seven_and_a_lawyer(pool, convened, officer):
    panel = convened(amount_fen=1_000_000_000)
    review.draw(panel_id=panel.pk, by=officer, at=NOW)

    kinds = [seat.kind for seat in seats_of(panel)]
    assert len(kinds) == 7 and kinds.count("legal") == 1 and kinds.count("finance") == 1


def test_a_pool_too_small_says_how_many_are_missing(expert, convened, officer):
    panel = convened()
    expert("t", "technical")
    with pytest.raises(Refused) as refused:
        review.draw(panel_id=panel.pk, by=officer, at=NOW)

    assert codes(refused) == {"review.pool_too_small"} and len(refused.value.refusals) == 2


def test_one_panel_at_a_time_on_a_subject_and_only_by_the_office(convened, person):
    convened()
    with pytest.raises(Refused) as refused:
        convened()
    assert codes(refused) == {"review.panel_exists"}
    with pytest.raises(Refused):
        convened(subject="other:1", by=person("enterprise", Organisation.objects.first(), "firm"))


def test_rules_without_the_group_review_get_it_as_it_holds(convened):
    panel = convened(frozen=rulesets.freeze("mab", TODAY, "challenge"))

    assert panel.kept_rules.value("review.shareholding_steps") == 3


def test_the_machine_finds_what_nobody_declared_and_the_seat_is_blocked(
    expert, firms, convened, officer, head, as_expert
):
    parent = Organisation.objects.create(code="parent", name="示例母公司", example=True)
    employer = Organisation.objects.create(code="unit", name="示例单位", example=True)
    for owned in (employer, firms[0]):
        parties.tie(
            a=parent.pk,
            b=owned.pk,
            kind="shareholding",
            share=Decimal("0.4"),
            evidence="股东表",
            source="年报",
            by=SYSTEM,
            at=NOW,
        )
    for n in range(5):
        expert(f"t{n}", "technical", employer=employer)
    expert("m", "finance")
    panel = convened()
    review.draw(panel_id=panel.pk, by=officer, at=NOW)
    for seat in seats_of(panel):
        review.declare(seat_id=seat.pk, by=as_expert(seat.expert), at=NOW)
    hits = list(Hit.objects.filter(seat__panel=panel))

    assert (
        len(hits) == 4
        and {hit.kind for hit in hits} == {"shareholding"}
        and {hit.source for hit in hits} == {"derived"}
    )
    assert [(hop["source"], hop["target"]) for hop in hits[0].evidence] == [
        (None, employer.pk),
        (employer.pk, parent.pk),
        (parent.pk, firms[0].pk),
    ]
    assert all(hop["evidence"] for hop in hits[0].evidence) and hits[0].evidence[1]["found_in"] == "年报"
    review.name_chair(seat_id=seats_of(panel)[0].pk, by=officer, at=NOW)
    with pytest.raises(Refused) as refused:
        review.confirm(panel_id=panel.pk, by=officer, at=NOW)
    assert codes(refused) == {"review.open_hit"}
    with pytest.raises(Refused) as refused:
        review.clear(hit_id=hits[0].pk, reason=" ", by=head, at=NOW)
    assert codes(refused) == {"review.no_reason"}
    for hit in hits:
        review.clear(hit_id=hit.pk, reason="母公司只作财务投资，已核实", by=head, at=NOW)
    assert review.confirm(panel_id=panel.pk, by=officer, at=NOW).state == "confirmed"


def test_only_a_second_person_clears_and_a_bar_is_cleared_by_nobody(pool, firms, convened, head, supervisor, person):
    panel = convened(by=head)
    review.draw(panel_id=panel.pk, by=head, at=NOW)
    seat = seats_of(panel)[0]
    review.engage(
        expert_id=seat.expert_id, organisation_id=firms[1].pk, kind="adviser", evidence="聘书", by=SYSTEM, at=NOW
    )
    review.bar(user_id=seat.expert.user_id, behaviour="plead", years=1, document="示例文号", by=SYSTEM, at=NOW)
    assert review.recheck(panel_id=panel.pk, by=head, at=NOW) == 2
    adviser, bar = Hit.objects.get(kind="adviser"), Hit.objects.get(kind="lobbying_bar")

    with pytest.raises(Refused) as refused:
        review.clear(hit_id=adviser.pk, reason="无妨", by=head, at=NOW)
    assert codes(refused) == {"review.second_person"}
    review.clear(hit_id=adviser.pk, reason="已于两年前结束，未取酬", by=supervisor, at=NOW)
    with pytest.raises(Refused) as refused:
        review.clear(hit_id=bar.pk, reason="无妨", by=supervisor, at=NOW)
    assert codes(refused) == {"review.bar_not_clearable"}
    with pytest.raises(Refused):
        review.clear(hit_id=bar.pk, reason="无妨", by=person("officer", username="second"), at=NOW)


def test_a_seat_is_replaced_for_a_reason_and_never_picked_over(pool, seated, firms, officer, supervisor, as_expert):
    panel = seated()
    seat = seats_of(panel)[1]
    with pytest.raises(Refused) as refused:
        review.replace(seat_id=seat.pk, reason="换一位", by=officer, at=NOW)
    assert codes(refused) == {"review.no_ground_to_replace"}
    told = queries.offers.replace(panel, seat, officer.reference, upheld=False)
    assert {one.code for one in told} == {"review.no_ground_to_replace"}  # so the page does not offer it
    Seat.objects.filter(pk=seat.pk).update(declared_at=None)
    seat.refresh_from_db()
    assert {one.code for one in queries.offers.replace(panel, seat, officer.reference, upheld=False)} == {
        "review.second_person"
    }
    assert not queries.offers.replace(panel, seat, supervisor.reference, upheld=False)

    review.declare(seat_id=seat.pk, withdraw=True, reason="曾指导其中一方", by=as_expert(seat.expert), at=NOW)
    hit = Hit.objects.get(seat=seat)
    review.uphold(hit_id=hit.pk, reason="同意回避", by=supervisor, at=NOW)
    review.replace(seat_id=seat.pk, reason="回避", by=officer, at=NOW)

    now_seated = seats_of(panel)
    assert len(now_seated) == 5 and seat.expert_id not in {s.expert_id for s in now_seated}
    assert {s.kind for s in now_seated} == {"technical", "finance"} and Draw.objects.filter(panel=panel).count() == 2
    assert queries.seat(as_expert(seat.expert), seat.key) is None


def test_an_expert_names_organisations_and_the_machine_matches(pool, firms, convened, officer, as_expert):
    panel = convened()
    review.draw(panel_id=panel.pk, by=officer, at=NOW)
    other = Organisation.objects.create(code="elsewhere", name="无关单位")
    first, second = seats_of(panel)[:2]
    review.declare(
        seat_id=first.pk, by=as_expert(first.expert), at=NOW,
        ties=[{"organisation": firms[2].pk, "kind": "co_project", "evidence": "2025 年课题"}],
    )  # fmt: skip
    review.declare(
        seat_id=second.pk, by=as_expert(second.expert), at=NOW,
        ties=[{"organisation": other.pk, "kind": "adviser", "evidence": "顾问"}],
    )  # fmt: skip

    assert [(h.kind, h.source, h.party_id) for h in Hit.objects.filter(seat=first)] == [
        ("co_project", "declared", firms[2].pk)
    ]
    assert not Hit.objects.filter(seat=second).exists()
    with pytest.raises(Refused):
        review.declare(seat_id=first.pk, by=as_expert(second.expert), at=NOW)


def test_a_tie_that_comes_to_light_stops_a_panel_at_work(laid_open, firms, officer, head, as_expert):
    panel = laid_open()
    seat = seats_of(panel)[2]
    review.engage(
        expert_id=seat.expert_id, organisation_id=firms[0].pk, kind="employer", evidence="名册", by=SYSTEM, at=NOW
    )

    with pytest.raises(Refused) as refused:
        review.open_defence(panel_id=panel.pk, by=officer, at=NOW)
    assert "review.new_hit" in codes(refused)
    assert review.recheck(panel_id=panel.pk, by=officer, at=NOW) == 1
    panel.refresh_from_db()
    assert panel.state == "seating" and queries.reading(panel).items == ()
    review.uphold(hit_id=Hit.objects.get(seat=seat).pk, reason="任职", by=head, at=NOW)
    review.replace(seat_id=seat.pk, reason="回避", by=officer, at=NOW)
    fresh = seats_of(panel)[-1]
    review.declare(seat_id=fresh.pk, by=as_expert(fresh.expert), at=NOW)
    if not any(s.chair for s in seats_of(panel)):
        review.name_chair(seat_id=fresh.pk, by=officer, at=NOW)
    review.confirm(panel_id=panel.pk, by=officer, at=NOW)
    assert review.lay_open(panel_id=panel.pk, by=officer, at=NOW).state == "blind"


def test_a_plan_that_names_its_author_does_not_open(seated, firms, officer):
    panel = seated()
    review.confirm(panel_id=panel.pk, by=officer, at=NOW)
    stranger = Organisation.objects.create(code="stranger", name="未列入的单位")

    def try_it(*items):
        with pytest.raises(Refused) as refused:
            review.lay_open(panel_id=panel.pk, items=items, by=officer, at=NOW)
        return codes(refused)

    assert try_it(("a", "由answering  SAMPLE 1 完成", "", [firms[1].pk])) == {"review.blind_text_names"}
    assert try_it(("a", "对手是应答示例企业2", "", [firms[1].pk])) == {"review.blind_text_names"}
    assert try_it(("a", "匿名", "", [stranger.pk]), ("b", " ", "", [firms[0].pk])) == {
        "review.unknown_party",
        "review.no_blind_text",
    }
    assert try_it() == {"review.no_items"}


def test_names_open_after_the_blind_scores_are_frozen(laid_open, give, officer, firms, as_expert):
    panel = laid_open()
    told = queries.reading(panel)
    assert all(not item.solvers and "应答" not in item.text for item in told.items)
    with pytest.raises(Refused) as refused:
        review.open_defence(panel_id=panel.pk, by=officer, at=NOW)
    assert codes(refused) == {"review.points_missing"}
    give(panel)
    panel = review.open_defence(panel_id=panel.pk, by=officer, at=NOW)

    assert {name.zh for item in queries.reading(panel).items for name in item.solvers} == {firm.name for firm in firms}
    seat, code = seats_of(panel)[0], queries.reading(panel).items[0].code
    with pytest.raises(Refused) as refused:
        review.score(seat_id=seat.pk, code=code, points={"fit": Decimal(1)}, by=as_expert(seat.expert), at=NOW)
    assert codes(refused) == {"review.not_this_phase"}
    Score.objects.filter(phase="blind", seat=seat).update(points=1)  # somebody at the database
    give(panel)
    with pytest.raises(Refused) as refused:
        review.freeze(panel_id=panel.pk, by=officer, at=NOW)
    assert codes(refused) == {"review.blind_changed"}


def test_after_a_suspension_those_who_read_blind_cannot_change_what_they_gave(
    laid_open, give, officer, head, as_expert
):
    panel = laid_open()
    give(panel)
    review.open_defence(panel_id=panel.pk, by=officer, at=NOW)
    leaving = seats_of(panel)[-1]
    review.declare(seat_id=leaving.pk, withdraw=True, reason="认出一方", by=as_expert(leaving.expert), at=NOW)
    review.uphold(hit_id=Hit.objects.get(seat=leaving).pk, reason="同意", by=head, at=NOW)
    later = NOW + timedelta(hours=1)
    review.replace(seat_id=leaving.pk, reason="回避", by=officer, at=later)
    fresh = seats_of(panel)[-1]
    review.declare(seat_id=fresh.pk, by=as_expert(fresh.expert), at=later)
    review.confirm(panel_id=panel.pk, by=officer, at=later)
    panel = review.lay_open(panel_id=panel.pk, by=officer, at=later)
    old, code = seats_of(panel)[0], queries.reading(panel).items[0].code

    assert queries.reading(panel).items[0].solvers == ()
    with pytest.raises(Refused) as refused:
        review.score(seat_id=old.pk, code=code, points={"fit": Decimal(30)}, by=as_expert(old.expert), at=later)
    assert codes(refused) == {"review.blind_locked"}
    review.score(seat_id=fresh.pk, code=code, points={"fit": Decimal(30)}, by=as_expert(fresh.expert), at=later)


def test_the_frozen_hash_fixes_seats_items_sheet_and_points(frozen_panel, officer, as_expert):
    panel = frozen_panel(lambda number, code, line: Decimal(min(number, line.points)))

    assert queries.verified(panel) and panel.frozen_hash == queries.journaled_hash(panel)
    first = queries.results(panel)[0]
    assert first.total == 21 and first.rank == 1 and first.dropped == ()  # the mean of 1..5 on seven lines
    seat, code = seats_of(panel)[0], first.code
    with pytest.raises(Refused):
        review.score(seat_id=seat.pk, code=code, points={"fit": Decimal(1)}, by=as_expert(seat.expert), at=NOW)
    Score.objects.filter(seat=seat, item__code=code, criterion="fit").update(points=30)
    assert not queries.verified(panel) and queries.results(panel)[0].total == 21
    Score.objects.filter(seat=seat, item__code=code, criterion="fit").update(points=1)
    assert queries.verified(panel)
    panel.frozen["scores"][0]["points"] = "29.0"
    panel.frozen_hash = rules.content_hash(panel.frozen)
    assert not queries.verified(panel)  # the journal keeps the first


def test_a_review_ends_with_reasons_and_feedback_that_names_no_expert(frozen_panel, officer, as_expert):
    panel = frozen_panel()
    with pytest.raises(Refused) as refused:
        review.close(panel_id=panel.pk, by=officer, at=NOW)
    assert codes(refused) == {"review.no_chair_reasons", "review.feedback_missing"}
    chair = next(seat for seat in seats_of(panel) if seat.chair)
    other = next(seat for seat in seats_of(panel) if not seat.chair)
    with pytest.raises(Refused):
        review.give_reasons(seat_id=other.pk, text="理由", by=as_expert(other.expert), at=NOW)
    review.give_reasons(seat_id=chair.pk, text="指标契合度高", by=as_expert(chair.expert), at=NOW)
    with pytest.raises(Refused) as refused:
        name = chair.expert.user.first_name
        review.feedback(panel_id=panel.pk, key="challenges.answer:0", text=f"{name}认为不足", by=officer, at=NOW)
    assert codes(refused) == {"review.feedback_names"}
    for result in queries.results(panel):
        review.feedback(panel_id=panel.pk, key=result.key, text="路线可行，载量证据不足", by=officer, at=NOW)

    assert review.close(panel_id=panel.pk, by=officer, at=NOW).state == "closed"


def test_experts_are_rated_once_and_stand_by_their_ratings(frozen_panel, officer, supervisor):
    panel = frozen_panel()
    seat = seats_of(panel)[0]
    review.rate(seat_id=seat.pk, points=95, reason="按时、意见具体", by=officer, at=NOW)

    with pytest.raises(Refused) as refused:
        review.rate(seat_id=seat.pk, points=101, reason="", by=officer, at=NOW)
    assert codes(refused) == {"review.already_rated", "review.rating_out_of_range", "review.no_reason"}
    told = {"sat": 1, "rated": 1, "average": 95.0}
    assert (
        queries.standings(officer, [seat.expert])[seat.expert_id]
        == told
        == queries.standings(supervisor, [seat.expert])[seat.expert_id]
    )


def test_statistics_do_not_tell_who_sat_where_the_reader_has_a_part(frozen_panel, officer, firms, person):
    panel = frozen_panel()
    seat = seats_of(panel)[0]
    review.rate(seat_id=seat.pk, points=95, reason="细致", by=officer, at=NOW)
    tied = person("officer", firms[0], "tied")

    assert queries.standings(tied, [seat.expert])[seat.expert_id] == {"sat": 0, "rated": 0, "average": None}
    assert queries.waiting(tied, TODAY) == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"years": 4}, "review.bar_years"), ({"years": None}, "review.bar_permanent"), ({"document": ""}, "review.no_document"),
        ({"behaviour": "smile"}, "review.no_such_behaviour"), ({"organisation_id": 1}, "review.bar_on_one"),
    ],
)  # fmt: skip
def test_a_bar_is_as_long_as_the_rules_say(pool, told, code):
    said = {"user_id": pool[0].user_id, "behaviour": "plead", "years": 2, "document": "示例文号"}
    with pytest.raises(Refused) as refused:
        review.bar(**said | told, by=SYSTEM, at=NOW)
    assert code in codes(refused)


def test_who_is_barred_is_not_drawn_until_it_is_lifted(pool, convened, firms):
    panel = convened()
    there = sum(len(keys) for keys in queries.drawable(panel, TODAY).values())
    row = review.bar(
        user_id=pool[0].user_id, behaviour="plead", years=None, repeated=True, document="示例文号", by=SYSTEM, at=NOW
    )
    assert sum(len(keys) for keys in queries.drawable(panel, TODAY).values()) == there - 1
    review.lift_bar(bar_id=row.pk, on=TODAY, reason="复议撤销", by=SYSTEM, at=NOW)
    assert sum(len(keys) for keys in queries.drawable(panel, TODAY).values()) == there

    review.bar(organisation_id=firms[0].pk, behaviour="plead", years=1, document="示例文号", by=SYSTEM, at=NOW)
    assert queries.barred(firms[0].pk, date(2027, 11, 21)) and not queries.barred(firms[0].pk, date(2027, 11, 22))


def test_the_journal_does_not_know_who_the_experts_are(frozen_panel, officer):
    panel = frozen_panel()
    users = {f"user:{seat.expert.user_id}" for seat in seats_of(panel)}
    entries = list(journal.of_subjects([panel.reference]))

    assert {entry.verb for entry in entries} >= {"review.drawn", "review.declared", "review.scored", "review.frozen"}
    told = " ".join(f"{entry.actor} {entry.subject} {entry.facts}" for entry in entries)
    assert not users & {entry.actor for entry in entries}
    for seat in seats_of(panel):
        assert seat.expert.key not in told and seat.expert.user.username not in told.split()
    assert journal.first_broken() is None


def test_whoever_has_a_part_in_a_panel_does_not_see_it_as_the_office(
    laid_open, firms, officer, person, as_expert, supervisor
):
    panel = laid_open()
    tied = person("officer", firms[0], "tied")
    seat = seats_of(panel)[0]
    both = person("office_head", username=seat.expert.user.username)

    assert queries.panel(officer, panel.key) == panel == queries.panel(supervisor, panel.key)
    for actor in (tied, both, as_expert(seats_of(panel)[1].expert), person("administrator"), person("chief")):
        assert queries.panel(actor, panel.key) is None and queries.panels(actor).count() == 0
    with pytest.raises(Refused) as refused:
        review.recheck(panel_id=panel.pk, by=tied, at=NOW)
    assert codes(refused) == {"review.own_interest.not_permitted"}


def test_a_void_panel_makes_room_and_shows_its_experts_nothing(laid_open, officer, convened, as_expert):
    panel = laid_open()
    review.void(panel_id=panel.pk, reason="榜单撤回", by=officer, at=NOW)

    assert queries.mine(as_expert(seats_of(panel)[0].expert)).count() == 0
    assert convened().pk != panel.pk and Panel.objects.filter(subject=panel.subject).count() == 2


def test_experts_are_told_that_something_waits_and_nothing_of_it(frozen_panel):
    panel = frozen_panel()
    told = list(Notice.objects.order_by("at", "pk"))
    chair = next(seat for seat in seats_of(panel) if seat.chair)

    assert len(told) == 5 + 5 + 5 + 1 and told[-1].user_id == chair.expert.user_id
    assert {notice.url for notice in told} == {"/review/mine/"}
    assert not any(panel.title in notice.what or panel.key in notice.what + notice.subject for notice in told)
