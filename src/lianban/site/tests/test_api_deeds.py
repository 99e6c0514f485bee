"""What programs do beside rows: find, lists, imports, views, corrections, files; two editors; once only, also after a crash."""

import io
import json
import re
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from django.test import Client as Browser
from django.utils import timezone

import lianban
from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.compute import Package, to_chain
from lianban.apps.atlas.models import Chain, ChangeSet, Product
from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.imports import services as imports
from lianban.apps.imports.models import Import, Line, Naming
from lianban.apps.jobs import services as jobs
from lianban.apps.journal.models import PostedOnce
from lianban.apps.lists.models import Publication
from lianban.apps.parties.services import SYSTEM
from lianban.apps.saved.models import SavedView
from lianban.apps.upkeep.models import Confirmation, Correction
from lianban.chain.exporting import file_of
from lianban.site.api import api
from lianban.site.tests.conftest import Wire, tables, token

PAGE = Path(__file__).parents[4] / "docs" / "howto" / "api.md"
V1 = "/api/v1"
CHAIN = f"{V1}/chains/bags"
LIST = "企业名称,所在地,类型,备注\n示例膜材有限公司,320500,企业,扩产\n戊制药机械厂,320500,企业,\n"


def codes(answer):
    return [reason["code"] for reason in answer.json()["refused"]]


def send(program, method, path, body=None, **headers):
    return getattr(program, method)(path, json.dumps(body), "application/json", headers=headers)


def done(answer):
    """Where what was done now stands."""
    assert answer.status_code in (200, 201), answer.content.decode()
    assert answer.headers["Location"] == answer.json()["location"]
    return answer.json()["location"]


def mapped(number=0):
    """An import that waits for its columns, without a file."""
    now, columns = timezone.now(), {"0": {"column": "name", "score": 1.0, "zh": "同名", "en": "same name"}}
    read = {"kind": "csv", "sheet": "", "sheets": [{"name": "", "rows": 2, "first": [[1, ["企业名称"]], [2, ["甲"]]]}],
            "header": {"rows": [1], "names": ["企业名称"], "first_row": 2}}  # fmt: skip
    return Import.objects.create(
        chain=Chain.objects.get(code="bags"), name="x.csv", label="x", state="mapping", by="user:0", at=now, read=read,
        keep_until=now.date() + timedelta(9), mapping={"table": "organisations", "columns": columns, "constants": {}},
    )  # fmt: skip


def test_what_is_found_is_told_by_kind_page_by_page(program, library):
    assert "pages" in program.get(f"{V1}/search?words=示例").json()["kinds"]
    found = program.get(f"{V1}/search?words=示例&limit=2&kind=chains&kind=organisations").json()
    assert found["kinds"] == {"chains": 1, "organisations": 3} and found["n"] == 4 and found["behind"] == []
    chain = found["items"][0]
    assert (chain["kind"], chain["location"], chain["page"]) == ("chains", CHAIN, "/chains/bags/")
    rest = program.get(found["next"]).json()
    assert [one["kind"] for one in rest["items"]] == ["organisations"] * 2 and rest["next"] is None
    only = program.get(f"{V1}/search?words=示例&kind=organisations&kind=products&limit=1").json()
    assert only["n"] == 3 and "kind=organisations&kind=products" in only["next"]
    table = library.search("slmc", "organisations")
    assert table["location"].tolist() == [f"{CHAIN}/tables/organisations/f0"]
    assert program.get(table["location"][0]).json()["name"] == "示例膜材有限公司"
    assert program.get(f"{V1}/search?words=x&kind=nonsense").status_code == 422
    assert program.get(f"{V1}/codes?words=薄膜").json()["items"] == []


def test_a_list_is_read_published_once_and_compared(program, library):
    every = library.lists("bags").set_index("key")
    assert every.loc["suppliers", "published"] is None and every.loc["talent", "missing"] is not None
    assert library.list_rows("bags", "suppliers")["name"].tolist() == ["示例包装股份有限公司"]
    assert library.publish("bags", "suppliers", confidentiality="open", signer="示例链办") == 1
    again = send(
        program, "post", f"{CHAIN}/lists/suppliers/versions", {"confidentiality": "open", "signer": "示例链办"}
    )
    assert (again.status_code, codes(again)) == (409, ["lists.nothing_new"])
    done(send(program, "post", f"{CHAIN}/changes", {"tables": {"organisations": {"f1": {"name": "示例新名"}}}}))
    told = program.get(f"{CHAIN}/lists/suppliers/compare?before=1").json()
    assert told["items"][0]["cells"]["name"] == [
        {"zh": "示例包装股份有限公司", "en": "示例包装股份有限公司"},
        {"zh": "示例新名", "en": "示例新名"},
    ]
    assert library.list_rows("bags", "suppliers", version=1)["name"].tolist() == ["示例包装股份有限公司"]
    version = program.get(f"{CHAIN}/lists/suppliers/versions/1").json()
    assert version["intact"] and version["data_stamp"] == 1
    assert Browser().get(f"{CHAIN}/lists/suppliers/versions/1").json()["data_stamp"] is None
    assert program.get(f"{CHAIN}/lists/nothing").status_code == 404


@pytest.mark.evidence
def test_a_file_is_imported_looked_at_written_and_undone(library, program, worker, tmp_path):
    before = to_chain(Chain.objects.get(code="bags")).fingerprint
    file = tmp_path / "名录.csv"
    file.write_text(LIST, encoding="utf-8-sig")
    told = library.import_file("bags", file, label="工信局名录", source="s", observed_on="2026-11-20")
    assert (told["state"], told["name"]) == ("preview", "名录.csv"), told
    assert told["counts"] == {"changed": 1, "new": 1}
    preview = library.preview(told["id"], verdict="changed")
    assert preview["code"].tolist() == ["f0"] and preview["after"][0]["note"] == "扩产"
    written = library.apply_import(told["id"])
    assert written["state"] == "applied" and written["change"] == 2
    assert "结果" in library.import_result(told["id"], tmp_path / "back.csv").read_text(encoding="utf-8-sig")
    assert library.undo_import(told["id"]) == f"{CHAIN}/changes/3"
    assert to_chain(Chain.objects.get(code="bags")).fingerprint == before

    address = f"{V1}/imports/{told['id']}"
    assert codes(send(program, "post", f"{address}/apply", {})) == ["imports.not_now"]
    assert program.get(f"{V1}/imports").json()["n"] == 1
    assert Browser().get(f"{V1}/imports").status_code == 404


@pytest.mark.evidence
def test_the_page_about_the_interface_does_what_it_says(secret, worker, tmp_path, monkeypatch):
    """Every line of Python on the page, in its order; an import undone leaves the row that was set."""
    scene = tables()
    scene["chain"][0]["code"] = "antibody"
    scene["sources"][0]["code"] = "示例"
    for rows in scene.values():
        for row in rows:
            row |= {"source": "示例"} if "source" in row else {}
    chain = atlas.load_package(chain=Package.from_tables(scene, name="antibody"), by=SYSTEM, at=timezone.now())
    monkeypatch.setattr("lianban.chain.client.urlopen", Wire())
    monkeypatch.chdir(tmp_path)
    Path("名录.csv").write_text(LIST, encoding="utf-8-sig")
    names = {"lianban": lianban, "token": secret}
    body = "\n".join(re.findall(r"```py\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S))
    assert body.count("client.") > 10
    exec(compile(body, PAGE.name, "exec"), names)
    assert names["told"]["counts"] == {"changed": 1, "new": 1}
    assert Product.objects.get(chain=chain, code="film").grade == "GMP" and Publication.objects.count() == 1
    assert [one.kind for one in ChangeSet.objects.order_by("id")] == ["package", "edit", "import", "undo"]
    assert "结果" in Path("名录-结果.csv").read_text(encoding="utf-8-sig") and Path("antibody.geojson").stat().st_size


def test_a_list_is_pasted_and_given_up(program):
    pasted = program.post(f"{CHAIN}/imports", {"text": LIST, "label": "x"})
    assert program.get(done(pasted)).json()["state"] == "reading"
    assert program.get(done(send(program, "post", done(pasted) + "/drop", {}))).json()["state"] == "dropped"
    assert codes(program.post(f"{CHAIN}/imports", {"label": "x"})) == ["imports.nothing"]


def test_a_package_says_what_of_the_rows_it_lacks_and_a_workbook_comes_in_sheet_by_sheet(program):
    chain = Chain.objects.get(code="bags")
    data, ending = file_of(to_chain(chain), "xlsx")  # with 产业链: a whole chain; without: a workbook of lists
    made = brought(chain, data, f"全链.{ending}")
    address = f"{V1}/imports/{made.pk}"
    asked = {"table": "products", "columns": {}, "delete_missing": True}
    etag = {"If-Match": program.get(f"{address}/mapping").headers["ETag"]}
    assert codes(send(program, "put", f"{address}/mapping", asked, **etag)) == ["api.unfit"]
    done(send(program, "put", f"{address}/mapping", asked | {"table": ""}, **etag))
    jobs.work_off()
    assert program.get(f"{address}/mapping").json()["delete_missing"] is True
    assert program.get(address).json()["state"] == "preview" and set(program.get(address).json()["counts"]) == {"same"}

    book = openpyxl.load_workbook(io.BytesIO(data))
    del book["产业链"]
    kept = io.BytesIO()
    book.save(kept)
    made = brought(chain, kept.getvalue(), "两张.xlsx")
    sheets = {one["name"]: one["brought"] for one in program.get(f"{V1}/imports/{made.pk}/mapping").json()["sheets"]}
    other = next(name for name, number in sheets.items() if number is None)
    second = done(send(program, "post", f"{V1}/imports/{made.pk}/sheets", {"sheet": other}))
    assert done(send(program, "post", f"{V1}/imports/{made.pk}/sheets", {"sheet": other})) == second
    jobs.work_off()
    assert program.get(f"{second}/mapping").json()["sheet"] == other
    assert codes(send(program, "post", f"{V1}/imports/{made.pk}/sheets", {"sheet": "没有"})) == [
        "imports.no_such_sheet"
    ]


def brought(chain, data, name):
    made = imports.bring(chain=chain, name=name, size=len(data), chunks=[data], by=SYSTEM, at=timezone.now())
    jobs.work_off()
    return made


def test_names_are_answered_and_what_is_no_answer_is_refused(program):
    made = mapped()
    made.state, made.read = "preview", {**made.read, "names": [["乙", "", ""]]}
    made.save()
    asked = Naming.objects.create(chain=made.chain, name="乙", candidates=[{"code": "f1", "score": 0.9}])
    Line.objects.create(of=made, number=2, table="organisations", verdict="ask", reasons=[])
    address = f"{V1}/imports/{made.pk}"
    assert program.get(f"{address}/lines?verdict=ask").json()["n"] == 1
    told = program.get(f"{address}/names").json()["items"][0]
    assert (told["id"], told["candidates"][0]["code"]) == (asked.pk, "f1")
    for said in ({str(asked.pk): "nobody"}, {"999": "f1"}):
        assert codes(send(program, "post", f"{address}/names", {"said": said})) == ["api.unfit"]
    done(send(program, "post", f"{address}/names", {"said": {str(asked.pk): "f1"}}))
    asked.refresh_from_db()
    assert asked.answer == "f1" and program.get(address).json()["state"] == "previewing"


def test_a_firm_corrects_and_confirms_what_is_said_of_it_and_the_office_answers(program, firm):
    ages = firm.get(f"{CHAIN}/ages/organisations").json()
    assert [one["code"] for one in ages["items"]] == ["f0"] and program.get(f"{CHAIN}/ages/organisations").json()[
        "n"
    ] == 3
    done(send(firm, "post", f"{CHAIN}/confirmations", {"table": "organisations", "codes": ["f0"]}))
    others = send(firm, "post", f"{CHAIN}/confirmations", {"table": "organisations", "codes": ["f0", "f1"]})
    assert others.status_code == 403 and Confirmation.objects.count() == 1

    wrong = {"table": "organisations", "code": "f0", "reason": "公告"}
    assert codes(send(firm, "post", f"{CHAIN}/corrections", {**wrong, "after": {"source": "s"}})) == ["api.unfit"]
    unfit = send(firm, "post", f"{CHAIN}/corrections", {**wrong, "after": {"kind": "火星"}})
    assert unfit.status_code == 422 and unfit.json()["refused"][0]["field"] == "kind"
    assert send(firm, "post", f"{CHAIN}/corrections", {**wrong, "code": "f1", "after": None}).status_code == 404
    where = done(send(firm, "post", f"{CHAIN}/corrections", {**wrong, "after": {"website": "https://example.org"}}))
    assert program.get(f"{V1}/corrections?state=raised").json()["n"] == 1
    mark = program.get(where).headers["ETag"]
    assert codes(send(program, "post", f"{where}/refuse", {})) == ["upkeep.no_decision_reason"]
    done(send(program, "post", f"{where}/accept", {}, **{"If-Match": mark}))
    late = send(program, "post", f"{where}/refuse", {"reason": "不"}, **{"If-Match": mark})
    assert late.status_code == 412 and Correction.objects.get().state == "accepted"
    assert firm.get(f"{CHAIN}/tables/organisations/f0").json()["website"] == "https://example.org"


def test_a_view_is_kept_and_opened_with_what_became_of_its_data(program):
    kept = {
        "name": "膜",
        "address": "/chains/bags/products/?q=膜&saved=x",
        "layout": {"folded": ["raw"]},
        "confidentiality": "open",
    }
    where = done(send(program, "post", f"{V1}/views", kept))
    told = program.get(where).json()
    assert (told["layout"], told["changes"], told["own"]) == ({"folded": ["raw"]}, 0, True) and "saved" not in told[
        "address"
    ]
    assert Browser().get(where).status_code == 404
    done(send(program, "patch", where, {"shared": True}, **{"If-Match": program.get(where).headers["ETag"]}))
    assert Browser().get(where).json()["own"] is False
    assert codes(send(program, "post", f"{V1}/views", {**kept, "address": "http://[/"})) == ["saved.no_such_page"]


@pytest.mark.evidence
def test_a_file_is_asked_for_and_fetched(library, program, worker, tmp_path):
    file = library.export("bags", "geojson", tmp_path / "bags.geojson")
    assert json.loads(file.read_text(encoding="utf-8"))["type"] == "FeatureCollection"
    told = program.get(f"{CHAIN}/files").json()["items"][0]
    assert (told["state"], told["size"]) == ("made", file.stat().st_size)
    unknown = send(program, "post", f"{CHAIN}/files", {"kind": "doc"})
    assert (unknown.status_code, codes(unknown)) == (409, ["reports.no_format"])
    assert Browser().get(f"{CHAIN}/files").status_code == 404


def test_a_run_does_not_tell_lower_readers_how_often_the_data_changed(program, chain):
    diagnosis.diagnose_now(chain=chain, by=SYSTEM, at=timezone.now(), data_class="open")
    chief = Browser(headers={"Authorization": f"Bearer {token('chief')}"})
    addresses = (f"{CHAIN}/runs", f"{CHAIN}/runs/1", CHAIN)
    first = [chief.get(path) for path in addresses]
    told = [(one.json().get("items") or [one.json()])[0] for one in first]
    assert [one.get("data_stamp", one.get("stamp")) for one in told] == [None] * 3
    assert program.get(f"{CHAIN}/runs/1").json()["data_stamp"] == 1

    hidden = {**ROW, "confidentiality": "private"}
    done(send(program, "post", f"{CHAIN}/changes", {"tables": {"products": {"hidden": hidden}}}))
    diagnosis.diagnose_now(chain=chain, by=SYSTEM, at=timezone.now(), data_class="private")

    then = [chief.get(path) for path in addresses]  # not a byte is another, nor a mark
    assert [(a.content, a.headers["ETag"]) for a in then] == [(b.content, b.headers["ETag"]) for b in first]
    assert program.get(f"{CHAIN}/runs").json()["items"][0]["data_stamp"] == 2


ROW = {
    "name": "管",
    "segment": "raw",
    "source": "s",
    "observed_on": "2026-10-31",
    "confidence": "high",
    "confidentiality": "open",
}


MAPPING = {"table": "organisations", "constants": {"source": "s", "observed_on": "2026-11-20"}}


@pytest.fixture
def changeable(program):
    """Everything that changes under If-Match: how it is read, and what two editors make of it."""
    view = done(
        send(program, "post", f"{V1}/views", {"name": "甲", "address": "/chains/bags/", "confidentiality": "open"})
    )
    other = done(
        send(program, "post", f"{V1}/views", {"name": "乙", "address": "/chains/bags/", "confidentiality": "open"})
    )
    mapping = f"{V1}/imports/{mapped().pk}/mapping"
    row, new = f"{CHAIN}/tables/products/film", f"{CHAIN}/tables/products/tube"
    done(send(program, "put", new, ROW))
    return [
        ("put", row, {**ROW, "name": "一"}, {**ROW, "name": "二"}), ("patch", row, {"name": "三"}, {"name": "四"}), ("delete", new, None, None),
        ("put", mapping, MAPPING, {"table": "products"}),
        ("patch", view, {"name": "一"}, {"name": "二"}), ("delete", other, None, None),
    ]  # fmt: skip


def two_editors(program, deeds):
    """Both read, both send: who comes second is told. Returns which methods of which addresses were tried."""
    tried, paths = set(), api.get_openapi_schema()["paths"]
    for method, path, first, second in deeds:
        mark = {"If-Match": program.get(path).headers["ETag"]}
        assert send(program, method, path, first).status_code == 428, (method, path)
        done(send(program, method, path, first, **mark))
        late = send(program, method, path, second, **mark)
        assert late.status_code in ((412, 404) if method == "delete" else (412,)), (method, path, late.content)
        tried |= {(method, p) for p in paths if method in paths[p] and re.fullmatch(re.sub(r"{\w+}", "[^/]+", p), path)}
    return {(m, p) for p, ways in paths.items() for m in ways if m in ("put", "patch", "delete")} - tried


def test_of_two_editors_with_the_same_etag_only_the_first_is_heard(program):
    row, mapping = f"{CHAIN}/tables/products/film", f"{V1}/imports/{mapped().pk}/mapping"
    assert two_editors(
        program, [("patch", row, {"name": "一"}, {"name": "二"}), ("put", mapping, MAPPING, {"table": "products"})]
    )
    assert Product.objects.get(code="film").name == "一" and Import.objects.get().mapping["table"] == "organisations"


@pytest.mark.evidence
def test_of_two_editors_of_anything_only_the_first_is_heard(program, changeable):
    assert two_editors(program, changeable) == set()
    assert Product.objects.get(code="film").name == "三" and not Product.objects.filter(code="tube").exists()
    assert SavedView.objects.get().name == "一" and Import.objects.get().mapping["table"] == "organisations"


def crash_and_send_again(program, deeds, monkeypatch):
    """The process dies before the deed is kept: nothing of it stands. Its answer is lost on the way: it is told again."""
    program.raise_request_exception = False
    for n, (method, path, body) in enumerate(deeds):
        sent = {"Idempotency-Key": f"0123456789abcdef-{n}"}
        if method != "post":
            sent["If-Match"] = program.get(path).headers["ETag"]
        before = PostedOnce.objects.count(), ChangeSet.objects.count(), SavedView.objects.count()
        with monkeypatch.context() as crash:
            crash.setattr("lianban.site.once.journal.keep_answer", lambda *told, **more: 1 / 0)
            assert send(program, method, path, body, **sent).status_code == 500
        assert (PostedOnce.objects.count(), ChangeSet.objects.count(), SavedView.objects.count()) == before
        first = send(program, method, path, body, **sent)
        again = send(program, method, path, body, **sent)
        assert (again.status_code, again.content, again.headers["Location"]) == (
            first.status_code,
            first.content,
            done(first),
        )
        other = send(program, "patch" if method == "put" else "put", path, body, **sent)
        assert (other.status_code, codes(other)) == (422, ["site.key_reused"])


def test_a_key_sent_again_after_a_crash_gives_the_first_answer(program, monkeypatch):
    view = {"name": "甲", "address": "/chains/bags/", "confidentiality": "open"}
    where = done(send(program, "post", f"{V1}/views", view))
    crash_and_send_again(program, [("post", f"{V1}/views", view), ("patch", where, {"name": "乙"}), ("delete", where, None)], monkeypatch)  # fmt: skip
    assert [one.name for one in SavedView.objects.all()] == ["甲"]


@pytest.mark.evidence
def test_a_key_sent_again_after_a_crash_gives_the_first_answer_for_everything_changeable(program, changeable, monkeypatch):  # fmt: skip
    before = ChangeSet.objects.count()
    crash_and_send_again(program, [deed[:3] for deed in changeable], monkeypatch)
    assert ChangeSet.objects.count() == before + 3
