"""Setting (推演条件): the chain, its diagnosis and its networks with some actions taken."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lianban.chain.diagnosis import diagnose
from lianban.chain.interventions.actions import Action
from lianban.chain.network import AddedSource, ChainNetwork, build_network
from lianban.rulebook import RuleSet, load_rules
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.chain.diagnosis import Diagnosis

KEPT = 64  # networks kept ready: enough for a search, little memory


class Setting:
    """Setting (推演条件) of a question: one chain, one rule set, one day."""

    def __init__(self, chain: "Chain", *, scope: str, rules: str | RuleSet, as_of: date | str | None) -> None:
        self.chain = chain
        self.rules = load_rules(rules)
        self.diagnosis: Diagnosis = diagnose(chain, scope=scope, rules=self.rules, as_of=as_of)
        self.day = self.diagnosis.facts.as_of
        self.levels = {code: one.level.used for code, one in self.diagnosis.standing.items() if one.level.used}
        self._networks: OrderedDict[tuple[Action, ...], ChainNetwork] = OrderedDict()

    @cached_property
    def base(self) -> ChainNetwork:
        """The network as it is."""
        return self.network(())

    def network(self, actions: Sequence[Action]) -> ChainNetwork:
        """The network with those of the actions that change it; several sources of one product are added in this order."""
        key = tuple(one for one in actions if self.moves(one))
        if key in self._networks:
            self._networks.move_to_end(key)
            return self._networks[key]
        added = [self.added(one) for one in key if one.kind in ("second_source", "origin")]
        raised = {str(one.product): str(one.level) for one in key if one.kind == "level"}
        built = build_network(self.chain, rules=self.rules, levels=self.levels | raised, as_of=self.day, added=added)
        self._networks[key] = built
        while len(self._networks) > KEPT:
            self._networks.popitem(last=False)
        return built

    def moves(self, action: Action) -> bool:
        """Whether an action changes who supplies how much; the others only relieve a shock."""
        if action.kind == "level":
            return bool(self.basis(str(action.product)) == "level")
        return action.kind in ("second_source", "origin")

    def basis(self, product: str) -> str:
        """How the shares of a product's sources are known."""
        return str(self._basis.get(product, "unknown"))

    @cached_property
    def _basis(self) -> Mapping[str, Any]:
        frame = self.base.products
        return dict(zip(frame.index, frame["basis"], strict=True))

    def added(self, action: Action) -> AddedSource:
        """The source that an action adds."""
        named = action.who in self.diagnosis.facts.organisations
        return AddedSource(
            str(action.product),
            organisation=action.who if named else None,
            origin=None if named else action.who,
            share=action.amount,
        )

    def readiness(self, level: str) -> float:
        """Readiness to step in (补位准备度) at a level."""
        return float(self.rules.value(f"diagnosis.readiness.{level}"))

    def product_name(self, code: str) -> Text:
        row = self.diagnosis.facts.products.get(code)
        return Text(code, code) if row is None else Text(row["name"] or code, row["name_en"] or row["name"] or code)

    def who_name(self, code: str) -> Text:
        """Name of an organisation or of a place."""
        row = self.diagnosis.facts.organisations.get(code)
        if row is not None:
            return Text(row["name"] or code, row["name_en"] or row["name"] or code)
        return self.rules.origin_name(code)
