"""Why an action is recommended (推荐理由): where it helps most, the way of the cascade before and after, its facts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from lianban.chain.interventions.actions import Action
from lianban.chain.interventions.losses import ChainLosses
from lianban.chain.interventions.setting import Setting
from lianban.chain.network import ChainNetwork
from lianban.engine.cascade import path_to
from lianban.engine.interventions import Portfolio, Problem
from lianban.rulebook.text import Text

SHOWN = 3


@dataclass(frozen=True)
class Contribution:
    """Contribution (贡献): what one scenario loses without and with the action, the rest of the portfolio taken."""

    scenario: str
    name: Text
    probability: float
    before: float
    after: float

    @property
    def gain(self) -> float:
        """Part of the expected loss it takes away."""
        return self.probability * (self.before - self.after)


@dataclass(frozen=True)
class Way:
    """Way of a cascade (传导路径) in one scenario, before any action and with the portfolio; empty where nothing is lost.

    From where the shock struck to the final node that loses most.
    """

    scenario: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    before_nodes: tuple[str, ...]
    after_nodes: tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """Fact (依据) a recommendation stands on; ``age_days`` up to the day of the question, None where no day is stated."""

    table: str
    code: str
    source: str | None
    observed_on: date | None
    age_days: int | None


@dataclass(frozen=True)
class Explained:
    """Explanation (推荐理由) of one chosen action."""

    action: int
    alone: float
    last: float
    contributions: tuple[Contribution, ...]
    ways: tuple[Way, ...]
    facts: tuple[Fact, ...]


def explain(losses: ChainLosses, problem: Problem, found: Portfolio, at: int) -> Explained:
    """Explain a chosen action, number ``at`` of the candidates."""
    taken = sum(1 << one for one in found.best.actions)
    scenarios = range(len(losses.scenarios))
    without = losses.losses([(s, taken & ~(1 << at)) for s in scenarios])
    parts = [
        Contribution(
            losses.scenarios[s].code,
            losses.scenarios[s].name,
            float(problem.probabilities[s]),
            float(without[s]),
            float(found.losses_after[s]),
        )
        for s in scenarios
    ]
    largest = sorted(scenarios, key=lambda s: (-parts[s].gain, s))[:SHOWN]
    helped = [s for s in largest if parts[s].gain > 1e-12]
    return Explained(
        action=at,
        alone=float(found.alone[at]),
        last=float(found.last[at]),
        contributions=tuple(parts[s] for s in helped),
        ways=tuple(_way(losses, s, losses.chosen(taken)) for s in helped),
        facts=facts_of(losses.setting, losses.actions[at]),
    )


def _way(losses: ChainLosses, scenario: int, chosen: list[Action]) -> Way:
    before = _path(losses, losses.setting.base, scenario, [])
    after = _path(losses, losses.setting.network(chosen), scenario, chosen)
    return Way(losses.scenarios[scenario].code, before[0], after[0], before[1], after[1])


def _path(
    losses: ChainLosses, network: ChainNetwork, scenario: int, actions: list[Action]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Products and nodes on the strongest way, at the end of the shock, when stocks have run out."""
    phase = losses.phases(network, scenario, actions)[-1]
    result = network.cascade.run(phase.down, phase.up, eps=network.eps, max_iterations=network.max_iterations)
    lost = network.network.output_weight * (1.0 - result.level)
    node = int(np.argmax(lost))
    if lost[node] <= 0:
        return (), ()
    steps = path_to(network.cascade, result, phase.up, node)
    nodes = [node, *(step.cause for step in steps)][::-1]
    labels, products = (network.nodes[name].to_numpy(object)[nodes] for name in ("label", "product"))
    return tuple(map(str, products)), tuple(map(str, labels))


def facts_of(setting: Setting, action: Action) -> tuple[Fact, ...]:
    """Rows that an action's effect stands on, the oldest first."""
    diagnosis = setting.diagnosis
    rows: list[dict[str, Any]] = []
    if action.product is not None and action.product in diagnosis.by_code:
        point = diagnosis.by_code[action.product]
        rows += [*point.share_rows, *point.level.rows, *(rate.row for rate in point.rates)]
        rows += [row for one in point.solvers if one.organisation == action.who for _, _, row in one.reasons]
    if action.who in diagnosis.facts.organisations:
        rows.append(diagnosis.facts.organisations[str(action.who)])
    tables = _tables(setting, {str(row["code"]) for row in rows})
    found = {
        str(row["code"]): Fact(
            tables.get(str(row["code"]), ""),
            str(row["code"]),
            row.get("source"),
            row.get("observed_on"),
            None if row.get("observed_on") is None else (setting.day - row["observed_on"]).days,
        )
        for row in rows
    }
    return tuple(sorted(found.values(), key=lambda one: (-(one.age_days or 0), one.table, one.code)))


def _tables(setting: Setting, codes: Iterable[str]) -> dict[str, str]:
    """Table that each code stands in."""
    wanted = list(codes)
    found: dict[str, str] = {}
    for name in ("organisations", "production", "assessments", "indicators"):
        column = setting.chain.tables[name]["code"]
        found |= {str(code): name for code in column[column.isin(wanted).fillna(False)]}
    return found
