"""Actions on a chain: proposed without costs, evaluated as the what-if does, chosen under a budget, explained."""

import itertools
import json

import numpy as np
import pandas as pd
import pytest

import lianban
from lianban.chain.chain import Chain
from lianban.chain.interventions import Action, CostsError, PortfolioError, best_portfolio
from lianban.chain.interventions.candidates import candidate, candidates_from
from lianban.chain.interventions.losses import ChainLosses
from lianban.chain.interventions.named import read_scenarios
from lianban.chain.interventions.setting import Setting
from lianban.chain.whatif import AddSource, CutOrigin, ScenarioError, StopOrganisations

FACT = {"source": "s", "observed_on": "2025-01-01"}


def small_chain(spare=(), at_home=0.4):
    """Cars need cells (Korea 0.6, firm b 0.4) and chips (all Korea); firm a makes the cars."""
    maker = FACT | {"stage": "stable_volume", "share_of": "home_supply"}
    return Chain.from_tables(
        {
            "chain": [{"code": "c", "name": "车", "home": "CN", "data_date": "2025-06-30"}],
            "segments": [{"code": "one", "name": "一", "stage": 1}],
            "sources": [{"code": "s", "title": "t", "kind": "own"}],
            "products": [
                FACT | {"code": "car", "name": "整车", "name_en": "Car", "segment": "one", "final": True},
                FACT | {"code": "cell", "name": "电芯", "name_en": "Cell", "segment": "one"},
                FACT | {"code": "chip", "name": "芯片", "name_en": "Chip", "segment": "one"},
            ],
            "organisations": [
                FACT | {"code": "a", "name": "甲", "kind": "firm", "place": "441200"},
                FACT | {"code": "b", "name": "乙", "kind": "firm", "place": "350900"},
            ],
            "inputs": [FACT | {"product": "car", "input": one, "essential": "yes"} for one in ("cell", "chip")],
            "production": [
                maker | {"product": "car", "organisation": "a", "share": 1.0},
                maker | {"product": "cell", "organisation": "b", "share": at_home},
                maker | {"product": "cell", "origin": "KR", "share": 1 - at_home},
                maker | {"product": "chip", "origin": "KR", "share": 1.0},
            ],
            "assessments": [
                FACT | {"product": one, "item": "level", "value": "L3", "voice": "expert"} for one in ("car", "cell")
            ],
            "parameters": [FACT | one for one in spare],
        }
    )


@pytest.fixture(scope="module")
def setting():
    return Setting(small_chain(), scope="nation", rules="cn-core-2025", as_of=None)


@pytest.fixture(scope="module")
def antibody():
    return lianban.read_chain("sample:antibody").actions(top=4)


def loss(setting, scenarios, *actions, shock_days=90.0):
    losses = ChainLosses(setting, actions, read_scenarios(setting, scenarios, actions, 5), shock_days)
    return losses.losses([(0, (1 << len(actions)) - 1)])[0]


def test_a_second_source_does_what_the_what_if_does(setting):
    cut = CutOrigin("KR", "cell")
    added = Action("second_source", "cell", "441200", 0.5)

    expected = setting.chain.what_if(cut, AddSource("cell", origin="441200", share=0.5)).outcome

    assert loss(setting, [cut]) == pytest.approx(expected.loss_without, abs=1e-12)
    assert loss(setting, [cut], added) == pytest.approx(expected.loss, abs=1e-12)


def test_capacity_covers_what_spare_capacity_covers(setting):
    """The added capacity leaves of a cut what the diagnosis leaves of it for the same spare capacity."""
    spare = {"product": "cell", "organisation": "b", "item": "spare_capacity", "value": 0.2, "unit": "fraction"}
    known = small_chain([spare]).diagnose().by_code["cell"].loss.left

    found = loss(setting, [CutOrigin("KR", "cell")], Action("capacity", "cell", "b", 0.2))

    assert found == pytest.approx(known, abs=1e-12)
    assert found < loss(setting, [CutOrigin("KR", "cell")])


def test_a_raised_level_stands_in_for_what_is_cut(setting):
    """From readiness 0.6 to 0.85 leaves 0.15 / 0.4 of the shock on makers abroad."""
    network = setting.base
    shock = network.shock(network.nodes_of_origin("KR", "cell"), 0.15 / 0.4)

    assert loss(setting, [CutOrigin("KR", "cell")], Action("level", "cell", level="L4")) == pytest.approx(
        network.loss(shock), abs=1e-12
    )


def test_stock_bridges_its_part_of_the_shock(setting):
    cut, stock = CutOrigin("KR", "chip"), Action("stock", "chip", amount=30)

    assert loss(setting, [cut], stock, shock_days=60) == pytest.approx(loss(setting, [cut]) / 2, abs=1e-12)
    assert loss(setting, [cut], stock, shock_days=20) == 0


def test_a_retained_firm_does_not_stop(setting):
    stops = StopOrganisations("b")

    assert loss(setting, [stops]) > 0
    assert loss(setting, [stops], Action("retain", who="b")) == 0


def test_two_inputs_under_one_origin_are_worth_nothing_singly():
    setting = Setting(small_chain(at_home=0.0), scope="nation", rules="cn-core-2025", as_of=None)
    both = [Action("second_source", "cell", "b", 1.0), Action("second_source", "chip", "441200", 1.0)]
    costs = {one.code: 3e6 for one in both}
    chosen = candidates_from(setting, both).with_costs(costs)

    found = best_portfolio(setting.chain, chosen, "600万", scenarios=CutOrigin("KR"))
    half = best_portfolio(setting.chain, chosen, "300万", scenarios=CutOrigin("KR"))

    assert found.status == "proved optimal"
    assert (found.portfolio.value_before, found.portfolio.best.value, found.cost) == (1.0, 0.0, 6e6)
    assert found.portfolio.interactions[0].surplus == pytest.approx(1.0)
    assert half.status == "none"
    assert half.words.zh.startswith("在所列假设下")


def test_actions_that_do_not_matter_change_nothing(antibody):
    """Every subset of ten of the sample's candidates gives what its actions that matter give."""
    setting, rng = antibody.setting, np.random.default_rng(7)
    actions = [one.action for one in antibody.candidates]
    actions = [actions[at] for at in sorted(rng.choice(len(actions), 10, replace=False))]
    losses = ChainLosses(setting, actions, read_scenarios(setting, None, actions, 4), 90)
    asked = [(s, int(rng.integers(0, 2**10))) for s in range(4) for _ in range(5)]
    only = [(s, sum(1 << at for at in range(10) if taken >> at & 1 and losses.matters[s, at])) for s, taken in asked]

    np.testing.assert_allclose(losses.losses(asked), losses.losses(only), atol=1e-11)
    assert not losses.matters.all()


def test_candidates_come_without_costs_and_cover_every_kind(antibody):
    table = antibody.table("en")

    assert table["cost"].isna().all()
    assert {one.action.kind for one in antibody.candidates} >= {"second_source", "origin", "level", "capacity", "stock"}
    assert all(Action.parse(one.code) == one.action for one in antibody.candidates)
    assert "→" in antibody.candidates[0].effect.zh
    json.dumps(antibody.to_dict(), allow_nan=False)


def test_nothing_is_recommended_before_costs_are_entered(antibody):
    with pytest.raises(CostsError, match="还没有录入任何费用"):
        best_portfolio(antibody.setting.chain, antibody, 1e6)


def test_the_template_comes_back_with_costs(antibody, tmp_path):
    path = antibody.write_template(tmp_path / "costs.csv")
    filled = pd.read_csv(path, dtype=object)
    filled.loc[0, "cost"], filled.loc[1, "cost"] = "1.2亿元", "500,000"
    filled.to_csv(path, index=False, encoding="gb18030")

    costs = [one.cost for one in antibody.with_costs(path).candidates]

    assert costs[:2] == [1.2e8, 5e5]
    assert costs[2:] == [None] * (len(costs) - 2)


def test_costs_that_cannot_be_used_are_all_told_with_their_rows(antibody):
    stock = next(one.code for one in antibody.candidates if one.action.kind == "stock")
    table = pd.DataFrame(
        {
            "code": [stock, stock, "stok:bag:3", "stock:bag", "level:bag:L9", "stock:bagg:30"],
            "cost": [1, -5, 1, 1, 1, 1],
        }
    )

    with pytest.raises(CostsError) as first:
        antibody.with_costs(table)
    with pytest.raises(CostsError) as second:
        antibody.with_costs(table.drop(index=[1]))

    assert [(one.row, one.code) for one in first.value.problems] == [(2, stock), (2, stock)]
    assert [one.code for one in second.value.problems] == ["stok:bag:3", "stock:bag", "level:bag:L9", "stock:bagg:30"]
    assert "bag" in second.value.problems[3].text.en
    with pytest.raises(CostsError, match="code, cost"):
        antibody.with_costs(pd.DataFrame({"措施": ["x"]}))


@pytest.mark.parametrize(
    ("action", "told"),
    [
        (Action("level", "cell", level="L2"), "already"),
        (Action("level", "chip", level="L2"), "unknown"),
        (Action("capacity", "cell", "a", 0.1), "does not make"),
        (Action("retain", who="zz"), "No organisation"),
        (Action("origin", "cell", "441200", 0.1), "no origin abroad"),
        (Action("second_source", "cell", "nowhere", 0.1), "No organisation or place"),
    ],
)
def test_actions_that_do_not_fit_say_why(setting, action, told):
    with pytest.raises(lianban.LianbanError) as refused:
        candidate(setting, action, action)

    assert told in refused.value.text.en


def test_a_question_that_makes_no_sense_is_refused_whole(setting):
    one = candidates_from(setting, [Action("stock", "chip", amount=30)]).with_costs({"stock:chip:30": 1})
    ask = {"scenarios": [CutOrigin("KR", "chip"), CutOrigin("KR", "cell")]}

    with pytest.raises(PortfolioError) as refused:
        best_portfolio(
            setting.chain, one, -1, objective="mean", shock_days=0, probabilities={"cut:KR:chip": 1.5, "x": 0}, **ask
        )

    for part in ("Budget -1", "No objective mean", "0 days", "No probability for: cut:KR:cell", "no such scenarios: x"):
        assert part in refused.value.text.en
    with pytest.raises(ScenarioError):
        best_portfolio(setting.chain, one, 1, scenarios=[AddSource("chip", origin="US")])
    with pytest.raises(ScenarioError):
        best_portfolio(setting.chain, one, 1, scenarios=[CutOrigin("KR", "chop")])


@pytest.fixture(scope="module")
def answer(setting):
    costs = {
        "stock:chip:30": "50万",
        "stock:chip:60": "80万",
        "second_source:cell:b:0.3": 1e6,
        "retain:b": 2e5,
        "level:cell:L4": None,
    }
    actions = [Action.parse(code) for code in costs]
    given = {"韩国全部断供": CutOrigin("KR"), "电芯断供": [CutOrigin("KR", "cell")], "乙停产": StopOrganisations("b")}
    probabilities = dict(zip(given, (0.2, 0.3, 0.1), strict=True))
    return best_portfolio(
        setting.chain,
        candidates_from(setting, actions).with_costs(costs),
        "200万",
        scenarios=given,
        probabilities=probabilities,
        objective="cvar",
    )


def test_a_recommendation_explains_itself(answer):
    shown = answer.to_dict()

    json.dumps(shown, allow_nan=False)
    assert shown["objective"] == "cvar" and shown["alpha"] == 0.9 and shown["probabilities"] == "given"
    assert [one["code"] for one in shown["left_out"]] == ["level:cell:L4"]
    assert shown["chosen"]
    for one in shown["chosen"]:
        assert one["facts"] and one["contributions"] and one["paths"]
        assert one["contributions"][0]["gain"] > 0
        assert one["facts"][0]["age_days"] == 180
        assert one["paths"][0]["before"][-1] == "car"
    assert not {"stock:chip:30", "stock:chip:60"} <= {one["code"] for one in shown["chosen"]}
    assert any("90" in text["zh"] for text in shown["assumptions"])
    assert list(answer.table("en")["code"]) == [one["code"] for one in shown["chosen"]]


def test_the_answer_is_the_best_of_all_subsets(answer):
    """Every affordable subset, evaluated without memory or bounds."""
    actions = [one.action for one in answer.candidates]
    losses = ChainLosses(answer.setting, actions, answer.scenarios, answer.shock_days)
    values = []
    for some in itertools.chain.from_iterable(
        itertools.combinations(range(len(actions)), n) for n in range(len(actions) + 1)
    ):
        taken = sum(1 << at for at in some)
        if answer.problem.affordable(taken):
            values.append(answer.problem.values(losses.losses([(s, taken) for s in range(3)])[None, :])[0])

    assert answer.status == "proved optimal"
    assert answer.portfolio.best.value == pytest.approx(min(values), abs=1e-12)


def test_the_default_scenarios_are_the_cuts_of_the_worst_and_the_exits_of_retained_firms(setting):
    named = read_scenarios(setting, None, [Action("retain", who="b")], 5)

    assert [one.code for one in named] == ["cut:KR:cell", "stop:b"] or {one.code for one in named} >= {
        "cut:KR:cell",
        "stop:b",
    }
    assert "韩国" in named[0].name.zh
    assert named[0].shock(setting.base).sum() == 1.0
