"""The agreement for real: drafted with the consortium, every clause settled, signed by all; its terms then hold."""

from datetime import date
from decimal import Decimal

import pytest

from lianban.apps.agreements import services as agreements
from lianban.apps.agreements.models import Agreement
from lianban.apps.agreements.tests.conftest import answers
from lianban.apps.consortia import queries, services
from lianban.kit.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def drafted(story, told):
    story.proposed()
    story.joined("media", "college")
    services.draft_agreement(consortium_id=story.c.pk, **told("leader"))
    row = Agreement.objects.get(subject=story.c.reference)
    sides = [story.member(code).organisation_id for code in ("leader", "media", "college")]
    assert list(row.parties.order_by("place").values_list("organisation_id", "role")) == [
        (sides[0], "leader"), (sides[1], "party"), (sides[2], "party"),
    ]  # fmt: skip
    for clause, (option, values) in answers(*sides).items():
        agreements.choose(agreement_id=row.pk, clause=clause, option=option, values=values, **told("leader"))
    return row


def test_the_terms_of_the_signed_agreement_hold_for_the_consortium(story, drafted, told, cast):
    agreements.issue_version(agreement_id=drafted.pk, **told("leader"))
    for code in ("leader", "media"):
        agreements.sign(agreement_id=drafted.pk, organisation=story.member(code).organisation_id, **told(code))
    with pytest.raises(Refused) as refused:
        services.complete_signatures(consortium_id=story.c.pk, **told("leader"))
    assert [r.code for r in refused.value.refusals] == ["consortia.not_signed_by_all"]

    agreements.sign(agreement_id=drafted.pk, organisation=story.member("college").organisation_id, **told("college"))
    services.complete_signatures(consortium_id=story.c.pk, **told("leader"))

    story.c.refresh_from_db()
    assert story.c.state == "signed"
    assert story.c.terms == {"quorum": "1/2", "pass": "667/1000", "notice_days": "30", "benefit": "agreed_shares"}
    shares = {m.organisation.code: m.agreed_share for m in queries.members(story.c)}
    assert shares == {"leader": Decimal("0.4"), "media": Decimal("0.4"), "college": Decimal("0.2")}
    left = services.give_notice(member_id=story.member("media").pk, reason="x", **told("media"))
    assert left.leaves_on == date(2026, 12, 22)


def test_taken_back_the_text_is_open_again_and_drafted_with_the_new_circle(story, drafted, org, told):
    agreements.issue_version(agreement_id=drafted.pk, **told("leader"))
    services.redraft(consortium_id=story.c.pk, reason="再邀一家", **told("leader"))
    story.joined("clinic")
    services.draft_agreement(consortium_id=story.c.pk, **told("leader"))

    drafted.refresh_from_db()
    assert drafted.state == "drafting" and drafted.parties.count() == 4
    assert Agreement.objects.filter(subject=story.c.reference).count() == 1
