"""Priors (先验) of what a chain does not tell: every number is stated here and in the result's assumptions."""

from dataclasses import dataclass

import numpy as np

from lianban.engine.reconstruct import CONCENTRATION
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

LEVELS = ("L0", "L1", "L2", "L3", "L4", "L5")
FIXED_FOREIGN = "fixed"
KAPPA_WORLD = (
    10.0  # shares of world supply stand in for shares at home: a share of one half is drawn with a spread of 0.15
)
KAPPA_RATE = 10.0  # a domestic rate that does not say what it counts: likewise
ESSENTIAL_CHANCE = 0.5
EXPONENT = (0.0, 1.0)

ASSUMPTIONS = {
    "shares": Text(
        f"来源份额未知的部分，在各具名来源之间按狄利克雷分布抽取；集中度未知，每次在 {CONCENTRATION[0]:g}（几乎一家独大）"
        f"与 {CONCENTRATION[1]:g}（各种分法机会均等）之间按对数均匀抽取",
        "What shares leave open is divided among the named sources by a Dirichlet draw; how concentrated is unknown too: between "
        f"{CONCENTRATION[0]:g} (nearly one for all) and {CONCENTRATION[1]:g} (even over all divisions), evenly in the logarithm",
    ),
    "world": Text(
        f"世界份额只是境内份额的替身：按以其为均值、集中度 {KAPPA_WORLD:g} 的狄利克雷分布抽取",
        f"Shares of world supply stand in for shares at home: Dirichlet with them as means and concentration {KAPPA_WORLD:g}",
    ),
    "rate": Text(
        f"口径未注明的国产化率：境外份额按以其为均值、集中度 {KAPPA_RATE:g} 的贝塔分布抽取",
        f"A domestic rate that does not say what it counts: beta with it as mean and concentration {KAPPA_RATE:g}",
    ),
    "level": Text(
        "仅知水平的产品：境外份额在与相邻水平的中点之间均匀抽取；水平只知“至少”的，下限为 0",
        "Where only the level is known the foreign share is even between the midpoints to the neighbouring levels; where the "
        "level is known as 'at least', from 0",
    ),
    "foreign": Text(
        "境外份额毫无依据的产品：在 0 与 1 之间均匀抽取，并假定两侧都可能有未列名的来源；其断供区间只反映这一先验",
        "Where nothing tells the foreign share it is even between 0 and 1, with unnamed sources possible on either side; the "
        "interval of its cut shows this prior alone",
    ),
    "supplies": Text(
        "谁向谁供货未知之处，按最大熵适应度模型抽取：每家买方从 N 家来源中平均选 N^a 家，a 在 0 与 1 之间均匀抽取；"
        "份额大的来源更常被选中；有份额的来源都有买方；已知的供应关系视为该买方该投入的全部来源",
        "Who supplies whom is drawn from the maximum-entropy fitness model where unknown: a buyer has N^a of N sources on "
        "average, a even between 0 and 1; larger sources are chosen more often; every source with a share has a buyer; known "
        "supplies count as all sources of that buyer for that input",
    ),
    "essential": Text(
        "未知是否必需的投入：必需与非必需各半", "Inputs not known to be essential or not: either with the same chance"
    ),
    "costs": Text(
        "未知的成本占比：规则集留给它们的总额按狄利克雷分布分摊",
        "Unknown shares of cost: what the rule set leaves for them is divided by a Dirichlet draw",
    ),
    "kept": Text(
        "最终产品的权重、国内水平和已知的事实保持不变；不含价格、库存和时间",
        "Weights of final products, levels at home and told facts stay as they are; prices, stock and time are left out",
    ),
}


@dataclass(frozen=True)
class Foreign:
    """How a foreign share is drawn: fixed at ``first``; uniform between both; beta with mean ``first``, concentration ``second``."""

    kind: str
    first: float
    second: float

    @property
    def uncertain(self) -> bool:
        return self.kind != FIXED_FOREIGN

    def draw(self, rng: np.random.Generator) -> float:
        """One foreign share."""
        uniform, beta = float(rng.random()), 0.0
        if self.kind == "beta":
            beta = float(rng.beta(self.first * self.second, (1 - self.first) * self.second))
        if self.kind == "uniform":
            return self.first + (self.second - self.first) * uniform
        return beta if self.kind == "beta" else self.first


def foreign_of_level(level: str, rules: RuleSet, *, at_least: bool) -> Foreign:
    """Band of the foreign share of a level: to the midpoints with its neighbours.

    L0 and L1 supply nothing at home by definition: 1. A level that may be higher may go with any smaller share.
    """
    shares = [float(rules.value(f"diagnosis.foreign_share.{one}")) for one in LEVELS]
    at = LEVELS.index(level)
    high = (shares[at] + shares[at - 1]) / 2 if at else 1.0
    low = (shares[at] + shares[at + 1]) / 2 if at + 1 < len(LEVELS) else 0.0
    if at_least:
        return Foreign("uniform", 0.0, high)
    if at <= 1:
        return Foreign(FIXED_FOREIGN, shares[at], 0.0)
    return Foreign("uniform", min(low, high), max(low, high))
