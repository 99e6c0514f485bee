"""Pages: who sees them, what they say, and what a sealed address leaves behind (nothing)."""

import logging

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lianban.apps.journal.models import Entry
from lianban.apps.sealing.models import Box, CustodyKey, Share
from lianban.apps.sealing.tests import addresses
from lianban.apps.sealing.tests.conftest import LATER, PASSPHRASES
from lianban.apps.sealing.tests.test_services import everything_but_the_vault

WRONG = "不是口令也够十二个字这么长"


def client(office, who: str, **settings) -> Client:
    found = Client(**settings)
    if who != "visitor":
        found.force_login(get_user_model().objects.get(pk=office.people[who].user_id))
    return found


def page(office, who: str, name: str, *args) -> tuple[int, str]:
    answer = client(office, who).get(reverse(f"sealing:{name}", args=args))
    return answer.status_code, answer.content.decode()


def post(office, who: str, name: str, *args, **fields):
    return client(office, who).post(reverse(f"sealing:{name}", args=args), fields)


@pytest.mark.parametrize(
    ("who", "status"), [("officer", 200), ("supervisor", 200), ("notary", 200), ("office_head", 200), ("alpha", 404),
                        ("expert", 404), ("administrator", 404), ("visitor", 302)]
)  # fmt: skip
def test_who_sees_a_box(office, who, status):
    box = office.box()
    office.hand_in(box)

    assert page(office, who, "box", box.pk)[0] == status
    assert page(office, who, "record", box.pk)[0] == (302 if who == "visitor" else 404)  # not before the opening


def test_a_page_of_a_box_says_the_same_whatever_lies_in_it(office):
    box = office.box()
    before = [
        page(office, who, name, *args) for who in ("officer", "notary") for name, *args in (("box", box.pk), ("desk",))
    ]
    office.hand_in(box, content="x" * 5000)
    office.hand_in(box, "beta")

    after = [
        page(office, who, name, *args) for who in ("officer", "notary") for name, *args in (("box", box.pk), ("desk",))
    ]

    def plain(pages):
        return [(status, [line for line in text.split("\n") if "csrf" not in line.lower()]) for status, text in pages]

    assert plain(after) == plain(before)


def test_a_custodian_registers_a_passphrase_that_is_not_given_back(office):
    assert page(office, "office_head", "passphrase")[0] == 200 and page(office, "alpha", "passphrase")[0] == 404

    answer = post(office, "office_head", "passphrase", passphrase=WRONG, again=WRONG)

    assert answer.status_code == 302
    assert CustodyKey.objects.filter(user_id=office.people["office_head"].user_id).count() == 1
    answer = post(office, "office_head", "passphrase", passphrase=WRONG)
    assert answer.status_code == 400 and WRONG not in answer.content.decode()


def test_the_ceremony_over_pages(office):
    box = office.box()
    receipt = office.hand_in(box)
    early = post(office, "officer", "give", box.pk, passphrase=PASSPHRASES["officer"])
    assert early.status_code == 409
    assert "disabled" in page(office, "officer", "box", box.pk)[1]
    office.now = LATER

    assert "还差 2 份" in page(office, "notary", "box", box.pk)[1]
    assert post(office, "officer", "give", box.pk, passphrase=WRONG).status_code == 409
    assert post(office, "officer", "give", box.pk, passphrase=PASSPHRASES["officer"]).status_code == 302
    assert "还差 1 份" in page(office, "notary", "box", box.pk)[1]
    assert post(office, "notary", "give", box.pk, passphrase=PASSPHRASES["notary"]).status_code == 302

    assert Box.objects.get().state == "opened"
    assert receipt.number in page(office, "officer", "box", box.pk)[1]
    for who, named in (("officer", True), ("alpha", True), ("notary", False)):
        status, text = page(office, who, "record", box.pk)
        assert status == 200 and receipt.digest in text and ("alpha 公司" in text) == named
    assert page(office, "beta", "record", box.pk)[0] == 404  # had not answered


def test_a_custodian_tries_a_passphrase_and_an_organiser_voids(office):
    box = office.box()

    assert post(office, "notary", "check", box.pk, passphrase=PASSPHRASES["notary"]).status_code == 302
    assert Share.objects.filter(box=box).exclude(checked_at=None).count() == 1
    assert post(office, "office_head", "void", box.pk, reason="撤销").status_code == 302
    assert "撤销" in page(office, "officer", "box", box.pk)[1]


def test_a_receipt_is_its_owners_alone(office):
    box = office.box()
    receipt = office.hand_in(box)

    status, text = page(office, "alpha", "receipt", box.pk)
    assert status == 200 and receipt.number in text and receipt.digest in text
    for who in ("beta", "officer", "notary", "administrator"):
        assert page(office, who, "receipt", box.pk)[0] == 404
        assert post(office, who, "withdraw", box.pk, office.firms["alpha"].pk).status_code == 404
    assert post(office, "alpha", "withdraw", box.pk, office.firms["alpha"].pk).status_code == 302
    assert page(office, "alpha", "receipt", box.pk)[0] == 404


@pytest.mark.urls("lianban.apps.sealing.tests.addresses")
def test_a_sealed_address_leaves_nothing_behind(office, caplog, tmp_path, settings):
    """Neither taken nor refused: no row, no log line, no kept form, no file."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    box = office.box()
    alpha, beta = client(office, "alpha"), client(office, "beta")
    address = f"/try/{box.pk}/{office.firms['alpha'].pk}/"
    before = everything_but_the_vault()
    caplog.set_level(logging.DEBUG)
    large = SimpleUploadedFile("方案.pdf", b"x" * 3_000_000)  # Django would put this on disk

    taken = alpha.post(
        address, {"title": "t", "files": [large], "once": "0" * 32}, headers={"idempotency-key": "k" * 32}
    )
    refused = beta.post(address, {"title": "t", "once": "0" * 32})

    assert (taken.status_code, refused.status_code) == (302, 403)
    assert addresses.seen == [InMemoryUploadedFile] and not list(tmp_path.iterdir())
    assert everything_but_the_vault() == before
    assert not [r for r in caplog.records if not r.name.startswith(("django.db", "django.template", "asyncio"))]
    office.now = LATER
    assert alpha.post(address, {"title": "other"}).status_code == 409
    assert everything_but_the_vault() == before
    office.give(box, "officer")
    office.give(box, "notary")
    told = Entry.objects.filter(verb="refused", subject=box.reference).order_by("number")
    assert [entry.facts["codes"] for entry in told] == [["sealing.not_permitted"], ["sealing.too_late"]]


@pytest.mark.urls("lianban.apps.sealing.tests.addresses")
def test_an_answer_far_too_large_is_stopped_while_it_arrives(office, settings):
    settings.SEALED_UPLOAD_LIMIT = 1000
    box = office.box()
    file = SimpleUploadedFile("a", b"x" * 2000)

    answer = client(office, "alpha").post(f"/try/{box.pk}/{office.firms['alpha'].pk}/", {"files": [file]})

    assert answer.status_code == 400


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_how_safe_it_is_stands_on_a_page_for_everybody(office, language):
    reader = client(office, "visitor")
    reader.cookies["lianban_language"] = language

    text = reader.get(reverse("sealing:how")).content.decode()

    said = (
        "恶意的管理员" if language == "zh-hans" else "A malicious administrator of the running server can read answers"
    )
    assert said in text
