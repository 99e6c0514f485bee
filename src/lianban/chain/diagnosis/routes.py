"""Recommended route (建议路径): the decision table, the rule that fired, and the facts it saw."""

from dataclasses import dataclass
from typing import Any

from lianban.chain.diagnosis.facts import Facts, Row
from lianban.chain.diagnosis.scope import LocalPresence
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

ROUTES = {
    "tackle": Text("攻关/揭榜", "tackle by open challenge"),
    "consortium": Text("联合体", "innovation consortium"),
    "first_use": Text("首用", "first use"),
    "second_source": Text("第二来源", "second source"),
    "stock": Text("储备", "stock"),
    "invite": Text("招商", "investment promotion"),
    "incubate": Text("孵化", "incubation"),
    "cooperate": Text("区域协作", "cooperation with another region"),
    "buy": Text("采购", "buy"),
    "coordinate": Text("协调", "coordination"),
    "build_on": Text("延链/锻长板", "build on the strength"),
    "defer": Text("暂不处置", "no action now"),
}

RULES = {
    "R1": Text(
        "L0–L1 且为卡点：以揭榜或联合体补链，同时找第二境外来源、建储备",
        "L0–L1 and a chokepoint: open challenge or consortium; meanwhile a second foreign source and stock",
    ),
    "R1p": Text(
        "L0–L1，卡点尚未测试：国内缺失，先按攻关安排；补齐五项评分后定案",
        "L0–L1, chokepoint not tested: missing at home, so tackle for now; settled once the five scores are there",
    ),
    "R2": Text(
        "L0–L1、非卡点、技术可及、市场足够：孵化或招商补链",
        "L0–L1, no chokepoint, know-how near, market enough: incubate or invite",
    ),
    "R2u": Text(
        "L0–L1、非卡点，技术可及或市场规模不明：先查清再定，暂按采购与协作",
        "L0–L1, no chokepoint, know-how or market unknown: find out first; buy and cooperate meanwhile",
    ),
    "R2n": Text(
        "L0–L1、非卡点、技术可及但市场不足：采购、与外地协作",
        "L0–L1, no chokepoint, know-how near but market not enough: buy, cooperate",
    ),
    "R3": Text(
        "L0–L1、非卡点、技术不可及：采购、与外地协作，不盲目招商",
        "L0–L1, no chokepoint, know-how far: buy, cooperate with another region, do not recruit blindly",
    ),
    "R4": Text("L2：强链，提质量、促首用、上产线", "L2: strengthen by quality, first use and process line"),
    "R5": Text("L3：固链，找第二来源、稳住企业", "L3: hold by a second source and by keeping the firm"),
    "R6": Text("L4–L5 且下游增长：延链、锻长板", "L4–L5 and growing downstream: extend, build on the strength"),
    "R8": Text(
        "L4–L5 而境外份额仍高：能力已有、用得不多，促首用、扩大境内采购",
        "L4–L5 with a high foreign share: the capability exists and is little used, so first use and wider purchase",
    ),
    "R7": Text("L4–L5，下游未见增长或不明：暂不处置", "L4–L5, downstream not growing or unknown: no action now"),
    "LOCAL": Text(
        "国内有、本地无：协作、采购、招商；不作揭榜课题",
        "present at home, missing locally: cooperate, buy, invite; no open challenge by default",
    ),
    "BLOCK": Text(
        "企业或链办填报了堵点：能力已有而流通受阻，先协调",
        "a blockage is entered: the capability exists and the flow is stopped, so coordinate first",
    ),
    "NONE": Text("国内水平未知：先查清", "level at home unknown: find out first"),
}


@dataclass(frozen=True)
class Route:
    """Recommended route: the first choice, what goes with it, the rule that fired, and its facts.

    ``provisional`` marks a rule that fired although a fact it asks for is missing; ``needs`` names that fact.
    """

    code: str | None
    also: tuple[str, ...]
    rule: str
    facts: tuple[tuple[str, Any], ...]
    provisional: bool = False
    needs: Text | None = None


@dataclass(frozen=True)
class KnowHow:
    """Whether the technology is in reach: near, far or unknown; stated, or computed from neighbouring products."""

    answer: str
    basis: str
    density: float | None
    n_known: int
    rows: tuple[Row, ...]


def know_how(facts: Facts, product: str, density: float | None, n_known: int, rules: RuleSet) -> KnowHow:
    """Return whether know-how is near: the current statement, else the share of neighbours made at home."""
    rows = [row for row in facts.current(product, "know_how") if row["value"] in ("near", "far")]
    if rows:
        return KnowHow(rows[0]["value"], "stated", density, n_known, tuple(rows))
    if density is None:
        return KnowHow("unknown", "unknown", None, 0, ())
    near = density >= rules.value("diagnosis.relatedness.near")
    return KnowHow("near" if near else "far", "computed", density, n_known, ())


def stated(facts: Facts, product: str, item: str) -> str:
    """Return the current statement on market or downstream, or unknown."""
    rows = facts.current(product, item)
    return str(rows[0]["value"]) if rows else "unknown"


def recommend(
    level: str | None,
    chokepoint: str,
    reach: KnowHow,
    market: str,
    downstream: str,
    presence: LocalPresence | None,
    blockage: bool,
    foreign_high: bool | None = None,
    *,
    level_at_least: bool = False,
) -> Route:
    """Choose a route by the table of ``docs/models/diagnosis.md``; the first rule that fits fires.

    ``foreign_high`` says whether the foreign share reaches the rule's value; None where it is unknown or inferred.
    With ``level_at_least`` the routes of L2 and L3 are provisional (暂定): more sources may be found.
    """
    seen: list[tuple[str, Any]] = [("level", level)]
    if presence is not None:
        seen.append(("local_presence", presence.code))
    if level is None:
        return Route(None, (), "NONE", tuple(seen), needs=Text("国内水平", "the level at home"))
    if blockage and level not in ("L0", "L1"):
        return Route("coordinate", (), "BLOCK", (*seen, ("blockage", "yes")))
    if level in ("L0", "L1"):
        return _missing_at_home(seen, chokepoint, reach, market)
    if presence is not None and presence.code == "absent":
        return Route("cooperate", ("buy", "invite"), "LOCAL", tuple(seen))
    if level in ("L2", "L3"):
        needs = Text("完整的境内来源清单", "a complete list of sources at home") if level_at_least else None
        code, also, rule = ("first_use", "consortium", "R4") if level == "L2" else ("second_source", "stock", "R5")
        return Route(code, (also,), rule, tuple(seen), level_at_least, needs)
    seen.append(("foreign_share_high", foreign_high))
    if foreign_high:
        return Route("first_use", ("second_source",), "R8", tuple(seen))
    seen.append(("downstream", downstream))
    if downstream == "growing":
        return Route("build_on", (), "R6", tuple(seen))
    return Route("defer", (), "R7", tuple(seen))


def _missing_at_home(seen: list[tuple[str, Any]], chokepoint: str, reach: KnowHow, market: str) -> Route:
    """Choose among the rows of the table for L0 and L1."""
    seen = [*seen, ("chokepoint", chokepoint)]
    if chokepoint == "yes":
        return Route("tackle", ("consortium", "second_source", "stock"), "R1", tuple(seen))
    if chokepoint in ("not_tested", "disputed"):
        needs = Text("卡点五项评分（两位评价人，意见一致）", "five chokepoint scores by two assessors who agree")
        return Route("tackle", ("consortium", "second_source", "stock"), "R1p", tuple(seen), True, needs)
    seen += [("know_how", reach.answer), ("know_how_basis", reach.basis)]
    if reach.basis == "computed":
        seen += [("relatedness", reach.density), ("neighbours_known", reach.n_known)]
    advice = reach.basis == "computed"
    confirm = (
        Text("专家对技术可及性的判断（现为推算）", "an expert's word on know-how (computed so far)") if advice else None
    )
    if reach.answer == "far":
        return Route("buy", ("cooperate",), "R3", tuple(seen), advice, confirm)
    seen.append(("market", market))
    if reach.answer == "near" and market == "enough":
        return Route("invite", ("incubate",), "R2", tuple(seen), advice, confirm)
    if reach.answer == "near" and market == "not_enough":
        return Route("buy", ("cooperate",), "R2n", tuple(seen), advice, confirm)
    missing = Text("技术可及性", "know-how") if reach.answer == "unknown" else Text("市场规模", "market size")
    return Route("buy", ("cooperate",), "R2u", tuple(seen), True, missing)
