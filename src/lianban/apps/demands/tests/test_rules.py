from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianban.apps.demands import rules
from lianban.apps.demands.rules import STATES, Surroundings, why_serve
from lianban.kit.text import Text

TODAY = date(2026, 11, 22)
NAMES = {code: Text(code, code) for code in ("a", "b", "c", "d", "shared")}


def around(**given_):
    told = {"names": NAMES, "segments": {}, "parents": {}, "inputs": {}} | given_
    return Surroundings(**told)


def kinds(reasons):
    return [reason.kind for reason in reasons]


def test_a_demand_names_a_product_or_says_it_in_words():
    bare = rules.raise_refusals(product="", title="", latest_on=None, today=TODAY)

    assert [r.code for r in bare] == ["demands.nothing_named"]
    assert rules.raise_refusals(product="a", title="", latest_on=TODAY, today=TODAY) == []


def test_a_date_that_is_past_is_refused():
    found = rules.raise_refusals(product="a", title="", latest_on=date(2026, 11, 21), today=TODAY)

    assert [r.code for r in found] == ["demands.date_past"]


def test_all_reasons_against_an_answer_are_told_at_once():
    found = rules.answer_refusals(state="raised", own=True, sentence=" ", evidence="", already=True)

    assert [r.code for r in found] == [
        "state.not_from_here", "demands.own_demand", "demands.already_answered", "demands.no_sentence",
        "demands.no_evidence",
    ]  # fmt: skip


def test_a_pilot_line_is_the_strongest_reason():
    reasons = why_serve("a", {"a": "pilot", "b": "stable_volume"}, around(segments={"a": "s", "b": "s"}))

    assert kinds(reasons) == ["pilot", "segment"]


def test_kinds_of_one_parent_are_kin_and_not_counted_as_segment_again():
    reasons = why_serve(
        "a", {"b": "stable_volume"}, around(parents={"a": "c", "b": "c"}, segments={"a": "s", "b": "s"})
    )

    assert kinds(reasons) == ["kin"]


def test_shared_inputs_are_named():
    inputs = {"a": frozenset({"shared", "d"}), "b": frozenset({"shared"})}
    (reason,) = why_serve("a", {"b": "small_batch"}, around(inputs=inputs))

    assert reason.kind == "inputs"
    assert "shared" in reason.text.zh and "shared" in reason.text.en


def test_two_products_without_parent_or_segment_are_not_neighbours():
    assert why_serve("a", {"b": "stable_volume"}, around()) == []


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from(sorted(rules.STAGES))),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xy")),
    st.dictionaries(st.sampled_from("abcd"), st.frozensets(st.sampled_from(["shared", "c"]))),
)
def test_reasons_are_few_sorted_and_only_for_what_is_made(own, segments, inputs):
    reasons = why_serve("a", own, around(segments=segments, inputs=inputs))

    weights = [reason.weight for reason in reasons]
    assert weights == sorted(weights, reverse=True) and len(reasons) <= 3
    assert own or not reasons


@pytest.mark.parametrize("state", ["withdrawn", "met"])
def test_nothing_leaves_an_end(state):
    assert STATES.verbs_from(state) == []
