"""HHI and CR1: exact where shares are whole, bounds that nothing possible escapes where they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.chain.diagnosis.concentration import Interval, concentrate, judge, sole_source
from lianban.chain.diagnosis.sources import Source
from lianban.rulebook import load_rules

RULES = load_rules()


def source(key: str, origin: str | None, share: float | None, *, named: bool = True) -> Source:
    return Source(
        key if named else f"origin:{origin}", key if named else None, origin, origin,
        origin == "CN", "stable_volume", True, False, share, None, ({"code": key},),
    )  # fmt: skip


def test_worked_example_of_the_pages() -> None:
    sources = [source("a", "JP", 0.5), source("b", "JP", 0.3), source("c", "CN", 0.2)]

    by_firm = concentrate(sources, "organisation", RULES, complete=False)
    by_origin = concentrate(sources, "origin", RULES, complete=False)

    assert by_firm.hhi == Interval(pytest.approx(0.38), pytest.approx(0.38))
    assert by_origin.hhi == Interval(pytest.approx(0.68), pytest.approx(0.68))
    assert by_origin.cr1 == Interval(pytest.approx(0.8), pytest.approx(0.8))
    assert (by_firm.judged, by_origin.judged, by_origin.largest) == ("watch", "severe", "JP")


def test_no_share_at_all_is_unknown_and_never_zero() -> None:
    found = concentrate([source("a", "JP", None)], "origin", RULES, complete=False)
    assert found.hhi is None and found.cr1 is None and found.judged == "undetermined"


def test_the_only_source_of_a_complete_list_has_everything() -> None:
    found = concentrate([source("a", "JP", None)], "origin", RULES, complete=True)
    assert found.hhi == Interval(1.0, 1.0)


def test_shares_above_one_are_not_computed_with() -> None:
    found = concentrate([source("a", "JP", 0.8), source("b", "US", 0.4)], "origin", RULES, complete=False)
    assert found.hhi is None


def test_an_origin_nobody_is_named_for_may_hide_many_firms() -> None:
    sources = [source("a", "CN", 0.4), source("", "JP", 0.6, named=False)]

    by_firm = concentrate(sources, "organisation", RULES, complete=False)

    assert by_firm.hhi == Interval(pytest.approx(0.16), pytest.approx(0.16 + 0.36))
    assert by_firm.cr1 == Interval(pytest.approx(0.4), pytest.approx(0.6))
    assert concentrate(sources, "origin", RULES, complete=False).hhi == Interval(
        pytest.approx(0.52), pytest.approx(0.52)
    )


def test_alternate_rule_sets_judge_differently() -> None:
    hhi = Interval(0.2, 0.2)
    assert [judge(hhi, load_rules(name)) for name in ("cn-core-2025", "eu-2021", "us-2023")] == ["low", "low", "severe"]
    assert judge(Interval(0.2, 0.3), RULES) == "undetermined"
    assert [judge(Interval(x, x), RULES) for x in (0.2499, 0.25, 0.40, 0.4001)] == ["low", "watch", "watch", "severe"]


shares = st.lists(st.integers(1, 60), min_size=1, max_size=5).filter(lambda parts: sum(parts) < 100)


@given(shares, st.lists(st.integers(1, 40), min_size=1, max_size=6), st.booleans())
def test_no_way_of_filling_the_gap_leaves_the_bounds(known: list[int], gap: list[int], in_known_origin: bool) -> None:
    sources = [source(f"f{i}", f"O{i}", part / 100) for i, part in enumerate(known)]
    missing = 1 - sum(known) / 100
    pieces = [missing * part / sum(gap) for part in gap]

    firm = concentrate(sources, "organisation", RULES, complete=False)
    origin = concentrate(sources, "origin", RULES, complete=False)

    by_firm = [*(part / 100 for part in known), *pieces]
    by_origin = list(by_firm)
    if in_known_origin:
        by_origin[0] += by_origin.pop()
    for found, filled in ((firm, by_firm), (origin, by_origin)):
        assert found.hhi and found.cr1
        assert found.hhi.low - 1e-9 <= sum(s * s for s in filled) <= found.hhi.high + 1e-9
        assert found.cr1.low - 1e-9 <= max(filled) <= found.cr1.high + 1e-9


@given(shares)
def test_the_bounds_by_firm_are_reached(known: list[int]) -> None:
    sources = [source(f"f{i}", f"O{i}", part / 100) for i, part in enumerate(known)]
    missing = 1 - sum(known) / 100
    found = concentrate(sources, "organisation", RULES, complete=False)
    assert found.hhi
    assert found.hhi.high == pytest.approx(sum((p / 100) ** 2 for p in known) + missing**2)
    thin = sum((p / 100) ** 2 for p in known) + 10_000 * (missing / 10_000) ** 2
    assert found.hhi.low == pytest.approx(thin, abs=1e-3)


def test_sole_source_needs_proof() -> None:
    one = [source("a", "CN", None)]
    assert sole_source(one, complete=False) == ("unknown", None)
    assert sole_source(one, complete=True) == ("yes", "a")
    assert sole_source([source("a", "CN", 1.0)], complete=False) == ("yes", "a")
    assert sole_source([*one, source("b", "JP", None)], complete=False) == ("no", None)
    assert sole_source([source("", "JP", None, named=False)], complete=True) == ("unknown", None)
