"""Runs and weak points for programs."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import queries, services
from lianban.apps.diagnosis.models import Run, WeakPoint
from lianban.kit import api
from lianban.kit.api import After, ChainCode, Limit, Number, Receipt, RowCode, Scope, Sentence, found, wrong

router = Router(tags=["diagnosis"])
Place = Annotated[str, Query(max_length=60, description="nation, province, city, park 或地区代码 / or a place code")]


class RunTold(Schema):
    """A run (诊断记录), without its result."""

    number: int
    scope: str
    as_of: date | None
    started_at: datetime
    finished_at: datetime
    pack: str
    rules_fingerprint: str
    data_stamp: int | None = Field(
        description="数据改动次数，只告诉可读全部密级者 / how often the data were changed, for those who read every class"
    )
    data_class: str
    confidentiality: str


class Runs(Schema):
    items: list[RunTold]
    n: int
    next: str | None = None


class RunWhole(RunTold):
    result: dict[str, Any] = Field(description="`Diagnosis.to_dict()` of the local library")


class RunAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    scope: Literal["nation", "province", "city", "park"] = "nation"
    data_class: Literal["open", "chain", "office", "private"] = "office"


class Computed(Schema):
    """What the newest run this reader may see says of a product; null where nothing is known."""

    run: int
    rank: int | None
    severity: float | None = Field(description="0-1")
    band: str | None
    level: str | None
    triple: str | None
    kind: str | None
    route: str | None


class WeakPointTold(Schema):
    """A weak point (薄弱环节): what the newest run says, and what is done about it."""

    product: str
    name: Sentence
    status: str = Field(description='空串表示尚未提出 / "" = not raised yet')
    computed: Computed | None
    route: str
    lead_department: str
    responsible_unit: str
    due_on: date | None
    benchmark: str
    gap: str
    progress: str
    evidence: str
    confidentiality: str | None


class WeakPoints(Schema):
    items: list[WeakPointTold]
    n: int
    next: str | None = None


@router.get("/chains/{chain}/runs", response=Runs)
def runs(request: HttpRequest, chain: ChainCode, limit: Limit = 100, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0) -> Any:  # fmt: skip
    """诊断记录，新的在前；``after`` 为上一页最后的编号。/ Runs, newest first."""
    row = _of(request, chain)
    every = queries.runs(row, request.actor)  # type: ignore[attr-defined]
    shown = list((every.filter(number__lt=after) if after else every)[: limit + 1])
    last = shown[limit - 1].number if len(shown) > limit else None
    told = [_run(request, row, one) for one in shown[:limit]]
    return api.listed(request, told, n=every.count(), limit=limit, last=last)


@router.get("/chains/{chain}/runs/{number}", response=RunWhole)
def run(request: HttpRequest, chain: ChainCode, number: Number) -> Any:
    """一次诊断的全部结果。/ One run with its whole result."""
    row = _of(request, chain)
    one = found(queries.run(row, number, request.actor))  # type: ignore[attr-defined]
    return {**_run(request, row, one), "result": one.result}


@router.post("/chains/{chain}/runs", response={201: Receipt}, auth=Scope("runs"))
def ask_run(request: HttpRequest, response: HttpResponse, chain: ChainCode, asked: RunAsked) -> Any:
    """提交一次诊断；返回任务的地址。/ Ask for a diagnosis; the answer says where its job stands."""
    row, actor = _of(request, chain), request.actor  # type: ignore[attr-defined]
    if asked.data_class not in actor.visible_classes(row.code):
        raise wrong("data_class", "您不能使用这一密级的数据", "rows of this class are not for you")
    job = services.ask_run(chain=row, scope=asked.scope, data_class=asked.data_class, by=actor, at=timezone.now())
    return api.receipt(response, f"/api/v1/jobs/{job.pk}")


@router.get("/chains/{chain}/weak-points", response=WeakPoints)
def weak_points(
    request: HttpRequest, chain: ChainCode, status: Annotated[str, Query(max_length=12)] = "", scope: Place = "nation",
    limit: Limit = 100, after: After = "",
) -> Any:  # fmt: skip
    """薄弱环节清单：最近一次可见诊断的名次，加上已提出的。/ The list: by the rank of the newest visible run, then those raised."""
    row = _of(request, chain)
    points = _points(request, row, scope)
    chosen = [point for point in points if not status or point["status"] == status]
    start = next((i + 1 for i, point in enumerate(chosen) if point["product"] == after), len(chosen)) if after else 0
    shown = chosen[start : start + limit]
    last = shown[-1]["product"] if shown and start + limit < len(chosen) else None
    return api.listed(request, shown, n=len(chosen), limit=limit, last=last)


@router.get("/chains/{chain}/weak-points/{path:product}", response=WeakPointTold)
def weak_point(request: HttpRequest, chain: ChainCode, product: RowCode, scope: Place = "nation") -> Any:
    """一个薄弱环节。/ One weak point."""
    points = _points(request, _of(request, chain), scope)
    return found(next((point for point in points if point["product"] == product), None))


def _of(request: HttpRequest, code: str) -> Chain:
    return found(atlas.chain(request.actor, code))  # type: ignore[attr-defined]


def _run(request: HttpRequest, chain: Chain, one: Run) -> dict[str, Any]:
    """A run; others would learn from the stamp that rows changed which they cannot see."""
    told = {name: getattr(one, name) for name in RunTold.model_fields}
    known = atlas.version(request.actor, chain) is not None  # type: ignore[attr-defined]
    return told if known else {**told, "data_stamp": None}


def _points(request: HttpRequest, chain: Chain, scope: str) -> list[dict[str, Any]]:
    """The list a reader sees: three statements."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    newest = queries.latest_run(chain, scope, actor)
    ranked = queries.ranked(newest) if newest else []
    raised = {point.product_code: point for point in queries.weak_points(chain, actor)}
    told = [_point(one["code"], one["name"], one, newest, raised.get(one["code"])) for one in ranked]
    known = {one["code"] for one in ranked}
    names = {row.code: row for row in atlas.products(actor, chain).filter(code__in=set(raised) - known)}
    for code in sorted(set(raised) - known):
        row = names.get(code)
        name = {"zh": row.name, "en": row.name_en or row.name} if row else {"zh": code, "en": code}
        told.append(_point(code, name, None, newest, raised[code]))
    return told


def _point(code: str, name: Any, said: Any, run: Run | None, raised: WeakPoint | None) -> dict[str, Any]:
    columns = ("route", "lead_department", "responsible_unit", "benchmark", "gap", "progress", "evidence")
    computed = None
    if said is not None and run is not None:
        computed = {"run": run.number, **{key: said.get(key) for key in Computed.model_fields if key != "run"}}
    return {
        "product": code, "name": name, "status": raised.status if raised else "", "computed": computed,
        "due_on": raised.due_on if raised else None, "confidentiality": raised.confidentiality if raised else None,
        **{column: getattr(raised, column) if raised else "" for column in columns},
    }  # fmt: skip
