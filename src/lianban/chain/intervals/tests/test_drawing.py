"""Every draw keeps what is told: shares, sides, supplies, costs."""

import numpy as np
import pytest

from lianban import samples
from lianban.chain.diagnosis.facts import gather
from lianban.chain.diagnosis.product import standings
from lianban.chain.intervals.drawing import Drawing
from lianban.chain.intervals.unknowns import unknowns_of
from lianban.chain.package import read_chain
from lianban.rulebook import load_rules


@pytest.fixture(scope="module", params=["antibody", "semiconductors"])
def drawing(request):
    chain, rules = read_chain(samples.path(request.param)), load_rules("cn-core-2025")
    facts = gather(chain, None)
    standing = standings(facts, rules)
    levels = {code: one.level.used for code, one in standing.items() if one.level.used}
    network = chain.network(rules=rules, levels=levels, as_of=facts.as_of)
    complete = frozenset(code for code, one in standing.items() if one.complete_rows)
    at_least = frozenset(code for code, one in standing.items() if one.level.used_at_least)
    return Drawing(unknowns_of(chain, network, facts, rules, complete, at_least), seed=5)


def test_shares_add_up_and_told_ones_stand(drawing):
    unknowns, nodes = drawing.unknowns, drawing.unknowns.nodes
    base = unknowns.network.products

    for number in range(5):
        one = drawing.draw(number)
        total = np.bincount(nodes.product, one.share, len(unknowns.codes))
        made = np.bincount(nodes.product, minlength=len(unknowns.codes)) > 0
        assert np.allclose(total[made], 1.0)
        told = nodes.cell < 0
        assert np.array_equal(one.share[told], nodes.fixed[told])
        foreign = np.bincount(nodes.product[nodes.side == 0], one.share[nodes.side == 0], len(unknowns.codes))
        for product, drawn in one.foreign.items():
            assert np.isclose(foreign[product], drawn)
        rates = np.flatnonzero((base["basis"] == "domestic_rate") & base["guess"].isna())
        assert np.allclose(foreign[rates], base["foreign_share"].to_numpy()[rates])


def test_every_need_is_served_by_makers_of_that_product_in_full(drawing):
    unknowns, layout = drawing.unknowns, drawing.layout

    one = drawing.draw(3)
    seller, slot, value = one.links
    product = unknowns.nodes.product
    assert (product[seller] == layout.slot_group[slot]).all()
    buys = one.share[layout.slot_buyer] > 1e-12
    assert set(np.flatnonzero(buys & drawing.unknowns.inputs.cost.astype(bool)[drawing.slot_row])) <= set(slot.tolist())
    sellers = np.unique(layout.seller)
    sold = np.bincount(seller, value, len(product))
    assert (sold[sellers[one.share[sellers] > 1e-9]] > 0).all()


def test_costs_keep_their_sum_and_a_draw_depends_on_its_number_alone(drawing):
    inputs = drawing.unknowns.inputs
    first = [drawing.draw(number) for number in range(3)][2]
    alone = drawing.draw(2)

    assert alone.network.fingerprint == first.network.fingerprint
    for product in np.unique(inputs.product):
        own = inputs.product == product
        assert np.isclose(alone.cost[own].sum(), inputs.cost[own].sum())


def test_a_fact_that_is_fixed_stands_and_the_rest_of_its_product_gives_way(drawing):
    nodes = drawing.unknowns.nodes
    cells = np.bincount(nodes.cell[nodes.cell >= 0])
    node = int(np.flatnonzero((nodes.cell >= 0) & (cells[nodes.cell] > 1))[0])
    product = nodes.product[node]

    fixed = drawing.draw(1, {("share", node): 0.0})
    links = drawing.draw(1, {("links",): 0.0})

    assert fixed.share[node] == pytest.approx(nodes.fixed[node])
    assert fixed.share[nodes.product == product].sum() == pytest.approx(1.0)
    assert links.exponent == 0.0
