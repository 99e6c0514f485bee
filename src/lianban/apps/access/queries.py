"""Reads of tokens: whose, whether valid, and what the limits are."""

import json
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from lianban.apps.access import rules
from lianban.apps.access.models import Token
from lianban.apps.parties import queries as parties
from lianban.apps.parties.rules import Actor
from lianban.apps.rulesets import queries as rulesets
from lianban.rulebook import RuleSet


def visitor(address: str, today: date) -> tuple[Actor, rules.Pass]:
    """Somebody without a token: a visitor, counted by address, which is not kept. No statement."""
    actor = parties.actor_of(AnonymousUser(), today=today)
    return actor, rules.Pass("from:" + salted_hmac("lianban.access", address, algorithm="sha256").hexdigest()[:32])


def bearer(token: str, now: datetime) -> tuple[Actor, rules.Pass, Token] | None:
    """Who comes with a token, or None where it is none, is over or revoked; two statements."""
    if not token.startswith(rules.MARK):
        return None
    found = Token.objects.select_related("user").filter(fingerprint=rules.fingerprint(token)).first()
    if found is None or not found.user.is_active or not rules.is_valid(found.expires_at, found.revoked_at, now):
        return None
    actor = rules.within(parties.actor_of(found.user, today=timezone.localdate(now)), found.chain)
    return actor, rules.Pass(f"token:{found.pk}", frozenset(found.scopes), found.expires_at), found


def mine(actor: Actor) -> QuerySet[Token]:
    """One's own tokens, newest first; one statement."""
    return Token.objects.filter(user_id=actor.user_id) if actor.user_id else Token.objects.none()


def standing(actor: Actor, now: datetime) -> QuerySet[Token]:
    """One's own tokens that still open; one statement."""
    return mine(actor).filter(revoked_at__isnull=True, expires_at__gt=now)


def value(name: str) -> Any:
    """A number of the rule set in force for all chains today; one statement."""
    return _rule_set().value(f"access.{name}")


def limits(*, with_token: bool) -> rules.Limits:
    """How much may be asked; one statement."""
    rule_set, of = _rule_set(), "token" if with_token else "visitor"
    return rules.Limits(rule_set.value(f"access.{of}_per_minute"), rule_set.value(f"access.{of}_per_day"))


def _rule_set() -> RuleSet:
    choice = rulesets.in_force("", timezone.localdate())
    return _loaded(choice.pack, json.dumps(dict(choice.overrides), sort_keys=True))


@lru_cache(maxsize=2)  # asked for with every request
def _loaded(pack: str, overrides: str) -> RuleSet:
    return rulesets.Choice(pack, json.loads(overrides)).load()
