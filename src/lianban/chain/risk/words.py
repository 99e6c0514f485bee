"""What a result says in words (结果的说法): why a scenario did not settle, what a run warns of and needs."""

from lianban.engine.cascade.memory import MemoryNeed
from lianban.engine.cascade.unsettled import Oscillation, Unsettled
from lianban.rulebook.text import Text


def reason_text(why: Unsettled) -> Text:
    """Say why a scenario did not settle."""
    if why.code == "swings":
        zh = f"在相差 {why.swing:.2g} 的两个状态之间反复，不会收敛；算到 {why.cap} 步停止"
    elif why.code == "open":
        zh = f"到步数上限 {why.cap} 仍未收敛；文献的市场枯竭规则可能反复"
    else:
        what = f"产出水平仍下降超过 {why.eps:g}" if why.code == "falling" else f"损失的增长仍超过 1 + {why.eps:g} 倍"
        bound = "最终会收敛" if why.most_steps is None else f"至多 {why.most_steps:,} 步收敛"
        zh = f"到步数上限 {why.cap} 时{what}；水平只降不升，{bound}：请提高步数上限"
    return Text(zh, str(why))


def warning_text(warning: Oscillation) -> Text:
    """Say before a run starts that it may not settle."""
    return Text(
        f"按文献的市场枯竭规则（compatible）计算：有 {warning.n_firms} 家企业销售额小于 1 个货币单位，可能永不收敛；"
        f"请把全部金额乘以 {warning.factor:g} 以上，或不用 compatible",
        warning.sentence(),
    )


def memory_text(need: MemoryNeed) -> Text:
    """Say what a run needs and what is there."""
    mib = 1 << 20
    there = "可用内存未知" if need.available is None else f"可用 {need.available / mib:,.0f} MiB"
    return Text(f"约需内存 {need.total / mib:,.1f} MiB；{there}", f"The run {need.sentence()}")
