"""One plain sentence for each weak point (一句话理由): what stands at home, where it comes from, what hangs on it."""

from typing import TYPE_CHECKING

from lianban.chain.diagnosis.levels import Level
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.diagnosis.product import ProductDiagnosis

AT_HOME = {
    "L0": Text("境内无合格供方", "no qualified source at home"),
    "L1": Text("境内仅到实验室、中试或在建", "at home only laboratory, pilot or plants being built"),
    "L2": Text("境内仅小批量或不稳定", "at home only small batches or unstable"),
    "L3": Text("境内稳定量产仅一家", "one stable source at home"),
    "L4": Text("境内有多家稳定供方", "several stable sources at home"),
    "L5": Text("境内具国际竞争力", "internationally competitive at home"),
}
BASIS = {
    "shares": Text("按境内供应份额", "by share of home supply"),
    "domestic_rate": Text("按国产化率", "by domestic rate"),
    "world_shares": Text("按世界份额推定", "inferred from world shares"),
    "level": Text("按水平推定", "inferred from the level"),
}
GUESSED = {
    "split": Text(
        "部分来源未填份额，余额平均分摊推定", "inferred: the rest is split equally among sources without a share"
    ),
    "rate_without_basis": Text(
        "按国产化率推定，口径未注明", "inferred from a domestic rate that does not say what it counts"
    ),
    "level_at_least": Text(
        "按已知来源的水平推定，至多如此", "inferred from the level of the known sources: at most this"
    ),
}


def percent(value: float) -> Text:
    """Write a fraction as a percentage: a thin space in Chinese, none in English; never 0 for a small one."""
    shown = f"{value * 100:.0f}" if value == 0 or value >= 0.005 else "<1"
    return Text(f"{shown}\u2009%", f"{shown}%")


def reason(point: "ProductDiagnosis", rules: RuleSet) -> Text:
    """Say in one sentence why a product is weak."""
    parts = [_home(point.level), *_abroad(point, rules), _downstream(point)]
    if any(kind.code == "chokepoint" and kind.state == "yes" for kind in point.kinds):
        parts.append(Text("经五项测试为卡点", "a chokepoint by the five-score test"))
    if point.voices.demands:
        n = len(point.voices.demands)
        parts.append(Text(f"企业提出 {n} 项需求", f"{n} {'need' if n == 1 else 'needs'} raised by firms"))
    if point.presence is not None and point.presence.code != "present":
        parts.append(LOCAL[point.presence.code])
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


LOCAL = {
    "building": Text("本地在建", "being built locally"),
    "absent": Text("本地无布局", "absent locally"),
    "unknown": Text("本地布局未知", "local presence unknown"),
}


def _home(level: Level) -> Text:
    if level.used is None:
        return Text("境内水平未知", "level at home unknown")
    told = AT_HOME[level.used]
    if level.used_at_least:
        return Text(f"{told.zh}（据已知来源）", f"{told.en} (of the known ones)")
    return told


def _abroad(point: "ProductDiagnosis", rules: RuleSet) -> list[Text]:
    loss = point.loss
    if loss.foreign_share is None:
        if loss.placeless_share:
            share = percent(loss.placeless_share)
            return [Text(f"{share.zh} 的供应来源地未知", f"{share.en} of supply of unknown place")]
        return [Text("境外份额未知", "foreign share unknown")]
    if loss.foreign_share == 0:
        return [Text("不依赖境外供应", "no foreign supply")]
    year = max((row["observed_on"] for row in point.share_rows if row["observed_on"]), default=None)
    basis = GUESSED[loss.guess] if loss.guess else BASIS[loss.basis]
    when = Text(f"{basis.zh}，{year.year}", f"{basis.en}, {year.year}") if year and not loss.inferred else basis
    if loss.largest_origin in (None, "XX") or loss.largest_origin_share is None:
        share = percent(loss.foreign_share)
        return [
            Text(
                f"境外供应占 {share.zh}，来源地未具体说明（{when.zh}）",
                f"{share.en} from abroad, origin unspecified ({when.en})",
            )
        ]
    share, origin = percent(loss.largest_origin_share), rules.origin_name(loss.largest_origin)
    return [
        Text(
            f"最大境外来源地{origin.zh}占 {share.zh}（{when.zh}）",
            f"largest foreign origin {origin.en}, {share.en} ({when.en})",
        )
    ]


def _downstream(point: "ProductDiagnosis") -> Text:
    n = len(point.dependants)
    if n == 0:
        if point.final:
            return Text("本身为最终产品", "itself a final product")
        return Text("未记录下游产品", "no product downstream on record")
    return Text(
        f"下游 {n} 个产品依赖",
        f"{n} {'product' if n == 1 else 'products'} downstream {'depends' if n == 1 else 'depend'} on it",
    )
