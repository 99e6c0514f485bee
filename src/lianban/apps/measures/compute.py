"""The only door from the measures to ``lianban.chain``: candidate actions, and the best portfolio of those with a cost."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lianban import __version__
from lianban.apps.atlas import compute as atlas_compute
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.compute import Asked, Studied, scenarios, told_by
from lianban.chain.interventions.named import NamedScenario
from lianban.engine.errors import LianbanError
from lianban.kit.confidentiality import highest
from lianban.kit.refusals import Refusal, Refused
from lianban.kit.text import Text
from lianban.rulebook import RuleSet

__all__ = ["STUDIES", "find", "weigh"]

TOP = 12  # weak points for which actions are looked for


def find(chain: Chain, *, classes: Iterable[str], rules: RuleSet, parameters: Mapping[str, Any], step: Any) -> Studied:
    """Look for candidate actions for the weakest points."""
    top = int(parameters.get("top", TOP))
    package = atlas_compute.to_chain(chain, classes)
    told_by(step, "找候选措施", "looking for actions")(0, 1)
    begun = time.monotonic()
    found = package.actions(rules=rules, top=top).to_dict()
    return Studied(
        result=found, parameters={"top": top}, fingerprint=found["fingerprint"], engine=f"lianban {__version__}",
        confidentiality=found["confidentiality"], manifest={"seconds": round(time.monotonic() - begun, 1)},
    )  # fmt: skip


def weigh(chain: Chain, *, classes: Iterable[str], rules: RuleSet, parameters: Mapping[str, Any], step: Any) -> Studied:
    """Find the best portfolio; everything that decides it stands in the parameters, costs and scenarios included."""
    package = atlas_compute.to_chain(chain, classes)
    begun = time.monotonic()
    asked = parameters["scenarios"]  # none: the method's own set
    told = told_by(step, "比较措施组合", "comparing portfolios")
    told(0, 2)
    try:
        actions = package.actions(rules=rules, top=parameters["top"])
        told(1, 2)
        known = {one["code"] for one in actions.to_dict()["actions"]}
        costs = {one["action"]: one["amount_fen"] / 100 for one in parameters["costs"] if one["action"] in known}
        found = package.best_portfolio(
            actions.with_costs(costs), budget=parameters["budget_fen"] / 100, scenarios=_scenarios(asked) or None,
            probabilities=_probabilities(asked), objective=parameters["objective"], top=parameters["top"],
        ).to_dict()  # fmt: skip
    except LianbanError as error:  # costs, budget, probabilities, codes: each says why in both languages
        why = getattr(error, "text", None)
        if why is None:
            raise
        raise Refused([Refusal("portfolio.cannot", why)]) from error
    return Studied(
        result=found, parameters=dict(parameters), fingerprint=found["fingerprint"], engine=f"lianban {__version__}",
        confidentiality=highest(found["confidentiality"], *(one["class"] for one in parameters["costs"])),
        manifest={"seconds": round(time.monotonic() - begun, 1)},
    )  # fmt: skip


def _scenarios(asked: Sequence[Mapping[str, Any]]) -> list[NamedScenario]:
    """Named scenarios as the chain takes them; the Chinese name is the key."""
    return [
        NamedScenario(one["name"]["zh"], Text(one["name"]["zh"], one["name"]["en"]), scenarios(Asked.of(one["asked"])))
        for one in asked
    ]


def _probabilities(asked: Sequence[Mapping[str, Any]]) -> dict[str, float] | None:
    """All probabilities by name, or None where one is missing: then all scenarios count the same."""
    stated = {one["name"]["zh"]: one["probability"] for one in asked if one.get("probability") is not None}
    return stated if stated and len(stated) == len(asked) else None


STUDIES = {"actions": find, "portfolio": weigh}
