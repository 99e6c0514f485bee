"""``lianban chain`` on real files: what is printed where, and with which exit code."""

import json
import subprocess
import sys

import openpyxl
import pytest

import lianban as lb
from lianban import cli
from lianban.chain.dictionary import TABLES
from lianban.chain.template import EXAMPLES, README
from lianban.chain.tests.conftest import TABLES_OF_SMALL, write_csv_folder
from lianban.cli import output


@pytest.fixture(autouse=True)
def speak_chinese(monkeypatch):
    monkeypatch.setenv("LIANBAN_LANG", "zh")
    yield
    output.configure(language="zh", as_json=False, quiet=False)


@pytest.fixture
def good(tmp_path):
    return write_csv_folder(tmp_path / "good", TABLES_OF_SMALL)


@pytest.fixture
def bad(tmp_path):
    folder = write_csv_folder(tmp_path / "bad", TABLES_OF_SMALL)
    (folder / "segments.csv").write_text("code,name,stage\nup,上游,一\n")
    return folder


def test_a_good_package_passes(capsys, good):
    assert cli.main(["chain", "check", str(good)]) == output.DONE
    told = capsys.readouterr()
    assert told.out == ""
    assert "0 个错误" in told.err


def test_a_bad_package_is_refused_with_every_finding(capsys, bad):
    assert cli.main(["chain", "check", str(bad)]) == output.NOT_VALID
    told = capsys.readouterr().out
    assert "segments.csv，第 2 行" in told
    assert "“一”不是整数" in told
    assert "“环节”表里没有“down”" in told


def test_findings_as_json_have_one_schema_in_both_languages(capsys, bad):
    assert cli.main(["chain", "check", str(bad), "--json", "--lang", "en"]) == output.NOT_VALID
    report = json.loads(capsys.readouterr().out)
    assert report["schema"] == "lianban/chain-check/1"
    assert report["errors"] == len([f for f in report["findings"] if f["severity"] == "error"]) > 0
    first = report["findings"][0]
    assert set(first) == {"code", "severity", "file", "table", "row", "column", "value", "message", "remedy"}
    assert set(first["message"]) == {"zh", "en"}


def test_strict_turns_warnings_into_refusal(capsys, good):
    text = (good / "supplies.csv").read_text().replace("万元", "")
    (good / "supplies.csv").write_text(text)
    assert cli.main(["chain", "check", str(good)]) == output.DONE
    assert cli.main(["chain", "check", str(good), "--strict", "money_without_unit"]) == output.NOT_VALID
    assert cli.main(["chain", "check", str(good), "--strict", "*"]) == output.NOT_VALID
    assert cli.main(["chain", "check", str(good), "--strict", "nothing_such"]) == output.WRONG_USE


def test_show_gives_a_summary_or_a_table(capsys, good):
    assert cli.main(["chain", "show", str(good)]) == output.DONE
    told = capsys.readouterr().out
    assert "单克隆抗体" in told
    assert "sha256:" in told
    assert cli.main(["chain", "show", str(good), "--table", "产品"]) == output.DONE
    assert "一次性储液袋" in capsys.readouterr().out
    assert cli.main(["chain", "show", str(good), "--table", "products", "--rows", "1", "--json"]) == output.DONE
    report = json.loads(capsys.readouterr().out)
    assert (report["rows"], len(report["records"])) == (3, 1)
    assert cli.main(["chain", "show", str(good), "--table", "nothing"]) == output.WRONG_USE


@pytest.mark.parametrize("target", ["out", "out.xlsx", "out.zip"])
def test_convert_keeps_the_content(capsys, good, tmp_path, target):
    assert cli.main(["chain", "convert", str(good), str(tmp_path / target)]) == output.DONE
    assert capsys.readouterr().out.strip() == str(tmp_path / target)
    assert lb.read_chain(tmp_path / target).fingerprint == lb.read_chain(good).fingerprint


def test_convert_does_not_lose_what_could_not_be_read(capsys, bad, tmp_path):
    assert cli.main(["chain", "convert", str(bad), str(tmp_path / "out.xlsx")]) == output.NOT_VALID
    assert not (tmp_path / "out.xlsx").exists()
    assert "“一”不是整数" in capsys.readouterr().err


def test_nothing_is_overwritten_unasked(capsys, good, tmp_path):
    target = tmp_path / "out.zip"
    target.write_bytes(b"old")
    assert cli.main(["chain", "convert", str(good), str(target)]) == output.CONFLICT
    assert target.read_bytes() == b"old"
    assert cli.main(["chain", "convert", str(good), str(target), "--overwrite"]) == output.DONE
    assert lb.read_chain(target).fingerprint
    for name, kind in (("x", "docx"), ("x.zip", "xlsx")):
        assert cli.main(["chain", "convert", str(good), str(tmp_path / name), "--format", kind]) == output.WRONG_USE
        assert not (tmp_path / name).exists()


def test_a_reader_that_leaves_early_is_no_failure(bad):
    command = f"{sys.executable} -m lianban.cli chain check {bad} --json | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["{", "3"]
    assert done.stderr == ""


def test_the_template_is_read_as_an_empty_package(capsys, tmp_path):
    file = tmp_path / "t.xlsx"
    assert cli.main(["chain", "template", "--xlsx", str(file)]) == output.DONE
    chain = lb.read_chain(file)
    assert not any(len(frame) for frame in chain.tables.values())
    findings = chain.check()
    assert {f.code for f in findings} == {"missing_table", "comment_row", "unknown_file"}
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == [README, *(table.zh for table in TABLES.values())]
    assert cli.main(["chain", "template", "--xlsx", str(file)]) == output.CONFLICT
    assert cli.main(["chain", "template", "--xlsx", str(tmp_path / "t.docx")]) == output.WRONG_USE


def test_the_template_filled_in_is_the_package(tmp_path):
    file = tmp_path / "t.xlsx"
    cli.main(["chain", "template", "--xlsx", str(file)])
    book = openpyxl.load_workbook(file)
    for name, rows in TABLES_OF_SMALL.items():
        for r, row in enumerate(rows, start=3):
            for c, column in enumerate(TABLES[name], start=1):
                if column.name in row:
                    value = row[column.name]
                    book[TABLES[name].zh].cell(r, c, column.word(value) if column.enum else value)
    book.save(file)
    chain = lb.read_chain(file)
    assert chain.fingerprint == lb.Chain.from_tables(TABLES_OF_SMALL).fingerprint
    assert {f.code for f in chain.check()} == {"comment_row", "unknown_file"}


def test_the_template_carries_notes_and_lists_that_excel_accepts(tmp_path):
    file = tmp_path / "t.xlsx"
    cli.main(["chain", "template", "--xlsx", str(file)])
    book = openpyxl.load_workbook(file)
    for table in TABLES.values():
        sheet = book[table.zh]
        assert all(sheet.cell(1, i + 1).comment for i in range(len(table.columns)))
        lists = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
        assert len(lists) == sum(1 for c in table if c.enum or c.type == "boolean" or c.references)
        assert all(len(v.formula1) <= 257 for v in lists)
        assert not any("," in word for c in table for word in c.enum_zh)
        assert str(sheet.cell(2, 1).value).startswith("#示例")
        assert set(EXAMPLES[table.name]) <= set(table.names)
