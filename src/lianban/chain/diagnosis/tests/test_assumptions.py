"""What is assumed says so: rates without a basis, levels that may be higher, gaps in one place only."""

import pytest

from lianban.chain.diagnosis import diagnose
from lianban.chain.diagnosis.sources import basis_of


@pytest.mark.parametrize(
    ("definition", "basis"),
    [
        ("硅片国产化率", "unspecified"),
        ("芯片国产化率", "unspecified"),
        ("芯片国产化率，按片数", "quantity"),
        ("国产化率（未注明按装机还是金额）", "unspecified"),
        ("按金额计，未注明年份", "value"),
        ("按数量而非金额", "quantity"),
        ("国家数据：国产化率", "unspecified"),
        ("高价值耗材国产化率", "unspecified"),
        ("按企业数量", "firms"),
        ("by number of firms, not stated when", "firms"),
        ("unspecified whether by value or quantity", "unspecified"),
        ("high-value parts, by quantity", "quantity"),
        ("domestic revenue over total revenue", "value"),
    ],
)
def test_a_definition_tells_what_is_counted_only_where_it_says_so(definition, basis):
    assert basis_of(definition) == basis


def one_part(make_chain, **tables):
    products = [{"code": "car", "final": True}, {"code": "part"}]
    inputs = [{"product": "car", "input": "part", "essential": "yes"}]
    return make_chain(products=products, inputs=inputs, **tables)


def by_firm(place, **more):
    return {
        "organisations": [{"code": "o", "kind": "firm", "place": place}],
        "production": [
            {"product": "part", "organisation": "o", "stage": "stable_volume", "status": "operating"} | more
        ],
    }


def test_a_rate_without_basis_counts_and_the_sentence_says_inferred(make_chain):
    rate = {"product": "part", "item": "domestic_rate", "value": 0.3, "unit": "fraction", "definition": "国产化率"}
    level = {"product": "part", "item": "level", "value": "L3", "assessor": "专家组"}
    point = diagnose(one_part(make_chain, indicators=[rate], assessments=[level])).by_code["part"]
    assert point.loss.foreign_share == pytest.approx(0.7)
    assert point.loss.inferred
    assert point.triple.shown == "stable_rate_unknown"  # a verdict needs a stated denominator
    assert (
        "推定，口径未注明" in diagnose(one_part(make_chain, indicators=[rate], assessments=[level])).reason("part").zh
    )


def test_a_split_remainder_says_inferred_in_the_sentence(make_chain):
    tables = by_firm("441200", share=0.3, share_of="home_supply")
    tables["production"] += [{"product": "part", "origin": "JP", "stage": "stable_volume", "status": "operating"}]
    result = diagnose(one_part(make_chain, **tables))
    assert result.by_code["part"].loss.largest_origin_share == pytest.approx(0.7)
    assert "推定" in result.reason("part").zh


def test_a_level_of_the_known_sources_only_makes_an_upper_bound_and_a_provisional_route(make_chain):
    result = diagnose(one_part(make_chain, **by_firm("441200")))
    point = result.by_code["part"]
    assert (point.level.used, point.level.used_at_least) == ("L3", True)
    assert point.loss.guess == "level_at_least"
    assert "至多如此" in result.reason("part").zh
    assert (point.route.code, point.route.provisional) == ("second_source", True)

    complete = [{"product": "part", "item": "sources_complete", "value": "yes", "assessor": "链办"}]
    sure = diagnose(one_part(make_chain, **by_firm("441200"), assessments=complete)).by_code["part"]
    assert (sure.route.code, sure.route.provisional, sure.loss.guess) == ("second_source", False, None)


def test_a_strong_product_missing_locally_has_its_own_list(make_chain):
    tables = by_firm("110000", share=1.0, share_of="home_supply")
    level = {"product": "part", "item": "level", "value": "L5", "assessor": "专家组"}
    complete = {"product": "part", "item": "sources_complete", "value": "yes", "assessor": "链办"}
    chain = one_part(make_chain, **tables, assessments=[level, complete])
    nation, city = diagnose(chain), diagnose(chain, scope="city")
    assert nation.missing_locally == []
    assert [point.code for point in city.missing_locally] == ["part"]
    part = city.by_code["part"]
    assert part.severity == 0
    assert part.rank is None or part.kind == "thin"
    assert (part.route.code, part.route.also) == ("cooperate", ("buy", "invite"))
    assert city.to_dict()["missing_locally"] == ["part"]
