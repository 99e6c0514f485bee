"""``lianban chain``: check, show, convert a package, or get an empty one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.output import CommandError, t

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.chain.findings import Findings

SHOWN_ROWS = 50


def register(app: typer.Typer) -> None:
    """Add ``lianban chain …``."""
    chain = typer.Typer(
        no_args_is_help=True,
        help=t("产业链数据包：检查、查看、模板、转换", "Chain packages: check, show, template, convert"),
    )
    app.add_typer(chain, name="chain")

    package = typer.Argument(
        metavar="PATH",
        help=t(
            "数据包：文件夹、.xlsx、.zip，或 sample:antibody", "The package: a folder, .xlsx, .zip, or sample:antibody"
        ),
    )
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))
    overwrite_option = typer.Option("--overwrite", help=t("覆盖已有的文件", "Replace what is there"))
    strict_option = typer.Option(
        help=t("这些代码的问题也算不合格；* 为全部警告", "Findings that also fail the check; * for all warnings")
    )

    @chain.command(help=t("检查数据包，一次列出全部问题", "Check a package and list everything found"))
    def check(
        path: Annotated[Path, package],
        as_json: Annotated[bool, json_option] = False,
        strict: Annotated[list[str] | None, strict_option] = None,
    ) -> int:
        return _check(path, as_json, strict or [])

    table_option = typer.Option(help=t("只看这张表，如 products 或 产品", "Show this table only, such as products"))
    rows_option = typer.Option(help=t("最多几行，0 为全部", "At most so many rows, 0 for all"), min=0)

    @chain.command(help=t("查看数据包：概况，或一张表", "Show a package: a summary, or one table"))
    def show(
        path: Annotated[Path, package],
        table: Annotated[str, table_option] = "",
        rows: Annotated[int, rows_option] = SHOWN_ROWS,
        as_json: Annotated[bool, json_option] = False,
    ) -> None:
        _show(path, table, rows, as_json)

    xlsx_option = typer.Option("--xlsx", metavar="FILE", help=t("写到这个 .xlsx 文件", "Write it to this .xlsx file"))

    @chain.command(
        help=t("写一个空白工作簿，带说明、批注和下拉列表", "Write an empty workbook with notes and drop-downs")
    )
    def template(
        xlsx: Annotated[Path, xlsx_option],
        overwrite: Annotated[bool, overwrite_option] = False,
        as_json: Annotated[bool, json_option] = False,
    ) -> None:
        _template(xlsx, overwrite, as_json)

    target_argument = typer.Argument(
        metavar="TARGET", help=t("写到哪里：文件夹、.xlsx 或 .zip", "Where to: a folder, .xlsx or .zip")
    )
    format_option = typer.Option(
        "--format",
        help=t("csv、xlsx、zip 或 parquet；不写则看后缀", "csv, xlsx, zip or parquet; by the ending if not given"),
    )

    @chain.command(
        help=t("转换格式；有错误的数据包不转换", "Convert to another format; a package with errors is refused")
    )
    def convert(
        path: Annotated[Path, package],
        target: Annotated[Path, target_argument],
        format: Annotated[str, format_option] = "",
        overwrite: Annotated[bool, overwrite_option] = False,
        as_json: Annotated[bool, json_option] = False,
    ) -> None:
        _convert(path, target, format, overwrite, as_json)


def _check(path: Path, as_json: bool, strict: list[str]) -> int:
    from lianban.chain.findings import rules
    from lianban.chain.package import read_chain

    unknown = [code for code in strict if code != "*" and code not in rules()]
    if unknown:
        raise CommandError(
            output.WRONG_USE, f"没有代码为 {'、'.join(unknown)} 的检查", f"There is no finding {', '.join(unknown)}"
        )
    package = read_chain(path)
    findings = package.check()
    refused = len(findings.errors) + len(findings.with_codes(strict).of("warning", "note"))
    if as_json:
        output.data_json(_check_report(package, findings))
    else:
        for line in output.finding_lines(findings):
            output.data(line)
        output.say(counts(findings))
    return output.NOT_VALID if refused else output.DONE


def counts(findings: "Findings") -> str:
    """Say how many findings there are of each severity."""
    errors, warnings, notes = (len(findings.of(s)) for s in ("error", "warning", "note"))
    return t(
        f"{errors} 个错误，{warnings} 个警告，{notes} 条提示", f"{errors} errors, {warnings} warnings, {notes} notes"
    )


def _check_report(package: "Chain", findings: "Findings") -> dict[str, Any]:
    return {
        "schema": "lianban/chain-check/1",
        "fingerprint": package.fingerprint,
        "rows": {table: len(frame) for table, frame in package.tables.items()},
        "errors": len(findings.errors),
        "warnings": len(findings.warnings),
        "notes": len(findings.notes),
        "findings": [finding.as_dict() for finding in findings],
    }


def _show(path: Path, table: str, rows: int, as_json: bool) -> None:
    from lianban.chain.dictionary import TABLES
    from lianban.chain.frames import cell_texts
    from lianban.chain.headers import table_name
    from lianban.chain.package import read_chain

    name = table_name(table) if table else None
    if table and name is None:
        every = "、".join(f"{t_.zh}({t_.name})" for t_ in TABLES.values())
        raise CommandError(
            output.WRONG_USE,
            f"没有“{table}”表；可选：{every}",
            f"There is no table {table}; tables: {', '.join(TABLES)}",
        )
    package = read_chain(path)
    if name is None:
        _summary(package, as_json)
        return
    frame = package.tables[name]
    part = frame.head(rows) if rows else frame
    columns = [c for c in frame.columns if part[c].notna().any()]
    cells = list(zip(*(cell_texts(part[c]) for c in columns), strict=True))
    if as_json:
        records = [{c: cell or None for c, cell in zip(columns, row, strict=True)} for row in cells]
        output.data_json({"schema": "lianban/chain-table/1", "table": name, "rows": len(frame), "records": records})
        return
    heads = [TABLES[name][c].zh if output.language() == "zh" else c for c in columns]
    output.data(
        output.table(heads, cells, right=[i for i, c in enumerate(columns) if TABLES[name][c].type == "number"])
    )
    if len(part) < len(frame):
        output.say(
            t(
                f"共 {len(frame)} 行，只显示 {len(part)} 行（--rows 0 显示全部）",
                f"{len(part)} of {len(frame)} rows (--rows 0 for all)",
            )
        )


def _summary(package: "Chain", as_json: bool) -> None:
    from lianban.chain.dictionary import TABLES

    info = {k: str(v.date()) if hasattr(v, "date") else v for k, v in package.info.items()}
    findings = package.check()
    if as_json:
        rows = {table: len(frame) for table, frame in package.tables.items()}
        report = {"schema": "lianban/chain/1", "fingerprint": package.fingerprint, "info": info, "rows": rows}
        output.data_json(report | {"errors": len(findings.errors), "warnings": len(findings.warnings)})
        return
    output.data(f"{info['name'] or package.name}  {info['name_en'] or ''}".strip())
    output.data(
        t(
            f"境内范围 {info['home']}，数据日期 {info['data_date'] or '未写'}",
            f"home {info['home']}, data of {info['data_date'] or 'no day given'}",
        )
    )
    output.data(package.fingerprint)
    heads = [t("数据表", "table"), t("代码名", "code"), t("行数", "rows"), t("来自", "from")]
    lines = [
        (TABLES[name].zh if output.language() == "zh" else name, name, len(frame), package.file_of(name))
        for name, frame in package.tables.items()
        if len(frame)
    ]
    output.data(output.table(heads, lines, right=[2]))
    output.say(counts(findings))


def _template(xlsx: Path, overwrite: bool, as_json: bool) -> None:
    if xlsx.suffix.lower() != ".xlsx":
        raise CommandError(output.WRONG_USE, f"文件名应以 .xlsx 结尾：{xlsx}", f"The name must end in .xlsx: {xlsx}")
    _keep(xlsx, overwrite)
    from lianban.chain.template import write_template

    _written(write_template(xlsx), as_json)


def _convert(path: Path, target: Path, format: str, overwrite: bool, as_json: bool) -> None:
    from lianban.chain.errors import DataError
    from lianban.chain.package import read_chain
    from lianban.chain.writing import FORMATS

    if format and format not in FORMATS:
        every = "、".join(FORMATS)
        raise CommandError(
            output.WRONG_USE, f"没有格式“{format}”；可选：{every}", f"No format {format}; one of {', '.join(FORMATS)}"
        )
    ending = target.suffix.lower().lstrip(".")
    if format and ending in ("xlsx", "zip") and format != ending:
        raise CommandError(
            output.WRONG_USE,
            f"格式 {format} 与文件名“{target.name}”不符",
            f"Format {format} does not fit the name “{target.name}”",
        )
    _keep(target, overwrite)
    package = read_chain(path)
    errors = package.check().errors
    if len(errors):  # a cell that could not be read is empty in the tables: writing it out would lose what stood there
        raise DataError(errors)
    _written(package.write(target, format=format or None), as_json)


def _keep(target: Path, overwrite: bool) -> None:
    """Refuse to write over a file, or into a folder that is not empty, unless told to."""
    there = target.exists() and (not target.is_dir() or any(target.iterdir()))
    if there and not overwrite:
        raise CommandError(
            output.CONFLICT,
            f"“{target}”已存在；加 --overwrite 覆盖",
            f"“{target}” exists; add --overwrite to replace it",
            code="conflict",
        )


def _written(path: Path, as_json: bool) -> None:
    if as_json:
        output.data_json({"schema": "lianban/written/1", "path": str(path)})
    else:
        output.data(str(path))
