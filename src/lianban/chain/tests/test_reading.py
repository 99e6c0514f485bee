"""Packages as offices send them: encodings, headers, numbers with units, dates, formats."""

import datetime
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import lianban as lb
from lianban.chain import headers, tabular
from lianban.chain.dictionary import TABLES
from lianban.chain.grids import Unreadable
from lianban.chain.tests.conftest import FACT, write_csv_folder


def products_of(tmp_path: Path, text: str | bytes, name: str = "products.csv") -> lb.Chain:
    folder = tmp_path / "p"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return lb.read_chain(folder)


def codes(chain: lb.Chain) -> set[str]:
    return {batch.code for batch in chain._reading}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("sign", [",", "\t", "，", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_usual_encoding_delimiter_and_line_end_reads_the_same(tmp_path, encoding, sign, end):
    text = (
        end.join(sign.join(row) for row in (["编码", "name", "环节"], ["bag", "储液袋𬭚", "up"], ["film", "膜", "up"]))
        + end
    )
    products = products_of(tmp_path, text.encode(encoding)).products
    assert products[["code", "name", "segment"]].values.tolist() == [["bag", "储液袋𬭚", "up"], ["film", "膜", "up"]]


def test_a_guessed_encoding_is_told(tmp_path):
    assert "encoding_guessed" in codes(products_of(tmp_path, "编码,名称\nbag,袋\n".encode("gb18030")))
    assert "encoding_guessed" not in codes(products_of(tmp_path, "编码,名称\nbag,袋\n"))


def test_bytes_that_are_no_text_are_refused_by_name(tmp_path):
    with pytest.raises(lb.DataError) as told:
        products_of(tmp_path, bytes(range(256)) * 40)
    assert "products.csv" in str(told.value)
    with pytest.raises(Unreadable):
        tabular.decode(b"\x81\xff\xff", "x.csv")


@pytest.mark.parametrize(
    ("cell", "column", "read", "code"),
    [
        ("１２．５", "value", 12.5, None),
        ("1,234,567", "value", 1234567.0, None),
        ("1，234", "value", 1234.0, None),
        ("1.2亿元", "value", 1.2e8, "amount_read"),
        ("３亿", "value", 3e8, "amount_read"),
        ("35万", "value", 350000.0, "amount_read"),
        ("-3", "value", -3.0, None),
        ("1e3", "value", 1000.0, None),
        ("约3", "value", np.nan, "bad_number"),
        ("3-5", "value", np.nan, "bad_number"),
        ("1,23", "value", np.nan, "bad_number"),
        ("35%", "value", np.nan, "bad_number"),
        ("nan", "value", np.nan, "bad_number"),
        ("inf", "value", np.nan, "bad_number"),
        ("1e999", "value", np.nan, "bad_number"),
        ("无", "value", np.nan, "bad_number"),
    ],
)
def test_numbers_are_read_or_refused_by_name(tmp_path, cell, column, read, code):
    quoted = '"' + cell + '"'
    chain = products_of(tmp_path, f"code,name,{column},unit\nbag,袋,{quoted},元\n")
    np.testing.assert_equal(chain.products[column].iloc[0], read)
    found = [b for b in chain._reading if b.column == column]
    assert [b.code for b in found] == ([code] if code else [])
    if code:
        finding = next(iter(found[0]))
        assert (finding.row, finding.value) == (2, cell)


def test_an_amount_with_its_own_unit_goes_to_the_unit_of_its_row(tmp_path):
    chain = products_of(tmp_path, "code,name,value,unit\na,袋,1.2亿元,万元\nb,袋,3万元,\nc,袋,5,亿元\n")
    assert chain.products["value"].tolist() == [12000, 30000, 5]
    assert chain.products["unit"].tolist() == ["万元", "元", "亿元"]


def test_a_unit_in_the_header_is_the_unit_of_the_rows(tmp_path):
    chain = products_of(tmp_path, "code,name,年产值（万元）\na,袋,12\n")
    assert (chain.products["value"][0], chain.products["unit"][0]) == (12, "万元")
    assert "money_without_unit" not in codes(chain)


@pytest.mark.parametrize(
    ("header", "cells", "shares"),
    [
        ("成本占比", ["35%", "0.5"], [0.35, 0.5]),
        ("成本占比(%)", ["35", "5%"], [0.35, 0.05]),
        ("成本占比(%)", ["0.35", "0.5"], [0.35, 0.5]),
    ],
)
def test_percentages_become_fractions(tmp_path, header, cells, shares):
    text = f"product,input,{header}\n" + "".join(f"a,b{i},{cell}\n" for i, cell in enumerate(cells))
    chain = products_of(tmp_path, text, "inputs.csv")
    assert chain.inputs["cost_share"].tolist() == shares


def test_an_indicator_in_per_cent_becomes_a_fraction(tmp_path):
    text = "item,value,unit,definition\ndomestic_rate,35,%,x\ndomestic_rate,35%,%,x\ndomestic_rate,35%,,x\nfirms,3,家,x\nmarket_size,1.5亿元,万元,x\n"
    indicators = products_of(tmp_path, text, "indicators.csv").indicators
    assert indicators["value"].tolist() == [0.35, 0.35, 0.35, 3, 15000]
    assert indicators["unit"].tolist() == ["fraction"] * 3 + ["家", "万元"]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-05-31", "2024-05-31"),
        ("2024/5/31", "2024-05-31"),
        ("2024.5.31", "2024-05-31"),
        ("２０２４年５月３１日", "2024-05-31"),
        ("20240531", "2024-05-31"),
        ("45443", "2024-05-31"),
        ("2024-02-30", None),
        ("2024年5月", None),
        ("2024", None),
        ("去年", None),
        ("31/5/2024", None),
    ],
)
def test_days_are_read_or_refused_by_name(tmp_path, cell, day):
    chain = products_of(tmp_path, f"code,name,observed_on\na,袋,{cell}\n")
    value = chain.products["observed_on"][0]
    assert (None if value is lb.Chain or str(value) == "NaT" else str(value.date())) == day
    assert ("bad_date" in codes(chain)) == (day is None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("高", "high"), ("HIGH", "high"), ("ｈｉｇｈ", "high"), ("低", "low"), ("", "medium"), ("很高", None)],
)
def test_words_of_an_enumeration_are_read_in_both_languages(tmp_path, cell, code):
    chain = products_of(tmp_path, f"code,name,可信度\na,袋,{cell}\n")
    value = chain.products["confidence"].iloc[0]
    assert (value if isinstance(value, str) else None) == code


@pytest.mark.parametrize(
    ("cell", "value"), [("是", True), ("否", False), ("TRUE", True), ("√", True), ("1", True), ("0", False)]
)
def test_yes_and_no_are_read_in_many_words(tmp_path, cell, value):
    assert bool(products_of(tmp_path, f"code,name,final\na,袋,{cell}\n").products["final"][0]) is value


def test_judgements_are_read_in_chinese(tmp_path):
    text = "product,item,value\na,国内水平,ｌ3\na,三分结论,空白\na,absent_domestic,是\na,卡点·差距,３\na,know_how,近\na,堵点,是\n"
    table = products_of(tmp_path, text, "assessments.csv").assessments
    assert table["value"].tolist() == ["L3", "blank", "yes", "3", "near", "是"]


def test_titles_above_and_names_in_two_languages_are_understood(tmp_path):
    text = "某市产业链产品表,,\n填报时间：2024年6月,,\n编码 code *,产品 name,规格（必填）\n袋1,袋,x\n"
    text = text.replace("产品 name", "名称 name")
    chain = products_of(tmp_path, text)
    assert chain.products.loc[0, ["code", "name", "grade"]].tolist() == ["袋1", "袋", "x"]
    assert chain._origins["products"].rows.tolist() == [4]


def test_an_unknown_column_is_named_with_the_nearest_known_one(tmp_path):
    chain = products_of(tmp_path, "code,name,segmnt\na,袋,up\n")
    finding = next(f for f in chain.check() if f.code == "unknown_column")
    assert finding.value == "segmnt"
    assert "segment" in finding.remedy.en


def test_comment_rows_are_left_out_and_told(tmp_path):
    chain = products_of(tmp_path, "code,name\n#示例,袋\na,袋\n")
    assert chain.products["code"].tolist() == ["a"]
    assert "comment_row" in codes(chain)


def test_an_open_quote_is_told_with_its_line(tmp_path):
    chain = products_of(tmp_path, 'code,name\na,袋\nb,"膜\nc,x\n')
    finding = next(f for f in chain.check() if f.code == "open_quote")
    assert finding.row == 3
    assert chain.products["code"].tolist() == ["a"]


def test_line_numbers_count_lines_inside_quoted_cells(tmp_path):
    chain = products_of(tmp_path, 'code,name,value\na,"两\n行",1\nb,x,坏\n')
    finding = next(f for f in chain.check() if f.code == "bad_number")
    assert finding.row == 4


def test_surplus_cells_and_duplicate_columns_are_told(tmp_path):
    chain = products_of(tmp_path, "code,name,name\na,袋,x,多,出\n")
    assert {"duplicate_column", "surplus_cells"} <= codes(chain)


def test_a_long_number_in_a_code_is_refused(tmp_path, small):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "organisations"
    sheet.append(["code", "name", "credit_code"])
    sheet.append([441200, "甲", 914412001234567890])
    book.save(tmp_path / "a.xlsx")
    chain = lb.read_chain(tmp_path / "a.xlsx")
    assert chain.organisations["code"][0] == "441200"
    assert "long_number" in codes(chain)


def test_a_workbook_reads_like_the_same_folder(tmp_path, small, small_folder):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in small.items():
        sheet = book.create_sheet(TABLES[name].zh)
        columns = [c for c in TABLES[name].names if any(c in row for row in rows)]
        sheet.append([TABLES[name].zh])
        sheet.append([TABLES[name][c].zh for c in columns])
        for row in rows:
            sheet.append([row.get(c) for c in columns])
    book.create_sheet("我的笔记").append(["随便写"])
    book.save(tmp_path / "small.xlsx")
    chain = lb.read_chain(tmp_path / "small.xlsx")
    assert chain.fingerprint == lb.read_chain(small_folder).fingerprint
    assert chain.rows_of("products", [0]).tolist() == [3]
    assert chain.file_of("products") == "small.xlsx [产品]"
    assert not len(chain.check().errors)


@pytest.mark.parametrize("year", [1900, 1904])
def test_days_of_a_workbook_count_from_its_own_epoch(tmp_path, year):
    book = openpyxl.Workbook()
    epochs = openpyxl.utils.datetime
    book.epoch = epochs.CALENDAR_MAC_1904 if year == 1904 else epochs.CALENDAR_WINDOWS_1900
    sheet = book.active
    sheet.title = "products"
    sheet.append(["code", "name", "observed_on"])
    sheet.append(["a", "袋", datetime.date(2024, 5, 31)])
    sheet.append(["b", "袋", epochs.to_excel(datetime.datetime(2024, 5, 31), book.epoch)])
    book.save(tmp_path / "a.xlsx")
    days = lb.read_chain(tmp_path / "a.xlsx").products["observed_on"]
    assert [str(day.date()) for day in days] == ["2024-05-31"] * 2


def test_merged_headers_and_merged_cells_are_understood(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "产品"
    for row in (
        ["编码", "名称", "金额", None, "环节"],
        [None, None, "年产值", "金额单位", None],
        ["a", "袋", 1, "万元", "up"],
        ["b", "膜", 2, "万元", None],
    ):
        sheet.append(row)
    for area in ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "E3:E4"):
        sheet.merge_cells(area)
    book.save(tmp_path / "a.xlsx")
    chain = lb.read_chain(tmp_path / "a.xlsx")
    assert chain.products[["code", "value", "unit", "segment"]].values.tolist() == [
        ["a", 1, "万元", "up"],
        ["b", 2, "万元", "up"],
    ]
    assert "merged_cells" in codes(chain)
    assert "unknown_column" not in codes(chain)


def test_formulas_without_value_and_error_cells_are_told(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "products"
    sheet.append(["code", "name", "value"])
    sheet.append(["a", "袋", "=1+1"])
    sheet.append(["b", "袋", "#N/A"])
    book.save(tmp_path / "a.xlsx")
    assert {"formula_without_value", "error_cell"} <= codes(lb.read_chain(tmp_path / "a.xlsx"))


class OldName(zipfile.ZipInfo):
    """A member whose name is written in GBK without the sign for UTF-8, as Chinese systems long did."""

    def _encodeFilenameFlags(self):
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def test_a_zip_with_chinese_names_from_an_old_system_is_read(tmp_path, small_folder):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in small_folder.iterdir():
            archive.writestr(OldName(f"数据包/{TABLES[file.stem].zh}.csv"), file.read_bytes())
    assert lb.read_chain(tmp_path / "a.zip").fingerprint == lb.read_chain(small_folder).fingerprint


def test_a_datapackage_file_stands_for_its_folder(small_folder):
    (small_folder / "datapackage.json").write_text("{}")
    assert lb.read_chain(small_folder / "datapackage.json").fingerprint == lb.read_chain(small_folder).fingerprint


def test_chinese_names_of_columns_are_unambiguous():
    for table in TABLES.values():
        names = [headers.narrow(column.zh) for column in table]
        assert len(names) == len(set(names)), table.name


def test_tables_from_python_may_be_lists_or_frames(small, small_chain):
    import pandas as pd

    frames = {name: pd.DataFrame(rows) for name, rows in small.items()}
    assert lb.Chain.from_tables(frames).fingerprint == small_chain.fingerprint
    with pytest.raises(KeyError, match="nothing_such"):
        lb.Chain.from_tables({"products": [{"nothing_such": 1}]})


def test_the_same_table_twice_is_told(tmp_path, small):
    folder = write_csv_folder(tmp_path / "p", {"products": [{"code": "a", "name": "x", "segment": "s", **FACT}]})
    (folder / "产品.csv").write_bytes((folder / "products.csv").read_bytes())
    assert "duplicate_table" in codes(lb.read_chain(folder))
