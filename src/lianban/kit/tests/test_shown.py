import pytest

from lianban.kit.shown import percent


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(0.184, 1, "18.4\u2009%"), (0.0, 1, "0.0\u2009%"), (0.0004, 1, "<0.1\u2009%"), (0.004, 0, "<1\u2009%"), (None, 1, "未知")],
)  # fmt: skip
def test_a_small_share_is_not_nought_and_an_unknown_one_is_a_word(value, digits, shown):
    assert percent(value, digits) == shown
