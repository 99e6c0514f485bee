"""A form sent twice is carried out once (一次办理): deed and record are one transaction.

A form with ``{% once %}`` (or a machine's ``Idempotency-Key``) carries a key. The first time, the key is entered and the
deed done, together or not at all. The same form again gets the same answer and does nothing; another content under the
same key is refused (422). A form that was refused or not filled in rightly leaves no trace and may be sent again.
Forms without a key work as ever. A sealed address (lianban.kit.sealed) keeps no key: it would tell that, when and by whom
something was sent; what is done there is safe to send twice by itself.
"""

import hashlib
from collections.abc import Callable, Iterator

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from lianban.apps.journal import rules
from lianban.apps.journal import services as journal
from lianban.kit.sealed import is_sealed
from lianban.site import answers

Handler = Callable[[HttpRequest], HttpResponse]
FIELD = "once"
_NOT_CONTENT = {FIELD, "csrfmiddlewaretoken"}
_DONE = range(200, 400)


def once(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        key = _key(request)
        if not key:
            return get_response(request)
        if reasons := rules.key_refusals(key):
            return answers.refused(request, reasons, 422)
        return _carried_out_once(request, key, get_response)

    return middleware


def _key(request: HttpRequest) -> str:
    if answers.is_program(request) and request.method in ("PUT", "PATCH", "DELETE"):
        return request.headers.get("Idempotency-Key", "")
    if request.method != "POST" or is_sealed(request):
        return ""
    return request.POST.get(FIELD, "") or request.headers.get("Idempotency-Key", "")


def _carried_out_once(request: HttpRequest, key: str, get_response: Handler) -> HttpResponse:
    who = request.actor.reference  # type: ignore[attr-defined]
    name = salted_hmac("lianban.once", f"{who} {key}", algorithm="sha256").hexdigest()
    with transaction.atomic():
        row, first = journal.claim_post(name, _content(request, key), today=timezone.localdate())
        if not first:
            return _again(request, row.content, _content(request, key), row.status, row.location)
        response = get_response(request)
        if response.status_code in _DONE:
            journal.keep_answer(row, status=response.status_code, location=response.headers.get("Location", ""))
        elif response.status_code >= 500:
            transaction.set_rollback(True)
        else:
            row.delete()  # what was refused stays in the journal; the form may be mended and sent again
    return response


def _again(request: HttpRequest, kept: str, sent: str, status: int, location: str) -> HttpResponse:
    if reasons := rules.replay_refusals(kept, sent, location=location):
        return answers.refused(request, reasons, 422 if kept != sent else 409)
    if answers.is_program(request):
        return JsonResponse({"location": location}, status=status, headers={"Location": location})
    response = HttpResponseRedirect(location)
    response.status_code = status
    return response


def _content(request: HttpRequest, key: str) -> str:
    """Fingerprint of address and content, made with the key, so that nobody can try contents against what is kept."""
    deed = "" if request.method == "POST" else f"{request.method} "
    digest = hashlib.sha256(f"{key}\n{deed}{request.get_full_path()}\n".encode())
    for part in _parts(request):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _parts(request: HttpRequest) -> Iterator[bytes]:
    if not request.POST and not request.FILES and request.content_type != "multipart/form-data":
        yield request.body  # a machine's JSON
    for field in sorted(set(request.POST) - _NOT_CONTENT):
        yield from (text.encode("utf-8", "surrogatepass") for text in (field, *request.POST.getlist(field)))
    for field in sorted(request.FILES):
        for file in request.FILES.getlist(field):
            yield f"{field}/{file.name}".encode("utf-8", "surrogatepass")
            yield from file.chunks()
            file.seek(0)
