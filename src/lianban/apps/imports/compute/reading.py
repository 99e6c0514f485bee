"""Files to rows, and the user's own file back with its results."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lianban.apps.atlas import compute as atlas
from lianban.apps.imports import rules
from lianban.apps.imports.compute.shapes import Content, FileRow, Told, Watch
from lianban.chain import intake
from lianban.chain.dictionary import TABLES
from lianban.chain.errors import DataError
from lianban.chain.headers import table_name
from lianban.chain.intake.words import meant
from lianban.chain.package import read_chain
from lianban.kit.text import Text

FIRST_LINES = 12
CannotRead = intake.CannotRead


def read(path: Path, name: str, remembered: Mapping[str, Any], asked: Mapping[str, Any], *, watch: "Watch") -> dict[str, Any]:  # fmt: skip
    """Read a file and say what is in it, with a proposal for its columns. Raises CannotRead."""
    with intake.open_file(path, name=name, cancel=watch.cancelled, progress=watch.part(0, 90)) as book:
        kind = "package" if _is_package(book) else book.kind
        told: dict[str, Any] = {"kind": kind, "notes": [_note(n) for n in book.notes], "sheets": []}
        if kind == "package":
            return {**told, "mapping": {"table": "", "columns": {}, "constants": {}}}
        for sheet in book.sheets:
            told["sheets"].append({"name": sheet.name, "rows": len(sheet.rows), "hidden": sheet.hidden, "first": []})
        if not book.sheets:
            raise CannotRead("no_sheet", Text("文件里没有内容", "the file holds nothing"))
        sheet = book.sheet(str(asked.get("sheet", "")))
        header = intake.find_header(sheet, tuple(asked.get("header_rows") or ()))
        if header is None:
            raise CannotRead(
                "no_header",
                Text("找不到表头", "no header was found"),
                Text("第一行写列名", "Name the columns in the first row"),
            )
        mapping = intake.propose(sheet, header, remembered or None, str(asked.get("table", "")))
        told["sheets"][book.sheets.index(sheet)]["first"] = _first(sheet, header)
        return {**told, "sheet": sheet.name, "header": _header(header), "mapping": _mapping(mapping, header)}


def _first(sheet: intake.Sheet, header: intake.Header) -> list[list[Any]]:
    """The first lines, to recognise the columns by; what is never read into the system is not kept here either."""
    secret = {
        i for i, name in enumerate(header.names) if any(one.table in ("!person", "!statistic") for one in meant(name))
    }
    return [
        [line.number, ["" if i in secret and line.number >= header.first_row else _text(c) for i, c in enumerate(line.cells[:60])]]
        for line in sheet.rows[:FIRST_LINES]
    ]  # fmt: skip


def _note(note: intake.Note) -> dict[str, Any]:
    return rules.note(note.text, sheet=note.sheet, row=note.row)


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    return "" if cell is None else str(cell)[:60]


def _header(header: intake.Header) -> dict[str, Any]:
    return {
        "rows": list(header.rows), "names": list(header.names), "first_row": header.first_row, "last_row": header.last_row,
        "title": header.title, "notes": [_note(n) for n in header.notes],
    }  # fmt: skip


def _mapping(mapping: intake.ColumnMap | None, header: intake.Header) -> dict[str, Any]:
    if mapping is None:
        return {"table": "", "columns": {}, "constants": {}, "others": {}}
    columns = {
        str(i): {"column": p.column, "item": p.item, "score": round(p.score, 2), "zh": p.why.zh, "en": p.why.en}
        for i, p in mapping.columns.items()
    }
    constants = dict(mapping.constants)
    return {"table": mapping.table, "columns": columns, "constants": constants, "others": dict(mapping.others)}


def column_map(mapping: Mapping[str, Any]) -> intake.ColumnMap:
    """A mapping as it is stored, for intake."""
    columns = {
        int(i): intake.Proposal(one["column"], float(one.get("score", 1.0)), Text(one.get("zh", ""), one.get("en", "")), one.get("item", ""))
        for i, one in mapping["columns"].items()
    }  # fmt: skip
    return intake.ColumnMap(mapping["table"], columns, mapping.get("constants", {}))


def remembered(mapping: Mapping[str, Any], header: Mapping[str, Any]) -> dict[str, Any]:
    """What is remembered of a mapping: names of the file, not positions; the day is asked anew each time."""
    names = header["names"]
    columns = {names[int(i)]: {"column": c["column"], "item": c.get("item", "")} for i, c in mapping["columns"].items()}
    constants = {name: value for name, value in mapping["constants"].items() if name != "observed_on"}
    return {"table": mapping["table"], "columns": columns, "constants": constants}


def lacking(mapping: Mapping[str, Any]) -> list[Text]:
    """The columns that every row must fill, and neither the file nor a shared value gives; keys are found or made."""
    wanted = [name for name in intake.lacking(column_map(mapping)) if not TABLES[mapping["table"]][name].is_key]
    return [atlas.heading(mapping["table"], name) for name in wanted]


def rows_of_file(path: Path, name: str, asked: Mapping[str, Any], *, watch: "Watch") -> Content:
    """The rows of a file as rows of tables, what of it cannot be taken, and what was changed on the way."""
    with intake.open_file(path, name=name, cancel=watch.cancelled, progress=watch.part(0, 30)) as book:
        if _is_package(book):
            return _package_rows(path, ".zip" if book.kind == "package" else ".xlsx")
        sheet = book.sheet(str(asked.get("sheet", "")))
        header = intake.find_header(sheet, tuple(asked.get("header_rows") or ()))
        assert header is not None  # it was found when the file was read
        mapping = column_map(asked)
        converted = intake.convert(sheet, header, mapping, progress=watch.part(30, 50))
        rows = [FileRow(row.number, mapping.table, dict(row.values)) for row in converted.rows]
        lost: dict[int, Told] = {}
        for one in converted.rejected:
            verdict = "rejected" if one.whole else "cell"
            told = lost.setdefault(one.number, Told(one.number, mapping.table, "", verdict))
            told.verdict = "rejected" if one.whole else told.verdict
            told.reasons.append(rules.reason(one.column, one.value, one.code, one.reason))
        return Content(rows, list(lost.values()), [_note(one) for one in converted.notes])


def _is_package(book: intake.Book) -> bool:
    """A package, or the workbook of a whole chain, which has a sheet 产业链 beside those of its tables."""
    return book.kind == "package" or (
        book.kind == "xlsx" and any(table_name(sheet.name) == "chain" for sheet in book.sheets)
    )


def _package_rows(path: Path, ending: str) -> Content:
    try:
        package = read_chain(path.rename(path.with_suffix(ending)))
    except DataError as error:
        raise CannotRead("package", error.text) from error
    rows = []
    for table, found in atlas.from_package(package).items():
        numbers = package.rows_of(table, range(len(found)))
        rows += [FileRow(int(n), table, atlas.told(row)) for n, row in zip(numbers, found, strict=True)]
    return Content(rows, _lost(package), _noted(package))


def _lost(package: atlas.Package) -> list[Told]:
    """What of a package could not be read, cell by cell and in the words of the package's own check; what stood there stays."""
    lost: dict[tuple[str, int], Told] = {}
    for batch in package.reading:
        if batch.severity != "error":
            continue
        for one in batch:
            table, number = one.table or "chain", one.row or 0
            told = lost.setdefault((table, number), Told(number, table, "", "cell" if number else "rejected"))
            column = atlas.heading(table, one.column) if one.column in TABLES[table].names else one.column or one.file
            said = Text(f"{one.message.zh}。{one.remedy.zh}", f"{one.message.en}. {one.remedy.en}")
            told.reasons.append(rules.reason(column, one.value, one.code, said))
    return list(lost.values())


def _noted(package: atlas.Package) -> list[dict[str, Any]]:
    """What else the reading told: columns and files that are not known, comments, units taken for granted. One note a kind and column."""
    noted = []
    for batch in package.reading:
        if batch.severity == "error":
            continue
        one = next(iter(batch))
        several = Text(f"（共 {len(batch)} 处）", f" ({len(batch)} places)") if len(batch) > 1 else Text("", "")
        told = (one.message.zh + several.zh, one.message.en + several.en)
        said = Text(f"{told[0]}。{one.remedy.zh}", f"{told[1]}. {one.remedy.en}")
        noted.append(rules.note(said, sheet=one.file, row=one.row))
    return noted


def results(path: Path, name: str, asked: Mapping[str, Any], said: Mapping[str, Mapping[int, Text]], language: str) -> tuple[bytes, str]:  # fmt: skip
    """The user's own file with a column 结果, and the ending of its name; ``said`` by table and row."""
    with intake.open_file(path, name=name) as book:
        if _is_package(book):
            ending = ".zip" if book.kind == "package" else ".xlsx"
            return intake.package_with_results(path.rename(path.with_suffix(ending)), said, language), ending
        sheet = book.sheet(str(asked.get("sheet", "")))
        header = intake.find_header(sheet, tuple(asked.get("header_rows") or ()))
        assert header is not None
        return intake.with_results(path, sheet, header, said[asked["table"]], language), intake.suffix_of_results(path)
