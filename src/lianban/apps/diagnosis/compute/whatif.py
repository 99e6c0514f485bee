"""What if (情景推演): scenarios from plain values, before and after as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lianban.apps.atlas import compute as atlas_compute
from lianban.apps.atlas.models import Chain
from lianban.chain.diagnosis import ScopeError
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
from lianban.chain.whatif.scenarios import PLACE
from lianban.kit.refusals import Refusal
from lianban.rulebook import RuleSet


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks, hashable: the address holds exactly this."""

    stop: str = ""
    cut_origin: str = ""
    cut_product: str = ""
    halt_product: str = ""
    left_product: str = ""
    left: float | None = None
    add_product: str = ""
    add_source: str = ""
    add_share: float | None = None
    level_product: str = ""
    level: str = ""

    @property
    def empty(self) -> bool:
        return not scenarios(self)


@dataclass(frozen=True)
class Answer:
    """Before and after, or the reasons why it cannot be computed."""

    result: Mapping[str, Any] | None
    refusals: tuple[Refusal, ...] = ()


def scenarios(asked: Asked) -> tuple[Scenario, ...]:
    """The scenarios an address means; half-filled lines mean nothing."""
    found: list[Scenario] = []
    if asked.stop:
        found.append(StopOrganisations(asked.stop))
    if asked.cut_origin:
        found.append(CutOrigin(asked.cut_origin, asked.cut_product or None))
    if asked.halt_product:
        found.append(StopProduct(asked.halt_product))
    if asked.left_product and asked.left is not None:
        found.append(CutProduct(asked.left_product, asked.left))
    if asked.add_product and asked.add_source:
        place = bool(PLACE.fullmatch(asked.add_source))
        found.append(
            AddSource(
                asked.add_product,
                None if place else asked.add_source,
                asked.add_source if place else None,
                asked.add_share,
            )
        )
    if asked.level_product and asked.level:
        found.append(ImproveLevel(asked.level_product, asked.level))
    return tuple(found)


def what_if(chain: Chain, asked: Asked, *, classes: tuple[str, ...], scope: str, rules: RuleSet) -> Answer:
    """Compare before and after; the same question on the same data is answered from memory."""
    return _answered(chain.pk, chain.stamp, asked, classes, scope, rules.fingerprint, _Held(rules))


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
    chain_pk: int, stamp: int, asked: Asked, classes: tuple[str, ...], scope: str, fingerprint: str, held: _Held
) -> Answer:
    chain = Chain.objects.get(pk=chain_pk)
    package = atlas_compute.to_chain(chain, classes)
    try:
        found = package.what_if(*scenarios(asked), scope=scope, rules=held.rules)
    except (ScenarioError, ScopeError) as error:
        return Answer(None, (Refusal("diagnosis.scenario", error.text),))
    return Answer(found.to_dict())
