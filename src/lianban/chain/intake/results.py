"""The user's own file back with a column 结果: what became of each row.

A workbook keeps everything it had (styles, other sheets, notes): only cells are added to the one sheet that was read,
in a stream. Other kinds come back as CSV with a byte-order mark; no cell of it can become a formula.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from xml.sax.saxutils import escape

from lianban.chain.guard import guard
from lianban.chain.intake import kinds, xlsx
from lianban.chain.intake.model import CannotRead, Header, Limits, Sheet
from lianban.chain.intake.sheets import column_letters, column_of
from lianban.chain.intake.values import shown
from lianban.rulebook.text import Text

TITLE = Text("结果", "Result")
# A whole cell with its column, or the beginning or end of a row; an empty row (<row r="5"/>) stays as it is.
_TOKEN = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br\s*=\s*[\"'](?P<column>[A-Z]{1,3})\d+[\"'][^>]*?(?:/>|>.*?</(?:\w+:)?c>)"
    rb"|<(?P<closing>/?)(?P<prefix>(?:\w+:)?)row\b(?P<given>[^<>]*?)(?<!/)>",
    re.S,
)
_NUMBER = re.compile(rb"\br\s*=\s*[\"'](\d+)[\"']")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
PIECE = 1 << 18


def with_results(path: Path, sheet: Sheet, header: Header, results: Mapping[int, Text], language: str = "zh") -> bytes:
    """Return the file with the results (see ``lianban.chain.intake.with_results``)."""
    said = {number: text.in_(language) for number, text in results.items()}
    for number, why in header.left_out.items():
        unread = Text(f"未读：{why.zh}", f"Not read: {why.en}")
        said.setdefault(number, unread.in_(language))
    said[header.rows[-1]] = TITLE.in_(language)
    if suffix_of_results(path) == ".csv":
        return _csv(sheet, said)
    with TemporaryFile() as file:
        write_workbook(path, {sheet.name: (sheet.width, said)}, file)
        file.seek(0)
        return file.read()


def suffix_of_results(path: Path) -> str:
    """Return the ending of the name under which ``with_results`` gives a file back."""
    return ".xlsx" if kinds.kind_of(path, Limits()) == "xlsx" else ".csv"


def _csv(sheet: Sheet, said: Mapping[int, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    last = 0
    for line in sheet.rows:
        for _ in range(line.number - last - 1):
            writer.writerow([])  # rows keep their numbers
        last = line.number
        cells = [guard(shown(cell)) for cell in line.cells]
        if line.number in said:
            cells += [""] * (sheet.width - len(cells)) + [guard(said[line.number])]
        writer.writerow(cells)
    return text.getvalue().encode("utf-8-sig")


def write_workbook(path: Path, said: Mapping[str, tuple[int, Mapping[int, str]]], target: IO[bytes]) -> None:
    """Write a workbook again with one more cell in rows of some sheets; ``said`` has their width and texts by row."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        parts = {part: said[name] for name, part, _ in xlsx.contents(book)[1] if name in said}
        if len(parts) < len(said):
            raise CannotRead("sheet_missing", Text("工作表不在文件里了", "the sheet is no longer in the file"))
        for member in book.infolist():
            with book.open(member) as source, copy.open(member.filename, "w") as written:
                added = parts.get(member.filename)
                for piece in _with_cells(source, *added) if added else _pieces(source):
                    written.write(piece)


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while data := source.read(PIECE):
        yield data


def _with_cells(source: IO[bytes], width: int, said: Mapping[int, str]) -> Iterator[bytes]:
    """Yield a sheet's XML with one more cell at the end of every row that has something to say.

    Cells at or beyond that place hold nothing but a style (``width`` counts all others) and are dropped.
    """
    letters = column_letters(width).encode()
    number = 0

    def changed(found: re.Match[bytes]) -> bytes:
        nonlocal number
        if found["column"]:
            return b"" if column_of(found["column"].decode()) >= width else found[0]
        if not found["closing"]:
            named = _NUMBER.search(found["given"])
            number = int(named[1]) if named else number + 1
            return found[0]
        return _cell(letters, number, said.get(number, ""), found["prefix"]) + found[0]

    rest = b""
    for data in _pieces(source):
        data = rest + data
        if b"</sheetData>" in data or b":sheetData>" in data:
            yield _TOKEN.sub(changed, data)
            yield from _pieces(source)
            return
        cut = data.rfind(b"<row")
        cut = data.rfind(b":row") - 8 if cut < 0 else cut
        rest = data[max(cut, 0) :]
        yield _TOKEN.sub(changed, data[: max(cut, 0)])
    yield rest


def _cell(letters: bytes, number: int, text: str, prefix: bytes) -> bytes:
    """Return a cell of text, nothing where there is nothing to say."""
    if not text:
        return b""
    inside = escape(_UNWRITABLE.sub("", text)).encode("utf-8")
    opened = b'<%sc r="%s%d" t="inlineStr"><%sis><%st xml:space="preserve">' % (prefix, letters, number, prefix, prefix)
    return opened + inside + b"</%st></%sis></%sc>" % (prefix, prefix, prefix)
