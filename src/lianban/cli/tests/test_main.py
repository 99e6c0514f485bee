"""The command line as a whole: streams, exit codes, languages, start."""

import json
import subprocess
import sys

import pytest

from lianban import cli
from lianban.cli import output


@pytest.fixture(autouse=True)
def chinese_terminal(monkeypatch):
    for name in ("LIANBAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    yield
    output.configure(language="zh", as_json=False, quiet=False)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], output.WRONG_USE, "用法"),
        (["chian"], output.WRONG_USE, "没有命令 chian"),
        (["chain", "chek"], output.WRONG_USE, "是不是"),
        (["chain", "check"], output.WRONG_USE, "缺少 PATH"),
        (["chain", "check", "a", "b"], output.WRONG_USE, "多了参数 b"),
        (["--lang", "fr", "--version"], output.WRONG_USE, "没有语言 fr"),
        (["chain", "show", "x", "--rows", "-1"], output.WRONG_USE, "应不小于 0"),
        (["chain", "show", "x", "--rows", "many"], output.WRONG_USE, "应为整数"),
        (["chain", "check", "--nothing"], output.WRONG_USE, "没有选项 --nothing"),
        (["chain", "check", "/nowhere/at/all"], output.NOT_FOUND, "找不到"),
        (["--lang", "en", "chain", "check", "/nowhere/at/all"], output.NOT_FOUND, "There is no"),
        (["chain", "check", "/nowhere/at/all", "--lang=en"], output.NOT_FOUND, "There is no"),
    ],
)
def test_wrong_use_gets_a_sentence_on_stderr_and_its_code(capsys, arguments, code, said):
    assert cli.main(arguments) == code
    told = capsys.readouterr()
    assert said in told.err
    assert "Traceback" not in told.err
    assert told.out == ""


def test_errors_are_json_where_json_is_asked_for(capsys):
    assert cli.main(["chain", "check", "/nowhere/at/all", "--json"]) == output.NOT_FOUND
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "lianban/error/1"
    assert told["error"]["code"] == "not_found"
    assert "/nowhere/at/all" in told["error"]["message"]["zh"]


def test_a_fault_of_ours_is_one_sentence_and_code_1(capsys, monkeypatch):
    monkeypatch.setattr(cli, "build_app", lambda: lambda **_: 1 / 0)
    assert cli.main(["anything"]) == output.FAILURE
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_ctrl_c_is_130(capsys, monkeypatch):
    def pressed(**_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "build_app", lambda: pressed)
    assert cli.main(["anything"]) == output.INTERRUPTED


@pytest.mark.parametrize(
    ("asked", "environment", "language"),
    [
        (None, {}, "zh"),
        (None, {"LANG": "C.UTF-8"}, "zh"),
        (None, {"LANG": "en_US.UTF-8"}, "en"),
        (None, {"LANG": "en_US.UTF-8", "LIANBAN_LANG": "zh"}, "zh"),
        ("en", {"LIANBAN_LANG": "zh"}, "en"),
    ],
)
def test_language_comes_from_option_then_environment_then_locale(asked, environment, language):
    assert output.choose_language(asked, environment) == language


def test_help_and_version_start_without_heavy_libraries():
    for option in ("--help", "--version"):
        code = (
            f"import sys; from lianban.cli import main; code = main([{option!r}]);"
            "print(code, [m for m in 'pandas numpy scipy duckdb openpyxl django'.split() if m in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.strip().endswith("0 []")


def test_help_speaks_both_languages(capsys):
    assert cli.main(["chain", "--help"]) == output.DONE
    assert "命令" in capsys.readouterr().out
    assert cli.main(["--lang", "en", "chain", "--help"]) == output.DONE
    assert "Commands" in capsys.readouterr().out


def test_columns_line_up_with_chinese():
    laid = output.table(["名称", "n"], [["单抗", 1], ["a", 20]], right=[1]).splitlines()
    assert {output.width(line) for line in laid} == {8}
