"""How a consortium and what belongs to it move: one table each, from which refusals, buttons and diagrams come."""

from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text

__all__ = [
    "ALIVE",
    "CONTRIBUTION",
    "EVALUATION",
    "FILED",
    "FILING",
    "MEMBERSHIP",
    "MOTION",
    "RECTIFICATION",
    "SPENDING",
    "SPLIT",
    "STATES",
    "TASK",
    "TOPIC",
]

STATES = Transitions(
    {
        "proposed": Text("已发起", "proposed"),
        "drafted": Text("协议已起草", "agreement drafted"),
        "signed": Text("协议已签署", "agreement signed"),
        "filing": Text("备案审核中", "filing under review"),
        "filed": Text("已备案", "filed"),
        "roadmap_passed": Text("路线图已通过", "roadmap passed"),
        "operating": Text("运行中", "operating"),
        "graded": Text("已评价", "graded"),
        "rectifying": Text("整改中", "rectifying"),
        "withdrawn": Text("已撤销备案", "filing withdrawn"),
        "dissolved": Text("已解散", "dissolved"),
        "entity": Text("已转为实体", "converted to an entity"),
    },
    [
        Move("draft", ("proposed",), "drafted", Text("起草协议", "draft the agreement")),
        Move("redraft", ("drafted",), "proposed", Text("退回重拟", "take back to the proposal")),
        Move("sign", ("drafted",), "signed", Text("签署完成", "complete the signatures")),
        Move("submit", ("signed",), "filing", Text("提交备案", "submit for filing")),
        Move("return_filing", ("filing",), "signed", Text("退回补正", "return for mending")),
        Move("file", ("filing",), "filed", Text("准予备案", "file")),
        Move("pass_roadmap", ("signed", "filed"), "roadmap_passed", Text("通过路线图", "pass the roadmap")),
        Move("begin", ("signed", "filed", "roadmap_passed"), "operating", Text("开始运行", "begin to operate")),
        Move("grade", ("operating",), "graded", Text("年度评价", "grade the year")),
        Move("renew", ("graded",), "operating", Text("续期", "renew")),
        Move("rectify", ("graded",), "rectifying", Text("责令整改", "order rectification")),
        Move("accept_rectification", ("rectifying",), "operating", Text("整改通过", "accept the rectification")),
        Move("withdraw", ("rectifying",), "withdrawn", Text("撤销备案", "withdraw the filing")),
        Move("convert", ("operating", "graded"), "entity", Text("转为实体", "convert to an entity")),
        Move(
            "dissolve",
            ("proposed", "drafted", "signed", "filed", "roadmap_passed", "operating", "graded", "rectifying"),
            "dissolved",
            Text("解散", "dissolve"),
        ),
    ],
)
FILED = ("filed", "roadmap_passed", "operating", "graded", "rectifying")  # acts under a filing, and is shown to others
SPENDING = ("operating", "graded", "rectifying")  # behind the roadmap gate
ALIVE = ("proposed", "drafted", "signed", "filing", *FILED)

MEMBERSHIP = Transitions(
    {
        "invited": Text("已邀请", "invited"),
        "declined": Text("已谢绝", "declined"),
        "agreed": Text("同意加入", "agreed to join"),
        "acceded": Text("正式成员", "member"),
        "leaving": Text("已通知退出", "notice given"),
        "left": Text("已退出", "left"),
        "expelled": Text("已除名", "expelled"),
    },
    [
        Move("invite_again", ("declined",), "invited", Text("再次邀请", "invite again")),
        Move("accept", ("invited",), "agreed", Text("同意加入", "agree to join")),
        Move("decline", ("invited", "agreed"), "declined", Text("谢绝", "decline")),
        Move("admit", ("agreed",), "acceded", Text("接纳", "admit")),
        Move("give_notice", ("acceded",), "leaving", Text("通知退出", "give notice")),
        Move("stay", ("leaving",), "acceded", Text("撤回通知", "take the notice back")),
        Move("leave", ("leaving",), "left", Text("办结退出", "leave")),
        Move("expel", ("acceded", "leaving"), "expelled", Text("除名", "expel")),
    ],
)

FILING = Transitions(
    {
        "submitted": Text("待答复", "awaiting the answer"),
        "accepted": Text("已备案", "filed"),
        "returned": Text("已退回", "returned"),
    },
    [
        Move("accept", ("submitted",), "accepted", Text("准予备案", "file")),
        Move("return", ("submitted",), "returned", Text("退回补正", "return for mending")),
    ],
)

MOTION = Transitions(
    {
        "open": Text("表决中", "being voted"),
        "carried": Text("已通过", "carried"),
        "lost": Text("未通过", "lost"),
        "lapsed": Text("到会不足，未决", "no quorum, undecided"),
        "withdrawn": Text("已撤回", "withdrawn"),
    },
    [
        Move("carry", ("open",), "carried", Text("通过", "carry")),
        Move("lose", ("open",), "lost", Text("否决", "lose")),
        Move("lapse", ("open",), "lapsed", Text("因到会不足未决", "lapse for want of a quorum")),
        Move("withdraw", ("open",), "withdrawn", Text("撤回议案", "withdraw the motion")),
    ],
)

TOPIC = Transitions(
    {
        "proposed": Text("已提出", "proposed"),
        "passed": Text("理事会已通过", "passed by the council"),
        "running": Text("实施中", "running"),
        "finished": Text("已完成", "finished"),
        "dropped": Text("已终止", "dropped"),
    },
    [
        Move("pass", ("proposed",), "passed", Text("理事会通过", "pass")),
        Move("start", ("passed",), "running", Text("立项实施", "start")),
        Move("finish", ("running",), "finished", Text("结题", "finish")),
        Move("drop", ("proposed", "passed"), "dropped", Text("终止", "drop")),
    ],
)

TASK = Transitions(
    {
        "open": Text("进行中", "open"),
        "done": Text("已完成", "done"),
        "dropped": Text("已取消", "dropped"),
    },
    [
        Move("do", ("open",), "done", Text("完成", "complete")),
        Move("drop", ("open",), "dropped", Text("取消", "drop")),
    ],
)

CONTRIBUTION = Transitions(
    {
        "pledged": Text("已承诺", "pledged"),
        "reported": Text("已报到位，待确认", "reported as paid, to be confirmed"),
        "confirmed": Text("已确认到位", "confirmed"),
        "cancelled": Text("已取消", "cancelled"),
    },
    [
        Move("report", ("pledged",), "reported", Text("报告到位", "report as paid")),
        Move("return", ("reported",), "pledged", Text("退回", "return")),
        Move("confirm", ("reported",), "confirmed", Text("确认到位", "confirm")),
        Move("cancel", ("pledged",), "cancelled", Text("取消承诺", "cancel the pledge")),
    ],
)

SPLIT = Transitions(
    {
        "computed": Text("已测算，待理事会选定", "computed, the council chooses"),
        "chosen": Text("已选定，待兑付", "chosen, to be paid"),
        "paid": Text("已兑付", "paid"),
        "discarded": Text("已作废", "discarded"),
    },
    [
        Move("choose", ("computed",), "chosen", Text("选定算法", "choose a way")),
        Move("pay", ("chosen",), "paid", Text("兑付", "pay")),
        Move("discard", ("computed", "chosen"), "discarded", Text("作废", "discard")),
    ],
)

EVALUATION = Transitions(
    {
        "graded": Text("已评定，申诉期内", "graded, open to appeal"),
        "appealed": Text("申诉中", "under appeal"),
        "final": Text("已生效", "final"),
    },
    [
        Move("appeal", ("graded",), "appealed", Text("申诉", "appeal")),
        Move("answer_appeal", ("appealed",), "final", Text("答复申诉", "answer the appeal")),
        Move("settle", ("graded",), "final", Text("申诉期满生效", "become final")),
    ],
)

RECTIFICATION = Transitions(
    {
        "ordered": Text("整改中", "under way"),
        "reported": Text("已报整改结果", "reported"),
        "accepted": Text("整改通过", "accepted"),
        "failed": Text("整改不通过", "failed"),
    },
    [
        Move("report", ("ordered",), "reported", Text("报告整改结果", "report")),
        Move("accept", ("reported",), "accepted", Text("通过", "accept")),
        Move("fail", ("ordered", "reported"), "failed", Text("不通过", "fail")),
    ],
)
