"""Excel workbooks (工作簿) in: checked from outside, then read in a limited process.

Order: size, zip directory, a streamed look at every cell reference, and only then the reader, in a child process.
"""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO
from xml.etree import ElementTree

from lianban.chain.archive import DAMAGE, checked_zip
from lianban.chain.findings import Batch
from lianban.chain.grids import Grid, Unreadable
from lianban.chain.headers import table_name

CHILD = Path(__file__).with_name("excel_child.py")
MOST_CELLS = 10_000_000  # cells of the rectangle from A1 to the last cell: the reader makes room for all of them
SECONDS = 180
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"([^>]*)>')
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,7})"')
_ERROR = re.compile(rb'\bt="e"')
_UNCOMPUTED = re.compile(
    rb'r="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)


def read_workbook(path: Path, label: str) -> tuple[list[Grid], list[Batch]]:
    """Read the sheets named after tables; other sheets are left alone, so people may keep notes there.

    Raises
    ------
    Unreadable
        Not a workbook, protected by a password, broken, or too large for what it can hold.
    """
    _is_workbook(path, label)
    with checked_zip(path, label) as book:
        sheets, from_1904 = _sheets(book, label)
        wanted = {name: part for name, part in sheets.items() if table_name(name)}
        grids = {
            name: Grid(f"{label} [{name}]", name, [], [], from_1904, _look_over(book, part, f"{label} [{name}]"))
            for name, part in wanted.items()
        }
    told = [
        Batch("unknown_file", file=label, values=[name], facts={"guess": _sheet_advice()})
        for name in sheets
        if name not in wanted
    ]
    for answer in _read_in_child(path, label, list(wanted)):
        grid = grids[answer["sheet"]]
        grid.rows = answer["rows"]
        grid.numbers = list(range(1, len(grid.rows) + 1))
        if answer["covered"]:
            rows = sorted({r + 1 for r, _ in answer["covered"]})
            grid.batches.append(Batch("merged_cells", file=grid.label, rows=rows, values=[""] * len(rows)))
    return list(grids.values()), told


def _sheet_advice() -> Any:
    from lianban.rulebook.text import Text

    return Text("无需处理；要读入请改用表名", "Nothing to do; to have it read name it after a table")


def _is_workbook(path: Path, label: str) -> None:
    with path.open("rb") as file:
        head = file.read(512)
        if head.startswith(OLE):
            rest = head + file.read(1 << 20)
            if "EncryptedPackage".encode("utf-16-le") in rest:
                raise Unreadable(
                    label,
                    "工作簿有密码保护",
                    "the workbook is protected by a password",
                    "在表格软件里去掉密码后再试",
                    "Remove the password in the spreadsheet program",
                )
            raise Unreadable(
                label,
                "这是旧格式 .xls 文件",
                "it is a file of the old .xls format",
                "在表格软件里另存为 .xlsx",
                "Save it as .xlsx in the spreadsheet program",
            )
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"mime-version")):
        raise Unreadable(
            label,
            "内容其实是网页（HTML 或 XML），不是工作簿",
            "it is really a web page (HTML or XML), not a workbook",
            "用表格软件打开后另存为 .xlsx",
            "Open it in the spreadsheet program and save it as .xlsx",
        )
    if not head.startswith(b"PK"):
        raise Unreadable(
            label, "不是 .xlsx 工作簿", "it is not an .xlsx workbook", "另存为 .xlsx 后再试", "Save it as .xlsx"
        )


def _sheets(book: zipfile.ZipFile, label: str) -> tuple[dict[str, str], bool]:
    """Return sheet name → part, and whether days are counted from 1904."""
    try:
        tree = ElementTree.fromstring(_small(book, "xl/workbook.xml", label))
        links = ElementTree.fromstring(_small(book, "xl/_rels/workbook.xml.rels", label))
    except (KeyError, ElementTree.ParseError, *DAMAGE):
        raise Unreadable(label, "不是完整的 .xlsx 工作簿", "it is no complete .xlsx workbook") from None
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    sheets, from_1904 = {}, False
    for element in tree.iter():
        kind = element.tag.rpartition("}")[2]
        if kind == "workbookPr":
            from_1904 = element.get("date1904", "0") in ("1", "true")
        if kind == "sheet":
            linked = next((v for k, v in element.attrib.items() if k.endswith("}id")), None)
            target = targets.get(linked, "")
            part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
            sheets[str(element.get("name"))] = part
    return sheets, from_1904


def _small(book: zipfile.ZipFile, part: str, label: str) -> bytes:
    if book.getinfo(part).file_size > 4 << 20:
        raise Unreadable(label, f"{part} 异常大", f"{part} is abnormally large")
    data = book.read(part)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Unreadable(label, "含有实体声明，可能有害", "it declares XML entities and may be harmful")
    return data


def _look_over(book: zipfile.ZipFile, part: str, label: str) -> list[Batch]:
    """Look at every cell reference of a sheet without building it; tell error cells and formulas never computed."""
    try:
        info = book.getinfo(part)
    except KeyError:
        raise Unreadable(label, "工作表缺失", "the sheet is missing in the file") from None
    last_row = last_column = 0
    errors: list[int] = []
    uncomputed: list[int] = []
    try:
        with book.open(info) as stream:
            for text in _pieces(stream):
                for found in _CELL.finditer(text):
                    last_column = max(last_column, _column_number(found[1]))
                    last_row = max(last_row, int(found[2]))
                    if last_row * last_column > MOST_CELLS:
                        raise _too_wide(label, found[1].decode() + found[2].decode())
                    if _ERROR.search(found[3]):
                        errors.append(int(found[2]))
                for found in _ROW.finditer(text):
                    if int(found[1]) > 1_048_576:
                        raise _too_wide(label, f"A{int(found[1])}")
                uncomputed += [int(re.sub(rb"\D", b"", found[1])) for found in _UNCOMPUTED.finditer(text)]
    except DAMAGE:
        raise Unreadable(label, "文件不完整或已损坏", "the file is incomplete or damaged") from None
    told = []
    for code, rows in (("error_cell", errors), ("formula_without_value", uncomputed)):
        if rows:
            told.append(Batch(code, file=label, rows=sorted(rows), values=[""] * len(rows)))
    return told


def _pieces(stream: BinaryIO | Any, size: int = 1 << 20) -> Iterator[bytes]:
    """Yield a stream in pieces cut at the end of a cell or row, so that no reference is cut in two."""
    rest = b""
    while data := stream.read(size):
        data = rest + data
        cut = max(data.rfind(b"</c>") + 4, data.rfind(b"/>") + 2)
        if cut < 4 or len(data) - cut > 64 * size:
            cut = len(data)
        yield data[:cut]
        rest = data[cut:]
    yield rest


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_wide(label: str, cell: str) -> Unreadable:
    return Unreadable(
        label,
        f"单元格 {cell} 离数据太远，整张表会占满内存",
        f"cell {cell} lies so far out that the sheet would fill the memory",
        "删去数据右边和下边的空行空列后保存",
        "Delete the empty rows and columns beyond the data and save",
    )


def _read_in_child(path: Path, label: str, sheets: list[str]) -> list[dict[str, Any]]:
    if not sheets:
        return []
    command = [sys.executable, "-I", "-X", "utf8", str(CHILD), str(path), json.dumps(sheets)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        raise Unreadable(label, f"读取超过 {SECONDS} 秒", f"reading took more than {SECONDS} seconds") from None
    if done.returncode:
        last = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"])[-1]
        raise Unreadable(label, f"读取失败（{last[:200]}）", f"reading failed ({last[:200]})")
    return [json.loads(line) for line in done.stdout.splitlines()]
