from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model

from lianban.apps.journal.models import Entry
from lianban.apps.parties import queries, services
from lianban.apps.parties.models import Organisation, RoleGrant
from lianban.kit.refusals import Refused

pytestmark = pytest.mark.django_db
DAY, NOW = date(2026, 11, 22), datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture
def administrator():
    services.open_account(
        username="admin",
        password="x" * 12,
        shown_name="管理员",
        role="administrator",
        starts_on=date(2026, 1, 1),
        by=services.SYSTEM,
        at=NOW,
    )
    return queries.actor_of(get_user_model().objects.get(username="admin"), today=DAY)


@pytest.fixture
def person():
    return get_user_model().objects.create_user("person", password="y" * 12)


def test_a_role_holds_from_its_first_day_to_the_day_before_its_end(administrator, person):
    grant = services.grant_role(
        user_id=person.pk, role="officer", chain="", organisation=None, starts_on=DAY, by=administrator, at=NOW
    )
    assert queries.actor_of(person, today=DAY).roles() == {"officer"}
    assert queries.actor_of(person, today=date(2026, 11, 21)).roles() == {"visitor"}

    services.end_role(grant_id=grant.pk, ends_on=date(2026, 12, 1), by=administrator, at=NOW)

    assert queries.actor_of(person, today=date(2026, 11, 30)).roles() == {"officer"}
    assert queries.actor_of(person, today=date(2026, 12, 1)).roles() == {"visitor"}
    assert Entry.objects.filter(subject=f"user:{person.pk}").count() == 2


def test_a_firms_user_needs_a_firm_and_nobody_holds_a_role_twice(administrator, person):
    firm = Organisation.objects.create(code="acme", name="示例企业", example=True)
    given = {"user_id": person.pk, "role": "enterprise", "chain": "", "starts_on": DAY, "by": administrator, "at": NOW}

    with pytest.raises(Refused) as refused:
        services.grant_role(organisation=None, **given)
    assert [r.code for r in refused.value.refusals] == ["parties.organisation_needed"]

    services.grant_role(organisation=firm, **given)
    with pytest.raises(Refused) as refused:
        services.grant_role(organisation=firm, **given)
    assert [r.code for r in refused.value.refusals] == ["parties.already_held"]


def test_only_an_administrator_gives_roles_and_none_ends_their_own(administrator, person):
    with pytest.raises(Refused) as refused:
        services.grant_role(
            user_id=person.pk,
            role="chief",
            chain="",
            organisation=None,
            starts_on=DAY,
            by=queries.actor_of(person, today=DAY),
            at=NOW,
        )
    assert refused.value.status == 403

    own = RoleGrant.objects.get(user_id=administrator.user_id)
    with pytest.raises(Refused) as refused:
        services.end_role(grant_id=own.pk, ends_on=DAY, by=administrator, at=NOW)
    assert [r.code for r in refused.value.refusals] == ["parties.own_administrator"]


def test_opening_an_account_twice_changes_nothing(administrator):
    before = (get_user_model().objects.count(), RoleGrant.objects.count(), Entry.objects.count())

    services.open_account(
        username="admin",
        password="z" * 12,
        shown_name="x",
        role="administrator",
        starts_on=date(2026, 1, 1),
        by=services.SYSTEM,
        at=NOW,
    )

    assert (get_user_model().objects.count(), RoleGrant.objects.count(), Entry.objects.count()) == before
    assert get_user_model().objects.get(username="admin").check_password("x" * 12)
