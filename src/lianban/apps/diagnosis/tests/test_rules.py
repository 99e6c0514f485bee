from datetime import date

import pytest

from lianban.apps.diagnosis import rules
from lianban.kit.text import Text

TODAY = date(2026, 11, 22)


def codes(refusals):
    return [refusal.code for refusal in refusals]


def test_every_state_offers_a_next_verb_that_the_table_allows():
    for state in rules.WORKFLOW.states:
        assert rules.NEXT_VERB[state] in rules.WORKFLOW.verbs_from(state)


def test_the_main_way_is_walked_by_moves_of_the_table():
    for before, after in zip(rules.MAIN_WAY, rules.MAIN_WAY[1:], strict=False):
        assert any(before in move.sources and move.target == after for move in rules.WORKFLOW.moves.values()), (
            f"{before} → {after}"
        )


def test_nothing_is_routed_that_was_not_listed_and_nothing_closed_that_nobody_asked_to_close():
    targets = {}
    for move in rules.WORKFLOW.moves.values():
        targets.setdefault(move.target, set()).update(move.sources)

    assert targets["closed"] == {"closing"}
    assert targets["listed"] == {"consulted"}
    assert not targets["routed"] & set(rules.BEFORE_LISTING)


@pytest.mark.parametrize(
    ("asked_by", "closer", "evidence", "expected"),
    [
        (1, 2, "检验报告", []),
        (1, 1, "检验报告", ["weak_point.same_person"]),
        (1, 2, "  ", ["weak_point.no_evidence"]),
        (1, 1, "", ["weak_point.no_evidence", "weak_point.same_person"]),
    ],
)
def test_closing_needs_evidence_and_a_second_person(asked_by, closer, evidence, expected):
    assert codes(rules.closing_refusals(asked_by=asked_by, closer=closer, evidence=evidence)) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"unit": " "}, ["assignment.no_unit"]),
        ({"lead_department": "", "person": ""}, ["assignment.no_lead_department", "assignment.no_person"]),
        ({"due_on": date(2026, 11, 21)}, ["assignment.due_in_past"]),
        ({"due_on": TODAY}, []),
    ],
)
def test_an_assignment_is_whole(changes, expected):
    values = {"lead_department": "工信局", "unit": "甲公司", "person": "王工", "due_on": date(2026, 12, 20)} | changes

    assert codes(rules.assignment_refusals(**values, today=TODAY)) == expected


@pytest.mark.parametrize("verb", rules.NEEDS_NOTE)
def test_a_decision_without_a_sentence_is_refused(verb):
    assert codes(rules.note_refusals(verb, " ")) == ["weak_point.no_note"]
    assert rules.note_refusals(verb, "已到现场") == []


def test_a_verb_that_needs_no_sentence_takes_none():
    assert rules.note_refusals("enlist", "") == []


def test_routes_are_those_of_the_office_and_shelving_is_a_move_of_its_own():
    assert [name.zh for name in rules.ROUTES.values()] == [
        "攻关/揭榜", "联合体", "首用", "第二来源", "储备", "招商", "协调", "暂不处置",
    ]  # fmt: skip
    assert codes(rules.route_refusals("defer")) == codes(rules.route_refusals("magic")) == ["weak_point.no_such_route"]
    assert rules.route_refusals("tackle") == []


@pytest.mark.parametrize(
    ("status", "due_on", "overdue"),
    [("acting", date(2026, 11, 21), True), ("acting", TODAY, False), ("closed", date(2020, 1, 1), False), ("acting", None, False)],
)  # fmt: skip
def test_what_is_overdue(status, due_on, overdue):
    assert rules.is_overdue(status, due_on, TODAY) is overdue


def test_refusals_of_the_table_name_state_and_verb():
    (refusal,) = rules.WORKFLOW.refusals("raised", "close")

    assert refusal.message == Text(
        "当前状态为“已提出（疑似）”，不能销号", "it is 'raised (suspected)' now, so it cannot be moved by 'close'"
    )
