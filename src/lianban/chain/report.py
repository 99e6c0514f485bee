"""The chain report (产业链分析报告): what a diagnosis found, as a paper that an office can send on.

Reads the plain values of a diagnosis (``Diagnosis.to_dict``), so a run kept by the site and one made just now give the
same paper. What is not known is said to be unknown; what is inferred is marked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from lianban.chain.diagnosis.kinds import NAMES as KINDS
from lianban.chain.interop.graph import records
from lianban.files import charts
from lianban.files.facts import Facts
from lianban.files.papers import Block, Grid, Heading, Paper, Picture, Words
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

LISTED, TOLD, DEMANDS, SOURCES, FIRMS = 15, 5, 10, 30, 10  # how many of each are shown; the rest is counted
LEVELS = {  # name, and how it looks beside the others without colour
    "L5": (Text("L5 国际竞争力", "L5 competitive abroad"), "#1f4f8f", "#ffffff", ""),
    "L4": (Text("L4 稳定·多家", "L4 stable, several"), "#23706a", "#ffffff", ""),
    "L3": (Text("L3 稳定·独家", "L3 stable, one maker"), "#566b77", "#ffffff", ""),
    "L2": (Text("L2 小批量/不稳定", "L2 small or unstable"), "#8f5a00", "#ffffff", ""),
    "L1": (Text("L1 研发/中试", "L1 lab or pilot"), "#ffffff", "#b24413", ""),
    "L0": (Text("L0 空白", "L0 blank"), "#ffffff", "#a8321e", "4 3"),
    "unknown": (Text("未知", "unknown"), "#ffffff", "#4a5765", "1.5 3"),
}


@dataclass(frozen=True)
class Report:
    """What a report is made of, in one language."""

    chain: "Chain"
    found: Mapping[str, Any]
    language: str
    names_firms: bool = True

    def say(self, zh: str, en: str) -> str:
        return en if self.language.startswith("en") else zh

    def of(self, pair: Any) -> str:
        """A bilingual value in this language."""
        if isinstance(pair, Text):
            return pair.in_(self.language)
        if isinstance(pair, Mapping):
            return str(pair.get("en") or pair["zh"]) if self.language.startswith("en") else str(pair["zh"])
        return "" if pair is None else str(pair)

    def name(self, row: Mapping[str, Any]) -> str:
        english = row.get("name_en") if self.language.startswith("en") else None
        return str(english or row.get("name") or row.get("code") or "")

    def percent(self, value: float | None) -> str:
        return self.unknown if value is None else f"{value * 100:.1f}"

    @property
    def unknown(self) -> str:
        return self.say("未知", "unknown")


def chain_report(
    chain: "Chain",
    found: Mapping[str, Any],
    facts: Facts,
    *,
    language: str = "zh",
    issued_by: str = "",
    day: date | None = None,
    names_firms: bool = True,
    classified: str = "",
    more: Sequence[Block] = (),
) -> Paper:
    """Write the report of one chain.

    Parameters
    ----------
    found : ``Diagnosis.to_dict()``
    names_firms : False for readers who see products and origins, not firms
    more : blocks of the caller (measures, instructions) that stand before the notes on data
    """
    report = Report(chain, found, language, names_firms)
    info = chain.info
    place = report.of(Text(info.get("place_name") or "", info.get("place_name_en") or info.get("place_name") or ""))
    blocks: list[Block] = [*_whole(report, place), *_weak_points(report), *_demands(report)]
    if names_firms:
        blocks += _firms(report)
    blocks += [*more, *_data(report)]
    name = report.name({**info, "code": chain.name})
    title = report.say(
        f"{name}分析报告" if name.endswith("产业链") else f"{name}产业链分析报告", f"{name}: chain report"
    )
    return Paper(title, language, blocks, facts, issued_by=issued_by, day=day, classified=classified)


def _whole(r: Report, place: str) -> list[Block]:
    """One: what the chain is, and how its products stand."""
    rows = {table: len(frame) for table, frame in r.chain.tables.items()}
    levels = r.found["summary"]["levels"]
    known = levels["total"] - levels["counts"].get("unknown", 0)
    day = r.chain.info.get("data_date")
    where = r.say(f"，所在地{place}", f", place: {place}") if place else ""
    firms = (
        r.say(f"、{rows['organisations']} 个组织", f", {rows['organisations']} organisations") if r.names_firms else ""
    )
    told = r.say(
        f"本产业链共 {rows['segments']} 个环节、{rows['products']} 个产品{firms}{where}，"
        f"依据 {rows['sources']} 个来源，数据日期 {day.date() if day is not None else '未写'}。",
        f"The chain has {rows['segments']} segments, {rows['products']} products{firms}{where}; it rests on "
        f"{rows['sources']} sources, data of {day.date() if day is not None else 'no day given'}.",
    )
    parts = [
        charts.Part(LEVELS[code][0].in_(r.language), levels["counts"].get(code, 0), LEVELS[code][1], LEVELS[code][2], LEVELS[code][2] if LEVELS[code][1] == "#ffffff" else LEVELS[code][1], LEVELS[code][3])
        for code in LEVELS
    ]  # fmt: skip
    shows = "；".join(f"{part.name} {part.n}" for part in parts if part.n)
    blocks: list[Block] = [Heading(r.say("总体情况", "The chain as a whole")), Words(told)]
    if r.chain.info.get("sample"):
        blocks.append(Words(r.say("本报告依据示例数据，不代表任何地区的正式结论。", "This report rests on sample data; it is no official finding of any place.")))  # fmt: skip
    blocks.append(Words(r.say(
        f"{levels['total']} 个末级产品中，{known} 个产品的国内水平已知，{levels['total'] - known} 个未知（未知不按空白处理）。",
        f"Of {levels['total']} products without kinds below them the level at home is known for {known} and unknown for "
        f"{levels['total'] - known} (unknown is not blank).",
    )))  # fmt: skip
    blocks.append(Picture(r.say("末级产品的国内水平（产品数）", "Level at home (number of products)"), charts.stacked(parts), shows))  # fmt: skip
    return blocks


def _weak_points(r: Report) -> list[Block]:
    """Two: the weak points in their order, the first ones with their reasons."""
    points, unknown = r.found["weak_points"], r.found["unknown"]
    blocks: list[Block] = [Heading(r.say("薄弱环节", "Weak points"))]
    if not points:
        return [
            *blocks,
            Words(r.say("现有数据下没有可排序的薄弱环节。", "With the data at hand no weak point can be ranked.")),
        ]
    blocks.append(Words(r.say(
        f"按严重度排序的薄弱环节 {len(points)} 个；另有 {len(unknown)} 个产品因数据不足无法排序，单列，不计为零。"
        "断供损失指该产品最大境外来源中断时，全链产出减少的份额（占最终产品）。",
        f"{len(points)} weak points are ranked by severity; {len(unknown)} more products cannot be ranked for want of data; "
        "they stand apart and do not count as zero. Loss if cut is the share of the chain's output that is lost when the "
        "largest foreign origin of the product stops.",
    )))  # fmt: skip
    segments = {row["code"]: r.name(row) for row in records(r.chain, "segments")}
    rows = [
        (
            str(p["rank"]), r.of(p["name"]) + (f"（{p['grade']}）" if p.get("grade") else ""), segments.get(p["segment"], ""),
            p["level"] or r.unknown, r.of(KINDS[p["kind"]]) if p.get("kind") else "—",
            r.percent(p["loss_cut"]) + (r.say("（推定）", " (inferred)") if p.get("inferred") else ""),
            r.of(p.get("route_name")) or r.say("待定", "to be decided"),
        )
        for p in points[:LISTED]
    ]  # fmt: skip
    head = [r.say(zh, en) for zh, en in (
        ("序", "No."), ("产品（规格）", "Product (grade)"), ("环节", "Segment"), ("国内水平", "Level"), ("类型", "Kind"),
        ("断供损失（%）", "Loss if cut (%)"), ("建议路径", "Route"),
    )]  # fmt: skip
    blocks.append(Grid(r.say(f"薄弱环节（前 {len(rows)} 个，共 {len(points)} 个）", f"Weak points (the first {len(rows)} of {len(points)})"), head, rows, (0.9, 3.55, 2.4, 1.3, 2.05, 2.65, 2.45), (0,)))  # fmt: skip
    drawn = [(r.of(p["name"]), p["loss_cut"], f"{p['loss_cut'] * 100:.1f} %") for p in points[:FIRMS] if p["loss_cut"] is not None]  # fmt: skip
    if drawn:
        shows = "；".join(f"{name} {words}" for name, _, words in drawn)
        blocks.append(Picture(r.say("断供损失（占全链产出，%）", "Loss if cut (share of the chain's output, %)"), charts.bars(drawn), shows))  # fmt: skip
    for p in points[:TOLD]:
        blocks += [Heading(r.of(p["name"]), 2), Words(_reason(r, p))]
    return blocks


def _reason(r: Report, p: Mapping[str, Any]) -> str:
    route = r.of(p.get("rule_text"))
    told = r.of(p["reason"]).rstrip("。.")
    stop = r.say("。", ". ")
    told += stop
    if route:
        told += r.say(f"建议：{route}", f"Proposal: {route}").rstrip("。.") + stop
    if p.get("missing"):
        lacking = r.say("、", ", ").join(r.of(one) for one in p["missing"])
        told += r.say(f"尚缺数据：{lacking}", f"Data still missing: {lacking}") + stop
    return (told[:1].upper() + told[1:]).strip()


def _demands(r: Report) -> list[Block]:
    """Three: what firms ask for."""
    rows = records(r.chain, "demands")
    names = {row["code"]: r.name(row) for row in records(r.chain, "organisations")}
    products = {row["code"]: r.name(row) for row in records(r.chain, "products")}
    blocks: list[Block] = [Heading(r.say("企业需求", "Needs of firms"))]
    if not rows:
        return [*blocks, Words(r.say("数据中没有企业需求。", "The data hold no need of a firm."))]
    rows.sort(key=lambda row: (row["observed_on"], row["code"]), reverse=True)
    blocks.append(Words(r.say(f"登记在册的企业需求 {len(rows)} 项，最近的 {min(len(rows), DEMANDS)} 项如下。", f"{len(rows)} needs of firms are on record; the newest {min(len(rows), DEMANDS)} are these.")))  # fmt: skip
    columns = [
        (r.say("需求", "Need"), 5.0, lambda row: row["title"]),
        (r.say("提出企业", "Raised by"), 4.0, lambda row: names.get(row["raised_by"], row["raised_by"])),
        (r.say("产品", "Product"), 3.0, lambda row: products.get(row.get("product", ""), r.say("未归类", "unplaced"))),
        (r.say("提出日期", "Raised on"), 2.2, lambda row: str(row["observed_on"])),
    ]
    if not r.names_firms:
        del columns[1]
    head, widths = [name for name, _, _ in columns], [width for _, width, _ in columns]
    cells = [[cell(row) for _, _, cell in columns] for row in rows[:DEMANDS]]
    return [*blocks, Grid(r.say("企业需求", "Needs of firms"), head, cells, widths)]


def _firms(r: Report) -> list[Block]:
    """Four: the firms the chain can spare least."""
    known = [one for one in r.found["organisations"] if one.get("home") and one.get("loss_if_it_stops") is not None]
    known.sort(key=lambda one: (-one["loss_if_it_stops"], one["code"]))
    blocks: list[Block] = [Heading(r.say("重点企业", "Key firms"))]
    if not known:
        return [
            *blocks,
            Words(
                r.say(
                    "数据不足以计算各组织停产的影响。",
                    "The data do not allow to tell what the stop of an organisation does.",
                )
            ),
        ]
    blocks.append(Words(r.say("下表按该组织停止供应时全链产出减少的份额排序，用于日常联系与风险关注，不作为评价排名。", "The table is ordered by the share of the chain's output that is lost when the organisation stops; it serves contact and care, it is no rating.")))  # fmt: skip
    rows = [(r.of(one["name"]), r.say("链主", "anchor firm") if one.get("is_anchor") else "—", str(len(one["products"])), r.percent(one["loss_if_it_stops"])) for one in known[:FIRMS]]  # fmt: skip
    head = [
        r.say("组织", "Organisation"),
        r.say("链主", "Anchor"),
        r.say("产品数", "Products"),
        r.say("停产影响（%）", "Loss if it stops (%)"),
    ]
    return [*blocks, Grid(r.say("重点企业", "Key firms"), head, rows, (6, 1.6, 1.5, 2.4), (2, 3))]


def _data(r: Report) -> list[Block]:
    """Last: what it all rests on."""
    found = r.found
    sources = sorted(records(r.chain, "sources"), key=lambda row: str(row.get("published_on") or row.get("read_on") or ""), reverse=True)  # fmt: skip
    blocks: list[Block] = [
        Heading(r.say("数据与方法说明", "Data and method")),
        Words(r.say(
            f"损失的数据基础：{r.of(found['data_level_text'])}。规则集：{found['ruleset']}（{found['ruleset_version']}）。"
            f"计算日期基准：{found['as_of']}。标有“推定”的数值由国内水平推定份额，非实测；请结合不确定区间使用。",
            f"Losses rest on {r.of(found['data_level_text'])}. Rule set: {found['ruleset']} ({found['ruleset_version']}). As of "
            f"{found['as_of']}. Figures marked inferred rest on shares inferred from the level at home; use them with their intervals.",
        )),
    ]  # fmt: skip
    if sources:
        head = [r.say("来源", "Source"), r.say("发布者", "Publisher"), r.say("日期", "Date")]
        rows = [(row.get("title", ""), row.get("publisher", ""), str(row.get("published_on") or row.get("read_on") or "")) for row in sources[:SOURCES]]  # fmt: skip
        blocks.append(Grid(r.say(f"来源（{len(rows)} 个，共 {len(sources)} 个）", f"Sources ({len(rows)} of {len(sources)})"), head, rows, (7, 3, 2)))  # fmt: skip
    return blocks
