"""Imports for programs: bring a file, say how it is read, look at the preview, write it, undo it, get the own file back."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field

from lianban.apps.atlas import queries as chains
from lianban.apps.atlas import services as facts
from lianban.apps.imports import queries, rules, services
from lianban.apps.imports.models import Import, Line, Naming
from lianban.apps.jobs.models import Job
from lianban.kit import api
from lianban.kit.api import ChainCode, Limit, Number, Passed, Receipt, Scope, Sentence, found, wrong
from lianban.kit.refusals import refuse_if_any

router = Router(tags=["imports"])
TableName = Literal[
    "segments", "sources", "products", "inputs", "organisations", "production", "supplies", "demands", "assessments",
    "parameters", "indicators",
]  # fmt: skip
Verdict = Literal["new", "changed", "same", "conflict", "ask", "rejected", "absent", "gone", "cells"]
Of = Annotated[str, Query(max_length=100)]


class Brought(Schema):
    """What comes with a file; or the pasted table itself."""

    label: str = Field("", max_length=100, description="从哪里来；同一来源沿用列对应 / where such files come from")
    text: str = Field("", max_length=6_000_000, description="粘贴的表格 / a pasted table, in place of a file")


class JobOf(Schema):
    """The background job that works on an import (jobs/{number} tells more)."""

    number: int
    state: str
    done: int
    total: int


class Noticed(Schema):
    """Something about the file that no line of the preview tells."""

    message: Sentence
    sheet: str
    row: int | None


class ImportTold(Schema):
    """An import (导入单)."""

    id: int
    chain: str
    name: str
    label: str
    size: int
    digest: str
    state: str = Field(description=", ".join(rules.STATES))
    at: datetime
    keep_until: date
    counts: dict[str, int] = Field(description="预览每类几行 / lines of the preview by verdict")
    notes: list[Noticed] = Field(
        description="换算、没有读的列与文件等 / what was converted, columns and files not read"
    )
    reason: Sentence | None
    change: int | None = Field(description="改动单编号 / number of its change set")
    result: bool = Field(description="带“结果”列的文件可取 / the file with the column 结果 is there")
    job: JobOf | None = None


class Imports(Schema):
    items: list[ImportTold]
    n: int
    next: str | None = None


class ColumnTold(Schema):
    """A column of the file, a few of its cells, what it is taken for, and why."""

    at: int
    name: str
    cells: list[Any]
    column: str
    item: str
    score: float | None
    why: Sentence | None


class SheetTold(Schema):
    name: str
    rows: int
    brought: int | None = Field(None, description="已作为哪一份导入单带入 / the import it was brought in as")


class SheetAsked(Schema):
    """Another sheet of the same workbook."""

    model_config = ConfigDict(extra="forbid")
    sheet: str = Field(min_length=1, max_length=200)


class Constants(Schema):
    """What holds for every row of the file."""

    model_config = ConfigDict(extra="forbid")
    source: str = Field(
        "", max_length=100, description="来源编码，或新来源的题名 / code of a source, or the title of a new one"
    )
    observed_on: date | None = None
    confidence: Literal["", "high", "medium", "low"] = ""
    confidentiality: Literal["", "open", "chain", "office", "private"] = ""


class MappingTold(Schema):
    """How a file is read (列对应)."""

    kind: str
    table: str
    sheet: str
    sheets: list[SheetTold]
    header_rows: list[int]
    columns: list[ColumnTold]
    constants: dict[str, Any]
    overwrite: bool
    delete_missing: bool = Field(description="删去整包里没有的行 / delete rows that a whole package lacks")


class ChosenColumn(Schema):
    model_config = ConfigDict(extra="forbid")
    column: str = Field(max_length=60, description="空串 = 不读 / empty: not read")
    item: str = Field("", max_length=60)


class MappingAsked(Schema):
    """Columns by their place (``at``); those not named stay as they are."""

    model_config = ConfigDict(extra="forbid")
    table: TableName | Literal[""] = Field(description="整包留空 / empty for a whole package")
    columns: dict[str, ChosenColumn] = Field(default_factory=dict, max_length=2000)
    constants: Constants | None = None
    overwrite: bool = False
    delete_missing: bool = Field(False, description="只用于整包 / for whole packages only")
    sheet: str = Field("", max_length=200)
    header_rows: list[Annotated[int, Field(ge=1, le=1_048_576)]] = Field(default_factory=list, max_length=5)


class Why(Schema):
    column: str
    value: str
    code: str
    message: Sentence


class LineTold(Schema):
    """What one row of the file does (预览行)."""

    number: int = Field(description="文件中的行号 / row of the file")
    table: str
    code: str
    verdict: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reasons: list[Why]


class Lines(Schema):
    items: list[LineTold]
    n: int
    next: str | None = None


class NameTold(Schema):
    """A name of which a person has to say whom it means (待认定名称)."""

    id: int
    name: str
    credit_code: str
    place: str
    candidates: list[dict[str, Any]]


class Names(Schema):
    items: list[NameTold]
    n: int
    next: str | None = None


class Said(Schema):
    """Whom names mean: the code of a candidate, ``+`` for a new organisation, ``-`` for none."""

    model_config = ConfigDict(extra="forbid")
    said: dict[Annotated[str, Field(pattern=r"^[1-9][0-9]{0,17}$")], Annotated[str, Field(max_length=160)]] = Field(
        min_length=1, max_length=2000
    )


@router.get("/imports", response=Imports)
def imports(request: HttpRequest, chain: Of = "", limit: Limit = 100, after: Passed = 0) -> Any:
    """本人可导入的产业链的导入单，新的在前。/ Imports of the chains one may fill, newest first."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    found(queries.chains_to_fill(actor) or None)
    return api.cut(request, queries.imports(actor, chain), limit=limit, after=after, told=_told)


@router.post("/chains/{chain}/imports", response={201: Receipt}, auth=Scope("facts"))
def bring(
    request: HttpRequest, response: HttpResponse, chain: ChainCode, told: Form[Brought], file: Annotated[UploadedFile | None, File()] = None
) -> Any:  # fmt: skip
    """上传文件或粘贴表格（最大 100 MB）；先读表头、建议列对应。/ Bring a file or a pasted table; it is read and columns are proposed."""
    row = found(chains.chain(request.actor, chain))  # type: ignore[attr-defined]
    chunks = file.chunks(rules.PIECE) if file else []
    made = services.bring(
        chain=row, name=(file.name or "") if file else "", size=(file.size or 0) if file else 0, chunks=chunks, text=told.text,
        label=told.label, **_by(request),
    )  # fmt: skip
    return api.receipt(response, f"/api/v1/imports/{made.pk}")


@router.get("/imports/{number}", response=ImportTold)
def one_import(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """一份导入单；处于什么状态、预览如何。/ One import: where it stands, what its preview counts."""
    told = _whole(_of(request, number))
    response["ETag"] = api.etag(told)
    return told


@router.get("/imports/{number}/mapping", response=MappingTold)
def mapping(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """列对应：程序的建议，或上次选定的。/ How the columns are read: as proposed, or as chosen."""
    told = _mapping(_of(request, number))
    response["ETag"] = api.etag(told)
    return told


@router.put("/imports/{number}/mapping", response=Receipt, auth=Scope("facts"))
def put_mapping(request: HttpRequest, response: HttpResponse, number: Number, asked: MappingAsked) -> Any:
    """选定列对应并计算预览。/ Choose how the columns are read, and have the preview made."""
    made = _of(request, number)
    with api.held(request, Import.objects.filter(pk=made.pk), _mapping) as held:
        if (held.read.get("kind") == "package") != (asked.table == ""):
            raise wrong("table", "整包的 table 留空，其他文件写明表名", "table is empty for a whole package, and named for any other file")  # fmt: skip
        kept = {str(one["at"]): {"column": one.get("column", "")} for one in queries.columns_of(held)}
        for place in asked.columns:
            if place not in kept:
                raise wrong(f"columns.{place}", "文件没有第 {at} 列", "the file has no column {at}", at=place)
        given = asked.constants.model_dump(mode="json") if asked.constants else {}
        constants = {name: value for name, value in given.items() if value}
        chosen = {place: {"column": one.column, "item": one.item} for place, one in asked.columns.items()}
        services.map_columns(
            number=made.pk, table=asked.table, columns={**kept, **chosen}, constants=constants, overwrite=asked.overwrite,
            delete_missing=asked.delete_missing, sheet=asked.sheet, header_rows=tuple(asked.header_rows), **_by(request),
        )  # fmt: skip
    return api.receipt(response, f"/api/v1/imports/{made.pk}")


@router.post("/imports/{number}/sheets", response={201: Receipt}, auth=Scope("facts"))
def bring_sheet(request: HttpRequest, response: HttpResponse, number: Number, asked: SheetAsked) -> Any:
    """导入同一工作簿的另一张工作表，成为自己的导入单；重复提交仍是那一份。/ Bring another sheet of the workbook, as an import of its own."""
    made = services.bring_sheet(number=_of(request, number).pk, sheet=asked.sheet, **_by(request))
    return api.receipt(response, f"/api/v1/imports/{made.pk}")


@router.get("/imports/{number}/lines", response=Lines)
def lines(
    request: HttpRequest, number: Number, verdict: Verdict | None = None, table: TableName | Literal["chain"] | None = None, words: Of = "",
    limit: Limit = 100, after: Passed = 0,
) -> Any:  # fmt: skip
    """预览逐行：新增、修改、相同、冲突、待认定、不采用。/ The preview line by line, by verdict and table."""
    rows = queries.lines(_of(request, number), verdict or "", table or "", words)
    return api.cut(request, rows, limit=limit, after=after, told=_line)


@router.get("/imports/{number}/names", response=Names)
def names(request: HttpRequest, number: Number, limit: Limit = 100, after: Passed = 0) -> Any:
    """需要人来认定的名称和候选。/ Names of which a person has to say whom they mean, with candidates."""
    return api.cut(request, queries.open_names(_of(request, number)), limit=limit, after=after, told=_name)


@router.post("/imports/{number}/names", response={201: Receipt}, auth=Scope("facts"))
def say_who(request: HttpRequest, response: HttpResponse, number: Number, asked: Said) -> Any:
    """认定名称指谁；记住，并重新预览。/ Say whom names mean; it is remembered, and the preview made again."""
    made = _of(request, number)
    refuse_if_any(rules.state_refusals(queries.state_now(made), ("preview",)))
    said = {int(key): who for key, who in asked.said.items()}
    known = {one.pk: {c["code"] for c in one.candidates} | {"+", "-"} for one in queries.open_names(made)}
    for key, who in said.items():
        if who not in known.get(key, ()):
            raise wrong(f"said.{key}", "此名称不在待认定之列，或答复不在候选之内", "this name waits for no answer, or the answer is no candidate")  # fmt: skip
    services.say_who(number=made.pk, said=said, **_by(request))
    return api.receipt(response, f"/api/v1/imports/{made.pk}")


@router.post("/imports/{number}/apply", response={201: Receipt}, auth=Scope("facts"), openapi_extra=api.MATCH)
def apply(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """确认导入：预览里的全部写入，或一行也不写。带上 If-Match 时，看到的预览须仍是现在的。/ Write what was previewed, all or nothing."""
    made = _of(request, number)
    with api.held(request, Import.objects.filter(pk=made.pk), _whole, always=False):
        services.ask_to_apply(number=made.pk, **_by(request))
    return api.receipt(response, f"/api/v1/imports/{made.pk}")


@router.post("/imports/{number}/undo", response={201: Receipt}, auth=Scope("facts"))
def undo(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """撤销已写入的导入。/ Undo an import that was written."""
    made = _of(request, number)
    refuse_if_any(rules.state_refusals(queries.state_now(made), ("applied",)))
    change = found(chains.change(request.actor, made.chain, made.change or 0))  # type: ignore[attr-defined]
    done = facts.undo(change_id=change.pk, **_by(request))
    return api.receipt(response, f"/api/v1/chains/{made.chain.code}/changes/{done.stamp_after}")


@router.post("/imports/{number}/drop", response={201: Receipt}, auth=Scope("facts"))
def drop(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """放弃：停下后台任务，文件随即删去；什么也没写入。/ Give it up: its job stops and the file goes; nothing was written."""
    made = _of(request, number)
    services.drop(number=made.pk, **_by(request))
    return api.receipt(response, f"/api/v1/imports/{made.pk}")


RESULT = api.binary("application/octet-stream", "原文件加“结果”列 / the own file with a column 结果")


@router.get("/imports/{number}/result", openapi_extra=RESULT, response={200: None})
def result(request: HttpRequest, number: Number) -> Any:
    """自己的文件，多一列“结果”。/ One's own file with a column 结果."""
    made = _of(request, number)
    if "results" not in made.read:
        raise api.missing()
    answer = StreamingHttpResponse(queries.pieces(made, "results"), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, queries.result_name(made))
    return answer


def _of(request: HttpRequest, number: int) -> Import:
    return found(queries.one(request.actor, number))  # type: ignore[attr-defined]


def _by(request: HttpRequest) -> dict[str, Any]:
    return {"by": request.actor, "at": timezone.now()}  # type: ignore[attr-defined]


def _told(made: Import, job: Job | None = None) -> dict[str, Any]:
    columns = ("name", "label", "size", "digest", "at", "keep_until", "counts", "change")
    return {
        **{name: getattr(made, name) for name in columns}, "id": made.pk, "chain": made.chain.code,
        "state": rules.state_now(made.state, job.state if job else ""), "reason": made.reason or None, "result": "results" in made.read,
        "notes": [{"message": {"zh": one["zh"], "en": one["en"]}, "sheet": one["sheet"], "row": one["row"]} for one in queries.told(made)],
    }  # fmt: skip


def _whole(made: Import) -> dict[str, Any]:
    """As it is answered, for its ETag."""
    job = queries.job(made)
    return ImportTold(**{**_told(made, job), "job": _job(job) if job else None}).model_dump(mode="json")


def _job(job: Job) -> dict[str, Any]:
    return {"number": job.pk, "state": job.state, "done": job.done, "total": job.total}


def _mapping(made: Import) -> dict[str, Any]:
    read, chosen = made.read, made.mapping
    brought = {name: one.pk for name, _, one in queries.sheets(made) if one is not None}
    return {
        "kind": read.get("kind", ""), "table": chosen.get("table", ""), "sheet": read.get("sheet", ""), "columns": [_column(one) for one in queries.columns_of(made)],
        "sheets": [{"name": one["name"], "rows": one["rows"], "brought": brought.get(one["name"])} for one in read.get("sheets", [])],
        "delete_missing": bool(chosen.get("delete_missing")),
        "header_rows": read.get("header", {}).get("rows", []), "constants": chosen.get("constants", {}), "overwrite": bool(chosen.get("overwrite")),
    }  # fmt: skip


def _column(one: dict[str, Any]) -> dict[str, Any]:
    why = {"zh": one["zh"], "en": one["en"]} if one.get("zh") else None
    return {
        "at": one["at"], "name": one["name"], "cells": one["cells"], "column": one.get("column", ""), "item": one.get("item") or "",
        "score": one.get("score"), "why": why,
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    reasons = [
        {**{name: one[name] for name in ("column", "value", "code")}, "message": {"zh": one["zh"], "en": one["en"]}}
        for one in line.reasons
    ]
    columns = ("number", "table", "code", "verdict", "before", "after")
    return {**{name: getattr(line, name) for name in columns}, "reasons": reasons}


def _name(one: Naming) -> dict[str, Any]:
    columns = ("name", "credit_code", "place", "candidates")
    return {"id": one.pk, **{name: getattr(one, name) for name in columns}}
