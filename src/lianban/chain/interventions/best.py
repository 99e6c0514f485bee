"""Ask for the best portfolio (预算内最优组合) of a chain's actions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lianban.chain.interventions.candidates import Candidate, CandidateActions, candidate_actions
from lianban.chain.interventions.costs import NO_COSTS, CostsError, Problem, read_money
from lianban.chain.interventions.explain import explain
from lianban.chain.interventions.losses import ChainLosses
from lianban.chain.interventions.named import NamedScenario, read_scenarios
from lianban.chain.interventions.result import LeftOut, PortfolioResult
from lianban.chain.interventions.verdict import assumptions
from lianban.engine import interventions as engine
from lianban.engine.errors import LianbanError
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

SHOCK_DAYS = 90.0  # length of a cut where none is given; told among the assumptions
MAX_EVALUATIONS = 30_000  # cascades that a proof may cost: some ten seconds on a chain of a few hundred nodes
TOP = 5
NO_COST = Text("未录入费用", "no cost entered")


class PortfolioError(LianbanError):
    """A budget, probability or objective that cannot be used; ``text`` says all of it in both languages."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.zh)


def best_portfolio(
    chain: "Chain",
    actions: Any,
    budget: float | str,
    *,
    scenarios: Any = None,
    probabilities: Mapping[str, float] | None = None,
    objective: engine.Objective = "expected",
    alpha: float = 0.9,
    shock_days: float | None = None,
    top: int = TOP,
    max_sets: int = engine.MAX_SETS,
    max_evaluations: int = MAX_EVALUATIONS,
) -> PortfolioResult:
    """Choose the actions that lower the loss most within a budget.

    Parameters
    ----------
    actions : ``CandidateActions`` with costs; or costs (mapping, DataFrame, CSV file), for the chain's own candidates
    budget : yuan, or text such as "500万"
    scenarios : stops and cuts of ``lianban.chain.whatif``, one, several, or a mapping from names to one or several that happen
        together; default the cut of the largest foreign origin of each of the ``top`` worst weak points, and the exit of
        each firm that a candidate would retain
    probabilities : by code or name of the scenario, at most 1 in all; default all the same
    objective : "expected", "worst" or "cvar" (the mean of the worst 1 − ``alpha``)
    shock_days : length of every cut or stop, for stocks; default 90
    max_sets, max_evaluations : how many sets of actions and how many cascades a proof may take

    Raises
    ------
    CostsError
        No cost is entered, or some cannot be used.
    PortfolioError
        Budget, probabilities or objective make no sense, or no product is final.
    ScenarioError
        Unknown codes in a scenario.
    """
    candidates = (
        actions if isinstance(actions, CandidateActions) else candidate_actions(chain, top=top).with_costs(actions)
    )
    setting = candidates.setting
    priced = [one for one in candidates.candidates if one.cost is not None]
    if not priced:
        raise CostsError([Problem(None, "", NO_COSTS)])
    if setting.base.weights == "none":
        raise PortfolioError(Text("没有最终产品，损失无从计算", "No product is final, so no loss can be told"))
    named = read_scenarios(setting, scenarios, [one.action for one in priced], top)
    days = SHOCK_DAYS if shock_days is None else float(shock_days)
    problem = _problem(priced, budget, named, probabilities, objective, alpha, days)
    losses = ChainLosses(setting, [one.action for one in priced], named, days)
    found = engine.best_portfolio(losses, problem, max_sets=max_sets, max_evaluations=max_evaluations)
    return PortfolioResult(
        setting=setting,
        problem=problem,
        portfolio=found,
        candidates=tuple(priced),
        scenarios=tuple(named),
        shock_days=days,
        left_out=tuple(LeftOut(one.code, NO_COST) for one in candidates.candidates if one.cost is None),
        explained=tuple(explain(losses, problem, found, at) for at in found.best.actions),
        assumptions=assumptions(setting, losses, problem, priced, assumed_days=shock_days is None),
    )


def _problem(
    priced: list[Candidate],
    budget: float | str,
    named: list[NamedScenario],
    probabilities: Mapping[str, float] | None,
    objective: engine.Objective,
    alpha: float,
    days: float,
) -> engine.Problem:
    """The question in numbers; refuses everything that is wrong at once."""
    wrong: list[Text] = []
    try:
        money = read_money(budget)
    except (ValueError, TypeError):
        money = 0.0
        wrong.append(
            Text(
                f"预算 {budget} 无法使用：请填不小于 0 的元数，如 5000000 或 500万",
                f"Budget {budget} cannot be used; give yuan of at least 0, as 5000000 or 500万",
            )
        )
    if objective not in engine.OBJECTIVES:
        known = ", ".join(engine.OBJECTIVES)
        wrong.append(Text(f"没有目标 {objective}（有 {known}）", f"No objective {objective} (there are {known})"))
    if not 0 <= alpha < 1:
        wrong.append(
            Text(f"alpha 须在 0 与 1 之间，得到 {alpha}", f"alpha must be at least 0 and below 1, got {alpha}")
        )
    if not (np.isfinite(days) and days > 0):
        wrong.append(
            Text(f"中断天数须大于 0，得到 {days:g}", f"The length of a cut must be above 0 days, got {days:g}")
        )
    if not named:
        wrong.append(
            Text(
                "没有情景：没有已知断供损失的薄弱环节，请给出情景",
                "No scenario: no weak point has a known loss of a cut; give scenarios",
            )
        )
    weights = _weights(named, probabilities, wrong)
    if wrong:
        raise PortfolioError(Text("；".join(one.zh for one in wrong), "; ".join(one.en for one in wrong)))
    return engine.Problem(
        [one.cost or 0.0 for one in priced],
        money,
        len(named),
        probabilities=weights,
        objective=objective,
        alpha=alpha,
        exclusive=[one.action.exclusive for one in priced],
    )


def _weights(
    named: list[NamedScenario], probabilities: Mapping[str, float] | None, wrong: list[Text]
) -> np.ndarray | None:
    """Probabilities in the order of the scenarios; None where none is given."""
    if probabilities is None:
        return None
    codes = [one.code for one in named]
    missing = [code for code in codes if code not in probabilities]
    strange = [code for code in probabilities if code not in codes]
    if missing:
        wrong.append(Text(f"情景缺少概率：{'、'.join(missing)}", f"No probability for: {', '.join(missing)}"))
    if strange:
        wrong.append(Text(f"没有这些情景：{'、'.join(strange)}", f"There are no such scenarios: {', '.join(strange)}"))
    bad = [f"{code} = {p}" for code, p in probabilities.items() if not 0 <= p <= 1]
    if bad:
        wrong.append(
            Text(f"概率须在 0 与 1 之间：{'、'.join(bad)}", f"A probability must lie between 0 and 1: {', '.join(bad)}")
        )
    total = sum(probabilities.values())
    if not bad and total > 1 + 1e-9:
        wrong.append(
            Text(
                f"概率之和为 {total:.4g}，超过 1：各情景互斥，余下部分为不发生",
                f"The probabilities add up to {total:.4g}, more than 1: scenarios exclude each other, what is left is nothing happening",
            )
        )
    return None if missing or strange or bad else np.array([probabilities[code] for code in codes], float)
