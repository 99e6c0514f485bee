"""Notes (说明) of a network: what was assumed or left out on the way from facts to flows."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from lianban.rulebook.text import Text

SENTENCES = {
    "shares_over_one": Text(
        "各来源份额合计为 {total:.4g}，超过 1，未采用", "The shares of its sources add up to {total:.4g}, more than 1: not used"
    ),
    "remainder_split": Text(
        "份额合计 {total:.4g}，余下部分平均分给 {n} 个未填份额的来源",
        "The shares add up to {total:.4g}; the rest is split equally among {n} sources without a share",
    ),
    "remainder_unknown": Text(
        "份额合计 {total:.4g}，余下部分记为“未说明来源”", "The shares add up to {total:.4g}; the rest is an unspecified source"
    ),
    "origins_pooled": Text(
        "{n} 个境外来源地没有各自份额，合并为“境外（未具体说明）”",
        "{n} foreign origins without shares of their own are taken together as 'abroad, unspecified'",
    ),
    "contradicting_shares": Text(
        "同一来源有 {n} 处份额互相矛盾，按最新日期、可信度、编码取值",
        "{n} contradictions between shares of one source: the newest, most confident, first by code is computed with",
    ),
    "contradicting_inputs": Text(
        "{n} 条投入关系有互相矛盾的行，按最新日期、可信度、编码取值",
        "{n} inputs have contradicting rows: the newest, most confident, first by code is computed with",
    ),
    "contradicting_supplies": Text(
        "{n} 条供应关系有互相矛盾的金额，按最新日期、可信度、编码取值",
        "{n} supplies have contradicting values: the newest, most confident, first by code is computed with",
    ),
    "essential_unknown": Text(
        "{n} 条投入关系未知是否必需，按必需计算", "{n} inputs are not known to be essential or not: computed as essential"
    ),
    "cost_floor": Text(
        "{n} 条投入关系没有可用的成本占比余额，按该产品最小的已知占比计算",
        "{n} inputs are left no share of cost: computed with the smallest known share of that product",
    ),
    "cost_over_one": Text(
        "投入成本占比合计为 {total:.4g}，按比例缩至 {cap}", "The cost shares add up to {total:.4g}: scaled down to {cap}"
    ),
    "supplies_unplaced": Text(
        "{n} 条供应关系无法放入网络（供方或需方没有对应的产品）",
        "{n} supplies have no place in the network (supplier or buyer makes no product that fits)",
    ),
    "supplies_other_currency": Text(
        "{n} 条供应关系以其他币种计价，金额按未知处理", "{n} supplies are in another currency: their value counts as unknown"
    ),
    "inputs_implied": Text(
        "{n} 条投入关系只由供应关系得知，按必需计算", "{n} inputs are known from supplies only: computed as essential"
    ),
    "finals_missing": Text("没有标为最终产品的产品：损失未知", "No product is marked final: losses are unknown"),
    "place_unknown": Text("{n} 个来源所在地未知，既不计入境内也不计入境外", "{n} sources have no place: neither home nor abroad"),
}  # fmt: skip


class NetworkNote(NamedTuple):
    """Note of a network (网络说明): a code that never changes, the product it is about, and the sentence."""

    code: str
    product: str | None
    text: Text


def note(code: str, product: str | None = None, **facts: Any) -> NetworkNote:
    """Make a note from its sentence and facts."""
    return NetworkNote(code, product, SENTENCES[code].format(**facts))


def notes_by_product(code: str, products: Iterable[str], **facts: Iterable[Any]) -> list[NetworkNote]:
    """Make one note for each product; every fact holds one entry per product."""
    names = list(facts)
    columns = zip(*facts.values(), strict=True) if facts else ([] for _ in products)
    rows = zip(products, columns, strict=True)
    return [note(code, product, **dict(zip(names, values, strict=True))) for product, values in rows]
