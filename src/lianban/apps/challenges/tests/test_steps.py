"""The road: one table, steps switched off without a dead end, its diagram."""

from hypothesis import given
from hypothesis import strategies as st

from lianban.apps.challenges.rules import steps
from lianban.rulebook import list_packs, load_rules

PACKS = [pack for pack in list_packs() if "challenge.steps" in load_rules(pack).list_keys("challenge.")]
NAMES = set(steps.SWITCHABLE) | set(steps.SPINE)


def walked(table, chooser, most=60):
    """Walk the table until an end; give the states passed."""
    state, passed = table.first, [table.first]
    while table.verbs_from(state) and len(passed) < most:
        verbs = table.verbs_from(state)
        state = table.target(verbs[chooser(len(verbs))])
        passed.append(state)
    return passed


def test_every_pack_names_only_steps_of_the_road_in_their_order():
    assert {"cn-core-2025", "procurement-2024"} <= set(PACKS)
    order = [step.name for step in steps.ROAD if step.name]
    for pack in PACKS:
        named = load_rules(pack).value("challenge.steps")
        assert set(named) <= NAMES, pack
        switchable = [name for name in named if name in order]
        assert switchable == [name for name in order if name in switchable], pack


def test_what_a_pack_leaves_out_is_passed_over():
    for pack in PACKS:
        named = set(load_rules(pack).value("challenge.steps"))
        table = steps.table(named)
        left_out = {step.state for step in steps.ROAD if step.name and step.name not in named}
        assert not left_out & set(table.states)
        assert not steps.dead_ends(table)


@given(st.sets(st.sampled_from(sorted(steps.SWITCHABLE))))
def test_no_choice_of_steps_has_a_dead_end(taken):
    table = steps.table(taken)

    assert not steps.dead_ends(table)
    assert {step.name for step in steps.passed_over(taken)} == set(steps.SWITCHABLE) - taken
    straight = walked(table, lambda n: 0)
    assert straight[-1] in steps.ENDS


@given(st.sets(st.sampled_from(sorted(steps.SWITCHABLE))), st.randoms(use_true_random=False))
def test_the_first_verb_of_every_state_leads_straight_to_the_archive(taken, random):
    table = steps.table(taken)
    main = [step for step in steps.ROAD if step.state in table.states]

    state = "draft"
    for step in main:
        assert state == step.state
        state = table.target(step.verb)
    assert state == "archived"
    assert random.random() < 1


def test_the_road_of_the_issue_stands_whole_in_the_table():
    verbs = [step.verb for step in steps.ROAD]

    assert verbs == [
        "submit", "collect", "recommend", "argue", "clear", "decide_posting", "post", "invite", "open", "finish_check", "seat",
        "finish_review", "opine", "choose", "end_publicity", "sign", "pay", "finish_run", "accept", "archive",
    ]  # fmt: skip
    assert {"race", "void", "choose_again", "fall_through", "end", "drop", "send_back"} <= set(steps.STATES.moves)


def test_what_was_posted_can_never_be_dropped_quietly():
    for state in steps.STATES.states:
        if state not in steps.BEFORE_POSTING:
            assert "drop" not in steps.STATES.verbs_from(state)
            assert "send_back" not in steps.STATES.verbs_from(state)


def test_the_diagram_names_every_state():
    drawn = steps.STATES.diagram("en")

    assert all(f"    {state}: " in drawn for state in steps.STATES.states)
