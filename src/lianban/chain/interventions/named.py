"""Named scenarios (命名情景): what may happen, each with a name and a probability."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lianban.chain.interventions.actions import Action
from lianban.chain.interventions.setting import Setting
from lianban.chain.network import ChainNetwork
from lianban.chain.whatif.edits import shock_of
from lianban.chain.whatif.scenarios import (
    CutOrigin,
    CutProduct,
    Scenario,
    ScenarioError,
    StopOrganisations,
    StopProduct,
    check,
)
from lianban.rulebook.text import Text

CAN_HAPPEN = (StopOrganisations, StopProduct, CutOrigin, CutProduct)


@dataclass(frozen=True)
class NamedScenario:
    """Named scenario (命名情景): stops and cuts that happen together, under one name."""

    code: str
    name: Text
    parts: tuple[Scenario, ...]

    def shock(self, network: ChainNetwork) -> np.ndarray:
        """Share of capacity that each node of a network loses."""
        shock = shock_of(network, self.parts)
        assert shock is not None  # every part is a stop or a cut
        return shock


def read_scenarios(setting: Setting, given: Any, actions: Sequence[Action], top: int) -> list[NamedScenario]:
    """Read what a caller gives: scenarios, a mapping from names to scenarios, or nothing for the default set.

    Raises
    ------
    ScenarioError
        Unknown codes, or a scenario that is no stop or cut.
    """
    if given is None:
        return default_set(setting, actions, top)
    pairs = list(given.items()) if isinstance(given, Mapping) else [(None, one) for one in _listed(given)]
    found = [one if isinstance(one, NamedScenario) else _named(setting, name, _listed(one)) for name, one in pairs]
    if not all(one.parts for one in found):
        raise ScenarioError(Text("有的情景是空的", "A scenario is empty"))
    wrong = [f"{type(part).__name__}" for one in found for part in one.parts if not isinstance(part, CAN_HAPPEN)]
    if wrong:
        raise ScenarioError(
            Text(
                f"情景只能是停产或断供，不能是措施：{'、'.join(wrong)}",
                f"A scenario is a stop or a cut, not an action: {', '.join(wrong)}",
            )
        )
    check(setting.chain, setting.base, [part for one in found for part in one.parts])
    double = {one.code for one in found if sum(one.code == other.code for other in found) > 1}
    if double:
        raise ScenarioError(
            Text(f"情景重复：{'、'.join(sorted(double))}", f"A scenario stands twice: {', '.join(sorted(double))}")
        )
    return found


def _listed(given: Any) -> tuple[Any, ...]:
    """One or several as several."""
    return (given,) if isinstance(given, NamedScenario | Scenario) else tuple(given)


def default_set(setting: Setting, actions: Sequence[Action], top: int) -> list[NamedScenario]:
    """The cut of the largest foreign origin of each of the worst weak points; the exit of each firm an action would retain."""
    network = setting.base
    found: list[NamedScenario] = []
    for point in setting.diagnosis.weak_points:
        largest = network.largest_foreign_origin(point.code)
        if largest is not None and point.loss.cut and len(found) < top:
            found.append(_named(setting, None, (CutOrigin(largest[0], point.code),)))
    firms = dict.fromkeys(str(one.who) for one in actions if one.kind == "retain")
    return found + [
        _named(setting, None, (StopOrganisations(firm),)) for firm in firms if len(network.nodes_of_organisation(firm))
    ]


def _named(setting: Setting, name: str | None, parts: tuple[Scenario, ...]) -> NamedScenario:
    code = "+".join(code_of(part) for part in parts)
    if name is not None:
        return NamedScenario(name, Text(name, name), parts)
    told = [_name_of(setting, part) for part in parts]
    return NamedScenario(code, Text("；".join(one.zh for one in told), "; ".join(one.en for one in told)), parts)


def code_of(part: Scenario) -> str:
    """Code of a stop or cut, as the command line writes it."""
    if isinstance(part, StopOrganisations):
        return "stop:" + ",".join(part.codes)
    if isinstance(part, CutOrigin):
        return f"cut:{part.origin}" + (":" + ",".join(part.products) if part.products else "")
    if isinstance(part, StopProduct):
        return f"stop-product:{part.product}"
    if isinstance(part, CutProduct):
        return f"cut-product:{part.product}={part.left:g}"
    return type(part).__name__


def parse_scenario(code: str) -> tuple[Scenario, ...]:
    """Read a code as :func:`code_of` writes it; parts that happen together are joined by ``+``.

    Raises
    ------
    ScenarioError
        It does not follow the pattern.
    """
    return tuple(_parse(part) for part in code.split("+"))


def _parse(code: str) -> Scenario:
    kind, _, rest = code.strip().partition(":")
    try:
        if kind == "stop" and rest:
            return StopOrganisations(rest.split(","))
        if kind == "cut" and rest:
            origin, _, products = rest.partition(":")
            return CutOrigin(origin, products.split(",") if products else None)
        if kind == "stop-product" and rest:
            return StopProduct(rest)
        if kind == "cut-product":
            product, left = rest.split("=")
            return CutProduct(product, float(left))
    except ValueError:
        pass
    patterns = "cut:JP, cut:JP:film, stop:ORG, stop-product:film, cut-product:film=0.5"
    raise ScenarioError(
        Text(f"情景 {code} 无法读取，应写成 {patterns}", f"Scenario {code} cannot be read; it should read {patterns}")
    )


def _name_of(setting: Setting, part: Scenario) -> Text:
    if isinstance(part, StopOrganisations):
        names = [setting.who_name(code) for code in part.codes]
        return Text(f"{'、'.join(n.zh for n in names)}停产", f"{', '.join(n.en for n in names)} stop")
    if isinstance(part, CutOrigin):
        origin = setting.rules.origin_name(part.origin)
        if part.products is None:
            return Text(f"{origin.zh}断供", f"all supply from {origin.en} is cut")
        names = [setting.product_name(code) for code in part.products]
        return Text(
            f"{origin.zh}断供{'、'.join(n.zh for n in names)}", f"{', '.join(n.en for n in names)} from {origin.en} cut"
        )
    if isinstance(part, CutProduct):
        name = setting.product_name(part.product)
        return Text(f"{name.zh}产能降至 {part.left:.0%}", f"{name.en}: capacity falls to {part.left:.0%}")
    name = setting.product_name(getattr(part, "product", ""))
    return Text(f"{name.zh}断供", f"{name.en} stops")
