"""Which formats there are, how long files are kept, when one more is refused."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

KEPT = timedelta(days=7)  # a file is a copy: it can be made again, and old copies only mislead
MOST_WAITING = 5  # of one reader at a time: one worker serves everybody
REPORTS = ("docx", "pdf")
GRAPHS = ("graphml", "gexf", "gml", "json")

FORMATS: dict[str, Text] = {
    "docx": Text("分析报告 Word（公文格式）", "Chain report, Word (official layout)"),
    "pdf": Text("分析报告 PDF（文字可选）", "Chain report, PDF (selectable text)"),
    "xlsx": Text("全部数据表 Excel", "All tables, Excel"),
    "zip": Text("数据包（CSV，可原样导回）", "Data package (CSV, reads back unchanged)"),
    "csv": Text("全部数据表 CSV（带文件说明）", "All tables, CSV with the file's facts"),
    "parquet": Text("全部数据表 Parquet", "All tables, Parquet"),
    "graphml": Text("图 GraphML（networkx、Gephi、yEd）", "Graph, GraphML (networkx, Gephi, yEd)"),
    "gexf": Text("图 GEXF（Gephi）", "Graph, GEXF (Gephi)"),
    "gml": Text("图 GML（Cytoscape、igraph）", "Graph, GML (Cytoscape, igraph)"),
    "json": Text("图 JSON（networkx、d3）", "Graph, JSON (networkx, d3)"),
    "geojson": Text("组织 GeoJSON（地图软件）", "Organisations, GeoJSON (map programs)"),
}
GRAPH_KINDS: dict[str, Text] = {
    "all": Text("全部（环节、产品、组织、来源地）", "all (segments, products, organisations, origins)"),
    "products": Text("产品投入关系", "products and what they need"),
    "organisations": Text("组织供应关系", "organisations and who supplies whom"),
}
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "geojson": "application/geo+json",
    "graphml": "application/xml",
    "gexf": "application/xml",
    "gml": "text/plain; charset=us-ascii",
    "zip": "application/zip",
    "csv.zip": "application/zip",
    "parquet.zip": "application/zip",
}


def classes(kind: str, visible: Iterable[str]) -> list[str]:
    """Classes whose rows go in: a report is sent on, so what is private to a firm stays out of it."""
    return [one for one in visible if not (kind in REPORTS and one == "private")]


def ask_refusals(*, kind: str, graph: str, has_run: bool, waiting: int) -> list[Refusal]:
    """Why a file is not made; all reasons at once."""
    found = []
    if kind not in FORMATS:
        found.append(_not_one_of("reports.no_format", "kind", kind, FORMATS))
    if kind in GRAPHS and graph not in GRAPH_KINDS:
        found.append(_not_one_of("reports.no_graph", "graph", graph, GRAPH_KINDS))
    if kind in REPORTS and not has_run:
        found.append(
            replace(
                refuse(
                    "reports.no_run",
                    "还没有您可看的诊断；先在“薄弱环节”页运行一次，再生成报告",
                    "there is no diagnosis that you may see; run one on the page of weak points first",
                ),
                field="kind",
            )
        )
    if waiting >= MOST_WAITING:
        found.append(
            refuse(
                "reports.too_many_waiting", "您已有 {n} 个文件在排队，等其中一个完成后再要",
                "{n} of your files are waiting already; ask again when one is done", n=waiting,
            )
        )  # fmt: skip
    return found


def _not_one_of(code: str, field: str, given: str, known: Iterable[str]) -> Refusal:
    every = "、".join(known)
    found = refuse(
        code, "没有“{given}”；可选：{every}", "there is no '{given}'; one of {every}", given=given[:40], every=every
    )
    return replace(found, field=field)
