"""Words of the diagnosis in templates: kinds, bands, numbers that open their formula, who makes it."""

from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from lianban.apps.atlas import compute as atlas_compute
from lianban.apps.atlas import queries as atlas
from lianban.apps.diagnosis import rules
from lianban.apps.diagnosis.compute import explaining, reading, words
from lianban.kit.shown import UNKNOWN, percent
from lianban.kit.text import Text, say

register = template.Library()


def _language() -> str:
    return translation.get_language() or "zh-hans"


def _say(value: Any) -> str:
    return say(value, _language())


@register.filter
def kind_name(code: str | None) -> str:
    return _say(words.KINDS[code]) if code in words.KINDS else ""


@register.filter
def state_word(code: str) -> str:
    return _say(words.STATES.get(code, UNKNOWN))


@register.filter
def route_name(code: str | None) -> str:
    found = words.ROUTES.get(code or "") or rules.ROUTES.get(code or "")
    return _say(found) if found else ""


@register.simple_tag
def band(point: dict[str, Any], judgement_only: bool = False) -> SafeString:
    """高/中/低; with judgement data only the word comes first and the percentage second."""
    if not point.get("band"):
        return format_html('<span class="unknown">{}</span>', _say(UNKNOWN))
    word, number = _say(words.BANDS[point["band"]]), percent(point["severity"])
    if judgement_only or point.get("band_first"):
        return format_html('<b class="band {}">{}</b> <span class="src">{}</span>', point["band"], word, number)
    return format_html('{} <span class="band {}">{}</span>', number, point["band"], word)


@register.simple_tag
def loss_cut(point: dict[str, Any]) -> SafeString:
    """The loss if cut; a figure that can only be higher says so."""
    if not point.get("at_least"):
        return format_html("{}", percent(point["loss_cut"]))
    why = Text("有份额说不清来自哪里，实际可能更高", "part of the supply is of unknown origin: it may be higher")
    return format_html('<span title="{}">≥ {}</span>', _say(why), percent(point["loss_cut"]))


@register.simple_tag
def triple(code: str | None) -> SafeString:
    """空白 / 不稳定 / 自给 as a tag whose border tells it apart without colour."""
    return format_html(
        '<span class="tag triple {}">{}</span>', code or "unknown", _say(words.TRIPLES[code or "unknown"])
    )


@register.simple_tag
def maker(source: dict[str, Any], members: dict[str, Any]) -> str:
    """The name of one source of supply: an organisation, or words for nobody named."""
    member = members.get(source["organisation"])
    if member is not None:
        english = _language().startswith("en") and member.name_en
        return str(member.name_en if english else member.name)
    return _say(
        Text("未具名来源", "source not named") if not source["organisation"] else Text("（不公开）", "(not shown)")
    )


@register.simple_tag
def stage_of(source: dict[str, Any]) -> str:
    """How far a source has come, in words."""
    word = _say(words.SOURCE_STAGES.get(source["stage"], UNKNOWN))
    if source["building"] and not source["operating"]:
        return _say(Text("在建", "being built"))
    return word if source["operating"] else _say(Text("停产", "stopped"))


@register.filter
def result_of(explained: Any) -> str:
    """The result of an explanation as people read it."""
    if explained is None or explained.result is None:
        return _say(UNKNOWN)
    return _result(explained)


def _result(explained: Any) -> str:
    value = explained.result
    if isinstance(value, dict):
        if explained.unit == "fraction":
            return f"{value['low']:.4g}–{value['high']:.4g}"
        return str(value)
    if isinstance(value, float) and explained.unit == "fraction" and explained.formula not in ("hhi",):
        return percent(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    for table in (words.TRIPLES, words.STATES, words.PRESENCE):
        if value in table and explained.formula in (
            "triple",
            "sole_source",
            "chokepoint",
            "persistence",
            "local_presence",
        ):
            return _say(table[value])
    return str(value)


@register.filter
def named_in(code: str, names: dict[str, Any]) -> str:
    """Name of a product by its code."""
    return _say(names[code]) if code in names else code


@register.filter
def figure_name(name: str) -> str:
    return _say(words.INPUTS.get(name, Text(name, name.replace("_", " "))))


@register.filter
def short(text: str, length: int = 40) -> str:
    return Truncator(text).chars(length)


@register.simple_tag
def address_if_any(name: str, *args: str) -> str:
    """The address of a page of a higher app, or nothing where that app is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.filter
def member_name(code: str | None, members: dict[str, Any]) -> str:
    """Name of an organisation by its code; one the reader may not see has none."""
    member = members.get(code or "")
    if member is None:
        return _say(Text("（不公开）", "(not shown)"))
    english = _language().startswith("en") and member.name_en
    return str(member.name_en if english else member.name)


@register.filter
def source_title(code: str | None, sources: dict[str, Any]) -> str:
    """Title of a source by its code."""
    return str(sources[code]["title"]) if code in sources else str(code or _say(UNKNOWN))


@register.filter
def judged_voices(voices: dict[str, Any]) -> list[tuple[str, Any]]:
    """Experts first, then the office, then published texts."""
    return [(voice, voices[voice]) for voice in ("expert", "office", "published") if voices[voice]]


@register.filter
def home_sources(point: dict[str, Any] | None) -> list[Any]:
    return [source for source in point["sources"] if source["home"]] if point else []


@register.filter
def abroad_sources(point: dict[str, Any] | None) -> list[Any]:
    return [source for source in point["sources"] if not source["home"]] if point else []


@register.filter
def route_facts(point: dict[str, Any]) -> list[tuple[Text, Text]]:
    """The facts the decision table saw, in words."""
    return [
        (words.INPUTS.get(f["name"], Text(f["name"], f["name"])), explaining.in_words(f["name"], f["value"], {}, {}))
        for f in point["facts"]
    ]


@register.filter
def has_errors(form: Any) -> bool:
    return bool(form is not None and form.is_bound and form.errors)


@register.filter
def how_word(how: str) -> str:
    return _say(HOW[how])


HOW = {
    "came": Text("新出现", "came"),
    "went": Text("不再列入", "went"),
    "up": Text("上升", "moved up"),
    "down": Text("下降", "moved down"),
    "changed": Text("有变化", "changed"),
}
ANCHOR = {
    "suppliers_in_chain": Text("链内供方数", "suppliers in the chain"),
    "customers_in_chain": Text("链内客户数", "customers in the chain"),
    "products_in_chain": Text("链内产品数", "products in the chain"),
    "products_without_other_known_maker": Text("无其他已知供方的产品数", "products without another known maker"),
    "demands_published": Text("发布的需求数", "needs published"),
    "scenarios_opened": Text("开放的场景数", "scenarios opened"),
    "lead_product": Text("份额最高的产品", "product of highest share"),
    "lead_product_share": Text("其境内供应份额", "its share of home supply"),
    "small_firm_share": Text("中小企业配套占比", "share of small firms"),
    "local_ratio_trend": Text("配套率走势", "trend of the local ratio"),
    "research_intensity": Text("研发投入强度", "research intensity"),
    "payment_on_time": Text("按期付款", "payment on time"),
}


@register.filter
def anchor_name(code: str) -> str:
    return _say(ANCHOR.get(code, Text(code, code.replace("_", " "))))


@register.simple_tag(takes_context=True)
def change(context: template.Context, name: str, value: Any) -> str:
    """One side of a change, in words."""
    if value is None:
        return _say(UNKNOWN)
    if isinstance(value, float):
        return percent(value)
    table = {"kind": words.KINDS, "route": words.ROUTES}.get(name, {})
    if value in table:
        return _say(table[value])
    if name == "largest_foreign_origin":
        rule_set = atlas.rule_set(context["chain"].code)
        return _say(atlas.place_name(context["chain"], rule_set, value))
    return str(value)


@register.simple_tag
def before_after(before: float, after: float, width: int = 120) -> SafeString:
    """Two bars, before above after, for shares 0-1; the numbers stand beside it as text."""
    was, now = (round(max(0.0, min(1.0, value)) * width, 1) for value in (before, after))
    return format_html(
        '<svg class="twobars" width="{0}" height="14" viewBox="0 0 {0} 14" aria-hidden="true"><rect class="ground" width="{0}" height="14" rx="2"/>'
        '<rect class="was" width="{1}" height="6" rx="2"/><rect class="now" y="8" width="{2}" height="6" rx="2"/></svg>',
        width, was, now,
    )  # fmt: skip


@register.simple_tag
def whisker(interval: dict[str, Any], width: int = 160) -> SafeString:
    """An interval of a share 0-1: 90 % and 50 % of the draws, the median, and a rhomb for the number of the list."""
    wide, mid = (reading.band(interval, level) for level in (0.9, 0.5))
    if wide is None or mid is None:
        return format_html("")

    def x(value: float) -> float:
        return round(max(0.0, min(1.0, value)) * (width - 8) + 4, 1)

    point = interval.get("computed")
    mark = format_html('<path class="point" d="M{} 2l4 5-4 5-4-5z"/>', x(point)) if point is not None else ""
    return format_html(
        '<svg class="whisker" width="{0}" height="14" viewBox="0 0 {0} 14" aria-hidden="true"><rect class="ground" width="{0}" height="14" rx="2"/>'
        '<rect class="wide90" x="{1}" y="4" width="{2}" height="6"/><rect class="mid50" x="{3}" y="4" width="{4}" height="6"/>{6}<rect class="median" x="{5}" y="1" width="2" height="12"/></svg>',
        width, x(wide["low"]), max(x(wide["high"]) - x(wide["low"]), 1), x(mid["low"]), max(x(mid["high"]) - x(mid["low"]), 1),
        x(interval["median"]) - 1, mark,
    )  # fmt: skip


@register.filter
def between(interval: dict[str, Any] | None, level: float = 0.9) -> str:
    """The ends of an interval of a share, in words."""
    ends = reading.band(interval, level)
    return _say(UNKNOWN) if ends is None else f"{percent(ends['low'])}–{percent(ends['high'])}"


@register.filter
def ranks(interval: dict[str, Any] | None, level: float = 0.9) -> str:
    """The places between which a product stands in so many of the draws."""
    found = next((one for one in interval["rank"]["bands"] if one["level"] == level), None) if interval else None
    if found is None or found["low"] is None:
        return _say(UNKNOWN)
    low, high = int(found["low"]), int(found["high"])
    return str(low) if low == high else f"{low}–{high}"


@register.filter
def measured(product: dict[str, Any]) -> list[tuple[Text, dict[str, Any] | None]]:
    """The three numbers of a product with their intervals."""
    return [(words.MEASURED[name], product[name]) for name in ("loss_cut", "severity", "loss_stop")]


@register.filter
def is_better(one: dict[str, Any]) -> bool:
    """Whether the severity of a product falls."""
    before, after = one["before"]["severity"], one["after"]["severity"]
    return before is not None and after is not None and after < before - 1e-9


@register.filter
def not_scores(rows: list[Any]) -> list[Any]:
    """Judgements without the five scores, which stand in a table of their own."""
    return [row for row in rows if not row["item"].startswith("chokepoint_")]


@register.filter
def five_scores(scores: dict[str, Any]) -> list[tuple[Text, Any]]:
    return [(words.SCORES[item], scores[item]) for item in words.SCORES if item in scores]


@register.filter
def value_word(row: dict[str, Any]) -> str:
    """What was judged, in words where the value is a code."""
    table = explaining.CODED.get(row["item"], words.TRIPLES if row["item"] == "triple" else words.STATES)
    return _say(table[row["value"]]) if row["value"] in table else str(row["value"])


PARAMETERS = {
    "n": Text("抽样次数", "draws"),
    "verify": Text("重抽验证的事实数", "facts verified by drawing again"),
    "uncertain": Text("抽取了哪些未知", "what was drawn"),
    "nodes": Text("节点数", "nodes"),
    "version": Text("方法版本", "version of the method"),
    "eps": Text("停止精度", "tolerance"),
    "by": Text("按", "by"),
    "weights": Text("产出权重", "weights of the output"),
    "max_iterations": Text("最多步数", "steps at most"),
    "stop": Text("停止规则", "stop rule"),
    "compatible": Text("与旧实现兼容", "as the older implementation"),
    "market": Text("同类可互补", "makers of a product take over"),
    "revenue": Text("营收口径", "revenue"),
    "costs": Text("成本口径", "costs"),
    "scenarios": Text("情景数", "scenarios"),
    "asked": Text("问题指纹", "fingerprint of the question"),
    "budget_fen": Text("预算（分）", "budget (fen)"),
    "objective": Text("目标", "objective"),
    "set": Text("情景集", "scenario set"),
    "top": Text("薄弱环节数", "weak points taken"),
}
UNCERTAIN = {
    "shares": Text("来源份额", "shares of sources"),
    "supplies": Text("供应关系", "supplies"),
    "essential": Text("是否必需", "essential or not"),
    "costs": Text("投入占成本比", "cost shares"),
    "organisation": Text("组织", "organisation"),
    "final": Text("最终产品", "final products"),
    "level": Text("按水平变化", "change of the level"),
}


@register.filter
def parameter_name(code: str) -> str:
    return _say(PARAMETERS.get(code, Text(code, code.replace("_", " "))))


@register.filter
def parameter_value(value: Any) -> str:
    if isinstance(value, bool):
        return _say(Text("是", "yes") if value else Text("否", "no"))
    if isinstance(value, dict) and "zh" in value:
        return _say(value)
    if isinstance(value, list):
        sign = ", " if _language().startswith("en") else "、"
        return sign.join(parameter_value(one) for one in value)
    if value in UNCERTAIN:
        return _say(UNCERTAIN[value])
    return "—" if value is None else str(value)


@register.filter
def plain_parameters(parameters: dict[str, Any]) -> list[tuple[str, Any]]:
    """Parameters that fit a line: lists of records stand on pages of their own."""
    return [
        (k, v)
        for k, v in parameters.items()
        if v is not None and not (isinstance(v, list) and v and isinstance(v[0], dict))
    ]


@register.simple_tag
def column_words(table: str, column: str) -> str:
    """Name of a table and a column of the data package, as the data dictionary has them."""
    return _say(atlas_compute.place_of(table, column))
