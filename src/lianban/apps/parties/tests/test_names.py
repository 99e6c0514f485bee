"""Other names of an organisation: noted once, with their source, seen by their class."""

from datetime import UTC, date, datetime

import pytest

from lianban.apps.journal.models import Entry
from lianban.apps.parties import queries, rules, services
from lianban.apps.parties.models import Organisation, OrganisationName
from lianban.apps.parties.rules import Actor, Grant
from lianban.apps.parties.services import SYSTEM
from lianban.kit.refusals import Refused

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_all_reasons_against_a_name_come_at_once():
    found = rules.name_refusals("甲", "nick", present="甲", source=" ", since=date(2020, 1, 2), until=date(2020, 1, 1))

    assert [r.code for r in found] == [
        "parties.no_such_name_kind", "parties.name_says_nothing", "parties.name_without_source", "parties.name_ends_early",
    ]  # fmt: skip


def test_a_name_is_noted_once_seen_by_its_class_and_taken_back(db):
    firm = Organisation.objects.create(code="a", name="甲公司")
    said = {"organisation": firm.pk, "kind": "former", "source": "公告", "by": SYSTEM, "at": NOW}
    name = services.add_name(name=" 甲 工厂 ", **said)
    again = services.add_name(name="甲 工厂", **said)
    services.add_name(name="代号", **said | {"confidentiality": "office"})

    assert (
        again.pk == name.pk and str(name) == "甲 工厂" and Entry.objects.filter(verb="parties.name_added").count() == 2
    )
    assert [str(n) for n in queries.other_names(Actor(), firm)] == ["甲 工厂"]
    assert queries.other_names(Actor(grants=(Grant("enterprise", organisation="a"),)), firm).count() == 2
    services.drop_name(name_id=name.pk, by=SYSTEM, at=NOW)
    assert OrganisationName.objects.count() == 1
    with pytest.raises(Refused):
        services.add_name(name="乙", **said | {"by": Actor()})
