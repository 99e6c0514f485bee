"""Words of a challenge: classes, who posts, ownership, comparisons, outcomes, lanes."""

from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text

CLASSES = {
    "tackling": Text("技术攻关", "technology tackling"),
    "transfer": Text("成果转化", "result transfer"),
}
MODES = {
    "government": Text("政府发榜", "posted by government"),
    "firm": Text("企业发榜", "posted by a firm"),
    "contest": Text("赛事发榜", "posted through a contest"),
}
SCALES = {"major": Text("重大", "major"), "key": Text("重点", "key")}
OWNERSHIP = {
    "solver": Text("归揭榜方，发榜方有使用权", "the solver's; the poster may use it"),
    "poster": Text("归发榜方", "the poster's"),
    "shared": Text("双方按约定份额共有", "shared, in agreed parts"),
    "own_work": Text("各归各的完成部分", "each its own work"),
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
ACCEPTED = ("met", "partly_met")
DOCUMENTS = {
    "task_book": Text("任务书", "task book"),
    "pledge": Text("军令状", "pledge"),
    "technology_contract": Text("技术合同", "technology contract"),
    "contract_registration": Text("技术合同认定登记", "registration of the technology contract"),
    "money_proof": Text("榜金到位证明", "proof that the money is there"),
}
AGREEMENTS = ("task_book", "pledge", "technology_contract")  # these are drafted, issued and signed on the site
STAGES = {
    "design": Text("方案设计", "design"),
    "prototype": Text("样机样品", "prototype"),
    "trial": Text("用户试用", "user trial"),
    "detailed_design": Text("详细设计方案", "detailed design"),
    "lab_principle": Text("实验室原理验证", "principle verified in the laboratory"),
    "key_part": Text("关键部件制成", "key part made"),
    "prototype_to_spec": Text("样品达到规格", "prototype to specification"),
    "user_trial": Text("用户试用验收", "user trial and acceptance"),
}
DECISIONS = {
    "keep": Text("保留，依据成立", "keep: the basis stands"),
    "change": Text("改写", "change the text"),
    "remove": Text("删去", "remove"),
}
LANES = Transitions(
    {
        "chosen": Text("已选定", "chosen"),
        "running": Text("在跑", "running"),
        "won": Text("胜出", "won"),
        "eliminated": Text("淘汰", "eliminated"),
        "lost": Text("他队先达标，退出", "out: another met it first"),
        "left": Text("主动退出", "left"),
        "dropped": Text("未签约", "not signed"),
    },
    [
        Move("start", ("chosen",), "running", Text("启动", "start")),
        Move("win", ("running",), "won", Text("胜出", "win")),
        Move("eliminate", ("running",), "eliminated", Text("淘汰", "eliminate")),
        Move("lose", ("running",), "lost", Text("他队先达标，退出", "drop out: another met it first")),
        Move("leave", ("chosen", "running"), "left", Text("退出", "leave")),
        Move("put_back", ("eliminated", "lost", "left"), "running", Text("放回赛马", "put back into the race")),
        Move("drop", ("chosen",), "dropped", Text("未签约", "drop unsigned")),
    ],
)

# What the office writes; the form, the service and a change after posting share this list.
WRITTEN = (
    "title", "title_en", "klass", "mode", "scale", "poster_id", "first_user_id", "background", "problem", "grade",
    "present_level", "scenario", "facilities", "ownership", "ownership_note", "contact", "months", "medicine",
    "total_fen", "public_fen", "poster_cash_fen", "payable_fen", "self_fen", "in_kind_fen", "payment_points",
    "acceptance_fen", "posted_class",
)  # fmt: skip
