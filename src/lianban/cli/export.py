"""``lianban export``: one chain as one file for other programs and for people."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.output import CommandError, t

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.files.facts import Facts

PAPERS = ("docx", "pdf")


def register(app: typer.Typer) -> None:
    """Add ``lianban export``."""
    package = typer.Argument(metavar="PATH", help=t("数据包，或 sample:antibody", "The package, or sample:antibody"))
    target = typer.Argument(
        metavar="FILE",
        help=t(
            "写到哪里；后缀即格式：xlsx zip csv graphml gexf gml json geojson docx pdf",
            "Where to; the ending is the format: xlsx zip csv graphml gexf gml json geojson docx pdf",
        ),
    )
    kind_option = typer.Option("--format", help=t("不按后缀时的格式，如 parquet", "The format where the ending does not say it, such as parquet"))  # fmt: skip
    graph_option = typer.Option(help=t("哪一种图：all、products、organisations", "Which graph: all, products, organisations"))  # fmt: skip
    table_option = typer.Option(
        "--table", help=t("CSV 只写这张表，可重复", "For CSV: only this table; may be repeated")
    )
    places_option = typer.Option(help=t("地点坐标：code,lon,lat 的 CSV 或 GeoJSON", "Where places lie: CSV of code,lon,lat or GeoJSON"))  # fmt: skip
    office_option = typer.Option(help=t("报告的发文机关", "The office that issues the report"))
    overwrite_option = typer.Option("--overwrite", help=t("覆盖已有的文件", "Replace what is there"))
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))

    @app.command(
        help=t(
            "导出：表格、图、地理数据、分析报告（Word、PDF）",
            "Export: tables, graphs, GeoJSON, the report as Word or PDF",
        )
    )
    def export(
        path: Annotated[Path, package],
        file: Annotated[Path, target],
        kind: Annotated[str, kind_option] = "",
        graph: Annotated[str, graph_option] = "all",
        table: Annotated[list[str] | None, table_option] = None,
        places: Annotated[Path | None, places_option] = None,
        office: Annotated[str, office_option] = "",
        overwrite: Annotated[bool, overwrite_option] = False,
        as_json: Annotated[bool, json_option] = False,
    ) -> None:
        if file.exists() and not overwrite:
            raise CommandError(
                output.CONFLICT,
                f"“{file}”已存在；加 --overwrite 覆盖",
                f"“{file}” exists; add --overwrite",
                code="conflict",
            )
        _export(path, file, kind or file.suffix.lower().lstrip("."), graph, table or [], places, office)
        if as_json:
            output.data_json({"schema": "lianban/written/1", "path": str(file)})
        else:
            output.data(str(file))


def _export(path: Path, file: Path, kind: str, graph: str, tables: list[str], places: Path | None, office: str) -> None:
    from lianban.chain.exporting import FORMATS, export
    from lianban.chain.interop.graph import KINDS
    from lianban.chain.package import read_chain

    _one_of(kind, (*FORMATS, *PAPERS), "格式", "format")
    _one_of(graph, KINDS, "图", "graph")
    wanted = tuple(_table(one) for one in tables)
    if kind == "csv" and file.suffix.lower() == ".csv" and len(wanted) != 1:
        raise CommandError(
            output.WRONG_USE,
            "一个 CSV 文件只放一张表：加 --table 产品，或导出 .zip",
            "One CSV file holds one table: add --table products, or export a .zip",
        )
    lying = _places(places)
    chain = read_chain(path)
    facts = _facts(chain)
    if kind in PAPERS:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_paper(chain, facts, kind, office))
        return
    export(chain, file, kind=kind, facts=facts, of=graph, tables=wanted, places=lying, language=output.language())


def _one_of(word: str, known: tuple[str, ...], zh: str, en: str) -> None:
    if word not in known:
        every = "、".join(known)
        raise CommandError(
            output.WRONG_USE, f"没有{zh}“{word}”；可选：{every}", f"No {en} {word!r}; one of {', '.join(known)}"
        )


def _table(name: str) -> str:
    from lianban.chain.dictionary import TABLES
    from lianban.chain.headers import table_name

    found = table_name(name)
    if found is None:
        raise CommandError(output.WRONG_USE, f"没有“{name}”表", f"No table {name}; tables: {', '.join(TABLES)}")
    return found


def _places(path: Path | None) -> dict[str, tuple[float, float]]:
    from lianban.chain.interop.geo import read_places

    try:
        return read_places(path) if path else {}
    except (ValueError, KeyError) as error:
        raise CommandError(
            output.NOT_VALID, f"地点坐标文件有误：{error}", f"The file of places is wrong: {error}"
        ) from None


def _facts(chain: "Chain") -> "Facts":
    from datetime import datetime

    from lianban.files.facts import Facts
    from lianban.rulebook.text import Text

    day, name = chain.info.get("data_date"), chain.info.get("name") or chain.name
    return Facts(
        Text(name, chain.info.get("name_en") or name), datetime.now().astimezone(), Text("命令行用户", "command line user"),
        day.date() if day is not None else None, chain.fingerprint[:19],
    )  # fmt: skip


def _paper(chain: "Chain", facts: "Facts", kind: str, office: str) -> bytes:
    from lianban.chain.report import chain_report

    try:
        from lianban.files import pictures, printed, word

        made: Any = word.docx if kind == "docx" else printed.pdf
        found = chain.diagnose().to_dict()
        paper = chain_report(
            chain,
            found,
            facts,
            language=output.language(),
            issued_by=office,
            day=facts.made_at.date() if office else None,
        )
        return bytes(made(paper))
    except ImportError:
        raise CommandError(
            output.FAILURE, "写报告需要网站部分：pip install 'lianban[web]'", "Reports need: pip install 'lianban[web]'"
        ) from None
    except pictures.NoFont as error:
        raise CommandError(output.FAILURE, error.text.zh, error.text.en) from None
