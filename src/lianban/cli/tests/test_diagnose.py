"""``lianban diagnose``: text, JSON, files and sentences for wrong use."""

import json
from pathlib import Path

import pytest

from lianban import cli, samples
from lianban.cli import output


@pytest.fixture(autouse=True)
def chinese_terminal(monkeypatch):
    for name in ("LIANBAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    yield
    output.configure(language="zh", as_json=False, quiet=False)


PACKAGE = str(samples.path("antibody"))


def test_the_default_prints_a_ranked_list_with_reasons_and_what_is_unknown(capsys):
    assert cli.main(["diagnose", PACKAGE, "--top", "3"]) == output.DONE
    told = capsys.readouterr().out
    assert "位次" in told and "境内" in told and "未知（另列，不参加排序）" in told
    assert "另有" in told


def test_english_is_complete(capsys):
    assert cli.main(["--lang", "en", "diagnose", PACKAGE]) == output.DONE
    told = capsys.readouterr().out
    assert "severity" in told and "Unknown, listed apart" in told
    assert not any("\u4e00" <= sign <= "\u9fff" for sign in told)


def test_json_is_the_result_itself_and_the_same_twice(capsys):
    outs = []
    for _ in range(2):
        assert cli.main(["diagnose", PACKAGE, "--json"]) == output.DONE
        outs.append(capsys.readouterr().out)
    assert outs[0] == outs[1]
    assert json.loads(outs[0])["schema"] == "lianban/diagnosis/1"


def test_files_are_written_by_extension(tmp_path: Path, capsys):
    report, table = tmp_path / "report.html", tmp_path / "points.csv"
    assert cli.main(["diagnose", PACKAGE, "--html", str(report), "--output", str(table)]) == output.DONE
    told = capsys.readouterr()
    assert told.out == "" and "report.html" in told.err
    page = report.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "薄弱环节诊断" in page
    for needs_network in ("<script", "<link", "<img", "url(", "@import"):
        assert needs_network not in page
    assert table.read_bytes().startswith(b"\xef\xbb\xbfrank,")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([PACKAGE, "--scope", "galaxy"], output.WRONG_USE, "不认识的范围 galaxy"),
        ([PACKAGE, "--rules", "nowhere"], output.WRONG_USE, "找不到规则集 nowhere"),
        ([PACKAGE, "--as-of", "soon"], output.WRONG_USE, "--as-of"),
        ([PACKAGE, "--output", "a.docx"], output.WRONG_USE, ".json、.csv"),
        (["/nowhere/at/all"], output.NOT_FOUND, "找不到"),
    ],
)
def test_wrong_use_gets_a_sentence(capsys, arguments, code, said):
    assert cli.main(["diagnose", *arguments]) == code
    told = capsys.readouterr()
    assert said in told.err and "Traceback" not in told.err and told.out == ""


def test_a_package_with_errors_is_refused_whole(tmp_path: Path, capsys):
    folder = tmp_path / "bad"
    folder.mkdir()
    for file in samples.path("antibody").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    inputs = folder / "inputs.csv"
    inputs.write_text(inputs.read_text(encoding="utf-8").replace("organoid", "no-such-product"), encoding="utf-8")
    assert cli.main(["diagnose", str(folder), "--html", str(tmp_path / "r.html")]) == output.NOT_VALID
    assert "no-such-product" in capsys.readouterr().err
    assert not (tmp_path / "r.html").exists()
