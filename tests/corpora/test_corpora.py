"""The corpora: every file is read as its maker says, or refused with the reason its maker expects."""

from tests.corpora import spreadsheets, texts, workbooks
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


def test_lists_of_offices(tmp_path):
    assert not wrong(list(spreadsheets.cases()), tmp_path)


def test_text_tables(tmp_path):
    assert not wrong([case for case in texts.cases() if not case.heavy], tmp_path)


def test_single_workbooks(tmp_path):
    assert not wrong([case for case in workbooks.cases() if not case.heavy], tmp_path)
