"""``lianban intake``: read the lists an office has (名录、需求表、评分表); show what they say, or make a package of them."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.output import CommandError, t

if TYPE_CHECKING:
    from lianban.chain.intake import ColumnMap, Converted, Header, Note, Sheet

SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add ``lianban intake FILE … [--into PACKAGE]``."""
    files = typer.Argument(
        metavar="FILE", help=t("Excel、CSV 等文件，可以几个", "Excel, CSV and other files, several if you like")
    )
    sheet = typer.Option(
        "--sheet", help=t("工作表名；不写取行数最多的一张", "Name of the sheet; the one with most rows if not given")
    )
    table = typer.Option(
        "--table",
        help=t(
            "按哪张表读，如 organisations；不写由表头判断",
            "The table it is, such as organisations; judged by the header if not given",
        ),
    )
    into = typer.Option(
        "--into",
        metavar="PACKAGE",
        help=t(
            "把全部文件汇成一个数据包：文件夹、.xlsx 或 .zip", "Make one package of all files: a folder, .xlsx or .zip"
        ),
    )
    name = typer.Option("--name", help=t("产业链名称", "Name of the chain"))
    date_option = typer.Option("--date", metavar="YYYY-MM-DD", help=t("数据日期", "Day of the data"))
    sample = typer.Option("--sample", help=t("标为示例数据", "Mark the package as an example"))
    results = typer.Option(
        "--results",
        metavar="FILE",
        help=t(
            "另存原文件，加一列“结果”（只有一个文件时）", "Save the file again with a column of results (one file only)"
        ),
    )
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))  # fmt: skip

    examples = typer.Option(
        "--examples", metavar="FOLDER", help=t("写几个示例文件（名录、需求表、评分表等）", "Write some example files")
    )

    @app.command(help=t("读入现成的名录、需求表、评分表等", "Read lists as offices have them"))
    def intake(
        paths: Annotated[list[Path] | None, files] = None,
        sheet: Annotated[str, sheet] = "",
        table: Annotated[str, table] = "",
        into: Annotated[Path | None, into] = None,
        name: Annotated[str, name] = "",
        date: Annotated[str, date_option] = "",
        sample: Annotated[bool, sample] = False,
        results: Annotated[Path | None, results] = None,
        examples: Annotated[Path | None, examples] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        if examples is not None:
            return _examples(examples)
        if not paths:
            raise CommandError(output.WRONG_USE, "给出至少一个文件", "Name at least one file")
        if results and len(paths) != 1:
            raise CommandError(output.WRONG_USE, "--results 只用于一个文件", "--results goes with one file")
        day = _day(date) if into else None
        with ExitStack() as stack:
            read = [_One(path, sheet, table, stack) for path in paths]
            told = [one.report() for one in read]
            if results:
                _save_results(read[0], results)
            if into is not None:
                told.append(_assemble(read, into, name, day, sample))
            if as_json:
                output.data_json({"files": told})
            else:
                for one in told:
                    _print(one)
        return output.NOT_VALID if any(one.get("rejected_rows") for one in told) else output.DONE


def _examples(folder: Path) -> int:
    from lianban.chain.intake.examples import write_examples

    for path in write_examples(folder):
        output.data(str(path))
    return output.DONE


class _One:
    """One file on its way: read, its header found, its columns proposed, its rows converted."""

    def __init__(self, path: Path, sheet: str, table: str, stack: ExitStack) -> None:
        from lianban.chain import intake
        from lianban.chain.dictionary import TABLES

        if not path.is_file():
            raise CommandError(output.NOT_FOUND, f"找不到文件“{path}”", f"There is no file “{path}”")
        if table and table not in TABLES:
            raise CommandError(output.WRONG_USE, f"没有表 {table}", f"There is no table {table}")
        try:
            self.book = stack.enter_context(intake.open_file(path))
        except intake.CannotRead as error:
            told = (
                f"{path.name}：{error.reason.zh}；{error.remedy.zh}",
                f"{path.name}: {error.reason.en}; {error.remedy.en}",
            )
            raise CommandError(output.NOT_VALID, *told, code=error.code) from None
        if sheet and sheet not in [one.name for one in self.book.sheets]:
            raise CommandError(output.NOT_FOUND, f"没有工作表“{sheet}”", f"There is no sheet “{sheet}”")
        self.path = path
        self.sheet: Sheet = self.book.sheet(sheet)
        header = intake.find_header(self.sheet)
        mapping = intake.propose(self.sheet, header, None, table) if header else None
        if header is None or mapping is None:
            raise CommandError(
                output.NOT_VALID,
                f"{path.name}：认不出表头；用 --sheet 选工作表，或把列名写成常见的叫法（如 企业名称、需求名称）",
                f"{path.name}: no header is known; choose the sheet with --sheet, or use usual names of columns",
            )
        self.header: Header = header
        self.mapping: ColumnMap = mapping
        self.converted: Converted = intake.convert(self.sheet, header, mapping)

    def report(self) -> dict[str, Any]:
        """Return what was read, as plain values."""
        columns = [
            {"header": self.header.names[i], "column": p.column, "item": p.item, "why": output.words(p.why)}
            for i, p in self.mapping.columns.items()
            if self.header.names[i]
        ]
        rejected = list(self.converted.rejected[:SHOWN])
        notes: Sequence[Note] = (*self.book.notes, *self.header.notes, *self.converted.notes)
        return {
            "file": self.path.name,
            "kind": self.book.kind,
            "sheet": self.sheet.name,
            "header_rows": list(self.header.rows),
            "table": self.mapping.table,
            "columns": columns,
            "rows": len(self.converted.rows),
            "rejected": [
                {"row": one.number, "column": one.column, "value": one.value, "reason": output.words(one.reason), "whole_row": one.whole}
                for one in rejected
            ],
            "rejected_cells": len(self.converted.rejected),
            "rejected_rows": len({one.number for one in self.converted.rejected if one.whole}),
            "notes": [output.words(note.text) for note in notes],
        }  # fmt: skip


def _print(told: dict[str, Any]) -> None:
    if "package" in told:
        output.data(
            t(f"汇成 {told['package']}：", f"Made {told['package']}: ")
            + "，".join(f"{n} {name}" for name, n in told["tables"].items())
        )
        for note in told["notes"][:SHOWN]:
            output.say(f"  {note}")
        return
    output.data(
        t(
            f"{told['file']}：第 {told['header_rows'][-1]} 行为表头，读作“{told['table']}”表，{told['rows']} 行",
            f"{told['file']}: header in row {told['header_rows'][-1]}, read as table {told['table']}, {told['rows']} rows",
        )
    )
    shown = [[c["header"], c["column"] + (f" ({c['item']})" if c["item"] else ""), c["why"]] for c in told["columns"]]
    output.data(output.table([t("文件里的列", "in the file"), t("读作", "read as"), t("为什么", "why")], shown))
    for one in told["rejected"]:
        output.data(
            t(
                f"第 {one['row']} 行“{one['column']}”：{one['reason']}",
                f"row {one['row']}, “{one['column']}”: {one['reason']}",
            )
        )
    if told["rejected_cells"] > len(told["rejected"]):
        more = told["rejected_cells"] - len(told["rejected"])
        output.data(t(f"……还有 {more} 处", f"… and {more} more"))
    for note in told["notes"]:
        output.say(f"  {note}")


def _save_results(one: _One, target: Path) -> None:
    from lianban.chain import intake
    from lianban.rulebook.text import Text

    if target.suffix != intake.suffix_of_results(one.path):
        wanted = intake.suffix_of_results(one.path)
        raise CommandError(output.WRONG_USE, f"结果文件应为 {wanted}", f"The file of results ends in {wanted}")
    said = {row.number: Text("读入", "read") for row in one.converted.rows}
    for bad in one.converted.rejected:
        place = Text(f"“{bad.column}”：{bad.reason.zh}", f"“{bad.column}”: {bad.reason.en}")
        before = said.get(bad.number)
        said[bad.number] = Text(f"{before.zh}；{place.zh}", f"{before.en}; {place.en}") if before else place
    target.write_bytes(intake.with_results(one.path, one.sheet, one.header, said, t("zh", "en")))


def _assemble(read: list[_One], into: Path, name: str, day: Any, sample: bool) -> dict[str, Any]:
    from lianban.chain.intake.assembling import Part, assemble

    if into.exists():
        raise CommandError(output.NOT_VALID, f"“{into}”已经存在", f"“{into}” is there already")
    parts = [Part(one.converted, one.header.title[:60] or one.path.stem) for one in read]
    chain, notes = assemble(parts, name=name or into.stem, data_date=day, code=into.stem, sample=sample)
    chain.write(into)
    tables = {table: len(frame) for table, frame in chain.tables.items() if len(frame)}
    return {"package": str(into), "tables": tables, "notes": [output.words(note.text) for note in notes]}


def _day(text: str) -> Any:
    from datetime import date

    if not text:
        raise CommandError(
            output.WRONG_USE, "用 --date 写明数据日期，如 2024-06-30", "Name the day of the data, as --date 2024-06-30"
        )
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(
            output.WRONG_USE, f"“{text}”不是日期，写 2024-06-30", f"“{text}” is no date; write 2024-06-30"
        ) from None
