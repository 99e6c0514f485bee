"""What must always hold of reading: what was written comes back, nothing but a sentence comes of nonsense."""

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.chain import intake
from lianban.chain.cells import Bad, Read
from lianban.chain.dictionary import TABLES
from lianban.chain.intake import child, dates, delimited, values, words
from lianban.chain.intake.sheets import Out
from lianban.chain.intake.spool import Spool, line
from lianban.rulebook.text import Text

CELL = st.text(st.sampled_from("甲乙丙示例公司年产值abc123０１.,;，；|\"' \n（）%"), max_size=6)
ROWS = st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=2, max_size=6)


def read_bytes(data: bytes) -> list[intake.Line]:
    """Read in this process; only CannotRead may come out."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(data)
        out = Out(Path(folder), intake.Limits())
        try:
            child.read(path, out, "x")
        finally:
            told = out.close()["sheets"]
        return [found for i in range(len(told)) for found in Spool(Path(folder) / f"{i + 1}.jsonl", line)]


@given(
    ROWS,
    st.sampled_from(["utf-8-sig", "gb18030", "utf-16"]),
    st.sampled_from([",", "\t"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_table_that_was_written_is_read_back(rows, encoding, sign, end):
    header = ["企业名称", "产品", "所在地", "备注"]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=sign, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([header, *rows])

    found = {one.number: one.cells for one in read_bytes(text.getvalue().encode(encoding))}

    for number, row in enumerate([header, *rows], start=1):
        cells = [cell if cell.strip() else None for cell in row]
        assert (
            list(found.get(number, ()))
            == cells[: max((i + 1 for i, c in enumerate(cells) if c is not None), default=0)]
        )


@given(
    st.one_of(
        st.binary(max_size=400),
        st.binary(max_size=200).map(lambda b: b"PK\x03\x04" + b),
        st.binary(max_size=200).map(lambda b: b"<html><table>" + b),
    )
)
def test_nonsense_is_read_or_refused_and_never_breaks(data):
    try:
        read_bytes(data)
    except intake.CannotRead as refused:
        assert refused.reason.zh and refused.remedy.zh


def small_workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in (["某某名录"], ["企业名称", "所在地"], ["示例甲有限公司", "江苏省"], ["示例乙有限公司", "无此地"]):
        book.active.append(row)
    book.save(path)
    return path


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_workbook_with_wrong_bytes_is_read_or_refused(changes):
    with TemporaryDirectory() as folder:
        data = bytearray(small_workbook(Path(folder) / "x.xlsx").read_bytes())
    for at, byte in changes:
        data[at % len(data)] = byte
    try:
        read_bytes(bytes(data))
    except intake.CannotRead as refused:
        assert refused.reason.zh


@given(
    st.dates(date(1930, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["{}-{}-{}", "{}.{}.{}", "{}年{}月{}日", "{}/{:02d}/{:02d}", "{}{:02d}{:02d}"]),
)
def test_a_day_in_any_writing_is_that_day(day, writing):
    column = TABLES["products"]["observed_on"]
    assert dates.read_day(writing.format(day.year, day.month, day.day), column) == day.isoformat()


@pytest.mark.parametrize(
    ("typed", "column", "expected"),
    [
        ("2024年5月", "observed_on", "2024-05-01"),
        ("2024.5", "latest_on", "2024-05-31"),
        ("2025年底前", "latest_on", "2025-12-31"),
        ("二〇二四年五月三十一日", "observed_on", "2024-05-31"),
        (45443.0, "observed_on", "2024-05-31"),
        (2024.1, "observed_on", "month_as_number"),
        ("2024年", "observed_on", "2024-01-01"),
        ("2024.13", "observed_on", "bad_date"),
    ],
)
def test_months_and_serial_days(typed, column, expected):
    found = dates.read_day(typed, TABLES["demands"][column])
    assert (found.value if isinstance(found, Read) else found.code if isinstance(found, Bad) else found) == expected


def test_units_of_headers():
    assert [words.unit_in(h) for h in ("产值（万元）", "产值/亿元", "占比%", "单价（含税，元）", "年需求量（只）")] == [
        "万元",
        "亿元",
        "%",
        "元",
        "",
    ]


def test_codes_with_a_wrong_check_digit_are_refused():
    assert values.read_credit_code("91320500MA1ABCDE1４ ").value == "91320500MA1ABCDE14"
    assert [values.read_credit_code(c).code for c in ("91320500MA1ABCDE15", "320500000123456", 9.1e17)] == [
        "bad_credit_code",
        "old_number",
        "code_as_number",
    ]


def test_commas_in_sentences_do_not_part_cells():
    assert delimited.delimiter_of("名称,说明\n甲,一，二，三\n乙,四，五\n") == ","


def test_the_file_comes_back_whole_with_its_results(tmp_path):
    path = small_workbook(tmp_path / "x.xlsx")
    with intake.open_file(path) as book:
        sheet = book.sheet()
        header = intake.find_header(sheet)
        before = list(sheet.rows)
        data = intake.with_results(path, sheet, header, {3: Text("=新增<&>", "new"), 4: Text("拒绝", "no")})
    (tmp_path / "y.xlsx").write_bytes(data)
    assert zipfile.ZipFile(tmp_path / "y.xlsx").testzip() is None

    with intake.open_file(tmp_path / "y.xlsx") as book:
        after = list(book.sheet().rows)

    assert [one.cells[: len(old.cells)] for one, old in zip(after, before, strict=True)] == [
        one.cells for one in before
    ]
    assert [one.cells[2:] for one in after] == [(), ("结果",), ("=新增<&>",), ("拒绝",)]


def test_reading_stops_when_asked_and_when_too_slow(tmp_path):
    path = small_workbook(tmp_path / "x.xlsx")
    with pytest.raises(intake.CannotRead) as told:
        intake.open_file(path, cancel=lambda: True)
    assert told.value.code == "cancelled"
    with pytest.raises(intake.CannotRead) as told:
        intake.open_file(path, intake.Limits(seconds=0.01))
    assert told.value.code == "too_slow"


def test_a_mapping_is_remembered_by_the_names_of_the_file(tmp_path):
    with intake.open_text("单位全名\t地方\n示例甲有限公司\t江苏省\n示例乙有限公司\t上海\n") as book:
        sheet = book.sheet()
        header = intake.find_header(sheet)
        told = {
            "table": "organisations",
            "columns": {"地方": {"column": "place"}, "单位全名": {"column": "name"}},
            "constants": {"source": "s"},
        }
        mapping = intake.propose(sheet, header, told)
        found = intake.convert(sheet, header, mapping)

        assert mapping.as_dict(header)["columns"]["地方"] == {"column": "place", "item": ""}
        assert [row.values for row in found.rows] == [
            {"name": "示例甲有限公司", "place": "320000", "source": "s"},
            {"name": "示例乙有限公司", "place": "310000", "source": "s"},
        ]


def test_a_code_that_begins_with_a_word_for_totals_is_no_total():
    text = "编码\t名称\t类型\nsumitomo_j\t住友（日本）\t企业\nTotal 2024\t\t\n合 计\t2\t\n"
    with intake.open_text(text) as book:
        header = intake.find_header(book.sheet())
        assert sorted(header.left_out) == [3, 4]
