"""What happens around every request: language, safety headers, who is asking, refusals."""

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from lianban.apps.journal import services as journal
from lianban.apps.parties import queries as parties
from lianban.apps.sealing import services as sealing
from lianban.kit.exports import ForLater
from lianban.kit.refusals import Refused, refuse
from lianban.kit.sealed import is_sealed
from lianban.site import answers

logger = logging.getLogger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]

CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def language(get_response: Handler) -> Handler:
    """Chinese unless the reader chose otherwise: the browser's own language is not asked."""
    known = {code for code, _ in settings.LANGUAGES}

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        code = chosen if chosen in known else settings.LANGUAGE_CODE
        request.LANGUAGE_CODE = code  # type: ignore[attr-defined]
        with translation.override(code):
            response = get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response

    return middleware


def security_headers(get_response: Handler) -> Handler:
    """No script, style or picture from elsewhere; pages with facts are never kept by caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def actor(get_response: Handler) -> Handler:
    """Attach who is asking, read anew for each request so that a lost role is lost at once."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.actor = parties.actor_of(request.user, today=timezone.localdate())  # type: ignore[attr-defined]
        return get_response(request)

    return middleware


def readable_address(get_response: Handler) -> Handler:
    """Refuse an address with a NUL in it: no page has one, and PostgreSQL would break off in the middle of a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            why = refuse(
                "site.unreadable_address",
                "地址里有无法读取的字符（NUL），请重新输入",
                "the address holds a character that cannot be read (NUL); type it again",
            )
            return answers.refused(request, [why], 400)
        return get_response(request)

    return middleware


class InMemory(MemoryFileUploadHandler):
    """Uploaded files in memory only, up to what one answer may have: none is put on disk, however large."""

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *others: Any) -> None:  # type: ignore[override]
        self.activated = True
        if content_length > settings.SEALED_UPLOAD_LIMIT:
            raise RequestDataTooBig


def sealed_addresses(get_response: Handler) -> Handler:
    """What is done at a sealed address leaves no file on disk and no line in the log (lianban.kit.sealed)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_sealed(request):
            return get_response(request)
        request.upload_handlers = [InMemory(request)]
        response = get_response(request)
        if response.status_code < 500:
            response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log a refusal with its path
        return response

    return middleware


class Refusals:
    """Turn Refused into a page, a fragment or JSON, and keep it in the journal (after the rollback).

    A refusal at a sealed address, or of a sealed box, is kept in the box's own sealed journal or not at all.
    """

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ForLater):
            told = {"n_rows": exception.n_rows, "address": request.get_full_path()}
            return render(request, "jobs/later.html", told)
        if not isinstance(exception, Refused):
            return None
        if request.method not in {"GET", "HEAD"}:
            self.keep(request, exception)
        return answers.refused(request, exception.refusals, exception.status)

    @staticmethod
    def keep(request: HttpRequest, refused: Refused) -> None:
        by, at = request.actor, timezone.now()  # type: ignore[attr-defined]
        codes = [refusal.code for refusal in refused.refusals]
        if refused.sealed_in is not None:
            sealing.keep_refusal(box_id=refused.sealed_in, by=by, at=at, path=request.path, codes=codes)
        elif not is_sealed(request):
            journal.record("refused", subject=request.path, by=by, at=at, facts={"codes": codes})
