"""Why a yardstick and the cascade differ about a product: sentences from the numbers themselves."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from lianban.chain.diagnosis.sentences import percent
from lianban.chain.yardsticks.measures import Reading
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.diagnosis.product import ProductDiagnosis

MOST = 3
SMALL = 0.2
UNEXPLAINED = Text("本数据中看不出原因", "the data here do not say why")


def reasons(
    point: "ProductDiagnosis", readings: Mapping[str, Reading], yardstick: str, gap: float, rules: RuleSet
) -> tuple[Text, ...]:
    """Say why a yardstick makes more (gap above 0) or less of a product than the loss does."""
    told = _more(point, yardstick, rules) if gap > 0 else _less(point, readings, yardstick, rules)
    return tuple(told)[:MOST] or (UNEXPLAINED,)


def _more(point: "ProductDiagnosis", yardstick: str, rules: RuleSet) -> Iterator[Text]:
    """The yardstick is alarmed, the loss is not: what cushions the blow."""
    loss = point.loss
    if loss.foreign_share == 0:
        yield Text("不依赖境外供应，断境外来源没有损失", "no supply from abroad, so a cut loses nothing")
    if yardstick in ("hhi", "world_hhi"):
        largest = point.concentration["origin"].largest
        if largest is not None and largest == _home_origin(point):
            yield Text("集中在境内，而不是境外", "it is concentrated at home, not abroad")
    if loss.stop is not None and loss.stop <= SMALL:
        yield Text(
            f"即使全部停供也只损失产出的 {percent(loss.stop).zh}：非必需，或只进入少数产品",
            f"even a full stop loses only {percent(loss.stop).en} of the output: not essential, or for few products",
        )
    if loss.cut is not None and loss.stop and 0 < loss.cut < 0.5 * loss.stop:
        share = percent(loss.largest_origin_share) if loss.largest_origin_share is not None else None
        yield Text(
            (f"最大境外来源只占 {share.zh}，" if share else "")
            + f"断供损失 {percent(loss.cut).zh}，远小于全部停供的 {percent(loss.stop).zh}",
            (f"the largest foreign origin is only {share.en}: " if share else "")
            + f"its cut loses {percent(loss.cut).en}, far less than the {percent(loss.stop).en} of a full stop",
        )
    ready = _readiness(point, rules)
    if ready is not None and ready >= 0.5 and loss.cut:
        yield Text(
            f"国内水平 {point.level.used}，准备度 {ready:g}，境内可以接替",
            f"level {point.level.used} at home, readiness {ready:g}: home supply can step in",
        )


def _less(point: "ProductDiagnosis", readings: Mapping[str, Reading], yardstick: str, rules: RuleSet) -> Iterator[Text]:
    """The loss is alarming, the yardstick is not: what it cannot see."""
    blind = BLIND.get(yardstick)
    if blind is not None and (told := blind(readings, point)) is not None:
        yield told
    loss, ready = point.loss, _readiness(point, rules)
    if ready is not None and ready <= 0.25 and yardstick not in ("severity",):
        yield Text(
            f"国内水平 {point.level.used}，几乎无从接替，该指标不看这一点",
            f"level {point.level.used} at home can hardly step in, which this yardstick does not see",
        )
    if loss.stop is not None and loss.stop >= 0.5:
        yield Text(
            f"必需：停供损失产出的 {percent(loss.stop).zh}",
            f"essential: a stop loses {percent(loss.stop).en} of the output",
        )


def _betweenness(readings: Mapping[str, Reading], point: "ProductDiagnosis") -> Text | None:
    if readings["betweenness"].value != 0:
        return None
    if point.final:
        return Text("它是最终产品，路径到此为止", "it is a final product, where paths end")
    if readings["import_content"].value is None and readings["import_content"].low is None:
        return Text(
            "处在链的起点，没有路径经过它，但下游都要用它",
            "it stands at the start: no path passes it, yet all below need it",
        )
    return Text("另有同样短的路径绕过它", "other paths as short lead past it")


def _degree(readings: Mapping[str, Reading], point: "ProductDiagnosis") -> Text | None:
    n = readings["degree"].value
    return (
        None
        if n is None
        else Text(
            f"只有 {n:.0f} 条直接联系，但不可缺", f"only {n:.0f} {'tie' if n == 1 else 'ties'}, yet indispensable"
        )
    )


def _upstreamness(readings: Mapping[str, Reading], point: "ProductDiagnosis") -> Text | None:
    stages = readings["upstreamness"].value
    if stages is None:
        return None
    return Text(
        f"离最终产品只有 {stages:.1f} 段，离得近不等于好替代",
        f"{stages:.1f} stages from final use: near is not replaceable",
    )


def _pagerank(readings: Mapping[str, Reading], point: "ProductDiagnosis") -> Text | None:
    return Text(
        "在需方采购额中份额小，份额小不等于可缺", "a small part of what its buyers spend: small is not dispensable"
    )


def _own_imports(readings: Mapping[str, Reading], point: "ProductDiagnosis") -> Text | None:
    share = readings["foreign_share"].value
    if not share:
        return None
    return Text(
        f"风险不在投入，而在它自身 {percent(share).zh} 来自境外",
        f"not its inputs but {percent(share).en} of itself is from abroad",
    )


def _dependants(readings: Mapping[str, Reading], point: "ProductDiagnosis") -> Text | None:
    n = len(point.dependants)
    return Text(
        f"只有 {n} 个下游产品，但通向最终产品",
        f"only {n} {'product depends' if n == 1 else 'products depend'} on it, but a final one is among them",
    )


def _spread(readings: Mapping[str, Reading], point: "ProductDiagnosis") -> Text | None:
    cut = point.loss.cut
    if not cut:
        return None
    return Text(
        f"来源不算最集中，但最大境外来源一断仍损失产出的 {percent(cut).zh}",
        f"its sources are spread wider than others', yet a cut of the largest foreign origin loses {percent(cut).en}",
    )


BLIND: Mapping[str, Callable[[Mapping[str, Reading], "ProductDiagnosis"], Text | None]] = {
    "betweenness": _betweenness,
    "degree": _degree,
    "upstreamness": _upstreamness,
    "pagerank": _pagerank,
    "import_content": _own_imports,
    "dependants": _dependants,
    "hhi": _spread,
    "world_hhi": _spread,
    "foreign_share": _spread,
    "largest_origin": _spread,
}


def _readiness(point: "ProductDiagnosis", rules: RuleSet) -> float | None:
    level = point.level.used
    return None if level is None else float(rules.value(f"diagnosis.readiness.{level}"))


def _home_origin(point: "ProductDiagnosis") -> str | None:
    """Return the origin that stands for home among the sources of a product; None where none is at home."""
    return next((source.origin for source in point.sources if source.home), None)
