"""Chains and their tables for programs: read with filters, changed row by row or many at once, undone."""

import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path as File
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Body, Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from lianban.apps.atlas import compute, queries, services
from lianban.apps.atlas.models import FACTS, Chain, ChangeSet, Segment
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.sources.models import Source
from lianban.kit import api
from lianban.kit.api import After, ChainCode, Limit, Number, Receipt, RowCode, Scope, found, plain, wrong
from lianban.kit.confidentiality import highest

router = Router(tags=["chains"])
MODELS: dict[str, Any] = {"segments": Segment, "sources": Source, **{model.TABLE: model for model in FACTS}}
TableName = Literal[
    "segments", "sources", "products", "inputs", "organisations", "production", "supplies", "demands", "assessments",
    "parameters", "indicators",
]  # fmt: skip
Cell = str | bool | int | float | None
Row = dict[str, Cell]


class ChainTold(Schema):
    """A chain, and how many rows of each table this reader may see."""

    code: str
    name: str
    name_en: str | None
    home: str
    place: str | None
    place_name: str | None
    data_date: date
    sample: bool
    description: str | None
    description_en: str | None
    stamp: int | None = Field(
        description="数据改动次数，只告诉可读全部密级者 / how often the data were changed, for those who read every class"
    )
    counts: dict[str, int]


class Chains(Schema):
    items: list[ChainTold]
    n: int
    next: str | None = None


class Rows(Schema):
    """Rows of a table by the columns of the data dictionary, null where nothing stands."""

    items: list[Row]
    n: int = Field(description="筛选后本人可见的总行数 / rows this reader may see, after the filters")
    next: str | None = Field(None, description="下一页地址 / address of the next page")


class Filters(Schema):
    """Filters of a table; where the table has no such column, asking for it is an error."""

    model_config = ConfigDict(extra="ignore")
    product: str | None = Field(None, max_length=160)
    organisation: str | None = Field(None, max_length=160)
    segment: str | None = Field(None, max_length=160)
    source: str | None = Field(None, max_length=160)
    item: str | None = Field(None, max_length=60)
    confidentiality: str | None = Field(None, max_length=10)
    observed_from: date | None = None
    observed_until: date | None = None


class ChangeAsked(Schema):
    """Rows to change as one unit: columns to set (null empties one), null for a row that is to go."""

    model_config = ConfigDict(extra="forbid")
    tables: dict[TableName, dict[str, Row | None]] = Field(max_length=20)
    note: str = Field("", max_length=2000)
    expected: dict[TableName, dict[str, Row | None]] = Field(
        default_factory=dict,
        description="您读到的样子；已不同则 412 / rows as you saw them: 412 where one is another now",
    )


class ChangeTold(Schema):
    """A change set (改动单)."""

    number: int
    kind: str
    at: str
    note: str
    subject: str
    counts: dict[str, Any]
    undone_by: int | None
    undoes: int | None


class Changes(Schema):
    items: list[ChangeTold]
    n: int
    next: str | None = None


class RowChanged(Schema):
    """One row before and after: null where it was not there."""

    table: str
    code: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class ChangeWhole(ChangeTold):
    rows: list[RowChanged]


class Column(Schema):
    """One column of the data dictionary."""

    name: str
    zh: str
    type: str
    required: bool
    unit: str
    enum: list[str]
    refers_to: str
    description: str


@router.get("/dictionary", response=dict[str, list[Column]])
def dictionary(request: HttpRequest) -> Any:
    """数据字典：每张表的列。/ The tables and their columns."""
    return {
        name: [
            {"name": c.name, "zh": c.zh, "type": c.type, "required": c.is_required, "unit": c.unit or "", "enum": list(c.enum),
             "refers_to": c.references[0] if c.references else "", "description": c.description or ""}
            for c in compute.TABLES[name]
        ]
        for name in compute.TABLES
    }  # fmt: skip


@router.get("/chains", response=Chains)
def chains(request: HttpRequest, limit: Limit = 100, after: After = "") -> Any:
    """本人可见的产业链。/ Chains this reader may see."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    return api.page(
        request,
        queries.visible_chains(actor),
        limit=limit,
        after=after,
        key="code",
        told=lambda row: _chain(actor, row),
    )


@router.get("/chains/{chain}", response=ChainTold)
def chain(request: HttpRequest, chain: ChainCode) -> Any:
    """一条产业链。/ One chain."""
    row = _of(request, chain)
    return _chain(request.actor, row)  # type: ignore[attr-defined]


PACKAGE = {"responses": {200: {"description": "数据包 / the data package", "content": {
    "application/zip": {"schema": {"type": "string", "format": "binary"}}}}}}  # fmt: skip


@router.get("/chains/{chain}/package", openapi_extra=PACKAGE, response={200: None})
def package(request: HttpRequest, chain: ChainCode) -> Any:
    """本人可见内容的数据包（zip），`lianban.read_chain` 可读。/ The data package of what this reader may see."""
    row, actor = _of(request, chain), request.actor  # type: ignore[attr-defined]
    classes = actor.visible_classes(row.code)
    whole = compute.to_chain(row, classes)
    with tempfile.TemporaryDirectory() as folder:
        path = whole.write(File(folder) / f"{row.code}.zip")
        content = path.read_bytes()
    rows = {name: len(frame) for name, frame in whole.tables.items()}
    told = {"list": "数据包", "format": "zip", "rows": rows, "class": highest(*classes), "filters": {}}
    journal.record("exported", subject=f"chain:{row.code}", by=actor, at=timezone.now(), facts=told)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{row.code}.zip"'
    response["ETag"] = api.etag([whole.fingerprint, list(classes)])
    return response


@router.get("/chains/{chain}/tables/{table}", response=Rows)
def rows(
    request: HttpRequest, chain: ChainCode, table: TableName, filters: Annotated[Filters, Query()], limit: Limit = 100,
    after: After = "",
) -> Any:  # fmt: skip
    """一张表中本人可见的行。/ The rows of a table that this reader may see."""
    row = _of(request, chain)
    chosen = _filtered(_visible(request, row, table), table, filters)
    n, rest = chosen.count(), chosen.order_by("code")
    if after:
        rest = rest.filter(code__gt=after)
    told = _told(request, row, table, rest[: limit + 1])
    last = told[limit - 1]["code"] if len(told) > limit else None
    return api.listed(request, told[:limit], n=n, limit=limit, last=last)


@router.get("/chains/{chain}/tables/{table}/{path:code}", response=Row)
def one_row(request: HttpRequest, response: HttpResponse, chain: ChainCode, table: TableName, code: RowCode) -> Any:
    """一行；改它时把 ETag 放进 If-Match。/ One row; give its ETag as If-Match to change it."""
    told = found(_row(request, _of(request, chain), table, code))
    response["ETag"] = api.etag(told)
    return told


@router.put("/chains/{chain}/tables/{table}/{path:code}", response={200: Receipt, 201: Receipt}, auth=Scope("facts"))
def put_row(
    request: HttpRequest, response: HttpResponse, chain: ChainCode, table: TableName, code: RowCode, row: Body[Row], note: str = ""
) -> Any:  # fmt: skip
    """写入整行：没给的列清空；没有这一行就新建。/ Write a whole row: columns not given are emptied; a new code is a new row."""
    return _change_row(request, response, chain, table, code, {**dict.fromkeys(_columns(table)), **row}, note)


@router.patch("/chains/{chain}/tables/{table}/{path:code}", response=Receipt, auth=Scope("facts"))
def patch_row(
    request: HttpRequest, response: HttpResponse, chain: ChainCode, table: TableName, code: RowCode, row: Body[Row], note: str = ""
) -> Any:  # fmt: skip
    """只改给出的列。/ Change only the columns given."""
    found(_row(request, _of(request, chain), table, code))
    return _change_row(request, response, chain, table, code, row, note)


@router.delete("/chains/{chain}/tables/{table}/{path:code}", response=Receipt, auth=Scope("facts"))
def delete_row(
    request: HttpRequest, response: HttpResponse, chain: ChainCode, table: TableName, code: RowCode, note: str = ""
) -> Any:  # fmt: skip
    """删除一行（可撤销）。/ Delete a row; it can be undone."""
    found(_row(request, _of(request, chain), table, code))
    return _change_row(request, response, chain, table, code, None, note)


@router.get("/chains/{chain}/changes", response=Changes)
def changes(request: HttpRequest, chain: ChainCode, limit: Limit = 100, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0) -> Any:  # fmt: skip
    """改动单，新的在前；``after`` 为上一页最后的编号。/ Change sets, newest first."""
    found_ = queries.changes(request.actor, _of(request, chain))  # type: ignore[attr-defined]
    rest = found_.filter(stamp_after__lt=after) if after else found_
    shown = list(rest[: limit + 1])
    last = shown[limit - 1].stamp_after if len(shown) > limit else None
    return api.listed(request, [_change(one) for one in shown[:limit]], n=found_.count(), limit=limit, last=last)


@router.get("/chains/{chain}/changes/{number}", response=ChangeWhole)
def one_change(request: HttpRequest, chain: ChainCode, number: Number) -> Any:
    """一份改动单，逐行列出改前改后。/ One change set, row by row, before and after."""
    made = found(queries.change(request.actor, _of(request, chain), number))  # type: ignore[attr-defined]
    told = [
        {"table": row.table, "code": row.code, "before": row.before, "after": row.after}
        for row in queries.row_changes(made)
    ]
    return {**_change(made), "rows": told}


@router.post("/chains/{chain}/changes", response={201: Receipt}, auth=Scope("facts"))
def make_change(request: HttpRequest, response: HttpResponse, chain: ChainCode, asked: ChangeAsked) -> Any:
    """多张表的多行作为一份可撤销的改动。/ Many rows of many tables as one change that can be undone."""
    row = _of(request, chain)
    for table, told in {**asked.expected, **asked.tables}.items():
        for code, cells in told.items():
            _fit(table, code, cells)
    made = services.change(
        chain=row,
        tables=_plain(asked.tables),
        kind="edit",
        note=asked.note,
        expected=_plain(asked.expected) or None,
        **_by(request),
    )
    return api.receipt(response, f"/api/v1/chains/{row.code}/changes/{made.stamp_after}")


@router.post("/chains/{chain}/changes/{number}/undo", response={201: Receipt}, auth=Scope("facts"))
def undo(request: HttpRequest, response: HttpResponse, chain: ChainCode, number: Number) -> Any:
    """撤销一份改动。/ Undo a change set."""
    row = _of(request, chain)
    made = found(queries.change(request.actor, row, number))  # type: ignore[attr-defined]
    done = services.undo(change_id=made.pk, **_by(request))
    return api.receipt(response, f"/api/v1/chains/{row.code}/changes/{done.stamp_after}")


def _plain(tables: Mapping[TableName, Any]) -> dict[str, Any]:
    return {str(table): rows for table, rows in tables.items()}


def _of(request: HttpRequest, code: str) -> Chain:
    return found(queries.chain(request.actor, code))  # type: ignore[attr-defined]


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}  # type: ignore[attr-defined]


def _chain(actor: Any, row: Chain) -> dict[str, Any]:
    """Six statements."""
    told = {name: plain(getattr(row, name)) for name in ChainTold.model_fields if name != "counts"}
    return {**told, "stamp": queries.version(actor, row), "counts": queries.counts(actor, row)}


def _change(made: ChangeSet) -> dict[str, Any]:
    return {
        "number": made.stamp_after, "kind": made.kind, "at": made.at.isoformat(), "note": made.note, "subject": made.subject,
        "counts": made.counts, "undone_by": made.undone_by.stamp_after if made.undone_by else None,
        "undoes": made.undoes.stamp_after if made.undoes else None,
    }  # fmt: skip


def _visible(request: HttpRequest, chain: Chain, table: str) -> QuerySet[Any]:
    actor: Any = request.actor  # type: ignore[attr-defined]
    if table == "segments":
        return queries.shown_segments(chain)
    return queries.sources(actor, chain) if table == "sources" else queries.rows(actor, chain, MODELS[table])


def _columns(table: str) -> list[str]:
    return [column.name for column in compute.TABLES[table] if column.name != "code"]


def _filtered(rows: QuerySet[Any], table: str, asked: Filters) -> QuerySet[Any]:
    columns = {column.name: column for column in compute.TABLES[table]}
    for name, value in asked.model_dump(exclude_none=True).items():
        column = "observed_on" if name.startswith("observed_") else name
        if column not in columns:
            raise wrong(name, "表 {table} 没有“{column}”列", "table {table} has no column {column}", table=table, column=column)  # fmt: skip
        tail = {"observed_from": "__gte", "observed_until": "__lte"}.get(
            name, "__code" if columns[column].references else ""
        )
        rows = rows.filter(**{f"{column}{tail}": value})
    return rows


def _told(request: HttpRequest, chain: Chain, table: str, rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """Rows by the columns of the dictionary; a parent that is hidden is not named. One statement, two of products."""
    columns = list(compute.TABLES[table])
    paths = [f"{column.name}__code" if column.references else column.name for column in columns]
    told = [
        {column.name: plain(value) for column, value in zip(columns, line, strict=True)}
        for line in rows.values_list(*paths)
    ]
    if table == "products":
        parents = {row["parent"] for row in told if row["parent"]}
        seen = set(queries.products(request.actor, chain).filter(code__in=parents).values_list("code", flat=True))  # type: ignore[attr-defined]
        for row in told:
            row["parent"] = row["parent"] if row["parent"] in seen else None
    return told


def _row(request: HttpRequest, chain: Chain, table: str, code: str) -> dict[str, Any] | None:
    told = _told(request, chain, table, _visible(request, chain, table).filter(code=code))
    return told[0] if told else None


def _fit(table: str, code: str, cells: Row | None) -> None:
    """Refuse columns the table does not have; what stands in them is checked with the whole chain."""
    strange = sorted(set(cells or {}) - {*_columns(table), "code"})
    if strange:
        raise wrong(strange[0], "表 {table} 没有这些列：{columns}", "table {table} has no columns {columns}", table=table, columns=", ".join(strange))  # fmt: skip
    if cells and cells.get("code") not in (None, code):
        raise wrong("code", "正文里的编码与地址里的不同", "the code in the body is not that of the address")


def _change_row(
    request: HttpRequest, response: HttpResponse, chain_code: str, table: str, code: str, cells: Row | None, note: str
) -> Any:  # fmt: skip
    """Change one row as it was read: If-Match now, and once more under the lock."""
    chain, actor = _of(request, chain_code), request.actor  # type: ignore[attr-defined]
    _fit(table, code, cells)
    parties.require(actor, "atlas.change", chain.code)
    now = _row(request, chain, table, code)
    api.unchanged_since(request, now)
    told = None if cells is None else {name: value for name, value in cells.items() if name != "code"}
    services.change(
        chain=chain, tables={table: {code: told}}, kind="delete" if told is None else "edit", note=note,
        expected={table: {code: now}}, **_by(request),
    )  # fmt: skip
    receipt = api.receipt(response, f"/api/v1/chains/{chain.code}/tables/{table}/{code}")
    return Status(201, receipt) if now is None else receipt
