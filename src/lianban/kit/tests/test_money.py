"""Money is split to the fen and shown exactly."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.kit import money

SHARES = st.lists(st.integers(0, 10_000), min_size=1, max_size=30).filter(any)


@given(st.integers(0, 10**14), SHARES)
def test_parts_add_up_and_none_is_a_fen_off(amount, shares):
    parts = money.split(amount, shares)

    assert sum(parts) == amount
    assert all(
        abs(part - Fraction(amount) * share / sum(shares)) < 1 for part, share in zip(parts, shares, strict=True)
    )


def test_no_share_gets_nothing():
    assert money.split(100, [1, 0, 2]) == [33, 0, 67]


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1, 5]])
def test_what_cannot_be_split_is_said(shares):
    with pytest.raises(ValueError, match="cannot be split"):
        money.split(10, shares)


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (300_000_000, "300\u2009万元", "3,000,000 yuan"),
        (315_000_001, "3,150,000.01\u2009元", "3,150,000.01 yuan"),
        (1_234_300_000_000, "123.43\u2009亿元", "12,343,000,000 yuan"),
        (0, "0\u2009元", "0 yuan"),
    ],
)
def test_amounts_are_shown_exactly(fen, zh, en):
    assert (money.shown(fen).zh, money.shown(fen).en) == (zh, en)


@given(st.integers(-(10**15), 10**15))
def test_what_is_shown_in_yuan_reads_back(fen):
    assert money.fen_of_yuan(money.yuan(fen)) == fen


@pytest.mark.parametrize("typed", ["", "一百", "1.234", "nan", "inf"])
def test_what_is_no_amount_is_none(typed):
    assert money.fen_of_yuan(typed) is None
