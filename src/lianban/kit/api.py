"""Words of the programming interface (接口): what goes wrong, where a thing now stands, pages of a list, ETags.

Every operation answers what is wrong in one shape, ``{"refused": [...]}``, with the codes that the pages use. What may go
wrong anywhere is documented once, in ``lianban.site.api``.
"""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from ninja import Path, Query, Schema
from pydantic import Field

from lianban.kit.refusals import Refusal, Refused, refuse, refuse_if_any
from lianban.kit.text import Text

Item = TypeVar("Item")
MOST = 1000  # rows of one page
CODE = r"^[^\x00-\x1f\x7f]+$"

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
ChainCode = Annotated[str, Path(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", examples=["antibody"])]
RowCode = Annotated[str, Path(max_length=160, pattern=CODE)]
Limit = Annotated[int, Query(ge=1, le=MOST, description="行数上限 / rows on one page")]
After = Annotated[str, Query(max_length=200, description="上一页的 next 给出 / from the last page's `next`")]
Passed = Annotated[int, Query(ge=0, le=2**31 - 1, description="已读过的行数，由上一页的 next 给出 / rows on the pages before, from the last page's `next`")]  # fmt: skip


def binary(kind: str, what: str) -> dict[str, Any]:
    """How the document tells of an answer that is a file."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {"responses": {200: {"description": what, "content": {kind: schema}}}}


IF_MATCH = {
    "in": "header", "name": "If-Match", "required": False, "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
    "description": "读取时得到的 ETag / the ETag it was read with",
}  # fmt: skip
MATCH = {"parameters": [IF_MATCH]}  # of a deed that compares it where it is given


class Scope:
    """What a token must be for. The default of every operation is ``read``; a visitor needs none."""

    def __init__(self, scope: str):
        self.scope = scope

    def __call__(self, request: HttpRequest) -> bool:
        refuse_if_any(request.through.refusals(self.scope))  # type: ignore[attr-defined]
        return True


class Sentence(Schema):
    """A sentence in both languages."""

    zh: str
    en: str


class Reason(Schema):
    """One reason: a code that never changes, a sentence, the facts it stands on, the field it is about."""

    code: str
    message: Sentence
    facts: dict[str, Any] = Field(default_factory=dict)
    field: str = ""


class Problem(Schema):
    """Why something was not done (不予办理): all reasons at once."""

    refused: list[Reason]


class Receipt(Schema):
    """Where what was done now stands; the same request under the same Idempotency-Key is answered with the same."""

    location: str


class Stopped(Refused):
    """A refusal with a status of its own: 401, 404, 412, 422, 428, 429."""

    def __init__(self, status: int, *refusals: Refusal, headers: Mapping[str, str] | None = None):
        super().__init__(refusals)
        self.own_status = status
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        return self.own_status


def problem(refusals: Iterable[Refusal]) -> dict[str, Any]:
    """The body of every answer that says no."""
    return {"refused": [refusal.as_dict() for refusal in refusals]}


def missing() -> Stopped:
    """Missing and hidden answer alike."""
    return Stopped(404, refuse("not_found", "没有这一项，或您无权查看", "there is no such thing, or it is not for you"))


def found(thing: Item | None) -> Item:
    """The thing itself; 404 where it is missing or hidden."""
    if thing is None:
        raise missing()
    return thing


def wrong(field: str, zh: str, en: str, **facts: Any) -> Stopped:
    """One value that cannot be taken (422)."""
    told = refuse("api.unfit", zh, en, **facts)
    return Stopped(422, Refusal(told.code, told.message, told.facts, field))


def unfit(form: Form) -> Stopped:
    """What a form says is wrong, field by field, in both languages (422)."""
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said[language] = [(field, str(why)) for field, reasons in form.errors.items() for why in reasons]
    both = zip(said["zh-hans"], said["en"], strict=True)
    return Stopped(422, *(Refusal("api.unfit", Text(zh, en), {}, field) for (field, zh), (_, en) in both))


def receipt(response: HttpResponse, location: str) -> dict[str, str]:
    """Answer a deed: where it now stands, in the body and as Location."""
    response["Location"] = location
    return {"location": location}


def readable(value: Any) -> None:
    """Refuse what JSON cannot mean or a database cannot keep: numbers beyond all bounds, NUL, half characters."""
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is too large")
    if isinstance(value, int) and abs(value) >= 2**63:
        raise ValueError("a number is too large")
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("NUL in a text")
        value.encode()
    for inner in value.items() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        readable(inner)


def plain(value: Any) -> Any:
    """A value as JSON tells it: days as text, nothing as null."""
    return None if value == "" else value.isoformat() if hasattr(value, "isoformat") else value


def etag(content: Any) -> str:
    """The mark of a content: another content has another."""
    told = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def unchanged_since(request: HttpRequest, now: Any | None) -> None:
    """Refuse unless If-Match names what stands there now; a thing that is new needs none.

    ``now`` is the content as it is answered to a GET, None where nothing is there.
    """
    named = request.headers.get("If-Match", "").strip()
    if now is None:
        if named:
            raise Stopped(412, refuse("api.gone", "这一项已不存在", "it is not there (any more)"))
        return
    if request.headers.get("If-None-Match", "").strip() == "*":
        raise Stopped(412, refuse("api.there_already", "这一项已经存在", "it is there already"))
    if not named:
        raise Stopped(428, refuse("api.if_match_needed", "请先读取这一项，再用 If-Match 带上它的 ETag", "read it first and give its ETag as If-Match"))  # fmt: skip
    marks = {one.strip().removeprefix("W/") for one in named.split(",")}
    if named != "*" and etag(now) not in marks:
        raise Stopped(412, refuse("api.changed_meanwhile", "您读取之后它被改过，请重新读取", "it changed after you read it: read it again"))  # fmt: skip


@contextmanager
def held(
    request: HttpRequest, rows: QuerySet[Any], told: Callable[[Any], Any], *, always: bool = True
) -> Iterator[Any]:
    """Hold the one thing among ``rows`` under its lock, from comparing its ETag to the end of what is done with it.

    ``always`` asks for If-Match; without, it is compared where it is given. Nobody gets between: the second of two
    editors with the same ETag waits here, and then finds that it is another.
    """
    with transaction.atomic():
        thing = found(rows.select_for_update(of=("self",)).first())
        if always or request.headers.get("If-Match"):
            unchanged_since(request, told(thing))
        yield thing


def page(
    request: HttpRequest,
    rows: Any,
    *,
    limit: int,
    after: str,
    key: str,
    told: Callable[[Any], Any],
    n: int | None = None,
) -> dict[str, Any]:
    """One page of a list ordered by a unique ``key`` that ``after`` is compared with; two statements.

    ``told`` says a row as the answer has it.
    """
    total = rows.count() if n is None else n
    rest = rows.order_by(key)
    if after:
        rest = rest.filter(**{f"{key}__gt": after})
    shown = list(rest[: limit + 1])
    more = len(shown) > limit
    last = getattr(shown[limit - 1], key) if more else None
    return listed(request, [told(row) for row in shown[:limit]], n=total, limit=limit, last=last)


def cut(request: HttpRequest, rows: Any, *, limit: int, after: int, told: Callable[[Any], Any]) -> dict[str, Any]:
    """One page of a list by place, for lists that are made anew each time; two statements of a query set."""
    n = rows.count() if isinstance(rows, QuerySet) else len(rows)
    shown = [told(row) for row in rows[after : after + limit]]
    return listed(request, shown, n=n, limit=limit, last=after + limit if after + limit < n else None)


def listed(request: HttpRequest, items: list[Any], *, n: int, limit: int, last: Any = None) -> dict[str, Any]:
    """A page that was cut already: its rows, how many there are in all, the address of the next page or None."""
    query = {name: values for name, values in request.GET.lists() if name not in ("after", "limit")}
    told = urlencode({**query, "limit": limit, "after": last}, doseq=True)
    address = f"{request.path}?{told}" if last is not None else None
    return {"items": items, "n": n, "next": address}
