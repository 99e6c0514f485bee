"""Kinds, routes, solvers and local presence: each rule with the case just beside it."""

from datetime import date

import pytest

from lianban.chain.diagnosis.facts import gather
from lianban.chain.diagnosis.kinds import add_months, kinds_of, main_kind, strength
from lianban.chain.diagnosis.product import standings
from lianban.chain.diagnosis.routes import KnowHow, recommend
from lianban.chain.diagnosis.scope import LocalPresence, ScopeError, local_presence, read_scope
from lianban.chain.diagnosis.solvers import solvers_of
from lianban.chain.diagnosis.structure import Structure, relatedness
from lianban.rulebook import load_rules

RULES = load_rules()
ITEMS = ("value", "gap", "monopoly", "replacement", "denial")
ORGANISATIONS = [
    {"code": "h1", "kind": "firm", "place": "441284"},
    {"code": "h2", "kind": "firm", "place": "110000"},
    {"code": "park", "kind": "firm", "place": "441200-hitech"},
    {"code": "lab", "kind": "laboratory", "place": "320500"},
    {"code": "jp", "kind": "firm", "place": "JP"},
]


def scores(who: str, *values: int, **more) -> list[dict]:
    return [
        {"product": "p", "item": f"chokepoint_{item}", "value": str(value), "assessor": who, **more}
        for item, value in zip(ITEMS, values, strict=True)
    ]


def facts_of(make_chain, assessments=(), production=(), products=({"code": "p"},), inputs=(), **more):
    return gather(
        make_chain(
            products=[dict(row) for row in products],
            organisations=[dict(row) for row in ORGANISATIONS],
            assessments=[dict(row) for row in assessments],
            production=[{"product": "p", "stage": "stable_volume", **row} for row in production],
            inputs=[dict(row) for row in inputs],
            **more,
        )
    )


def kind_states(facts) -> dict[str, str]:
    one = standings(facts, RULES)["p"]
    kinds = kinds_of(facts, "p", one.level, one.sources, RULES, one.complete_rows)
    return {kind.code: kind.state for kind in kinds} | {"main": main_kind(kinds) or "none"}


PASS, LOW_SUM, ONE_LOW = (4, 4, 2, 2, 2), (3, 3, 3, 2, 2), (4, 4, 4, 4, 1)


@pytest.mark.parametrize(
    ("assessments", "state"),
    [
        ([], "not_tested"),
        (scores("甲", *PASS), "not_tested"),
        (scores("甲", *PASS) + scores("甲", *PASS), "not_tested"),
        (scores("甲", *PASS) + scores("乙", *PASS), "yes"),
        (scores("甲", *PASS) + scores("乙", *PASS)[:4], "not_tested"),
        (scores("甲", *LOW_SUM) + scores("乙", *ONE_LOW), "no"),
        (scores("甲", *PASS) + scores("乙", *ONE_LOW), "disputed"),
        (scores("甲", *PASS) + scores("乙", *PASS, valid_until="2025-06-29"), "not_tested"),
        (scores("甲", *PASS) + scores("乙", *PASS, observed_on="2024-06-30"), "yes"),
        (scores("甲", *PASS) + scores("乙", *PASS, observed_on="2024-06-29"), "not_tested"),
        (scores("甲", *PASS) + scores("乙", *PASS, observed_on="2024-06-29", valid_until="2030-01-01"), "not_tested"),
        (scores("甲", *PASS) + scores("乙", *PASS, scope="441200"), "not_tested"),
    ],
)
def test_the_chokepoint_test(make_chain, assessments, state) -> None:
    assert sum(PASS) == RULES.value("diagnosis.chokepoint.sum_min")
    assert kind_states(facts_of(make_chain, assessments))["chokepoint"] == state


def test_a_newer_score_of_the_same_assessor_replaces_the_older(make_chain) -> None:
    old = scores("乙", *ONE_LOW, observed_on="2025-01-01")
    assert kind_states(facts_of(make_chain, [*scores("甲", *PASS), *old, *scores("乙", *PASS)]))["chokepoint"] == "yes"


def test_break_and_thin_are_computed_and_the_gravest_kind_leads(make_chain) -> None:
    level = {"product": "p", "item": "level", "assessor": "专家组"}
    two = scores("甲", *PASS) + scores("乙", *PASS)

    blank = kind_states(facts_of(make_chain, [{**level, "value": "L1"}]))
    choke = kind_states(facts_of(make_chain, [{**level, "value": "L1"}, *two]))
    thin = kind_states(facts_of(make_chain, [{**level, "value": "L3"}]))
    unknown = kind_states(facts_of(make_chain))

    assert (blank["break"], blank["thin"], blank["main"]) == ("yes", "no", "break")
    assert choke["main"] == "chokepoint"
    assert (thin["break"], thin["thin"], thin["main"]) == ("no", "yes", "thin")
    assert unknown == {code: "not_tested" for code in unknown if code != "main"} | {"main": "none"}


def test_two_stable_sources_are_thin_only_if_nobody_else_can_exist(make_chain) -> None:
    rows = [{"organisation": "h1"}, {"organisation": "h2"}]
    complete = [{"product": "p", "item": "sources_complete", "value": "yes", "assessor": "链办"}]
    assert kind_states(facts_of(make_chain, [], rows))["thin"] == "not_tested"
    assert kind_states(facts_of(make_chain, complete, rows))["thin"] == "yes"
    assert kind_states(facts_of(make_chain, complete, [*rows, {"organisation": "park"}]))["thin"] == "no"


def test_pain_is_entered_with_reporter_and_date_and_expires(make_chain) -> None:
    pain = {"product": "p", "item": "pain", "value": "交期过长", "assessor": "某企业", "voice": "firm"}
    assert kind_states(facts_of(make_chain, [pain]))["pain"] == "yes"
    assert kind_states(facts_of(make_chain, [{**pain, "valid_until": "2025-06-01"}]))["pain"] == "not_tested"


def test_strengths_have_their_own_list(make_chain) -> None:
    def is_strong(*rows) -> bool:
        facts = facts_of(make_chain, [{"product": "p", "assessor": "专家组", **row} for row in rows])
        return strength(facts, "p", standings(facts, RULES)["p"].level, RULES) is not None

    assert is_strong({"item": "world_rank", "value": "3"})
    assert not is_strong({"item": "world_rank", "value": "4"})
    assert is_strong({"item": "strength", "value": "掌握标准"})
    assert is_strong({"item": "level", "value": "L5"})
    assert not is_strong({"item": "level", "value": "L4"})


def test_months_end_where_months_end() -> None:
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2024, 12, 31), 2) == date(2025, 2, 28)


def reach(answer: str, basis: str = "stated") -> KnowHow:
    return KnowHow(answer, basis, None, 0, ())


def local(code: str) -> LocalPresence:
    return LocalPresence(code, (), (), None)


@pytest.mark.parametrize(
    ("level", "choke", "know_how", "market", "downstream", "presence", "blockage", "route", "rule", "provisional"),
    [
        (None, "no", "near", "enough", "growing", None, False, None, "NONE", False),
        ("L0", "yes", "far", "unknown", "unknown", None, False, "tackle", "R1", False),
        ("L1", "not_tested", "near", "enough", "unknown", None, False, "tackle", "R1p", True),
        ("L1", "disputed", "near", "enough", "unknown", None, False, "tackle", "R1p", True),
        ("L0", "no", "near", "enough", "unknown", None, False, "invite", "R2", False),
        ("L0", "no", "near", "unknown", "unknown", None, False, "buy", "R2u", True),
        ("L0", "no", "unknown", "enough", "unknown", None, False, "buy", "R2u", True),
        ("L0", "no", "near", "not_enough", "unknown", None, False, "buy", "R2n", False),
        ("L0", "no", "far", "enough", "unknown", None, False, "buy", "R3", False),
        ("L2", "no", "near", "enough", "unknown", None, False, "first_use", "R4", False),
        ("L3", "no", "near", "enough", "unknown", None, False, "second_source", "R5", False),
        ("L4", "no", "near", "enough", "growing", None, False, "build_on", "R6", False),
        ("L5", "no", "near", "enough", "unknown", None, False, "defer", "R7", False),
        ("L2", "no", "near", "enough", "unknown", "absent", False, "cooperate", "LOCAL", False),
        ("L4", "yes", "near", "enough", "growing", "absent", False, "cooperate", "LOCAL", False),
        ("L0", "yes", "near", "enough", "growing", "absent", False, "tackle", "R1", False),
        ("L2", "no", "near", "enough", "unknown", "unknown", False, "first_use", "R4", False),
        ("L2", "no", "near", "enough", "unknown", "building", False, "first_use", "R4", False),
        ("L3", "no", "near", "enough", "unknown", None, True, "coordinate", "BLOCK", False),
        ("L1", "yes", "near", "enough", "unknown", None, True, "tackle", "R1", False),
    ],
)
def test_the_decision_table(
    level, choke, know_how, market, downstream, presence, blockage, route, rule, provisional
) -> None:
    seen = local(presence) if presence else None
    found = recommend(level, choke, reach(know_how), market, downstream, seen, blockage)
    assert (found.code, found.rule, found.provisional) == (route, rule, provisional)
    assert ("level", level) in found.facts


def test_a_capability_that_is_little_used_needs_first_use() -> None:
    def route(level: str, high: bool | None) -> str:
        return recommend(level, "no", reach("near"), "enough", "growing", None, False, high).rule

    assert [route("L4", high) for high in (True, False, None)] == ["R8", "R6", "R6"]
    assert [route(level, True) for level in ("L3", "L2", "L0")] == ["R5", "R4", "R2"]


def test_missing_locally_is_never_a_challenge_by_default() -> None:
    for level in ("L2", "L3", "L4", "L5"):
        for choke in ("yes", "no", "not_tested", "disputed"):
            found = recommend(level, choke, reach("near"), "enough", "growing", local("absent"), False)
            assert found.code == "cooperate" and set(found.also) == {"buy", "invite"}


def test_computed_know_how_is_advice_only() -> None:
    found = recommend("L0", "no", reach("far", "computed"), "unknown", "unknown", None, False)
    assert found.provisional and found.needs is not None


@pytest.mark.parametrize(
    ("scope", "production", "assessments", "presence"),
    [
        ("city", [{"organisation": "h1"}], [], "present"),
        ("city", [{"organisation": "park"}], [], "present"),
        ("441200-hitech", [{"organisation": "h1"}], [], "unknown"),
        ("441200-hitech", [{"organisation": "park", "status": "building"}], [], "building"),
        ("city", [{"organisation": "h1", "stage": "pilot"}], [], "unknown"),
        ("city", [{"organisation": "h2"}], [], "unknown"),
        ("city", [{"organisation": "h2"}], [("sources_complete", "yes", None)], "absent"),
        ("city", [{"organisation": "h2"}], [("sources_complete", "yes", "441200")], "absent"),
        ("city", [], [("absent_domestic", "yes", None)], "absent"),
        ("city", [{"organisation": "h2"}], [("absent_domestic", "yes", "441200")], "absent"),
        ("city", [{"origin": "CN"}], [("sources_complete", "yes", None)], "unknown"),
        ("city", [{"organisation": "h2", "share": 1.0, "share_of": "home_supply"}], [], "absent"),
        ("province", [{"organisation": "h1"}], [], "present"),
    ],
)
def test_local_presence(make_chain, scope, production, assessments, presence) -> None:
    told = [{"product": "p", "item": i, "value": v, "scope": s, "assessor": "链办"} for i, v, s in assessments]
    facts = facts_of(make_chain, told, production)
    one = standings(facts, RULES)["p"]
    found = local_presence(facts, "p", one.sources, read_scope(facts, scope), one.complete_rows, 0.001)
    assert found is not None and found.code == presence


def test_a_scope_that_cannot_be_told_is_refused_with_a_sentence(make_chain) -> None:
    facts = facts_of(make_chain)
    for scope in ("park", "county", "44", "441200-"):
        with pytest.raises(ScopeError):
            read_scope(facts, scope)
    assert read_scope(facts, "nation").area is None
    assert read_scope(facts, "441200-hitech").code == "park"


def test_solvers_come_with_reasons_and_local_ones_are_not_preferred(make_chain) -> None:
    products = [
        {"code": "p", "parent": "kind"},
        {"code": "kind"},
        {"code": "twin", "parent": "kind"},
        {"code": "steel", "segment": "b"},
        {"code": "gear", "segment": "b"},
        {"code": "beside"},
    ]
    production = [
        {"organisation": "lab", "stage": "pilot"},
        {"product": "twin", "organisation": "h2"},
        {"product": "gear", "organisation": "park"},
        {"product": "beside", "organisation": "h1"},
        {"product": "beside", "organisation": "jp"},
    ]
    inputs = [{"product": "p", "input": "steel"}, {"product": "gear", "input": "steel"}]
    facts = facts_of(make_chain, [], production, products, inputs)
    standing = standings(facts, RULES)
    structure = Structure(facts, RULES)

    found = solvers_of(facts, "p", {k: s.sources for k, s in standing.items()}, structure, RULES, "441200")

    assert [(one.organisation, one.reasons[0][0], one.local) for one in found] == [
        ("lab", "pilot", False),
        ("h2", "sibling", False),
        ("park", "shared_input", True),
        ("h1", "segment", True),
    ]
    assert "中试" in found[0].why(facts.products).zh
    density, known = relatedness(structure, "p", {k: s.made_at_home for k, s in standing.items()})
    assert (density, known) == (1.0, 3)
