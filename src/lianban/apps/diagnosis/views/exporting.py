"""The list of weak points as a file: the columns a chain office keeps."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import rules
from lianban.apps.diagnosis.compute import reading, words
from lianban.apps.diagnosis.queries import Listing
from lianban.apps.journal import services as journal
from lianban.kit import exports
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES, highest
from lianban.kit.exports import Column
from lianban.kit.text import Text

UNKNOWN = Text("未知", "unknown")


def export(request: HttpRequest, chain: Chain, page: Listing) -> HttpResponse:
    """Give the list that is shown, filters and all."""
    actor = request.actor  # type: ignore[attr-defined]
    members = {member.code: member for member in atlas.members(actor, chain)}
    rule_set = atlas.rule_set(chain.code)
    name = Text(f"{chain.name} 薄弱环节清单", f"{chain.name_en or chain.name} weak points")
    of_class = highest(page.run.confidentiality, *(r.weak_point.confidentiality for r in page.rows if r.weak_point))
    columns = [*_computed(chain, rule_set), *_sources(chain, rule_set, members), *_handled()]
    return exports.respond(
        request,
        name,
        columns,
        page.rows,
        of_class,
        actor,
        subject=f"chain:{chain.code}",
        record=journal.record,
        about=chain,
    )


def _pair(value: Any) -> Text:
    return Text(value["zh"], value["en"]) if value else UNKNOWN


def _share(name: str) -> Any:
    """A fraction in per cent; nothing known is the word unknown, never 0."""

    def percent(row: Any) -> Any:
        value = row.point[name]
        return UNKNOWN if value is None else round(value * 100, 2)

    return percent


def _end(name: str) -> Any:
    """Median or an end of the 90 % interval in per cent; the word unknown where none was computed."""

    def percent(row: Any) -> Any:
        value = (
            row.interval["median"]
            if row.interval and name == "median"
            else (reading.band(row.interval) or {}).get(name)
        )
        return UNKNOWN if value is None else round(value * 100, 2)

    return percent


def _computed(chain: Chain, rule_set: Any) -> list[Column]:
    return [
        Column(Text("序", "Rank"), lambda row: row.point.get("rank")),
        Column(Text("环节", "Segment"), lambda row: _named(row.segment)),
        Column(Text("产品", "Product"), lambda row: _pair(row.point["name"])),
        Column(Text("规格", "Grade"), lambda row: row.point["grade"]),
        Column(Text("国内水平", "Level at home"), lambda row: row.point["level"] or UNKNOWN),
        Column(Text("三分结论", "Triple"), lambda row: words.TRIPLES.get(row.point["triple"], UNKNOWN)),
        Column(Text("类型", "Kind"), lambda row: words.KINDS.get(row.point["kind"], "")),
        Column(Text("严重度（高/中/低）", "Severity (band)"), lambda row: words.BANDS.get(row.point["band"], UNKNOWN)),
        Column(Text("严重度（%）", "Severity (%)"), _share("severity")),
        Column(Text("断供损失（%）", "Loss if cut (%)"), _share("loss_cut")),
        Column(Text("断供损失中位数（%）", "Loss if cut, median (%)"), _end("median")),
        Column(Text("断供损失 90 % 区间下限（%）", "Loss if cut, 90 % low (%)"), _end("low")),
        Column(Text("断供损失 90 % 区间上限（%）", "Loss if cut, 90 % high (%)"), _end("high")),
        Column(Text("停供损失（%）", "Loss if stopped (%)"), _share("loss_stop")),
        Column(Text("补位后损失（%）", "Loss left (%)"), _share("loss_left")),
        Column(Text("推定", "Inferred"), lambda row: row.point["inferred"]),
        Column(Text("为什么", "Why"), lambda row: _pair(row.point["reason"])),
        Column(
            Text("国外主要来源（来源地）", "Main foreign source (origin)"),
            lambda row: atlas.place_name(chain, rule_set, row.point["largest_foreign_origin"] or "") or UNKNOWN,
        ),
    ]


def _sources(chain: Chain, rule_set: Any, members: Any) -> list[Column]:
    def makers(row: Any) -> str:
        codes = [source["organisation"] for source in row.point["sources"] if source["home"] and source["organisation"]]
        return "；".join(members[code].name for code in codes if code in members)

    def firms(row: Any) -> str:
        return "；".join(
            " ".join(str(part) for part in (
                members[demand["raised_by"]].name if demand["raised_by"] in members else "",
                demand["yearly_quantity"] if demand["yearly_quantity"] is not None else "",
                demand["quantity_unit"] or "",
            ) if part != "")
            for demand in row.point["voices"]["firm"]["demands"]
        )  # fmt: skip

    return [
        Column(Text("国内在研/在产单位", "Makers at home"), makers),
        Column(Text("本地需求企业与年需求量", "Firms in need, yearly quantity"), firms),
        Column(Text("建议路径", "Recommended route"), lambda row: _pair(row.point["route_name"])),
        Column(Text("所用规则", "Rule"), lambda row: row.point["rule"]),
        Column(Text("来源数", "Sources"), "n_sources"),
        Column(Text("最旧（月）", "Oldest (months)"), "age_months"),
    ]


def _handled() -> list[Column]:
    def of(name: str) -> Any:
        return lambda row: getattr(row.weak_point, name) if row.weak_point else ""

    return [
        Column(Text("对标指标", "Benchmark"), of("benchmark")),
        Column(Text("差距", "Gap"), of("gap")),
        Column(Text("解决路径", "Route chosen"), lambda row: rules.ROUTES.get(of("route")(row), "")),
        Column(Text("牵头部门", "Lead department"), of("lead_department")),
        Column(Text("责任单位", "Responsible unit"), of("responsible_unit")),
        Column(Text("责任人", "Responsible person"), of("responsible_person")),
        Column(Text("完成时限", "Due"), of("due_on")),
        Column(Text("进展", "Progress"), of("progress")),
        Column(Text("状态", "State"), lambda row: row.status_name),
        Column(Text("依据", "Evidence"), of("evidence")),
        Column(
            Text("密级", "Class"),
            lambda row: CONFIDENTIALITY_NAMES[row.weak_point.confidentiality if row.weak_point else "office"],
        ),
    ]


def _named(thing: Any) -> Text:
    return Text(thing.name, thing.name_en or thing.name) if thing else UNKNOWN
