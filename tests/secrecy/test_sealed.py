"""A sealed answer is told by nothing: no page, list, count, number, export, log, letter, file, row or backup.

Two ways of looking: words that stand only in sealed answers are looked for everywhere, in several spellings; and every
page of every role is compared byte by byte before and after answers came, were replaced, withdrawn and refused.
"""

import base64
import hashlib
import logging
import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from lianban.apps.parties.models import Organisation
from lianban.apps.parties.queries import actor_of
from lianban.apps.sealing import queries
from lianban.apps.sealing import services as sealing
from lianban.kit.text import Text
from tests.secrecy import sealed_address
from tests.secrecy.conftest import BYSTANDER, CAST
from tests.secrecy.test_canary import VARYING, patterns, text_of

pytestmark = pytest.mark.urls(sealed_address.__name__)
CUSTODIANS = ("officer", "supervisor", "notary")
APPLICANTS = ("own firm", "other firm")
# Those who know least and most; then the keepers of keys and machines; the rest of the cast in make evidence.
FEW, KEEPERS = ("visitor", "officer"), ("notary", "administrator", "laboratory")
CANARY = {"title": "zqsealtitle", "body": "zqsealbody 鲲鹏暗语", "amount": "1234567.89", "contact": "zqsealcontact"}
FILE = ("zqsealfilename.pdf", b"zqsealfilecontent")
WORDS = [*CANARY.values(), FILE[0], FILE[1].decode(), "鲲鹏暗语", "kunpenganyu"]
VARIES = re.compile(VARYING.pattern + r"|-\d{8}-\d{4}||[A-Z2-7]{6}(?:-[A-Z2-7]{6}){3}|name=\"once\" value=\"[^\"]*\"")


def spellings(word: str) -> set[bytes]:
    raw = word.encode()
    digest = hashlib.sha256(raw)
    coded = {raw, base64.b64encode(raw), quote(word).encode(), digest.hexdigest().encode(), digest.digest()}
    return coded | {raw.hex().encode(), word.encode("utf-16-le"), ascii(word)[1:-1].encode()}


SPELT = re.compile(b"|".join(re.escape(one.lower()) for word in WORDS for one in sorted(spellings(word))))


def hits(data: bytes) -> list[bytes]:
    return SPELT.findall(data.lower())


def acting(person: str):
    return actor_of(get_user_model().objects.get(username=person), today=timezone.localdate())


@pytest.fixture
def box(new_stage, load_classes, monkeypatch):
    """A box of a chain that everybody can read, sealed for ten days, and custodians with passphrases."""
    load_classes(new_stage, ("open",))
    now = timezone.now()
    for person in CUSTODIANS:
        word = f"passphrase of {person}"
        sealing.register_passphrase(passphrase=word, again=word, by=acting(person), at=now)
    holders = [acting(person).user_id for person in CUSTODIANS]
    return sealing.make_box(subject="trial:1", chain="bags", closes_at=now + timedelta(days=10), holders=holders, k=2,
                            by=acting("officer"), at=now, name=Text("榜单", "A list"), room=256 * 1024)  # fmt: skip


def answers(stage, box) -> list[int]:
    """Answers come: handed in, replaced, the same again, withdrawn, refused, looked at. Gives the statuses."""
    address = f"/sealed-try/{box.pk}/"

    def post(person: str, path: str = address, **fields) -> int:
        file = SimpleUploadedFile(FILE[0], FILE[1] + b"x" * 3_000)
        sent = {**CANARY, **fields, "files": [file], "once": "0123456789abcdef" * 2}
        return stage.clients[person].post(path, sent).status_code

    said = [post("own firm", body=CANARY["body"] + " v1"), post("own firm"), post("own firm"), post("other firm")]
    said.append(stage.clients["own firm"].get(f"/sealing/{box.pk}/receipt/").status_code)
    other = Organisation.objects.get(code=BYSTANDER)
    said.append(post("other firm", f"/sealing/{box.pk}/withdraw/{other.pk}/"))
    said += [post(person) for person in ("visitor", "officer", "administrator", "expert")]
    return said


def addresses(box) -> list[str]:
    """Every address there is, with what is known: the box's number, the chain, the product."""
    values = {"chain": "bags", "product": "film", "pk": str(box.pk), "number": "1", "code": "film", "organisation": "1"}
    found = []
    for path in patterns().values():
        made = re.sub(r"<(?:\w+:)?(\w+)>", lambda m: values.get(m.group(1), "1"), path)
        if "\\" not in made and "^" not in made and "sign-" not in made:
            found.append(made)
    lists = [f"{path}?format={form}" for path in ("/demands/", "/chains/bags/demands/") for form in ("csv", "xlsx")]
    words = [f"/search/?q={quote(word)}" for word in ("zqsealtitle", "榜单")] + ["/journal/?verify=1"]
    return sorted(set(found)) + lists + words


def read(stage, box, people) -> dict[tuple[str, str], str]:
    """Every page as each of these people; pages of exports carry a line in the journal, so these come last."""
    found = {}
    for person in people:
        for path in addresses(box):
            response = stage.clients[person].get(path)
            text = VARIES.sub("", text_of(response))
            if "format=xlsx" in path:  # a workbook is packed with the time, so its length wavers
                text = re.sub(r"Content-Length: \d+", "", text)
            found[person, path] = f"{response.status_code}\n{text}"
    return found


def rows() -> dict[str, list[str]]:
    """Every row of every table, binary columns as hex."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            lines = cursor.fetchall()
            found[table] = sorted(
                "|".join(bytes(cell).hex() if isinstance(cell, bytes | memoryview) else str(cell) for cell in line)
                for line in lines
            )
    return found


def without_journal(pages: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Reading an export is itself journaled: the journal's own pages are compared on the rows instead."""
    return {key: text for key, text in pages.items() if not key[1].startswith("/journal/")}


def first_difference(one: str, other: str) -> list[str]:
    pairs = zip(one.split("\n"), other.split("\n"), strict=False)
    return next(([a[:200], b[:200]] for a, b in pairs if a != b), ["", "longer or shorter"])


def look(stage, box, people, caplog, tmp_path, settings) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    before = read(stage, box, people)
    kept = rows()
    caplog.set_level(logging.DEBUG)
    caplog.clear()

    said = answers(stage, box)

    assert said == [302, 302, 302, 302, 200, 302, 403, 403, 403, 403]
    logged = [r for r in caplog.records if not r.name.startswith(("django.db", "django.template", "asyncio"))]
    assert not logged and not mail.outbox and not list(tmp_path.iterdir())
    now = rows()
    assert {table for table in now if now[table] != kept[table]} == {"sealing_vault"}
    assert [len(row) for row in now["sealing_vault"]] == [len(row) for row in kept["sealing_vault"]]
    assert not hits("\n".join(line for table in now.values() for line in table).encode())
    after = read(stage, box, people)
    found = without_journal(after)
    differing = {key: (text, found[key]) for key, text in without_journal(before).items() if found[key] != text}
    assert not differing, "\n".join(f"{key}: {first_difference(*texts)}" for key, texts in differing.items())
    assert not [key for key, text in after.items() if hits(text.encode()) and "q=" not in key[1]]


def test_nothing_tells_that_somebody_answered(new_stage, box, caplog, tmp_path, settings):
    look(new_stage, box, FEW, caplog, tmp_path, settings)


@pytest.mark.slow
def test_nothing_tells_custodians_and_administrators(new_stage, box, caplog, tmp_path, settings):
    look(new_stage, box, KEEPERS, caplog, tmp_path, settings)


@pytest.mark.evidence
def test_nothing_tells_anybody_else(new_stage, box, caplog, tmp_path, settings):
    look(new_stage, box, [p for p in CAST if p not in (*FEW, *KEEPERS, *APPLICANTS)], caplog, tmp_path, settings)


def test_an_applicant_reads_a_receipt_and_nothing_of_the_others(new_stage, box):
    """Also one's own words are not to be had before the opening."""
    answers(new_stage, box)

    pages = read(new_stage, box, APPLICANTS)

    receipts = {person for (person, path), text in pages.items() if path.endswith("/receipt/") and text[:3] == "200"}
    assert receipts == {"own firm"}
    assert not [key for key, text in pages.items() if hits(text.encode()) and "q=" not in key[1]]


def test_after_the_opening_it_is_all_there(new_stage, box, monkeypatch):
    """The counter-test: the words looked for are found once the box is open."""
    answers(new_stage, box)
    monkeypatch.setattr(queries, "clock", lambda box: box.closes_at + timedelta(seconds=1))
    for person in ("officer", "notary"):
        sealing.give_share(box_id=box.pk, passphrase=f"passphrase of {person}", by=acting(person), at=timezone.now())

    (one,) = sealing.open_box(box_id=box.pk, by=acting("officer"), at=timezone.now())

    assert one.content == CANARY and one.files[0][0] == FILE[0] and one.files[0][1].startswith(FILE[1]) and one.intact
    told = rows()
    assert hits("\n".join(bytes.fromhex(part).decode(errors="ignore") for line in told["sealing_opened_answer"]
                          for part in line.split("|") if re.fullmatch(r"(?:[0-9a-f]{2}){20,}", part)).encode())  # fmt: skip
    verbs = [line for line in told["journal_entry"] if "|sealing." in line or "|refused|" in line]
    assert len(verbs) == 3 + 1 + 2 + 4 + 4 + 1  # passphrases, made, shares, deeds, refused, opened
