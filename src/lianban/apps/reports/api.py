"""Export files for programs: asked for as a job, looked after, fetched."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.parties.rules import Actor, permission_refusals
from lianban.apps.reports import queries, rules, services
from lianban.apps.reports.models import ExportFile
from lianban.files.facts import Facts
from lianban.kit import api
from lianban.kit.api import ChainCode, Limit, Number, Passed, Receipt, Scope, found
from lianban.kit.exports import as_file
from lianban.kit.text import Text

router = Router(tags=["files"])


class FileTold(Schema):
    """An export file (导出文件) of one's own."""

    id: int
    kind: str
    graph: str
    language: str
    state: str = Field(
        description="queued, running, failed, cancelled; made = 可取 / can be fetched; gone = 已过保存期 / thrown away"
    )
    job: int | None
    confidentiality: str
    asked_at: datetime
    made_at: datetime | None
    gone_at: datetime
    data_stamp: int | None = Field(description="只告诉可读全部密级者 / told to those who read every class")
    size: int
    digest: str = Field(description="SHA-256")
    ending: str


class Files(Schema):
    items: list[FileTold]
    n: int
    next: str | None = None


class FileAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    kind: str = Field(max_length=12, json_schema_extra={"enum": list(rules.FORMATS)})
    graph: str = Field("all", max_length=16, json_schema_extra={"enum": list(rules.GRAPH_KINDS)})
    language: Literal["zh", "en"] = "zh"
    office: str = Field("", max_length=120, description="发文机关（仅报告）/ who issues a report")


@router.get("/chains/{chain}/files", response=Files)
def files(request: HttpRequest, chain: ChainCode, limit: Limit = 100, after: Passed = 0) -> Any:
    """本人要过的导出文件，新的在前。/ Files one asked for, newest first."""
    on, actor = _of(request, chain)
    page = api.cut(request, queries.files(actor, on), limit=limit, after=after, told=lambda row: row)
    states = queries.job_states(page["items"])
    return {**page, "items": [_told(row, states) for row in page["items"]]}


@router.post("/chains/{chain}/files", response={201: Receipt}, auth=Scope("runs"))
def ask(request: HttpRequest, response: HttpResponse, chain: ChainCode, asked: FileAsked) -> Any:
    """要一份导出文件或报告，由后台任务生成。/ Ask for an export or a report; a background job makes it."""
    on, actor = _of(request, chain)
    job = services.ask(chain=on, **asked.model_dump(), by=actor, at=timezone.now())
    return api.receipt(response, f"/api/v1/chains/{on.code}/files/{job.arguments['file_id']}")


@router.get("/chains/{chain}/files/{number}", response=FileTold)
def one_file(request: HttpRequest, chain: ChainCode, number: Number) -> Any:
    """一份导出文件的状态。/ How far a file is."""
    on, actor = _of(request, chain)
    row = found(queries.files(actor, on).filter(pk=number).first())
    return _told(row, queries.job_states([row]))


CONTENT = api.binary("application/octet-stream", "文件本身 / the file itself")


@router.get("/chains/{chain}/files/{number}/content", openapi_extra=CONTENT, response={200: None})
def content(request: HttpRequest, chain: ChainCode, number: Number) -> Any:
    """取回文件；取走记入日志。/ Fetch the file; that it was taken stands in the journal."""
    on, actor = _of(request, chain)
    file = found(queries.whole_file(actor, on, number))
    services.hand_over(file=file, by=actor, at=timezone.now())
    name = rules.FORMATS[file.kind]
    title = Text(f"{on.name} {name.zh}", f"{on.name_en or on.name} {name.en}")
    facts = Facts(title, timezone.localtime(file.made_at), Text(**file.author))
    answer = as_file(bytes(file.content or b""), facts, file.ending, rules.MEDIA[file.ending], file.language)
    answer["Content-Type"] = "application/octet-stream"  # one kind for all formats; its name tells which
    return answer


def _of(request: HttpRequest, code: str) -> tuple[Chain, Actor]:
    """A chain this reader may take out; missing and forbidden answer alike."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chain = found(atlas.chain(actor, code))
    return found(None if permission_refusals(actor, "reports.export", chain.code) else chain), actor


def _told(row: ExportFile, states: dict[int, str]) -> dict[str, Any]:
    columns = (
        "kind",
        "graph",
        "language",
        "confidentiality",
        "asked_at",
        "made_at",
        "gone_at",
        "data_stamp",
        "size",
        "digest",
        "ending",
    )
    state = states.get(row.job_number or 0, "failed")
    if row.made_at is not None:
        state = "made" if row.gone_at > timezone.now() else "gone"
    return {**{name: getattr(row, name) for name in columns}, "id": row.pk, "job": row.job_number, "state": state}
