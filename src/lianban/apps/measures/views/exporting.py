"""Candidates and portfolios as files, with class, role and time on top."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.models import Study
from lianban.apps.journal import services as journal
from lianban.apps.measures.queries import Desk, Row
from lianban.kit import exports
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES, highest
from lianban.kit.exports import Column
from lianban.kit.text import Text

NOT_ENTERED = Text("未填", "not entered")
UNKNOWN = Text("未知", "unknown")


def candidates(request: HttpRequest, chain: Chain, desk: Desk) -> HttpResponse:
    """Every candidate with its cost and where it stands."""
    name = Text(f"{chain.name} 候选措施", f"{chain.name_en or chain.name} candidate actions")
    of_class = highest(
        "office", *(s.confidentiality for s in (desk.found, desk.portfolio) if s),
        *(row.cost.confidentiality for row in desk.rows if row.cost),
    )  # fmt: skip

    def cost(column: str) -> Any:
        return lambda row: getattr(row.cost, column) if row.cost else NOT_ENTERED

    columns = [
        Column(Text("措施编码", "Code"), lambda row: row.code),
        *(Column(title, _of(key)) for title, key in (
            (Text("种类", "Kind"), "kind_name"), (Text("产品", "Product"), "product_name"), (Text("对象", "Who"), "who_name"),
            (Text("作用", "Effect"), "effect"), (Text("为什么", "Why"), "why"),
        )),
        Column(Text("成本（元）", "Cost (yuan)"), cost("amount_yuan")),
        Column(Text("依据", "Source"), cost("source")),
        Column(Text("依据日期", "Day of the source"), cost("observed_on")),
        Column(Text("密级", "Class"), lambda row: CONFIDENTIALITY_NAMES[row.cost.confidentiality] if row.cost else ""),
        Column(Text("在最近一次组合中", "In the newest portfolio"), lambda row: row.standing),
    ]  # fmt: skip
    return _give(request, chain, name, columns, desk.rows, of_class)


def _of(key: str) -> Any:
    return lambda row: _text((row.action if isinstance(row, Row) else row).get(key))


def portfolio(request: HttpRequest, chain: Chain, study: Study, *, proof: bool) -> HttpResponse:
    """The chosen actions; how far the choice is proved stands in an analyst's file only."""
    name = Text(
        f"{chain.name} 措施组合（第 {study.number} 次测算）",
        f"{chain.name_en or chain.name} portfolio, study {study.number}",
    )
    chosen = study.result["chosen"]
    columns = [
        Column(Text("措施编码", "Code"), "code"),
        *(Column(title, _of(key)) for title, key in (
            (Text("种类", "Kind"), "kind_name"), (Text("产品", "Product"), "product_name"), (Text("对象", "Who"), "who_name"),
            (Text("作用", "Effect"), "effect"),
        )),
        Column(Text("成本（元）", "Cost (yuan)"), "cost"),
        Column(Text("单独采取减少的损失（%）", "Gain by itself (%)"), _percent("alone")),
        Column(Text("最后加入减少的损失（%）", "Gain as the last one (%)"), _percent("last")),
    ]  # fmt: skip
    result = study.result  # repeated in every line: a file that is passed on keeps what its numbers stand on
    assumptions = Text(
        "；".join(t["zh"] for t in result["assumptions"]), "; ".join(t["en"] for t in result["assumptions"])
    )
    columns += [
        Column(Text("预算（元）", "Budget (yuan)"), lambda _row: result["budget"]),
        Column(Text("损失：之前（%）", "Loss before (%)"), lambda _row: _percent("value_before")(result)),
        Column(Text("损失：之后（%）", "Loss after (%)"), lambda _row: _percent("value_after")(result)),
        Column(Text("在所列假设下", "Under these assumptions"), lambda _row: assumptions),
    ]
    if proof:
        columns.append(Column(Text("求解状态", "Status of the search"), lambda _row: _text(result["status_text"])))
    return _give(request, chain, name, columns, chosen, study.confidentiality)


def _percent(key: str) -> Any:
    def share(row: Mapping[str, Any]) -> Any:
        value = row.get(key)
        return UNKNOWN if value is None else round(value * 100, 3)

    return share


def _text(value: Any) -> Any:
    return Text(value["zh"], value.get("en") or value["zh"]) if isinstance(value, dict) else value


def _give(
    request: HttpRequest, chain: Chain, name: Text, columns: list[Column], rows: Any, of_class: str
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    return exports.respond(
        request, name, columns, rows, of_class, actor, subject=f"chain:{chain.code}", record=journal.record, about=chain
    )
