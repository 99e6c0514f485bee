from hypothesis import given
from hypothesis.strategies import builds, integers, lists, sampled_from

from lianban.apps.ledger import rules
from lianban.apps.ledger.rules import Transfer

CODES = ["a", "b", "c"]
transfers = lists(
    builds(Transfer, sampled_from(CODES), sampled_from(CODES), integers(1, 10**12)), min_size=1, max_size=8
)


@given(transfers)
def test_the_changes_of_a_set_add_up_to_zero(asked):
    assert sum(rules.changes(asked).values()) == 0


@given(transfers)
def test_the_order_of_movements_does_not_make_another_set(asked):
    assert rules.set_digest("k", "s", asked) == rules.set_digest("k", "s", asked[::-1])


def test_every_reason_against_a_set_is_told_at_once():
    asked = [Transfer("a", "a", 5), Transfer("a", "x", 0), Transfer("a", "thing", 1)]

    codes = [r.code for r in rules.transfer_refusals(asked, {"a": False, "thing": True})]

    assert codes == ["ledger.no_account", "ledger.same_account", "ledger.amount_not_possible", "ledger.things_are_not_money"]  # fmt: skip
    assert [r.code for r in rules.transfer_refusals([], {})] == ["ledger.nothing_to_move"]


def test_an_amount_is_whole_and_above_zero():
    wrong = [0, -1, 1.5, "7", True, rules.AMOUNT_MAX_FEN + 1]

    assert all(rules.amount_refusals(amount) for amount in wrong)
    assert not rules.amount_refusals(1) and not rules.amount_refusals(rules.AMOUNT_MAX_FEN)


def test_what_is_short_is_told_and_the_outside_is_not_asked():
    (short,) = rules.money_refusals({"pot": 300, "outside": 9}, {"pot": 100})

    assert short.code == "ledger.not_enough"
    assert short.facts["short"].zh == "2\u2009元"


def test_only_the_outside_may_be_below_zero():
    assert [r.code for r in rules.account_refusals("pot", may_be_negative=True, in_kind=False)] == [
        "ledger.only_sources_below_zero"
    ]
    assert not rules.account_refusals("source", may_be_negative=True, in_kind=False)
    assert [r.code for r in rules.account_refusals("x", may_be_negative=False, in_kind=False)] == [
        "ledger.no_such_kind"
    ]


def test_a_hold_ends_by_its_last_settlement_or_by_release():
    assert rules.hold_state(10, 0, 0) == rules.hold_state(10, 9, 0) == "held"
    assert rules.hold_state(10, 10, 0) == "settled"
    assert rules.hold_state(10, 3, 7) == "released"
