"""Levels, triples and their edge cases: what is stated, what follows from rows, what stays unknown."""

import pytest

from lianban.chain.diagnosis.facts import gather
from lianban.chain.diagnosis.levels import compute_triple
from lianban.chain.diagnosis.product import Standing, standings
from lianban.chain.diagnosis.sources import DomesticShare, basis_of, contradictions
from lianban.rulebook import load_rules

RULES = load_rules()
ORGANISATIONS = [
    {"code": "h1", "kind": "firm", "place": "441200"},
    {"code": "h2", "kind": "firm", "place": "110000"},
    {"code": "lab", "kind": "laboratory", "place": "320500"},
    {"code": "jp", "kind": "firm", "place": "JP"},
    {"code": "lost", "kind": "firm"},
]


def stand(make_chain, production=(), assessments=(), indicators=(), rules=RULES) -> Standing:
    chain = make_chain(
        products=[{"code": "p"}],
        organisations=[dict(row) for row in ORGANISATIONS],
        production=[{"product": "p", **row} for row in production],
        assessments=[{"product": "p", "assessor": "专家组", **row} for row in assessments],
        indicators=[{"product": "p", **row} for row in indicators],
    )
    return standings(gather(chain), rules)["p"]


def row(who: str, stage: str = "stable_volume", **more) -> dict:
    return {"organisation": who, "stage": stage, **more}


COMPLETE = {"item": "sources_complete", "value": "yes"}
ABSENT = {"item": "absent_domestic", "value": "yes"}


@pytest.mark.parametrize(
    ("production", "assessments", "level", "at_least"),
    [
        ([], [], None, False),
        ([], [ABSENT], "L0", False),
        ([], [{**ABSENT, "valid_until": "2025-06-29"}], None, False),
        ([], [COMPLETE], "L0", False),
        ([row("jp")], [], None, False),
        ([row("jp")], [COMPLETE], "L0", False),
        ([row("lost")], [COMPLETE], None, False),
        ([row("lab", "lab")], [], None, False),
        ([row("h1", status="building")], [], None, False),
        ([row("lab", "lab")], [ABSENT], "L1", False),
        ([row("h1", status="building")], [COMPLETE], "L1", False),
        ([row("h1", "small_batch")], [], "L2", True),
        ([row("h1", "unknown")], [], "L2", True),
        ([row("h1")], [], "L3", True),
        ([row("h1")], [COMPLETE], "L3", False),
        ([row("h1", status="stopped")], [], None, False),
        ([row("h1"), row("h2", "small_batch")], [COMPLETE], "L3", False),
        ([row("h1"), row("h2")], [], "L4", True),
        ([row("h1"), row("h2")], [{"item": "world_rank", "value": "3"}], "L5", False),
        ([row("h1"), row("h2")], [{"item": "world_rank", "value": "4"}], "L4", True),
        ([row("h1")], [{"item": "world_rank", "value": "1"}], "L3", True),
    ],
)
def test_derived_levels(make_chain, production, assessments, level, at_least) -> None:
    found = stand(make_chain, production, assessments).level
    assert (found.used, found.at_least) == (level, at_least)
    assert found.basis == ("derived" if level else "unknown")


def test_a_stated_level_wins_and_the_derived_one_stands_beside_it(make_chain) -> None:
    found = stand(make_chain, [row("h1")], [{"item": "level", "value": "L2"}, COMPLETE]).level
    assert (found.used, found.stated, found.derived, found.differs) == ("L2", "L2", "L3", True)


def test_a_higher_stated_level_agrees_with_a_derived_one_that_is_only_a_lower_bound(make_chain) -> None:
    found = stand(make_chain, [row("h1")], [{"item": "level", "value": "L4"}]).level
    assert found.at_least and not found.differs


def test_of_contradicting_statements_the_newest_then_the_surest_is_used(make_chain) -> None:
    old = {"item": "level", "value": "L4", "observed_on": "2024-01-01"}
    sure = {"item": "level", "value": "L1", "confidence": "high"}
    found = stand(make_chain, [], [old, {"item": "level", "value": "L2"}, sure]).level
    assert found.used == "L1"
    assert [r["value"] for r in found.stated_rows] == ["L1", "L2", "L4"]


@pytest.mark.parametrize("more", [{"valid_until": "2025-06-29"}, {"observed_on": "2025-07-01"}, {"scope": "441200"}])
def test_an_expired_future_or_local_statement_is_not_the_level_at_home(make_chain, more) -> None:
    assert stand(make_chain, [], [{"item": "level", "value": "L2", **more}]).level.used is None


def test_a_statement_holds_on_its_last_day(make_chain) -> None:
    assert stand(make_chain, [], [{"item": "level", "value": "L2", "valid_until": "2025-06-30"}]).level.used == "L2"


@pytest.mark.parametrize(
    ("level", "share", "triple"),
    [
        (None, (1, 1), None),
        ("L0", (1, 1), "blank"),
        ("L1", None, "blank"),
        ("L2", (0.9, 0.9), "unstable"),
        ("L3", (0.7, 0.7), "self_sufficient"),
        ("L3", (0.69, 0.69), "stable_rate_short"),
        ("L4", (0.6, 0.8), "stable_rate_unknown"),
        ("L5", None, "stable_rate_unknown"),
    ],
)
def test_computed_triples(level, share, triple) -> None:
    told = DomesticShare(*share, "shares", ()) if share else None
    assert compute_triple(level, told, RULES) == triple


def test_a_published_triple_is_quoted_and_the_computed_one_shown_beside_it(make_chain) -> None:
    stated = {"item": "triple", "value": "self_sufficient", "voice": "published"}
    found = stand(make_chain, [], [stated, {"item": "level", "value": "L1"}]).triple
    assert (found.shown, found.stated, found.computed, found.differs) == (
        "self_sufficient",
        "self_sufficient",
        "blank",
        True,
    )


def share(who: str, part: float | None, **more) -> dict:
    return row(who, share=part, share_of="home_supply" if part is not None else "unknown", **more)


@pytest.mark.parametrize(
    ("production", "low", "high"),
    [
        ([share("h1", 0.6), share("jp", 0.4)], 0.6, 0.6),
        ([share("h1", 0.6)], 0.6, 1.0),
        ([share("h1", 0.6), share("jp", None)], 0.6, 0.6),
        ([share("h1", 0.6), share("h2", None)], 1.0, 1.0),
        ([share("jp", 0.6), share("h2", None)], 0.4, 0.4),
        ([share("h1", 0.5), share("lost", 0.5)], 0.5, 1.0),
        ([share("lost", 0.6), share("jp", None)], 0.0, 0.6),
        ([share("lost", 0.6), share("h1", None)], 0.4, 1.0),
    ],
)
def test_domestic_share_from_shares(make_chain, production, low, high) -> None:
    found = stand(make_chain, production).share
    assert found is not None and found.basis == "shares"
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def rate(value: float, definition: str, **more) -> dict:
    return {
        "item": "domestic_rate",
        "value": value,
        "unit": "fraction",
        "definition": definition,
        "period": "2024",
        **more,
    }


def test_a_domestic_rate_counts_only_by_value_or_quantity(make_chain) -> None:
    assert stand(make_chain, [], [], [rate(0.6, "按供应商数量")]).share is None
    assert stand(make_chain, [], [], [rate(0.6, "国产化率")]).share is None
    found = stand(make_chain, [], [], [rate(60, "按采购额", unit="%"), rate(0.9, "按供应商数量")]).share
    assert found is not None and (found.low, found.basis) == (pytest.approx(0.6), "domestic_rate:value")
    assert stand(make_chain, [share("h1", 0.6), share("jp", 0.4)], [], [rate(0.1, "按产值")]).share.basis == "shares"


def test_shares_of_world_supply_are_not_shares_of_home_supply(make_chain) -> None:
    assert stand(make_chain, [row("h1", share=1.0, share_of="world_supply")]).share is None


@pytest.mark.parametrize(
    ("definition", "basis"),
    [
        ("按金额", "value"),
        ("按产值计，国内企业产值/国内市场规模", "value"),
        ("按销量", "quantity"),
        ("本地企业数占比", "firms"),
        ("按供应商数量", "firms"),
        ("by number of firms", "firms"),
        ("按零部件数", "parts"),
        ("国产化率", "unspecified"),
    ],
)
def test_the_basis_of_a_rate_is_read_from_its_definition(definition, basis) -> None:
    assert basis_of(definition) == basis


def test_contradicting_rows_of_one_source_are_kept_and_the_newest_is_used(make_chain) -> None:
    found = stand(make_chain, [share("h1", 0.3, observed_on="2020-01-01"), share("h1", 0.6), share("jp", 0.4)])
    source = next(one for one in found.sources if one.key == "h1")
    assert source.share_home == 0.6
    assert len(contradictions(source)) == 2
    assert found.share is not None and found.share.low == pytest.approx(0.6)


def test_a_judge_who_judges_again_replaces_what_they_said_and_contradicts_nobody(make_chain) -> None:
    first = {"item": "level", "value": "L2", "voice": "office", "assessor": "验收结论", "confidence": "high"}
    other = {"item": "level", "value": "L2", "voice": "expert", "assessor": "专家甲", "observed_on": "2024-01-01"}

    def told(*rows) -> tuple[str | None, bool]:
        chain = make_chain(
            products=[{"code": "p"}],
            assessments=[{"product": "p", "observed_on": "2025-06-01", **row, "code": f"accepted-{n}-level"} for n, row in enumerate(rows, 9)],
        )  # fmt: skip
        facts = gather(chain)
        level = standings(facts, RULES)["p"].level
        named = any(one.code == "contradiction" for one in chain.check())
        assert named == (len({one["value"] for one in facts.differing("p", "level")}) > 1)
        return level.used, named

    assert told(first, {**first, "value": "L3"}) == ("L3", False)  # on one day: the one entered later
    assert told({**first, "value": "L3", "observed_on": "2025-06-02"}, first) == ("L3", False)
    assert told(first, {**first, "value": "L3"}, other) == ("L3", True)
