"""A file's road: read, mapped, previewed, written, undone; the preview says exactly what is written."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from lianban.apps.atlas import compute as packages
from lianban.apps.atlas import queries as chains
from lianban.apps.atlas import services as facts
from lianban.apps.atlas.models import Chain, Demand, Member, Product, RowChange
from lianban.apps.atlas.tests import given
from lianban.apps.imports import queries, rules, services
from lianban.apps.imports.models import Import, Line, Naming, Piece
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.journal.models import Entry
from lianban.chain.dictionary import TABLES
from lianban.chain.exporting import file_of
from lianban.kit.refusals import Refused

OFFICER = given.actor("officer")
LIST = [
    ["2026年重点企业名录"],
    ["序号", "企业名称", "统一社会信用代码", "所在地", "类型", "备注", "联系人"],
    [1, "甲膜业有限公司", None, "320500", "企业", "扩产", "不留的名字"],
    [2, "丁新材料有限公司", None, "320500", "企业", None],
    [3, "乙药业有限公司", None, "320500", "企业", None],
    [4, "戊公司", None, "320500", "火星", "类型不认识"],
    [5, "丁新材料有限公司", None, "320500", "企业", None],
]


@pytest.fixture
def chain(db):
    return given.load()


def workbook(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def bring(chain, data, name="名录.xlsx", label="工信局名录", text=""):
    made = services.bring(
        chain=chain,
        name=name,
        chunks=[data] if data else [],
        size=len(data),
        text=text,
        label=label,
        by=OFFICER,
        at=given.NOW,
    )
    jobs.work_off()
    made.refresh_from_db()
    return made


def mapped(made, **constants):
    columns = {i: {"column": one["column"]} for i, one in made.mapping["columns"].items()}
    constants = {"source": "s1", "observed_on": "2026-11-20", **constants}
    services.map_columns(
        number=made.pk,
        table=made.mapping["table"],
        columns=columns,
        constants=constants,
        overwrite=False,
        by=OFFICER,
        at=given.NOW,
    )
    jobs.work_off()
    made.refresh_from_db()
    return made


def write(made):
    services.ask_to_apply(number=made.pk, by=OFFICER, at=given.NOW)
    jobs.work_off()
    made.refresh_from_db()
    return made


def lines(made):
    return {(line.number, line.table): line for line in Line.objects.filter(of=made)}


def test_a_list_is_read_previewed_written_exactly_so_and_undone(chain):
    before = packages.to_chain(chain).fingerprint
    made = bring(chain, workbook(LIST))
    assert (made.state, made.mapping["table"], made.read["header"]["rows"]) == ("mapping", "organisations", [2])
    assert "扩产" in str(made.read) and "不留的名字" not in str(made.read)
    mapped(made)
    assert made.state == "preview", made.reason
    found = {number: line.verdict for (number, _), line in lines(made).items()}
    assert found == {3: "changed", 4: "new", 5: "changed", 6: found[6], 7: "rejected"}
    assert Chain.objects.get().stamp == 1 and not Member.objects.filter(name="丁新材料有限公司").exists()
    told = {(n.table, n.code): (n.before, n.after) for n in Line.objects.filter(of=made, verdict__in=rules.WRITES)}

    write(made)

    assert made.state == "applied", made.reason
    change = chains.change(OFFICER, chain, made.change)
    assert {(r.table, r.code): (r.before, r.after) for r in RowChange.objects.filter(change=change)} == told
    assert change.subject == made.reference and "工信局名录" in change.note
    assert Member.objects.get(code="maker").note == "扩产"
    back = openpyxl.load_workbook(io.BytesIO(b"".join(queries.pieces(made, "results")))).active
    assert back.cell(2, 8).value == "结果" and "修改：" in back.cell(3, 8).value and "重复" in back.cell(7, 8).value
    facts.undo(change_id=change.pk, by=OFFICER, at=given.NOW)
    assert packages.to_chain(Chain.objects.get()).fingerprint == before
    again = bring(chain, workbook(LIST))
    assert again.mapping["constants"]["source"] == "s1" and all(
        one["column"] in ("", *queries.atlas.TABLES["organisations"].names) for one in again.mapping["columns"].values()
    )


def test_a_pasted_list_of_needs_asks_who_is_meant_once(chain):
    text = "需求名称\t提出企业\t对应产品\n无菌接头\t乙药业\t袋膜\n软管\t乙药业\t不存在的产品\n"
    made = mapped(bring(chain, b"", text=text, label="需求表"))
    assert made.state == "preview", made.reason
    if made.mapping["table"] != "demands":
        pytest.fail(str(made.mapping))
    naming = Naming.objects.get()
    assert naming.name == "乙药业" and naming.candidates[0]["code"] == "buyer"
    with pytest.raises(Refused):
        services.ask_to_apply(number=made.pk, by=OFFICER, at=given.NOW)
    services.say_who(number=made.pk, said={naming.pk: "buyer"}, by=OFFICER, at=given.NOW)
    jobs.work_off()
    made.refresh_from_db()
    found = lines(made)
    assert found[2, "demands"].verdict == "new"
    assert (found[3, "demands"].verdict, found[3, "demands"].reasons[-1]["code"]) == ("rejected", "reference_unknown")
    write(made)
    assert Demand.objects.get(title="无菌接头").raised_by.code == "buyer"
    assert mapped(bring(chain, b"", text=text, label="需求表")).counts == {"same": 1, "rejected": 1}


def test_a_source_that_nobody_knows_becomes_one_with_the_rows(chain):
    made = mapped(bring(chain, workbook(LIST)), source="市工信局2026年名录", confidentiality="office")
    found = lines(made)[0, "sources"]
    assert (found.verdict, found.after["title"], found.after["confidentiality"]) == (
        "new",
        "市工信局2026年名录",
        "office",
    )
    write(made)
    assert Member.objects.get(name="丁新材料有限公司").source.title == "市工信局2026年名录"


def test_what_others_changed_since_the_preview_is_looked_at_again(chain):
    made = mapped(bring(chain, workbook(LIST)))
    facts.change(chain=chain, tables={"products": {"film": {"name": "别的"}}}, kind="edit", by=OFFICER, at=given.NOW)
    facts.change(
        chain=chain, tables={"organisations": {"maker": {"note": "先改"}}}, kind="edit", by=OFFICER, at=given.NOW
    )
    write(made)
    assert made.state == "preview" and "重新预览" in made.reason["zh"]
    assert (
        Job.objects.get(pk=made.job).state == "failed" and not RowChange.objects.filter(change__kind="import").exists()
    )


def test_what_cannot_be_read_says_why_and_leaves_nothing(chain):
    made = bring(chain, b"\x00\x01\x02" * 100, name="x.xlsx")
    assert made.state == "failed" and made.reason["zh"] and Job.objects.get(pk=made.job).state == "failed"
    services.drop(number=made.pk, by=OFFICER, at=given.NOW)
    assert not Piece.objects.exists()
    with pytest.raises(Refused):
        bring(chain, b"")
    assert Entry.objects.filter(verb="imports.dropped").count() == 1


def test_a_name_of_a_file_is_never_a_path_and_old_files_go(chain):
    made = bring(chain, workbook(LIST), name="../../etc/名录\u202e.xlsx")
    assert "/" not in made.name and made.keep_until > date(2027, 1, 1)
    services.forget(progress=None, day="2099-01-01")
    assert not Piece.objects.exists() and Import.objects.filter(pk=made.pk).exists()


def test_a_job_given_up_leaves_the_import_where_it_can_go_on(chain):
    made = mapped(bring(chain, workbook(LIST)))
    services.ask_to_apply(number=made.pk, by=OFFICER, at=given.NOW)
    made.refresh_from_db()
    jobs.cancel(made.job)
    assert queries.state_now(Import.objects.get(pk=made.pk)) == "preview" and Chain.objects.get().stamp == 1
    write(made)
    assert made.state == "applied"
    number, user, at = made.pk, OFFICER.user_id, given.NOW.isoformat()
    services.apply(
        progress=jobs.Progress(made.job), number=number, user=user, at=at
    )  # its worker died after the commit
    assert Chain.objects.get().stamp == 2


def test_only_the_office_brings_files(chain):
    for role in ("enterprise", "expert", "supervisor", "chief"):
        with pytest.raises(Refused):
            services.bring(chain=chain, name="x", chunks=[b"x"], size=1, by=given.actor(role), at=given.NOW)
        assert not queries.imports(given.actor(role)).exists()
    assert Product.objects.exists()


def package_with(chain, missing, /, **replaced):
    """A package of the chain with other rows, brought and previewed."""
    found = packages.to_chain(chain).tables
    tables = {**found, **{table: [r for r in found[table].to_dict("records") if keep(r)] for table, keep in replaced.items()}}  # fmt: skip
    data, _ = file_of(packages.Package.from_tables(tables, name="bags"), "zip")
    made = bring(chain, data, name="数据包.zip")
    services.map_columns(
        number=made.pk, table="", columns={}, constants={}, overwrite=False, delete_missing=missing, by=OFFICER, at=given.NOW
    )  # fmt: skip
    jobs.work_off()
    made.refresh_from_db()
    return made


def test_rows_that_a_package_lacks_stay_unless_asked_and_never_what_is_needed(chain):
    before = packages.to_chain(chain).fingerprint
    lacking = {
        "products": lambda r: r["code"] not in ("resin", "bag-50"),
        "production": lambda r: r["stage"] != "pilot",
    }
    made = package_with(chain, False, **lacking)
    assert made.counts["absent"] == 3 and "gone" not in made.counts
    with pytest.raises(Refused):
        write(made)
    made = package_with(chain, True, **lacking)
    found = {line.code: line for line in made.lines.exclude(verdict="same")}
    assert found["bag-50"].verdict == "gone" and found["resin"].verdict == "absent"
    assert "inputs" in found["resin"].reasons[0]["en"].lower()
    assert made.counts["gone"] == 2

    write(made)

    assert made.state == "applied", made.reason
    assert not Product.objects.filter(code="bag-50").exists() and Product.objects.filter(code="resin").exists()
    facts.undo(change_id=chains.change(OFFICER, chain, made.change).pk, by=OFFICER, at=given.NOW)
    assert packages.to_chain(Chain.objects.get()).fingerprint == before


def test_the_sheets_of_a_workbook_come_in_one_after_another(chain):
    book = openpyxl.load_workbook(io.BytesIO(workbook(LIST)))
    book.active.title = "企业名录"
    for row in (["需求名称", "提出企业", "对应产品"], ["无菌接头", "甲膜业有限公司", "袋膜"]):
        (book["需求"] if "需求" in book.sheetnames else book.create_sheet("需求")).append(row)
    kept = io.BytesIO()
    book.save(kept)
    first = mapped(bring(chain, kept.getvalue(), label="工信局报表"))
    assert [(name, one and one.pk) for name, _, one in queries.sheets(first)] == [
        ("企业名录", first.pk),
        ("需求", None),
    ]
    write(first)
    second = services.bring_sheet(number=first.pk, sheet="需求", by=OFFICER, at=given.NOW)
    assert services.bring_sheet(number=first.pk, sheet="需求", by=OFFICER, at=given.NOW) == second
    jobs.work_off()
    second.refresh_from_db()
    assert (second.mapping["table"], second.label) == ("demands", "工信局报表 · 需求")
    write(mapped(second))
    assert Demand.objects.filter(title="无菌接头").exists()
    assert [one.state for _, _, one in queries.sheets(second)] == ["applied", "applied"]
    with pytest.raises(Refused) as error:
        services.bring_sheet(number=first.pk, sheet="没有", by=OFFICER, at=given.NOW)
    assert error.value.refusals[0].code == "imports.no_such_sheet"


@pytest.mark.parametrize("ending", ["zip", "xlsx"])
def test_a_cell_of_a_package_that_cannot_be_read_is_told_and_what_stood_there_stays(chain, ending):
    before = packages.to_chain(chain).fingerprint
    data, _ = file_of(packages.to_chain(chain), ending)
    broken = with_cell(data, ending, "inputs", "cost_share", "四成")
    made = bring(chain, broken, name=f"数据包.{ending}")
    services.map_columns(number=made.pk, table="", columns={}, constants={}, overwrite=True, by=OFFICER, at=given.NOW)
    jobs.work_off()
    made.refresh_from_db()

    (line,) = [line for line in made.lines.all() if line.reasons]
    assert (line.table, line.verdict, line.reasons[0]["code"], line.reasons[0]["value"]) == (
        "inputs",
        "same",
        "bad_number",
        "四成",
    )
    assert "12.5" in line.reasons[0]["zh"] and made.counts.get("changed", 0) == 0
    assert made.counts["cells"] == 1 and [one.pk for one in queries.lines(made, "cells")] == [line.pk]
    assert packages.to_chain(Chain.objects.get()).fingerprint == before


def with_cell(data, ending, table, column, text):
    """The same file with another text in the first cell of a column that holds something."""
    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(data))
        sheet = book[TABLES[table].zh]
        (at,) = [
            cell.column
            for row in sheet.iter_rows(max_row=3)
            for cell in row
            if str(cell.value).startswith(TABLES[table][column].zh)
        ]
        first = next(row for row in range(3, sheet.max_row + 1) if isinstance(sheet.cell(row, at).value, int | float))
        sheet.cell(first, at).value = text
        kept = io.BytesIO()
        book.save(kept)
        return kept.getvalue()
    kept, old = io.BytesIO(), zipfile.ZipFile(io.BytesIO(data))
    with zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content.replace(b"0.4", text.encode(), 1) if table in name else content)
    return kept.getvalue()


def test_the_row_of_the_chain_itself_comes_in_like_any_other_and_that_of_another_chain_does_not(chain):
    before = packages.to_chain(chain).fingerprint
    made = package_with(chain, False, chain=lambda r: r.update(name="一次性使用袋", data_date=date(2020, 1, 1)) is None)
    (line,) = made.lines.exclude(verdict="same")
    assert (line.table, line.code, line.verdict) == ("chain", "bags", "changed")
    facts.change(chain=chain, tables={"products": {"film": {"note": "别处"}}}, kind="edit", by=OFFICER, at=given.NOW)
    before = packages.to_chain(chain).fingerprint

    write(made)

    assert made.state == "applied", made.reason
    row = Chain.objects.get()
    assert (row.name, row.data_date) == ("一次性使用袋", chain.data_date)
    facts.undo(change_id=chains.change(OFFICER, row, made.change).pk, by=OFFICER, at=given.NOW)
    assert packages.to_chain(Chain.objects.get()).fingerprint == before
    other = package_with(chain, False, chain=lambda r: r.update(code="other", name="别的链") is None)
    assert not other.lines.exclude(verdict="same").exists()
