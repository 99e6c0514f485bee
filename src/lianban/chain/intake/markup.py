"""Web pages and XML named .xls (网页表格), in the limited child process: what many government systems call 导出Excel."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.parsers import expat

from lianban.chain.intake.model import CannotRead, Cell, Range
from lianban.chain.intake.sheets import Out, SheetOut, too_long
from lianban.rulebook.text import Text

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)|encoding\s*=\s*[\"']([A-Za-z0-9_-]+)", re.I)
_CHINESE = {"gb2312", "gbk", "gb_2312-80", "x-gbk", "gb18030"}
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


class _TableReader(HTMLParser):
    """Fills sheets from tables: joins what stands in a cell, spreads spans over the grid."""

    def __init__(self, out: Out) -> None:
        super().__init__(convert_charrefs=True)
        self.out = out
        self.sheet: SheetOut | None = None
        self.depth = 0
        self.number = 0
        self.cells: dict[int, Cell] = {}
        self.taken: dict[int, int] = {}  # column → last row that a cell above reaches down to
        self.column = 0
        self.pieces: list[str] | None = None
        self.signs = 0
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIPPED:
            self.skipped += 1
        elif tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.finish()
                self.sheet = self.out.sheet(f"表{len(self.out.sheets) + 1}")
                self.number, self.taken = 0, {}
        elif self.depth != 1 or self.sheet is None:
            return
        elif tag == "tr":
            self._end_row()
            self.number += 1
            self.column = 0
        elif tag in ("td", "th"):
            self._end_cell()
            self._begin_cell(dict(attrs))
        elif tag == "br" and self.pieces is not None:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self.skipped = max(0, self.skipped - 1)
        elif tag == "table" and self.depth:
            if self.depth == 1:
                self._end_row()
            self.depth -= 1
        elif self.depth == 1 and tag in ("td", "th"):
            self._end_cell()
        elif self.depth == 1 and tag == "tr":
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self.pieces is not None and not self.skipped:
            self.signs += len(data)
            if self.signs > self.out.limits.signs:
                raise too_long(f"第 {self.number} 行", self.out.limits)
            self.pieces.append(data)

    def _begin_cell(self, given: dict[str, str | None]) -> None:
        if self.number == 0:
            self.number = 1
        while self.taken.get(self.column, 0) >= self.number:
            self.column += 1
        across, down = _span(given.get("colspan")), _span(given.get("rowspan"))
        if across > 1 or down > 1:
            assert self.sheet is not None
            self.sheet.merge(Range(self.number, self.column, self.number + down - 1, self.column + across - 1))
        for column in range(self.column, self.column + across):
            self.taken[column] = self.number + down - 1
        self.here = self.column
        self.column += across
        self.pieces, self.signs = [], 0

    def _end_cell(self) -> None:
        if self.pieces is not None:
            text = re.sub(r"[ \t\r\n\xa0]*\n[ \t\r\n\xa0]*|[ \t\r\xa0]+", _space, "".join(self.pieces)).strip()
            if text:
                self.cells[self.here] = text
            self.pieces = None

    def _end_row(self) -> None:
        self._end_cell()
        if self.cells and self.sheet is not None:
            self.sheet.row(self.number, [self.cells.get(i) for i in range(max(self.cells) + 1)])
        self.cells = {}

    def finish(self) -> None:
        """Write what is left of a table that was never closed."""
        self._end_row()
        self.sheet = None


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
