"""A pool of experts by role, three firms that answer, an office of two, a supervisor."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model

from lianban.apps.parties import queries as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor, Grant
from lianban.apps.parties.services import SYSTEM, open_account
from lianban.apps.review import services as review
from lianban.apps.review.models import Expert, Seat
from lianban.apps.rulesets import queries as rulesets
from lianban.kit.mechanisms import all_deeds
from lianban.kit.text import Text

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def frozen(db):
    return rulesets.freeze("mab", TODAY, "challenge", "review")


@pytest.fixture
def firms(db):
    return [
        Organisation.objects.create(
            code=f"f{n}", name=f"应答示例企业{n}", name_en=f"Answering Sample {n}", example=True
        )
        for n in range(3)
    ]


@pytest.fixture
def person(db):
    """Open an account and give the person as the one who acts."""

    def make(role, organisation=None, username=""):
        username = username or role
        open_account(
            username=username, password="long-enough-1", shown_name=f"name-{username}", role=role,
            organisation=organisation, starts_on=date(2026, 1, 1), by=SYSTEM, at=NOW,
        )  # fmt: skip
        return parties.actor_of(get_user_model().objects.get(username=username), today=TODAY)

    return make


@pytest.fixture
def officer(person):
    return person("officer")


@pytest.fixture
def head(person):
    return person("office_head")


@pytest.fixture
def supervisor(person):
    return person("supervisor")


@pytest.fixture
def expert(person):
    """Enrol one expert of some kinds, employed by an organisation."""

    def make(name, *kinds, employer=None):
        actor = person("expert", username=name)
        row = review.enrol(user_id=actor.user_id, kinds=kinds, example=True, by=SYSTEM, at=NOW)
        if employer:
            review.engage(
                expert_id=row.pk, organisation_id=employer.pk, kind="employer", evidence="单位名册", by=SYSTEM, at=NOW
            )
        return row

    return make


@pytest.fixture
def pool(expert):
    """Six technical experts, two financial, one legal: nobody tied to anybody."""
    return [
        *(expert(f"t{n}", "technical") for n in range(6)), *(expert(f"m{n}", "finance") for n in range(2)),
        expert("l0", "legal"),
    ]  # fmt: skip


@pytest.fixture
def as_expert(db):
    def actor(row):
        return parties.actor_of(Expert.objects.select_related("user").get(pk=row.pk).user, today=TODAY)

    return actor


@pytest.fixture
def convened(frozen, firms, officer):
    def make(**changes):
        told = {
            "subject": "challenges.challenge:1", "chain": "mab", "frozen": frozen, "amount_fen": 300_000_000,
            "parties": [firm.pk for firm in firms], "title": Text("层析介质", "Resin"), "by": officer, "at": NOW,
        }  # fmt: skip
        return review.convene(**told | changes)

    return make


def seats_of(panel):
    return list(Seat.objects.filter(panel=panel, active=True).select_related("expert", "panel").order_by("number"))


@pytest.fixture
def seated(pool, convened, officer, as_expert):
    """A panel drawn, declared and with a chair: ready to be confirmed."""

    def make(**changes):
        panel = convened(**changes)
        review.draw(panel_id=panel.pk, by=officer, at=NOW)
        for seat in seats_of(panel):
            review.declare(seat_id=seat.pk, by=as_expert(seat.expert), at=NOW)
        review.name_chair(seat_id=seats_of(panel)[0].pk, by=officer, at=NOW)
        return panel

    return make


@pytest.fixture
def laid_open(seated, officer, firms):
    """A panel reading three plans blind."""

    def make(**changes):
        panel = seated(**changes)
        review.confirm(panel_id=panel.pk, by=officer, at=NOW)
        items = [
            (f"challenges.answer:{n}", f"方案{n}：匿名", f"{firm.name}的方案", [firm.pk])
            for n, firm in enumerate(firms)
        ]
        return review.lay_open(panel_id=panel.pk, items=items, by=officer, at=NOW)

    return make


@pytest.fixture
def give(as_expert):
    """Let every seat score every item in the panel's phase; ``points`` is a function of seat number, item and criterion."""

    def all_points(panel, points=None):
        from lianban.apps.review import queries

        told = queries.reading(panel)
        points = points or (lambda number, code, line: Decimal(line.points) / 2)
        for seat in seats_of(panel):
            for item in told.items:
                lines = [line for line in told.criteria if line.phase == told.phase.scores]
                given = {line.code: points(seat.number, item.code, line) for line in lines}
                review.score(
                    seat_id=seat.pk, code=item.code, points=given, by=as_expert(seat.expert), at=NOW, text="理由"
                )

    return all_points


@pytest.fixture
def frozen_panel(laid_open, give, officer):
    def make(points=None):
        panel = laid_open()
        give(panel, points)
        panel = review.open_defence(panel_id=panel.pk, by=officer, at=NOW)
        give(panel, points)
        return review.freeze(panel_id=panel.pk, by=officer, at=NOW)

    return make


@pytest.fixture
def visitor():
    return Actor(grants=(Grant("visitor"),), deeds=all_deeds())
