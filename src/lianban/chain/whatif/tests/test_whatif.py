"""What if: the loss of the moment, the list before and after, and what is refused."""

import json

import pytest

from lianban.chain.chain import Chain
from lianban.chain.whatif import (
    AddSource,
    CutOrigin,
    CutProduct,
    ImproveLevel,
    ScenarioError,
    StopOrganisations,
    StopProduct,
)


@pytest.fixture(scope="module")
def chain():
    """Cars need cells (40 % at home, 60 % from abroad) and seats; cells need film, known by its level only."""
    common = {"source": "s", "observed_on": "2025-01-01"}
    return Chain.from_tables(
        {
            "chain": [{"code": "c", "name": "车", "home": "CN", "data_date": "2025-06-30"}],
            "segments": [{"code": "one", "name": "一", "stage": 1}],
            "sources": [{"code": "s", "title": "t", "kind": "own"}],
            "products": [
                {"code": code, "name": name, "segment": "one", "final": code == "car"} | common
                for code, name in (("car", "整车"), ("cell", "电芯"), ("seat", "座椅"), ("film", "隔膜"))
            ],
            "organisations": [
                {"code": "kaiche", "name": "开车公司", "kind": "firm", "place": "441200"} | common,
                {"code": "dianxin", "name": "电芯公司", "kind": "firm", "place": "350900"} | common,
                {"code": "daehan", "name": "大韩", "kind": "firm", "place": "KR"} | common,
            ],
            "inputs": [
                {"product": "car", "input": "cell", "essential": "yes"} | common,
                {"product": "car", "input": "seat", "essential": "no"} | common,
                {"product": "cell", "input": "film", "essential": "yes"} | common,
            ],
            "production": [
                {"product": "car", "organisation": "kaiche", "stage": "stable_volume"} | common,
                _cell(organisation="dianxin", share=0.4),
                _cell(organisation="daehan", share=0.45),
                _cell(origin="JP", share=0.15),
            ],
            "assessments": [
                {"product": product, "item": "level", "value": value, "voice": "expert"} | common
                for product, value in (("car", "L5"), ("cell", "L3"), ("seat", "L4"), ("film", "L2"))
            ],
        }
    )


def _cell(**more):
    common = {"source": "s", "observed_on": "2025-01-01", "stage": "stable_volume", "share_of": "home_supply"}
    return {"product": "cell"} | common | more


def test_a_stopped_maker_costs_output_at_once_and_the_way_is_told(chain):
    result = chain.what_if(StopOrganisations("dianxin"))
    final = result.outcome.by_final[0]
    # 0.4 / (0.45 + 0.15) of what it sold cannot be replaced: 0.4 × 0.4 / 0.6.
    assert result.outcome.loss == pytest.approx(0.4 * 0.4 / 0.6)
    assert final.code == "car" and final.path == ("cell@dianxin", "car@kaiche")
    assert result.outcome.loss == result.outcome.loss_without


def test_a_stopped_source_stays_missing_in_the_list_after(chain):
    change = chain.what_if(StopOrganisations("dianxin")).change("cell")
    assert change.before["largest_origin"] == change.after["largest_origin"] == "KR"
    assert change.after["loss_cut"] == pytest.approx(0.85)
    assert change.worse and change.after["rank"] < change.before["rank"] + 1
    assert any("持续缺失" in reason.zh and "stay missing" in reason.en for reason in change.reasons)


def test_a_cut_origin_leaves_the_next_one_to_fear(chain):
    result = chain.what_if(CutOrigin("KR"))
    change = result.change("cell")
    assert (change.before["largest_origin"], change.after["largest_origin"]) == ("KR", "JP")
    # Korea cannot be replaced at all; Japan sells less than is left of the market, and only its share of that is missed.
    assert change.after["loss_cut"] == pytest.approx(0.45 + 0.15 * 0.15 / 0.4) and change.worse
    assert result.outcome.by_final[0].path == ("cell@origin:KR", "car@kaiche")
    assert chain.what_if(CutOrigin("KR", "cell")).outcome.loss == result.outcome.loss


def test_stopping_or_cutting_a_product_is_a_loss_of_the_moment_only(chain):
    stop, half = chain.what_if(StopProduct("film")), chain.what_if(CutProduct("film", 0.5))
    assert stop.outcome.loss == pytest.approx(1) and stop.changes == ()
    assert 0 < half.outcome.loss < 1
    assert stop.outcome.by_final[0].products == ("film", "cell", "car")


def test_a_second_source_at_home_lowers_the_loss_of_a_cut(chain):
    change = chain.what_if(AddSource("film", organisation="dianxin")).change("film")
    assert change.after["loss_cut"] < change.before["loss_cut"]
    assert change.after["foreign_share"] == pytest.approx(0.8 * 2 / 3)
    assert any("新增来源分担了份额" in reason.zh for reason in change.reasons)
    given = chain.what_if(AddSource("film", origin="441200", share=0.5)).change("film")
    assert given.after["foreign_share"] == pytest.approx(0.4)


def test_a_change_for_the_worse_is_shown_and_says_why(chain):
    change = chain.what_if(AddSource("seat", origin="DE", share=0.6)).change("seat")
    assert change.worse
    told = " ".join(reason.en for reason in change.reasons)
    assert "the new source is abroad" in told and "Worse for that" in told


def test_a_better_level_raises_readiness_and_the_share_inferred_from_it(chain):
    change = chain.what_if(ImproveLevel("film", "L4")).change("film")
    assert (change.before["level"], change.after["level"]) == ("L2", "L4")
    assert change.after["foreign_share"] == pytest.approx(0.2)
    assert change.after["severity"] < change.before["severity"]
    assert any("情景设定" in reason.zh for reason in change.reasons)


def test_what_an_edit_does_downstream_is_shown_too(chain):
    result = chain.what_if(AddSource("film", organisation="dianxin"), StopOrganisations("dianxin"))
    assert result.outcome.loss != result.outcome.loss_without
    assert {change.code for change in result.changes} >= {"film", "cell"}


def test_the_output_stays_weighted_as_before(chain):
    result = chain.what_if(AddSource("car", origin="DE", share=0.5))
    before, after = (n.products["weight"].to_dict() for n in (result.network_before, result.network_after))
    assert before == after


def test_the_baseline_is_the_plain_diagnosis_and_nothing_in_the_chain_changes(chain):
    fingerprint = chain.fingerprint
    result = chain.what_if(StopOrganisations("dianxin"), ImproveLevel("film", "L3"), AddSource("seat", origin="DE"))
    assert result.before.to_json() == chain.diagnose().to_json()
    assert chain.fingerprint == fingerprint


def test_the_same_scenario_gives_the_same_bytes(chain):
    one, two = (chain.what_if(CutOrigin("KR"), AddSource("film", origin="CN")).to_dict() for _ in range(2))
    assert json.dumps(one, allow_nan=False) == json.dumps(two, allow_nan=False)
    assert one["schema"] == "lianban/whatif/1" and len(one["scenarios"]) == 2


def test_the_table_shows_both_sides_in_both_languages(chain):
    table = chain.what_if(ImproveLevel("film", "L4")).table("en")
    assert {"severity_before", "severity_after", "reasons"} <= set(table.columns)
    assert "set by the scenario" in table.set_index("code").at["film", "reasons"]


def test_assumptions_name_what_the_numbers_stand_on(chain):
    told = " ".join(text.zh for text in chain.what_if(CutOrigin("KR"), AddSource("film", origin="CN")).assumptions)
    assert "持续缺失" in told and "不改变需方采购量" in told and "等权" in told


def test_unknown_codes_are_told_all_at_once_with_near_ones(chain):
    with pytest.raises(ScenarioError) as refused:
        chain.what_if(
            StopOrganisations(["dianxn", "kaiche"]), StopProduct("fim"), AddSource("seat", organisation="开车")
        )
    text = refused.value.text
    assert refused.value.unknown
    assert "dianxn" in text.zh and "dianxin" in text.zh and "film" in text.en and "did you mean kaiche" in text.en


@pytest.mark.parametrize(
    ("scenario", "told"),
    [
        (CutProduct("film", 1.5), "between 0 and 1"),
        (ImproveLevel("film", "L7"), "no level"),
        (AddSource("film"), "one of the two"),
        (AddSource("film", origin="Korea"), "no code of a place"),
        (AddSource("film", origin="KR", share=0), "above 0"),
        (CutOrigin("DE"), "origins in this network: CN, JP, KR, XX"),
        (StopOrganisations("daehan"), "cut the origin instead"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(chain, scenario, told):
    with pytest.raises(ScenarioError) as refused:
        chain.what_if(scenario)
    assert told in refused.value.text.en and not refused.value.unknown


def test_nothing_is_refused_too(chain):
    with pytest.raises(ScenarioError, match="没有给出情景"):
        chain.what_if()
