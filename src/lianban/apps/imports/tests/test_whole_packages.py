"""Whole packages: what is passed over is said, and every table comes back with what became of its rows."""

import csv
import io
import zipfile
from datetime import date

import openpyxl
import pytest

from lianban.apps.atlas import compute as packages
from lianban.apps.atlas.models import Product
from lianban.apps.imports import queries, services
from lianban.apps.imports.tests.test_road import OFFICER, bring, given, mapped, workbook, write
from lianban.apps.jobs import services as jobs
from lianban.chain import intake
from lianban.chain.dictionary import TABLES
from lianban.chain.exporting import file_of
from lianban.chain.parquet import write_table
from lianban.kit.refusals import Refused
from lianban.kit.text import Text


@pytest.fixture
def chain(db):
    return given.load()


def previewed(chain, data, name="数据包.zip", **asked):
    made = bring(chain, data, name=name)
    services.map_columns(number=made.pk, table="", columns={}, constants={}, overwrite=True, **asked, by=OFFICER, at=given.NOW)  # fmt: skip
    jobs.work_off()
    made.refresh_from_db()
    assert made.state == "preview", made.reason
    return made


def changed(data, **members):
    """The same zip with other members: a function of the old text, or bytes of a new one."""
    kept, old = io.BytesIO(), zipfile.ZipFile(io.BytesIO(data))
    with zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            change = members.pop(name.partition(".")[0], None)
            new.writestr(name, change(old.read(name).decode("utf-8-sig")) if change else old.read(name))
        for name, content in members.items():
            new.writestr(f"{name}.csv", content)
    return kept.getvalue()


def with_column(text):
    rows = list(csv.reader(io.StringIO(text)))
    for i, row in enumerate(rows):
        row.append("联系人手机" if not i else "13800000000" if i > 1 else "")
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue()


def test_what_a_package_brings_and_nobody_reads_is_said(chain):
    before = packages.to_chain(chain).fingerprint
    data, _ = file_of(packages.to_chain(chain), "zip")
    made = previewed(chain, changed(data, products=with_column, prodcuts="code\nx\n"))
    told = " ".join(one["zh"] + one["en"] for one in queries.told(made))
    assert "联系人手机" in told and "prodcuts" in told and set(made.counts) == {"same"}
    assert "13800000000" not in str(made.read)
    assert packages.to_chain(chain).fingerprint == before


def test_what_of_the_chain_s_own_row_is_not_read_is_said(chain):
    found = packages.to_chain(chain)
    rows = found.tables["chain"].to_dict("records")

    def noticed(**said):
        tables = {**found.tables, "chain": [{**rows[0], **said}]}
        made = previewed(chain, file_of(packages.Package.from_tables(tables, name="bags"), "zip")[0])
        assert set(made.counts) == {"same"}
        return [one["en"] for one in queries.told(made)]

    assert noticed() == []
    (day,) = noticed(data_date=date(2020, 1, 1))
    assert "2020-01-01" in day and str(chain.data_date) in day
    (sample,) = noticed(sample=not chain.sample)
    assert "Sample" in sample
    (other,) = noticed(code="other", name="别的链")
    assert "other" in other and "bags" in other


@pytest.mark.parametrize("kind", ["zip", "parquet", "xlsx"])
def test_a_package_comes_back_with_what_became_of_every_row_and_can_be_brought_again(chain, kind, tmp_path):
    found = packages.to_chain(chain)
    rows = found.tables["products"].to_dict("records")
    rows = [{**row, "note": "改了" if row["code"] == "film" else row["note"], "name": row["name"]} for row in rows]
    tables = {**found.tables, "products": [*rows, {**rows[0], "code": "lost", "segment": "没有的环节"}]}
    package = packages.Package.from_tables(tables, name="bags")
    data, ending = file_of(package, "zip" if kind == "parquet" else kind)
    if kind == "parquet":
        types = {column.name: column.type for column in TABLES["products"]}
        write_table(package.tables["products"], types, tmp_path / "products.parquet")
        data = replaced(data, "products", tmp_path / "products.parquet")
    made = write(previewed(chain, data, name=f"数据包{ending}"))
    assert made.state == "applied", made.reason
    assert Product.objects.get(code="film").note == "改了"

    back = b"".join(queries.pieces(made, "results"))
    told = results_of(back, "xlsx" if kind == "xlsx" else "zip")
    assert told["film"].startswith("修改") and told["lost"].startswith("不采用") and told["resin"] == "相同"
    again = previewed(chain, back, name=queries.result_name(made))
    assert again.counts == {"same": again.counts["same"], "rejected": 1}
    assert not [one for one in queries.told(again) if "结果" in one["zh"]]


def replaced(data, table, file):
    kept, old = io.BytesIO(), zipfile.ZipFile(io.BytesIO(data))
    with zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            if name.partition(".")[0] != table:
                new.writestr(name, old.read(name))
        new.write(file, file.name)
    return kept.getvalue()


def results_of(data, kind):
    """Code: result of the products."""
    if kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(data))[TABLES["products"].zh]
        rows = [[cell if cell is not None else "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    else:
        text = zipfile.ZipFile(io.BytesIO(data)).read("products.csv").decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
    header = next(row for row in rows if "结果" in row)
    at = header.index("结果")
    return {row[0]: row[at] for row in rows if len(row) > at and row[at]}


@pytest.mark.parametrize(("folder", "marked"), [("", "products.csv"), ("包/", "包/products.csv")])
def test_results_stand_beside_the_rows_that_were_read_and_not_in_a_copy_of_them(tmp_path, folder, marked):
    kept = tmp_path / "a.zip"
    with zipfile.ZipFile(kept, "w") as new:
        for name in ("products.csv", "a-copy/products.csv"):
            new.writestr(folder + name, "code,name\nx,甲\n")
        new.writestr("__MACOSX/._products.csv", b"\x00")  # as some systems add
    back = intake.package_with_results(kept, {"products": {2: Text("相同", "same")}})
    with zipfile.ZipFile(io.BytesIO(back)) as made:
        assert [name for name in made.namelist() if "相同".encode() in made.read(name)] == [marked]


def test_rows_that_a_list_lacks_are_never_deleted(chain):
    made = bring(chain, workbook([["企业名称", "所在地"], ["甲膜业有限公司", "320500"], ["丁有限公司", "320500"]]))
    with pytest.raises(Refused) as error:
        services.map_columns(
            number=made.pk, table="organisations", columns={}, constants={}, overwrite=False, delete_missing=True, by=OFFICER, at=given.NOW
        )  # fmt: skip
    assert [one.code for one in error.value.refusals] == ["imports.not_a_package"]


def test_what_was_converted_in_a_list_is_said(chain):
    rows = [["企业名称", "所在地"], ["甲膜业有限公司", "江苏省"], ["丁新材料有限公司", "浙江"]]
    made = mapped(bring(chain, workbook(rows)))
    assert made.state == "preview" and [one["zh"] for one in made.read["told"]] == ["2 个地名换成了代码"]
