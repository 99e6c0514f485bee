import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text

DOOR = Transitions(
    {"open": Text("开", "open"), "shut": Text("关", "shut"), "locked": Text("锁", "locked")},
    [
        Move("close", ("open",), "shut", Text("关上", "close")),
        Move("open", ("shut",), "open", Text("打开", "open")),
        Move("lock", ("shut",), "locked", Text("锁上", "lock")),
        Move("unlock", ("locked",), "shut", Text("开锁", "unlock")),
    ],
)


@given(st.lists(st.sampled_from(["close", "open", "lock", "unlock"]), max_size=20))
def test_allowed_moves_are_exactly_the_tables(verbs):
    state = DOOR.first
    for verb in verbs:
        refused = DOOR.refusals(state, verb)

        assert bool(refused) == (verb not in DOOR.verbs_from(state))
        if not refused:
            state = DOOR.target(verb)


def test_a_refusal_names_the_state_and_the_verb_in_both_languages():
    (refusal,) = DOOR.refusals("open", "lock")

    assert refusal.code == "state.not_from_here"
    assert refusal.message.zh == "当前状态为“开”，不能锁上"
    assert refusal.message.en == "it is 'open' now, so it cannot be moved by 'lock'"


def test_a_table_with_an_unknown_or_unreachable_state_cannot_be_made():
    states = {"a": Text("甲", "a"), "b": Text("乙", "b")}

    with pytest.raises(ValueError, match="unknown states"):
        Transitions(states, [Move("go", ("a",), "c", Text("去", "go"))])
    with pytest.raises(ValueError, match="cannot be reached"):
        Transitions(states, [Move("stay", ("a",), "a", Text("留", "stay"))])


def test_the_diagram_has_one_arrow_for_each_source_of_each_move():
    assert DOOR.diagram("en").count("-->") == 1 + 4
    assert "shut --> locked: 锁上" in DOOR.diagram()
