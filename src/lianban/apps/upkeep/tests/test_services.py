"""Confirming, correcting, asking: what changes, who may, what is kept."""

from datetime import UTC, date, datetime

import pytest

from lianban.apps.atlas import compute as packages
from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.models import Production, Supply
from lianban.apps.journal.models import Entry
from lianban.apps.parties.models import Organisation
from lianban.apps.upkeep import compute, queries, services
from lianban.apps.upkeep.models import Asked, Confirmation, Questionnaire
from lianban.kit.refusals import Refused

NOW, TODAY = datetime(2026, 11, 23, 2, tzinfo=UTC), date(2026, 11, 23)
pytestmark = pytest.mark.django_db


def refused(error) -> list[str]:
    return [one.code for one in error.value.refusals]


def aged(actor, chain, state):
    limit = queries.limits(queries.settings(chain.code, TODAY))["production"]
    return [row.code for row in queries.aged(actor, chain, "production", state, TODAY, limit)]


def test_rows_are_counted_by_age_and_only_those_one_may_see(chain, officer, firm):
    lasting = queries.limits(queries.settings("mab", TODAY))
    told = {row["table"]: row for row in queries.summary(officer, chain, TODAY, lasting)}
    assert {k: told["production"][k] for k in ("all", "fresh", "due", "stale")} == {
        "all": 4,
        "fresh": 1,
        "due": 1,
        "stale": 2,
    }
    assert aged(officer, chain, "stale") == ["old", "secret"]
    assert aged(firm, chain, "stale") == ["old"]


def test_still_true_makes_it_fresh_and_leaves_the_fact_alone(chain, officer, firm, stranger):
    before = packages.to_chain(chain).fingerprint
    with pytest.raises(Refused) as error:
        services.confirm(chain=chain, table="production", codes=["old"], by=stranger, at=NOW)
    assert refused(error) == ["upkeep.not_yours.not_permitted"]
    assert services.confirm(chain=chain, table="production", codes=["old", "due"], by=firm, at=NOW) == 2
    assert aged(officer, chain, "fresh") == ["new", "due", "old"]
    assert packages.to_chain(chain).fingerprint == before
    assert Entry.objects.filter(verb="upkeep.confirmed").count() == 1 and Confirmation.objects.count() == 2


def test_who_must_refresh_is_the_firm_that_has_an_account_else_the_office(chain, officer, firm):
    limit = queries.limits(queries.settings("mab", TODAY))["production"]
    rows = queries.facts(queries.aged(officer, chain, "production", "", TODAY, limit), "production", TODAY, limit)
    assert {one.row.code: one.firm and one.firm.code for one in rows} == {
        "old": "ours",
        "due": "ours",
        "new": None,
        "secret": None,
    }


def test_an_accepted_correction_changes_the_row_with_the_firms_word_as_source(chain, officer, firm, stranger):
    before = packages.to_chain(chain)
    with pytest.raises(Refused):
        services.correct(
            chain=chain, table="production", code="old", after={"capacity": 80.0}, reason="x", by=stranger, at=NOW
        )
    made = services.correct(
        chain=chain, table="production", code="old", after={"capacity": 80.0}, reason="2026 年公告", by=firm, at=NOW
    )
    assert made.due_on.isoformat() == "2026-11-30"  # five working days
    assert [one.key for one in queries.waiting(officer, TODAY)] == [made.reference]
    assert Production.objects.get(code="old").capacity == 100.0
    with pytest.raises(Refused) as error:
        services.correct(
            chain=chain, table="production", code="old", after={"capacity": 70.0}, reason="x", by=firm, at=NOW
        )
    assert refused(error) == ["upkeep.already_raised"]

    done = services.decide(correction_id=made.pk, accepted=True, reason="", by=officer, at=NOW)
    row = Production.objects.get(code="old")
    assert (row.capacity, row.source.publisher, row.observed_on) == (80.0, "本公司", TODAY)
    assert queries.waiting(officer, TODAY) == []
    chain.refresh_from_db()
    atlas.undo(change_id=int(done.change.rpartition(":")[2]), by=officer, at=NOW)
    assert packages.to_chain(chain).fingerprint == before.fingerprint


def test_a_row_that_should_not_be_there_goes_and_a_refusal_says_why(chain, officer, firm):
    made = services.correct(
        chain=chain, table="production", code="due", after=None, reason="未做过中试", by=firm, at=NOW
    )
    with pytest.raises(Refused) as error:
        services.decide(correction_id=made.pk, accepted=False, reason="", by=officer, at=NOW)
    assert refused(error) == ["upkeep.no_decision_reason"]
    services.decide(correction_id=made.pk, accepted=True, reason="", by=officer, at=NOW)
    assert not Production.objects.filter(code="due").exists()
    with pytest.raises(Refused):
        services.withdraw(correction_id=made.pk, by=firm, at=NOW)


def test_a_questionnaire_is_answered_by_its_link_and_leads_to_the_next_tier(chain, officer, firm):
    ours = Organisation.objects.get(code="ours")
    asked, word = services.ask(
        chain=chain, organisation=ours, product="bag", confidentiality="office", by=officer, at=NOW
    )
    assert word not in str(Questionnaire.objects.values().get()) and queries.by_link(word) == asked
    named = [
        {"name": "膜材厂", "supplies": "多层共挤膜", "credit_code": "", "only": True},
        {"name": "别家公司", "supplies": "阀", "only": None},
    ]
    with pytest.raises(Refused) as error:
        services.answer(word=word, named=[named[0], named[0]], by=firm, at=NOW)
    assert refused(error) == ["upkeep.named_twice"]
    services.answer(word=word, named=named, by=firm, at=NOW)
    assert Asked.objects.get().filled == 5
    assert not Supply.objects.exists()  # nothing enters the map unseen

    other = Organisation.objects.get(code="other")
    read = [{"organisation": "new", "product": "film"}, {"organisation": str(other.pk), "product": "film"}]
    services.take(questionnaire_id=asked.pk, read=read, by=officer, at=NOW)
    supplies = list(Supply.objects.order_by("code"))
    assert [(row.supplier.name, row.buyer.code, row.confidentiality) for row in supplies] == [
        ("膜材厂", "ours", "office"),
        ("别家公司", "ours", "office"),
    ]
    assert "唯一" in supplies[0].note
    child, _ = services.ask(
        chain=chain,
        organisation=supplies[0].supplier,
        product="film",
        confidentiality="office",
        parent=asked,
        by=officer,
        at=NOW,
    )
    assert child.tier == 2
    deeper, _ = services.ask(
        chain=chain, organisation=other, product="film", confidentiality="office", parent=child, by=officer, at=NOW
    )
    with pytest.raises(Refused) as error:
        services.ask(
            chain=chain, organisation=other, product="film", confidentiality="office", parent=deeper, by=officer, at=NOW
        )
    assert "upkeep.too_deep" in refused(error)


def test_contradictions_stand_side_by_side_and_only_what_one_may_see(chain, officer, firm):
    rows = {
        f"rate{n}": {"code": f"rate{n}", "product": "film", "item": "domestic_rate", "value": value, "unit": "%", "definition": "按用量", "source": "s",
                     "observed_on": TODAY, "confidence": "high", "confidentiality": classed}
        for n, (value, classed) in enumerate([(10.0, "open"), (25.0, "open"), (40.0, "private")])
    }  # fmt: skip
    atlas.change(chain=chain, tables={"indicators": rows}, kind="edit", by=officer, at=NOW)
    (doubt,) = [one for one in compute.doubts(chain, ["open"]) if one.kind == "contradiction"]
    assert doubt.codes == ("rate0", "rate1")
    assert [one["value"].zh for one in queries.side_by_side(officer, chain, doubt)] == ["10%", "25%"]


def test_a_merge_moves_every_fact_leaves_an_alias_and_can_be_undone(chain, officer, firm):
    ours, other = (Organisation.objects.get(code=code) for code in ("ours", "other"))
    before = packages.to_chain(chain).fingerprint
    with pytest.raises(Refused) as error:
        services.merge(kept_id=other.pk, merged_id=ours.pk, reason=" ", by=officer, at=NOW)
    assert refused(error) == ["upkeep.merge_unexplained", "upkeep.merged_has_accounts"]
    made = services.merge(kept_id=ours.pk, merged_id=other.pk, reason="更名公告", by=officer, at=NOW)
    assert set(Production.objects.values_list("organisation__code", flat=True)) == {"ours"}
    assert [row.name for row in ours.other_names.all()] == ["别家公司"]
    with pytest.raises(Refused):
        services.merge(kept_id=ours.pk, merged_id=other.pk, reason="再来", by=officer, at=NOW)
    services.take_apart(merge_id=made.pk, by=officer, at=NOW)
    assert packages.to_chain(chain).fingerprint == before and not ours.other_names.exists()


def test_entries_with_different_credit_codes_are_never_one(chain, officer):
    codes = {"ours": "91320500MA1W0000X1", "other": "91320500MA1W0000X2"}
    for code, credit in codes.items():
        Organisation.objects.filter(code=code).update(credit_code=credit)
    ours, other = (Organisation.objects.get(code=code) for code in codes)
    with pytest.raises(Refused) as error:
        services.merge(kept_id=ours.pk, merged_id=other.pk, reason="同名", by=officer, at=NOW)
    assert refused(error) == ["upkeep.other_credit_code"]
