"""The tables of moves: a project, one stage of it, a proposed rise of a level; and the words that go with them."""

from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text

BEFORE_FINDING = ("running", "extension_asked", "acceptance_asked", "accepting")

DELIVERY = Transitions(
    {
        "running": Text("实施中", "running"),
        "extension_asked": Text("延期待批", "extension asked for"),
        "acceptance_asked": Text("已申请验收", "acceptance asked for"),
        "accepting": Text("验收中", "being accepted"),
        "concluded": Text("已有结论，可申诉", "concluded, appeal open"),
        "appealed": Text("申诉处理中", "under appeal"),
        "effective": Text("结论生效，跟踪中", "in effect, followed up"),
        "archived": Text("已归档", "archived"),
    },
    [
        Move("ask_extension", ("running",), "extension_asked", Text("申请延期", "ask for an extension")),
        Move("grant_extension", ("extension_asked",), "running", Text("同意延期", "grant the extension")),
        Move("refuse_extension", ("extension_asked",), "running", Text("不同意延期", "refuse the extension")),
        Move("ask_acceptance", ("running",), "acceptance_asked", Text("申请验收", "ask for acceptance")),
        Move("return_acceptance", ("acceptance_asked",), "running", Text("退回补正", "send back to be completed")),
        Move("open_acceptance", ("acceptance_asked",), "accepting", Text("受理验收", "open the acceptance")),
        Move("call_acceptance", ("running", "extension_asked"), "accepting", Text("逾期启动验收", "open it when overdue")),
        Move("conclude", ("accepting",), "concluded", Text("作出验收结论", "conclude the acceptance")),
        Move("terminate", BEFORE_FINDING, "concluded", Text("终止", "terminate")),
        Move("revoke", BEFORE_FINDING, "concluded", Text("撤销", "revoke")),
        Move("appeal", ("concluded",), "appealed", Text("申诉", "appeal")),
        Move("uphold", ("appealed",), "effective", Text("维持结论", "uphold the outcome")),
        Move("change", ("appealed",), "effective", Text("变更结论", "change the outcome")),
        Move("reinstate", ("appealed",), "running", Text("恢复实施", "reinstate")),
        Move("consent", ("concluded",), "effective", Text("认可结论", "consent to the outcome")),
        Move("take_effect", ("concluded",), "effective", Text("申诉期满生效", "take effect after the appeal window")),
        Move("archive", ("effective",), "archived", Text("归档", "archive")),
    ],
)  # fmt: skip

STAGE = Transitions(
    {
        "planned": Text("未报告", "not reported"),
        "reported": Text("已报告，待核查", "reported, to be checked"),
        "checked": Text("已核查，待定阶段结论", "checked, to be decided"),
        "passed": Text("通过", "passed"),
        "failed": Text("未通过", "failed"),
        "lapsed": Text("不再执行", "lapsed"),
    },
    [
        Move("report", ("planned", "failed"), "reported", Text("报告", "report")),
        Move("send_back", ("reported",), "planned", Text("退回补正", "send back")),
        Move("check", ("reported",), "checked", Text("核查", "check")),
        Move("pass", ("checked",), "passed", Text("通过", "pass")),
        Move("fail", ("checked",), "failed", Text("不通过", "fail")),
        Move("close", ("planned",), "passed", Text("随签约或验收结论通过", "pass with the signing or the acceptance")),
        Move("lapse", ("planned", "reported", "checked", "failed"), "lapsed", Text("不再执行", "lapse")),
    ],
)  # fmt: skip

RISE = Transitions(
    {
        "proposed": Text("已提出，待确认", "proposed, to be confirmed"),
        "confirmed": Text("已写入图谱", "entered in the atlas"),
        "declined": Text("未采纳", "declined"),
    },
    [
        Move("confirm_rise", ("proposed",), "confirmed", Text("确认并写入图谱", "confirm and enter")),
        Move("decline_rise", ("proposed",), "declined", Text("不采纳", "decline")),
    ],
)

POINTS = {
    "sign": Text("签约", "signing"),
    "stage": Text("里程碑", "milestone"),
    "acceptance": Text("验收", "acceptance"),
}
KINDS = {
    "tackling": Text("技术攻关", "technology tackling"),
    "transfer": Text("成果转化", "result transfer"),
    "lane": Text("赛马赛道", "lane of a race"),
    "applied_basic": Text("应用基础课题", "applied basic topic"),
    "process": Text("工艺课题", "process topic"),
    "task": Text("任务", "task"),
}
COMPARISONS = {
    ">=": Text("不低于", "at least"),
    "<=": Text("不高于", "at most"),
    ">": Text("高于", "above"),
    "<": Text("低于", "below"),
    "=": Text("等于", "equal to"),
    "yes": Text("须达到", "has to hold"),
}

OUTCOMES = {
    "met": Text("达到", "met"),
    "partly_met": Text("部分达到", "partly met"),
    "not_met_diligent": Text("未达到，勤勉尽责", "not met, diligent"),
    "not_met_at_fault": Text("未达到，有过错", "not met, at fault"),
    "terminated": Text("终止（客观原因）", "terminated (objective cause)"),
    "revoked": Text("撤销（违规）", "revoked (breach)"),
}
FOUND = ("met", "partly_met", "not_met_diligent", "not_met_at_fault")  # what an acceptance may conclude
ACCEPTED = ("met", "partly_met")  # what may be used, spread, and raise a level
AT_FAULT = "not_met_at_fault"  # the only outcome that touches credit: no rule value may widen this (decision 0091)
# What an appeal may change an outcome to: never to something harsher.
MILDER = {
    "met": (),
    "partly_met": ("met",),
    "not_met_diligent": ("partly_met", "met"),
    "not_met_at_fault": ("not_met_diligent", "partly_met", "met"),
    "terminated": (),
    "revoked": ("terminated",),
}
ENDED_EARLY = ("terminated", "revoked")  # these an appeal may set aside, so that work goes on

FIRST_USER = "first_user"  # the role of a participant that is to use the result first, and does not work on it
ROLES = {"partner": Text("合作单位", "partner"), FIRST_USER: Text("首用单位", "first user")}

MAKING = ("lab", "pilot", "small_batch", "stable_volume")  # stages of production, from the first to the last
MAKING_NAMES = {
    "lab": Text("实验室", "laboratory"),
    "pilot": Text("中试", "pilot line"),
    "small_batch": Text("小批量", "small batch"),
    "stable_volume": Text("稳定量产", "stable volume"),
}
LEVELS = ("L0", "L1", "L2", "L3", "L4", "L5")
# The way most projects go, for the row of steps on top of the page.
MAIN_WAY = ("running", "acceptance_asked", "accepting", "concluded", "effective", "archived")
