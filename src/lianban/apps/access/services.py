"""What is done with tokens: issued, used, revoked; and the counting of requests."""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from lianban.apps.access import queries, rules
from lianban.apps.access.models import Token, Usage
from lianban.apps.journal import services as journal
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse, refuse_if_any


@transaction.atomic
def issue(*, name: str, scopes: Collection[str], days: int, by: Actor, at: datetime, chain: str = "",
          chains: Collection[str] = ()) -> tuple[Token, str]:  # fmt: skip
    """Issue a token (发放令牌) for a program of one's own; the token itself is told here and never again.

    ``chains`` are the codes that may be chosen: those its person sees.
    """
    refuse_if_any(_signed_in(by))
    user = get_user_model().objects.select_for_update(no_key=True).get(pk=by.user_id or 0)
    refuse_if_any(
        rules.token_refusals(name, scopes, days, most_days=queries.value("token_days_most"), chain=chain, chains=chains,
                             standing=queries.standing(by, at).count())
    )  # fmt: skip
    secret = rules.MARK + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user, name=name.strip(), fingerprint=rules.fingerprint(secret), ending=secret[-4:], chain=chain,
        scopes=rules.scopes_of(scopes), made_at=at, expires_at=at + timedelta(days=days),
    )  # fmt: skip
    facts = {"scopes": token.scopes, "chain": chain, "until": token.expires_at}
    journal.record("access.token_issued", subject=token.reference, by=by, at=at, facts=facts)
    return token, secret


@transaction.atomic
def revoke(*, token_id: int, by: Actor, at: datetime) -> Token:
    """Revoke a token of one's own (撤销令牌): from now on it opens nothing. Done twice, it is one deed."""
    token = queries.mine(by).select_for_update(no_key=True).get(pk=token_id)
    if token.revoked_at is None:
        token.revoked_at = at
        token.save(update_fields=["revoked_at"])
        journal.record("access.token_revoked", subject=token.reference, by=by, at=at)
    return token


def _signed_in(by: Actor) -> list[Any]:
    return [] if by.signed_in else [refuse("access.sign_in.not_permitted", "请先登录", "sign in first")]


def note_use(token: Token, at: datetime) -> None:
    """Note the day of use; one statement on the first use of a day."""
    today = timezone.localdate(at)
    if token.used_on != today:
        Token.objects.filter(pk=token.pk).update(used_on=today)


def spend(who: str, limits: rules.Limits, at: datetime) -> int:
    """Count a request; 0 if it may be answered, else the seconds after which to ask again. One statement, three at first.

    The database counts, so that all processes of an office share one limit. What is turned away is not counted.
    """
    minute, day = int(at.timestamp()) // 60, timezone.localdate(at)
    room = (~Q(minute=minute) | Q(n_minute__lt=limits.minute)) & (~Q(day=day) | Q(n_day__lt=limits.day))
    counted: dict[str, Any] = {
        "n_minute": Case(When(minute=minute, then=F("n_minute") + 1), default=Value(1)),
        "n_day": Case(When(day=day, then=F("n_day") + 1), default=Value(1)),
        "minute": minute,
        "day": day,
    }
    for _ in range(2):
        if Usage.objects.filter(room, who=who).update(**counted):
            return 0
        row, made = Usage.objects.get_or_create(who=who, defaults={"minute": minute, "day": day})
        if not made:
            break
    over_day = row.day == day and row.n_day >= limits.day
    ends = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return rules.seconds_to_wait(at, over_day=over_day, day_ends=ends)


def tidy(*, progress: Any, day: str) -> dict[str, int]:
    """Forget counts of earlier days (daily work)."""
    before = datetime.fromisoformat(day).date() - timedelta(days=1)
    return {"forgotten": Usage.objects.filter(day__lt=before).delete()[0]}
