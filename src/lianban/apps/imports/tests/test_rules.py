"""What a row of a file becomes."""

from pathlib import Path

import pytest

from lianban.apps.imports import rules

PAGE = Path(__file__).parents[5] / "docs" / "flows" / "import.md"


def worked():
    lines = [line.split("|")[1:-1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line) for line in lines[2:]]


@pytest.mark.parametrize(("there", "given", "wins", "becomes", "note"), worked())
def test_the_worked_table_is_what_happens(there, given, wins, becomes, note):
    day, _, kept = there.partition(", ")
    before = None if there == "—" else {"code": "x", "observed_on": day, "note": kept}
    patch = {"code": "x", "observed_on": "2026-11-20", "note": "" if given == "—" else given}
    verdict, after, _ = rules.verdict(before, patch, overwrite=wins == "yes")
    assert verdict == becomes
    assert ((before if verdict == "conflict" else after) or {}).get("note") == note


def test_a_job_without_an_end_leaves_the_import_before_its_step():
    assert [rules.state_now(s, "failed") for s in ("reading", "previewing", "applying", "applied")] == ["failed", "mapping", "preview", "applied"]  # fmt: skip
    assert rules.state_now("applying", "running") == "applying"


def test_names_differ_by_more_than_width_and_space():
    assert rules.identity("products", {"name": "Ａ 膜", "grade": None}) == rules.identity("products", {"name": "a膜", "grade": ""})  # fmt: skip
