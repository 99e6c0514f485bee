"""What to do about it (补链措施): candidate actions, their costs, and the best portfolio under a budget.

docs/models/interventions.md has the method. Nothing is computed before a person has entered costs.

    actions = chain.actions(scope="nation", rules="cn-core-2025", as_of=None, top=5)     # -> CandidateActions
    actions = actions.with_costs({"stock:film:30": "500万元", ...})    # or a DataFrame, or a CSV file; CostsError otherwise
    result = chain.best_portfolio(actions, budget=5_000_000, scenarios=None, probabilities=None,
                                  objective="expected")                # "expected" | "worst" | "cvar" -> PortfolioResult

Money is in yuan everywhere. ``Text`` becomes ``{"zh", "en"}``; unknown is None.

``CandidateActions``: ``.candidates`` (each a ``Candidate``), ``.table(language)`` (the cost template: code, kind, product,
what, effect, why, cost), ``.write_template(path)`` (the same as CSV with an empty column ``cost``), ``.to_dict()``::

    {"schema": "lianban/actions/1", "fingerprint", "ruleset", "as_of", "scope": {"code", "area"}, "confidentiality",
     "actions": [{"code": "second_source:film:acme:0.3", "kind": "second_source", "kind_name": Text, "product", "product_name": Text,
                  "who", "who_name": Text, "amount": 0.3, "level": None, "effect": Text, "why": Text, "cost": None,
                  "exclusive": "second_source:film:acme"}]}

Kinds: ``second_source``, ``origin`` (origin diversified), ``level`` (level raised), ``capacity`` (capacity added), ``stock`` (stock
held), ``retain`` (firm retained). Two actions with the same ``exclusive`` exclude each other (two sizes of one action).

``PortfolioResult``: ``.status`` is ``"proved optimal"``, ``"best found"`` or ``"none"``; ``.table(language)`` (the chosen
actions), ``.to_dict()``::

    {"schema": "lianban/portfolio/1", "fingerprint", "ruleset", "as_of", "scope", "confidentiality",
     "budget", "objective": "expected", "objective_name": Text, "alpha": None | 0.9, "shock_days": 90,
     "status", "status_text": Text,          # for analysts' pages only: "proved optimal", the gap, how many were evaluated
     "words": Text,                          # for officers: 在所列假设下 ...; show "assumptions" one click away
     "reason": Text | None,                  # why there is none
     "value_before", "value_after",          # the objective: share of the chain's output lost
     "cost", "n_evaluated", "bound": None | float, "gap": None | float,
     "greedy": {"chosen": [code], "cost", "value", "gap"} | None,
     "chosen": [{... as in actions, "alone": gain by itself, "last": gain as the last one added,
                 "contributions": [{"scenario", "name": Text, "probability", "before", "after", "gain"}],   # the three largest
                 "paths": [{"scenario", "before": [product], "after": [product],                # the cascade's way, from
                            "before_nodes": [label], "after_nodes": [label]}],                    # where the shock struck
                 "facts": [{"table", "code", "source", "observed_on", "age_days"}]}],
     "scenarios": [{"code", "name": Text, "probability", "before", "after"}],
     "probabilities": "given" | "uniform",
     "pareto": [{"cost", "value", "chosen": [code]}],       # no cheaper portfolio is better
     "pareto_exact": bool,
     "interactions": [{"first", "second", "together", "sum", "interaction"}],   # gain together minus the sum of both alone
     "left_out": [{"code", "why": Text}],
     "assumptions": [Text]}

Errors: ``CostsError`` (nothing entered, or cells that cannot be used; ``.problems`` with row, code, ``Text``),
``PortfolioError`` (budget, probabilities, objective; ``.text``), ``ScenarioError`` (unknown codes).
"""

from lianban.chain.interventions.actions import KINDS, Action, ActionError
from lianban.chain.interventions.best import PortfolioError, best_portfolio
from lianban.chain.interventions.candidates import Candidate, CandidateActions, candidate_actions
from lianban.chain.interventions.costs import CostsError, Problem, read_money
from lianban.chain.interventions.named import NamedScenario, parse_scenario
from lianban.chain.interventions.result import PortfolioResult

__all__ = [
    "KINDS",
    "Action",
    "ActionError",
    "Candidate",
    "CandidateActions",
    "CostsError",
    "NamedScenario",
    "PortfolioError",
    "PortfolioResult",
    "Problem",
    "best_portfolio",
    "candidate_actions",
    "parse_scenario",
    "read_money",
]
