"""The corpora: every file is read as its maker says, or refused with the reason its maker expects."""

import time

import pytest

from lianban.chain import intake
from tests.corpora import names, spreadsheets, texts, workbooks
from tests.corpora.__main__ import resident_mb
from tests.corpora.cases import Case, judge, read_here


def wrong(cases: list[Case], tmp_path) -> list[str]:
    told = []
    for i, case in enumerate(cases):
        path = tmp_path / case.name
        case.make(path)
        place = tmp_path / f"rows-{i}"
        place.mkdir()
        answer = judge(case, lambda path=path, place=place, case=case: read_here(path, case.limits, place))
        if answer.startswith("wrong"):
            told.append(f"{case.name}: {answer}")
    return told


CORPORA = {"lists": spreadsheets, "workbooks": workbooks, "texts": texts}


@pytest.mark.parametrize(("name", "every"), [("lists", 17), ("workbooks", 6), ("texts", 11)])
def test_a_sample_of_the_corpora(name, every, tmp_path):
    cases = [case for case in CORPORA[name].cases() if not case.heavy]
    assert not wrong(cases[::every], tmp_path)


@pytest.mark.evidence
@pytest.mark.parametrize("name", CORPORA)
def test_the_whole_of_the_corpora(name, tmp_path):
    assert not wrong([case for case in CORPORA[name].cases() if not case.heavy], tmp_path)


@pytest.mark.slow
def test_hostile_files_cost_the_service_little(tmp_path):
    chosen = (
        "far-corner.xlsx",
        "all-columns.xlsx",
        "entity-bomb-xl-sharedStrings.xml.xlsx",
        "password.xlsx",
        "old-cut-0.05.xls",
    )
    before = resident_mb()
    for case in workbooks.cases():
        if case.name in chosen:
            case.make(tmp_path / case.name)
            begun = time.monotonic()
            assert judge(case, lambda path=tmp_path / case.name: intake.open_file(path)) == "refused"
            assert time.monotonic() - begun < 30  # two seconds on a machine that has nothing else to do
    assert resident_mb() - before < 200


def test_certain_names_are_right(tmp_path):
    register, asked = names.questions(known=600, asked=120)
    told = names.figures(register, asked)
    assert told["precision_of_certain"] >= 0.98, told["mistakes"]
    assert told["right_one_among_five_of_queue"] >= 0.9


@pytest.mark.evidence
def test_certain_names_are_right_on_real_names(shared_data):
    register, asked = names.questions(shared_data("chainkg"))
    told = names.figures(register, asked)
    assert len(asked) == 500
    assert told["precision_of_certain"] >= 0.98, told["mistakes"]
