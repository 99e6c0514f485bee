"""Exports (导出): a list as CSV or Excel, saying on top what it is, its class, for whom and when.

Text stays text: a cell that a spreadsheet would take for a formula is guarded, in CSV by an apostrophe (which reading
a package takes off again), in Excel by its type.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.text import Text, say

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")
_BOM = "\ufeff"
_NOT_FILTERS = {"format", "page"}
_YES, _NO = Text("是", "yes"), Text("否", "no")


class Reader(Protocol):
    """Who exports: told by role, never by name."""

    @property
    def reference(self) -> str: ...
    @property
    def title(self) -> Text: ...


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading (with the unit), and where its value comes from (attribute, key or function)."""

    name: Text
    value: str | Callable[[Any], Any]

    def of(self, row: Any) -> Any:
        if callable(self.value):
            return self.value(row)
        return row.get(self.value) if isinstance(row, Mapping) else getattr(row, self.value)


def wanted(request: HttpRequest) -> str:
    """The format asked for in the address, or "" for the page itself."""
    asked = request.GET.get("format", "")
    return asked if asked in FORMATS else ""


def respond(
    request: HttpRequest,
    name: Text,
    columns: Sequence[Column],
    rows: Iterable[Any],
    confidentiality: str,
    actor: Reader,
    *,
    subject: str,
    record: Callable[..., Any],
    filters: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Give the rows as the file asked for, and have it journaled.

    ``record`` is ``journal.services.record``: the journal is above this floor, and an export without an entry is none.
    ``filters`` are the words for the filters in force; by default what the address says.
    """
    kind = wanted(request) or "csv"
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    now = timezone.now()
    told = dict(filters or {k: str(v) for k, v in request.GET.items() if k not in _NOT_FILTERS and v})
    body = [[_plain(column.of(row), language) for column in columns] for row in rows]
    head = _head(name, confidentiality, actor, told, now, len(body), language)
    titles = [say(column.name, language) for column in columns]
    content = _csv(head, titles, body) if kind == "csv" else _xlsx(head, titles, body)
    record(
        "exported",
        subject=subject,
        by=actor,
        at=now,
        facts={"list": name.zh, "format": kind, "rows": len(body), "class": confidentiality, "filters": dict(told)},
    )
    file = f"{say(name, language)}-{timezone.localtime(now):%Y%m%d-%H%M}.{kind}".replace("/", "-")
    response = HttpResponse(content, content_type=FORMATS[kind])
    response["Content-Disposition"] = f"attachment; filename=\"export.{kind}\"; filename*=UTF-8''{quote(file)}"
    return response


def _head(
    name: Text,
    confidentiality: str,
    actor: Reader,
    filters: Mapping[str, str],
    now: datetime,
    n_rows: int,
    language: str,
) -> list[tuple[str, str]]:
    """What stands on top of every export."""
    english = language.startswith("en")
    of_class = CONFIDENTIALITY_NAMES[confidentiality]
    return [
        (say(Text("名称", "Title"), language), say(name, language)),
        (
            say(Text("密级", "Confidentiality (密级)"), language),
            f"{of_class.zh} ({of_class.en})" if english else of_class.zh,
        ),
        (say(Text("导出人身份", "Exported by (role)"), language), say(actor.title, language)),
        (
            say(Text("导出时间", "Exported at"), language),
            f"{timezone.localtime(now):%Y-%m-%d %H:%M} {timezone.get_current_timezone_name()}",
        ),
        (
            say(Text("筛选条件", "Filters"), language),
            "；".join(f"{k}={v}" for k, v in filters.items()) or say(Text("无", "none"), language),
        ),
        (say(Text("行数", "Rows"), language), str(n_rows)),
    ]


def _plain(value: Any, language: str) -> Any:
    """A cell as number, date or text; nothing stays nothing."""
    if isinstance(value, bool):
        return say(_YES if value else _NO, language)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if timezone.is_aware(value) else str(value)
    if value is None or isinstance(value, int | float | date):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", say(value, language))


def safe(text: str) -> str:
    """Guard a text that a spreadsheet would calculate."""
    return f"'{text}" if _FORMULA.match(text) else text


def _csv(head: list[tuple[str, str]], titles: list[str], body: list[list[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in [*head, (), titles, *body]:
        writer.writerow([safe(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in line])
    return (_BOM + out.getvalue()).encode()


def _xlsx(head: list[tuple[str, str]], titles: list[str], body: list[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", head[0][1])[:31] or "list")
    sheet.freeze_panes = f"A{len(head) + 3}"
    for i, title in enumerate(titles):
        cells = [str(line[i]) for line in body[:200] if line[i] is not None]
        width = max([_width(title), *map(_width, cells), _width(head[0][0]) if i == 0 else 0])
        sheet.column_dimensions[get_column_letter(i + 1)].width = min(width + 3, 60)
    bold, ground = Font(bold=True), PatternFill("solid", fgColor="E3F0F2")
    for label, text in head:
        sheet.append([_cell(sheet, label, font=bold), _cell(sheet, text)])
    sheet.append([])
    sheet.append([_cell(sheet, title, font=bold, fill=ground) for title in titles])
    top = Alignment(vertical="top", wrap_text=True)
    for line in body:
        sheet.append([_cell(sheet, cell, alignment=top) for cell in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _width(text: str) -> int:
    return sum(2 if ord(c) > 0x2E7F else 1 for c in text)


def _cell(sheet: Any, value: Any, **looks: Any) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # also where the text begins with "="
    for name, look in looks.items():
        setattr(cell, name, look)
    return cell
