"""Whatever people press in whatever order: no illegal state, no dead end, every deed on record; and money stays right."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lianban.apps.projects import rules
from lianban.apps.projects.tests import walk


class Delivery(RuleBasedStateMachine):
    """Many hands on one project; what goes wrong is shrunk to the shortest way there."""

    def __init__(self):
        super().__init__()
        self.walk = walk.Walk()

    @rule(data=st.data())
    def press(self, data):
        before = self.walk.now, len(self.walk.journal)
        walk.press(self.walk, lambda things: data.draw(st.sampled_from(list(things))))
        assert self.walk.now == before[0] or len(self.walk.journal) > before[1], "changed without a line in the journal"

    @invariant()
    def nothing_is_what_must_not_be(self):
        assert self.walk.faults() == []


def test_a_project_in_many_hands_stays_right(many_hands):
    many_hands(Delivery, 15, 30)


def test_walks_from_a_seed_reach_every_outcome():
    told = walk.run(60, 50)
    assert {f"outcome {one}" for one in rules.OUTCOMES} <= set(told)
    assert told["credit touched"] and told["levels raised"] and told["paid"] and told["ended in archived"]
    assert told == walk.run(60, 50), "the same seed, the same walks"


@pytest.mark.slow
def test_many_projects_in_many_hands_stay_right(many_hands):
    many_hands(Delivery, 60, 50)
    assert walk.run(200, 50)["steps"] == 10_000
