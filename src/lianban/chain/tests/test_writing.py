"""What is written reads back as the same package, in every format; and other programs understand it."""

import csv
import datetime
import json
import string
import zipfile

import frictionless
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import lianban as lb
from lianban.chain import datapackage
from lianban.chain.dictionary import TABLES, Column
from lianban.chain.guard import guard, guard_typed, unguard

FORMATS = [("csv", "folder"), ("xlsx", "a.xlsx"), ("zip", "a.zip"), ("parquet", "folder")]
RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "'=1", "''=1", "'", "'a", "#x", "'#x", "-5℃", "_x0041_", "1e5", "0012", "是", "TRUE", "35%", "2024-05-31"]  # fmt: skip

texts = st.one_of(
    st.sampled_from(RISKY),
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc", "Cn")) | st.sampled_from("\n\t,\"';，"), min_size=1, max_size=12
    ),
)
codes = st.text(string.ascii_letters + string.digits + "-_=#@'链", min_size=1, max_size=6)


def cells(column: Column):
    if column.enum:
        return st.sampled_from(column.enum)
    days = st.dates(datetime.date(1930, 1, 1), datetime.date(2110, 1, 1))
    return {
        "string": texts,
        "number": st.floats(-1e18, 1e18).map(lambda v: v + 0.0),
        "integer": st.integers(-(2**52), 2**52),
        "boolean": st.booleans(),
        "date": days,
    }[column.type]


@st.composite
def packages(draw):
    tables = {}
    for table in draw(st.lists(st.sampled_from(sorted(TABLES)), min_size=1, max_size=4, unique=True)):
        keys = draw(st.lists(codes, min_size=1, max_size=4, unique=True))
        columns = [c for c in TABLES[table] if not c.is_key]
        tables[table] = [
            {"code": key, **{c.name: draw(st.none() | cells(c)) for c in columns if draw(st.booleans())}}
            for key in keys
        ]
    return lb.Chain.from_tables(tables)


# No shrinking: each example writes and reads four packages, and the first failing one tells enough.
QUICK = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@QUICK
@given(chain=packages())
def test_a_package_survives_every_format(tmp_path_factory, chain):
    survives_every_format(tmp_path_factory, chain)


@pytest.mark.evidence
@settings(QUICK, max_examples=150)
@given(chain=packages())
def test_many_packages_survive_every_format(tmp_path_factory, chain):
    survives_every_format(tmp_path_factory, chain)


def survives_every_format(tmp_path_factory, chain):
    for kind, name in FORMATS:
        place = tmp_path_factory.mktemp("round") / name
        chain.write(place, format=kind)
        back = lb.read_chain(place)
        for table, frame in chain.tables.items():
            pd.testing.assert_frame_equal(back.tables[table], frame, obj=f"{kind} {table}", check_exact=True)
        assert back.fingerprint == chain.fingerprint


@given(text=texts)
def test_the_formula_guard_is_undone_exactly(text):
    assert unguard(guard(text)) == text
    assert unguard(guard_typed(text)) == text


def test_no_csv_cell_can_run_as_a_formula(tmp_path, small):
    for i, text in enumerate(RISKY):
        small["products"].append({"code": f"p{i}", "name": text, "note": text})
    lb.Chain.from_tables(small).write(tmp_path / "p")
    with (tmp_path / "p" / "products.csv").open(encoding="utf-8-sig", newline="") as file:
        written = [row[name] for row in csv.DictReader(file) for name in ("name", "note")]
    assert not [
        text for text in written if text[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r") and text
    ]


def test_no_cell_of_a_workbook_is_a_formula(tmp_path, small):
    for i, text in enumerate(RISKY):
        small["products"].append({"code": f"p{i}", "name": text})
    lb.Chain.from_tables(small).write(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    names = [cell.value for cell in book["产品"]["B"]]
    assert "=1+1" in names


def test_negative_numbers_stay_numbers(tmp_path, small):
    small["indicators"][0]["value"] = -0.5
    lb.Chain.from_tables(small).write(tmp_path / "p")
    assert ",-0.5," in (tmp_path / "p" / "indicators.csv").read_text("utf-8-sig")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_an_independent_judge_finds_the_datapackage_valid(tmp_path, small_chain, kind):
    small_chain.write(tmp_path / "p", format=kind)
    descriptor = json.loads((tmp_path / "p" / "datapackage.json").read_text("utf-8"))
    assert frictionless.Package.from_descriptor(descriptor).to_descriptor()
    if kind == "csv":
        report = frictionless.validate(str(tmp_path / "p" / "datapackage.json"))
        assert report.valid, report.flatten(["type", "message"])
        assert sum(task.stats["rows"] for task in report.tasks) == sum(map(len, small_chain.tables.values()))


@pytest.mark.parametrize(
    ("table", "changes", "error"),
    [
        ("products", {"segment": "nowhere"}, "foreign-key"),
        ("production", {"share": 1.5}, "constraint-error"),
        ("products", {"code": "film"}, "primary-key"),
    ],
)
def test_the_judge_sees_the_faults_that_we_see(tmp_path, small, table, changes, error):
    small[table][0].update(changes)
    chain = lb.Chain.from_tables(small)
    assert len(chain.check().errors)
    chain.write(tmp_path / "p")
    report = frictionless.validate(str(tmp_path / "p" / "datapackage.json"))
    assert error in {kind for (kind,) in report.flatten(["type"])}


def test_every_table_of_the_dictionary_is_a_valid_table_schema():
    for table in TABLES:
        schema = frictionless.Schema.from_descriptor(datapackage.schema(table))
        assert [f.name for f in schema.fields] == TABLES[table].names
        assert schema.primary_key == ["code"]
    keys = frictionless.Schema.from_descriptor(datapackage.schema("inputs")).foreign_keys
    assert {key["reference"]["resource"] for key in keys} == {"products", "sources"}


def test_a_folder_keeps_what_is_not_ours_and_loses_stale_tables(tmp_path, small):
    folder = tmp_path / "p"
    lb.Chain.from_tables(small).write(folder)
    (folder / "我的笔记.txt").write_text("保留")
    del small["supplies"]
    lb.Chain.from_tables(small).write(folder, format="parquet")
    assert (folder / "我的笔记.txt").read_text() == "保留"
    assert not list(folder.glob("*.csv"))
    assert not (folder / "supplies.parquet").exists()


def test_a_failure_leaves_the_old_file_as_it_was(tmp_path, small):
    target = tmp_path / "a.xlsx"
    lb.Chain.from_tables(small).write(target)
    before = target.read_bytes()
    small["products"][0]["note"] = "长" * 40_000
    with pytest.raises(lb.DataError, match="32767"):
        lb.Chain.from_tables(small).write(target)
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["a.xlsx"]


def test_the_same_package_makes_the_same_zip(tmp_path, small_chain):
    first, second = small_chain.write(tmp_path / "a.zip"), small_chain.write(tmp_path / "b.zip")
    assert first.read_bytes() == second.read_bytes()
    assert "products.csv" in zipfile.ZipFile(first).namelist()


def test_the_fingerprint_knows_content_only(small, small_chain):
    shuffled = {name: list(reversed(rows)) for name, rows in reversed(small.items())}
    assert lb.Chain.from_tables(shuffled).fingerprint == small_chain.fingerprint
    small["products"][0]["note"] = "x"
    assert lb.Chain.from_tables(small).fingerprint != small_chain.fingerprint


def test_an_unknown_format_is_refused(tmp_path, small_chain):
    with pytest.raises(ValueError, match="docx"):
        small_chain.write(tmp_path / "a", format="docx")
