"""Boxes on the database: handing in, replacing, withdrawing, opening; and what is left of it where."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from lianban.apps.journal import queries as journal
from lianban.apps.journal.models import Entry
from lianban.apps.sealing import compute, queries
from lianban.apps.sealing import services as sealing
from lianban.apps.sealing.models import CustodyKey, Handover, OpenedAnswer, OpenedFile, Share, Vault
from lianban.apps.sealing.tests.conftest import CLOSES, LATER, NOW
from lianban.kit.refusals import Refused


def codes(refused) -> set[str]:
    return {reason.code for reason in refused.value.refusals}


def opened(office, box, first="officer", second="notary"):
    office.now = LATER
    office.give(box, first)
    office.give(box, second)
    box.refresh_from_db()
    return queries.opened(box)


def test_of_a_passphrase_only_salt_and_public_key_stay(office):
    key = CustodyKey.objects.get(user_id=office.people["notary"].user_id)

    assert len(key.salt) == 16 and len(key.public_key) == 32
    with pytest.raises(Refused) as refused:
        sealing.register_passphrase(passphrase="short", again="other", by=office.people["notary"], at=NOW)
    assert codes(refused) == {"sealing.passphrase_short", "sealing.passphrase_differs"}
    with pytest.raises(Refused):
        sealing.register_passphrase(passphrase="x" * 20, again="x" * 20, by=office.people["alpha"], at=NOW)


def test_a_box_says_all_that_is_wrong_with_its_custodians(office):
    with pytest.raises(Refused) as refused:
        office.box(k=4, holders=("officer", "officer", "office_head", "alpha"), closes_at=NOW)

    assert codes(refused) == {
        "sealing.deadline_past", "sealing.holder_twice", "sealing.holder_role", "sealing.holder_without_key",
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        office.box(k=1)
    assert codes(refused) == {"sealing.k_of_n"}


def test_two_persons_are_enough_for_a_small_office(office):
    box = office.box(k=2, holders=("officer", "notary"))
    office.hand_in(box)

    assert [one.content for one in opened(office, box)] == ["我们能做".encode()]


def test_what_was_handed_in_comes_out_with_its_receipt(office):
    box = office.box()
    files = [("方案.pdf", b"%PDF-1"), ("budget.xlsx", b"PK")]
    first = office.hand_in(box, "alpha", {"title": "方案", "amount_fen": 100}, files)
    second = office.hand_in(box, "beta", "bytes as they are")

    found = {one.organisation.code: one for one in opened(office, box)}

    assert found["alpha"].content == {"title": "方案", "amount_fen": 100} and found["alpha"].files == files
    assert found["beta"].content == b"bytes as they are" and found["beta"].files == []
    for receipt, one in ((first, found["alpha"]), (second, found["beta"])):
        assert (one.number, one.received_at, one.digest, one.intact) == (receipt.number, NOW, receipt.digest, True)
    assert sealing.open_box(box_id=box.pk, by=office.people["officer"], at=LATER) == sorted(
        found.values(), key=lambda one: one.number
    )
    assert queries.broken(box) == [] and queries.record_digest(box) == box.record_digest


def test_an_answer_is_replaced_until_the_deadline_and_the_same_one_is_not(office):
    box = office.box()
    first = office.hand_in(box, content="one")
    office.now += timedelta(hours=1)

    assert office.hand_in(box, content="one") == first
    second = office.hand_in(box, content="two")

    assert second.number != first.number and second.at == office.now
    assert (
        sealing.my_receipt(box_id=box.pk, organisation_id=office.firms["alpha"].pk, by=office.people["alpha"]) == second
    )
    assert [(one.content, one.number) for one in opened(office, box)] == [(b"two", second.number)]


def test_what_was_withdrawn_does_not_come_out(office):
    box = office.box()
    office.hand_in(box)
    mine = {"box_id": box.pk, "organisation_id": office.firms["alpha"].pk, "by": office.people["alpha"]}

    sealing.withdraw(**mine)

    assert sealing.my_receipt(**mine) is None
    with pytest.raises(Refused) as refused:
        sealing.withdraw(**mine)
    assert codes(refused) == {"sealing.nothing_there"}
    assert opened(office, box) == []


def test_the_deadline_itself_is_in_time_and_a_moment_later_is_not(office):
    box = office.box()
    office.now = CLOSES
    receipt = office.hand_in(box)
    office.now = LATER

    for late in (lambda: office.hand_in(box, content="other"),
                 lambda: sealing.withdraw(box_id=box.pk, organisation_id=office.firms["alpha"].pk, by=office.people["alpha"])):  # fmt: skip
        with pytest.raises(Refused) as refused:
            late()
        assert codes(refused) == {"sealing.too_late"} and refused.value.sealed_in == box.pk
    assert receipt.at == CLOSES


def test_nobody_hands_in_or_reads_a_receipt_for_others(office):
    box = office.box(holders=("officer", "notary"))
    office.hand_in(box, "alpha")
    alpha = office.firms["alpha"].pk

    for who in ("beta", "officer", "notary", "administrator", "expert"):
        assert sealing.my_receipt(box_id=box.pk, organisation_id=alpha, by=office.people[who]) is None
        with pytest.raises(Refused) as refused:
            sealing.submit(box_id=box.pk, organisation_id=alpha, content=b"x", by=office.people[who])
        assert refused.value.status == 403


def test_too_much_is_refused_with_all_reasons(office, monkeypatch):
    box = office.box()
    monkeypatch.setattr("lianban.apps.sealing.rules.ANSWER_LIMIT", 10)

    with pytest.raises(Refused) as refused:
        office.hand_in(box, content="x" * 11, files=[("a", b"")] * 21)

    assert codes(refused) == {"sealing.answer_too_large", "sealing.too_many_files", "sealing.file_names"}


def test_it_opens_with_k_shares_after_the_deadline_and_not_before(office):
    box = office.box()
    office.hand_in(box)
    ask = {"box_id": box.pk, "by": office.people["officer"], "at": NOW}

    for attempt in (lambda: office.give(box, "officer"), lambda: sealing.open_box(**ask)):
        with pytest.raises(Refused) as refused:
            attempt()
        assert codes(refused) == {"sealing.before_deadline"}
    office.now = LATER
    office.give(box, "notary")
    with pytest.raises(Refused) as refused:
        sealing.open_box(**ask)
    assert codes(refused) == {"sealing.shares_missing"} and refused.value.refusals[0].facts == {"k": 2, "given": 1}
    with pytest.raises(Refused) as refused:
        office.give(box, "notary")
    assert codes(refused) == {"sealing.already_given"}
    for who, word in (("supervisor", "not the passphrase"), ("office_head", "x" * 12), ("expert", "x" * 12)):
        with pytest.raises(Refused):
            office.give(box, who, word)
    assert not OpenedAnswer.objects.exists()

    office.give(box, "supervisor")

    assert len(sealing.open_box(**ask)) == 1


@pytest.mark.parametrize("order", [("officer", "supervisor"), ("supervisor", "officer"), ("notary", "officer")])
def test_any_k_custodians_open_it_in_any_order(office, order):
    box = office.box()
    office.hand_in(box)

    assert len(opened(office, box, *order)) == 1


def test_all_three_are_needed_where_k_is_three(office):
    box = office.box(k=3)
    office.hand_in(box)
    office.now = LATER

    for who, state in (("notary", "sealed"), ("officer", "sealed"), ("supervisor", "opened")):
        assert office.give(box, who).state == state


def test_a_given_share_waits_under_keys_of_those_who_have_not_come(office, settings):
    box = office.box(k=3)
    office.now = LATER
    office.give(box, "officer")

    assert {h.to.role for h in Handover.objects.all()} == {"supervisor", "notary"}
    share = Share.objects.select_related("key").get(box=box, role="supervisor")
    private = compute.keys.from_passphrase("supervision keeps two", bytes(share.key.salt), share.key.cost)
    info = sealing.HANDOVER_INFO + queries.about(box)
    handed = Handover.objects.get(to=share)
    assert len(compute.keys.unseal(bytes(handed.sealed), private, info=info)) == 16
    for key in [compute.keys.from_secret(b"0" * 16, bytes(box.salt))]:
        with pytest.raises(compute.keys.Unreadable):
            compute.keys.unseal(bytes(handed.sealed), key, info=info)


def test_after_the_opening_nothing_is_left_that_could_open_what_was_sealed(office):
    box = office.box()
    office.hand_in(box)
    opened(office, box)

    assert not Vault.objects.exists() and not Handover.objects.exists()
    assert [bytes(share.sealed) for share in Share.objects.all()] == [b"", b"", b""]


def test_a_passphrase_can_be_tried_without_giving_the_share(office):
    box = office.box()
    sealing.check_passphrase(box_id=box.pk, passphrase="notary keeps three", by=office.people["notary"], at=NOW)

    assert Share.objects.get(box=box, role="notary").checked_at == NOW
    with pytest.raises(Refused) as refused:
        sealing.check_passphrase(box_id=box.pk, passphrase="notary keeps nothing", by=office.people["notary"], at=NOW)
    assert codes(refused) == {"sealing.wrong_passphrase"}


def test_a_box_stays_with_the_passphrase_it_was_made_under(office):
    box = office.box()
    sealing.register_passphrase(passphrase="x" * 12, again="x" * 12, by=office.people["notary"], at=NOW)
    office.now = LATER

    office.give(box, "notary", "notary keeps three")


def test_a_deadline_moves_later_and_only_while_answers_are_taken(office):
    box = office.box()
    move = {"box_id": box.pk, "by": office.people["officer"], "at": NOW}

    assert sealing.move_deadline(closes_at=CLOSES + timedelta(days=1), **move).closes_at == CLOSES + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        sealing.move_deadline(closes_at=CLOSES, **move)
    assert codes(refused) == {"sealing.only_later"}
    office.now = CLOSES + timedelta(days=2)
    with pytest.raises(Refused) as refused:
        sealing.move_deadline(closes_at=CLOSES + timedelta(days=9), **move)
    assert codes(refused) == {"sealing.already_closed"}


def test_a_voided_box_forgets_who_had_answered(office):
    box = office.box()
    office.hand_in(box)
    void = {"box_id": box.pk, "by": office.people["office_head"], "at": NOW}
    with pytest.raises(Refused) as refused:
        sealing.void_box(reason=" ", **void)
    assert codes(refused) == {"sealing.reason_needed"}

    sealing.void_box(reason="榜单撤销", **void)

    assert not Vault.objects.exists() and not Entry.objects.filter(verb="sealing.submitted").exists()
    with pytest.raises(Refused) as refused:
        office.hand_in(box)
    assert codes(refused) == {"sealing.not_sealed"}


def everything_but_the_vault() -> dict[str, list]:
    """Every row of every other table, to see that a sealed deed leaves none."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            if table != "sealing_vault":
                cursor.execute(f'SELECT * FROM "{table}"')
                found[table] = sorted(map(repr, cursor.fetchall()))
    return found


def sizes() -> tuple:
    vault = Vault.objects.get()
    return (len(vault.register), len(vault.body), len(vault.deeds), Vault.objects.count())


def test_sealed_deeds_touch_one_row_that_keeps_its_size(office):
    box = office.box()
    before, size = everything_but_the_vault(), sizes()
    last = {bytes(getattr(Vault.objects.get(), name)) for name in ("register", "body", "deeds")}
    mine = {"box_id": box.pk, "organisation_id": office.firms["alpha"].pk, "by": office.people["alpha"]}

    deeds = [
        lambda: office.hand_in(box, "alpha", "a" * 1000, [("f", b"x" * 100_000)]),
        lambda: office.hand_in(box, "alpha", "b"),
        lambda: office.hand_in(box, "alpha", "b"),  # the same again: covered anew all the same
        lambda: office.hand_in(box, "beta", "c"),
        lambda: sealing.withdraw(**mine),
        lambda: sealing.keep_refusal(box_id=box.pk, by=office.people["beta"], at=NOW, path="/", codes=["x"]),
    ]
    for deed in deeds:
        deed()
        now = {bytes(getattr(Vault.objects.get(), name)) for name in ("register", "body", "deeds")}
        assert everything_but_the_vault() == before and sizes() == size and not now & last
        last = now


def test_the_sealed_journal_enters_the_main_one_at_the_opening(office):
    box = office.box()
    first = office.hand_in(box)
    office.now += timedelta(hours=1)
    office.hand_in(box, content="better")
    sealing.keep_refusal(box_id=box.pk, by=office.people["beta"], at=NOW, path="/x", codes=["sealing.too_large"])
    assert not Entry.objects.filter(subject=box.reference).exclude(verb="sealing.made").exists()

    opened(office, box)

    told = list(Entry.objects.filter(subject=box.reference).order_by("number").values_list("verb", "actor", "at"))
    alpha, beta = office.people["alpha"].reference, office.people["beta"].reference
    hour = NOW + timedelta(hours=1)
    assert told[3:6] == [("sealing.submitted", alpha, NOW), ("sealing.replaced", alpha, hour), ("refused", beta, hour)]
    assert told[6][0] == "sealing.opened" and told[1][0] == "sealing.share_given"
    entry = Entry.objects.get(verb="sealing.submitted")
    assert entry.facts["number"] == first.number and len(entry.facts["sealed"]) == 32
    assert Entry.objects.get(verb="sealing.opened").facts["sealed_journal_whole"] is True
    assert journal.first_broken() is None


def test_nobody_fills_the_sealed_journal_by_pressing_again(office):
    box = office.box()
    for _ in range(25):
        sealing.keep_refusal(box_id=box.pk, by=office.people["beta"], at=NOW, path="/x", codes=["x"])
    opened(office, box)
    sealing.keep_refusal(box_id=box.pk, by=office.people["beta"], at=NOW, path="/x", codes=["x"])

    assert Entry.objects.filter(verb="refused", subject=box.reference).count() == 20
    assert Entry.objects.filter(verb="refused", subject="/x").count() == 1


def test_a_changed_vault_is_not_opened(office):
    box = office.box()
    office.hand_in(box)
    vault = Vault.objects.get()
    vault.body = bytes(vault.body)[:-1] + b"x"
    vault.save()

    with pytest.raises(Refused) as refused:
        office.hand_in(box, content="more")
    assert codes(refused) == {"sealing.vault_damaged"}
    office.now = LATER
    office.give(box, "officer")
    with pytest.raises(Refused) as refused, transaction.atomic():
        office.give(box, "notary")
    assert codes(refused) == {"sealing.vault_damaged"}
    assert Share.objects.get(box=box, role="notary").given_at is None


def test_an_exchanged_answer_shows_by_its_receipt(office):
    """Whoever has the site's secret could exchange an answer: the receipt in the applicant's hand tells."""
    box = office.box()
    receipt = office.hand_in(box)
    box = type(box).objects.get(pk=box.pk)
    inside = sealing._inside(box)
    owner = str(office.firms["alpha"].pk)
    other = compute.Answer(receipt.number, b"other")
    told = {"organisation": int(owner), "digest": receipt.digest}
    info = compute.vault.ANSWER_INFO + queries.about(box)
    inside.answers[owner] = compute.keys.seal(compute.pack(other, told), bytes(box.public_key), info=info)
    sealing._close(box, inside)

    assert [(one.content, one.intact) for one in opened(office, box)] == [(b"other", False)]


def test_a_new_site_secret_stops_receiving_but_not_the_opening(office, settings):
    box = office.box()
    office.hand_in(box)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another secret"

    with pytest.raises(Refused) as refused:
        office.hand_in(box, "beta")
    assert codes(refused) == {"sealing.key_changed"}
    settings.SECRET_KEY_FALLBACKS = [old]
    office.hand_in(box, "beta")
    settings.SECRET_KEY_FALLBACKS = []
    assert len(opened(office, box)) == 2


def test_what_was_opened_can_no_longer_be_changed(office):
    box = office.box()
    office.hand_in(box, files=[("a", b"b")])
    opened(office, box)

    for change in (lambda: OpenedAnswer.objects.update(content=b"x"), lambda: OpenedFile.objects.all().delete()):
        with pytest.raises(Exception, match="append only"), transaction.atomic():
            change()


def test_custodians_are_told_what_waits_whether_or_not_anybody_answered(office):
    empty, full = office.box(closes_at=NOW + timedelta(seconds=1)), office.box(closes_at=NOW + timedelta(seconds=1))
    office.hand_in(full)
    type(empty).objects.update(closes_at=NOW - timedelta(days=900))

    waiting = queries.waiting(office.people["notary"], NOW.date())

    assert [one.key for one in waiting] == [f"{box.reference}:share" for box in (empty, full)]
    assert queries.waiting(office.people["office_head"], NOW.date()) == []
