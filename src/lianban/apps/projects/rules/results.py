"""What comes after: first use, spread, priority purchase, follow-up, credit, and the level that rises."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lianban.apps.projects.rules.standing import EVIDENCE, REASON, Standing, said_refusals, years_later
from lianban.apps.projects.rules.states import ACCEPTED, AT_FAULT, LEVELS, MAKING, RISE
from lianban.kit import money
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text


def accepted_refusals(standing: Standing) -> list[Refusal]:
    """Only an accepted result is used, spread, bought first, or raises a level."""
    if standing.outcome in ACCEPTED and standing.state in ("effective", "archived") and standing.n_accepted:
        return []
    text = "成果还没有通过验收并生效", "the result has not been accepted with effect yet"
    return [refuse("projects.not_accepted", *text)]


def use_refusals(
    standing: Standing, *, day: date, today: date, evidence: str, first: bool, own: bool, known: bool
) -> list[Refusal]:
    """The first user is somebody else than the maker; spread comes after the first use."""
    found = accepted_refusals(standing) + said_refusals((evidence, EVIDENCE))
    if day > today:
        found.append(refuse("projects.day_to_come", "日期还没有到", "this day is still to come"))
    if own:
        text = "研制单位自己使用不算首用或推广", "use by the maker itself is neither first use nor spread"
        found.append(refuse("projects.own_use", *text))
    if first and standing.first_used:
        found.append(refuse("projects.first_use_known", "首用已经登记", "the first use is on record already"))
    if known:
        found.append(refuse("projects.spread_known", "这家单位已经登记", "this organisation is on record already"))
    if not first and not standing.first_used:
        found.append(
            refuse("projects.no_first_use", "还没有首用，先登记首用", "record the first use before the spread")
        )
    return found


def confirm_use_refusals(*, own: bool, waiting: bool) -> list[Refusal]:
    """Only the user itself confirms, and only what waits for it."""
    found = []
    if not own:
        text = "只能由使用单位自己确认", "only the user itself can confirm"
        found.append(refuse("projects.other_organisation.not_permitted", *text))
    elif not waiting:
        found.append(refuse("projects.nothing_to_confirm", "没有待确认的使用记录", "no use waits to be confirmed"))
    return found


def rise_refusals(
    standing: Standing, *, stage: str, before: str, reason: str, pending: bool, product: str, maker: bool,
    level: str = "", level_before: str = "",
) -> list[Refusal]:  # fmt: skip
    """A level rises only with accepted indicators, upwards, and one proposal at a time."""
    found = accepted_refusals(standing) + said_refusals((reason, REASON))
    if stage not in MAKING:
        found.append(refuse("projects.no_such_making", "请选择生产阶段", "choose a stage of production"))
    elif before in MAKING and MAKING.index(stage) <= MAKING.index(before):
        text = "图谱中已是这个阶段或更高", "the atlas has this stage or a higher one already"
        found.append(refuse("projects.no_rise", *text))
    found += _level_refusals(level, level_before)
    if not product:
        text = "项目没有对应图谱中的产品", "the project has no product of the atlas"
        found.append(refuse("projects.no_product", *text))
    if not maker:
        text = "只有承担单位的水平可以提升", "only who carried the work out can rise by it"
        found.append(refuse("projects.not_a_maker", *text))
    if pending:
        found.append(refuse("projects.rise_pending", "已有一份提议待确认", "a proposal waits to be confirmed"))
    return found


def _level_refusals(level: str, before: str) -> list[Refusal]:
    """A stated level goes up; ``before`` is what this reader may know of it."""
    if not level or (level in LEVELS and level > before):
        return []
    text = "水平 {level} 不高于现有的 {before}", "level {level} is not above the present {before}"
    return [refuse("projects.no_rise", *text, level=level, before=before or "—")]


def rise_decision_refusals(
    state: str, verb: str, *, same_person: bool, note: str, level: str = "", level_before: str = ""
) -> list[Refusal]:
    """A second person confirms; the level stated is above the one the office knows."""
    found = RISE.refusals(state, verb)
    found += said_refusals((note, REASON)) if verb == "decline_rise" else _level_refusals(level, level_before)
    if same_person:
        text = "提出的人不能自己确认", "whoever proposed it may not confirm it"
        found.append(refuse("projects.same_person", *text))
    return found


def credit_until(standing: Standing, from_on: date, *, in_effect: bool) -> date | None:
    """Until when an outcome touches credit: only a failure at fault does, and only once it is in effect."""
    if standing.outcome != AT_FAULT or not in_effect:
        return None
    return years_later(from_on, standing.terms.at_fault_years)


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise to buy first, beside what was ordered."""

    promised: Decimal
    counted: Decimal
    ordered: Decimal
    late: bool

    @property
    def left(self) -> Decimal:
        return max(self.promised - self.counted, Decimal(0))

    @property
    def share(self) -> float:
        return float(min(self.counted / self.promised, Decimal(1)))

    @property
    def state(self) -> Text:
        if over := max(self.counted - self.promised, Decimal(0)):
            more = f"{over.normalize():f}"
            return Text(f"已兑现，超出约定 {more}", f"kept, {more} beyond what was agreed")
        if not self.left:
            return Text("已兑现", "kept")
        return Text("到期未足额", "short at the end") if self.late else Text("履行中", "being kept")


def kept(promised: Decimal, ends_on: date, today: date, orders: Any) -> Kept:
    """Orders count once the goods passed the quality gate; the others are shown and do not count."""
    rows = list(orders)
    counted = sum((row.quantity for row in rows if row.passed_gate), Decimal(0))
    return Kept(promised, counted, sum((row.quantity for row in rows), Decimal(0)), today > ends_on)


def promise_refusals(*, quantity: Decimal, starts_on: date, ends_on: date, price_rule: str, gate: str, own: bool, known: bool) -> list[Refusal]:  # fmt: skip
    """A promise to buy first says how much, at what price, until when, past which gate."""
    found = said_refusals(
        (price_rule, Text("价格规则", "the price rule")), (gate, Text("质量门槛", "the quality gate"))
    )
    if quantity <= 0 or ends_on <= starts_on:
        text = "数量须大于零，期限须有先后", "the quantity has to be above zero and the period has to have a length"
        found.append(refuse("projects.promise_empty", *text))
    if known:
        text = "这家采购方的约定已经登记", "this buyer's promise is on record already"
        found.append(refuse("projects.promise_known", *text))
    if own:
        found.append(refuse("projects.own_use", "研制单位不能向自己采购", "the maker does not buy from itself"))
    return found


def order_refusals(
    *, quantity: Decimal, unit_price_fen: int, day: date, today: date, starts_on: date, ends_on: date, evidence: str,
    price_max_fen: int | None,
) -> list[Refusal]:  # fmt: skip
    """An order lies inside the promised period and under the agreed price."""
    found = said_refusals((evidence, EVIDENCE))
    if quantity <= 0 or unit_price_fen < 0:
        text = "数量须大于零，单价不为负", "the quantity has to be above zero, the price not below"
        found.append(refuse("projects.order_empty", *text))
    if day > today or not starts_on <= day <= ends_on:
        text = (
            "订单日期须在 {starts} 至 {ends} 之间且不晚于今天",
            "an order lies between {starts} and {ends}, today at the latest",
        )
        found.append(refuse("projects.order_outside", *text, starts=starts_on.isoformat(), ends=ends_on.isoformat()))
    if price_max_fen is not None and unit_price_fen > price_max_fen:
        text = "单价 {price} 高于约定上限 {most}", "{price} a unit is above the agreed {most}"
        facts: dict[str, Any] = {"price": money.shown(unit_price_fen), "most": money.shown(price_max_fen)}
        found.append(refuse("projects.above_price", *text, **facts))
    return found
