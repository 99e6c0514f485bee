"""What each reader sees, and what reading costs; what is hidden is in no list and no count."""

import pytest

from lianban.apps.atlas import queries
from lianban.apps.atlas.models import Chain, Demand, Input, Production, Supply
from lianban.apps.atlas.tests import given

OFFICER, FIRM = given.actor("officer"), given.actor("enterprise", organisation="buyer")


def codes(rows):
    return {row.code for row in rows}


def test_counts_hold_visible_rows_only(bags, django_assert_num_queries):
    with django_assert_num_queries(6):
        public = queries.counts(given.VISITOR, bags)
    office = queries.counts(OFFICER, bags)
    assert (public["products"], office["products"]) == (5, 6)
    assert (public["organisations"], office["organisations"]) == (2, 3)
    assert (public["production"], office["production"]) == (2, 4)
    assert (public["demands"], office["demands"]) == (1, 2)
    assert (public["sources"], office["sources"]) == (1, 2)


def test_a_row_that_points_at_a_hidden_product_or_firm_is_hidden(bags):
    assert queries.rows(given.VISITOR, bags, Input).count() == 4
    assert not queries.rows(given.VISITOR, bags, Production).filter(organisation__code="lab").exists()


def test_a_firm_sees_its_own_private_rows_and_nobody_elses(bags):
    assert queries.rows(FIRM, bags, Production).filter(confidentiality="private").count() == 1
    assert queries.rows(FIRM, bags, Supply).count() == 1
    other = given.actor("enterprise", organisation="lab")
    assert not queries.rows(other, bags, Supply).exists()
    assert not queries.rows(other, bags, Production).filter(confidentiality="private").exists()


def test_a_role_on_one_chain_reaches_only_that_chain(bags):
    elsewhere = given.actor("officer", chain="another")
    assert queries.counts(elsewhere, bags) == queries.counts(given.VISITOR, bags)


def test_a_chain_for_the_office_is_not_there_for_others(bags):
    Chain.objects.update(confidentiality="office")
    assert queries.chain(given.VISITOR, "bags") is None
    assert queries.chain(given.actor("officer", chain="bags"), "bags") == bags
    assert not queries.visible_chains(given.actor("officer", chain="another")).exists()


def test_products_stand_from_left_to_right_and_can_be_filtered(bags, django_assert_num_queries):
    with django_assert_num_queries(1):
        rows = [(row.code, row.segment.name) for row in queries.products(OFFICER, bags)]
    assert [code for code, _ in rows] == ["adhesive", "resin", "film", "bag", "bag-50", "drug"]
    assert codes(queries.products(OFFICER, bags, {"segment": "end", "final": "1"})) == {"drug"}
    assert codes(queries.products(OFFICER, bags, {"q": "CYD"})) == {"bag", "bag-50"}
    assert codes(queries.products(OFFICER, bags, {"kind": "material"})) == {"resin"}


def test_facts_of_a_product_stand_side_by_side(bags, django_assert_num_queries):
    film = queries.product(OFFICER, bags, "film")
    with django_assert_num_queries(9):
        facts = queries.product_facts(OFFICER, bags, film)
    assert [row.value for row in facts.indicators] == [0.3, 0.2] or [row.value for row in facts.indicators] == [
        0.2,
        0.3,
    ]
    assert {table for table, _ in facts.disagreeing} == {"indicators", "assessments"}
    assert {row.input.code for row in facts.inputs} == {"resin", "adhesive"}
    assert {row.product.code for row in facts.dependants} == {"bag", "resin"}


def test_needs_are_filtered_by_the_address(bags):
    assert codes(queries.demands(OFFICER, bags, {"open": "unplaced"})) == codes(Demand.objects.filter(product=None))
    assert queries.demands(OFFICER, bags, {"segment": "end"}).count() == 1
    assert queries.demands(given.VISITOR, bags, {"segment": "end"}).count() == 0


def test_sources_say_how_many_visible_rows_rest_on_them(bags):
    uses = queries.uses_of_sources(OFFICER, bags)
    hidden = queries.sources(OFFICER, bags).get(code="s2")
    assert uses[hidden.pk] == 3
    assert not queries.sources(given.VISITOR, bags).filter(code="s2").exists()


@pytest.mark.parametrize(
    ("place", "zh"), [("US", "美国"), ("320500", "境内（320500）"), ("XX", "境外（未具体说明）"), ("", "")]
)
def test_places_have_names_from_the_rule_set(bags, place, zh):
    assert queries.place_name(bags, queries.rule_set("bags"), place).zh == zh
