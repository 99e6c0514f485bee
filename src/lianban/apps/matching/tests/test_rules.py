"""Reasons, words and refusals; no database."""

from dataclasses import dataclass, field
from fractions import Fraction

import pytest

from lianban.apps.matching import compute, rules
from lianban.kit.text import Text


@dataclass
class Around:
    parents: dict = field(default_factory=dict)
    segments: dict = field(default_factory=dict)
    inputs: dict = field(default_factory=dict)


NAMES = {code: Text(code, code) for code in ("film", "bag", "tube", "resin")}


def why(made, **changes):
    given = {
        "product": "film",
        "made": made,
        "names": NAMES,
        "around": Around(),
        "kind": "firm",
        "answers": [],
        "likeness": 0.0,
    }
    return [(one.kind, one.points) for one in rules.reasons(**{**given, **changes})]


def test_who_has_the_product_stands_before_who_has_a_neighbour_of_it():
    around = Around(
        segments={"film": "s", "bag": "s"}, inputs={"film": frozenset({"resin"}), "tube": frozenset({"resin"})}
    )
    assert why({"film": "pilot"}) == [("own", 40)]
    assert why({"bag": "pilot", "tube": "lab"}, around=around) == [("inputs", 12), ("segment", 8)]


def test_the_best_of_a_kind_counts_once():
    around = Around(parents={"film": "kin", "bag": "kin", "tube": "kin"})
    assert why({"bag": "lab", "tube": "lab"}, around=around) == [("sibling", 20)]
    assert why({}, answers=["能做", "也能"], kind="hospital", likeness=0.5) == [
        ("answered", 25),
        ("likeness", 10),
        ("research", 6),
    ]


def test_no_fact_no_reason():
    assert why({"bag": "lab"}) == [] and why({}, likeness=0.05) == []


def test_texts_about_the_same_thing_are_alike():
    alike = compute.likenesses("色谱填料 离子交换", ["离子交换色谱填料，高载量", "一次性储液袋", ""])
    assert alike[0] > 0.5 and alike[1] == alike[2] == 0.0
    assert compute.likenesses("Protein A media", ["protein a", "bag"])[0] > 0.5


@pytest.mark.parametrize(("typed", "read"), [("50%", Fraction(1, 2)), ("1/2", Fraction(1, 2)), ("0.5", Fraction(1, 2)), ("50", Fraction(1, 2)), ("x", None), ("-1", None), ("1/0", None)])  # fmt: skip
def test_shares_are_read_as_people_type_them(typed, read):
    assert rules.read_share(typed) == read


def test_all_refusals_come_at_once():
    needs = [{"code": "a"}, {"code": "a"}]
    found = rules.question_refusals(capabilities=needs, rules={"size_min": 3, "size_max": 2, "objective": "strength"}, bad_lines=["?"])  # fmt: skip
    assert [one.code for one in found] == [
        "matching.line_unread",
        "matching.twice",
        "matching.sizes",
        "matching.no_budget",
    ]
    found = rules.candidate_refusals(cost_fen=None, evidence=" ", pinned=True, banned=True, levels=[9])
    assert [one.code for one in found] == ["matching.level", "matching.pinned_without_cost", "matching.pinned_and_banned", "matching.no_evidence"]  # fmt: skip
    assert [one.code for one in rules.solve_refusals(n_costs=0, under_way=True)] == [
        "matching.no_costs",
        "matching.under_way",
    ]
