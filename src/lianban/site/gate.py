"""The gate of the programming interface: who comes with which token, how often they may ask, and no page goes out.

A browser's session opens nothing here, so no other site can use it; without a token one is a visitor.
"""

import base64
import binascii
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response

from lianban.apps.access import queries, rules
from lianban.apps.access import services as access
from lianban.apps.imports.rules import MOST_BYTES
from lianban.kit.api import etag
from lianban.kit.refusals import Refusal, refuse
from lianban.site import answers

Handler = Callable[[HttpRequest], HttpResponse]
PREFIX = "/api/"
WORDS = {
    400: refuse("api.unreadable", "请求无法读取", "the request cannot be read"),
    404: refuse("not_found", "没有这一项，或您无权查看", "there is no such thing, or it is not for you"),
    405: refuse("api.method", "此地址不接受这种方法", "this address does not take this method"),
    413: refuse("api.too_large", "请求内容过大", "the request is too large"),
    500: refuse("api.broken", "程序出错，没有改动数据", "a program error; no data were changed"),
}


def gate(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(PREFIX):
            return get_response(request)
        request.program = True  # type: ignore[attr-defined]
        response = _let_in(request) or get_response(request)
        return _shared(request, _marked(request, _told(request, response)))

    return middleware


def _let_in(request: HttpRequest) -> HttpResponse | None:
    """Say who asks and count the request; an answer where it goes no further."""
    now, given = timezone.now(), _token(request)
    actor, through = queries.visitor(request.META.get("REMOTE_ADDR", ""), timezone.localdate(now))
    come = queries.bearer(given, now) if given else None
    if come is not None:
        actor, through = come[0], come[1]
    request.user = AnonymousUser()
    request.actor, request.through = actor, through  # type: ignore[attr-defined]
    limits = queries.limits(with_token=come is not None)
    if wait := access.spend(through.who, limits, now):
        reason = rules.too_many(limits, over_day=wait > 60)
        return answers.refused(request, [reason], 429, {"Retry-After": str(wait)})
    if given is not None and come is None:
        reason = refuse("access.token_unknown", "令牌无效、已过期或已撤销", "the token is unknown, over or revoked")
        return answers.refused(request, [reason], 401, {"WWW-Authenticate": 'Bearer realm="lianban"'})
    if come is not None:
        access.note_use(come[2], now)
    if int(request.headers.get("Content-Length") or 0) > _most(request):
        return answers.refused(request, [WORDS[413]], 413)
    return None


def _most(request: HttpRequest) -> int:
    """How many bytes may come: a file that is brought goes to disk piece by piece, everything else is read at once."""
    brought = request.path.endswith("/imports") and request.content_type == "multipart/form-data"
    return MOST_BYTES + (1 << 20) if brought else settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _token(request: HttpRequest) -> str | None:
    """The token of the header, as a bearer's or as the password of programs that know no other way; None without one."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        return None
    if kind.lower() == "basic":
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return given.strip() if kind.lower() == "bearer" else ""


def _told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """An answer that no operation wrote (no such address, no such method, a program error) is told like all others."""
    kind = response.headers.get("Content-Type", "")
    if response.status_code < 400 or kind.startswith("application/json"):
        return response
    known: Refusal | None = WORDS.get(response.status_code)
    word = HTTPStatus(response.status_code).phrase
    kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
    told = answers.refused(request, [known or refuse("api.refused", word, word)], response.status_code, kept)
    told._has_been_logged = getattr(response, "_has_been_logged", False)  # type: ignore[attr-defined]
    return told


def _marked(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give what was read its ETag, and say 304 to whoever has it already."""
    if request.method != "GET" or response.status_code != 200 or response.streaming:
        return response
    if "ETag" not in response.headers:
        response.headers["ETag"] = etag(response.content.decode("utf-8", "replace"))
    response.headers["Cache-Control"] = "private, no-cache"
    again: Any = get_conditional_response(request, etag=response.headers["ETag"], response=response)
    return again or response


def _shared(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let pages of programs that the office named read the answer (LIANBAN_API_ORIGINS); nobody else's."""
    origin = request.headers.get("Origin", "")
    if origin and origin in settings.API_ORIGINS:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Vary"] = "Origin, Authorization"
    else:
        response.headers["Vary"] = "Authorization"
    return response
