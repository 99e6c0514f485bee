"""Documents are true: every command and every snippet in them is executed."""

import contextlib
import doctest
import io
import re
import shlex
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "README.zh-CN.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")])
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```", re.S | re.M)
# Commands that serve until stopped are run by the journeys; the others here would install or test the tree itself.
ELSEWHERE = (
    "make ",
    "lianban demo",
    "lianban worker",
    "lianban site",
    "pytest ",
    "python -m benchmarks",
    "python benchmarks/",
    "git ",
)


def blocks(page: Path, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(page.read_text(encoding="utf-8")) if kind == language]


def pages_with(language: str) -> list[Path]:
    return [page for page in PAGES if blocks(page, language)]


@pytest.mark.slow
@pytest.mark.parametrize("page", pages_with("python"), ids=lambda p: p.name)
def test_python_snippets_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__page__"}

    for number, body in enumerate(blocks(page, "python"), 1):
        if body.startswith(">>>"):  # a session: what it prints must be what the page shows
            session = doctest.DocTestParser().get_doctest(body, names, page.name, str(page), number)
            failed = (
                doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(session).failed
            )
            assert not failed, f"{page.name}: session {number}"
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(body, f"{page.name} snippet {number}", "exec"), names)


def run(command: str) -> int:
    from lianban.cli import main

    words = shlex.split(command)
    into = None
    if ">" in words:
        place = words.index(">")
        words, into = words[:place], words[place + 1]
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()) as errors:
        before, sys.argv = sys.argv, words
        try:
            code = main() or 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
        finally:
            sys.argv = before
    if into:
        Path(into).write_text(output.getvalue(), encoding="utf-8")
    print(errors.getvalue())
    return int(code)


@pytest.mark.slow
@pytest.mark.parametrize("page", pages_with("console"), ids=lambda p: p.name)
def test_commands_run_and_end_as_the_page_says(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIANBAN_LANG", "en")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for line in "\n".join(blocks(page, "console")).split("\n"):
        if not line.startswith("$ "):
            continue
        command, _, remark = line[2:].partition(" #")
        if command.startswith("make "):
            assert command.split()[1] in targets, f"{page.name}: no such target: {command}"
        if command.startswith(ELSEWHERE):
            continue
        expected = int(found.group(1)) if (found := re.search(r"exit (\d+)", remark)) else 0

        assert run(command.strip()) == expected, f"{page.name}: {command}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_inside_the_project_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    lost = [
        target
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", FENCE.sub("", text))
        if not (page.parent / target).exists() and not target.startswith("/")
    ]

    assert not lost


def test_the_two_readmes_say_the_same():
    english, chinese = (ROOT / name for name in ("README.md", "README.zh-CN.md"))

    assert len(re.findall(r"^##", english.read_text(encoding="utf-8"), re.M)) == len(
        re.findall(r"^##", chinese.read_text(encoding="utf-8"), re.M)
    )
    for language in ("python", "console"):
        code = [re.sub(r"\s*#.*", "", body) for body in blocks(english, language)]
        assert code == [re.sub(r"\s*#.*", "", body) for body in blocks(chinese, language)]
