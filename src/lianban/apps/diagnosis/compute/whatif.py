"""What if (情景推演): scenarios from plain values, before and after as plain values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from lianban.apps.atlas import compute as atlas_compute
from lianban.apps.atlas.models import Chain
from lianban.chain.diagnosis import ScopeError
from lianban.chain.network import ChainNetwork
from lianban.chain.whatif import (
    AddSource,
    CutOrigin,
    CutProduct,
    ImproveLevel,
    Scenario,
    ScenarioError,
    StopOrganisations,
    StopProduct,
)
from lianban.chain.whatif.edits import shock_of
from lianban.chain.whatif.scenarios import PLACE
from lianban.kit.refusals import Refusal
from lianban.kit.text import Text
from lianban.rulebook import RuleSet

Step = Callable[[int, int, Text], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page asks, hashable: the address holds exactly this. Each line of the form is one value here."""

    stops: tuple[str, ...] = ()
    cuts: tuple[tuple[str, str], ...] = ()  # origin, product ("" = all it supplies)
    halts: tuple[str, ...] = ()
    lefts: tuple[tuple[str, float], ...] = ()  # product, part of the capacity that is left
    adds: tuple[tuple[str, str, float | None], ...] = ()  # product, organisation or place, share
    levels: tuple[tuple[str, str], ...] = ()

    @property
    def empty(self) -> bool:
        return self == Asked()

    @property
    def shocks(self) -> "Asked":
        """The stops and cuts alone."""
        return Asked(self.stops, self.cuts, self.halts, self.lefts)

    @property
    def edits(self) -> "Asked":
        """The sources and levels alone."""
        return Asked(adds=self.adds, levels=self.levels)

    def plain(self) -> dict[str, Any]:
        """Plain values for JSON; empty kinds are left out."""
        return {
            name: [list(v) if isinstance(v, tuple) else v for v in rows] for name, rows in asdict(self).items() if rows
        }

    @classmethod
    def of(cls, plain: Mapping[str, Sequence[Any]]) -> "Asked":
        """Read plain values back."""
        rows: dict[str, Any] = {
            name: tuple(tuple(v) if isinstance(v, list) else v for v in given) for name, given in plain.items()
        }
        return cls(**rows)


@dataclass(frozen=True)
class Weighed:
    """One scenario of a named set: its name, the stops and cuts, and how likely it is (None = not stated)."""

    name: tuple[str, str]
    asked: Asked
    probability: float | None = None


@dataclass(frozen=True)
class Answer:
    """Before and after, or the reasons why it cannot be computed; ``over_set`` is the same over a named set."""

    result: Mapping[str, Any] | None
    refusals: tuple[Refusal, ...] = ()
    over_set: Mapping[str, Any] | None = None


def scenarios(asked: Asked) -> tuple[Scenario, ...]:
    """The scenarios a question means."""
    found: list[Scenario] = []
    if asked.stops:
        found.append(StopOrganisations(asked.stops))
    found += [CutOrigin(origin, product or None) for origin, product in asked.cuts]
    found += [StopProduct(product) for product in asked.halts]
    found += [CutProduct(product, left) for product, left in asked.lefts]
    for product, source, share in asked.adds:
        place = bool(PLACE.fullmatch(source))
        found.append(AddSource(product, None if place else source, source if place else None, share))
    found += [ImproveLevel(product, level) for product, level in asked.levels]
    return tuple(found)


def what_if(
    chain: Chain,
    asked: Asked,
    *,
    classes: tuple[str, ...],
    scope: str,
    rules: RuleSet,
    over: tuple[Weighed, ...] = (),
) -> Answer:
    """Compare before and after; the same question on the same data is answered from memory."""
    return _answered(chain.pk, chain.stamp, asked, classes, scope, rules.fingerprint, over, _Held(rules))


def compare_now(
    chain: Chain,
    asked: Asked,
    *,
    classes: tuple[str, ...],
    scope: str,
    rules: RuleSet,
    over: tuple[Weighed, ...] = (),
    step: Step = lambda *_: None,
) -> Answer:
    """Compare before and after, telling how far it is; ``step`` may stop it by raising."""
    total = 2 + len(over)
    step(0, total, Text("读取数据", "reading the data"))
    package = atlas_compute.to_chain(chain, classes)
    step(1, total, Text("比较前后两份清单", "comparing the lists before and after"))
    try:
        found = package.what_if(*scenarios(asked), scope=scope, rules=rules)
        told = None
        if over and not asked.edits.empty:
            edits = found
            if not asked.shocks.empty:
                edits = package.what_if(*scenarios(asked.edits), scope=scope, rules=rules)
            told = _over(edits.network_before, edits.network_after, over, step, total)
    except (ScenarioError, ScopeError) as error:
        return Answer(None, (Refusal("diagnosis.scenario", error.text),))
    return Answer(found.to_dict(), (), told)


def _over(
    before: ChainNetwork, after: ChainNetwork, over: tuple[Weighed, ...], step: Step, total: int
) -> dict[str, Any]:
    """The loss of each scenario of a set before and after the edits, and both weighed by probability.

    Stated probabilities are taken as they are (what is missing to 1 is "none of them happens"); where one is missing all count
    the same. A scenario that names what the data no longer have says so and is left out of the mean.
    """
    rows: list[dict[str, Any]] = []
    for done, one in enumerate(over):
        step(2 + done, total, Text("逐个情景计算", "computing each scenario"))
        losses = [_loss(network, one.asked) for network in (before, after)]
        rows.append({"name": dict(zip(("zh", "en"), one.name, strict=True)), "before": losses[0], "after": losses[1],
                     "probability": one.probability})  # fmt: skip
    known = [row for row in rows if row["before"] is not None and row["after"] is not None]
    uniform = any(row["probability"] is None for row in known)
    for row in known:
        row["weight"] = 1 / len(known) if uniform else row["probability"]
    mean = [sum(row["weight"] * row[when] for row in known) if known else None for when in ("before", "after")]
    return {"rows": rows, "before": mean[0], "after": mean[1], "uniform": uniform}


def _loss(network: ChainNetwork, asked: Asked) -> float | None:
    shock = shock_of(network, scenarios(asked))
    if shock is None or not shock.any() or network.weights == "none":
        return None
    return network.loss(shock)


class _Held:
    """The rule set, equal to any other: its fingerprint is the key."""

    def __init__(self, rules: RuleSet):
        self.rules = rules

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=64)
def _answered(
    chain_pk: int, stamp: int, asked: Asked, classes: tuple[str, ...], scope: str, fingerprint: str,
    over: tuple[Weighed, ...], held: _Held,
) -> Answer:  # fmt: skip
    chain = Chain.objects.get(pk=chain_pk)
    return compare_now(chain, asked, classes=classes, scope=scope, rules=held.rules, over=over)
