"""Of two editors none loses anything: a thousand interleavings against a plain model."""

import random

from hypothesis import given
from hypothesis import strategies as st

from lianban.kit import editing
from lianban.kit.text import Text

VALUES = st.dictionaries(st.sampled_from("abc"), st.text(max_size=5), min_size=1)


@given(VALUES)
def test_nobody_in_between_means_no_refusal(values):
    assert editing.stale_refusals(editing.mark(values), values, {"a": "new"}) == []


@given(VALUES, VALUES)
def test_every_field_that_would_be_lost_is_told(before, after):
    refusals = editing.stale_refusals(editing.mark(before), after, before)

    lost = {field for field in before if field in after and before[field] != after[field]}
    assert {r.field for r in refusals if r.field} == (lost if before != after else set())
    assert bool(refusals) == (before != after)


def test_the_difference_is_told_in_both_languages():
    refusals = editing.stale_refusals("x", {"title": "甲"}, {"title": "乙"}, {"title": Text("标题", "title")})

    assert "甲" in refusals[1].message.zh and "乙" in refusals[1].message.en and "title" in refusals[1].message.en


def test_a_thousand_interleavings_lose_no_update():
    """Two editors open, write and save in any order; what a save replaces is what that editor had seen."""
    draw = random.Random(8)
    for _ in range(1000):
        there, seen, saved = {"n": 0, "text": ""}, {}, []
        for step in range(12):
            who = draw.choice("AB")
            if who not in seen or draw.random() < 0.4:
                seen[who] = dict(there)
                continue
            mine = {**seen[who], "n": step + 1, "text": f"{seen[who]['text']}{who}"}
            if not editing.stale_refusals(editing.mark(seen[who]), there, mine):
                there = mine
                saved.append(who)
                seen[who] = dict(there)
        assert there["text"] == "".join(saved)  # every accepted save is still in the text
