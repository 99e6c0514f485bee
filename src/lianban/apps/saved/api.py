"""Saved views for programs: those one may open; keeping, changing and dropping one's own."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from lianban.apps.parties.rules import Actor
from lianban.apps.saved import queries, rules, services
from lianban.apps.saved.models import SavedView
from lianban.kit import api
from lianban.kit.api import Limit, Passed, Receipt, Scope, found

router = Router(tags=["views"])
Code = Annotated[str, Path(max_length=12, pattern="^[a-z0-9]+$")]
OfClass = Literal["open", "chain", "office", "private"]


class ViewTold(Schema):
    """A saved view (保存的视图): a page with its filters, under the short permanent address /v/{code}/."""

    code: str
    name: str
    address: str
    layout: dict[str, Any]
    chain: str | None
    own: bool
    shared: bool
    confidentiality: str
    kept_at: datetime


class ViewOpened(ViewTold):
    """A view as it is opened now."""

    changes: int | None = Field(
        description="保存后数据改动了几次，只告诉可读全部密级者 / how often the data changed since"
    )
    newer_run: int | None = Field(description="保存后有更新的诊断 / a newer run there is since")


class Views(Schema):
    items: list[ViewTold]
    n: int
    next: str | None = None


class ViewAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=120)
    address: str = Field(
        max_length=2000, description="本站页面的地址，含筛选 / address of a page here, with its filters"
    )
    layout: dict[str, Any] = Field(default_factory=dict)
    shared: bool = False
    confidentiality: OfClass = "office"


class ViewChanged(Schema):
    model_config = ConfigDict(extra="forbid")
    name: str | None = Field(None, min_length=1, max_length=120)
    shared: bool | None = None
    confidentiality: OfClass | None = None


@router.get("/views", response=Views)
def views(request: HttpRequest, words: Annotated[str, Query(max_length=100)] = "", limit: Limit = 100, after: Passed = 0) -> Any:  # fmt: skip
    """自己的和别人共享的视图，新的在前。/ One's own views and those shared, newest first."""
    actor = _actor(request)
    rows = queries.visible(actor).filter(name__icontains=words.strip())
    return api.cut(request, rows, limit=limit, after=after, told=lambda row: _told(actor, row))


@router.get("/views/{code}", response=ViewOpened)
def one_view(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    """一个视图，以及此后数据有没有变动。/ One view, and whether its data moved on."""
    actor = _actor(request)
    opened = found(queries.opened(actor, code))
    told = _told(actor, opened.view)
    response["ETag"] = api.etag(told)  # of what its owner can change, whatever became of the data
    return {**told, "changes": opened.changes, "newer_run": opened.newer_run}


@router.post("/views", response={201: Receipt}, auth=Scope("views"))
def keep(request: HttpRequest, response: HttpResponse, asked: ViewAsked) -> Any:
    """保存一个视图。/ Keep a view."""
    told = asked.model_dump()
    told["address"], told["layout"] = rules.plain_address(asked.address), rules.read_layout(json.dumps(asked.layout))
    view = services.keep(**told, by=_actor(request), at=timezone.now())
    return api.receipt(response, f"/api/v1/views/{view.code}")


@router.patch("/views/{code}", response=Receipt, auth=Scope("views"))
def change(request: HttpRequest, response: HttpResponse, code: Code, asked: ViewChanged) -> Any:
    """给自己的视图改名、改共享范围。/ Give a view of one's own another name or circle."""
    actor = _actor(request)
    view = found(queries.own(actor, code))
    with api.held(request, queries.visible(actor).filter(pk=view.pk), lambda row: _told(actor, row)) as held:
        kept = {name: getattr(held, name) for name in ViewChanged.model_fields}
        services.change(view_id=view.pk, **{**kept, **asked.model_dump(exclude_none=True)}, by=actor, at=timezone.now())
    return api.receipt(response, f"/api/v1/views/{code}")


@router.delete("/views/{code}", response=Receipt, auth=Scope("views"))
def drop(request: HttpRequest, response: HttpResponse, code: Code) -> Any:
    """删除自己的视图；它的链接不再有效。/ Drop a view of one's own; its address is then none."""
    actor = _actor(request)
    view = found(queries.own(actor, code))
    with api.held(request, queries.visible(actor).filter(pk=view.pk), lambda row: _told(actor, row)):
        services.drop(view_id=view.pk, by=actor, at=timezone.now())
    return api.receipt(response, "/api/v1/views")


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _told(actor: Actor, view: SavedView) -> dict[str, Any]:
    columns = ("code", "name", "address", "layout", "shared", "confidentiality", "kept_at")
    told = {name: getattr(view, name) for name in columns}
    own = view.owner_id == actor.user_id
    return {**told, "chain": view.chain.code if view.chain else None, "own": own}
