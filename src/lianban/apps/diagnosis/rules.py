"""What may happen to a weak point, and who may do it: values in, answer out."""

from collections.abc import Sequence
from datetime import date

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text

BEFORE_LISTING = ("raised", "verified", "reviewed", "consulted")
WORKFLOW = Transitions(
    states={
        "raised": Text("已提出（疑似）", "raised (suspected)"),
        "verified": Text("已核实", "verified"),
        "reviewed": Text("已论证", "argued by experts"),
        "consulted": Text("已会商", "consulted"),
        "listed": Text("已列入清单", "listed"),
        "routed": Text("已定路径", "route chosen"),
        "acting": Text("办理中", "being worked on"),
        "closing": Text("待销号复核", "closing under review"),
        "closed": Text("已销号", "closed"),
        "shelved": Text("暂不处置", "shelved"),
        "dismissed": Text("不列入", "not listed"),
    },
    moves=[
        Move("verify", ("raised",), "verified", Text("核实", "verify")),
        Move("review", ("verified",), "reviewed", Text("专家论证", "argue with experts")),
        Move("consult", ("reviewed",), "consulted", Text("会商", "consult")),
        Move("enlist", ("consulted",), "listed", Text("列入清单", "put on the list")),
        Move("choose_route", ("listed", "routed", "acting", "shelved"), "routed", Text("选定解决路径", "choose the route")),
        Move("shelve", ("listed", "routed", "acting"), "shelved", Text("暂不处置", "shelve")),
        Move("assign", ("routed", "acting"), "acting", Text("交办", "assign")),
        Move("urge", ("acting",), "acting", Text("催办", "urge")),
        Move("report", ("acting",), "acting", Text("报进展", "report progress")),
        Move("ask_closing", ("acting",), "closing", Text("申请销号", "ask for closing")),
        Move("send_back", ("closing",), "acting", Text("退回办理", "send back")),
        Move("close", ("closing",), "closed", Text("销号", "close")),
        Move("dismiss", BEFORE_LISTING, "dismissed", Text("不列入", "do not list")),
        Move("raise_again", ("dismissed", "closed"), "raised", Text("重新提出", "raise again")),
    ],
)  # fmt: skip
# The way most weak points go, for the row of steps on top of the page.
MAIN_WAY = ("raised", "verified", "reviewed", "consulted", "listed", "routed", "acting", "closing", "closed")
# What the page offers first in each state; everything else that is possible stands below it.
NEXT_VERB = {
    "raised": "verify",
    "verified": "review",
    "reviewed": "consult",
    "consulted": "enlist",
    "listed": "choose_route",
    "shelved": "choose_route",
    "routed": "assign",
    "acting": "report",
    "closing": "close",
    "closed": "raise_again",
    "dismissed": "raise_again",
}
OTHER_VERBS = {  # what leaves a step and moves nothing
    "raise": Text("提出", "raise"),
    "describe": Text("写对标与差距", "describe benchmark and gap"),
}
RESPONSIBLE_MAY = ("report", "ask_closing")  # whoever answers for it, whatever the role
NEEDS_NOTE = {
    "verify": Text("核实情况", "what was verified"),
    "review": Text("论证意见", "the experts' opinion"),
    "consult": Text("会商结论", "what was agreed"),
    "dismiss": Text("不列入的理由", "why it is not listed"),
    "shelve": Text("暂不处置的理由", "why nothing is done now"),
    "send_back": Text("退回的理由", "why it is sent back"),
    "raise_again": Text("重新提出的理由", "why it is raised again"),
    "report": Text("进展", "the progress"),
}
ROUTES: dict[str, Text] = {  # codes are those of the recommended routes (lianban.chain.diagnosis.routes)
    "tackle": Text("攻关/揭榜", "tackle / open challenge"),
    "consortium": Text("联合体", "consortium"),
    "first_use": Text("首用", "first use"),
    "second_source": Text("第二来源", "second source"),
    "stock": Text("储备", "stock"),
    "invite": Text("招商", "investment promotion"),
    "coordinate": Text("协调", "coordination"),
    "defer": Text("暂不处置", "no action now"),
}
DEFER = "defer"  # the eighth choice: it shelves the weak point instead of moving it on
VOICES = {
    "firm": Text("企业提出", "raised by firms"),
    "computed": Text("系统测算", "computed"),
    "expert": Text("专家认定", "judged by experts"),
    "office": Text("链办提出", "raised by the office"),
}


def run_refusals(*, may_see_class: bool, under_way: bool) -> list[Refusal]:
    """A run uses only what its asker may see, and the same run is not asked for twice at once."""
    refusals = []
    if not may_see_class:
        refusals.append(
            refuse("diagnosis.class_not_yours", "所选数据范围超出您的密级", "these data are above your clearance")
        )
    if under_way:
        refusals.append(
            refuse(
                "diagnosis.under_way",
                "同一范围的诊断正在进行，请等它结束",
                "a run of this scope is under way; wait for it to end",
            )
        )
    return refusals


INLINE_PRODUCTS = 120  # a what-if on more products than this is worked out in the background (a second or more)


def runs_inline(n_products: int, n_scenarios: int = 0) -> bool:
    """Whether a what-if is quick enough for the length of a request."""
    return n_products + n_scenarios <= INLINE_PRODUCTS


def scenario_refusals(*, name: str, shocks: bool, taken: bool, full: bool) -> list[Refusal]:
    """A scenario of a set has a name of its own and at least one stop or cut."""
    refusals = []
    if not shocks:
        refusals.append(
            refuse(
                "scenario.no_shock",
                "情景须至少有一项停产、断供或降产；增加来源和提升水平是措施，不是情景",
                "a scenario needs at least one stop or cut; an added source or a higher level is an action, not a scenario",
            )
        )
    if taken:
        refusals.append(
            refuse("scenario.name_taken", "情景集里已有“{name}”", "the set already has '{name}'", name=name)
        )
    if full:
        refusals.append(
            refuse(
                "scenario.set_full",
                "一个情景集最多 {most} 个情景",
                "a set holds at most {most} scenarios",
                most=MOST_SCENARIOS,
            )
        )
    return refusals


MOST_SCENARIOS = 60


def weight_refusals(weights: Sequence[float | None]) -> list[Refusal]:
    """Probabilities of scenarios that exclude each other add up to one at most; all are stated, or none."""
    stated = [weight for weight in weights if weight is not None]
    refusals = []
    if stated and len(stated) < len(weights):
        refusals.append(
            refuse(
                "scenario.some_unstated",
                "还有 {n} 个情景没有填概率；全部填写，或全部留空（按等可能计算）",
                "{n} scenarios have no probability yet; state all, or none (all equally likely)",
                n=len(weights) - len(stated),
            )
        )
    if sum(stated) > 1 + 1e-9:
        refusals.append(
            refuse(
                "scenario.more_than_all",
                "概率合计 {sum}%，超过 100%；情景互斥，其余为“不发生”",
                "probabilities add up to {sum} %, more than 100 %; scenarios exclude each other, the rest is 'none of them'",
                sum=round(sum(stated) * 100, 4),
            )
        )
    return refusals


def study_refusals(*, may_see_class: bool, under_way: bool) -> list[Refusal]:
    """A study uses only what its asker may see, and the same one is not asked for twice at once."""
    found = run_refusals(may_see_class=may_see_class, under_way=False)
    if under_way:
        found.append(
            refuse(
                "study.under_way", "同样的测算正在进行，请等它结束", "the same study is under way; wait for it to end"
            )
        )
    return found


def product_refusals(code: str, *, known: bool) -> list[Refusal]:
    if known:
        return []
    return [
        refuse(
            "weak_point.no_product", "产业链里没有产品 {product}", "the chain has no product {product}", product=code
        )
    ]


def note_refusals(verb: str, note: str) -> list[Refusal]:
    """Most decisions are worth nothing without a sentence that says on what they rest."""
    what = NEEDS_NOTE.get(verb)
    if what is None or note.strip():
        return []
    return [refuse("weak_point.no_note", "请写明{what}", "write down {what}", what=what)]


def route_refusals(route: str, *, recommended: str = "", note: str = "") -> list[Refusal]:
    """One of the seven routes; another one than recommended wants a reason (one that is no choice here does not)."""
    if route in ROUTES and route != DEFER:
        if recommended in ROUTES and recommended != route and not note.strip():
            return [
                refuse(
                    "weak_point.no_reason_for_route",
                    "所选路径与建议的“{recommended}”不同，请写明理由",
                    "the route is not the recommended one ({recommended}); say why",
                    recommended=ROUTES[recommended],
                )
            ]
        return []
    return [refuse("weak_point.no_such_route", "没有“{route}”这条解决路径", "there is no route '{route}'", route=route)]


def closing_refusals(*, asked_by: int | None, closer: int | None, evidence: str) -> list[Refusal]:
    """Closing needs evidence and a second person: the one who asked may not close."""
    refusals = evidence_refusals(evidence)
    if asked_by is not None and asked_by == closer:
        refusals.append(
            refuse(
                "weak_point.same_person",
                "申请销号的人不能自己销号，须由另一人复核",
                "whoever asked for closing may not close; a second person has to",
            )
        )
    return refusals


def evidence_refusals(evidence: str) -> list[Refusal]:
    if evidence.strip():
        return []
    return [refuse("weak_point.no_evidence", "销号须有依据，还没有填写", "closing needs evidence; none is given")]


def assignment_refusals(*, lead_department: str, unit: str, person: str, due_on: date, today: date) -> list[Refusal]:
    """An assignment names a department, a unit, a person and a day that is still to come."""
    refusals = [
        refuse(f"assignment.no_{name}", "交办须写明{what}", "an assignment has to name the {what}", what=what)
        for name, value, what in (
            ("lead_department", lead_department, Text("牵头部门", "lead department")),
            ("unit", unit, Text("责任单位", "responsible unit")),
            ("person", person, Text("责任人", "responsible person")),
        )
        if not value.strip()
    ]
    if due_on < today:
        refusals.append(
            refuse(
                "assignment.due_in_past",
                "完成时限 {due} 已过，请选今天或以后",
                "the due day {due} is past; choose today or later",
                due=due_on.isoformat(),
            )
        )
    return refusals


def is_overdue(status: str, due_on: date | None, today: date) -> bool:
    """Being worked on, and the day is past."""
    return status in ("acting", "closing") and due_on is not None and due_on < today
