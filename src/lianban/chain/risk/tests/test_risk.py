"""The systemic risk of a chain: who fails, what is lost, and on what the numbers stand."""

import json

import numpy as np
import pytest

from lianban import samples
from lianban.chain.chain import Chain
from lianban.chain.package import read_chain
from lianban.chain.risk import RiskQuestionError
from lianban.engine import InvalidShock, SupplyNetwork
from lianban.engine.cascade import simulate

MADE = {"stage": "stable_volume", "share_of": "home_supply"}


def tables(final=True):
    """Packs need cells from B (0.6) and Korea (0.4); B also makes half of the film; packs are the output."""
    return {
        "chain": [{"code": "battery", "name": "电池", "name_en": "Batteries", "home": "CN", "data_date": "2025-06-30"}],
        "products": [
            {"code": "pack", "name": "电池包", "name_en": "Pack", "final": final, "value": 100, "unit": "万元"},
            {"code": "cell", "name": "电芯", "name_en": "Cell"},
            {"code": "film", "name": "隔膜"},
        ],
        "organisations": [
            {"code": "A", "name": "甲公司", "name_en": "Firm A", "place": "441200"},
            {"code": "B", "name": "乙公司", "place": "350900"},
        ],
        "inputs": [
            {"product": "pack", "input": "cell", "essential": "yes", "cost_share": 0.5},
            {"product": "cell", "input": "film", "essential": "no", "cost_share": 0.2},
        ],
        "production": [
            {"product": "pack", "organisation": "A", "share": 1.0, **MADE},
            {"product": "cell", "organisation": "B", "share": 0.6, **MADE},
            {"product": "cell", "origin": "KR", "share": 0.4, **MADE},
            {"product": "film", "organisation": "B", "share": 0.5, **MADE, "confidentiality": "office"},
        ],
    }


@pytest.fixture
def chain():
    return Chain.from_tables(tables(), name="battery")


def test_an_organisation_fails_with_all_its_nodes(chain):
    result = chain.systemic_risk(eps=1e-12)
    table = result.table("en")
    assert table["code"].tolist() == ["A", "B"] and table["name"].tolist() == ["Firm A", "乙公司"]
    assert table["n_nodes"].tolist() == [1, 2] and table["rank"].tolist() == [1, 2]
    network = chain.network()
    shock = network.shock(network.nodes_of_organisation("B"))
    alone = simulate(network.network, shock, eps=1e-12)
    assert (table["esri"][1], table["esri_down"][1], table["esri_up"][1]) == (
        alone.loss,
        alone.loss_down,
        alone.loss_up,
    )
    assert table["own"].tolist() == [1.0, 0.0]


def test_products_nodes_and_origins_are_other_scenarios(chain):
    by_product = chain.systemic_risk("product", eps=1e-12).table().set_index("code")["esri"]
    assert by_product["cell"] == pytest.approx(chain.network().loss(chain.network().shock_stop("cell")))
    nodes = chain.systemic_risk("node")
    assert [one.code for one in nodes.who] == chain.network().nodes["label"].tolist()
    names = {one.code: (one.name.zh, one.name.en) for one in nodes.who}
    assert names["cell@B"] == ("电芯 · 乙公司", "Cell · 乙公司")
    assert names["cell@origin:KR"] == ("电芯 · 来源地 KR", "Cell · origin KR")
    assert names["film@unspecified"] == ("隔膜 · 来源不明", "隔膜 · unspecified")
    assert [one.code for one in chain.systemic_risk("origin").who] == ["CN", "KR"]


@pytest.mark.parametrize("name", ["antibody"])
def test_a_settled_index_by_product_and_organisation_is_the_loss_of_the_diagnosis(name):
    sample = read_chain(f"sample:{name}")
    assert samples.path(name).exists()
    diagnosis = sample.diagnose()
    by_product = sample.systemic_risk("product", eps=1e-12).frame.set_index("code")["esri"]
    compared = [point for point in diagnosis.products if point.loss.stop is not None]
    assert compared and all(by_product[p.code] == pytest.approx(p.loss.stop, abs=1e-12) for p in compared)
    by_maker = sample.systemic_risk(eps=1e-12).frame.set_index("code")["esri"]
    told = [one for one in diagnosis.organisations if one.loss is not None]
    assert told and all(by_maker[one.code] == pytest.approx(one.loss, abs=1e-12) for one in told)


def test_sales_may_count_as_output_and_nobody_take_over(chain):
    sales = chain.systemic_risk("node", weights="sales").result
    assert sales.network.output_weight.tolist() == chain.network().network.sales.tolist()
    given = chain.systemic_risk("node", weights=np.arange(1, 6)[: len(chain.network().nodes)])
    assert given.result.network.output_weight[0] == 1 and "given" in given.notes[1].en
    with_market, without = (chain.systemic_risk("node", market=market).frame["esri"] for market in (True, False))
    assert (without >= with_market).all() and (without > with_market).any()


def test_the_notes_say_on_what_the_numbers_stand_in_both_languages(chain):
    told = chain.systemic_risk(market=False).notes
    assert any("0.01" in note.en and "not convergence" in note.en for note in told)
    assert any("Nobody takes over" in note.en for note in told) and any("最终产品" in note.zh for note in told)
    assert any(note.en.startswith("Data: ") for note in told)
    assert not any("0.01" in note.en for note in chain.systemic_risk(eps=1e-12).notes)


def test_without_a_final_product_losses_are_unknown_with_the_reason():
    result = Chain.from_tables(tables(final=False)).systemic_risk()
    table = result.table()
    assert table["esri"].isna().all() and table["rank"].isna().all() and result.result is None
    assert "final" in table["reason"][0] and "no product is marked final" in result.notes[0].en
    plain = result.to_dict()
    assert plain["scenarios"][0]["esri"] is None and plain["fingerprint"] is None
    assert Chain.from_tables(tables(final=False)).systemic_risk(weights="sales").result is None  # nothing flows either


def test_what_did_not_settle_is_unknown_and_last(chain):
    result = chain.systemic_risk("product", max_iterations=1)
    table = result.table("en")
    assert table["converged"].tolist() == [False] * 3 and table["esri"].isna().all()
    assert "in step 1" in table["reason"][0] and "上限 1" in result.table("zh")["reason"][0]
    assert any("3 scenarios did not settle" in note.en for note in result.notes)


def test_the_dictionary_is_plain_and_says_how_it_came_about(chain):
    result = chain.systemic_risk("product", sample=2, seed=3)
    plain = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert plain["schema"] == "lianban/risk/1" and plain["by"] == "product" and len(plain["scenarios"]) == 2
    assert plain["fingerprint"] == result.result.fingerprint and plain["confidentiality"] == "office"
    assert plain["chain"] == {"zh": "电池", "en": "Batteries"} and plain["parameters"]["eps"] == 0.01
    again = chain.systemic_risk("product", sample=2, seed=3)
    assert json.loads(json.dumps(again.to_dict())) == plain


def test_given_shocks_have_their_names(chain):
    n = len(chain.network().nodes)
    shocks = np.zeros((n, 2))
    shocks[0, 0], shocks[:2, 1] = 0.5, 1.0
    result = chain.systemic_risk(shocks=shocks, names=["fire", "flood"])
    assert result.by == "shock" and [one.code for one in result.who] == ["fire", "flood"]
    assert result.frame["n_nodes"].tolist() == [1, 2]
    assert chain.systemic_risk(shocks=shocks).frame["code"].tolist() == ["1", "2"]
    with pytest.raises(InvalidShock):
        chain.systemic_risk(shocks=np.zeros((n + 1, 1)))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"by": "park"}, "organisation, product, node, origin"),
        ({"weights": "jobs"}, "final, sales"),
        ({"sample": 9}, "there are 2 scenarios"),
        ({"shocks": np.eye(5), "sample": 2}, "leave sample out"),
    ],
)
def test_what_cannot_be_asked_is_told_in_both_languages(chain, arguments, told):
    with pytest.raises(RiskQuestionError) as refused:
        chain.systemic_risk(**arguments)
    assert told in refused.value.text.en and refused.value.text.zh


def test_a_chain_s_run_goes_on_from_its_checkpoint(chain, tmp_path):
    whole = chain.systemic_risk("node", checkpoint=tmp_path / "run")
    assert (tmp_path / "run" / "run.json").exists()
    again = chain.systemic_risk("node", checkpoint=tmp_path / "run")
    assert whole.result.esri.tobytes() == again.result.esri.tobytes()
    assert isinstance(whole.result.network, SupplyNetwork)
