"""The yardsticks (对照指标), each with its meaning, and what each reads for one product."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lianban.chain.diagnosis.concentration import Concentration, concentrate
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.diagnosis.product import ProductDiagnosis


@dataclass(frozen=True)
class Yardstick:
    """One yardstick (对照指标): a larger value says that the product matters more."""

    code: str
    name: Text
    unit: str
    means: Text


_LIST = (
    ("loss_stop", "断供损失（全部）", "loss of a stop", "fraction",
     "该产品全部停供时产业链产出的损失份额", "share of the chain's output lost if all supply of the product stops"),
    ("loss_cut", "断供损失（最大境外来源）", "loss of a cut", "fraction",
     "最大境外来源地断供时的损失份额", "share of the output lost if its largest foreign origin stops"),
    ("severity", "严重度", "severity", "fraction",
     "断供损失 ×（1 − 国内准备度）", "loss of a cut × (1 − readiness at home)"),
    ("foreign_share", "境外份额", "foreign share", "fraction",
     "供应中来自境外的份额", "share of supply from abroad"),
    ("largest_origin", "最大境外来源份额", "largest foreign origin", "fraction",
     "最大境外来源地的份额", "share of the largest foreign origin"),
    ("hhi", "来源地集中度", "HHI by origin", "fraction",
     "按来源地的赫芬达尔指数", "Herfindahl–Hirschman index of its sources by origin"),
    ("world_hhi", "世界集中度", "world HHI", "fraction",
     "按来源地的世界供应赫芬达尔指数", "Herfindahl–Hirschman index of world supply by origin"),
    ("import_content", "投入进口含量", "import content", "fraction",
     "单位价值中沿链累计的进口投入", "imported inputs in a unit of its value, along the recorded chain"),
    ("upstreamness", "上游度", "upstreamness", "stages",
     "到最终产品的平均段数", "average number of stages to final use"),
    ("dependants", "下游产品数", "dependants", "count",
     "直接或间接需要它的产品数", "products that need it, directly or through others"),
    ("degree", "度", "degree", "count",
     "产品图上直接的投入与去向数", "inputs and uses next to it in the graph of products"),
    ("betweenness", "中介中心性", "betweenness", "fraction",
     "经过它的最短路径份额", "share of the shortest paths between others that pass it"),
    ("pagerank", "PageRank", "PageRank", "fraction",
     "由需方流向供方的重要性", "importance handed on from buyers to suppliers"),
)  # fmt: skip
YARDSTICKS: Mapping[str, Yardstick] = {
    code: Yardstick(code, Text(zh, en), unit, Text(means_zh, means_en))
    for code, zh, en, unit, means_zh, means_en in _LIST
}
FROM_THE_CASCADE = ("loss_stop", "loss_cut", "severity")


@dataclass(frozen=True)
class Reading:
    """What a yardstick reads: a value; or None and why, with the bounds where they are known.

    ``inferred`` (推定) marks what stands on an assumed share, as in the diagnosis. A value without ``high`` is at least
    that much.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    why: Text | None = None
    inferred: bool = False


def known(value: float, *, inferred: bool = False, at_least: bool = False) -> Reading:
    """The value that is computed with."""
    return Reading(float(value), float(value), None if at_least else float(value), inferred=inferred)


def unknown(why: Text) -> Reading:
    """Nothing known, and why."""
    return Reading(None, why=why)


def between(low: float, high: float, why: Text, *, inferred: bool = False) -> Reading:
    """Two bounds; a value where they meet."""
    if high - low < 1e-9:
        return known(low, inferred=inferred)
    return Reading(None, float(low), float(high), why, inferred)


NO_SHARES = Text("各来源份额未知", "the shares of its sources are unknown")
NO_WORLD_SHARES = Text("没有世界供应份额", "no shares of world supply are told")
SOME_SHARES = Text("部分来源份额未知，只有上下界", "some shares are unknown, so there are bounds only")
NO_FOREIGN_SHARE = Text("境外份额未知", "its foreign share is unknown")
PLACELESS = Text("部分供应来源地未知", "part of its supply is of unknown place")
NO_LEVEL = Text("国内水平未知", "its level at home is unknown")


def diagnosed(point: "ProductDiagnosis", rules: RuleSet) -> dict[str, Reading]:
    """Read what the diagnosis knows of a product already; nothing is computed twice."""
    loss = point.loss
    told = loss.why or NO_FOREIGN_SHARE
    world = concentrate(point.sources, "origin", rules, complete=bool(point.complete_rows), share_of="world_supply")
    return {
        "loss_stop": unknown(told) if loss.stop is None else known(loss.stop),
        "loss_cut": unknown(told)
        if loss.cut is None
        else known(loss.cut, inferred=loss.inferred, at_least=loss.at_least),
        "severity": unknown(NO_LEVEL if loss.cut is not None else told)
        if point.severity is None
        else known(point.severity, inferred=loss.inferred, at_least=loss.at_least),
        "foreign_share": unknown(NO_FOREIGN_SHARE)
        if loss.foreign_share is None
        else between(
            loss.foreign_share,
            min(1.0, loss.foreign_share + loss.placeless_share),
            PLACELESS,
            inferred=loss.inferred,
        ),
        "largest_origin": _largest(point),
        "hhi": _hhi(point.concentration["origin"], NO_SHARES),
        "world_hhi": _hhi(world, NO_WORLD_SHARES),
        "dependants": known(len(point.dependants)),
    }


def _largest(point: "ProductDiagnosis") -> Reading:
    if point.loss.foreign_share is None:
        return unknown(NO_FOREIGN_SHARE)
    if point.loss.foreign_share == 0:
        return known(0.0, inferred=point.loss.inferred)
    share = point.loss.largest_origin_share
    return unknown(NO_SHARES) if share is None else known(share, inferred=point.loss.inferred)


def _hhi(concentration: Concentration, why: Text) -> Reading:
    found = concentration.hhi
    return unknown(why) if found is None else between(found.low, found.high, SOME_SHARES)
