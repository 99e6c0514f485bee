"""Words for the codes that stand in a result."""

from lianban.chain.diagnosis.kinds import NAMES as KINDS
from lianban.chain.diagnosis.losses import BANDS
from lianban.chain.diagnosis.routes import ROUTES
from lianban.chain.diagnosis.scope import PRESENCE
from lianban.kit.text import Text

__all__ = [
    "BANDS", "BASES", "CONFIDENCE", "FACT_ROWS", "INPUTS", "KINDS", "MEASURED", "PRESENCE", "ROUTES", "SCOPES", "SCORES", "SOURCE_STAGES", "STATES",
    "TRIPLES", "WEIGHTS",
]  # fmt: skip

SCOPES = {
    "nation": Text("全国", "nation"),
    "province": Text("省", "province"),
    "city": Text("市", "city"),
    "park": Text("园区", "park"),
}
TRIPLES = {
    "blank": Text("空白", "blank"),
    "unstable": Text("不稳定", "unstable"),
    "self_sufficient": Text("自给", "self-sufficient"),
    "stable_rate_unknown": Text("能稳定生产，自给率未知", "stable, self-supply unknown"),
    "stable_rate_short": Text("能稳定生产，自给率不足", "stable, self-supply short"),
    "unknown": Text("未知", "unknown"),
}
STATES = {
    "yes": Text("是", "yes"),
    "no": Text("否", "no"),
    "disputed": Text("意见不一", "disputed"),
    "not_tested": Text("未测试", "not tested"),
    "unknown": Text("未知", "unknown"),
}
BASES = {
    "shares": Text("供应份额", "shares of supply"),
    "domestic_rate": Text("国产化率", "domestic rate"),
    "world_shares": Text("世界份额（推定）", "world shares (inferred)"),
    "level": Text("国内水平（推定）", "level at home (inferred)"),
    "unknown": Text("未知", "unknown"),
}
WEIGHTS = {
    "value": Text("最终产品按年产值加权", "final products weighted by value"),
    "values": Text("最终产品按年产值加权", "final products weighted by value"),
    "equal": Text("最终产品等权", "final products weighted equally"),
}
CONFIDENCE = {"high": Text("高", "high"), "medium": Text("中", "medium"), "low": Text("低", "low")}
SOURCE_STAGES = {
    "lab": Text("实验室", "laboratory"),
    "pilot": Text("中试", "pilot"),
    "small_batch": Text("小批量", "small batch"),
    "stable_volume": Text("稳定量产", "stable volume"),
    "unknown": Text("阶段未知", "stage unknown"),
}
SCORES = {
    "value": Text("价值", "value"),
    "gap": Text("差距", "gap"),
    "monopoly": Text("垄断", "monopoly"),
    "replacement": Text("替代时间", "replacement"),
    "denial": Text("断供可能", "denial"),
}
# Names of what stands in a formula and in a route's facts.
INPUTS = {
    "assessors": Text("评价人", "assessors"),
    "assessors_needed": Text("所需评价人数", "assessors needed"),
    "band": Text("档次", "band"),
    "base": Text("基数", "base"),
    "basis": Text("依据", "basis"),
    "blockage": Text("堵点", "blockage"),
    "by": Text("按", "by"),
    "chokepoint": Text("卡点", "chokepoint"),
    "complete": Text("来源是否齐全", "list complete"),
    "demands": Text("企业需求", "needs of firms"),
    "dependants": Text("下游产品数", "products downstream"),
    "derived": Text("由产能推得", "derived from production"),
    "derived_by": Text("推得规则", "deriving rule"),
    "derived_is_at_least": Text("至少如此", "at least this"),
    "domestic_share_basis": Text("境内占比依据", "basis of the domestic share"),
    "domestic_share_high": Text("境内占比上限", "domestic share, at most"),
    "domestic_share_low": Text("境内占比下限", "domestic share, at least"),
    "downstream": Text("下游增长", "downstream"),
    "each_min": Text("每项最低分", "least score each"),
    "estimated": Text("来源自注估计", "estimated by the source"),
    "foreign_share_high": Text("境外份额上限", "foreign share, at most"),
    "import_share_by_year": Text("各年进口占比", "import share by year"),
    "judged": Text("集中度判断", "judged"),
    "know_how": Text("技术可及", "know-how"),
    "know_how_basis": Text("技术可及依据", "basis of know-how"),
    "largest": Text("最大者", "largest"),
    "largest_origin": Text("最大境外来源地", "largest foreign origin"),
    "largest_origin_share": Text("最大境外来源地份额", "its share"),
    "level": Text("国内水平", "level at home"),
    "local_presence": Text("本地布局", "local presence"),
    "loss_cut": Text("断供损失", "loss if cut"),
    "market": Text("市场规模", "market"),
    "missing_share": Text("未知份额", "share not known"),
    "needs": Text("还需", "still needed"),
    "neighbours_known": Text("水平已知的邻近产品数", "neighbours of known level"),
    "organisations": Text("组织", "organisations"),
    "path": Text("传导路径", "path"),
    "period": Text("时期", "period"),
    "placeless_share": Text("来源地不明的份额", "share of unknown origin"),
    "guess": Text("其他假定", "what else was assumed"),
    "products": Text("产品", "products"),
    "readiness": Text("补位准备度", "readiness"),
    "relatedness": Text("邻近度", "relatedness"),
    "rule": Text("所用规则", "rule used"),
    "rule_value": Text("规则取值", "value of the rule"),
    "severe": Text("高度集中界限", "severe from"),
    "share": Text("份额", "share"),
    "share_needed": Text("判定自给所需占比", "share needed"),
    "share_of": Text("份额口径", "share of"),
    "shares": Text("各来源份额", "shares"),
    "sources": Text("来源", "sources"),
    "stated": Text("认定", "stated"),
    "computed": Text("测算", "computed"),
    "sum_min": Text("合计最低分", "least sum"),
    "threshold": Text("界限", "threshold"),
    "watch": Text("关注界限", "watch from"),
    "why_unknown": Text("为何未知", "why unknown"),
    "window_years": Text("观察窗（年）", "window (years)"),
    "years_high": Text("达到界限的年数", "years above"),
    "years_needed": Text("所需年数", "years needed"),
}
# Where a fact that was found out is written: table and column of the data package, by kind of fact.
FACT_ROWS = {
    "share": (("production", "share"),),
    "foreign_share": (("production", "share"), ("indicators", "value")),
    "supplier": (("supplies", "supplier"), ("supplies", "value")),
    "links": (("supplies", "supplier"), ("supplies", "buyer")),
    "essential": (("inputs", "essential"),),
    "cost": (("inputs", "cost_share"),),
}
MEASURED = {
    "loss_cut": Text("断供损失", "loss if cut"),
    "loss_stop": Text("停供损失", "loss if stopped"),
    "severity": Text("严重度", "severity"),
}
