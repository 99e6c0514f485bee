"""Conflicts, sizes, draws and totals, without a database."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.apps.review import rules
from lianban.apps.review.rules import Bond, Case, Edge
from lianban.kit.text import Text

ALL = frozenset(
    ["employer", "co_project", "shareholding", "same_consortium", "control", "drafted_demand", "lobbying_bar"]
)
CASE = Case(frozenset({1}), date(2023, 11, 22), date(2026, 11, 22), ALL, 0.05, 3)


def at(organisation, kind="employer", **more):
    return Bond(organisation, kind, "名册", f"e:{organisation}:{kind}", **more)


def tie(a, b, kind="shareholding", share=0.3, **more):
    return Edge(a, b, kind, "登记", "年报", f"t:{a}:{b}:{kind}", share, **more)


def found(bonds=(), edges=(), case=CASE, bars=(), user=7):
    return [
        (hit.kind, hit.party, len(hit.hops)) for hit in rules.derive(user, list(bonds), list(bars), list(edges), case)
    ]


@pytest.mark.parametrize("kind", ["employer", "adviser", "kin"])
def test_whoever_works_for_a_party_steps_back(kind):
    assert found([at(1, kind)]) == [(kind, 1, 1)]


def test_the_look_back_ends_where_the_rules_say():
    assert found([at(1, until=date(2023, 11, 22))]) == []
    assert found([at(1, until=date(2023, 11, 23))]) == [("employer", 1, 1)]
    assert found([at(1, since=None, until=None)]) == [("employer", 1, 1)]
    assert rules.window_start(date(2024, 2, 29), 3) == date(2021, 3, 1)


def test_own_shares_a_project_and_a_dispute_count():
    assert found([at(1, "holding")]) == [("shareholding", 1, 1)]
    assert found([at(1, "co_project")]) == [("co_project", 1, 1)]
    assert found([at(1, "dispute")]) == [("dispute", 1, 1)]


@pytest.mark.parametrize(
    ("edges", "hops"),
    [
        ([tie(1, 5)], 2),  # the party owns the employer
        ([tie(5, 1)], 2),  # the employer owns the party
        ([tie(9, 5), tie(9, 1)], 3),  # a common owner
        ([tie(8, 5), tie(9, 8), tie(9, 1)], 4),
        ([tie(9, 5, "control", None), tie(9, 1)], 3),
    ],
)
def test_a_path_of_shares_is_found_with_every_hop(edges, hops):
    assert found([at(5)], edges) == [("shareholding", 1, hops)]


def test_small_stakes_a_joint_venture_and_too_many_steps_are_no_path():
    assert found([at(5)], [tie(5, 1, share=0.04)]) == []
    assert found([at(5)], [tie(5, 1, share=None)]) == [("shareholding", 1, 2)]  # unknown is not small
    assert found([at(5)], [tie(5, 9), tie(1, 9)]) == []
    ladder = [tie(6, 5), tie(7, 6), tie(8, 7), tie(8, 1)]
    assert found([at(5)], ladder) == [("shareholding", 1, 5)]
    assert found([at(5)], ladder, replace(CASE, steps=2)) == []


def test_control_alone_and_a_common_head_are_control():
    assert found([at(5)], [tie(9, 5, "control", None), tie(9, 1, "control", None)]) == [("control", 1, 3)]
    assert {hit[:2] for hit in found([at(5)], [tie(1, 5, "same_head", None)])} == {("control", 1)}


def test_each_way_to_a_party_is_a_hit_of_its_own():
    hits = rules.derive(7, [at(5)], [], [tie(8, 5), tie(9, 5), tie(8, 1), tie(9, 1)], CASE)

    assert len(hits) == 2 and len({hit.fingerprint for hit in hits}) == 2


def test_consortium_and_project_reach_one_hop_only():
    assert found([at(5)], [tie(5, 1, "same_consortium", None)]) == [("same_consortium", 1, 2)]
    assert found([at(5)], [tie(1, 5, "co_project", None)]) == [("co_project", 1, 2)]
    assert found([at(5)], [tie(5, 9, "same_consortium", None), tie(9, 1, "same_consortium", None)]) == []


def test_whoever_drafted_the_demand_and_whoever_is_barred_steps_back():
    assert found(case=replace(CASE, drafting_users=frozenset({7}))) == [("drafted_demand", None, 1)]
    assert found([at(4)], case=replace(CASE, drafting_organisations=frozenset({4}))) == [("drafted_demand", 4, 1)]
    assert found(bars=[("review.bar:1", "文号")]) == [("lobbying_bar", None, 1)]


def test_what_the_rules_switch_off_is_not_derived():
    bonds, edges = [at(1), at(5), at(1, "co_project")], [tie(5, 1), tie(5, 1, "same_consortium", None)]
    assert found(bonds, edges, replace(CASE, kinds=frozenset())) == []
    assert {hit[0] for hit in found(bonds, edges, replace(CASE, kinds=frozenset({"control"})))} == set()


@st.composite
def ownerships(draw):
    pairs = draw(
        st.lists(
            st.tuples(st.integers(1, 6), st.integers(1, 6)).filter(lambda p: p[0] != p[1]), unique=True, max_size=9
        )
    )
    return [tie(a, b) for a, b in pairs]


@given(ownerships())
def test_a_path_is_found_where_a_plain_search_finds_a_common_owner(edges):
    def above(start, steps=3):
        ways, there = {start}, {start}
        for _ in range(steps):
            there = {e.a for e in edges if e.b in there} - {start}
            ways |= there
        return ways

    hits = rules.derive(7, [at(5)], [], edges, CASE)

    assert bool(hits) == bool(above(5) & above(1))
    for hit in hits:  # each hop starts where the last one ended, and the last is the party
        ends = [hop.target for hop in hit.hops]
        assert [hop.source for hop in hit.hops[1:]] == ends[:-1] and ends[-1] == 1


def test_a_name_is_found_whatever_its_width_case_and_spaces():
    assert rules.names_in("采用 Ａｃｍｅ-Resin 工艺", ["acme resin", "别家"]) == ["acme resin"]
    assert rules.names_in("层析 介质 公司", ["层析介质公司"]) == ["层析介质公司"]
    assert rules.names_in("无名", ["名", ""]) == []


KINDS = st.dictionaries(st.sampled_from(["technical", "finance", "legal"]), st.integers(1, 4), min_size=1)


@given(st.integers(0, 2**32), st.lists(st.integers(0, 999), min_size=12, max_size=30, unique=True), KINDS)
def test_a_draw_can_be_repeated_and_does_not_hang_on_the_order_of_the_pool(seed, keys, wanted):
    pool = {kind: [str(key) for key in keys] for kind in wanted}
    first = rules.candidates(str(seed), pool, wanted)
    again = rules.candidates(str(seed), {kind: list(reversed(there)) for kind, there in pool.items()}, wanted)

    drawn = [key for there in first.values() for key in there]
    assert first == again and len(drawn) == len(set(drawn)) == sum(wanted.values())
    assert rules.digest_of(pool) == rules.digest_of({kind: sorted(there, reverse=True) for kind, there in pool.items()})


def test_a_draw_is_even_handed():
    keys = [str(n) for n in range(10)]
    count = dict.fromkeys(keys, 0)
    for seed in range(2000):
        for key in rules.candidates(str(seed), {"technical": keys}, {"technical": 3})["technical"]:
            count[key] += 1

    assert max(abs(n - 600) for n in count.values()) < 90  # about four standard deviations


RULES = {
    "challenge.panel.min": 5, "challenge.panel.odd": True, "challenge.panel.expert_share": 0.667, "challenge.panel.legal": 0,
    "challenge.panel.finance": 1, "challenge.panel_major.min": 7, "challenge.panel_major.legal": 1,
    "challenge.panel_major.finance": 1, "challenge.panel_major.from_amount": 10_000_000,
    "review.dismiss_average_below": 60, "review.senior_reviews_min": 10, "review.senior_average_above": 90,
}  # fmt: skip


class Plain(dict):
    value = dict.__getitem__


@given(st.integers(0, 2_000_000_000), st.lists(st.sampled_from(list(rules.KINDS)), max_size=3))
def test_what_is_drawn_by_default_makes_a_panel_that_can_be_confirmed(amount_fen, seated):
    size = rules.size_of(Plain(RULES), amount_fen)
    kinds = [*seated, *(kind for kind, n in rules.wanted_of(size, seated).items() for _ in range(n))]

    refusals = rules.confirm_refusals(size, kinds, undeclared=0, open_hits=0, upheld=0, chair=True)
    codes = {refusal.code for refusal in refusals}
    assert codes <= ({"review.too_few_experts"} if "representative" in seated else set())
    assert len(kinds) % 2 == 1 and len(kinds) >= (7 if amount_fen >= 1_000_000_000 else 5)


def test_every_reason_against_a_panel_is_told_at_once():
    size = rules.size_of(Plain(RULES), 1_000_000_000)
    codes = {
        r.code
        for r in rules.confirm_refusals(
            size, ["technical", "representative"], undeclared=1, open_hits=2, upheld=1, chair=False
        )
    }

    assert codes == {
        "review.too_small", "review.even", "review.too_few_experts", "review.too_few_finance", "review.too_few_legal",
        "review.undeclared", "review.open_hit", "review.upheld_seated", "review.no_chair",
    }  # fmt: skip


def test_ratings_make_senior_or_low():
    assert rules.standing(Plain(RULES), []) == ""
    assert rules.standing(Plain(RULES), [91] * 9) == ""
    assert rules.standing(Plain(RULES), [91] * 10) == "senior"
    assert rules.standing(Plain(RULES), [90] * 10) == ""
    assert rules.standing(Plain(RULES), [59, 60]) == "low"


@st.composite
def reviews(draw):
    n_seats, n_items = draw(st.sampled_from([3, 5, 7, 9])), draw(st.integers(1, 4))
    sheet = [{"code": c, "points": 20} for c in "abc"[: draw(st.integers(1, 3))]]
    points = st.integers(0, 40).map(lambda half: f"{half // 2}.{half % 2 * 5}")
    cells = [(f"I{i}", s + 1, line["code"]) for i in range(n_items) for s in range(n_seats) for line in sheet]
    scores = [{"item": i, "seat": s, "criterion": c, "points": draw(points)} for i, s, c in cells]
    return {
        "sheet": sheet, "drop_extremes_from": 7, "seats": [{"number": s + 1} for s in range(n_seats)],
        "items": [{"code": f"I{i}", "key": f"k{i}"} for i in range(n_items)], "scores": scores,
    }  # fmt: skip


def plain_total(content, code):
    """Sort the totals, cut the ends where the panel is large, take the mean."""
    totals = {}
    for s in content["scores"]:
        if s["item"] == code:
            totals[s["seat"]] = totals.get(s["seat"], 0) + Fraction(s["points"])
    values = sorted(totals.values())
    if len(values) >= content["drop_extremes_from"]:
        values = values[1:-1]
    return sum(values) / len(values)


@given(reviews())
def test_totals_equal_a_plain_twin_with_the_drop_rule(content):
    found = rules.results(content)

    assert {r.code: r.total for r in found} == {i["code"]: plain_total(content, i["code"]) for i in content["items"]}
    assert [r.total for r in found] == sorted((r.total for r in found), reverse=True)
    for r in found:
        assert r.rank == 1 + sum(other.total > r.total for other in found)
        assert r.total == sum(r.by_criterion.values())
        assert len(r.dropped) == (2 if len(content["seats"]) >= 7 else 0)
        assert abs(Fraction(r.shown) - r.total) <= Fraction(1, 200)


@given(reviews(), st.data())
def test_the_hash_fixes_every_point_and_the_order_of_seats_does_not_matter_to_the_total(content, data):
    before = rules.content_hash(content)
    n = data.draw(st.integers(0, len(content["scores"]) - 1))
    changed = [dict(s) for s in content["scores"]]
    changed[n]["points"] = "19.5" if changed[n]["points"] != "19.5" else "0.0"
    other = data.draw(st.sampled_from(list(permutations(range(1, 4)))))
    swap = dict(zip(range(1, 4), other, strict=True))
    renumbered = content | {"scores": [s | {"seat": swap.get(s["seat"], s["seat"])} for s in content["scores"]]}

    assert rules.content_hash(content | {"scores": changed}) != before
    assert rules.content_hash(content | {"drop_extremes_from": 5}) != before
    assert {r.code: r.total for r in rules.results(renumbered)} == {r.code: r.total for r in rules.results(content)}


LINES = [
    rules.Criterion("fit", 30, "blind", Text("契合", "fit")),
    rules.Criterion("team", 15, "defence", Text("团队", "team")),
]


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ({"fit": Decimal("30.5")}, "review.points_out_of_range"), ({"fit": Decimal("-1")}, "review.points_out_of_range"),
        ({"fit": Decimal("1.2")}, "review.points_out_of_range"), ({"fit": Decimal("NaN")}, "review.points_out_of_range"),
        ({"team": Decimal(1)}, "review.not_this_phase"), ({"charm": Decimal(1)}, "review.no_such_criterion"),
    ],
)  # fmt: skip
def test_points_outside_the_sheet_or_the_phase_are_refused(points, code):
    assert [r.code for r in rules.score_refusals(LINES, "blind", points)] == [code]


def test_points_of_the_sheet_are_taken():
    assert rules.score_refusals(LINES, "blind", {"fit": Decimal("29.5")}) == []
