"""Workbooks (工作簿) out: rows are streamed into an .xlsx; 100,000 rows cost seconds and little memory.

There is no code here that writes a formula: a cell is a number, a day, or a text that stays text, also when somebody
edits it (quote prefix). The same rows make the same file, byte for byte.
"""

import re
import zipfile
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from lianban.files.plain import clean, plain, risky

MOST_SIGNS = 32_767  # of one cell
MOST_ROWS = 1_048_576
LONG_AGO = (1980, 1, 1, 0, 0, 0)
CUT = "…（超出单元格长度，已截断）"

# Places in the list of looks below.
BODY, QUOTED, DAY, MOMENT, HEAD, LABEL = range(6)
LOOKS = {"body": BODY, "head": HEAD, "label": LABEL}
_ZERO_DAY = date(1899, 12, 30).toordinal()
_LITERAL = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # _x0041_ in a workbook means A
_BAD_NAME = re.compile(r"[\\/*?:\[\]]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_WRAP = '<alignment vertical="top" wrapText="1"/>'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE3F0F2"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="6">'
    f'<xf applyAlignment="1">{_WRAP}</xf><xf quotePrefix="1" applyAlignment="1">{_WRAP}</xf>'
    f'<xf numFmtId="164" applyNumberFormat="1" applyAlignment="1">{_WRAP}</xf>'
    f'<xf numFmtId="165" applyNumberFormat="1" applyAlignment="1">{_WRAP}</xf>'
    f'<xf fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1">{_WRAP}</xf>'
    '<xf fontId="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class Workbook:
    """A workbook (工作簿) being written; use ``with``, one sheet after the other.

    >>> with Workbook("list.xlsx") as book, book.sheet("产品", widths=[20, 12], freeze=(1, 0)) as sheet:
    ...     sheet.row(["产品", "年产值（万元）"], "head")
    ...     sheet.row(["滤膜", 12.5])
    """

    def __init__(self, target: Any) -> None:
        self._zip = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4)
        self._names: list[str] = []

    def __enter__(self) -> "Workbook":
        return self

    def __exit__(self, kind: Any, *rest: Any) -> None:
        if kind is None:
            self._finish()
        self._zip.close()

    @contextmanager
    def sheet(self, name: str, *, widths: Sequence[float] = (), freeze: tuple[int, int] = (0, 0)) -> Any:
        """Open a sheet; ``freeze`` keeps so many rows and columns in sight."""
        self._names.append(self._free(name))
        part = f"xl/worksheets/sheet{len(self._names)}.xml"
        with self._zip.open(part, "w", force_zip64=True) as out:
            sheet = Sheet(out, widths, freeze)
            yield sheet
            sheet.close()

    def _free(self, name: str) -> str:
        """A name as Excel takes it: 31 signs, none of []*?:/\\, none twice whatever the case."""
        base = _BAD_NAME.sub(" ", clean(name)).strip().strip("'") or "Sheet"
        taken, made, n = {one.casefold() for one in self._names}, base[:31], 1
        while made.casefold() in taken:
            n += 1
            made = f"{base[: 31 - len(str(n)) - 1]}~{n}"
        return made

    def _finish(self) -> None:
        if not self._names:
            with self.sheet("Sheet"):
                pass
        numbers = range(1, len(self._names) + 1)
        sheets = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(numbers, self._names, strict=True)
        )  # fmt: skip
        links = "".join(_link(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
        types = "".join(_type(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers)
        relations = "http://schemas.openxmlformats.org/package/2006/relationships"
        for part, text in (
            ("xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>'),
            ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{relations}">{links}{_link(0, "styles", "styles.xml")}</Relationships>'),
            ("_rels/.rels", f'<Relationships xmlns="{relations}">{_link(1, "officeDocument", "xl/workbook.xml")}</Relationships>'),
            ("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
             '<Default Extension="xml" ContentType="application/xml"/>'
             f'{_type("/xl/workbook.xml", "sheet.main")}{_type("/xl/styles.xml", "styles")}{types}</Types>'),
        ):  # fmt: skip
            self._put(part, _XML + text)
        self._put("xl/styles.xml", _STYLES)

    def _put(self, part: str, text: str) -> None:
        self._zip.writestr(zipfile.ZipInfo(part, LONG_AGO), text, zipfile.ZIP_DEFLATED, 4)


class Sheet:
    """One sheet (工作表), row after row."""

    def __init__(self, out: IO[bytes], widths: Sequence[float], freeze: tuple[int, int]) -> None:
        self._out, self._n = out, 0
        self._kept: list[str] = []
        columns = "".join(
            f'<col min="{i}" max="{i}" width="{width:g}" customWidth="1"/>' for i, width in enumerate(widths, 1)
        )
        self._kept.append(
            f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">{_pane(*freeze)}</sheetView>'
            f"</sheetViews>{f'<cols>{columns}</cols>' if columns else ''}<sheetData>"
        )

    def row(self, cells: Iterable[Any], look: str = "body") -> None:
        """Write one row; ``look`` is body, head or label."""
        self._n += 1
        if self._n > MOST_ROWS:
            raise ValueError(f"a sheet holds {MOST_ROWS} rows")
        n, style = self._n, LOOKS[look]
        written = [_cell(f"{letters(i)}{n}", value, style) for i, value in enumerate(cells) if value is not None]
        self._kept.append(f'<row r="{n}">{"".join(written)}</row>')
        if len(self._kept) >= 500:
            self._flush()

    def _flush(self) -> None:
        self._out.write("".join(self._kept).encode("utf-8"))
        self._kept.clear()

    def close(self) -> None:
        self._kept.append("</sheetData></worksheet>")
        self._flush()


def _cell(place: str, value: Any, style: int) -> str:
    if type(value) is str:
        return _text(place, value, style)
    if isinstance(value, datetime):
        moment = value.replace(tzinfo=None)
        seconds = moment.hour * 3600 + moment.minute * 60 + moment.second
        return f'<c r="{place}" s="{MOMENT}"><v>{moment.toordinal() - _ZERO_DAY + seconds / 86400!r}</v></c>'
    if isinstance(value, date):
        if value.year < 1901:  # Excel counts days from 1900 on, and the first year wrongly
            return _text(place, value.isoformat(), style)
        return f'<c r="{place}" s="{DAY}"><v>{value.toordinal() - _ZERO_DAY}</v></c>'
    known = plain(value)
    if known is None:
        return ""
    if isinstance(known, bool):
        return f'<c r="{place}" s="{style}" t="b"><v>{int(known)}</v></c>'
    return _text(place, known, style) if isinstance(known, str) else f'<c r="{place}" s="{style}"><v>{known!r}</v></c>'


def _text(place: str, text: str, style: int) -> str:
    text = _LITERAL.sub("_x005F_", clean(text))
    if len(text) > MOST_SIGNS:
        text = text[: MOST_SIGNS - len(CUT)] + CUT
    if style == BODY and risky(text):
        style = QUOTED
    shown = escape(text, {"\r": "_x000D_"})
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


@cache
def letters(i: int) -> str:
    """The letters of a column counted from 0: A, Z, AA."""
    made, i = "", i + 1
    while i:
        i, rest = divmod(i - 1, 26)
        made = chr(65 + rest) + made
    return made


def width_of(text: str) -> int:
    """Width of a text in Latin letters: a Chinese character takes two."""
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _pane(rows: int, columns: int) -> str:
    if not rows and not columns:
        return ""
    split = (f' xSplit="{columns}"' if columns else "") + (f' ySplit="{rows}"' if rows else "")
    active = "bottomRight" if rows and columns else "bottomLeft" if rows else "topRight"
    return f'<pane{split} topLeftCell="{letters(columns)}{rows + 1}" activePane="{active}" state="frozen"/>'


def _link(n: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'.replace("rId0", "rIdStyles")


def _type(part: str, kind: str) -> str:
    return f'<Override PartName="{part}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.{kind}+xml"/>'
