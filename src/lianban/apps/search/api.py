"""The search box for programs, and codes proposed for words."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from ninja import Query, Router, Schema
from pydantic import Field

from lianban.apps.search import queries
from lianban.kit import api
from lianban.kit.api import Limit, Passed, Sentence

router = Router(tags=["search"])
MOST_FOUND = 1000  # of one kind; the index gives fewer
Kind = Literal[
    "pages", "chains", "weak_points", "organisations", "products", "segments", "demands", "raised", "challenges", "projects",
    "consortia",
]  # fmt: skip
Words = Annotated[str, Query(min_length=1, max_length=200, description="名称、部分名称、曾用名、信用代码、拼音或首字母 / a name, a part, a former name, a credit code, pinyin or initials")]  # fmt: skip
# Where a page's thing stands in this interface.
ALIKE = {
    "atlas:chain": "/chains/{chain}",
    "atlas:product": "/chains/{chain}/tables/products/{code}",
    "atlas:organisation": "/chains/{chain}/tables/organisations/{code}",
    "atlas:segment": "/chains/{chain}/tables/segments/{code}",
    "atlas:demands": "/chains/{chain}/tables/demands/{code}",
    "diagnosis:point": "/chains/{chain}/weak-points/{product}",
    "demands:show": "/demands/{pk}",
}


class HitTold(Schema):
    """One thing found (命中)."""

    kind: str
    name: Sentence
    where: Sentence
    also: Sentence | None = Field(description="以哪个别的名称找到 / under which other name it was found")
    fit: int = Field(description="0 最贴切 / 0 fits best")
    page: str
    location: str | None = Field(description="在本接口里的地址 / its address in this interface")


class Hits(Schema):
    items: list[HitTold]
    n: int
    kinds: dict[str, int] = Field(description="每类几项 / how many of each kind")
    more: list[str] = Field(description="还有更多、请多写几个字的类别 / kinds of which there are others: say more")
    behind: list[str] = Field(
        description="最新改动尚未进入索引的产业链 / chains whose newest rows are not in the index yet"
    )
    next: str | None = None


class Candidate(Schema):
    code: str
    name: str
    score: float = Field(description="0-1")
    words: list[str]


class Classification(Schema):
    """A classification of the office with the codes proposed for the words."""

    name: str
    candidates: list[Candidate]


class Classifications(Schema):
    items: list[Classification]
    wrong: list[Sentence] = Field(description="无法读取的分类文件 / files that could not be read")


@router.get("/search", response=Hits)
def search(
    request: HttpRequest, words: Words, kind: Annotated[list[Kind], Query(max_length=11, description="只要这几类 / only these kinds")] = [],  # noqa: B006 - ninja copies it
    limit: Limit = 50, after: Passed = 0,
) -> Any:  # fmt: skip
    """查找本人可见的一切：最贴切的类别在前，类内最贴切的在前。/ Find what this reader may see, by kind, the best first."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = queries.search(actor, words, each=MOST_FOUND)
    groups = [group for group in found.groups if not kind or group.kind in kind]
    hits = [_told(group.kind, hit) for group in groups for hit in group.shown]
    return {
        **api.cut(request, hits, limit=limit, after=after, told=lambda hit: hit),
        "kinds": {group.kind: group.total for group in groups},
        "more": [group.kind for group in groups if group.more],
        "behind": [chain.code for chain in found.behind],
    }


@router.get("/codes", response=Classifications)
def codes(request: HttpRequest, words: Annotated[str, Query(min_length=1, max_length=300)]) -> Any:
    """为一段产品描述建议分类编码（办公室装入的分类）。/ Codes proposed for the words of a product."""
    found = queries.codes(words)
    return {
        "items": [
            {"name": name, "candidates": [{"code": c.code, "name": c.name, "score": c.score, "words": list(c.words)} for c in some]}
            for name, some in found.lists
        ],
        "wrong": [{"zh": text.zh, "en": text.en} for text in found.wrong],
    }  # fmt: skip


def _told(kind: str, hit: queries.Hit) -> dict[str, Any]:
    return {
        "kind": kind, "name": _both(hit.name), "where": _both(hit.where), "also": _both(hit.also) if hit.also.zh else None,
        "fit": hit.fit, "page": hit.address, "location": _location(hit.address),
    }  # fmt: skip


def _both(text: Any) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _location(page: str) -> str | None:
    """Where the thing of a page stands in this interface; None where it does not."""
    address, _, part = page.partition("#")
    try:
        found = resolve(address.partition("?")[0])
    except Resolver404:
        return None
    parts = {**found.kwargs, **({"code": part} if part else {})}
    pattern = ALIKE.get(found.view_name)
    if pattern is None or ("{code}" in pattern and "code" not in parts):
        return None
    return "/api/v1" + pattern.format(**{name: quote(str(value), safe="/") for name, value in parts.items()})
