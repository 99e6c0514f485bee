from datetime import date

import pytest

from lianban.apps.rulesets import rules

TODAY = date(2026, 11, 22)


def test_overrides_are_read_line_by_line():
    overrides, refusals = rules.read_overrides('# note\ndiagnosis.hhi.severe = 0.35\n\ndiagnosis.x = "L4"\n')

    assert overrides == {"diagnosis.hhi.severe": 0.35, "diagnosis.x": "L4"}
    assert refusals == []


def test_every_unreadable_line_is_named():
    _, refusals = rules.read_overrides("a = 1\nb\nc = L3\na = 2\n")

    assert [(refusal.code, refusal.facts.get("line")) for refusal in refusals] == [
        ("rulesets.line_unreadable", 2),
        ("rulesets.line_unreadable", 3),
        ("rulesets.key_twice", None),
    ]


@pytest.mark.parametrize(
    ("starts_on", "taken", "document", "codes"),
    [
        (TODAY, False, "纪要 3", []),
        (date(2026, 11, 21), False, "纪要 3", ["rulesets.starts_in_past"]),
        (TODAY, True, "  ", ["rulesets.day_taken", "rulesets.no_document"]),
    ],
)
def test_when_a_rule_set_may_start(starts_on, taken, document, codes):
    refusals = rules.start_refusals(starts_on=starts_on, today=TODAY, taken=taken, document=document)

    assert [refusal.code for refusal in refusals] == codes
