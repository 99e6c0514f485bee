"""Teams against every team there is: optimum, no team at all, smallest sets to relax, prices, curve."""

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from lianban.engine.matching import (
    Count,
    InvalidTeamProblem,
    Share,
    Variety,
    best_team,
    curve,
    prices,
    relaxations,
    solve,
    team_problem,
)
from lianban.engine.matching.rows import linear

sys.path.insert(0, str(Path(__file__).parent))
import judge

sys.path.pop(0)


@st.composite
def questions(draw, most=8):
    """A small question said plainly."""
    n, m = draw(st.integers(2, most)), draw(st.integers(1, 4))
    some = st.frozensets(st.integers(0, n - 1))
    pairs = st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)).filter(lambda p: p[0] < p[1])
    return {
        "level": draw(st.lists(st.lists(st.integers(0, 3), min_size=m, max_size=m), min_size=n, max_size=n)),
        "cost": draw(st.lists(st.integers(0, 5).map(lambda c: c * 200), min_size=n, max_size=n)),
        "least": draw(st.lists(st.integers(1, 3), min_size=m, max_size=m)),
        "copies": draw(st.lists(st.integers(0, 2), min_size=m, max_size=m)),
        "weight": draw(st.lists(st.integers(0, 3), min_size=m, max_size=m)),
        "counts": [("size", frozenset(range(n)), draw(st.integers(0, 3)), draw(st.none() | st.integers(1, n))),
                   *([("kind", draw(some), draw(st.integers(0, 2)), None)] if draw(st.booleans()) else [])],
        "shares": [("share", draw(some), Fraction(1, draw(st.integers(2, 4))))] if draw(st.booleans()) else [],
        "varieties": [("kinds", draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)), draw(st.integers(1, 3)))]
        if draw(st.booleans()) else [],
        "conflicts": sorted(draw(st.sets(pairs, max_size=4))),
        "bonds": [(*p, draw(st.integers(0, 3))) for p in sorted(draw(st.sets(pairs, max_size=3)))],
        "pinned": draw(st.frozensets(st.integers(0, n - 1), max_size=1)),
        "banned": draw(st.frozensets(st.integers(0, n - 1), max_size=2)),
        "budget": draw(st.none() | st.integers(0, 3_000)),
    }  # fmt: skip


def asked(plain):
    """The same question as the engine takes it."""
    n = len(plain["cost"])

    def mask(who):
        return np.isin(np.arange(n), sorted(who))

    rules = [Count(key, mask(who), least, most) for key, who, least, most in plain["counts"]]
    rules += [Share(key, mask(who), part) for key, who, part in plain["shares"]]
    rules += [Variety(key, np.array(label), least) for key, label, least in plain["varieties"]]
    names = ("least", "copies", "weight", "conflicts", "bonds", "pinned", "banned", "budget")
    return team_problem(plain["level"], plain["cost"], rules=rules, **{name: plain[name] for name in names})


@settings(deadline=None, max_examples=20)
@given(questions())
def test_the_cheapest_and_the_strongest_are_those_of_all_teams(plain):
    _judged(plain)


@pytest.mark.evidence
@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions())
def test_they_are_the_same_as_they_are_searched_among_thousands(monkeypatch, plain):
    monkeypatch.setattr(solve, "SMALL", 0)
    monkeypatch.setattr(solve, "NEAR", 2)
    _judged(plain)


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(questions())
def test_the_strongest_is_the_same_when_only_two_are_looked_at_first(monkeypatch, plain):
    monkeypatch.setattr(solve, "SMALL", 0)
    monkeypatch.setattr(solve, "NEAR", 2)
    good = [judge.strength(plain, team) for team in judge.every_team(plain) if not judge.keeps(plain, team)]
    strong = best_team(asked(plain), objective="strength")
    assert (strong.status, strong.strength) == (("proved optimal", max(good)) if good else ("none", 0))


def test_our_own_search_finds_what_highs_finds_and_proves_it():
    """Uncompiled in a process of its own: what is compiled is the same text, and compiling takes longer than all tests here."""
    told = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("uncompiled.py"))], env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.stdout.split() == ["12", "as", "judged"], told.stderr


def _judged(plain):
    problem = asked(plain)
    good = [team for team in judge.every_team(plain) if not judge.keeps(plain, team)]
    cheap, strong = best_team(problem), best_team(problem, objective="strength")
    if not good:
        assert cheap.status == strong.status == "none" and cheap.members == ()
        return
    assert cheap.status == strong.status == "proved optimal"
    assert cheap.cost == cheap.bound == min(judge.cost(plain, team) for team in good)
    assert strong.strength == strong.bound == max(judge.strength(plain, team) for team in good)
    for team in (cheap, strong):
        assert frozenset(team.members) in good and team.strength == judge.strength(plain, frozenset(team.members))


@settings(deadline=None, max_examples=15)
@given(questions(most=6))
def test_the_smallest_sets_to_relax_are_the_smallest(plain):
    problem = asked(plain)
    smallest = min((judge.keeps(plain, team) for team in judge.every_team(plain)), key=len)
    expected = {frozenset(judge.keeps(plain, team)) for team in judge.every_team(plain)}
    expected = {one for one in expected if len(one) == len(smallest)}
    found = relaxations(problem, most=100)
    assert {frozenset(one.keys) for one in found} == expected
    assert all(one.proved and one.team.status == "proved optimal" for one in found)


@settings(deadline=None, max_examples=12)
@given(questions(most=6))
def test_a_wish_costs_what_the_best_team_without_it_saves(plain):
    problem = asked(plain)
    team = best_team(problem)
    for price in prices(problem, team, problem.rule_keys()):
        rest = [t for t in judge.every_team(plain) if not judge.keeps(plain, t) - {price.key}]
        expected = min((judge.cost(plain, t) for t in rest), default=None)
        assert (price.without.cost if price.without.found else None) == expected
        if team.found:
            assert price.price == team.cost - expected >= 0 and price.proved


@settings(deadline=None, max_examples=12)
@given(questions(most=6))
def test_no_team_beats_the_curve(plain):
    found = curve(asked(plain), points=6)
    good = [
        (judge.cost(plain, t), judge.strength(plain, t)) for t in judge.every_team(plain) if not judge.keeps(plain, t)
    ]
    assert bool(found) == bool(good)
    for team in found:
        assert not any(
            (c <= team.cost and s > team.strength) or (c < team.cost and s >= team.strength) for c, s in good
        )
    if found:
        assert found[0].cost == min(c for c, _ in good) and found[-1].strength == max(s for _, s in good)


def test_candidates_left_out_do_not_change_the_answer():
    rng = np.random.default_rng(3)
    for _ in range(10):
        level = (rng.random((60, 6)) < 0.4) * rng.integers(1, 4, (60, 6))
        cost = rng.integers(1, 9, 60)
        kind = rng.integers(0, 3, 60)
        rules = [
            Count("size", np.ones(60, bool), 4, 8),
            Variety("kinds", kind, 3),
            Share("firms", kind == 0, Fraction(1, 2)),
        ]
        problem = team_problem(level, cost, least=2, copies=2, rules=rules, conflicts=[(0, 1), (2, 3)])
        rows = linear(problem, strength=False).rows
        whole = np.arange(rows.n_columns) < 60
        plain = milp(np.r_[cost, np.zeros(rows.n_columns - 60)], integrality=whole, bounds=Bounds(0, rows.highest),
                     constraints=LinearConstraint(rows.matrix(), rows.least, np.inf))  # fmt: skip
        assert best_team(problem).cost == round(plain.fun)


@pytest.mark.evidence
@pytest.mark.parametrize("costs", ["free", "proportional", "equal", "large"])
def test_answers_are_those_of_plain_highs(monkeypatch, costs):
    monkeypatch.setattr(solve, "SMALL", 20)
    for seed in range(4):
        problem = _middling(np.random.default_rng([seed, *costs.encode()]), costs)
        question = linear(problem, strength=True)
        rows, n = question.rows, problem.n_candidates
        for objective, aim in ((question.cost, "cost"), (-question.strength, "strength")):
            plain = milp(
                objective, integrality=np.arange(rows.n_columns) < n, bounds=Bounds(0, rows.highest),
                constraints=LinearConstraint(rows.matrix(), rows.least, np.inf), options={"mip_rel_gap": 0.0},
            )  # fmt: skip
            team = best_team(problem, objective=aim)
            assert (team.status == "none") == (plain.status == 2)
            if team.found:
                step = question.cost_step if aim == "cost" else -question.strength_step
                assert (team.status, team.value) == ("proved optimal", team.bound)
                assert team.value == round(plain.fun) * step and not problem.broken(team.members)


def _middling(rng, costs, n=120, k=8):
    """Every rule at once, among more candidates than HiGHS is asked about at once."""
    level = (rng.random((n, k)) < 0.25) * rng.integers(1, 4, (n, k))
    cost = {
        "free": rng.integers(0, 60, n), "proportional": (level > 0).sum(1) * 20 + rng.integers(0, 6, n),
        "equal": rng.integers(50, 52, n), "large": rng.integers(10**8, 10**9, n),
    }[costs]  # fmt: skip
    kind, place = rng.integers(0, 4, n), rng.integers(0, 6, n)
    rules = [
        Count("size", np.ones(n, bool), 3, 9), Variety("kinds", kind, 3), Variety("places", place, 2),
        Share("firms", kind == 0, Fraction(1, 2)), Count("universities", kind == 1, 1, 3),
    ]  # fmt: skip
    pairs = {tuple(sorted(rng.choice(n, 2, replace=False).tolist())) for _ in range(40)}
    return team_problem(
        level, cost, least=rng.integers(1, 3, k), copies=rng.integers(1, 3, k), rules=rules, conflicts=pairs,
        bonds=[(*sorted(rng.choice(n, 2, replace=False).tolist()), 2) for _ in range(10)], pinned=[int(rng.integers(n))],
        banned=rng.choice(n, 3, replace=False).tolist(), budget=int(cost.mean() * 7),
    )  # fmt: skip


def test_nonsense_is_refused_with_all_its_reasons():
    with pytest.raises(InvalidTeamProblem) as refused:
        team_problem(
            [[1.5], [0]], [-1, 2], copies=-1, conflicts=[(1, 1)], pinned=[7], bonds=[(0, 1, -1)],
            rules=[Count("pin:1", np.ones(3, bool))],
        )  # fmt: skip
    assert len(refused.value.problems) == 8
