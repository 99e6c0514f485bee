"""Reads of actions, costs and portfolios: nothing of a class above the reader's leaves here, not even as a count."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, QuerySet

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis.models import Study
from lianban.apps.measures import rules
from lianban.apps.measures.models import ActionCost
from lianban.apps.parties.rules import CONFIDENTIALITY, Actor
from lianban.kit.text import Text

JOB = "measures.study"


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate action: what it is, what it costs, where it stands in the newest portfolio."""

    action: Mapping[str, Any]
    cost: ActionCost | None
    standing: Text
    chosen: Mapping[str, Any] | None = None

    @property
    def code(self) -> str:
        return str(self.action["code"])

    @property
    def example(self) -> bool:
        """Whether its cost is plainly an example."""
        return self.cost is not None and rules.EXAMPLE in self.cost.source


@dataclass(frozen=True, slots=True)
class Desk:
    """The page of a chain: candidates with costs, the newest portfolio, what is out of date."""

    found: Study | None
    rows: list[Row]
    portfolio: Study | None
    costs_changed: bool = False
    n_costed: int = 0
    gone: list[ActionCost] = field(default_factory=list)


def costs(chain: Chain, actor: Actor) -> dict[str, ActionCost]:
    """The cost in force of each action: the newest row of those this reader may see; one statement."""
    newest = _visible(chain, actor).order_by().values("action").annotate(newest=Max("pk")).values("newest")
    rows = ActionCost.objects.filter(pk__in=newest, amount_fen__isnull=False)
    return {row.action: row for row in rows.order_by("action")}


def history(chain: Chain, action: str, actor: Actor) -> QuerySet[ActionCost]:
    """Every entry about one action that this reader may see, newest first; one statement."""
    return _visible(chain, actor).filter(action=action).order_by("-pk")


def _visible(chain: Chain, actor: Actor) -> QuerySet[ActionCost]:
    return ActionCost.objects.filter(chain=chain, confidentiality__in=actor.visible_classes(chain.code))


def found(chain: Chain, actor: Actor) -> Study | None:
    """The newest candidates this reader may see; one statement."""
    return diagnosis.newest_study(chain, "actions", actor)


def action(chain: Chain, code: str, actor: Actor) -> Mapping[str, Any] | None:
    """One candidate of the newest list, or None; one statement."""
    newest = found(chain, actor)
    return next((one for one in newest.result["actions"] if one["code"] == code), None) if newest else None


def whats(chain: Chain, actor: Actor) -> dict[str, Mapping[str, str]]:
    """The words of every candidate of the newest list by its code; one statement."""
    newest = found(chain, actor)
    return {one["code"]: one["what"] for one in newest.result["actions"]} if newest else {}


def desk(chain: Chain, actor: Actor, product: str = "") -> Desk:
    """Candidates (of one product), costs and the newest portfolio; three statements."""
    newest, portfolio = found(chain, actor), diagnosis.newest_study(chain, "portfolio", actor)
    known = costs(chain, actor)
    chosen = {one["code"]: one for one in portfolio.result["chosen"]} if portfolio else {}
    compared = [one["action"] for one in portfolio.parameters["costs"]] if portfolio else []
    candidates = newest.result["actions"] if newest else []
    rows = [
        Row(one, known.get(one["code"]), rules.standing(one["code"], list(chosen), compared, one["code"] in known), chosen.get(one["code"]))
        for one in candidates
        if not product or one["product"] == product
    ]  # fmt: skip
    rows.sort(key=lambda row: (row.chosen is None, row.cost is None))  # what was chosen first, what nobody priced last
    codes = {one["code"] for one in candidates}
    return Desk(
        found=newest,
        rows=rows,
        portfolio=portfolio,
        costs_changed=bool(portfolio and _changed(portfolio, {c: row for c, row in known.items() if c in codes})),
        n_costed=sum(code in codes for code in known),
        gone=[row for code, row in known.items() if code not in codes],
    )


def _changed(portfolio: Study, known: Mapping[str, ActionCost]) -> bool:
    """Whether costs in force are other than those the portfolio was computed with."""
    used = {one["action"]: one["amount_fen"] for one in portfolio.parameters["costs"]}
    reach = CONFIDENTIALITY[: CONFIDENTIALITY.index(portfolio.data_class) + 1]
    return used != {code: row.amount_fen for code, row in known.items() if row.confidentiality in reach}
