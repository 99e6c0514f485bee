"""Divisions contain divisions by prefix; a park contains only itself; too coarse a place leaves the answer open."""

import pytest

from lianban.chain.diagnosis.places import area_of, contains, origin_of, scope_of


@pytest.mark.parametrize(
    ("area", "place", "answer"),
    [
        ("CN", "441284", True),
        ("CN", "CN", True),
        ("CN", "JP", False),
        ("CN", "XX", False),
        ("CN", "HK", False),
        ("CN", "810000", False),
        ("CN", None, None),
        ("440000", "441200", True),
        ("440000", "110000", False),
        ("441200", "441284", True),
        ("441200", "441200-hitech", True),
        ("441200", "440000", None),
        ("441200", "CN", None),
        ("441200", "JP", False),
        ("441200", "440100", False),
        ("441284", "441200", None),
        ("441284", "441200-hitech", False),
        ("441200-hitech", "441200-hitech", True),
        ("441200-hitech", "441200", None),
        ("441200-hitech", "440000", None),
        ("441200-hitech", "441284", False),
        ("441200-hitech", "441200-port", False),
        ("441200-hitech", "CN", None),
        ("JP", "JP", True),
        ("JP", "441200", False),
    ],
)
def test_contains(area: str, place: str | None, answer: bool | None) -> None:
    assert contains(area, place) is answer


def test_areas_follow_from_the_place_of_the_chain() -> None:
    place = "441200-hitech"
    assert [area_of(scope, place) for scope in ("province", "city", "park")] == ["440000", "441200", place]
    assert area_of("park", "441200") is None
    assert area_of("city", "440000") is None
    assert area_of("city", None) is None
    assert [scope_of(area) for area in ("440000", "441200", place, "CN")] == ["province", "city", "park", "nation"]


def test_origins_follow_customs_statistics() -> None:
    assert [origin_of(place) for place in ("441284", "710000", "810000", "820000", "JP", None)] == [
        "CN", "TW", "HK", "MO", "JP", None,
    ]  # fmt: skip
