"""Explanations (来龙去脉): every number opens its formula, inputs, sources, dates, definition and denominator."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lianban.chain.diagnosis.concentration import Interval
from lianban.chain.diagnosis.facts import Row, highest_class
from lianban.rulebook.text import Text


@dataclass(frozen=True)
class Formula:
    """Formula (公式) of an indicator; its page is ``docs/models/indicators/<id>.md``."""

    id: str
    name: Text
    plain: Text
    unit: str
    denominator: Text


def _formula(id: str, zh: str, en: str, plain_zh: str, plain_en: str, unit: str, den_zh: str, den_en: str) -> Formula:
    return Formula(id, Text(zh, en), Text(plain_zh, plain_en), unit, Text(den_zh, den_en))


_ALL = (
    _formula(
        "loss_stop", "停供损失", "loss if it stops",
        "产品的全部供应停止后，最终产品减少的部分：Σ w(1 − min(h下, h上)) / Σ w",
        "part of final output lost when all supply of the product stops: Σ w(1 − min(h_down, h_up)) / Σ w",
        "fraction", "全链最终产品（按权重 w）", "all final products of the chain, weighted by w",
    ),
    _formula(
        "loss_cut", "断供损失", "loss if its largest foreign origin is cut",
        "产品最大的境外来源地停止供应后，最终产品减少的部分：Σ w(1 − min(h下, h上)) / Σ w",
        "part of final output lost when the product's largest foreign origin stops: Σ w(1 − min(h_down, h_up)) / Σ w",
        "fraction", "全链最终产品（按权重 w）", "all final products of the chain, weighted by w",
    ),
    _formula(
        "loss_left", "补位后损失", "loss left after spare capacity",
        "断供损失，但其余来源的备用产能先补上：缺口 = max(0, 断供份额 − 备用产能)",
        "loss_cut after the other sources' spare capacity: gap = max(0, share cut − spare capacity)",
        "fraction", "全链最终产品（按权重 w）", "all final products of the chain, weighted by w",
    ),
    _formula(
        "foreign_share", "境外份额", "foreign share",
        "境外份额 = 1 − 境内供应占比；依次取份额、国产化率（按值或量）、世界份额、水平推定",
        "foreign share = 1 − domestic share of supply; from shares, domestic rate (by value or quantity), world shares, level",
        "fraction", "该产品对境内市场的供应", "supply of the product to the home market",
    ),
    _formula(
        "severity", "严重度", "severity",
        "严重度 = 断供损失 × (1 − 该水平的补位准备度)", "severity = loss_cut × (1 − readiness of the level)",
        "fraction", "全链最终产品（按权重 w）", "all final products of the chain, weighted by w",
    ),
    _formula(
        "level", "国内水平", "level at home",
        "有现行评价取评价；否则由境内产能行推得", "the current assessment where there is one, else derived from production rows at home",
        "L0–L5", "境内", "home",
    ),
    _formula(
        "triple", "三分结论", "triple",
        "公开结论照录；否则 L0–L1 空白，L2 不稳定，L3 及以上看境内供应占比是否达到规定比例",
        "a published one is quoted; else L0–L1 blank, L2 unstable, from L3 on by the domestic share of supply",
        "category", "该产品的境内需求", "home demand for the product",
    ),
    _formula(
        "hhi", "赫芬达尔指数", "HHI", "HHI = Σ s²（0–1）", "HHI = Σ s² (0 to 1)",
        "fraction", "各来源份额 s 所写的口径（境内供应或世界供应）", "what the shares s are shares of: home or world supply",
    ),
    _formula(
        "cr1", "最大来源份额", "CR1", "CR1 = 最大的份额 s", "CR1 = the largest share s",
        "fraction", "各来源份额 s 所写的口径（境内供应或世界供应）", "what the shares s are shares of: home or world supply",
    ),
    _formula(
        "domestic_rate", "国产化率", "domestic rate",
        "国产化率 = 境内供应 / 境内需求，按来源所写口径照录", "domestic rate = domestic supply / home demand, quoted with its basis",
        "fraction", "来源所写口径", "as the source defines it",
    ),
    _formula(
        "sole_source", "独家供应", "sole source",
        "来源齐全且只有一家，或一家份额为 1", "the list is complete and holds one source, or one source has share 1",
        "yes/no/unknown", "该产品的全部供应来源", "all sources of the product",
    ),
    _formula(
        "chokepoint", "卡点五项测试", "chokepoint test",
        "五项各 0–4 分；每项不低于规定、合计不低于规定；两位独立评价人；未过期",
        "five scores from 0 to 4, each and their sum high enough, by two independent assessors, not expired",
        "yes/no", "每位评价人的五项评分", "the five scores of each assessor",
    ),
    _formula(
        "local_presence", "本地布局", "local presence",
        "范围内有在产来源为“有”，只有在建为“在建”，能证明没有为“无”，否则“未知”",
        "present with a supplying source in the area, being built, absent only if proven, else unknown",
        "category", "范围内的来源", "sources in the area",
    ),
    _formula(
        "dependants", "依赖的下游产品", "dependants",
        "沿投入关系能到达的下游产品数", "number of products reached downstream along the inputs",
        "products", "本链全部产品", "all products of the chain",
    ),
    _formula(
        "path", "影响最大的路径", "path of largest effect",
        "各步传递系数之积 × 最终产品权重，取最大", "the largest product of what each step passes on, times the weight of the final product",
        "fraction", "全链最终产品（按权重 w）", "all final products of the chain, weighted by w",
    ),
    _formula(
        "relatedness", "邻近度", "relatedness",
        "邻近产品中境内已能制造的比例", "share of neighbouring products made at home",
        "fraction", "水平已知的邻近产品", "neighbouring products of known level",
    ),
    _formula(
        "persistence", "持续性", "persistence",
        "最近若干年中，进口占比达到规定的年数", "years in the window in which the import share reaches the rule's value",
        "years", "观察窗内有数据的年份", "years of the window with a figure",
    ),
    _formula(
        "substitutability", "进口与出口之比", "imports over exports",
        "进口 / 出口；大于规定值视为国内难以替代", "imports / exports; above the rule's value it is not substitutable at home",
        "ratio", "同期出口", "exports of the same period",
    ),
    _formula(
        "organisation_loss", "组织停产损失", "loss if an organisation stops",
        "该组织的全部节点停产后，最终产品减少的部分", "part of final output lost when all nodes of the organisation stop",
        "fraction", "全链最终产品（按权重 w）", "all final products of the chain, weighted by w",
    ),
    _formula(
        "distribution", "分布", "distribution",
        "个数 / 总数，按最大余数法凑成 100 %", "count over total, rounded to 100 % by largest remainder",
        "percent", "没有下级的产品", "products without kinds below them",
    ),
)  # fmt: skip
FORMULAS: dict[str, Formula] = {formula.id: formula for formula in _ALL}


@dataclass(frozen=True)
class Explanation:
    """Explanation (来龙去脉) of one number or verdict."""

    formula: str
    result: Any
    inputs: Mapping[str, Any]
    rows: tuple[Row, ...]
    confidentiality: str
    inferred: bool = False
    definition: Text | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values; sources are named by code, with the day each fact was observed."""
        formula = FORMULAS[self.formula]
        return {
            "formula": self.formula,
            "unit": formula.unit,
            "denominator": text_dict(formula.denominator),
            "definition": text_dict(self.definition or formula.plain),
            "result": plain(self.result),
            "inputs": {name: plain(value) for name, value in self.inputs.items()},
            "facts": fact_list(self.rows),
            "inferred": self.inferred,
            "confidentiality": self.confidentiality,
        }


def explain(
    formula: str,
    result: Any,
    inputs: Mapping[str, Any],
    rows: Iterable[Row] = (),
    *,
    at_least: str = "open",
    inferred: bool = False,
    definition: Text | None = None,
) -> Explanation:
    """Make an explanation; its confidentiality is the highest of its rows and ``at_least``."""
    rows = tuple(rows)
    return Explanation(
        formula, result, inputs, rows, highest_class([*rows, {"confidentiality": at_least}]), inferred, definition
    )


def fact_list(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Return the rows a number stands on: key, source, day, confidence, each once, by key."""
    facts = {
        (row["code"], row.get("source")): {
            "row": row["code"],
            "source": row.get("source"),
            "observed_on": plain(row.get("observed_on")),
            "confidence": row.get("confidence"),
        }
        for row in rows
        if row.get("code")
    }
    return [facts[key] for key in sorted(facts, key=str)]


def plain(value: Any) -> Any:
    """Turn a value into what JSON knows: dates to text, texts to pairs, intervals to bounds."""
    if isinstance(value, Text):
        return text_dict(value)
    if isinstance(value, Interval):
        return value.low if value.exact else {"low": value.low, "high": value.high}
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def text_dict(text: Text) -> dict[str, str]:
    """Return a bilingual text as a pair."""
    return {"zh": text.zh, "en": text.en}
