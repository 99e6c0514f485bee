"""The verdict in words (结论用语): for officers 在所列假设下, for analysts how far it is proved; and the assumptions."""

from collections.abc import Sequence

from lianban.chain.diagnosis.sentences import percent
from lianban.chain.interventions.candidates import Candidate
from lianban.chain.interventions.losses import ChainLosses
from lianban.chain.interventions.setting import Setting
from lianban.chain.whatif.edits import SHARE_MOVES, WEIGHTS
from lianban.engine.interventions import Portfolio, Problem
from lianban.rulebook.text import Text

OBJECTIVES = {
    "expected": Text("期望损失", "expected loss"),
    "worst": Text("最坏情景损失", "loss in the worst scenario"),
    "cvar": Text("最坏尾部的平均损失（CVaR）", "mean loss in the worst tail (CVaR)"),
}
REASONS = {
    "no action": Text("没有可用措施", "there is no action to choose from"),
    "nothing affordable": Text("预算内没有任何一项措施", "the budget pays for none of the actions"),
    "nothing lost": Text("所列情景本来就没有损失", "the scenarios lose nothing as it is"),
    "no gain": Text("预算内的措施都不能降低损失", "nothing within the budget lowers the loss"),
}
ALWAYS = Text(
    "推演不含价格；除所列储备外不含库存和时间；同一市场内的其他来源立即承接其能承接的部分",
    "Prices are left out, and stock and time beside the stocks listed; other sources of a market take over at once what they can",
)
COSTS_ENTERED = Text("费用由录入者给出，未经核实", "Costs are as entered and not verified")
UNIFORM = Text("未给出概率，各情景按相同概率计", "No probabilities were given: all scenarios count the same")
GIVEN = Text("情景概率由录入者给出；各情景互斥", "Probabilities are as given; scenarios exclude each other")
DAYS = Text("中断持续 {days} 天", "A cut lasts {days} days")
DAYS_ASSUMED = Text("未给出中断时长，按 {days} 天计", "No length of a cut was given: {days} days")
STOCK = Text(
    "储备在其天数内完全衔接需方，之后不起作用；被断来源自身的采购仍然停止",
    "Stock bridges its buyers whole for its days and not at all after; what the missing source buys stays missing",
)
LEVEL = Text(
    "水平提升按补位准备度折算为断供时境内可代替的部分",
    "A raised level counts as the part of a cut that home can stand in for, by readiness",
)
CAPACITY = Text("新增产能只在其他来源失供时使用", "Added capacity is used only when others fail")
ORIGIN = Text(
    "新增的境外来源地不在被断之列，除非情景写明；“境外（未具体说明）”不含它",
    "An added origin abroad is not cut unless a scenario names it; 'abroad, unspecified' does not hold it",
)
UNSETTLED = Text(
    "{n} 次计算达到步数上限，其损失为下限", "{n} runs reached the cap of steps: their losses are lower bounds"
)
INFERRED = Text("以下产品的份额为推定：{names}", "Shares are inferred for: {names}")


def assumptions(
    setting: Setting, losses: ChainLosses, problem: Problem, candidates: Sequence[Candidate], *, assumed_days: bool
) -> tuple[Text, ...]:
    """Everything the numbers stand on beside the facts."""
    kinds = {one.action.kind for one in candidates}
    days = f"{losses.shock_days:g}"
    told = [ALWAYS, COSTS_ENTERED, UNIFORM if problem.uniform else GIVEN, WEIGHTS[setting.base.weights]]
    if kinds & {"second_source", "origin"}:
        told.append(SHARE_MOVES)
    if "stock" in kinds:
        told += [(DAYS_ASSUMED if assumed_days else DAYS).format(days=days), STOCK]
    told += [text for kind, text in (("level", LEVEL), ("capacity", CAPACITY), ("origin", ORIGIN)) if kind in kinds]
    products = setting.base.products
    guessed = [str(one.action.product) for one in candidates if one.action.product in products.index]
    guessed = [code for code in dict.fromkeys(guessed) if bool(products.loc[code, "inferred"])]
    if guessed:
        names = [setting.product_name(code) for code in guessed]
        told.append(INFERRED.format(names=Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))))
    if losses.n_unsettled:
        told.append(UNSETTLED.format(n=losses.n_unsettled))
    return tuple(told)


def status_text(portfolio: Portfolio) -> Text:
    """How far the answer is proved: for analysts' pages only."""
    n = portfolio.n_evaluated
    if portfolio.status == "proved optimal":
        return Text(
            f"已证最优：预算内每一组措施或已完整评估，或由已证下界排除（{n} 次级联计算）",
            f"proved optimal: every affordable set was evaluated in full or excluded by a proved bound ({n} cascades)",
        )
    if portfolio.status == "none":
        why = REASONS[portfolio.reason or "no gain"]
        return Text(f"无：{why.zh}", f"none: {why.en}")
    if portfolio.gap is None:
        return Text(
            f"已找到的最好解，未证最优，没有已证下界（{n} 次级联计算）",
            f"best found; not proved, no bound is known ({n} cascades)",
        )
    return Text(
        f"已找到的最好解，未证最优；与已证下界相差 {portfolio.gap:.2%}（{n} 次级联计算）",
        f"best found; not proved, at most {portfolio.gap:.2%} above the proved bound ({n} cascades)",
    )


def words(portfolio: Portfolio, problem: Problem) -> Text:
    """What officers read; the assumptions stand one click away."""
    what = OBJECTIVES[problem.objective]
    if portfolio.status == "none":
        why = REASONS[portfolio.reason or "no gain"]
        return Text(
            f"在所列假设下，没有可推荐的措施：{why.zh}",
            f"Under the assumptions listed there is nothing to recommend: {why.en}",
        )
    n, cost = len(portfolio.best.actions), money(portfolio.best.cost)
    before, after = percent(portfolio.value_before), percent(portfolio.best.value)
    return Text(
        f"在所列假设下，以 {cost.zh} 采取 {n} 项措施，{what.zh}由 {before.zh} 降至 {after.zh}",
        f"Under the assumptions listed, {n} actions for {cost.en} lower the {what.en} from {before.en} to {after.en}",
    )


def money(yuan: float) -> Text:
    """An amount as an office writes it."""
    if yuan >= 1e8:
        return Text(f"{yuan / 1e8:.10g} 亿元", f"{yuan:,.0f} yuan")
    if yuan >= 1e4:
        return Text(f"{yuan / 1e4:.10g} 万元", f"{yuan:,.0f} yuan")
    return Text(f"{yuan:.10g} 元", f"{yuan:.10g} yuan")
