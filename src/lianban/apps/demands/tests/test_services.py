import pytest

from lianban.apps.atlas.models import Demand, Member
from lianban.apps.demands import queries, rules, services
from lianban.apps.demands.models import CanDo, RaisedDemand
from lianban.apps.journal.models import Entry
from lianban.apps.sources.models import Source
from lianban.kit.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def raise_one(chain, firm, buyer, now):
    def make(**written):
        told = {"product": "bag", "title": "要袋子", "confidentiality": "chain"} | written
        return services.raise_demand(chain=chain, organisation=firm, by=buyer, at=now, **told)

    return make


@pytest.fixture
def listed(raise_one, officer, now):
    def make(**written):
        raised = raise_one(**written)
        services.verify(pk=raised.pk, basis="电话", product=raised.product, by=officer, at=now)
        return services.put_on_list(pk=raised.pk, by=officer, at=now)

    return make


def codes(refused):
    return [refusal.code for refusal in refused.value.refusals]


def test_a_listed_demand_is_a_fact_of_the_chain_with_its_own_source(chain, listed):
    raised = listed(yearly_quantity=20, quantity_unit="只", unit_price_fen=1_000_050)

    row = Demand.objects.get(chain=chain, code=raised.listed_code)
    assert (row.product.code, row.unit_price, row.yearly_quantity, row.on_site) == ("bag", 10_000.5, 20.0, True)
    assert row.source == Source.objects.get(chain="mab", code=raised.listed_code)
    assert row.source.kind == "firm" and row.source.publisher == "需求企业"
    assert Member.objects.get(chain=chain, code="firm").organisation.code == "firm"
    chain.refresh_from_db()
    assert chain.stamp > 0


def test_before_listing_nothing_enters_the_data(chain, raise_one, officer, now):
    raised = raise_one()
    services.verify(pk=raised.pk, basis="电话", product="bag", by=officer, at=now)

    assert not Demand.objects.filter(chain=chain).exists()


def test_a_free_text_demand_gets_its_product_when_it_is_verified(raise_one, officer, now):
    raised = raise_one(product="", title="一种新膜")

    services.verify(pk=raised.pk, basis="走访", product="film", by=officer, at=now)

    assert RaisedDemand.objects.get(pk=raised.pk).product == "film"


def test_a_demand_that_names_only_a_product_takes_its_name(raise_one):
    assert raise_one(title="").title == "一次性袋"


def test_a_firm_raises_only_for_itself(chain, lab, buyer, now):
    with pytest.raises(Refused) as refused:
        services.raise_demand(chain=chain, organisation=lab, by=buyer, at=now, product="bag", title="")

    assert codes(refused) == ["demands.other_organisation.not_permitted"] and refused.value.status == 403


def test_only_the_office_verifies_and_lists(raise_one, buyer, scientist, now):
    raised = raise_one()
    for by in (buyer, scientist):
        with pytest.raises(Refused) as refused:
            services.verify(pk=raised.pk, basis="x", product="bag", by=by, at=now)
        assert refused.value.status == 403


def test_a_return_needs_its_reason_and_comes_back_mended(raise_one, officer, buyer, now):
    raised = raise_one()
    with pytest.raises(Refused) as refused:
        services.return_demand(pk=raised.pk, reason=" ", by=officer, at=now)
    assert codes(refused) == ["demands.no_reason"]

    services.return_demand(pk=raised.pk, reason="缺指标", by=officer, at=now)
    again = services.raise_again(
        pk=raised.pk, by=buyer, at=now, required_indicators="≥ 4", product="bag", title="要袋子"
    )

    assert (again.state, again.return_reason, again.required_indicators) == ("raised", "", "≥ 4")


def test_an_answer_moves_the_demand_and_stands_on_the_weak_point_of_its_product(
    chain, listed, lab, scientist, officer, now
):
    raised = listed()
    services.answer(
        chain=chain, organisation=lab, sentence="有中试样品", evidence="报告", confidentiality="open", demand=raised.pk,
        by=scientist, at=now,
    )  # fmt: skip

    assert RaisedDemand.objects.get(pk=raised.pk).state == "answered"
    (can,) = queries.answers_to_product(officer, "mab", "bag")
    assert can.confidentiality == "chain"  # never wider than the demand it answers


def test_one_organisation_answers_once_until_it_withdraws(chain, lab, scientist, now):
    told = {"chain": chain, "organisation": lab, "sentence": "能", "evidence": "有", "confidentiality": "chain",
            "product": "film", "by": scientist, "at": now}  # fmt: skip
    first = services.answer(**told)
    with pytest.raises(Refused) as refused:
        services.answer(**told)
    assert codes(refused) == ["demands.already_answered"]

    services.withdraw_answer(pk=first.pk, by=scientist, at=now)
    services.answer(**told)

    assert CanDo.objects.filter(withdrawn_at__isnull=True).count() == 1


def test_a_firm_cannot_answer_its_own_demand(chain, listed, firm, buyer, now):
    raised = listed()
    with pytest.raises(Refused) as refused:
        services.answer(chain=chain, organisation=firm, sentence="能", evidence="有", confidentiality="chain",
                        demand=raised.pk, by=buyer, at=now)  # fmt: skip

    assert codes(refused) == ["demands.own_demand"]


@pytest.mark.parametrize("confidentiality", ["private", "office"])
def test_a_confidential_demand_is_for_the_firm_and_the_office_only(
    listed, confidentiality, buyer, officer, scientist, stranger, visitor
):
    raised = listed(confidentiality=confidentiality)

    for reader in (buyer, officer):
        assert queries.demand(reader, raised.pk) == raised
        assert queries.listing(reader).count() == 1
    for reader in (scientist, stranger, visitor):
        assert queries.demand(reader, raised.pk) is None
        assert queries.listing(reader).count() == 0
        assert list(queries.of_product(reader, "mab", "bag")) == []
        assert queries.counts(reader, "mab") == {}


def test_an_unlisted_demand_is_nobody_elses_business(raise_one, buyer, officer, stranger, visitor):
    raised = raise_one(confidentiality="open")

    assert [queries.demand(r, raised.pk) is not None for r in (buyer, officer, stranger, visitor)] == [
        True,
        True,
        False,
        False,
    ]


def test_an_office_of_one_chain_does_not_see_demands_of_another(listed, person, now):
    from lianban.apps.parties.services import SYSTEM, open_account

    raised = listed(confidentiality="office")
    open_account(username="elsewhere", password="long-enough-1", shown_name="x", role="officer", chain="other",
                 starts_on=now.date(), by=SYSTEM, at=now)  # fmt: skip
    elsewhere = person("officer", username="elsewhere")
    assert queries.demand(elsewhere, raised.pk) is not None  # `person` also gave the role on every chain

    from lianban.apps.parties.rules import Actor, Grant

    narrow = Actor(99, "narrow", (Grant("officer", "other"),), elsewhere.deeds)
    assert queries.demand(narrow, raised.pk) is None


def test_chances_say_why_and_leave_out_what_is_answered_last(chain, listed, lab, scientist, makes, now):
    makes(lab, "film", "lab")
    makes(lab, "filter", "pilot")
    raised = listed()

    (chance,) = queries.chances(scientist, [chain])
    assert chance.demand == raised and {reason.kind for reason in chance.reasons} == {"inputs", "segment"}
    assert not chance.answered

    services.answer(chain=chain, organisation=lab, sentence="能", evidence="有", confidentiality="chain",
                    demand=raised.pk, by=scientist, at=now)  # fmt: skip
    assert queries.chances(scientist, [chain])[0].answered


def test_an_organisation_that_makes_nothing_here_gets_no_chances(chain, listed, scientist):
    listed()

    assert queries.chances(scientist, [chain]) == []


def test_every_deed_leaves_one_entry_and_no_names(listed, firm):
    listed()

    entries = list(Entry.objects.filter(subject__startswith="demand:"))
    assert [entry.verb for entry in entries] == ["demands.raised", "demands.verify", "demands.list"]
    assert all(firm.name not in str(entry.facts) for entry in entries)


def test_states_of_the_table_are_those_the_database_knows(chain, firm, now):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        RaisedDemand.objects.create(
            chain=chain, organisation=firm, title="x", state="lost", raised_by="x", raised_at=now
        )
    assert set(rules.STATES.states) >= {"raised", "verified", "listed", "answered"}
