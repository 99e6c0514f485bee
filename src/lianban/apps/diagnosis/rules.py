"""What may happen to a weak point, who may close it, and how findings are put into words: values in, answer out."""

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
        Move("shelve", ("listed", "routed"), "shelved", Text("暂不处置", "shelve")),
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
SUSPECTED = ("raised",)  # computed or reported, and not yet confirmed by a person
OPEN_STATES = tuple(state for state in WORKFLOW.states if state not in ("closed", "dismissed"))

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


def closing_refusals(*, asked_by: int | None, closer: int | None, evidence: str) -> list[Refusal]:
    """Closing needs evidence and a second person: the one who asked may not close."""
    refusals = []
    if not evidence.strip():
        refusals.append(
            refuse("weak_point.no_evidence", "销号须有依据，还没有填写", "closing needs evidence; none is given")
        )
    if asked_by is not None and asked_by == closer:
        refusals.append(
            refuse(
                "weak_point.same_person",
                "申请销号的人不能自己销号，须由另一人复核",
                "whoever asked for closing may not close; a second person has to",
            )
        )
    return refusals


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
