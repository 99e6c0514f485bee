"""Web pages and XML named .xls (网页表格), in the limited child process: what many government systems call 导出Excel."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.parsers import expat

from lianban.chain.intake.model import CannotRead, Cell, Range
from lianban.chain.intake.sheets import Out, SheetOut, too_far, too_long
from lianban.rulebook.text import Text

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)|encoding\s*=\s*[\"']([A-Za-z0-9_-]+)", re.I)
_CHINESE = {"gb2312", "gbk", "gb_2312-80", "x-gbk", "gb18030"}
MOST_DEEP = 20
SKIPPED = ("style", "script", "head", "title")


def read_html(path: Path, out: Out) -> None:
    """Read every table of a web page as a sheet."""
    reader = _TableReader(out)
    text = _decoded(path.read_bytes())
    for at in range(0, len(text), 1 << 16):
        reader.feed(text[at : at + (1 << 16)])
        out.progress(at / len(text))
    reader.close()
    reader.finish()
    if not out.sheets:
        raise CannotRead("no_table", Text("网页里没有表格", "the web page holds no table"))
    out.note(
        "html_as_xls",
        Text("文件其实是网页（HTML），已读出其中的表格", "It is really a web page (HTML); its tables were read"),
    )


def _decoded(data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return _strict(data, encoding)
    found = _CHARSET.search(data[:4096])
    said = (found[1] or found[2]).decode("ascii").lower() if found else ""
    tried = ["gb18030", "utf-8"] if said in _CHINESE else ["utf-8", "gb18030"]
    for encoding in tried:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _strict(data, tried[0])


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise CannotRead(
            "no_text",
            Text(f"第 {row} 行有字节不是 {encoding} 文字", f"row {row} holds bytes that are no {encoding} text"),
        ) from None


@dataclass
class _Table:
    """A table being read; a table inside a cell of another is read on its own."""

    sheet: SheetOut | None = None
    number: int = 0
    column: int = 0
    here: int = 0
    cells: dict[int, Cell] = field(default_factory=dict)
    taken: dict[int, int] = field(default_factory=dict)  # column → last row that a cell above reaches down to
    merged: list[Range] = field(default_factory=list)
    pieces: list[str] | None = None
    signs: int = 0


class _TableReader(HTMLParser):
    """Fills sheets from tables: joins what stands in a cell, spreads spans over the grid."""

    def __init__(self, out: Out) -> None:
        super().__init__(convert_charrefs=True)
        self.out = out
        self.open: list[_Table] = []
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self.skipped += 1
        elif tag == "table":
            if len(self.open) >= MOST_DEEP:
                raise CannotRead("too_deep", Text("表格层层嵌套过深", "tables stand too deep in one another"))
            self.open.append(_Table())
        elif not self.open:
            return
        elif tag == "tr":
            self._end_row()
            self.open[-1].number += 1
            self.open[-1].column = 0
        elif tag in ("td", "th"):
            self._end_cell()
            self._begin_cell(self.open[-1], dict(attrs))
        elif tag == "br" and self.open[-1].pieces is not None:
            self.open[-1].pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self.skipped = max(0, self.skipped - 1)
        elif not self.open:
            return
        elif tag == "table":
            self._end_row()
            self.open.pop()
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1].pieces is not None and not self.skipped:
            table = self.open[-1]
            table.signs += len(data)
            if table.signs > self.out.limits.signs:
                raise too_long(f"第 {table.number} 行", self.out.limits)
            table.pieces.append(data)  # type: ignore[union-attr]

    def _begin_cell(self, table: _Table, given: dict[str, str | None]) -> None:
        table.number = max(table.number, 1)
        while table.taken.get(table.column, 0) >= table.number:
            table.column += 1
        across, down = _span(given.get("colspan")), _span(given.get("rowspan"))
        last = table.number + down - 1
        if across > 1 or down > 1:
            table.merged.append(Range(table.number, table.column, last, table.column + across - 1))
        for column in range(table.column, table.column + across):
            table.taken[column] = last
        table.here = table.column
        table.column += across
        table.pieces, table.signs = [], 0
        if table.column > 4 * self.out.limits.columns:
            raise too_far(table.column, table.number, self.out.limits)

    def _end_cell(self) -> None:
        table = self.open[-1]
        if table.pieces is not None:
            text = re.sub(r"[ \t\r\n\xa0]*\n[ \t\r\n\xa0]*|[ \t\r\xa0]+", _space, "".join(table.pieces)).strip()
            if text:
                table.cells[table.here] = text
            table.pieces = None

    def _end_row(self) -> None:
        self._end_cell()
        table = self.open[-1]
        if table.cells:
            if table.sheet is None:
                table.sheet = self.out.sheet(f"表{len(self.out.sheets) + 1}")
            for one in table.merged:
                table.sheet.merge(one)
            table.merged = []
            table.sheet.row(table.number, [table.cells.get(i) for i in range(max(table.cells) + 1)])
        table.cells = {}

    def finish(self) -> None:
        """Write what is left of tables that were never closed."""
        while self.open:
            self._end_row()
            self.open.pop()


def _space(found: re.Match[str]) -> str:
    return "\n" if "\n" in found[0] else " "


def _span(text: str | None) -> int:
    return min(max(int(text), 1), 2_000) if text and text.strip().isdigit() and len(text) < 7 else 1


def read_spreadsheet_xml(path: Path, out: Out) -> None:
    """Read XML Spreadsheet 2003 (Workbook, Worksheet, Table, Row, Cell, Data)."""
    reader = _XmlReader(out)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        with path.open("rb") as file:
            while data := file.read(1 << 18):
                parser.Parse(data, False)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise CannotRead(
            "damaged", Text(f"第 {error.lineno} 行不是完整的 XML", f"line {error.lineno} is no complete XML")
        ) from None
    if not out.sheets:
        raise CannotRead("no_table", Text("XML 里没有工作表", "the XML holds no sheet"))
    out.note("xml_as_xls", Text("文件是 XML 表格（2003），已读出", "It is an XML spreadsheet (2003) and was read"))


class _XmlReader:
    def __init__(self, out: Out) -> None:
        self.out = out
        self.sheet: SheetOut | None = None
        self.number = self.column = self.signs = 0
        self.cells: dict[int, Cell] = {}
        self.kind = ""
        self.pieces: list[str] | None = None

    def refuse(self, *_: Any) -> None:
        raise CannotRead("entities", Text("含有实体声明，可能有害", "it declares XML entities and may be harmful"))

    def start(self, name: str, given: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        plain = {key.rpartition(":")[2]: value for key, value in given.items()}
        if kind == "Worksheet":
            self.sheet = self.out.sheet(plain.get("Name", ""))
            self.number = 0
        elif kind == "Row":
            self.number = _index(plain.get("Index"), self.number + 1)
            self.column, self.cells = 0, {}
        elif kind == "Cell":
            self.column = _index(plain.get("Index"), self.column + 1)
            across, down = _index(plain.get("MergeAcross"), 0), _index(plain.get("MergeDown"), 0)
            if (across or down) and self.sheet is not None:
                left = self.column - 1
                self.sheet.merge(Range(self.number, left, self.number + down, left + across))
            self.across = across
        elif kind == "Data":
            self.kind, self.pieces, self.signs = plain.get("Type", "String"), [], 0

    def characters(self, data: str) -> None:
        if self.pieces is not None:
            self.signs += len(data)
            if self.signs > self.out.limits.signs:
                raise too_long(f"第 {self.number} 行", self.out.limits)
            self.pieces.append(data)

    def end(self, name: str) -> None:
        kind = name.rpartition(":")[2]
        if kind == "Data" and self.pieces is not None:
            value = _typed("".join(self.pieces), self.kind)
            if value is not None:
                self.cells[self.column - 1] = value
            self.pieces = None
        elif kind == "Cell":
            self.column += self.across
        elif kind == "Row" and self.cells and self.sheet is not None:
            self.sheet.row(self.number, [self.cells.get(i) for i in range(max(self.cells) + 1)])


def _index(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdigit() and len(text) < 8 else otherwise


def _typed(text: str, kind: str) -> Cell:
    from lianban.chain.intake.xlsx import iso

    if not text.strip():
        return None
    if kind == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    if kind == "Boolean":
        return text.strip() == "1"
    return iso(text.strip()) if kind == "DateTime" else text
