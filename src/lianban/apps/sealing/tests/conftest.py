"""A chain's office with three custodians, two firms, and a clock that tests set."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model

from lianban.apps.parties.models import Organisation, RoleGrant
from lianban.apps.parties.rules import Actor, Grant
from lianban.apps.sealing import queries
from lianban.apps.sealing import services as sealing
from lianban.apps.sealing.models import Box
from lianban.kit.mechanisms import all_deeds
from lianban.kit.text import Text

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CLOSES = NOW + timedelta(days=10)
LATER = CLOSES + timedelta(microseconds=1)
PASSPHRASES = {
    "officer": "office keeps one part",
    "supervisor": "supervision keeps two",
    "notary": "notary keeps three",
}


def person(role: str, organisation: str = "") -> Actor:
    user = get_user_model().objects.create(username=f"{role} {organisation}".strip(), first_name=role)
    firm = Organisation.objects.get(code=organisation) if organisation else None
    RoleGrant.objects.create(user=user, role=role, organisation=firm, starts_on=date(2026, 1, 1))
    return Actor(user.pk, user.username, (Grant(role, "", organisation),), all_deeds())


@dataclass
class Office:
    people: dict[str, Actor]
    firms: dict[str, Organisation]
    now: datetime = NOW

    def box(self, k: int = 2, holders: tuple[str, ...] = ("officer", "supervisor", "notary"), **more) -> Box:
        given = {
            "subject": "challenges.challenge:1",
            "chain": "bags",
            "closes_at": CLOSES,
            "name": Text("榜单", "A list"),
        }
        holders_by_id = [self.people[name].user_id for name in holders]
        return sealing.make_box(**{**given, **more}, holders=holders_by_id, k=k, by=self.people["officer"], at=NOW)

    def hand_in(self, box: Box, firm: str = "alpha", content="我们能做", files=()):
        given = content if isinstance(content, dict) else content.encode()
        return sealing.submit(
            box_id=box.pk, organisation_id=self.firms[firm].pk, content=given, files=files, by=self.people[firm]
        )

    def give(self, box: Box, who: str, passphrase: str = ""):
        word = passphrase or PASSPHRASES[who]
        return sealing.give_share(box_id=box.pk, passphrase=word, by=self.people[who], at=self.now)


@pytest.fixture
def office(db, monkeypatch) -> Office:
    firms = {name: Organisation.objects.create(code=name, name=f"{name} 公司") for name in ("alpha", "beta")}
    people = {
        role: person(role) for role in ("officer", "supervisor", "notary", "office_head", "expert", "administrator")
    }
    people |= {name: person("enterprise", name) for name in firms}
    made = Office(people, firms)
    monkeypatch.setattr(queries, "clock", lambda box: made.now)
    for name, passphrase in PASSPHRASES.items():
        sealing.register_passphrase(passphrase=passphrase, again=passphrase, by=people[name], at=NOW)
    return made
