"""What a cost needs, and when a portfolio may be asked for: values in, answer out."""

from collections.abc import Sequence
from datetime import date

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

OBJECTIVES = {
    "expected": Text("期望损失最小", "least expected loss"),
    "worst": Text("最坏情景损失最小", "least loss in the worst scenario"),
    "cvar": Text("最坏一成情景的平均损失最小（CVaR 90 %）", "least mean loss of the worst tenth (CVaR 90 %)"),
}
DEFAULT_SET = "default"  # the scenarios the method itself takes
DEFAULT_SET_NAME = Text(
    "最薄弱环节的最大来源地逐一断供，另加候选企业退出",
    "the largest origin of each of the weakest points is cut, and each firm that may be retained leaves",
)
FEN_IN_WAN = 1_000_000
MOST_FEN = 10**15  # ten trillion yuan: beyond it somebody mistook the unit
EXAMPLE = "示例"


def cost_refusals(
    *, amount_fen: int | None, source: str, observed_on: date | None, today: date, known: bool, may_see_class: bool
) -> list[Refusal]:
    """A cost names its source and day, lies in a class its writer may read, and is about an action there is."""
    found = []
    if not known:
        found.append(
            refuse(
                "cost.no_action", "没有这条措施，可能数据已更新", "there is no such action; the data may have changed"
            )
        )
    if amount_fen is None or not 0 <= amount_fen <= MOST_FEN:
        found.append(
            refuse("cost.no_amount", "请填写成本（万元），不小于 0", "enter the cost (in 10,000 yuan), at least 0")
        )
    if not source.strip():
        found.append(
            refuse(
                "cost.no_source",
                "请写明成本依据：文件、报价或估算人",
                "say what the cost stands on: document, quotation, who estimated",
            )
        )
    if observed_on is None or observed_on > today:
        found.append(
            refuse("cost.no_day", "请填写依据的日期，不晚于今天", "enter the day of the source, today at the latest")
        )
    if not may_see_class:
        found.append(refuse("cost.class_not_yours", "所选密级超出您的权限", "this class is above your clearance"))
    return found


def withdrawal_refusals(*, entered: bool) -> list[Refusal]:
    if entered:
        return []
    return [refuse("cost.none_to_withdraw", "这条措施没有已填的成本", "no cost has been entered for this action")]


def portfolio_refusals(
    *, n_costs: int, budget_fen: int | None, objective: str, scenarios: bool, under_way: bool, may_see_class: bool
) -> list[Refusal]:
    """Nothing is recommended before a person has entered costs."""
    found = []
    if n_costs == 0:
        found.append(
            refuse(
                "portfolio.no_costs",
                "还没有人填写成本：填写至少一条措施的成本之前，不作任何推荐",
                "nobody has entered a cost yet: nothing is recommended before at least one action has a cost",
            )
        )
    if budget_fen is None or not 0 < budget_fen <= MOST_FEN:
        found.append(
            refuse("portfolio.no_budget", "请填写预算（万元），大于 0", "enter the budget (in 10,000 yuan), above 0")
        )
    if objective not in OBJECTIVES:
        found.append(refuse("portfolio.no_objective", "没有这个目标", "there is no such objective"))
    if not scenarios:
        found.append(
            refuse(
                "portfolio.no_scenarios",
                "情景集里没有情景；先诊断，或在情景推演里存下停供情景",
                "the scenario set is empty: run a diagnosis, or keep interruptions from the what-if page",
            )
        )
    if not may_see_class:
        found.append(
            refuse("portfolio.class_not_yours", "所选数据范围超出您的密级", "these data are above your clearance")
        )
    if under_way:
        found.append(
            refuse(
                "study.under_way", "同样的测算正在进行，请等它结束", "the same study is under way; wait for it to end"
            )
        )
    return found


def standing(code: str, chosen: Sequence[str], compared: Sequence[str], costed: bool) -> Text:
    """Where an action stands in the newest portfolio."""
    if code in chosen:
        return Text("入选", "chosen")
    if not costed:
        return Text("成本未填", "no cost entered")
    if code in compared:
        return Text("未入选", "not chosen")
    return Text("未参与最近一次组合", "not in the newest portfolio")
