"""Rule values of challenges and consortia fit together in every pack, and alternates change only what their texts say."""

from itertools import pairwise

import pytest

from lianban.rulebook import RuleSet, list_packs, load_rules

CORE = load_rules()
PLACES = ("hefei-2025", "jilin-2023", "nmg-2022", "procurement-2024")
STEPS = list(CORE.value("challenge.steps"))


@pytest.fixture(params=list_packs())
def pack(request) -> RuleSet:
    return load_rules(request.param)


def test_steps_are_left_out_and_never_reordered(pack) -> None:
    steps = pack.value("challenge.steps")

    assert steps == [step for step in STEPS if step in steps]
    assert {"post", "answer", "formal_check", "decide_choice", "contract", "run", "accept"} <= set(steps)


@pytest.mark.parametrize("key", ["challenge.sheet", "consortium.sheet"])
def test_a_sheet_adds_up_to_one_hundred_points(pack, key) -> None:
    sheet = pack.value(key)

    assert sum(one["points"] for one in sheet) == 100
    assert len({one["code"] for one in sheet}) == len(sheet) and all(one["zh"] and one["en"] for one in sheet)


def test_the_research_plan_has_the_weight_its_pack_asks_for(pack) -> None:
    least = pack.value("challenge.plan_points_share_min")

    assert not least or next(one["points"] for one in pack.value("challenge.sheet") if one["code"] == "plan") >= 100 * least  # fmt: skip


def test_brackets_rise_in_amount_and_end_open(pack) -> None:
    brackets = pack.value("challenge.brackets")

    assert all(upto < following or not following for (upto, _), (following, _) in pairwise(brackets))
    assert not brackets or brackets[-1][0] == 0
    assert all(0 < share <= 1 for _, share in brackets)


def test_numbers_that_belong_together_agree(pack) -> None:
    assert pack.value("challenge.poster_share_min") + pack.value("challenge.public_share_max") <= 1
    assert 1 <= pack.value("challenge.sealing.needed") <= len(pack.value("challenge.sealing.holders"))
    assert pack.value("challenge.panel.min") % 2 == pack.value("challenge.panel_major.min") % 2 == 1
    assert pack.value("consortium.grades.A") > pack.value("consortium.grades.B") > pack.value("consortium.grades.C")
    assert set(pack.value("challenge.racing.stages")) and pack.value("challenge.racing.max_lanes") >= 2


@pytest.mark.parametrize("name", PLACES)
def test_a_place_changes_only_challenges_and_consortia_and_names_its_texts(name: str) -> None:
    rules = load_rules(name)
    set_here = [rules.entry(key) for key in rules.list_keys() if rules.entry(key).set_by == name]

    assert {entry.key.split(".")[0] for entry in set_here} <= {"challenge", "consortium"}
    assert any(entry.tag == "M" for entry in set_here) and not any(entry.verified for entry in set_here)
    for entry in set_here:
        assert entry.source.address or entry.tag == "D"  # a text has its address; what is ours says so


def test_what_no_official_text_says_is_not_verified() -> None:
    for group in ("challenge.", "review.", "consortium.", "project.", "agreement."):
        for key in CORE.list_keys(group):
            assert not CORE.entry(key).verified or CORE.entry(key).tag in ("O", "S")
