"""Exports (导出): a list as CSV or Excel, a picture as SVG, PNG or PDF; each says what it is, its class, for whom and when.

Text stays text: a cell that a spreadsheet would take for a formula is guarded, in CSV by an apostrophe (which reading
takes off again), in Excel by its type.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, Protocol
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from lianban.files import pictures
from lianban.files.facts import Facts
from lianban.files.plain import clean, guarded
from lianban.files.workbook import Workbook, width_of
from lianban.kit.confidentiality import CONFIDENTIALITY_NAMES
from lianban.kit.refusals import Refusal, Refused
from lianban.kit.text import Text, say

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PICTURES = {"svg": "image/svg+xml; charset=utf-8", "png": "image/png", "pdf": "application/pdf"}
_BOM = "\ufeff"
_NOT_FILTERS = {"format", "page"}
_YES, _NO = Text("是", "yes"), Text("否", "no")
AT_ONCE = 10_000  # rows written while the reader waits, in about a second or two; more are written in the background
_STEP = 500  # rows between two signs of life
_FETCHED = 2000  # rows read from the database at a time
_LOOKED_AT = 200  # rows that decide how wide a column is


class ForLater(Exception):
    """A list too long to be written while its reader waits: the site offers to have it written in the background."""

    def __init__(self, n_rows: int) -> None:
        self.n_rows = n_rows


class Reader(Protocol):
    """Who exports: told by role, never by name."""

    @property
    def reference(self) -> str: ...
    @property
    def signed_in(self) -> bool: ...
    @property
    def title(self) -> Text: ...
    def may_see(self, confidentiality: str, chain: str | None = None, organisation: str = "") -> bool: ...


class Dated(Protocol):
    """What a list is about, where that has a day and a version: a chain."""

    code: Any
    data_date: Any
    stamp: Any  # how often the data were changed: for those who read every class, others would learn of hidden changes


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


def fetch(request: HttpRequest, actor: Reader, rows: QuerySet[Any]) -> list[Any]:
    """The rows of a list that becomes a file, counted before they are read.

    A background job reads them in steps, so that it hears when somebody wants it to stop.

    Raises
    ------
    ForLater
        As ``respond`` does, and before a long list is read for nothing.
    """
    n, watch = rows.count(), getattr(request, "told", None)
    if watch is None and n > AT_ONCE and actor.signed_in:
        raise ForLater(n)
    if watch is None:
        return list(rows)
    found = []
    for i, row in enumerate(rows.iterator(chunk_size=_FETCHED)):
        if not i % _STEP:
            watch(0, n)
        found.append(row)
    return found


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
    about: Dated | None = None,
) -> HttpResponse:
    """Give the rows as the file asked for, and have it journaled.

    ``record`` is ``journal.services.record``: the journal is above this floor, and an export without an entry is none.
    ``filters`` are the words for the filters in force; by default what the address says. ``about`` is the chain whose
    data date and version the file states; without one they are those of the moment. A background job gives its request
    ``told``, which hears how far the file is.

    Raises
    ------
    ForLater
        More than ``AT_ONCE`` rows, and nobody works in the background yet; a visitor, who has no jobs, waits.
    """
    kind = wanted(request) or "csv"
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    told = dict(filters or {k: str(v) for k, v in request.GET.items() if k not in _NOT_FILTERS and v})
    kept, watch = list(rows), getattr(request, "told", None)
    if watch is None and len(kept) > AT_ONCE and actor.signed_in:
        raise ForLater(len(kept))
    facts = facts_of(name, confidentiality, actor, about=about, filters=told, n_rows=len(kept))
    body = ([_plain(column.of(row), language) for column in columns] for row in _watched(kept, watch))
    titles = [say(column.name, language) for column in columns]
    content = (_csv if kind == "csv" else _xlsx)(facts.lines(language), titles, body)
    record(
        "exported",
        subject=subject,
        by=actor,
        at=facts.made_at,
        facts={"list": name.zh, "format": kind, "rows": len(kept), "class": confidentiality, "filters": dict(told)},
    )
    response = as_file(content, facts, kind, FORMATS[kind], language)
    response.is_list = True  # type: ignore[attr-defined]  # and no other file: a job may write it
    return response


def _watched(rows: Sequence[Any], watch: Callable[[int, int], Any] | None) -> Iterator[Any]:
    for i, row in enumerate(rows):
        if watch is not None and not i % _STEP:
            watch(i, len(rows))
        yield row


def picture(
    request: HttpRequest,
    name: Text,
    svg: bytes,
    confidentiality: str,
    actor: Reader,
    *,
    subject: str,
    record: Callable[..., Any],
    filters: Mapping[str, str] | None = None,
    about: Dated | None = None,
) -> HttpResponse:
    """Give a drawing as SVG, PNG or PDF (``?format=``), with its facts written below it; journaled like a list.

    Raises
    ------
    Refused
        This machine has no Chinese font to draw with.
    """
    asked = request.GET.get("format", "svg")
    kind = asked if asked in PICTURES else "svg"
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    facts = facts_of(name, confidentiality, actor, about=about, filters=filters)
    whole = pictures.with_lines(svg, [facts.sentence(language)])
    try:
        content = whole if kind == "svg" else pictures.png(whole) if kind == "png" else pictures.pdf(whole)
    except pictures.NoFont as error:
        raise Refused([Refusal("files.no_font", error.text)]) from error
    told = {"list": name.zh, "format": kind, "rows": 1, "class": confidentiality, "filters": dict(filters or {})}
    record("exported", subject=subject, by=actor, at=facts.made_at, facts=told)
    return as_file(content, facts, kind, PICTURES[kind], language)


def facts_of(
    name: Text,
    confidentiality: str,
    actor: Reader,
    *,
    about: Dated | None = None,
    filters: Mapping[str, str] | None = None,
    n_rows: int | None = None,
    at: datetime | None = None,
) -> Facts:
    """What a file says of itself, for this reader and moment."""
    of_class = CONFIDENTIALITY_NAMES[confidentiality]
    return Facts(
        title=name,
        made_at=timezone.localtime(at),
        author=actor.title,
        data_date=about.data_date if about else None,
        data_version=str(about.stamp) if about and actor.may_see("private", about.code) else "",
        confidentiality=Text(of_class.zh, f"{of_class.zh} ({of_class.en})"),
        filters=dict(filters or {}),
        n_rows=n_rows,
    )


def as_file(content: bytes, facts: Facts, kind: str, media: str, language: str) -> HttpResponse:
    """A file to keep, named after what it is and when, also where a program reads plain names only."""
    file = f"{say(facts.title, language)}-{facts.made_at:%Y%m%d-%H%M}.{kind}".replace("/", "-")
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f"attachment; filename=\"export.{kind}\"; filename*=UTF-8''{quote(file)}"
    return response


def _plain(value: Any, language: str) -> Any:
    """A cell as number, date or text; nothing stays nothing."""
    if isinstance(value, bool):
        return say(_YES if value else _NO, language)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if timezone.is_aware(value) else str(value)
    if isinstance(value, float):
        return float(f"{value:.15g}")  # 1 - 0.2 is 0.8 to people; 15 digits are what a double is good for
    if value is None or isinstance(value, int | date):
        return value
    return clean(say(value, language))


def safe(text: str) -> str:
    """Guard a text that a spreadsheet would calculate."""
    return guarded(text)


def _csv(head: Sequence[tuple[str, str]], titles: Sequence[str], body: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in (*head, (), titles):
        writer.writerow([guarded(cell) for cell in line])
    for line in body:
        writer.writerow([guarded(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in line])
    return (_BOM + out.getvalue()).encode()


def _xlsx(head: Sequence[tuple[str, str]], titles: Sequence[str], body: Iterator[Sequence[Any]]) -> bytes:
    first = list(islice(body, _LOOKED_AT))
    widths = []
    for i, title in enumerate(titles):
        cells = [str(line[i]) for line in first if line[i] is not None]
        widths.append(min(max([width_of(title), *map(width_of, cells), 24 if i == 0 else 0]) + 3, 60))
    out = io.BytesIO()
    with Workbook(out) as book, book.sheet(head[0][1], widths=widths, freeze=(len(head) + 2, 0)) as sheet:
        for line in head:
            sheet.row(line, "label")
        sheet.row([])
        sheet.row(titles, "head")
        for lines in (first, body):
            for row in lines:
                sheet.row(row)
    return out.getvalue()
