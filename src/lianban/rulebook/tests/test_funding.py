"""Money rules: examples of the page, and what must always hold."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.rulebook import list_packs, load_rules
from lianban.rulebook.funding import Working, compensation, first_payment, public_support, shown

PAGE = Path(__file__).parents[4] / "docs" / "models" / "funding.md"
EXAMPLES = tomllib.loads(re.findall(r"```toml\n(.*?)```", PAGE.read_text("utf-8"), re.S)[0])["example"]
PACKS = {name: load_rules(name) for name in list_packs()}
YUAN = 100
amounts = st.integers(0, 10**13)


def work(pack: str = "cn-core-2025", **yuan: Any) -> Working:
    stated = {"total_fen": 10_000_000, "payable_fen": 8_000_000, "poster_cash_fen": 8_000_000} | yuan
    return public_support(PACKS[pack], **{k: v * YUAN if k.endswith("_fen") else v for k, v in stated.items()})


@pytest.mark.parametrize("example", EXAMPLES, ids=[e["pack"] for e in EXAMPLES])
def test_the_page_s_examples_are_what_the_rules_give(example: dict[str, Any]) -> None:
    own = {"self_fen": example["own"]} if "own" in example else {}

    working = work(example["pack"], total_fen=example["total"], payable_fen=example["payable"],
                   poster_cash_fen=example["poster_cash"], **own)  # fmt: skip

    assert working.amount_fen == example["amount"] * YUAN
    assert [step.code for step in working.steps if step.decides] == [example["decides"]]
    assert [s.amount_fen // YUAN for s in working.steps if s.code == "bracket"] == example.get("brackets", [])
    assert not working.refusals
    row = re.search(rf"\| `{example['pack']}` \|.*", PAGE.read_text("utf-8"))
    assert row and f"| {example['amount']:,} | {example['decides']} |" in row.group()


def test_every_place_with_its_own_money_rules_has_an_example() -> None:
    assert {e["pack"] for e in EXAMPLES} == set(PACKS) - {"eu-2021", "us-2023"}


def test_the_working_can_be_read() -> None:
    told = [step.text for step in work("jilin-2023", total_fen=12_000_000).steps]

    assert told[1].zh == "500 万元 至 1,000 万元 部分 500 万元 × 25%"
    assert told[1].en == "from 5,000,000 yuan to 10,000,000 yuan: 5,000,000 yuan × 25 %"
    assert shown(150).zh == "1.50 元"


def test_all_that_the_poster_lacks_is_told_at_once() -> None:
    working = work(poster_cash_fen=1_000_000, payable_fen=1_000_000)
    lacking = work(poster_cash_fen=1_000_000, payable_fen=300_000)

    assert [(r.code, r.facts["least_fen"]) for r in working.refusals] == [("funding.poster_share", 600_000_000)]
    assert working.refusals[0].message.zh == "发榜方出资 100 万元 低于总投入的 60%（600 万元）"
    assert [r.code for r in lacking.refusals] == ["funding.poster_share"]
    assert lacking.amount_fen == 300_000 * YUAN  # not above what it pays
    hunan = load_rules(overrides={"challenge.not_above_payable": False, "challenge.total_min": 20_000_000})
    told = public_support(hunan, total_fen=10**9, payable_fen=10**7, poster_cash_fen=10**7)
    assert [r.code for r in told.refusals] == ["funding.total_too_small", "funding.poster_share", "funding.cash_to_solver"]  # fmt: skip
    assert [r.code for r in work(total_fen=0, payable_fen=1).refusals] == ["funding.not_positive", "funding.payable_above_total"]  # fmt: skip


def test_contributions_in_kind_count_only_where_the_rules_say_so() -> None:
    counts = load_rules(overrides={"challenge.in_kind_counts": True})
    money = {"total_fen": 10**9, "payable_fen": 6 * 10**8, "poster_cash_fen": 5 * 10**8, "in_kind_fen": 10**8}

    assert [r.code for r in public_support(PACKS["cn-core-2025"], **money).refusals] == ["funding.poster_share"]
    assert not public_support(counts, **money).refusals


def test_a_transfer_and_a_lesser_challenge_have_their_own_caps() -> None:
    much = {"total_fen": 100_000_000, "payable_fen": 90_000_000}

    assert work("nmg-2022", kind="transfer", **much).amount_fen == 5_000_000 * YUAN
    assert work("hefei-2025", scale="key", **much).amount_fen == 2_000_000 * YUAN


def test_own_money_that_is_not_stated_is_all_that_is_not_public() -> None:
    rules = load_rules("nmg-2022", overrides={"challenge.public_share_max": 0.9})

    amount_fen = public_support(rules, total_fen=900, payable_fen=0, poster_cash_fen=0).amount_fen

    assert amount_fen == 300  # 600 own : 300 public


def test_an_eliminated_team_gets_part_of_its_proven_cost_up_to_the_cap() -> None:
    core = PACKS["cn-core-2025"]

    assert compensation(core, proven_cost_fen=60_000_001).amount_fen == 30_000_000
    assert compensation(core, proven_cost_fen=300_000_000).amount_fen == 500_000 * YUAN
    assert first_payment(core, public_fen=300_000_000).amount_fen == 120_000_000


@given(st.sampled_from(sorted(PACKS)), amounts, amounts, amounts, amounts)
def test_support_stays_within_every_line_of_its_working(pack: str, total: int, payable: int, cash: int, more: int) -> None:  # fmt: skip
    rules = PACKS[pack]
    working = public_support(rules, total_fen=total, payable_fen=payable, poster_cash_fen=cash)

    limits = [step.amount_fen for step in working.steps if step.code != "bracket"]
    assert working.amount_fen == max(0, min(limits)) <= total
    assert sum(step.decides for step in working.steps) == 1
    cap_fen = rules.value("challenge.public_cap") * YUAN
    assert not cap_fen or working.amount_fen <= cap_fen
    if rules.value("challenge.not_above_payable"):
        assert working.amount_fen <= payable
    brackets = [step.amount_fen for step in working.steps if step.code == "bracket"]
    assert not brackets or working.amount_fen <= sum(brackets)
    larger = public_support(rules, total_fen=total + more, payable_fen=payable + more, poster_cash_fen=cash)
    assert larger.amount_fen >= working.amount_fen  # more work never gets less money
