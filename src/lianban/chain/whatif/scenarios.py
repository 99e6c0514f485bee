"""Scenarios (情景) as values, and what they may name."""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lianban.engine.errors import LianbanError
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.chain.network import ChainNetwork

LEVELS = ("L0", "L1", "L2", "L3", "L4", "L5")
PLACE = re.compile(r"[A-Z]{2}|\d{6}(-\w+)?")


class ScenarioError(LianbanError):
    """A scenario that cannot be computed; ``text`` says why in both languages, ``unknown`` is True for unknown codes."""

    def __init__(self, text: Text, *, unknown: bool = False) -> None:
        self.text, self.unknown = text, unknown
        super().__init__(text.zh)


@dataclass(frozen=True)
class StopOrganisations:
    """Stop organisations (企业停产): all they make at home stops."""

    codes: tuple[str, ...]

    def __init__(self, codes: str | Iterable[str]) -> None:
        object.__setattr__(self, "codes", (codes,) if isinstance(codes, str) else tuple(codes))


@dataclass(frozen=True)
class StopProduct:
    """Stop a product (产品断供): every source of it stops."""

    product: str


@dataclass(frozen=True)
class CutOrigin:
    """Cut an origin (来源地断供): its supply stops, of some products or of all it supplies."""

    origin: str
    products: tuple[str, ...] | None = None

    def __init__(self, origin: str, products: str | Iterable[str] | None = None) -> None:
        object.__setattr__(self, "origin", origin)
        named = (products,) if isinstance(products, str) else tuple(products) if products is not None else None
        object.__setattr__(self, "products", named)


@dataclass(frozen=True)
class CutProduct:
    """Cut a product's capacity (产能下降): every source of it keeps the part ``left``, between 0 and 1."""

    product: str
    left: float


@dataclass(frozen=True)
class AddSource:
    """Add a source (新增来源): an organisation of the package or an origin takes a share; default an equal split.

    ``origin`` may be a division code for a new source at home that has no name yet.
    """

    product: str
    organisation: str | None = None
    origin: str | None = None
    share: float | None = None


@dataclass(frozen=True)
class ImproveLevel:
    """Improve a level (水平提升): the level at home of a product becomes another."""

    product: str
    level: str


Scenario = StopOrganisations | StopProduct | CutOrigin | CutProduct | AddSource | ImproveLevel


def check(chain: "Chain", network: "ChainNetwork", scenarios: Sequence[Scenario]) -> None:
    """Refuse scenarios that name what the package does not have, all at once, or values that make no sense."""
    if not scenarios:
        raise ScenarioError(Text("没有给出情景", "No scenario was given"))
    lost = [told for scenario in scenarios for told in _unknown_codes(chain, scenario)]
    if lost:
        zh, en = "；".join(one.zh for one in lost), "; ".join(one.en for one in lost)
        raise ScenarioError(Text(f"情景中有未知编码：{zh}", f"Unknown codes in the scenario: {en}"), unknown=True)
    wrong = [told for scenario in scenarios for told in _wrong_values(network, scenario)]
    if wrong:
        raise ScenarioError(Text("；".join(one.zh for one in wrong), "; ".join(one.en for one in wrong)))


def _unknown_codes(chain: "Chain", scenario: Scenario) -> list[Text]:
    products: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    if isinstance(scenario, StopOrganisations):
        organisations = scenario.codes
    elif isinstance(scenario, CutOrigin):
        products = scenario.products or ()
    else:
        products = (scenario.product,)
    if isinstance(scenario, AddSource) and scenario.organisation:
        organisations = (scenario.organisation,)
    told = [_unknown(chain, "organisations", code) for code in organisations]
    told += [_unknown(chain, "products", code) for code in products]
    return [one for one in told if one is not None]


def _unknown(chain: "Chain", table: str, code: str) -> Text | None:
    frame = chain.tables[table]
    if (frame["code"] == code).fillna(False).any():
        return None
    names = {str(name): str(at) for at, name in zip(frame["code"], frame["name"], strict=True)}
    near = difflib.get_close_matches(code, [str(at) for at in frame["code"]], n=3, cutoff=0.5)
    near += [names[name] for name in names if code in name or name in code][:3]
    near = list(dict.fromkeys(near))[:3]
    kind = Text("组织", "organisation") if table == "organisations" else Text("产品", "product")
    hint = Text(f"，是不是 {'、'.join(near)}？", f", did you mean {', '.join(near)}?") if near else Text("", "")
    return Text(f"{kind.zh} {code}{hint.zh}", f"{kind.en} {code}{hint.en}")


def _wrong_values(network: "ChainNetwork", scenario: Scenario) -> list[Text]:
    if isinstance(scenario, StopOrganisations):
        return [told for code in scenario.codes for told in _not_stoppable(network, code)]
    if isinstance(scenario, CutOrigin):
        return _not_cut(network, scenario)
    if isinstance(scenario, CutProduct) and not 0 <= scenario.left <= 1:
        return [
            Text(
                f"{scenario.product}：剩余产能须在 0 与 1 之间",
                f"{scenario.product}: what is left must be between 0 and 1",
            )
        ]
    if isinstance(scenario, ImproveLevel) and scenario.level not in LEVELS:
        return [Text(f"{scenario.level} 不是国内水平（L0 至 L5）", f"{scenario.level} is no level (L0 to L5)")]
    if isinstance(scenario, AddSource):
        return _not_addable(scenario)
    return []


def _not_stoppable(network: "ChainNetwork", code: str) -> list[Text]:
    if len(network.nodes_of_organisation(code)):
        return []
    return [
        Text(
            f"{code} 在本链境内没有在产产品（境外厂商并入其来源地，请改用“来源地断供”）",
            f"{code} makes nothing at home in this chain (a maker abroad is part of its origin: cut the origin instead)",
        )
    ]


def _not_cut(network: "ChainNetwork", scenario: CutOrigin) -> list[Text]:
    missing = [p for p in scenario.products or (None,) if not len(network.nodes_of_origin(scenario.origin, p))]
    if not missing:
        return []
    there = sorted(set(network.nodes.loc[network.nodes["share"] > 0, "origin"].dropna()))
    what = "、".join(p for p in missing if p)
    return [
        Text(
            f"没有来自 {scenario.origin} 的{what or '供应'}；本链网络中的来源地有 {'、'.join(there)}（没有各自份额的并为 XX）",
            f"Nothing{' of ' + what if what else ''} comes from {scenario.origin}; origins in this network: {', '.join(there)} "
            "(those without shares of their own are XX)",
        )
    ]


def _not_addable(scenario: AddSource) -> list[Text]:
    told = []
    if (scenario.organisation is None) == (scenario.origin is None):
        told.append(
            Text("新增来源须给出组织或来源地之一", "An added source is an organisation or an origin, one of the two")
        )
    if scenario.origin is not None and not PLACE.fullmatch(scenario.origin):
        told.append(Text(f"{scenario.origin} 不是来源地代码", f"{scenario.origin} is no code of a place"))
    if scenario.share is not None and not 0 < scenario.share <= 1:
        told.append(
            Text("新增来源的份额须大于 0、不超过 1", "The share of an added source must be above 0 and at most 1")
        )
    return told
