"""Agreements from the first clause to the last signature, and what must never happen to them."""

from fractions import Fraction

import pytest
from django.db import DatabaseError, transaction

from lianban.apps.agreements import queries, rules, services
from lianban.apps.agreements.models import Agreement, Signature, Version
from lianban.apps.agreements.tests.conftest import NOW, SUBJECT, TODAY, TOLD, WAN
from lianban.apps.journal import queries as journal
from lianban.apps.notices.models import Notice
from lianban.kit.refusals import Refused


def codes(caught) -> set[str]:
    return {refusal.code for refusal in caught.value.refusals}


def test_from_the_draft_to_force(whole, firms):
    version = services.issue_version(agreement_id=whole.pk, **TOLD)

    for n, firm in enumerate(firms):
        assert queries.in_force(SUBJECT) is None
        assert len(queries.missing_signatures(whole)) == 3 - n
        services.sign(agreement_id=whole.pk, organisation=firm.pk, **TOLD)

    whole.refresh_from_db()
    assert whole.state == "in_force" and queries.in_force(SUBJECT) == version
    assert rules.digest(Version.objects.get().content) == version.digest
    assert {signature.digest for signature in Signature.objects.all()} == {version.digest}
    verbs = [entry.verb for entry in journal.of_subjects([whole.reference])]
    assert verbs[0] == "agreements.started" and verbs[-4:] == ["agreements.issued", *["agreements.signed"] * 3]


def test_others_read_the_terms(whole, firms):
    lead, maker, lab = (firm.pk for firm in firms)
    services.issue_version(agreement_id=whole.pk, **TOLD)
    assert queries.terms(SUBJECT) == {}
    for firm in firms:
        services.sign(agreement_id=whole.pk, organisation=firm.pk, **TOLD)

    terms = queries.terms(SUBJECT, "consortium")

    assert terms["shares"] == {lead: Fraction(2, 5), maker: Fraction(2, 5), lab: Fraction(1, 5)}
    assert terms["ownership"]["way"] == "joint_by_share" and sum(terms["ownership"]["shares"].values()) == 1
    assert terms["contributions"][lab] == {"cash_fen": 0, "in_kind_fen": 100 * WAN}
    assert terms["priority_purchase"] | {"way": "commit"} == terms["priority_purchase"]
    assert (terms["priority_purchase"]["buyer"], terms["priority_purchase"]["quantity"]) == (lead, 500)
    assert terms["risk"]["stages"]["trial"] == {lead: 1}
    assert terms["council"]["quorum"] == Fraction(1, 2) and terms["exit"]["notice_days"] == 30
    assert terms["dispute"] == {"way": "arbitration", "days": 30, "body": "示例仲裁委员会"}
    assert terms["version"] == 1 and terms["silent"] == []


def test_a_draft_that_does_not_fit_together_is_not_issued(draft, firms):
    with pytest.raises(Refused) as caught:
        services.issue_version(agreement_id=draft.pk, **TOLD)

    assert codes(caught) == {"agreements.clause_missing"}
    assert len(caught.value.refusals) == 18  # every clause a consortium has to settle
    assert not Version.objects.exists()


def test_common_clauses_are_proposed_and_the_rest_is_asked(draft):
    assert services.propose(agreement_id=draft.pk, **TOLD) == 18
    assert services.propose(agreement_id=draft.pk, **TOLD) == 0

    facts = queries.facts(draft)
    assert facts.choices["governance"].values == {"quorum": "50", "pass": "66.7"}
    assert facts.choices["exit"].values == {"notice_days": 30, "handover_days": 60}
    assert {one.code for one in rules.findings(facts) if one.stops} == {"agreements.answer_missing"}


def test_answers_are_read_or_refused_with_their_question(draft, firms):
    lead = firms[0].pk

    with pytest.raises(Refused) as caught:
        services.choose(agreement_id=draft.pk, clause="priority_purchase", option="commit", **TOLD,
                        values={"buyer": 0, "quantity": 0, "months": "x", "price_rule": "gift", "colour": "red"})  # fmt: skip
    assert codes(caught) == {"agreements.answer_unreadable", "agreements.unknown_answer"}
    assert len(caught.value.refusals) == 5
    for shares in ({lead: "101"}, {lead: "-1"}, {lead: "1e400"}, {lead: Fraction(1, 3)}, {99999: "5"}, {lead: "NaN"}):
        with pytest.raises(Refused):
            services.choose(agreement_id=draft.pk, clause="benefit", option="agreed_shares", values={"shares": shares}, **TOLD)  # fmt: skip
    with pytest.raises(Refused) as caught:
        services.choose(agreement_id=draft.pk, clause="pledge", option="vow", **TOLD)
    assert codes(caught) == {"agreements.no_such_clause"}
    with pytest.raises(Refused) as caught:
        services.choose(agreement_id=draft.pk, clause="form", option="secret", **TOLD)
    assert codes(caught) == {"agreements.no_such_option"}


def test_a_text_that_was_issued_is_fixed_until_it_is_revised(whole, firms):
    services.issue_version(agreement_id=whole.pk, **TOLD)
    for firm in firms:
        services.sign(agreement_id=whole.pk, organisation=firm.pk, **TOLD)
    with pytest.raises(Refused) as caught:
        services.choose(agreement_id=whole.pk, clause="form", option="agreement", **TOLD)
    assert codes(caught) == {"agreements.not_drafting"}

    services.revise(agreement_id=whole.pk, **TOLD)
    services.choose(agreement_id=whole.pk, clause="exit", option="orderly", values={"notice_days": 90, "handover_days": 60}, **TOLD)  # fmt: skip
    assert queries.terms(SUBJECT)["exit"]["notice_days"] == 30  # the signed version holds until the new one is signed
    services.issue_version(agreement_id=whole.pk, **TOLD)
    services.sign(agreement_id=whole.pk, organisation=firms[0].pk, **TOLD)
    assert queries.terms(SUBJECT)["version"] == 1
    for firm in firms[1:]:
        services.sign(agreement_id=whole.pk, organisation=firm.pk, **TOLD)
    assert queries.terms(SUBJECT)["version"] == 2 and queries.terms(SUBJECT)["exit"]["notice_days"] == 90


def test_only_a_party_s_own_people_sign_and_once(whole, firms, cast):
    services.issue_version(agreement_id=whole.pk, **TOLD)
    mine = cast("enterprise", organisation=firms[1])

    services.sign(agreement_id=whole.pk, organisation=firms[1].pk, by=mine, at=NOW)
    with pytest.raises(Refused) as caught:
        services.sign(agreement_id=whole.pk, organisation=firms[1].pk, by=mine, at=NOW)
    assert codes(caught) == {"agreements.already_signed"}
    with pytest.raises(Refused) as caught:
        services.sign(agreement_id=whole.pk, organisation=firms[0].pk, by=mine, at=NOW)
    assert codes(caught) == {"agreements.signer_not_permitted"} and caught.value.status == 403
    with pytest.raises(Refused):
        services.sign(agreement_id=whole.pk, organisation=firms[0].pk, by=cast("expert"), at=NOW)


def test_who_waits_and_who_sees(whole, firms, begin, cast):
    mine, other = cast("enterprise", organisation=firms[1]), cast("enterprise", name="stranger")
    services.issue_version(agreement_id=whole.pk, **TOLD)

    whole.refresh_from_db()
    assert [row.pk for row in queries.agreements(mine)] == [whole.pk]
    assert not queries.agreements(other) and queries.agreement(other, whole.pk) is None
    assert queries.agreements(cast("officer")) and queries.agreements(cast("science_bureau"))
    assert not queries.agreements(cast("visitor")) and not queries.agreements(cast("expert"))
    elsewhere = cast("officer", name="elsewhere", chain="nev")
    assert not queries.agreements(elsewhere)


def test_what_waits_for_a_signature(whole, firms, cast):
    mine = cast("enterprise", organisation=firms[1])
    assert queries.waiting(mine, TODAY) == []
    services.issue_version(agreement_id=whole.pk, **TOLD)

    assert [one.key for one in queries.waiting(mine, TODAY)] == [f"{whole.reference}:sign"]
    assert [notice.what for notice in Notice.objects.filter(user_id=mine.user_id)] == [
        "有一份创新联合体协议待贵单位签署"
    ]
    services.sign(agreement_id=whole.pk, organisation=firms[1].pk, by=mine, at=NOW)
    assert queries.waiting(mine, TODAY) == [] == queries.waiting(cast("officer"), TODAY)


def test_starting_is_refused_with_all_reasons(begin, firms, frozen, cast):
    begin()
    with pytest.raises(Refused) as caught:
        begin()
    assert codes(caught) == {"agreements.already_there"}
    stranger = cast("enterprise", name="stranger")
    with pytest.raises(Refused) as caught:
        services.start(subject="x", kind="gift", parties=[firms[0].pk, firms[0].pk, 0], frozen=frozen, by=stranger, at=NOW)  # fmt: skip
    assert codes(caught) == {"agreements.no_such_kind", "agreements.party_twice", "agreements.party_unknown", "agreements.not_a_party"}  # fmt: skip
    with pytest.raises(Refused):
        services.propose(agreement_id=Agreement.objects.get().pk, by=stranger, at=NOW)


def test_joining_and_leaving_keep_the_version_and_the_record(whole, firms):
    services.issue_version(agreement_id=whole.pk, **TOLD)
    newcomer = type(firms[0]).objects.create(code="new", name="示例医院", kind="hospital", example=True)
    with pytest.raises(Refused) as caught:
        services.accede(agreement_id=whole.pk, organisation=newcomer.pk, **TOLD)
    assert codes(caught) == {"agreements.not_in_force"}
    for firm in firms:
        services.sign(agreement_id=whole.pk, organisation=firm.pk, **TOLD)

    party = services.accede(agreement_id=whole.pk, organisation=newcomer.pk, **TOLD)
    assert party.place == 3 and Signature.objects.filter(organisation=newcomer).count() == 1
    services.leave(agreement_id=whole.pk, organisation=firms[2].pk, **TOLD)
    with pytest.raises(Refused):
        services.leave(agreement_id=whole.pk, organisation=firms[2].pk, **TOLD)
    services.revise(agreement_id=whole.pk, **TOLD)

    found = {one.code for one in rules.findings(queries.facts(whole)) if one.stops}
    assert found == {"agreements.party_without_task", "agreements.names_who_left"}


def test_an_ended_agreement_holds_no_more_and_makes_room(whole, begin, cast, firms):
    with pytest.raises(Refused) as caught:
        services.end(agreement_id=whole.pk, reason=" ", **TOLD)
    assert codes(caught) == {"agreements.no_reason"}
    with pytest.raises(Refused):
        services.end(agreement_id=whole.pk, reason="x", by=cast("enterprise", organisation=firms[0]), at=NOW)

    services.end(agreement_id=whole.pk, reason="任务完成", **TOLD)

    assert queries.in_force(SUBJECT) is None and begin().pk != whole.pk


def test_background_ip_is_listed_by_party(draft, firms):
    line = services.list_background(agreement_id=draft.pk, organisation_id=firms[1].pk, kind="patent", title="示例专利", **TOLD)  # fmt: skip
    with pytest.raises(Refused) as caught:
        services.list_background(agreement_id=draft.pk, organisation_id=0, kind="gold", title=" ", **TOLD)
    assert codes(caught) == {"agreements.background_unnamed", "agreements.background_kind", "agreements.background_owner"}  # fmt: skip

    assert [b.title for b in queries.facts(draft).background] == ["示例专利"]
    services.set_parties(agreement_id=draft.pk, parties=[firms[0].pk, firms[2].pk], **TOLD)
    assert not queries.facts(draft).background
    services.strike_background(agreement_id=draft.pk, line_id=line.pk, **TOLD)


@pytest.mark.parametrize("deed", ["update", "delete"])
def test_the_database_refuses_to_change_what_was_signed(whole, firms, deed):
    services.issue_version(agreement_id=whole.pk, **TOLD)
    services.sign(agreement_id=whole.pk, organisation=firms[0].pk, **TOLD)

    for model, change in ((Version, {"digest": "0" * 64}), (Signature, {"signed_by": "user:9"})):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows = model.objects.all()
            rows.update(**change) if deed == "update" else rows._raw_delete("default")
