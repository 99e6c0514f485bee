"""Tokens: shown once, kept as a fingerprint, narrowed, over on a day; and how much may be asked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lianban.apps.access import queries, rules, services
from lianban.apps.access.models import Token, Usage
from lianban.apps.journal.models import Entry
from lianban.apps.parties.queries import actor_of
from lianban.apps.parties.rules import Actor, Grant
from lianban.apps.parties.services import SYSTEM, open_account
from lianban.kit.refusals import Refused

NOW = timezone.now()


@pytest.fixture
def officer(db):
    grant = open_account(username="zhang", password="long-enough-1", shown_name="经办", role="officer",
                         starts_on=NOW.date() - timedelta(days=9), by=SYSTEM, at=NOW)  # fmt: skip
    return actor_of(grant.user, today=NOW.date())


def issued(by, **changed):
    told = {"name": "zq-board", "scopes": ["read"], "days": 30, "chains": ["", "bags"], "by": by, "at": NOW}
    return services.issue(**{**told, **changed})


def test_a_token_is_kept_as_a_fingerprint_only_and_opens_until_it_is_over_or_revoked(officer):
    token, secret = issued(officer)
    kept = str(Token.objects.values().get()) + str(list(Entry.objects.values()))
    assert secret not in kept and secret.removeprefix(rules.MARK) not in kept

    actor, through, _ = queries.bearer(secret, NOW)
    assert (actor.user_id, through.scopes) == (officer.user_id, frozenset({"read"}))
    assert queries.bearer(secret, NOW + timedelta(days=30)) is None
    assert queries.bearer(secret + "x", NOW) is None and queries.bearer("", NOW) is None
    services.revoke(token_id=token.pk, by=officer, at=NOW)
    services.revoke(token_id=token.pk, by=officer, at=NOW)
    assert queries.bearer(secret, NOW) is None
    assert Entry.objects.filter(verb="access.token_revoked").count() == 1


def test_a_token_is_over_with_the_roles_of_its_person_and_with_the_account(officer):
    _, secret = issued(officer)
    token = Token.objects.get()
    token.user.grants.update(ends_on=NOW.date())
    assert queries.bearer(secret, NOW)[0].grants == (Grant("visitor"),)
    type(token.user).objects.update(is_active=False)
    assert queries.bearer(secret, NOW) is None


def test_a_token_of_one_chain_reaches_no_other():
    actor = Actor(1, "x", (Grant("officer"), Grant("chief", "bags"), Grant("analyst", "other")), {"d": ("officer",)})
    one = rules.within(actor, "bags")
    assert one.may("d", "bags") and not one.may("d", "other") and not one.may_see("office", "other")
    assert rules.within(actor, "") is actor


def test_everything_wrong_with_a_token_is_said_at_once(officer):
    with pytest.raises(Refused) as stopped:
        issued(officer, name=" ", scopes=["all"], days=9999, chain="nowhere")
    codes = {refusal.code.removeprefix("access.") for refusal in stopped.value.refusals}
    assert codes == {"name_missing", "scope_unknown", "days_too_many", "chain_unknown"}
    with pytest.raises(Refused):
        issued(Actor())


def test_what_is_asked_is_counted_by_minute_and_day_and_what_is_turned_away_is_not(db):
    start = timezone.localtime(NOW).replace(hour=9, minute=0, second=0, microsecond=0)
    limits = rules.Limits(minute=2, day=3)
    waits = [services.spend("x", limits, start) for _ in range(3)]
    assert waits[:2] == [0, 0] and 1 <= waits[2] <= 61
    later = start + timedelta(minutes=1)
    assert services.spend("x", limits, later) == 0
    assert services.spend("x", limits, later) > 61
    assert services.spend("other", limits, later) == 0
    assert services.spend("x", limits, start + timedelta(days=1)) == 0
    assert Usage.objects.get(who="x").n_day == 1
    services.tidy(progress=None, day=str((start + timedelta(days=2)).date()))
    assert {row.who for row in Usage.objects.all()} == {"x"}


def test_the_page_shows_a_new_token_once_and_only_to_its_owner(officer, client):
    address = "/access/tokens/"
    assert client.get(address).status_code == 302
    client.force_login(Token.user.field.related_model.objects.get(username="zhang"))
    assert client.post(address, {"name": "", "days": "30"}).status_code == 422
    shown = client.post(address, {"name": "zq-board", "scopes": ["read", "facts"], "days": "30"}).content.decode()
    token = Token.objects.get()
    assert rules.MARK in shown and rules.MARK not in client.get(address).content.decode()
    open_account(username="li", password="long-enough-1", shown_name="别人", role="officer", starts_on=NOW.date(), by=SYSTEM, at=NOW)  # fmt: skip
    client.force_login(type(token.user).objects.get(username="li"))
    assert client.post(f"/access/tokens/{token.pk}/revoke/").status_code == 404
    assert "zq-board" not in client.get(address).content.decode()
    client.force_login(token.user)
    assert client.post(f"/access/tokens/{token.pk}/revoke/").status_code == 302
    assert "已撤销" in client.get(address).content.decode()
