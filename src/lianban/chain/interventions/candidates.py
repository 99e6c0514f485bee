"""Candidate actions (候选措施): proposed from the diagnosis with their effect, without costs; a person enters those."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianban.chain.interventions.actions import KINDS, Action, ActionError
from lianban.chain.interventions.costs import CostsError, Problem, read_costs
from lianban.chain.interventions.propose import proposals
from lianban.chain.interventions.setting import Setting
from lianban.chain.interventions.words import effect_of, misfit
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from lianban.chain.chain import Chain
    from lianban.rulebook import RuleSet

SCHEMA = "lianban/actions/1"
TEMPLATE = ("code", "kind", "product", "what", "effect", "why", "cost")
ENTERED = Text("由录入者提出", "entered by a person")


@dataclass(frozen=True)
class Candidate:
    """Candidate action (候选措施): what it does to the network, why it is proposed, and its cost in yuan, None until entered."""

    action: Action
    what: Text
    effect: Text
    why: Text
    product_name: Text | None
    who_name: Text | None
    cost: float | None = None

    @property
    def code(self) -> str:
        return self.action.code

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "code": self.code,
            "kind": self.action.kind,
            "kind_name": plain(KINDS[self.action.kind]),
            "product": self.action.product,
            "product_name": None if self.product_name is None else plain(self.product_name),
            "who": self.action.who,
            "who_name": None if self.who_name is None else plain(self.who_name),
            "amount": self.action.amount,
            "level": self.action.level,
            "what": plain(self.what),
            "effect": plain(self.effect),
            "why": plain(self.why),
            "cost": self.cost,
            "exclusive": self.action.exclusive,
        }


@dataclass(frozen=True)
class CandidateActions:
    """Candidate actions (候选措施) of a chain, in the order of the weak points they are about."""

    candidates: tuple[Candidate, ...]
    setting: Setting

    def with_costs(self, costs: Any) -> "CandidateActions":
        """Enter costs, in yuan: a mapping from codes, a DataFrame or a CSV file with the columns code and cost.

        A code that was not proposed is taken as one more candidate, if it reads as an action (``stock:film:60``) and fits the
        chain. Empty cells stay unknown.

        Raises
        ------
        CostsError
            Everything that cannot be used, with rows.
        """
        entered = read_costs(costs)
        known = {one.code: one for one in self.candidates}
        found, wrong = dict(known), []
        for code, (row, cost) in entered.items():
            try:
                one = known.get(code) or candidate(self.setting, Action.parse(code), ENTERED)
            except ActionError as error:
                wrong.append(Problem(row, code, error.text))
                continue
            found[one.code] = replace(one, cost=cost)
        if wrong:
            raise CostsError(wrong)
        return CandidateActions(tuple(found.values()), self.setting)

    def table(self, language: str = "zh") -> "pd.DataFrame":
        """Return the candidates as a DataFrame: the template for costs."""
        import pandas as pd

        return pd.DataFrame([self._row(one, language) for one in self.candidates], columns=list(TEMPLATE))

    def write_template(self, path: str | Path, language: str = "zh") -> Path:
        """Write the candidates as CSV with an empty column ``cost``, which a spreadsheet opens."""
        target = Path(path)
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, TEMPLATE, lineterminator="\n")
            writer.writeheader()
            writer.writerows(self._row(one, language) for one in self.candidates)
        return target

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {"schema": SCHEMA, **provenance(self.setting), "actions": [one.to_dict() for one in self.candidates]}

    def _row(self, one: Candidate, language: str) -> dict[str, Any]:
        return {
            "code": one.code,
            "kind": KINDS[one.action.kind].in_(language),
            "product": None if one.product_name is None else one.product_name.in_(language),
            "what": one.what.in_(language),
            "effect": one.effect.in_(language),
            "why": one.why.in_(language),
            "cost": one.cost,
        }

    def __repr__(self) -> str:
        priced = sum(one.cost is not None for one in self.candidates)
        return f"<CandidateActions: {len(self.candidates)}, {priced} with a cost>"


def candidate_actions(
    chain: "Chain",
    *,
    scope: str = "nation",
    rules: "str | RuleSet" = "cn-core-2025",
    as_of: date | str | None = None,
    top: int = 5,
) -> CandidateActions:
    """Propose actions for the ``top`` worst weak points (薄弱环节), with their effect on the network and without costs."""
    setting = Setting(chain, scope=scope, rules=rules, as_of=as_of)
    found: dict[str, Candidate] = {}
    for action, why in proposals(setting, top):
        if misfit(setting, action) is None:
            found.setdefault(action.code, candidate(setting, action, why))
    return CandidateActions(tuple(found.values()), setting)


def candidate(setting: Setting, action: Action, why: Text) -> Candidate:
    """Make a candidate of an action.

    Raises
    ------
    ActionError
        It does not fit the chain: an unknown code, a level that is none higher, a firm that makes nothing.
    """
    wrong = misfit(setting, action)
    if wrong is not None:
        raise ActionError(wrong)
    product = None if action.product is None else setting.product_name(action.product)
    who = None if action.who is None else setting.who_name(action.who)
    what, effect = effect_of(setting, action)
    return Candidate(action, what, effect, why, product, who)


def candidates_from(setting: Setting, actions: Sequence[Action]) -> CandidateActions:
    """Candidates made of a person's own actions."""
    return CandidateActions(tuple(candidate(setting, one, ENTERED) for one in actions), setting)


def provenance(setting: Setting) -> dict[str, Any]:
    """What a result stands on: chain, rules, day, scope, class."""
    diagnosis = setting.diagnosis
    return {
        "fingerprint": diagnosis.fingerprint,
        "ruleset": diagnosis.rules.name,
        "as_of": setting.day.isoformat(),
        "scope": {"code": diagnosis.scope.code, "area": diagnosis.scope.area},
        "confidentiality": diagnosis.confidentiality,
    }


def plain(text: Text) -> dict[str, str]:
    """A text in both languages, for JSON."""
    return {"zh": text.zh, "en": text.en}
