"""From facts to nodes, shares and flows: each rule of docs/models/network.md."""

import numpy as np
import pandas as pd
import pytest

from lianban.chain.chain import Chain
from lianban.chain.network import AddedSource, GoneSource, TooManyLinks


def chain(production=(), *, finals=("car",), products=("car", "part"), more=None, inputs=None, organisations=None):
    """A chain in which cars need parts; production rows are dicts."""
    rows = {
        "chain": [{"code": "c", "home": "CN", "data_date": "2025-06-30"}],
        "products": [{"code": code, "final": code in finals} for code in products],
        "organisations": organisations or [
            {"code": "a", "place": "440100"}, {"code": "b", "place": "310000"}, {"code": "k", "place": "KR"},
            {"code": "k2", "place": "KR"}, {"code": "u"},
        ],
        "inputs": [{"product": "car", "input": "part", "essential": "yes"}] if inputs is None else inputs,
        "production": [{"stage": "stable_volume"} | row for row in production],
    }  # fmt: skip
    return Chain.from_tables(rows | (more or {}))


def part(who=None, origin=None, share=None, share_of="home_supply", **more):
    return {"product": "part", "organisation": who, "origin": origin, "share": share, "share_of": share_of, **more}


def shares(network, product="part"):
    rows = network.nodes[network.nodes["product"] == product]
    return {label.split("@")[1]: round(share, 12) for label, share in zip(rows["label"], rows["share"], strict=True)}


def level(value, **more):
    return {"assessments": [{"product": "part", "item": "level", "value": value, "observed_on": "2025-01-01", **more}]}


def rate(value, definition="按金额", **more):
    row = {"product": "part", "item": "domestic_rate", "value": value, "unit": "fraction", "definition": definition}
    return {"indicators": [row | {"observed_on": "2024-01-01"} | more]}


def codes(network):
    return {note.code for note in network.notes}


def test_stated_shares_are_used_and_makers_abroad_are_one_node_for_each_origin():
    network = chain(
        [part("a", share=0.5), part("k", share=0.2), part("k2", share=0.1), part(origin="JP", share=0.2)]
    ).network()
    assert shares(network) == {"a": 0.5, "origin:KR": 0.3, "origin:JP": 0.2}
    row = network.products.loc["part"]
    assert (row["basis"], row["foreign_share"], row["largest_origin"]) == ("shares", pytest.approx(0.5), "KR")
    assert network.largest_foreign_origin("part") == ("KR", pytest.approx(0.3))


def test_what_is_missing_to_one_goes_to_named_sources_without_a_share():
    network = chain([part("a", share=0.5), part("b"), part("k")]).network()
    assert shares(network) == {"a": 0.5, "b": 0.25, "origin:KR": 0.25}
    assert "remainder_split" in codes(network)


def test_what_nobody_is_named_for_is_an_unspecified_source_of_unknown_origin():
    network = chain([part("a", share=0.5), part("k", share=0.2)]).network()
    assert shares(network) == {"a": 0.5, "origin:KR": 0.2, "unspecified": 0.3}
    assert network.products.at["part", "foreign_share"] == pytest.approx(0.2)
    assert network.products.at["part", "unknown_share"] == pytest.approx(0.3)


def test_shares_above_one_are_not_used():
    network = chain([part("a", share=0.9), part("k", share=0.3)], more=level("L2")).network()
    assert network.products.at["part", "basis"] == "level"
    assert "shares_over_one" in codes(network)


def test_a_rate_by_value_or_quantity_is_used_and_one_by_number_of_firms_is_not():
    named = [part("a"), part("k")]
    network = chain(named, more=rate(0.3)).network()
    assert shares(network) == {"a": 0.3, "origin:KR": 0.7}
    assert network.products.at["part", "basis"] == "domestic_rate"
    assert chain(named, more=rate(0.3, "按企业数")).network().products.at["part", "basis"] == "unknown"
    assert shares(chain(named, more=rate(30, unit="%")).network())["a"] == pytest.approx(0.3)


def test_a_rate_without_sources_gives_unspecified_ones():
    assert shares(chain(more=rate(0.3)).network()) == {"place:CN": 0.3, "origin:XX": 0.7}
    assert shares(chain(more=rate(0)).network()) == {"origin:XX": 1}


def test_origins_that_nothing_tells_apart_are_one_and_a_single_one_keeps_its_name():
    many = chain([part("a"), part("k"), part(origin="JP")], more=rate(0.4)).network()
    assert shares(many) == {"a": 0.4, "origin:XX": 0.6}
    assert "origins_pooled" in codes(many)
    assert shares(chain([part(origin="JP")], more=rate(0.4)).network()) == {"place:CN": 0.4, "origin:JP": 0.6}


def test_world_shares_stand_in_and_are_inferred():
    rows = [part("a", share=0.4, share_of="world_supply"), part(origin="JP", share=0.6, share_of="world_supply")]
    row = chain(rows).network().products.loc["part"]
    assert (row["basis"], row["inferred"], row["foreign_share"]) == ("world_shares", True, pytest.approx(0.6))


def test_a_level_gives_the_foreign_share_of_the_rule_set_and_is_inferred():
    network = chain([part("a")], more=level("L2")).network()
    row = network.products.loc["part"]
    assert (row["basis"], row["inferred"], row["foreign_share"]) == ("level", True, 0.8)
    assert (
        chain(more=level("L2")).network(rules={"diagnosis.foreign_share.L2": 0.6}).products.at["part", "foreign_share"]
        == 0.6
    )
    assert chain().network(levels={"part": "L4"}).products.at["part", "foreign_share"] == 0.2


def test_a_level_that_no_longer_holds_or_is_about_elsewhere_is_not_used():
    for more in ({"valid_until": "2025-03-01"}, {"scope": "440000"}, {"observed_on": "2025-12-01"}):
        assert chain(more=level("L2", **more)).network().products.at["part", "basis"] == "unknown"
    assert (
        chain(more=level("L2", observed_on="2025-12-01")).network(as_of="2026-01-01").products.at["part", "basis"]
        == "level"
    )


def test_without_any_fact_the_foreign_share_is_unknown_and_one_node_stands_for_all():
    network = chain().network()
    assert shares(network) == {"unspecified": 1}
    assert np.isnan(network.products.at["part", "foreign_share"])
    assert network.shock_cut("part") is None and network.largest_foreign_origin("part") is None
    assert shares(chain([part("a"), part("k")]).network()) == {"a": 0.5, "origin:KR": 0.5}


def test_contradicting_rows_the_newest_then_the_more_confident_counts():
    old = part("a", share=0.9, observed_on="2023-01-01", confidence="high")
    new = part("a", share=0.5, observed_on="2024-01-01", confidence="low")
    sure = part("a", share=0.6, observed_on="2024-01-01", confidence="high")
    assert shares(chain([old, new]).network())["a"] == 0.5
    network = chain([old, new, sure]).network()
    assert shares(network)["a"] == 0.6
    assert "contradicting_shares" in codes(network)


def test_laboratories_plants_being_built_and_stopped_ones_are_no_source():
    rows = [
        part("a", stage="lab"),
        part("b", status="building"),
        part("k", status="stopped"),
        part("k2", stage="unknown"),
    ]
    assert shares(chain(rows).network()) == {"origin:KR": 1}


def test_a_source_without_place_is_neither_home_nor_abroad():
    network = chain([part("u", share=0.4), part("k", share=0.6)]).network()
    assert network.products.at["part", "unknown_share"] == pytest.approx(0.4)
    assert network.nodes.loc[network.nodes["organisation"] == "u", "home"].isna().all()
    assert "place_unknown" in codes(network)


def test_flows_follow_shares_where_no_supply_is_known():
    network = chain([{"product": "car", "organisation": "b"}, part("a", share=0.4), part("k", share=0.6)]).network()
    flows = network.flows.set_index(["seller", "buyer"])["value"]
    assert flows.to_dict() == pytest.approx({("part@a", "car@b"): 0.24, ("part@origin:KR", "car@b"): 0.36})
    assert network.data_level.needs == "unit" and network.weights == "equal"


def cars_by_b(*supplies, **more):
    made = [{"product": "car", "organisation": "b"}, part("a", share=0.4), part("k", share=0.6)]
    return chain(made, more={"supplies": list(supplies)} | more)


def supply(supplier, value=None, **more):
    return {"supplier": supplier, "buyer": "b", "product": "part", "value": value} | more


def test_a_buyer_with_named_suppliers_is_served_by_them_alone():
    flows = cars_by_b(supply("a")).network().flows
    assert flows[["seller", "buyer", "basis"]].to_numpy().tolist() == [["part@a", "car@b", "supply without value"]]
    assert flows["value"].tolist() == pytest.approx([0.6])


def test_without_money_known_values_give_proportions_and_an_unknown_one_counts_as_their_mean():
    organisations = [{"code": code, "place": "440100"} for code in "abde"]
    made = [{"product": "car", "organisation": "b"}, *(part(code) for code in "ade")]
    supplies = {"supplies": [supply("a", 30), supply("d", 10), supply("e")]}
    network = chain(made, organisations=organisations, more=supplies).network()
    assert network.flows.set_index("seller")["value"].to_dict() == pytest.approx(
        {"part@a": 0.3, "part@d": 0.1, "part@e": 0.2}
    )


def in_money(*supplies):
    base = cars_by_b(*supplies)
    base.tables["products"].loc[base.tables["products"]["code"] == "car", "value"] = 1000.0
    return base.network()


def test_in_money_values_stand_and_suppliers_without_one_share_the_rest_of_the_need():
    network = in_money(supply("a", 100.0), supply("k"))
    assert network.flows.set_index("seller")["value"].to_dict() == pytest.approx({"part@a": 100, "part@origin:KR": 500})
    assert network.weights == "value" and network.data_level.n_flows_known == 1
    over = in_money(supply("a", 900.0), supply("k"))  # nothing is left of the need of 600
    assert over.flows.set_index("seller")["value"].to_dict() == pytest.approx({"part@a": 900, "part@origin:KR": 900})


def test_supplies_of_one_origin_add_up_and_contradictions_do_not():
    network = in_money(supply("k", 100.0), supply("k2", 50.0))
    assert network.flows["value"].tolist() == pytest.approx([150])
    twice = in_money(supply("a", 100.0, observed_on="2024-01-01"), supply("a", 70.0, observed_on="2025-01-01"))
    assert twice.flows["value"].tolist() == pytest.approx([70])
    assert "contradicting_supplies" in codes(twice)


def test_ten_thousands_are_converted_and_other_currencies_are_unknown():
    assert in_money(supply("a", 0.02, unit="万元")).flows["value"].tolist() == pytest.approx([200])
    network = in_money(supply("a", 100.0, currency="USD"))
    assert network.flows["value"].tolist() == pytest.approx([600])
    assert "supplies_other_currency" in codes(network)


def test_a_supplier_that_production_does_not_name_is_a_source_unless_it_is_known_not_to_supply():
    named = chain([{"product": "car", "organisation": "b"}], more={"supplies": [supply("a")]}).network()
    assert shares(named) == {"a": 1}
    made = [{"product": "car", "organisation": "b"}, part("a", stage="lab"), part("k")]
    silent = chain(made, more={"supplies": [supply("a")]}).network()
    assert shares(silent) == {"origin:KR": 1}
    assert "supplies_unplaced" in codes(silent)


def test_a_supply_without_an_input_row_ties_those_two_alone():
    made = [{"product": "car", "organisation": "b"}, {"product": "car", "organisation": "a"}, part("k")]
    network = chain(made, inputs=[], more={"supplies": [supply("k")]}).network()
    assert network.flows[["seller", "buyer", "input_class"]].to_numpy().tolist() == [["part@origin:KR", "car@b", 2]]
    assert "inputs_implied" in codes(network)


def test_a_supply_that_fits_nothing_is_told():
    network = cars_by_b(supply("a", buyer="k")).network()
    assert "supplies_unplaced" in codes(network)


def test_unknown_essential_counts_as_essential_and_no_as_not():
    for essential, expected in (("yes", 2), ("unknown", 2), ("no", 1)):
        network = chain(inputs=[{"product": "car", "input": "part", "essential": essential}]).network()
        assert network.flows["input_class"].tolist() == [expected]
        assert ("essential_unknown" in codes(network)) == (essential == "unknown")


def costs(*shares_of_cost, total=0.6):
    names = [f"p{i}" for i in range(len(shares_of_cost))]
    rows = [{"product": "car", "input": n, "cost_share": s} for n, s in zip(names, shares_of_cost, strict=True)]
    network = chain(products=("car", *names), inputs=rows).network(rules={"diagnosis.input_cost_total": total})
    return [round(network.products.at[name, "need"], 9) for name in names], codes(network)


def test_unknown_cost_shares_split_what_the_known_ones_leave_and_are_never_nothing():
    assert costs(0.2, None, None)[0] == [0.2, 0.2, 0.2]
    needs, told = costs(0.5, 0.2, None)
    assert needs == [0.5, 0.2, 0.2] and "cost_floor" in told
    assert costs(0.5, 0)[0] == [0.5, 0.1]
    needs, told = costs(0.9, 0.6)
    assert sum(needs) == pytest.approx(0.999) and "cost_over_one" in told


def test_a_circle_of_products_is_normal():
    inputs = [{"product": p, "input": k, "cost_share": 0.5} for p, k in (("car", "part"), ("part", "car"))]
    network = chain(inputs=inputs).network()
    assert network.products["need"].to_dict() == pytest.approx({"car": 4 / 3, "part": 2 / 3})
    assert network.loss(network.shock_stop("part")) == pytest.approx(1)


def test_a_parent_that_only_groups_has_no_node():
    base = chain(products=("car", "part", "film", "blue"))
    base.tables["products"].loc[base.tables["products"]["code"] == "blue", "parent"] = "film"
    network = base.network()
    assert len(network.nodes_of("film")) == 0 and network.products.at["film", "basis"] == "grouping"
    assert len(network.nodes_of("blue")) == 1


def test_without_final_products_losses_are_unknown():
    network = chain(finals=()).network()
    assert network.weights == "none" and network.loss(network.shock_stop("part")) is None
    assert network.losses([network.shock_stop("part"), None]) == [None, None]
    assert "finals_missing" in codes(network)


def test_more_flows_than_allowed_are_refused_with_the_number():
    organisations = [{"code": f"o{i}", "place": "440100"} for i in range(8)]
    made = [{"product": p, "organisation": o["code"]} for p in ("car", "part") for o in organisations]
    with pytest.raises(TooManyLinks, match="64 flows, more than 50"):
        chain(made, organisations=organisations).network(max_links=50)


def test_spare_capacity_takes_from_the_cut_what_others_can_add():
    rows = [part("a", share=0.4), part("k", share=0.6)]
    spare = {"product": "part", "item": "spare_capacity", "unit": "fraction"}
    unknown = chain(rows).network()
    assert unknown.shock_left("part")[0] is None and "备用产能" in unknown.shock_left("part")[1].zh
    whole = chain(rows, more={"parameters": [spare | {"value": 0.3}]}).network()
    assert whole.shock_left("part")[0].max() == pytest.approx(0.5)
    single = chain(rows, more={"parameters": [spare | {"value": 0.15, "organisation": "a"}]}).network()
    assert single.shock_left("part")[0].max() == pytest.approx(0.75)
    more = chain(rows, more={"parameters": [spare | {"value": 2.0}]}).network()
    assert more.shock_left("part")[0].max() == 0


def test_an_added_source_takes_an_equal_or_given_share_also_from_named_suppliers():
    base = cars_by_b(supply("k"))
    equal = base.network(added=[AddedSource("part", organisation="b")])
    assert shares(equal) == pytest.approx({"a": 0.4 * 2 / 3, "b": 1 / 3, "origin:KR": 0.4})
    assert equal.flows.set_index("seller")["value"].to_dict() == pytest.approx({"part@origin:KR": 0.4, "part@b": 0.2})
    given = base.network(added=[AddedSource("part", origin="VN", share=0.25)])
    assert shares(given) == pytest.approx({"a": 0.3, "origin:KR": 0.45, "origin:VN": 0.25})
    assert given.products.at["part", "foreign_share"] == pytest.approx(0.7)
    again = base.network(added=[AddedSource("part", organisation="a", share=0.5)])
    assert shares(again) == pytest.approx({"a": 0.7, "origin:KR": 0.3})
    purchases = [one.network.purchases.sum() for one in (base.network(), equal, given, again)]
    assert np.ptp(purchases) < 1e-12


def test_a_source_that_is_gone_stays_missing_and_the_next_origin_is_cut_beside_it():
    rows = [part("a", share=0.2), part("k", share=0.5), part(origin="JP", share=0.3)]
    network = chain(rows).network(gone=[GoneSource(origin="KR")])
    assert network.largest_foreign_origin("part") == ("JP", pytest.approx(0.3))
    assert network.loss(network.shock_cut("part")) == pytest.approx(0.8)
    nothing = chain(rows).network(gone=[GoneSource(organisation="a", product="car")])
    assert not nothing.lost.any()


def test_the_order_of_rows_changes_nothing():
    base = cars_by_b(supply("a", 3.0), supply("k", 2.0), **level("L2"))
    turned = Chain({name: table.iloc[::-1].reset_index(drop=True) for name, table in base.tables.items()})
    one, two = base.network(), turned.network()
    losses = [network.losses([network.shock_stop(c) for c in ("car", "part")]) for network in (one, two)]
    assert losses[0] == losses[1]
    flows = [n.flows.sort_values(["seller", "buyer"]).reset_index(drop=True) for n in (one, two)]
    pd.testing.assert_frame_equal(*flows)


def test_a_maker_without_a_share_is_not_swallowed_by_a_neighbour_that_has_one():
    organisations = [{"code": "a", "place": "440100"}, {"code": "t", "place": "US"}, {"code": "n", "place": "US"}]
    network = chain([part("a", share=0.4), part("n", share=0.2), part("t")], organisations=organisations).network()
    assert shares(network) == {"a": 0.4, "origin:US": 0.6}
    assert network.products.at["part", "foreign_share"] == pytest.approx(0.6)
    both = [part("a", share=0.4), part(origin="US", share=0.2), part("t"), part(origin="JP")]
    assert shares(chain(both, organisations=organisations).network()) == {"a": 0.4, "origin:US": 0.4, "origin:JP": 0.2}


def test_every_row_weighs_in_the_remainder_also_where_origins_are_pooled():
    network = chain([part("a", share=0.4), part("b"), part("k"), part("k2"), part(origin="JP")]).network()
    assert shares(network) == {"a": 0.4, "b": 0.15, "origin:XX": 0.45}


def test_an_equal_split_that_decides_the_largest_origin_is_inferred():
    split = chain([part("a", share=0.5), part("b"), part("k")]).network().products.loc["part"]
    assert (split["basis"], split["guess"], split["inferred"]) == ("shares", "split", True)
    might_be_larger = [part(origin="JP", share=0.3), part("b"), part("k"), part("a", share=0.3)]
    assert chain(might_be_larger).network().products.at["part", "guess"] == "split"
    too_small = [part(origin="JP", share=0.6), part("b"), part("k"), part("a", share=0.2)]
    assert chain(too_small).network().products.at["part", "inferred"] == np.False_


def test_a_rate_that_does_not_say_what_it_counts_is_used_last_and_inferred():
    open_ended = rate(0.3, "国产化率", observed_on="2025-01-01")["indicators"]
    network = chain(more={"indicators": open_ended}).network()
    assert shares(network) == {"place:CN": 0.3, "origin:XX": 0.7}
    assert network.products.loc["part", ["basis", "guess", "inferred"]].tolist() == [
        "domestic_rate",
        "rate_without_basis",
        True,
    ]
    both = chain(more={"indicators": open_ended + rate(0.6)["indicators"]}).network()
    assert shares(both) == {"place:CN": 0.6, "origin:XX": 0.4}
    assert not both.products.at["part", "inferred"]
