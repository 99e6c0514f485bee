"""Maps and lists for programs: the registry, a list as it stands, its published versions, what differs, publishing."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.lists import queries, rules, services
from lianban.apps.lists.models import Publication
from lianban.kit import api
from lianban.kit.api import ChainCode, Limit, Passed, Receipt, Scope, Sentence, found

router = Router(tags=["lists"])
Key = Annotated[str, Path(max_length=30, pattern="^[a-z_]+$", examples=["anchors"])]
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


class PublishedTold(Schema):
    """A published version (清单发布), without its rows."""

    version: int
    confidentiality: str
    published_on: date
    signer: str
    note: str
    digest: str
    data_date: date
    data_stamp: int | None = Field(description="只告诉可读全部密级者 / told to those who read every class")
    run: int | None


class KindTold(Schema):
    """One map or list of the usual union (N图N清单)."""

    key: str
    number: str
    name: Sentence
    what: Sentence
    missing: Sentence | None = Field(
        description="没有的理由：系统不存此类事实 / why there is none: such facts are not kept"
    )
    published: PublishedTold | None = Field(
        None, description="本人可见的最新版 / the newest version this reader may see"
    )


class Registry(Schema):
    maps: list[KindTold]
    lists: list[KindTold]


class ListColumn(Schema):
    key: str
    name: Sentence


class ListTold(Schema):
    """A list as it stands now: rows by the keys of its columns, and ``key``, by which versions are compared."""

    key: str
    columns: list[ListColumn]
    run: int | None = Field(description="所据的诊断 / the run it stands on")
    items: list[dict[str, Any]]
    n: int
    next: str | None = None


class VersionTold(PublishedTold):
    columns: list[ListColumn]
    intact: bool = Field(description="重新计算的校验值与发布时相同 / its digest, computed again, is that of the day")
    items: list[dict[str, Any]]
    n: int
    next: str | None = None


class Versions(Schema):
    items: list[PublishedTold]
    n: int
    next: str | None = None


class DifferenceTold(Schema):
    """A row that differs: cells before and after, of changed rows only."""

    key: str
    name: Any
    event: Literal["added", "removed", "changed"]
    cells: dict[str, tuple[Any, Any]]


class Comparison(Schema):
    before: int
    after: int | None = Field(description="null = 现在 / now")
    columns: list[ListColumn]
    items: list[DifferenceTold]
    n: int
    next: str | None = None


class PublishAsked(Schema):
    model_config = ConfigDict(extra="forbid")
    confidentiality: Literal["open", "chain", "office", "private"]
    signer: str = Field(max_length=120, description="签发单位，不写个人 / the office that signs, no person")
    note: str = Field("", max_length=1000)


@router.get("/chains/{chain}/lists", response=Registry)
def registry(request: HttpRequest, chain: ChainCode) -> Any:
    """N图N清单：有哪些图和清单，各自最新的发布。/ Which maps and lists there are, and the newest version of each."""
    on, actor = _of(request, chain), request.actor  # type: ignore[attr-defined]
    newest, known = queries.newest(on, actor), atlas.version(actor, on) is not None
    told = [_kind(one, _published(known, newest[one.key]) if one.key in newest else None) for one in rules.LISTS]
    return {"maps": [_kind(one, None) for one in rules.MAPS], "lists": told}


@router.get("/chains/{chain}/lists/{key}", response=ListTold)
def one_list(request: HttpRequest, chain: ChainCode, key: Key, limit: Limit = 100, after: Passed = 0) -> Any:
    """一份清单现在的样子，只含本人可见的行。/ A list as it stands, with the rows this reader may see."""
    on, kind = _of(request, chain), found(rules.kind(key))
    live = queries.live(kind, on, request.actor)  # type: ignore[attr-defined]
    rows = api.cut(request, live.rows, limit=limit, after=after, told=lambda row: row)
    return {"key": key, "columns": live.plain_columns, "run": live.run, **rows}


@router.get("/chains/{chain}/lists/{key}/versions", response=Versions)
def versions(request: HttpRequest, chain: ChainCode, key: Key, limit: Limit = 100, after: Passed = 0) -> Any:
    """发布过的各版，新的在前。/ The published versions, newest first."""
    on, actor = _of(request, chain), request.actor  # type: ignore[attr-defined]
    rows = queries.publications(on, actor, found(rules.kind(key)).key)
    known = atlas.version(actor, on) is not None
    return api.cut(request, rows, limit=limit, after=after, told=lambda row: _published(known, row))


@router.get("/chains/{chain}/lists/{key}/versions/{version}", response=VersionTold)
def one_version(
    request: HttpRequest, chain: ChainCode, key: Key, version: Version, limit: Limit = 100, after: Passed = 0
) -> Any:
    """发布的一版，原样。/ One version as it was published."""
    on, actor = _of(request, chain), request.actor  # type: ignore[attr-defined]
    row = found(queries.publication(on, actor, found(rules.kind(key)).key, version))
    rows = api.cut(request, row.rows, limit=limit, after=after, told=lambda one: one)
    intact = rules.digest(row.columns, row.rows) == row.digest
    told = _published(atlas.version(actor, on) is not None, row)
    return {**told, "columns": row.columns, "intact": intact, **rows}


@router.get("/chains/{chain}/lists/{key}/compare", response=Comparison)
def compare(
    request: HttpRequest, chain: ChainCode, key: Key, before: Annotated[int, Query(ge=1, le=2**31 - 1)],
    until: Annotated[int | None, Query(ge=1, le=2**31 - 1, description="省略 = 现在 / left out: now")] = None, limit: Limit = 100, after: Passed = 0,
) -> Any:  # fmt: skip
    """两版之间（或一版与现在）新增、去掉、改变的行。/ Rows added, removed and changed between two versions, or since one."""
    on, kind, actor = _of(request, chain), found(rules.kind(key)), request.actor  # type: ignore[attr-defined]
    old = found(queries.publication(on, actor, kind.key, before))
    new: Any = found(queries.publication(on, actor, kind.key, until)) if until else None
    # Now is what readers of the version's class would see, never more than this reader may.
    both = queries.versions(old, new or queries.live(kind, on, queries.reader_of(old.confidentiality)))
    rows = api.cut(request, both.differences, limit=limit, after=after, told=lambda one: _difference(both, one))
    return {"before": before, "after": until, "columns": both.columns, **rows}


@router.post("/chains/{chain}/lists/{key}/versions", response={201: Receipt}, auth=Scope("lists"))
def publish(request: HttpRequest, response: HttpResponse, chain: ChainCode, key: Key, asked: PublishAsked) -> Any:
    """发布：为一个密级的读者冻结下一版。/ Freeze the next version for readers of one class."""
    on, kind = _of(request, chain), found(rules.kind(key))
    told = asked.model_dump()
    row = services.publish(chain=on, kind=kind, **told, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    return api.receipt(response, f"/api/v1/chains/{on.code}/lists/{key}/versions/{row.version}")


def _of(request: HttpRequest, code: str) -> Chain:
    return found(atlas.chain(request.actor, code))  # type: ignore[attr-defined]


def _kind(one: rules.Kind, published: dict[str, Any] | None) -> dict[str, Any]:
    missing = {"zh": one.missing.zh, "en": one.missing.en} if one.missing else None
    return {
        "key": one.key, "number": one.number, "name": {"zh": one.name.zh, "en": one.name.en}, "missing": missing,
        "what": {"zh": one.what.zh, "en": one.what.en}, "published": published,
    }  # fmt: skip


def _published(known: bool, row: Publication) -> dict[str, Any]:
    """A version; of which state of the data it is, only to those who may know."""
    told = {name: getattr(row, name) for name in PublishedTold.model_fields}
    return told if known else {**told, "data_stamp": None}


def _difference(both: queries.Versions, one: Any) -> dict[str, Any]:
    return {"key": one.code, "name": both.name(one.code), "event": one.kind, "cells": dict(one.cells)}
