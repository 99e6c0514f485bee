"""Telling people: on the site at once, by e-mail after the deed is committed."""

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.utils import timezone

from lianban.apps.notices import queries, rules
from lianban.apps.notices.models import Notice
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text

logger = logging.getLogger(__name__)


@transaction.atomic
def tell(
    *, what: Text, url: str, at: datetime, users: Iterable[Any] = (), roles: Iterable[str] = (), chain: str = "",
    organisations: Iterable[Any] = (), subject: str = "", by: Actor | None = None, mail: bool = True,
) -> int:  # fmt: skip
    """Tell people something once, and how many were told; whoever did it is not told.

    ``users`` and ``organisations`` are keys or rows; ``roles`` reach who holds one on ``chain`` (or everywhere) that day.
    ``what`` goes out by e-mail: it names the thing, never what is secret about it. No journal row: the deed has its own.
    """
    if not rules.local(url):
        raise ValueError(f"a notice leads to a page of this site, not to {url!r}")
    addresses = queries.holders(
        users={_key(user) for user in users}, roles=roles, chain=chain,
        organisations={_key(organisation) for organisation in organisations}, today=timezone.localtime(at).date(),
    )  # fmt: skip
    if by is not None and by.user_id is not None:
        addresses.pop(by.user_id, None)
    doer = by.reference if by else ""
    zh, en = what.zh[: rules.LENGTH], what.en[: rules.LENGTH]
    Notice.objects.bulk_create(
        Notice(user_id=pk, what=zh, what_en=en, url=url, subject=subject, by=doer, at=at) for pk in sorted(addresses)
    )
    to = sorted({address for address in addresses.values() if address})
    if mail and to:
        letter = rules.letter(Text(zh, en), url, settings.ADDRESS)
        transaction.on_commit(partial(_send, letter, to), robust=True)
    return len(addresses)


def _key(thing: Any) -> int:
    return int(getattr(thing, "pk", thing))


def _send(letter: rules.Letter, to: list[str]) -> None:
    """Send a letter to each by themselves. The deed is done: a mail that fails is for whoever is on duty."""
    try:
        connection = get_connection()
        connection.send_messages([EmailMessage(letter.subject, letter.body, to=[one]) for one in to])
    except Exception as error:  # any failure of any mail server means the same: not sent
        logger.warning("notices.mail_failed letters=%d error=%s", len(to), type(error).__name__)


@transaction.atomic
def open_notice(*, pk: int, by: Actor, at: datetime) -> str | None:
    """Read a notice of one's own; gives the page it leads to, None where there is no such notice."""
    notice = queries.mine(by).select_for_update().filter(pk=pk).first()
    if notice is None:
        return None
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice.url


def read_all(*, by: Actor, at: datetime) -> int:
    """Mark everything as read; how many were not."""
    return queries.mine(by).filter(read_at__isnull=True).update(read_at=at)


def set_address(*, email: str, by: Actor) -> None:
    """Set where one's letters go; empty = no letters."""
    get_user_model().objects.filter(pk__in=[by.user_id]).update(email=email)
