"""PortfolioResult (措施组合结果): what to do, why, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lianban.chain.interventions.candidates import Candidate, plain, provenance
from lianban.chain.interventions.explain import Explained
from lianban.chain.interventions.named import NamedScenario
from lianban.chain.interventions.setting import Setting
from lianban.chain.interventions.verdict import OBJECTIVES, REASONS, status_text, words
from lianban.engine.interventions import Portfolio, Problem
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "lianban/portfolio/1"
PAIRS_SHOWN = 20


@dataclass(frozen=True)
class LeftOut:
    """Left out (未纳入): a candidate that could not be chosen, and why."""

    code: str
    why: Text


@dataclass(frozen=True, eq=False)
class PortfolioResult:
    """Portfolio (措施组合): the chosen actions under a budget, with the reasons; ``docs/models/interventions.md``.

    ``status`` says "proved optimal", "best found" or "none"; it is for analysts. Officers read ``words`` and, one click
    away, ``assumptions``.
    """

    setting: Setting
    problem: Problem
    portfolio: Portfolio
    candidates: tuple[Candidate, ...]
    scenarios: tuple[NamedScenario, ...]
    shock_days: float
    left_out: tuple[LeftOut, ...]
    explained: tuple[Explained, ...]
    assumptions: tuple[Text, ...]

    @property
    def status(self) -> str:
        return self.portfolio.status

    @property
    def status_text(self) -> Text:
        """How far the answer is proved, for analysts."""
        return status_text(self.portfolio)

    @property
    def words(self) -> Text:
        """The answer for officers: 在所列假设下 …"""
        return words(self.portfolio, self.problem)

    @property
    def chosen(self) -> tuple[Candidate, ...]:
        """The chosen actions, in the order of the candidates."""
        return tuple(self.candidates[at] for at in self.portfolio.best.actions)

    @property
    def cost(self) -> float:
        """Cost of the chosen actions in yuan."""
        return self.portfolio.best.cost

    def table(self, language: str = "zh") -> "pd.DataFrame":
        """Return the chosen actions as a DataFrame: cost, and what each gains alone and as the last one added."""
        import pandas as pd

        rows = [
            {
                "code": one.code,
                "what": one.what.in_(language),
                "effect": one.effect.in_(language),
                "cost": one.cost,
                "alone": told.alone,
                "last": told.last,
                "helps_most": told.contributions[0].name.in_(language) if told.contributions else None,
            }
            for one, told in zip(self.chosen, self.explained, strict=True)
        ]
        return pd.DataFrame(rows, columns=["code", "what", "effect", "cost", "alone", "last", "helps_most"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        found, problem = self.portfolio, self.problem
        return {
            "schema": SCHEMA,
            **provenance(self.setting),
            "budget": problem.budget,
            "objective": problem.objective,
            "objective_name": plain(OBJECTIVES[problem.objective]),
            "alpha": problem.alpha if problem.objective == "cvar" else None,
            "shock_days": self.shock_days,
            "status": found.status,
            "status_text": plain(self.status_text),
            "words": plain(self.words),
            "reason": None if found.reason is None else plain(REASONS[found.reason]),
            "value_before": found.value_before,
            "value_after": found.best.value,
            "cost": found.best.cost,
            "n_evaluated": found.n_evaluated,
            "bound": found.bound,
            "gap": found.gap,
            "greedy": {
                "chosen": self._codes(found.greedy.actions),
                "cost": found.greedy.cost,
                "value": found.greedy.value,
                "gap": found.greedy_gap,
            },
            "chosen": [
                {**one.to_dict(), **_explained(told)} for one, told in zip(self.chosen, self.explained, strict=True)
            ],
            "scenarios": [
                {
                    "code": one.code,
                    "name": plain(one.name),
                    "probability": float(p),
                    "before": float(a),
                    "after": float(b),
                }
                for one, p, a, b in zip(
                    self.scenarios, problem.probabilities, found.losses_before, found.losses_after, strict=True
                )
            ],
            "probabilities": "uniform" if problem.uniform else "given",
            "pareto": [
                {"cost": one.cost, "value": one.value, "chosen": self._codes(one.actions)} for one in found.curve
            ],
            "pareto_exact": found.curve_proved,
            "interactions": [
                {
                    "first": self.candidates[one.first].code,
                    "second": self.candidates[one.second].code,
                    "together": one.together,
                    "sum": one.apart,
                    "interaction": one.surplus,
                }
                for one in found.interactions[:PAIRS_SHOWN]
            ],
            "left_out": [{"code": one.code, "why": plain(one.why)} for one in self.left_out],
            "assumptions": [plain(text) for text in self.assumptions],
        }

    def _codes(self, actions: Sequence[int]) -> list[str]:
        return [self.candidates[at].code for at in actions]

    def __repr__(self) -> str:
        return f"<PortfolioResult: {self.status}, {len(self.chosen)} actions, {self.cost:,.0f} yuan>"


def _explained(told: Explained) -> dict[str, Any]:
    return {
        "alone": told.alone,
        "last": told.last,
        "contributions": [
            {
                "scenario": one.scenario,
                "name": plain(one.name),
                "probability": one.probability,
                "before": one.before,
                "after": one.after,
                "gain": one.gain,
            }
            for one in told.contributions
        ],
        "paths": [
            {
                "scenario": one.scenario,
                "before": list(one.before),
                "after": list(one.after),
                "before_nodes": list(one.before_nodes),
                "after_nodes": list(one.after_nodes),
            }
            for one in told.ways
        ],
        "facts": [
            {
                "table": one.table,
                "code": one.code,
                "source": one.source,
                "observed_on": None if one.observed_on is None else one.observed_on.isoformat(),
                "age_days": one.age_days,
            }
            for one in told.facts
        ],
    }
