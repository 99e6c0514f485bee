"""A question in codes, its draft from a package, and the answer in words."""

import json

import pytest

import lianban
from lianban.chain.teams import QuestionError, answer, draft, read_question


def question(**changes):
    def one(code, kind, cost, **levels):
        return {
            "code": code,
            "name": {"zh": code, "en": code},
            "kind": kind,
            "place": "320500",
            "cost_fen": cost,
            "levels": levels,
        }

    given = {
        "capabilities": [
            {"code": "media", "name": {"zh": "填料", "en": "media"}, "least": 2, "copies": 1, "weight": 2},
            {"code": "test", "name": {"zh": "检测", "en": "testing"}, "least": 1, "copies": 2, "weight": 1},
        ],
        "candidates": [
            one("a", "firm", 300_00, media=4), one("b", "firm", 200_00, media=2, test=1), one("c", "institute", 100_00, test=3),
            one("d", "hospital", 150_00, test=2), one("e", "firm", None, media=3),
        ],
        "rules": {"size_max": 3, "kinds_min": 2},
    }  # fmt: skip
    return {**given, **changes}


def test_the_team_is_told_with_what_each_brings():
    found = answer(question())
    assert found["status"] == "proved optimal" and found["cost_fen"] == 300_00
    assert [m["code"] for m in found["members"]] == ["b", "c"]
    assert [c["code"] for c in found["members"][0]["covers"]] == ["media", "test"]
    assert [one["code"] for one in found["left_out"]] == ["e"]
    assert found["curve"][0]["cost_fen"] == 300_00 and found["curve"][-1]["strength"] == 2 * 4 + 3 + 2
    assert json.loads(json.dumps(found)) == found


def test_where_there_is_no_team_the_fewest_rules_are_named():
    found = answer(question(budget_fen=250_00))
    assert found["status"] == "none" and found["cost_fen"] is None
    sets = {tuple(rule["key"] for rule in one["rules"]) for one in found["relaxations"]}
    assert sets == {("budget",), ("cover:0",)}
    assert "放宽 1 项" in found["words"]["zh"] and "总成本" in found["relaxations"][0]["rules"][0]["name"]["zh"]


def test_a_wish_has_its_price():
    found = answer(question(pinned=["a"]))
    assert {one["key"]: one["price"] for one in found["prices"]}["pin:0"] == found["cost_fen"] - 300_00 == 250_00


def test_a_package_gives_a_draft_without_costs():
    chain = lianban.read_chain("sample:antibody")
    made = [str(code) for code in chain.production["product"]]
    given = draft(chain, max(set(made), key=made.count))
    assert given["candidates"] and all(one["cost_fen"] is None for one in given["candidates"])
    assert answer(given)["status"] == "none"
    with pytest.raises(QuestionError):
        draft(chain, "no-such-product")


@pytest.mark.parametrize(
    "changes",
    [{"capabilities": []}, {"objective": "luck"}, {"pinned": ["nobody"]}, {"rules": {"kind_share": {"firm": "1/0"}}},
     {"budget_fen": "much"}, {"candidates": [{"code": "a"}]}],
)  # fmt: skip
def test_nonsense_is_refused_in_both_languages(changes):
    with pytest.raises(QuestionError) as refused:
        answer(question(**changes))
    assert refused.value.text.zh and refused.value.text.en


def test_codes_stand_once():
    twice = question()
    twice["candidates"].append(twice["candidates"][0])
    with pytest.raises(QuestionError):
        read_question(twice)
