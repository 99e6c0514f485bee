"""Long lists written in the background (清单文件): asked for by address, written in the asker's name, fetched by nobody else."""

import hashlib
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from django.contrib.auth import get_user_model
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from lianban.apps.jobs import queries, rules
from lianban.apps.jobs.models import Job, ListFile
from lianban.apps.jobs.services.working import Progress, enqueue
from lianban.apps.journal import services as journal
from lianban.apps.parties import queries as parties
from lianban.apps.parties.rules import Actor
from lianban.kit import exports
from lianban.kit.refusals import Refused, refuse, refuse_if_any

GONE = refuse(
    "jobs.list_gone", "您现在看不到这份清单，没有写成文件", "this list is not yours to see now; no file was written"
)


@transaction.atomic
def write_later(*, address: str, language: str, by: Actor, at: datetime) -> tuple[Job, ListFile]:
    """要一份清单文件: what the page gives out at an address, written by a worker. Asks for a reader who is signed in."""
    parts = _parts(address)
    wanted = parse_qs(parts.query).get("format", [""])[0] in exports.FORMATS
    waiting = queries.lists_in_queue(by)
    refuse_if_any(
        rules.list_refusals(exports=by.signed_in and wanted and _is_page(unquote(parts.path)), waiting=waiting)
    )
    file = ListFile.objects.create(
        address=f"{parts.path}?{parts.query}", language=language, asked_by=by.reference, asked_at=at, gone_at=at + rules.KEPT,
    )  # fmt: skip
    job = enqueue("jobs.list_file", by=by, file_id=file.pk)
    file.job_number = job.pk
    file.save(update_fields=["job_number"])
    journal.record("jobs.list_asked", subject=file.reference, by=by, at=at, facts={"address": parts.path})
    return job, file


def _parts(address: str) -> SplitResult:
    """The parts of an address; of one that is none, nothing."""
    try:
        return urlsplit("" if "\0" in unquote(address) else address)
    except ValueError:
        return urlsplit("")


def _is_page(path: str) -> bool:
    """Whether a page of the site stands here; what programs ask and what is sealed is no list."""
    try:
        return not path.startswith("/api/") and not getattr(resolve(path).func, "sealed", False)
    except Resolver404:
        return False


def write(*, file_id: int, progress: Progress) -> dict[str, Any]:
    """The background job: the page is asked in the reader's name, with the rights they have now."""
    file = ListFile.objects.get(pk=file_id)
    if file.content is not None:
        return {"file": file.pk}
    user = get_user_model().objects.filter(pk=file.asked_by.removeprefix("user:"), is_active=True).first()
    if user is None:
        raise Refused([GONE])
    actor = parties.actor_of(user, today=timezone.localdate())
    with translation.override(file.language):
        answer = _asked(file, user, actor, progress)
    if not getattr(answer, "is_list", False):
        raise Refused([GONE])
    progress(1, 1)  # the last moment to be stopped: what is kept is done
    file.content, file.name = answer.content, answer.headers["Content-Disposition"]
    file.media, file.rights = answer.headers["Content-Type"], rights(actor)
    file.save(update_fields=["content", "name", "media", "rights"])
    return {"file": file.pk}


def _asked(file: ListFile, user: Any, actor: Actor, progress: Progress) -> Any:
    written, _, query = file.address.partition("?")
    path = unquote(written)
    request: Any = WSGIRequest(
        {"REQUEST_METHOD": "GET", "PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query, "SERVER_NAME": "localhost",
         "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": BytesIO()}
    )  # fmt: skip
    request.user, request.actor, request.told = user, actor, progress
    request.LANGUAGE_CODE, request.htmx = file.language, False
    found = resolve(path)
    try:
        return found.func(request, *found.args, **found.kwargs)
    except Http404:
        raise Refused([GONE]) from None


def rights(actor: Actor) -> str:
    """The roles of a reader in one word, to see whether they are still the same."""
    return hashlib.sha256(repr(sorted(map(str, actor.grants))).encode()).hexdigest()


@transaction.atomic
def take(*, file: ListFile, by: Actor, at: datetime) -> ListFile:
    """取走清单文件: a deed of its own in the journal."""
    journal.record("jobs.list_taken", subject=file.reference, by=by, at=at, facts={"bytes": len(file.content or b"")})
    return file


def tidy(*, day: str, progress: Progress) -> dict[str, int]:
    """Throw away old files; the journal keeps that they were. Done twice it is done once."""
    gone, _ = ListFile.objects.filter(gone_at__lt=timezone.now()).delete()
    progress(1, 1)
    return {"gone": gone}
