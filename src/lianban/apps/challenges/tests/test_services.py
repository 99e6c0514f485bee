"""Refusals, second persons, secrecy, versions: one thing each."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from lianban.apps.challenges import queries, rules
from lianban.apps.challenges import services as challenges
from lianban.apps.challenges.models import Answer, Challenge, PostedVersion
from lianban.apps.challenges.tests.conftest import CLOSES, NOW, TODAY, WAN
from lianban.apps.journal.models import Entry
from lianban.apps.notices.models import Notice
from lianban.apps.parties import services as parties
from lianban.apps.parties.services import SYSTEM
from lianban.kit.refusals import Refused


def refused(call):
    with pytest.raises(Refused) as caught:
        call()
    return [one.code for one in caught.value.refusals]


def test_a_draft_takes_only_what_is_known(scene):
    challenge = challenges.draft_from_weak_point(chain=scene.chain, product="resin", by=scene.people["officer"], at=NOW)

    assert (challenge.title, challenge.problem, challenge.total_fen) == ("层析介质技术攻关", "", 0)
    assert challenge.frozen.pack == "cn-core-2025"
    assert "challenges.field_missing" in refused(lambda: scene.act("submit", challenge, "officer"))
    assert refused(lambda: scene.act("submit", challenge, "alpha")) == ["parties.not_permitted"]


def test_rules_stay_as_they_were_when_it_began(scene, in_force):
    challenge = scene.draft()
    in_force("jilin-2023")

    assert challenge.frozen.value("challenge.public_cap") == 5_000_000
    assert scene.draft().frozen.value("challenge.public_cap") == 3_000_000


def test_flagged_conditions_wait_for_the_legal_unit(scene):
    challenge = scene.draft(conditions=["须在本市注册满一年", "须有研发团队"])
    scene.act("submit", challenge, "officer")
    for verb, who in (("collect", "science_bureau"), ("recommend", "lead_department"), ("argue", "science_bureau")):
        challenges.pass_on(challenge_id=challenge.pk, verb=verb, note="同意", by=scene.people[who], at=NOW)
    flagged = challenge.conditions.get(position=1)
    legal = scene.people["legal_unit"]
    codes = refused(lambda: scene.act("clear", challenge, "legal_unit", opinion="可"))
    assert codes == ["challenges.no_legal_basis", "challenges.legal_undecided"]
    assert refused(
        lambda: challenges.decide_condition(condition_id=flagged.pk, decision="keep", reason="好", by=legal, at=NOW)
    ) == ["challenges.no_legal_basis_kept"]
    still = challenges.decide_condition(condition_id=flagged.pk, decision="change", reason="改", new_text="须在本省注册", by=legal, at=NOW)  # fmt: skip
    assert still.flags and not still.decision  # what reads the same is asked the same

    done = challenges.decide_condition(condition_id=flagged.pk, decision="change", reason="改", new_text="须有相应研发条件", by=legal, at=NOW)  # fmt: skip

    assert not done.flags and done.written == "须在本市注册满一年"
    assert scene.act("clear", challenge, "legal_unit", opinion="可").state == "deciding_posting"


def test_who_proposed_does_not_decide(scene, person):
    bureau = scene.people["science_bureau"]
    challenge = scene.proposed()
    assert challenge.state == "to_post"
    other = scene.draft()
    other.records.model.objects.create(challenge=other, verb="submit", from_state="draft", to_state="deciding_posting", by=bureau.reference, role="science_bureau", at=NOW)  # fmt: skip
    Challenge.objects.filter(pk=other.pk).update(state="deciding_posting")

    assert refused(lambda: scene.act("decide_posting", other, "science_bureau", minutes="8")) == [
        "challenges.second_person"
    ]
    assert "challenges.no_minutes" in refused(lambda: scene.act("decide_posting", other, "science_bureau", minutes=" "))


def test_a_posted_version_is_fixed(scene):
    challenge = scene.proposed()
    scene.act("post", challenge, "science_bureau", answers_until=CLOSES)
    scene.act("adjust", challenge, "science_bureau", reason="对接后明确场景", scenario="抗体纯化，三个规模")

    first, second = PostedVersion.objects.filter(challenge=challenge)
    assert first.content["scenario"] == "抗体纯化" and second.content["scenario"] == "抗体纯化，三个规模"
    assert challenges.digest_of(first.content) == first.hash
    assert refused(lambda: scene.act("write", challenge, "officer", title="别的题目")) == ["state.not_from_here"]


@pytest.mark.django_db(transaction=False)
def test_the_database_refuses_to_change_a_version(scene):
    challenge = scene.proposed()
    scene.act("post", challenge, "science_bureau", answers_until=CLOSES)
    for change in (PostedVersion.objects.filter(challenge=challenge), challenge.records.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change.update(at=NOW)


def test_nobody_answers_their_own_or_a_related_partys_challenge(scene):
    challenge = scene.posted()
    assert refused(lambda: scene.hand_in(challenge, "poster")) == ["challenges.self_answer"]
    assert refused(lambda: scene.hand_in(challenge, "alpha", partners=["poster"])) == ["challenges.poster_as_partner"]
    held = {"evidence": "年报", "source": "示例", "by": SYSTEM, "at": NOW}
    firms = scene.firms
    parties.tie(a=firms["other"].pk, b=firms["poster"].pk, kind="shareholding", share=None, **held)
    parties.tie(a=firms["other"].pk, b=firms["beta"].pk, kind="control", **held)
    parties.tie(a=firms["poster"].pk, b=firms["gamma"].pk, kind="co_project", **held)

    assert refused(lambda: scene.hand_in(challenge, "beta")) == ["challenges.related_party"]  # over a common owner
    assert refused(lambda: scene.hand_in(challenge, "alpha", partners=["beta"])) == ["challenges.related_party"]
    scene.hand_in(challenge, "gamma")  # a project in common is a tie for experts, not for solvers


def test_a_small_share_relates_nobody_and_an_old_tie_is_forgotten(scene):
    firms, held = scene.firms, {"evidence": "年报", "source": "示例", "by": SYSTEM, "at": NOW}
    parties.tie(a=firms["alpha"].pk, b=firms["poster"].pk, kind="shareholding", share=Decimal("0.01"), **held)
    parties.tie(a=firms["beta"].pk, b=firms["poster"].pk, kind="control", since=TODAY - timedelta(days=4000), until=TODAY - timedelta(days=2000), **held)  # fmt: skip

    everyone = [firm.pk for firm in firms.values()]
    assert queries.related_to_poster(scene.draft(), everyone, TODAY) == set()


def test_answers_leave_nothing_outside_the_box(scene):
    challenge = scene.posted()
    before = Entry.objects.count()
    scene.hand_in(challenge, "alpha")
    scene.hand_in(challenge, "beta")
    challenges.withdraw(challenge_id=challenge.pk, solver=scene.firms["beta"], by=scene.people["beta"])

    assert Entry.objects.count() == before
    assert not Answer.objects.exists()
    with pytest.raises(Refused) as caught:
        scene.hand_in(challenge, "poster")
    assert caught.value.sealed_in == challenge.box


def test_a_late_answer_is_refused_by_the_clock_of_the_box(scene):
    challenge = scene.posted()
    scene.at(CLOSES)
    scene.hand_in(challenge, "alpha")
    scene.at(CLOSES + timedelta(microseconds=1))

    assert refused(lambda: scene.hand_in(challenge, "beta")) == ["sealing.too_late"]
    assert "challenges.no_questions_now" in refused(lambda: challenges.ask(challenge_id=challenge.pk, text="可否延期？", by=scene.people["beta"], at=scene.now))  # fmt: skip


def test_it_is_not_opened_before_the_deadline_nor_with_too_few_shares(scene):
    challenge = scene.posted()
    scene.hand_in(challenge, "alpha")

    assert refused(lambda: scene.act("open_answers", challenge, "officer")) == ["sealing.before_deadline"]
    scene.at(CLOSES + timedelta(minutes=1))
    assert refused(lambda: scene.act("open_answers", challenge, "officer")) == ["sealing.shares_missing"]
    assert not Answer.objects.exists()


def test_a_related_party_found_late_does_not_pass_the_check(scene):
    challenge = scene.opened(firms=("alpha", "beta"))
    parties.tie(a=scene.firms["poster"].pk, b=scene.firms["alpha"].pk, kind="control", evidence="年报", source="示例", by=SYSTEM, at=NOW)  # fmt: skip
    row = scene.answer_of(challenge, "alpha")

    marks = dict.fromkeys(rules.answers.FORMAL, True)
    assert refused(
        lambda: challenges.check_answer(
            answer_id=row.pk, passed=True, marks=marks, reason="", by=scene.people["officer"], at=NOW
        )
    ) == ["challenges.related_cannot_pass"]
    challenges.check_answer(answer_id=row.pk, passed=False, marks={**marks, "unrelated": False}, reason="与发榜方关联", by=scene.people["officer"], at=NOW)  # fmt: skip
    row.refresh_from_db()
    assert row.feedback == "与发榜方关联"
    assert refused(lambda: scene.act("finish_check", challenge, "officer")) == ["challenges.unchecked"]


def test_the_poster_speaks_for_itself_and_reads_only_from_its_opinion_on(scene):
    challenge = scene.checked()
    assert not queries.answers_seen(challenge, scene.people["poster"]).exists()
    Challenge.objects.filter(pk=challenge.pk).update(state="opining")
    challenge.refresh_from_db()

    assert queries.answers_seen(challenge, scene.people["poster"]).count() == 3
    assert refused(lambda: scene.act("opine", challenge, "alpha", opinion="我们最好")) == [
        "challenges.other_organisation.not_permitted"
    ]


def test_an_upheld_objection_takes_the_choice_back(scene):
    challenge = scene.opined()
    scene.act("choose", challenge, "science_bureau", answer_id=scene.answer_of(challenge, "alpha").pk, minutes="9", reason="评审第一")  # fmt: skip
    scene.tell_losers(challenge)
    row = scene.act("object_", challenge, "other", text="业绩不实", signed="丁示例公司")
    assert "challenges.objection_standing" in refused(
        lambda: scene.act("object_", challenge, "other", text="再", signed="丁")
    )
    scene.at(scene.now + timedelta(days=12))
    assert "challenges.objections_open" in refused(lambda: scene.act("end_publicity", challenge, "science_bureau"))
    answered = challenges.answer_objection(
        objection_id=row.pk, upheld=True, answer="经查属实", by=scene.people["supervisor"], at=scene.now
    )
    assert answered.upheld
    assert refused(lambda: scene.act("end_publicity", challenge, "science_bureau")) == ["challenges.objection_upheld"]

    again = scene.act("choose_again", challenge, "science_bureau", reason="异议成立")

    assert again.state == "choosing" and not challenge.answers.filter(chosen=True).exists()
    assert queries.round_of(challenge) == 2
    codes = refused(lambda: scene.act("object_", challenge, "other", text="又", signed="丁"))
    assert codes == ["challenges.not_on_notice"]


def test_money_above_the_rules_goes_nowhere(scene):
    assert "challenges.public_above_rule" in refused(lambda: scene.act("submit", scene.draft(public_fen=400 * WAN, poster_cash_fen=800 * WAN), "officer"))  # fmt: skip
    assert "challenges.sources_do_not_add_up" in refused(lambda: scene.act("submit", scene.draft(poster_cash_fen=901 * WAN), "officer"))  # fmt: skip
    assert "challenges.payments_do_not_add_up" in refused(lambda: scene.act("submit", scene.draft(acceptance_fen=1), "officer"))  # fmt: skip


def test_what_waits_names_its_owner_and_a_story_its_steps(scene):
    challenge = scene.proposed()
    bureau, officer = scene.people["science_bureau"], scene.people["officer"]

    assert [one.key for one in queries.waiting(bureau, TODAY)] == [f"{challenge.reference}:to_post"]
    assert queries.waiting(officer, TODAY) == []
    told = queries.story(officer, scene.chain, "resin")
    assert len(told) == 1 + challenge.records.count()
    assert queries.story(scene.people["other"], scene.chain, "resin") == []


def test_who_asked_is_shown_to_nobody(scene):
    challenge = scene.posted()
    row = challenges.ask(challenge_id=challenge.pk, text="寿命怎么测？", by=scene.people["alpha"], at=scene.now)
    assert refused(lambda: challenges.reply(question_id=row.pk, text="见指标", by=scene.people["beta"], at=scene.now)) == ["parties.not_permitted"]  # fmt: skip

    challenges.reply(question_id=row.pk, text="按附件方法", by=scene.people["poster"], at=scene.now)

    row.refresh_from_db()
    assert row.reply == "按附件方法" and not hasattr(row, "organisation")


def test_the_next_in_line_is_called_and_nobody_hears_of_answers(scene):
    challenge = scene.proposed()
    names = set(Notice.objects.values_list("user__username", flat=True))
    assert {"science_bureau", "lead_department", "legal_unit"} <= names
    assert not Notice.objects.filter(what__contains=challenge.title).exists()  # not posted: by its number only
    scene.act("post", challenge, "science_bureau", answers_until=CLOSES)
    scene.act("invite", challenge, "science_bureau")
    before = Notice.objects.count()
    scene.hand_in(challenge, "alpha")
    assert Notice.objects.count() == before
