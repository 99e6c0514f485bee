"""Topics (自主凝练课题), tasks, roadmap and contributions: the demand of the leader becomes work, and work is paid for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from lianban.apps.consortia.rules.council import Values
from lianban.apps.consortia.rules.states import CONTRIBUTION, SPENDING
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

__all__ = [
    "CONTRIBUTION_KINDS",
    "RECEIPT_KINDS",
    "TOPIC_KINDS",
    "begin_refusals",
    "contribution_refusals",
    "pass_roadmap_refusals",
    "report_refusals",
    "roadmap_refusals",
    "spending_refusals",
    "start_refusals",
    "task_refusals",
    "topic_refusals",
]

TOPIC_KINDS = {
    "applied_basic": Text("应用基础类", "applied basic"),
    "process": Text("工艺类", "process"),
}
CONTRIBUTION_KINDS = {
    "cash": Text("现金", "cash"),
    "equipment": Text("设备与场地", "equipment and premises"),
    "staff": Text("人员工时", "staff hours"),
    "material": Text("材料与样品", "material and samples"),
    "service": Text("技术与服务", "technology and services"),
}
RECEIPT_KINDS = {"public": Text("财政资金", "public money"), "income": Text("收益", "income")}
AMOUNT_MAX_FEN = 10**15


def topic_refusals(
    *, state: str, alive: Sequence[str], title: str, kind: str, demand: str, standard: str, scenario: str,
    first_user: bool, lead_is_member: bool, deadline: date | None, today: date, indicators: Sequence[Mapping[str, Any]],
) -> list[Refusal]:  # fmt: skip
    """Why this is no topic yet: a demand, a standard that can be measured, a scenario and a first user belong to it."""
    wrong = []
    if state not in alive:
        wrong.append(refuse("consortia.ended", "联合体已经结束", "the consortium has ended"))
    for missing, code, zh, en in (
        (not title.strip(), "topic_untitled", "请写课题名称", "name the topic"),
        (kind not in TOPIC_KINDS, "topic_kind", "请选择应用基础类或工艺类", "choose applied basic or process"),
        (not demand.strip(), "no_demand", "请写明牵头单位的需求", "say what the leader needs"),
        (
            not standard.strip(),
            "no_standard",
            "请写明标准：做成什么样算成功",
            "set the standard: what counts as success",
        ),
        (not scenario.strip(), "no_scenario", "请写明在哪里试用（场景）", "say where it will be tried (scenario)"),
        (not first_user, "no_first_user", "请明确首用单位", "name the first user"),
        (not lead_is_member, "topic_lead", "课题承担单位须是成员", "the topic is led by a member"),
        (not indicators, "no_indicators", "至少写一项可测的指标", "give at least one indicator that can be measured"),
        (deadline is None or deadline <= today, "no_deadline", "请写今天以后的完成期限", "give a deadline after today"),
    ):
        if missing:
            wrong.append(refuse(f"consortia.{code}", zh, en))
    for number, indicator in enumerate(indicators, start=1):
        lacking = [
            name
            for name in ("name", "comparison", "threshold", "unit", "test_method")
            if not str(indicator.get(name, "")).strip()
        ]
        if lacking:
            wrong.append(
                refuse(
                    "consortia.indicator_incomplete",
                    "第 {n} 项指标不完整：须有名称、门槛、单位与检测方法",
                    "indicator {n} is not complete: name, threshold, unit and test method belong to it",
                    n=number,
                    missing=lacking,
                )
            )
    return wrong


def task_refusals(
    *, topic_state: str, title: str, member_active: bool, due_on: date | None, deadline: date, amount_fen: int, worth_fen: int,
) -> list[Refusal]:  # fmt: skip
    """Why a task cannot be given."""
    found = []
    if topic_state not in ("proposed", "passed"):
        found.append(
            refuse(
                "consortia.topic_under_way",
                "课题已立项实施，任务以项目里程碑为准",
                "the topic is under way: its project's milestones hold",
            )
        )
    if not title.strip():
        found.append(refuse("consortia.task_untitled", "请写任务名称", "name the task"))
    if not member_active:
        found.append(refuse("consortia.task_member", "任务须由成员承担", "a member carries the task"))
    if due_on is None or due_on > deadline:
        found.append(
            refuse(
                "consortia.task_late",
                "任务期限须在课题期限 {day} 之前",
                "the task has to end by {day}, the topic's deadline",
                day=deadline.isoformat(),
            )
        )
    if not 0 <= amount_fen <= AMOUNT_MAX_FEN or not 0 <= worth_fen <= AMOUNT_MAX_FEN:
        found.append(refuse("consortia.task_money", "金额不能小于 0", "no amount below zero"))
    return found


def roadmap_refusals(items: Sequence[Mapping[str, Any]]) -> list[Refusal]:
    """A roadmap has goals with a day and a measure each: plan first, spend later."""
    if not items:
        return [refuse("consortia.roadmap_empty", "路线图至少要有一个目标", "a roadmap has at least one goal")]
    found = []
    for number, item in enumerate(items, start=1):
        if not str(item.get("goal", "")).strip() or not str(item.get("measure", "")).strip() or not item.get("by"):
            found.append(
                refuse(
                    "consortia.goal_incomplete",
                    "第 {n} 个目标须写明内容、期限和衡量办法",
                    "goal {n} needs its words, its day and how it is measured",
                    n=number,
                )
            )
        if int(item.get("budget_fen") or 0) < 0:
            found.append(
                refuse(
                    "consortia.goal_money", "第 {n} 个目标的经费小于 0", "goal {n} costs less than nothing", n=number
                )
            )
    return found


def pass_roadmap_refusals(rules: Values, *, state: str, items: Sequence[Mapping[str, Any]]) -> list[Refusal]:
    """The roadmap comes after the filing, where the rules ask for one."""
    found = roadmap_refusals(items)
    if state == "signed" and rules.value("consortium.filing"):
        found.append(
            refuse("consortia.not_filed", "须先备案，再定路线图", "it is filed first, then the roadmap is passed")
        )
    return found


def begin_refusals(rules: Values, *, state: str) -> list[Refusal]:
    """Operation, and with it every payment, begins behind the filing and the roadmap gate, where the rules ask for them."""
    found = []
    if state == "signed" and rules.value("consortium.filing"):
        found.append(refuse("consortia.not_filed", "须先备案", "it has to be filed first"))
    if state != "roadmap_passed" and rules.value("consortium.roadmap_gate"):
        found.append(
            refuse(
                "consortia.roadmap_gate",
                "先定路线图，后花钱：理事会尚未通过路线图",
                "plan first, spend later: the council has not passed the roadmap",
            )
        )
    return found


def spending_refusals(state: str) -> list[Refusal]:
    """Money is spent by a consortium that operates."""
    if state in SPENDING:
        return []
    return [
        refuse(
            "consortia.not_operating",
            "联合体运行后才能立项和付款（先备案、后路线图、再花钱）",
            "projects and payments wait until it operates (file, plan, then spend)",
        )
    ]


def start_refusals(*, tasks: int, tasks_total_fen: int, budget_fen: int, free_fen: int) -> list[Refusal]:
    """A topic becomes a project with its tasks as milestones and its money there."""
    found = []
    if not tasks:
        found.append(refuse("consortia.no_tasks", "请先把课题分解为任务", "break the topic into tasks first"))
    if tasks_total_fen != budget_fen:
        found.append(
            refuse(
                "consortia.tasks_do_not_add_up",
                "各任务拨付合计 {tasks} 元，与课题经费 {budget} 元不符",
                "the tasks' payments are {tasks} yuan together, the topic's budget is {budget} yuan",
                tasks=f"{tasks_total_fen / 100:,.2f}",
                budget=f"{budget_fen / 100:,.2f}",
            )
        )
    if free_fen < budget_fen:
        found.append(
            refuse(
                "consortia.money_not_there",
                "资金池可用 {free} 元，不足课题经费 {budget} 元",
                "the pot has {free} yuan free, the topic needs {budget} yuan",
                free=f"{free_fen / 100:,.2f}",
                budget=f"{budget_fen / 100:,.2f}",
            )
        )
    return found


def contribution_refusals(
    *, member_active: bool, kind: str, amount_fen: int, what: str, due_on: date | None
) -> list[Refusal]:
    """Why a contribution cannot be pledged."""
    found = []
    if not member_active:
        found.append(refuse("consortia.not_member", "只有成员可以投入", "only members contribute"))
    if kind not in CONTRIBUTION_KINDS:
        found.append(refuse("consortia.contribution_kind", "请选择投入类型", "choose the kind of contribution"))
    if not 0 < amount_fen <= AMOUNT_MAX_FEN:
        found.append(refuse("consortia.contribution_amount", "请填写大于 0 的金额", "enter an amount above zero"))
    if not what.strip():
        found.append(refuse("consortia.contribution_what", "请写明投入的内容", "say what is contributed"))
    if due_on is None:
        found.append(refuse("consortia.contribution_due", "请写到位期限", "say by when it is paid"))
    return found


def report_refusals(*, state: str, evidence: str, kind: str, basis: str, filed: bool) -> list[Refusal]:
    """A contribution counts with its evidence; one in kind also says how its value was found."""
    found = CONTRIBUTION.refusals(state, "report")
    if not filed:
        found.append(
            refuse(
                "consortia.too_early_to_pay",
                "协议签署后才接收投入",
                "contributions are received once the agreement is signed",
            )
        )
    if not evidence.strip():
        found.append(
            refuse(
                "consortia.no_evidence",
                "请写明凭证（银行回单、交接单等）",
                "name the evidence (bank slip, hand-over note)",
            )
        )
    if kind != "cash" and not basis.strip():
        found.append(
            refuse("consortia.no_valuation", "实物投入须写明作价依据", "a contribution in kind says how it was valued")
        )
    return found
