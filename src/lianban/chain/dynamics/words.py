"""Words (用语) of time and stock, in both languages."""

from lianban.rulebook.text import Text

EXPOSED = {
    "yes": Text("有风险：撑不到恢复", "exposed: runs out before recovery"),
    "no": Text("无风险：撑得到恢复", "not exposed: lasts until recovery"),
    "unknown": Text("未知", "unknown"),
}
SCENARIOS = {
    "stop": Text("全部来源断供", "every source stops"),
    "cut": Text("最大境外来源断供", "the largest foreign origin stops"),
    "left": Text(
        "最大境外来源断供，其他来源动用备用产能", "the largest foreign origin stops, the others use spare capacity"
    ),
}
MISSING = {
    "recovery_days": Text("恢复天数（parameters：recovery_days）", "days to recover (parameters: recovery_days)"),
    "stock_days": Text("库存天数（parameters：stock_days）", "days of stock (parameters: stock_days)"),
    "foreign_share": Text("来源份额", "shares of the sources"),
    "spare_capacity": Text(
        "其他来源的备用产能（parameters：spare_capacity）",
        "spare capacity of the other sources (parameters: spare_capacity)",
    ),
    "final": Text("没有标为最终产品的产品（products：final）", "no product is marked final (products: final)"),
}
ASSUMED = Text("{item}未知处均假设为 {days} 天", "Where {item} are unknown, {days} days are assumed")
STOCK_AS_NONE = Text(
    "{n} 个产品的库存天数未知，按没有库存计算：可支撑天数为下限，损失为上限（{products}）",
    "Stock of {n} products is unknown and computed as none: days survived are at least, losses at most ({products})",
)
LEAD_UNKNOWN = Text(
    "{n} 个产品的交货天数未知，按次日可用计算",
    "Days of delivery of {n} products are unknown: computed as used on the next day",
)
LEAD = {
    "orders": Text(
        "交货天数按订单排队计算，不算在途保护",
        "Days of delivery count as waiting orders, not as goods on the way that protect",
    ),
    "way": Text("交货天数按在途货物计算", "Days of delivery count as goods on the way"),
}
FULL_STOP = Text(
    "断供期间产能为零，到恢复天数即全部恢复；不换新来源、不涨价、不改配方",
    "While it lasts nothing is made; after the days to recover all is back. No new sources, prices or recipes",
)
STOCK_AT_USERS = Text(
    "库存指使用方（含最终用户）手中的存货，平时备足；生产方自己的成品库存不计",
    "Stock is what users hold, final users among them, full at the start; what makers keep of their own product is not counted",
)
CHANNEL = {
    "supply": Text("采购量保持平时水平，只算供给一侧", "Everybody orders as usual: only supply is counted"),
    "both": Text(
        "缺货后会补库，订单随之增减，供给与需求都算",
        "Orders rise to refill stocks and fall with production: both sides count",
    ),
}
UNUSED_STOCK = Text(
    "{n} 条库存天数未采用：该组织不使用该产品",
    "{n} rows of days of stock were not used: the organisation does not use the product",
)
CLOSED = Text("增加 {days} 天库存即可撑到恢复", "{days} more days of stock last until recovery")
CLOSED_AT_MOST = Text("至多增加 {days} 天库存即可撑到恢复", "at most {days} more days of stock last until recovery")
NOT_CLOSED = Text(
    "只增加这一种库存补不上：增加 {days} 天后仍损失 {lost} 天产出，另有投入或另有企业先断",
    "This stock alone does not close the gap: with {days} days more, {lost} days of output are still lost; something else, or someone else, runs short",
)
NOT_USED = Text("那里不使用它，增加库存无用", "It is not used there: stock of it would not help")
AT = Text("库存只加在 {place}", "Stock is added at {place} only")
AT_FINAL = Text("最终使用方", "final use")
NONE_NEEDED = Text("现有库存已够", "What is in stock suffices")
NO_WAY = Text("没有最终产品依赖它", "No final product depends on it")
ABOUT = Text("{product}：{text}", "{product}: {text}")
