"""Wrong input: an answer below 500 with a sentence, nothing written, and what was typed still there."""

import csv
import io
import re

import pytest
from django.apps import apps
from django.db import transaction
from openpyxl import load_workbook

from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.compute import Package
from lianban.apps.atlas.models import Product
from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.journal.models import Entry
from lianban.apps.parties.services import SYSTEM

OFFICE, FIRM, CHIEF, ADMIN = "office_head", "own firm", "chief", "administrator"
POINT = "/diagnosis/bags/points/film/"
LONG = "长" * 5000
WRONG = ["", LONG, "-1", "胡说", "a\x00b", "9" * 400, "0001-01-01", "9999-99-99", "=1+1", "<script>alert(1)</script>"]
MADE = '<script>alert("zz")</script>'


class Undone(Exception):
    """Takes back what one request wrote."""


def _forms(stage) -> list[tuple[str, str, list[str]]]:
    demand, listed = stage.pks["demand raised"]["bags open"], stage.pks["demand listed"]["bags open"]
    told = stage.pks["instruction"]["bags office"]
    need = ["product", "title", "grade", "required_indicators", "present_supplier", "present_origin", "yearly_quantity",
            "quantity_unit", "unit_price", "latest_on", "scenario", "purchase_intention", "confidentiality"]  # fmt: skip
    answer = ["organisation", "sentence", "evidence", "confidentiality"]
    return [
        (OFFICE, f"{POINT}do/report/", ["note"]), (OFFICE, f"{POINT}do/choose_route/", ["route", "note"]),
        (OFFICE, f"{POINT}do/assign/", ["lead_department", "unit", "person", "user_id", "due_on", "note"]),
        (OFFICE, f"{POINT}do/ask_closing/", ["evidence"]), (OFFICE, f"{POINT}describe/", ["benchmark", "gap"]),
        (OFFICE, "/diagnosis/bags/points/plain/raise/", ["note"]), (OFFICE, "/diagnosis/bags/run/", ["scope", "data_class"]),
        (FIRM, "/demands/new/bags/", need), (OFFICE, f"/demands/{demand}/verify/", ["product", "basis"]),
        (OFFICE, f"/demands/{demand}/return/", ["return-reason"]), (FIRM, f"/demands/{listed}/can-do/", answer),
        (FIRM, "/demands/bags/film/can-do/", answer), (OFFICE, "/reports/bags/issue/", ["matter_1", "matter_2"]),
        (CHIEF, "/instructions/new/bags/", ["text", "product", "due_on", "report"]),
        (OFFICE, f"/instructions/{told}/reply/", ["text"]), (OFFICE, "/minutes/bags/", ["held_on", "title", "text"]),
        (OFFICE, "/rules/put-in-force/", ["pack", "chain", "starts_on", "overrides", "document"]),
        (ADMIN, "/people/", ["user", "role", "chain", "organisation", "starts_on"]),
        (ADMIN, f"/people/roles/{stage.pks['role']['analyst']}/end/", ["ends_on"]), (ADMIN, "/people/roles/999999/end/", ["ends_on"]),
        ("visitor", "/people/sign-in/", ["username", "password"]), ("visitor", "/language/", ["code", "next"]),
    ]  # fmt: skip


def _rows() -> dict[str, int]:
    ours = [m for m in apps.get_models() if m.__module__.startswith("lianban.") and m.__name__ not in ("Entry", "Head")]
    return {m.__name__: m._default_manager.count() for m in ours}


def _wrong_answers(stage, person: str, path: str, names: list[str], value: str, before: dict[str, int]) -> list[str]:
    client, wrong = stage.clients[person], []
    entries = Entry.objects.count()
    response = client.post(path, dict.fromkeys(names, value))
    told, text = f"{path} {value[:12]!r}: ", response.content.decode()
    if response.status_code >= 500:
        wrong.append(f"{told}{response.status_code}")
    if response.status_code in range(400, 500):
        if _rows() != before:
            wrong.append(f"{told}refused, yet written")
        if not re.search(r'class="(?:refusals|error|errorlist|why)|id="refusals|<h1', text):
            wrong.append(f"{told}no sentence")
        if response.status_code == 422 and value == LONG and "<textarea" in text and LONG[:600] not in text:
            wrong.append(f"{told}what was typed is lost")
        if response.status_code in (403, 409) and Entry.objects.count() == entries:
            wrong.append(f"{told}the journal keeps no refusal")
    return wrong


@pytest.fixture
def played(stage):
    from lianban.apps.parties.models import RoleGrant

    stage.pks["role"] = {"analyst": RoleGrant.objects.get(role="analyst").pk}
    plain = Product.objects.get(chain__code="bags", code="film")
    plain.pk, plain.code = None, "plain"  # a product nobody has yet called weak
    plain.save()
    return stage


def test_wrong_values_in_every_field_of_every_form_are_refused_in_words(played):
    wrong, before = [], _rows()  # what a request wrote is taken back each time
    for person, path, names in _forms(played):
        for value in WRONG:
            try:
                with transaction.atomic():
                    wrong += _wrong_answers(played, person, path, names, value, before)
                    raise Undone
            except Undone:
                pass
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("person", ["office_head", pytest.param("visitor", marks=pytest.mark.evidence)])
def test_nonsense_in_an_address_breaks_no_page(played, person):
    nonsense = ["²", "%00", "9" * 25, "-1", "x" * 3000, "'%22--", "%F0%9F%92%A5", "../..", ""]
    asks = ["/diagnosis/bags/?run={}", "/diagnosis/bags/?scope={}", "/diagnosis/bags/?view={}", "/diagnosis/bags/compare/?before={}&after=1",
            "/diagnosis/bags/what-if/?left={}&left_product=film", "/diagnosis/bags/what-if/?stop={}", "/search/?q={}",
            "/chains/bags/products/?q={}", "/chains/bags/products/?segment={}", "/chains/bags/products/{}/", "/chains/{}/", "/demands/?page={}",
            "/demands/?state={}", "/journal/?before={}", "/jobs/1/?next={}", "/instructions/?chain={}", "/chains/bags/map/?node={}",
            "/chains/bags/map/?page={}", "/chains/bags/products/?format={}", "/diagnosis/bags/points/{}/", "/rules/?chain={}",
            "/rules/packs/{}/", "/demands/{}/", "/instructions/new/bags/?product={}", "/timeline/bags/{}/",
            "/diagnosis/bags/what-if/?over={}&add_product=film&add_source=CN", "/diagnosis/bags/what-if/?scope={}&cut_origin=JP",
            "/diagnosis/bags/what-if/?cut_origin={}&cut_origin=JP", "/measures/bags/costs/{}/", "/measures/bags/points/{}/", "/measures/{}/",
            "/diagnosis/bags/points/{}/missing/", "/diagnosis/bags/scenario-sets/{}/", "/diagnosis/bags/studies/{}/"]  # fmt: skip
    client = played.clients[person]
    broken = [(ask, value) for ask in asks for value in nonsense if client.get(ask.format(value)).status_code >= 500]
    assert broken == []


@pytest.fixture
def dangerous(new_stage, monkeypatch):
    """Names that a spreadsheet would calculate and a browser would run, in every text of the chain."""
    conftest = __import__("sys").modules[type(new_stage).__module__]
    signs = ["=", "+", "-", "@", "\t"]
    monkeypatch.setattr(
        type(new_stage),
        "word",
        lambda self, where, allowed: f"{signs[len(self.told) % 5]}1+1{MADE}{_count(self, where)}",
    )
    monkeypatch.setattr(
        conftest,
        "_code",
        lambda stage, kind, of_class, allowed: stage.codes.setdefault(kind, {}).setdefault(of_class, f"{kind}-1"),
    )
    found = conftest.tables(new_stage, ["open"])
    chain = atlas.load_package(chain=Package.from_tables(found, name="bags"), by=SYSTEM, at=conftest.NOW)
    diagnosis.diagnose_now(chain=chain, by=SYSTEM, at=conftest.NOW)
    conftest.handle.__globals__["WeakPoint"].objects.filter(chain=chain).update(
        progress=f"=1{MADE}", benchmark=f"@1{MADE}", responsible_unit=f"+1{MADE}"
    )
    return new_stage


def _count(stage, where: str) -> int:
    stage.told[str(len(stage.told))] = where
    return len(stage.told)


def test_exports_calculate_nothing_and_pages_run_nothing(dangerous):
    client = dangerous.clients["office_head"]
    lists = ["/chains/bags/products/", "/chains/bags/organisations/", "/chains/bags/demands/", "/chains/bags/sources/", "/chains/bags/map/",
             "/diagnosis/bags/?view=all", "/demands/"]  # fmt: skip
    told = 0
    for path in lists:
        join = "&" if "?" in path else "?"
        text = client.get(f"{path}{join}format=csv").content.decode("utf-8-sig")
        for cell in (cell for line in csv.reader(io.StringIO(text)) for cell in line):
            told += "1+1" in cell
            assert not re.match(r"\s*[=+@\t]|\s*-(?![\d.]+$)", cell), (path, cell)
        book = load_workbook(io.BytesIO(client.get(f"{path}{join}format=xlsx").content))
        assert all(cell.data_type != "f" for sheet in book for line in sheet.rows for cell in line), path
    assert told > 20
    pages = [*lists, "/", "/chains/", "/chains/bags/", "/chains/bags/map.svg", "/chains/bags/products/film/", "/chains/bags/segments/raw/",
             "/chains/bags/map/?node=film", "/chains/bags/organisations/organisation-1/", "/search/?q=alert", "/diagnosis/bags/points/film/",
             "/diagnosis/bags/what-if/?cut_origin=JP", "/reports/bags/", f"/search/?q={MADE}", "/timeline/bags/film/"]  # fmt: skip
    shown = 0
    for path in pages:
        text = client.get(path).content.decode()
        assert "<script>alert" not in text and "onerror=" not in text, path
        shown += "&lt;script&gt;alert" in text
    assert shown > 8
