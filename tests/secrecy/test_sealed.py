"""A sealed answer is told by nothing: no page, list, count, number, export, log, letter, file, row or backup.

Two ways of looking: words that stand only in sealed answers are looked for everywhere, in several spellings; and every
page of every role is compared byte by byte before and after answers came, were replaced, withdrawn and refused.
"""

import base64
import hashlib
import logging
import re
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from lianban.apps.challenges import services as challenges
from lianban.apps.challenges.models import Challenge
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.queries import actor_of
from lianban.apps.sealing import queries
from lianban.apps.sealing import services as sealing
from tests.secrecy.conftest import CAST
from tests.secrecy.test_canary import VARYING, patterns, text_of

CUSTODIANS = ("officer", "supervisor", "notary")
APPLICANTS = ("own firm", "other firm")
# Those who know least and most; then the keepers of keys and machines; the rest of the cast in make evidence.
FEW, KEEPERS = ("visitor", "officer"), ("notary", "administrator")
CANARY = {
    "title": "zqsealtitle", "plan": "zqsealplan 鲲鹏暗语", "route": "zqsealroute", "milestones": "zqsealstones", "budget": "zqsealbudget",
    "team": "zqsealteam", "risk": "zqsealrisk", "asked_fen": "1234.5678", "months": "77",
}  # fmt: skip
FILE = ("zqsealfilename.pdf", b"zqsealfilecontent")
WORDS = [
    *[v for v in CANARY.values() if len(v) > 4],
    FILE[0],
    FILE[1].decode(),
    "鲲鹏暗语",
    "kunpenganyu",
    "1234567800",
]
INDICATOR = {
    "name": "透光率",
    "unit": "%",
    "comparison": ">=",
    "threshold": Decimal(80),
    "test_method": "示例方法",
    "test_body": "第三方",
}
MILESTONES = [{"name": "小试", "months": 8, "deliverable": "样品", "payment_fen": 30_000_000}]
WRITTEN = {
    "title": "膜材攻关", "title_en": "Film", "background": "依赖进口", "problem": "透光", "present_level": "L1", "scenario": "包装",
    "contact": "产业处", "months": 24, "total_fen": 120_000_000, "public_fen": 30_000_000, "poster_cash_fen": 90_000_000,
    "payable_fen": 80_000_000, "acceptance_fen": 50_000_000, "ownership": "solver",
}  # fmt: skip
MOMENT = timezone.now()
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
def challenge(new_stage, load_classes):
    """A challenge that everybody can read, taking answers for ten days; three custodians, of whom two open."""
    chain = load_classes(new_stage, ("open",))
    poster = Organisation.objects.create(code="firm-poster", name="发榜公司", kind="firm", place="320500")
    now = timezone.now()
    for person in CUSTODIANS:
        word = f"passphrase of {person}"
        sealing.register_passphrase(passphrase=word, again=word, by=acting(person), at=now)
    made = challenges.draft(
        chain=chain, product="film", indicators=[INDICATOR], milestones=MILESTONES, conditions=[], poster_id=poster.pk,
        first_user_id=poster.pk, by=acting("officer"), at=now, **WRITTEN,
    )  # fmt: skip

    def act(verb: str, who: str, /, **told) -> None:
        getattr(challenges, verb)(challenge_id=made.pk, by=acting(who), at=now, **told)

    act("submit", "officer")
    for verb, who in (("collect", "science_bureau"), ("recommend", "lead_department"), ("argue", "science_bureau")):
        act("pass_on", who, verb=verb, note="同意")
    act("clear", "legal_unit", opinion="未见限制竞争的条件")
    act("decide_posting", "science_bureau", minutes="纪要 8")
    holders = [acting(person).user_id for person in CUSTODIANS]
    act("post", "science_bureau", answers_until=now + timedelta(days=10), holders=holders, k=2)
    act("invite", "science_bureau")
    return Challenge.objects.get(pk=made.pk)


def answers(stage, challenge) -> list[int]:
    """Answers come: handed in, replaced, the same again, withdrawn, refused, looked at. Gives the statuses."""
    address = f"/challenges/{challenge.pk}/answer/"
    firms = {person: Organisation.objects.get(code=CAST[person][1]) for person in APPLICANTS}

    def post(person: str, path: str = address, **fields) -> int:
        solver = firms.get(person, firms["own firm"]).pk
        file = SimpleUploadedFile(FILE[0], FILE[1] + b"x" * 3_000)
        sent = {**CANARY, "solver": solver, **fields, "files": [file], "once": "0123456789abcdef" * 2}
        return stage.clients[person].post(path, sent).status_code

    said = [post("own firm", plan=CANARY["plan"] + " v1"), post("own firm"), post("own firm"), post("other firm")]
    said += [
        stage.clients["own firm"].get(path).status_code for path in (address, f"/sealing/{challenge.box}/receipt/")
    ]
    said.append(post("other firm", f"{address}{firms['other firm'].pk}/withdraw/"))
    said.append(post("own firm", plan="自家公司的方案"))  # names its author: refused by the challenge's own rules
    said += [post(person) for person in ("visitor", "officer", "administrator", "expert")]
    return said


# Where an answer would show first; the other addresses are gone through in make check.
NEAR = (
    "/",
    "/challenges",
    "/sealing",
    "/search",
    "/journal",
    "/waiting",
    "/notices",
    "/review",
    "/timeline",
    "/chains/bags/",
)


def addresses(challenge) -> list[str]:
    """Every address there is, with what is known: numbers of challenge and box, the chain, the product."""
    values = {"chain": "bags", "product": "film", "number": "1", "code": "film", "organisation": "1"}
    found = []
    for path in patterns().values():
        known = {"pk": str(challenge.box if path.startswith("/sealing/") else challenge.pk), **values}
        made = path
        for part, name in re.findall(r"(<(?:\w+:)?(\w+)>)", path):
            made = made.replace(part, known.get(name, known["pk"]))
        if "\\" not in made and "^" not in made and "sign-" not in made:
            found.append(made)
    lists = [f"{path}?format={form}" for path in ("/demands/", "/chains/bags/demands/") for form in ("csv", "xlsx")]
    words = [f"/search/?q={quote(word)}" for word in ("zqsealtitle", "榜单")] + ["/journal/?verify=1"]
    return sorted(set(found)) + lists + words


def read(stage, challenge, people, near: bool = False) -> dict[tuple[str, str], str]:
    """Every page (or those near to answers) as each of these people, all at one moment: files say when they were made."""
    with patch("django.utils.timezone.now", return_value=MOMENT):
        return _read(stage, challenge, people, near)


def _read(stage, challenge, people, near: bool) -> dict[tuple[str, str], str]:
    found = {}
    for person in people:
        for path in addresses(challenge):
            if near and not (path == "/" or path.startswith(NEAR[1:])):
                continue
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


def look(stage, challenge, people, caplog, tmp_path, settings, near: bool = False) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    before = read(stage, challenge, people, near)
    kept = rows()
    caplog.set_level(logging.DEBUG)
    caplog.clear()

    said = answers(stage, challenge)

    assert said == [302, 302, 302, 302, 200, 200, 302, 409, 302, 404, 404, 404]
    logged = [r for r in caplog.records if not r.name.startswith(("django.db", "django.template", "asyncio"))]
    assert not logged and not mail.outbox and not list(tmp_path.iterdir())
    now = rows()
    assert {table for table in now if now[table] != kept[table]} == {"sealing_vault"}
    assert [len(row) for row in now["sealing_vault"]] == [len(row) for row in kept["sealing_vault"]]
    assert not hits("\n".join(line for table in now.values() for line in table).encode())
    after = read(stage, challenge, people, near)
    found = without_journal(after)
    differing = {key: (text, found[key]) for key, text in without_journal(before).items() if found[key] != text}
    assert not differing, "\n".join(f"{key}: {first_difference(*texts)}" for key, texts in differing.items())
    assert not [key for key, text in after.items() if hits(text.encode()) and "q=" not in key[1]]


def test_nothing_tells_that_somebody_answered(new_stage, challenge, caplog, tmp_path, settings):
    look(new_stage, challenge, FEW, caplog, tmp_path, settings, near=True)


@pytest.mark.evidence
def test_nothing_tells_custodians_and_administrators(new_stage, challenge, caplog, tmp_path, settings):
    look(new_stage, challenge, KEEPERS, caplog, tmp_path, settings)


@pytest.mark.evidence
def test_nothing_tells_anybody_else(new_stage, challenge, caplog, tmp_path, settings):
    look(new_stage, challenge, [p for p in CAST if p not in (*FEW, *KEEPERS, *APPLICANTS)], caplog, tmp_path, settings)


def test_an_applicant_reads_a_receipt_and_nothing_of_the_others(new_stage, challenge):
    """Also one's own words are not to be had before the opening."""
    answers(new_stage, challenge)

    pages = read(new_stage, challenge, APPLICANTS, near=True)

    receipts = {person for (person, path), text in pages.items() if path.endswith("/receipt/") and text[:3] == "200"}
    assert receipts == {"own firm"}
    assert not [key for key, text in pages.items() if hits(text.encode()) and "q=" not in key[1]]


def test_after_the_opening_it_is_all_there(new_stage, challenge, monkeypatch):
    """The counter-test: the words looked for are found once the box is open."""
    answers(new_stage, challenge)
    monkeypatch.setattr(queries, "clock", lambda box: box.closes_at + timedelta(seconds=1))
    for person in ("officer", "notary"):
        sealing.give_share(
            box_id=challenge.box, passphrase=f"passphrase of {person}", by=acting(person), at=timezone.now()
        )

    (one,) = sealing.open_box(box_id=challenge.box, by=acting("officer"), at=timezone.now())

    told = {name: str(one.content[name]) for name in CANARY if name not in ("asked_fen", "months")}
    assert told == {name: CANARY[name] for name in told} and one.content["asked_fen"] == 1234567800
    assert one.intact and one.files[0][0] == FILE[0] and one.files[0][1].startswith(FILE[1])
    kept = rows()
    assert hits("\n".join(bytes.fromhex(part).decode(errors="ignore") for line in kept["sealing_opened_answer"]
                          for part in line.split("|") if re.fullmatch(r"(?:[0-9a-f]{2}){20,}", part)).encode())  # fmt: skip
    verbs = [line for line in kept["journal_entry"] if "|sealing." in line or "|refused|" in line]
    assert len(verbs) == 3 + 1 + 2 + 4 + 1 + 1  # passphrases, made, shares, deeds, refused, opened
