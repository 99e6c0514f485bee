"""Whatever people press in whatever order: no illegal state, no dead end, every deed on record; and money stays right."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

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


def hold(runs, steps):
    quiet = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Delivery, settings=quiet)


def test_a_project_in_many_hands_stays_right():
    hold(15, 30)


def test_walks_from_a_seed_reach_every_outcome():
    told = walk.run(60, 50)
    assert {f"outcome {one}" for one in rules.OUTCOMES} <= set(told)
    assert told["credit touched"] and told["levels raised"] and told["paid"] and told["ended in archived"]
    assert told == walk.run(60, 50), "the same seed, the same walks"


@pytest.mark.slow
def test_many_projects_in_many_hands_stay_right():
    hold(60, 50)
    assert walk.run(200, 50)["steps"] == 10_000
