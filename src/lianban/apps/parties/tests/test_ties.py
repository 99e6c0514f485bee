"""Ties between organisations: stated with evidence, ended but never rewritten, shown only to those who may see them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from lianban.apps.journal.models import Entry
from lianban.apps.parties import queries, rules, services
from lianban.apps.parties.models import Organisation, Tie
from lianban.apps.parties.rules import Actor, Grant
from lianban.apps.parties.services import SYSTEM, open_account
from lianban.kit.mechanisms import all_deeds
from lianban.kit.refusals import Refused

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TOLD = {"kind": "shareholding", "evidence": "年报股东表", "source": "年报 2025", "share": Decimal("0.3")}


@pytest.fixture
def pair(db):
    return [Organisation.objects.create(code=code, name=f"示例{code}", example=True).pk for code in ("A", "B")]


def actor(role):
    return Actor(1, role, (Grant(role),), all_deeds())


def test_a_tie_needs_two_a_kind_evidence_and_a_share_in_its_place():
    wrong = rules.tie_refusals(
        a=1,
        b=1,
        kind="friend",
        share=Decimal(2),
        evidence=" ",
        source="",
        since=date(2026, 2, 1),
        until=date(2026, 1, 1),
    )

    assert {refusal.code for refusal in wrong} == {
        "parties.tie_to_itself", "parties.no_such_tie", "parties.share_out_of_range", "parties.tie_without_evidence",
        "parties.tie_ends_early",
    }  # fmt: skip


def test_the_same_words_are_the_same_tie_and_one_journal_row(pair):
    first = services.tie(a=pair[0], b=pair[1], **TOLD, by=actor("officer"), at=NOW)
    again = services.tie(a=pair[0], b=pair[1], **TOLD, by=actor("officer"), at=NOW)

    assert first == again and Entry.objects.filter(verb="parties.tie_stated").count() == 1


def test_only_the_office_states_and_ends_ties(pair):
    with pytest.raises(Refused):
        services.tie(a=pair[0], b=pair[1], **TOLD, by=actor("enterprise"), at=NOW)
    row = services.tie(a=pair[0], b=pair[1], **TOLD, by=SYSTEM, at=NOW)
    services.end_tie(tie_id=row.pk, until=date(2026, 6, 1), reason="转让", by=actor("officer"), at=NOW)

    with pytest.raises(Refused):
        services.end_tie(tie_id=row.pk, until=date(2026, 7, 1), reason="转让", by=actor("officer"), at=NOW)
    assert queries.ties_of(pair, ["shareholding"], since=date(2026, 5, 31)) == [row]
    assert queries.ties_of(pair, ["shareholding"], since=date(2026, 6, 1)) == []


def test_a_reader_without_the_class_sees_neither_row_nor_count(pair):
    services.tie(a=pair[0], b=pair[1], **TOLD, confidentiality="private", by=SYSTEM, at=NOW)

    assert queries.ties(actor("officer")).count() == 1
    assert queries.ties(actor("science_bureau")).count() == 0


def test_the_office_keeps_ties_on_its_page_and_others_find_no_page(pair):
    open_account(
        username="office", password="long-enough-1", shown_name="链办经办", role="officer", starts_on=date(2026, 1, 1),
        by=SYSTEM, at=NOW,
    )  # fmt: skip
    client = Client()
    assert client.get("/people/ties/").status_code == 302
    client.login(username="office", password="long-enough-1")

    said = {"a": "A", "b": "B", "kind": "shareholding", "share_percent": "12.5", "evidence": "股东表", "source": "年报",
            "confidentiality": "office"}  # fmt: skip
    assert client.post("/people/ties/", said).status_code == 302
    row = Tie.objects.get()
    assert row.share == Decimal("0.125")
    assert "12.50" in client.get("/people/ties/?kind=shareholding").content.decode()
    assert client.post(f"/people/ties/{row.pk}/end/", {"until": "2026-11-22", "reason": "转让"}).status_code == 302
    assert client.get("/people/ties/999/end/").status_code == 404
    assert client.post("/people/ties/", said | {"b": "A"}).status_code == 409
