"""What happens to hidden rows changes no byte of any answer to those who may not read them, headers included."""

import re
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.jobs import services as jobs
from lianban.apps.parties.services import SYSTEM
from tests.secrecy import test_api
from tests.secrecy.conftest import NOW
from tests.secrecy.test_canary import LISTS, VARYING, addresses, text_of

LATER = NOW + timedelta(days=1)


def heard(stage, person: str, paths: list[str]) -> dict[str, str]:
    """Every answer but for tokens: status, headers with ETag and length, content."""
    client, found = stage.clients[person], {}
    program = client if person == "visitor" else test_api.program(stage, person)
    for path in paths:
        response = (program if path.startswith("/api/") else client).get(path)
        found[path] = f"{response.status_code}\n{VARYING.sub('', told(response))}"
    return found


def told(response) -> str:
    try:
        return text_of(response)
    except zipfile.BadZipFile:  # what the stage calls a package and is none
        return str(response.headers)


def change_what_is_hidden(stage) -> None:
    """A row edited, rows added and taken away, an import undone; all of class private or of the office."""
    chain, code = Chain.objects.get(code="bags"), stage.codes["product"]["private"]
    source, day = "s-private", "2026-11-20"
    fact = {"source": source, "observed_on": day, "confidence": "low", "confidentiality": "private"}
    new = {"name": "别人不该知道", "segment": "raw", **fact}
    made = {"product": "new-one", "organisation": "firm-own", "stage": "pilot", **fact}

    def change(tables, kind="edit", **more):
        return atlas.change(chain=chain, tables=tables, kind=kind, by=SYSTEM, at=LATER, **more)

    change({"products": {code: {"name": "改过的名字", "observed_on": day}}})
    change({"products": {"new-one": new}, "production": {"new-made": made}})
    change({"production": {"new-made": None}})
    atlas.undo(change_id=change({"products": {code: {"note": "又一句"}}}, kind="import").pk, by=SYSTEM, at=LATER)
    jobs.work_off()


def unnoticed(stage, person: str, paths: list[str]) -> None:
    jobs.work_off()
    heard(stage, person, paths)  # what a first look writes is written
    before = heard(stage, person, paths)
    change_what_is_hidden(stage)
    after = heard(stage, person, paths)
    different = [path for path in paths if after[path] != before[path]]
    assert not different, "\n".join(f"{path}: {first_difference(before[path], after[path])}" for path in different[:20])


@pytest.mark.evidence
@pytest.mark.parametrize("person", ["visitor", "own firm", "other firm", "laboratory", "analyst", "chief"])
def test_a_change_of_hidden_rows_changes_no_answer(stage, person, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    paths = [*addresses(stage, every_class=False), *test_api.addresses(stage)]
    unnoticed(stage, person, paths)


@pytest.mark.slow  # one address in thirty; make evidence asks for all, as six readers
def test_a_change_of_hidden_rows_changes_no_answer_of_a_few(stage, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    every = [*addresses(stage, every_class=False), *test_api.addresses(stage)]
    here = [f"{path}?format=csv" for path in LISTS]
    seen = heard(stage, "officer", here)
    unnoticed(stage, "other firm", every[7::30])
    assert heard(stage, "officer", here) != seen  # it was a change indeed


def first_difference(one: str, other: str) -> str:
    pairs = zip(re.split(r"(?<=[>\n,])", one), re.split(r"(?<=[>\n,])", other), strict=False)
    return next((f"{a[:150]!r} → {b[:150]!r}" for a, b in pairs if a != b), "longer or shorter")
