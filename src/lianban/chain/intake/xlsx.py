"""Workbooks of today (.xlsx, .xlsm): read as a stream, cell by cell, so that an empty million rows costs nothing.

Runs in the limited child process. No formula is computed, no macro run, no link followed, no entity expanded.
"""

import re
import zipfile
from collections.abc import Callable
from datetime import datetime, time
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat

from lianban.chain.intake import styles
from lianban.chain.intake.model import CannotRead, Cell, Limits, Range
from lianban.chain.intake.sheets import Out, SheetOut, column_letters, column_of, too_far, too_long
from lianban.rulebook.text import Text

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
SMALL = 16 << 20  # workbook.xml, relations, styles
PIECE = 1 << 18

Attributes = dict[str, str]
Progress = Callable[[float], None]


def read(book: zipfile.ZipFile, out: Out) -> None:
    """Read every sheet of a workbook."""
    date1904, sheets = contents(book)
    names = set(book.namelist())
    if any(name.endswith("vbaProject.bin") for name in names):
        out.note("macros", Text("文件含宏；宏没有运行", "The file has macros; they were not run"))
    if any("/externalLinks/" in name for name in names):
        out.note(
            "external_links",
            Text("文件引用别的工作簿；没有去读，用的是文件里存的值", "The file refers to other workbooks; they were not read, stored values are used"),
        )  # fmt: skip
    formats = _formats(book) if "xl/styles.xml" in names else []
    texts = _texts(book, out.limits)
    total = sum(book.getinfo(part).file_size for _, part, _ in sheets if part in names) or 1
    done = 0
    for name, part, hidden in sheets:
        if part not in names:
            raise CannotRead(
                "sheet_missing", Text(f"工作表“{name}”在文件里缺失", f"sheet “{name}” is missing in the file")
            )
        sheet = out.sheet(name, hidden=hidden, date1904=date1904)
        _SheetReader(sheet, texts, formats, out.limits).read(book, part, _progress(out, done, total))
        done += book.getinfo(part).file_size


def _progress(out: Out, before: int, total: int) -> Progress:
    return lambda n: out.progress((before + n) / total)


def _parse(
    book: zipfile.ZipFile, part: str, parser: Any, most: int | None = None, told: Progress | None = None
) -> None:
    """Feed one member to a parser piece by piece; refuse entity declarations."""
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_entities
    done = 0
    try:
        with book.open(part) as stream:
            while data := stream.read(PIECE):
                done += len(data)
                if most is not None and done > most:
                    raise CannotRead("part_too_large", Text(f"{part} 异常大", f"{part} is abnormally large"))
                parser.Parse(data, False)
                if told is not None:
                    told(done)
            parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise CannotRead(
            "damaged",
            Text(f"{part} 第 {error.lineno} 行不是完整的 XML", f"{part} is no complete XML at line {error.lineno}"),
        ) from None


def _refuse_entities(*_: Any) -> None:
    raise CannotRead("entities", Text("含有实体声明，可能有害", "it declares XML entities and may be harmful"))


def _plain(name: str) -> str:
    return name.rpartition(":")[2]


def contents(book: zipfile.ZipFile) -> tuple[bool, list[tuple[str, str, bool]]]:
    """Return whether days are counted from 1904, and name, member and hiddenness of every worksheet."""
    main = _main_part(book)
    folder = PurePosixPath(main).parent
    targets = _relations(book, str(folder / "_rels" / (PurePosixPath(main).name + ".rels")), folder)
    state: dict[str, Any] = {"date1904": False, "sheets": []}

    def start(name: str, given: Attributes) -> None:
        if _plain(name) == "workbookPr":
            state["date1904"] = given.get("date1904", "0") in ("1", "true", "on")
        elif _plain(name) == "sheet":
            linked = next((v for k, v in given.items() if k.endswith(":id")), "")
            kind, target = targets.get(linked, ("", ""))
            if kind in ("worksheet", ""):
                state["sheets"].append((given.get("name", ""), target, given.get("state", "visible") != "visible"))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    _parse(book, main, parser, SMALL)
    return state["date1904"], state["sheets"]


def _main_part(book: zipfile.ZipFile) -> str:
    if "_rels/.rels" in book.NameToInfo:
        for kind, target in _relations(book, "_rels/.rels", PurePosixPath("")).values():
            if kind == "officeDocument" and target in book.NameToInfo:
                return target
    if "xl/workbook.xml" in book.NameToInfo:
        return "xl/workbook.xml"
    raise CannotRead("damaged", Text("不是完整的 .xlsx 工作簿", "it is no complete .xlsx workbook"))


def _relations(book: zipfile.ZipFile, part: str, folder: PurePosixPath) -> dict[str, tuple[str, str]]:
    """Return id → (kind, member) of a relations part; links that lead out of the file are left out."""
    found: dict[str, tuple[str, str]] = {}

    def start(name: str, given: Attributes) -> None:
        if _plain(name) == "Relationship" and given.get("TargetMode") != "External":
            target = given.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else str(folder / target)
            parts: list[str] = []
            for one in PurePosixPath(path).parts:
                if one == "..":
                    del parts[-1:]
                else:
                    parts.append(one)
            found[given.get("Id", "")] = (given.get("Type", "").rpartition("/")[2], "/".join(parts))

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    if part not in book.NameToInfo:
        raise CannotRead("damaged", Text("不是完整的 .xlsx 工作簿", "it is no complete .xlsx workbook"))
    _parse(book, part, parser, SMALL)
    return found


def _formats(book: zipfile.ZipFile) -> list[str]:
    """Return for every cell style whether it shows days or percentages."""
    own: dict[int, str] = {}
    used: list[int] = []
    inside = [False]

    def start(name: str, given: Attributes) -> None:
        kind = _plain(name)
        if kind == "numFmt" and given.get("numFmtId", "").isdigit():
            own[int(given["numFmtId"])] = given.get("formatCode", "")
        elif kind == "cellXfs":
            inside[0] = True
        elif kind == "xf" and inside[0]:
            number = given.get("numFmtId", "0")
            used.append(int(number) if number.isdigit() else 0)

    def end(name: str) -> None:
        if _plain(name) == "cellXfs":
            inside[0] = False

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    _parse(book, "xl/styles.xml", parser, SMALL)
    return [styles.kind_of(number, own.get(number)) for number in used]


def _texts(book: zipfile.ZipFile, limits: Limits) -> list[str]:
    """Return the shared texts; readings above the characters (ruby) are not part of a text."""
    part = next((name for name in book.namelist() if name.lower() == "xl/sharedstrings.xml"), None)
    if part is None:
        return []
    texts: list[str] = []
    pieces: list[str] = []
    state = {"take": False, "ruby": 0, "signs": 0}

    def start(name: str, given: Attributes) -> None:
        kind = _plain(name)
        if kind == "t":
            state["take"] = not state["ruby"]
        elif kind == "rPh":
            state["ruby"] += 1
        elif kind == "si":
            pieces.clear()
            state["signs"] = 0

    def end(name: str) -> None:
        kind = _plain(name)
        if kind == "t":
            state["take"] = False
        elif kind == "rPh":
            state["ruby"] -= 1
        elif kind == "si":
            texts.append(_unescaped("".join(pieces)))

    def characters(data: str) -> None:
        if state["take"]:
            state["signs"] += len(data)
            if state["signs"] > limits.signs:
                raise too_long("一个单元格", limits)
            pieces.append(data)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    _parse(book, part, parser)
    return texts


def _unescaped(text: str) -> str:
    """Undo _x000D_, which writes what XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _SheetReader:
    """Reads one sheet: the parser's three calls fill a row, and every finished row is written out."""

    def __init__(self, sheet: SheetOut, texts: list[str], formats: list[str], limits: Limits) -> None:
        self.sheet, self.texts, self.formats, self.limits = sheet, texts, formats, limits
        self.number = 0
        self.column = -1
        self.cells: dict[int, Cell] = {}
        self.pieces: list[str] = []
        self.signs = 0
        self.take = False
        self.ruby = False
        self.kind = self.style = ""
        self.formula = self.valued = False

    def read(self, book: zipfile.ZipFile, part: str, told: Progress) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        _parse(book, part, parser, told=told)

    def start(self, name: str, given: Attributes) -> None:
        if ":" in name:
            name = _plain(name)
        if name == "c":
            self._begin_cell(given)
        elif name == "v":
            self.take = self.valued = True
        elif name == "f":
            self.formula = True
        elif name == "row":
            number = given.get("r", "")
            self.number = int(number) if number.isdigit() else self.number + 1
            self.column = -1
            if given.get("hidden") in ("1", "true"):
                self.sheet.noticed("hidden_row", self.number)
        elif name == "t":
            self.take = self.valued = not self.ruby
        elif name == "rPh":
            self.ruby = True
        elif name == "mergeCell":
            self._merge(given.get("ref", ""))

    def _begin_cell(self, given: Attributes) -> None:
        found = _REFERENCE.fullmatch(given.get("r", ""))
        if found:
            self.column = column_of(found[1])
            if int(found[2]) != self.number:
                self.number = int(found[2]) if not self.cells else self.number
        else:
            self.column += 1
        self.kind = given.get("t", "n")
        self.style = given.get("s", "")
        self.pieces.clear()
        self.signs = 0
        self.formula = self.valued = False

    def characters(self, data: str) -> None:
        if self.take:
            self.signs += len(data)
            if self.signs > self.limits.signs:
                raise too_long(f"单元格 {column_letters(self.column)}{self.number} ", self.limits)
            self.pieces.append(data)

    def end(self, name: str) -> None:
        if ":" in name:
            name = _plain(name)
        if name in ("v", "t"):
            self.take = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self.ruby = False

    def _end_cell(self) -> None:
        text = "".join(self.pieces)
        if self.formula and not text and self.kind != "str":
            self._unread("formula_without_value")
            return
        if not text:
            return
        if self.kind == "e":
            self._unread("error_cell")
            return
        value = self._value(text)
        if value is None:
            return
        if self.column >= self.limits.columns or self.number > self.limits.rows:
            raise too_far(self.column, self.number, self.limits)
        self.cells[self.column] = value

    def _unread(self, code: str) -> None:
        """Tell of a cell that holds something which cannot be read; it still takes its place."""
        self.sheet.noticed(code, self.number)
        self.sheet.width = max(self.sheet.width, min(self.column + 1, self.limits.columns))

    def _value(self, text: str) -> Cell:
        if self.kind == "s":
            at = int(text) if text.strip().isdigit() else -1
            if not 0 <= at < len(self.texts):
                raise CannotRead("damaged", Text("单元格指向不存在的文字", "a cell points to a text that is not there"))
            text = self.texts[at]
            return text if text.strip() else None
        if self.kind in ("str", "inlineStr"):
            text = _unescaped(text)
            return text if text.strip() else None
        if self.kind == "b":
            return text.strip() in ("1", "true")
        if self.kind == "d":
            return iso(text.strip())
        return self._number(text.strip())

    def _number(self, text: str) -> Cell:
        try:
            number = float(text)
        except ValueError:
            return text or None
        if number != number or number in (float("inf"), float("-inf")):
            return text
        style = int(self.style) if self.style.isdigit() else 0
        kind = self.formats[style] if style < len(self.formats) else ""
        return styles.shown(number, kind, self.sheet.date1904) if kind else number

    def _end_row(self) -> None:
        if self.cells:
            width = max(self.cells) + 1
            self.sheet.row(self.number, [self.cells.get(i) for i in range(width)])
            self.cells.clear()

    def _merge(self, reference: str) -> None:
        ends = [_REFERENCE.fullmatch(one) for one in reference.split(":")]
        if len(ends) == 2 and ends[0] and ends[1]:
            (left, top), (right, bottom) = ((column_of(one[1]), int(one[2])) for one in ends if one)
            self.sheet.merge(Range(top, left, bottom, right))


def iso(text: str) -> Cell:
    """Return a day or a time written as 2024-05-31T00:00:00."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)
    except ValueError:
        return text or None
    return found.date() if found.time() == time() else found
