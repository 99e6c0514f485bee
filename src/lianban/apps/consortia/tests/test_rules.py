"""What the rules of consortia say; no database."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianban.apps.consortia import rules
from lianban.kit.refusals import refuse

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)


class Values:
    """Frozen rules for a test: the few values asked for, from the default pack."""

    def __init__(self, **changed):
        from lianban.rulebook import load_rules

        pack = load_rules("cn-core-2025")
        self.values = {key: pack.value(key) for key in pack.list_keys("consortium.")}
        self.values |= {f"consortium.{key.replace('__', '.')}": value for key, value in changed.items()}

    def value(self, key):
        return self.values[key]

    def get(self, key, default=None):
        return self.values.get(key, default)


def codes(refusals):
    return [refusal.code.removeprefix("consortia.").removeprefix("condition.") for refusal in refusals]


# --- the council


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (0.667, Fraction(2, 3)),
        (0.5, Fraction(1, 2)),
        (0.75, Fraction(3, 4)),
        (0.51, Fraction(51, 100)),
        (1, Fraction(1)),
    ],
)
def test_a_share_means_what_the_document_says(said, meant):
    assert rules.share_as_said(said) == meant


def count(eligible, present, votes, **changed):
    return rules.count(Values(**changed), eligible=range(eligible), present=present, votes=votes)


def test_two_of_three_votes_are_two_thirds_and_carry():
    assert count(3, [0, 1, 2], {0: "for", 1: "for", 2: "against"}).verb == "carry"
    assert count(3, [0, 1, 2], {0: "for", 1: "against", 2: "against"}).verb == "lose"


def test_half_is_no_quorum_and_one_more_is():
    assert count(6, [], {0: "for", 1: "for", 2: "for"}).verb == "lapse"
    assert count(6, [3], {0: "for", 1: "for", 2: "for"}).verb == "carry"


def test_the_signed_agreement_goes_before_the_rules():
    """Its text says "at least": half is enough there, and 66.7 % still means two thirds."""
    terms = {"quorum": "1/2", "pass": "667/1000"}
    counted = rules.count(
        Values(), eligible=range(6), present=[], votes={0: "for", 1: "for", 2: "against"}, terms=terms
    )
    assert (counted.needed_present, counted.needed, counted.verb) == (3, 2, "carry")
    assert rules.leaves_on(Values(), TODAY, {"notice_days": "60"}) == TODAY + timedelta(days=60)
    assert rules.offered(["agreed", "contribution", "shapley"], "by_contribution") == ["contribution"]
    assert rules.offered(["agreed", "shapley"], "council") == ["agreed", "shapley"]


def test_who_is_there_and_does_not_vote_counts_against_the_majority():
    assert count(6, range(6), {0: "for", 1: "for", 2: "for"}).verb == "lose"


def test_a_member_the_motion_is_about_is_not_counted():
    counted = rules.count(Values(), eligible=[1, 2, 3], present=[0, 1, 2], votes={0: "against", 1: "for", 2: "for"})

    assert (counted.present, counted.n_against, counted.verb) == (2, 0, "carry")


votes = st.dictionaries(st.integers(0, 19), st.sampled_from(sorted(rules.CHOICES)))


@given(st.integers(1, 20), st.sets(st.integers(0, 19)), votes)
def test_a_count_is_whole_and_its_thresholds_are_the_least_that_do(n, present, said):
    counted = count(n, present, said)

    assert counted.n_for + counted.n_against + counted.n_abstain <= counted.present <= counted.eligible == n
    assert counted.has_quorum == (counted.present >= counted.needed_present)
    assert counted.carried == (counted.has_quorum and counted.n_for >= counted.needed)
    assert not counted.carried or counted.n_for * 3 >= counted.present * 2


@given(st.integers(1, 20), st.sets(st.integers(0, 19)), votes, st.integers(0, 19))
def test_one_more_vote_for_never_undoes_a_motion_that_carried(n, present, said, member):
    before = count(n, present, said)
    after = count(n, present | {member}, said | {member: "for"})

    assert after.carried or not before.carried


def test_a_motion_is_counted_when_all_have_voted_or_time_is_up():
    some, later = count(3, [0], {0: "for"}), NOW + timedelta(hours=1)
    assert codes(rules.decide_refusals(state="open", counted=some, now=NOW, votes_until=later)) == ["votes_outstanding"]
    assert not rules.decide_refusals(state="open", counted=some, now=later, votes_until=later)
    everybody = count(3, [], dict.fromkeys(range(3), "abstain"))
    assert not rules.decide_refusals(state="open", counted=everybody, now=NOW, votes_until=later)


def test_a_vote_stands_and_is_one():
    fine = {"state": "open", "eligible": True, "voted": False, "choice": "for", "closed": False}
    assert not rules.vote_refusals(**fine)
    wrong = rules.vote_refusals(state="carried", eligible=False, voted=True, choice="yes", closed=False)
    assert codes(wrong) == ["motion_closed", "no_vote.not_permitted", "voted", "no_choice"]


# --- filing


def whole(**changed):
    members = [rules.MemberFacts("firm", small=True, in_chain=True)] * 4
    members += [rules.MemberFacts("university"), rules.MemberFacts("hospital")]
    told = {
        "members": members,
        "lead_revenue_fen": 10_000_000_000,
        "lead_rd_share": Fraction(3, 100),
        "lead_source": "年报",
        "agreement_in_force": True,
        "chief_named": True,
        "pledged_cash_fen": 100,
        "pledged_in_kind_fen": 100,
        "agreed_shares": [Fraction(1, 6)] * 6,
    }
    return rules.Facts(**(told | changed))


def unmet(facts, **changed):
    return codes(rules.condition_refusals(rules.filing_conditions(Values(**changed), facts)))


def test_a_consortium_that_meets_all_is_filed():
    assert unmet(whole()) == []


def test_every_unmet_condition_is_told_at_once():
    assert unmet(rules.Facts()) == [
        "members", "kinds", "chain_firms", "small_firms", "lead_revenue", "lead_research", "lead_source", "agreement",
        "chief_scientist", "contributions", "in_kind", "agreed_shares",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"lead_rd_share": Fraction(29, 1000)}, None),  # the amount is not known: it may still do
        ({"lead_rd_share": Fraction(29, 1000), "lead_rd_fen": 2_999_999_999}, False),
        ({"lead_rd_share": Fraction(29, 1000), "lead_rd_fen": 3_000_000_000}, True),
        ({"lead_rd_share": Fraction(3, 100), "lead_rd_fen": 1}, True),
        ({"lead_rd_share": None, "lead_rd_fen": 1}, None),
    ],
)
def test_the_lead_spends_enough_on_research_by_share_or_amount(changed, expected):
    found = {one.code: one.met for one in rules.filing_conditions(Values(), whole(**changed))}

    assert found["lead_research"] is expected


def test_not_known_is_not_met_and_says_so():
    (refusal,) = rules.condition_refusals(rules.filing_conditions(Values(), whole(lead_revenue_fen=None)))

    assert refusal.code == "consortia.condition.lead_revenue" and "未知" in refusal.message.zh


def test_a_place_that_asks_less_asks_less():
    few = whole(members=[rules.MemberFacts("firm", small=True)] * 4, agreed_shares=[Fraction(1, 4)] * 4)
    asked_less = {"members_min": 4, "kinds_min": 1, "chain_firm_share_min": 0.0, "lead__revenue": 0}

    assert unmet(few) == ["members", "kinds", "chain_firms"]
    assert unmet(few, **asked_less) == []


def test_half_in_kind_is_allowed_and_more_is_not():
    assert unmet(whole(pledged_in_kind_fen=101)) == ["in_kind"]


def test_shares_that_are_nearly_one_are_not_one():
    assert unmet(whole(agreed_shares=[Fraction(333_333, 1_000_000)] * 3)) == ["agreed_shares"]


def test_a_standing_failure_at_fault_of_the_lead_is_told():
    assert unmet(whole(lead_at_fault=True)) == ["lead_honest"]


# --- membership


def test_an_exit_tells_everything_that_is_missing():
    missing = rules.leave_refusals(
        state="leaving", today=TODAY, leaves_on=TODAY + timedelta(1), handed_over=False, licences_stated=False,
        open_tasks=1, unpaid_fen=100, decided=False,
    )  # fmt: skip

    assert codes(missing) == ["exit_undecided", "notice_runs", "not_handed_over", "licences_unstated", "tasks_open", "contribution_owed"]  # fmt: skip
    assert not rules.leave_refusals(
        state="leaving", today=TODAY, leaves_on=TODAY, handed_over=True, licences_stated=True, open_tasks=0,
        unpaid_fen=0, decided=True,
    )  # fmt: skip


def test_notice_runs_as_many_days_as_the_rules_say():
    assert rules.leaves_on(Values(exit_notice_days=30), date(2026, 2, 1)) == date(2026, 3, 3)


def test_the_lead_neither_leaves_nor_is_expelled():
    assert codes(rules.notice_refusals(state="acceded", lead=True, reason="x")) == ["lead_stays"]
    assert codes(rules.expel_refusals(state="acceded", lead=True)) == ["lead_stays"]


def test_members_stay_as_they_are_while_papers_are_signed_or_reviewed():
    for state in rules.STATES.states:
        refusals = codes(rules.invite_refusals(state=state, alive=rules.ALIVE, known=False, role="builder"))
        assert (refusals == []) == (state in rules.ALIVE and state not in ("drafted", "filing")), state


# --- roadmap, topics, money


def test_money_is_spent_behind_the_roadmap_gate():
    assert codes(rules.begin_refusals(Values(), state="filed")) == ["roadmap_gate"]
    assert codes(rules.begin_refusals(Values(), state="signed")) == ["not_filed", "roadmap_gate"]
    assert not rules.begin_refusals(Values(), state="roadmap_passed")
    assert not rules.begin_refusals(Values(roadmap_gate=False), state="filed")
    assert not rules.begin_refusals(Values(roadmap_gate=False, filing=False), state="signed")
    assert codes(rules.spending_refusals("roadmap_passed")) == ["not_operating"]


def test_a_goal_without_day_or_measure_is_no_goal():
    assert codes(rules.roadmap_refusals([])) == ["roadmap_empty"]
    assert codes(rules.roadmap_refusals([{"goal": "国产化", "measure": "", "by": "2027-06-30"}])) == ["goal_incomplete"]
    good = [{"goal": "国产化", "measure": "自给率 30 %", "by": "2027-06-30", "budget_fen": 0}]
    assert not rules.pass_roadmap_refusals(Values(), state="filed", items=good)
    assert codes(rules.pass_roadmap_refusals(Values(), state="signed", items=good)) == ["not_filed"]


def test_a_topic_has_demand_standard_scenario_and_first_user():
    bare = rules.topic_refusals(
        state="operating", alive=rules.ALIVE, title="", kind="", demand="", standard="", scenario="", first_user=False,
        lead_is_member=False, deadline=None, today=TODAY, indicators=[],
    )  # fmt: skip

    assert codes(bare) == [
        "topic_untitled", "topic_kind", "no_demand", "no_standard", "no_scenario", "no_first_user", "topic_lead",
        "no_indicators", "no_deadline",
    ]  # fmt: skip


def test_a_project_starts_when_tasks_and_money_are_there():
    short = rules.start_refusals(tasks=0, tasks_total_fen=5, budget_fen=10, free_fen=9)
    assert codes(short) == ["no_tasks", "tasks_do_not_add_up", "money_not_there"]
    assert not rules.start_refusals(tasks=2, tasks_total_fen=10, budget_fen=10, free_fen=10)


def test_a_thing_counts_with_evidence_and_a_valuation():
    bare = rules.report_refusals(state="pledged", evidence="", kind="equipment", basis="", filed=False)
    assert codes(bare) == ["too_early_to_pay", "no_evidence", "no_valuation"]
    assert not rules.report_refusals(state="pledged", evidence="回单", kind="cash", basis="", filed=True)


# --- sharing


def thirds(n):
    return {member: Fraction(1, n) for member in range(n)}


def test_agreed_shares_have_to_be_one_exactly():
    assert codes(rules.agreed(100, {1: Fraction(1, 3), 2: Fraction(1, 3)}).refusals) == ["shares_do_not_add_up"]
    assert codes(rules.agreed(100, {1: Fraction(1), 2: None}).refusals) == ["share_missing"]
    assert codes(rules.agreed(100, {1: Fraction(3, 2), 2: Fraction(-1, 2)}).refusals) == ["share_negative"]


def test_the_fen_that_is_left_goes_to_whoever_stands_first():
    assert [part.amount_fen for part in rules.agreed(100, thirds(3)).parts] == [34, 33, 33]


def test_contributions_count_fen_for_fen():
    way = rules.by_contribution(1_000, cash={1: 100, 2: 0, 3: 50}, in_kind={2: 50})

    assert [(part.member, part.amount_fen) for part in way.parts] == [(1, 500), (2, 250), (3, 250)]
    assert codes(rules.by_contribution(1, cash={1: 0}, in_kind={}).refusals) == ["no_contributions"]


amounts = st.integers(1, 10**13)
weights = st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any)


@given(amounts, weights)
def test_every_way_gives_away_the_whole_amount_and_more_to_who_brought_more(amount, brought):
    total = sum(brought)
    by_money = rules.by_contribution(amount, cash=dict(enumerate(brought)), in_kind={})
    by_word = rules.agreed(amount, {m: Fraction(b, total) for m, b in enumerate(brought)})

    for way in (by_money, by_word):
        parts = [part.amount_fen for part in way.parts]
        assert sum(parts) == amount and sum(part.share for part in way.parts) == 1
        for part in way.parts:
            assert abs(part.amount_fen - part.share * amount) < 1
        for a in range(len(parts)):
            for b in range(len(parts)):
                assert brought[a] <= brought[b] or parts[a] >= parts[b]
    assert [p.amount_fen for p in by_money.parts] == [p.amount_fen for p in by_word.parts]
    assert rules.of_kept(by_money.as_dict()) == by_money


class Answer:
    def __init__(self, value, exact=True, undone=()):
        self.value = [Fraction(v) for v in value]
        self.low = [v / 2 for v in self.value]
        self.high = [v * 2 for v in self.value]
        self.exact, self.undone = exact, undone
        self.n_orders, self.confidence = (0, 1.0) if exact else (200_000, 0.95)


def test_shapley_values_become_shares_of_the_amount():
    way = rules.by_shapley(1_000, [4, 7], Answer([300, 100]), ["上样"])

    assert [(part.member, part.amount_fen) for part in way.parts] == [(4, 750), (7, 250)]
    assert way.exact and way.parts[0].low is None


def test_an_estimate_carries_its_interval_and_says_so():
    way = rules.by_shapley(1_000, [4, 7], Answer([300, 100], exact=False, undone=[0]), ["上样"])

    assert (way.parts[0].low, way.parts[0].high) == (Fraction(3, 8), Fraction(3, 2))
    assert "200,000" in way.notes[0].zh and "上样" in way.notes[1].zh
    assert rules.of_kept(way.as_dict()) == way


def test_a_way_that_cannot_be_computed_says_why():
    assert codes(rules.by_shapley(1, [1], Answer([0]), []).refusals) == ["no_task_done_together"]
    why = refuse("consortia.x", "不能", "cannot")
    assert rules.by_shapley(1, [1], why, []).refusals == (why,)
    assert rules.choose_refusals(method="shapley", offered=["shapley"], way=rules.by_shapley(1, [1], why, [])) == [why]
    assert codes(rules.choose_refusals(method="shapley", offered=["agreed"], way=None)) == ["no_such_way"]


def test_no_more_is_split_than_came_in():
    assert codes(rules.amount_refusals(amount_fen=11, available_fen=10, members=0)) == [
        "more_than_income",
        "nobody_to_share",
    ]
    assert codes(rules.amount_refusals(amount_fen=0, available_fen=10, members=1)) == ["nothing_to_split"]


# --- evaluation


def full(points=None):
    return {
        one.code: {"points": one.points if points is None else points, "reason": "见附件"}
        for one in rules.sheet(Values())
    }


def test_the_sheet_adds_up_to_a_hundred_and_every_line_needs_its_reason():
    criteria = rules.sheet(Values())
    assert sum(one.points for one in criteria) == 100 == rules.total(full())
    assert not rules.score_refusals(criteria, full())
    wrong = full() | {"results": {"points": 36, "reason": ""}, "beauty": {"points": 1, "reason": "x"}}
    assert codes(rules.score_refusals(criteria, wrong)) == [
        "points_out_of_range",
        "points_unexplained",
        "no_such_criterion",
    ]


@pytest.mark.parametrize(
    ("points", "letter"), [(100, "A"), (86, "A"), (85, "B"), (75, "B"), (74, "C"), (60, "C"), (59, "D"), (0, "D")]
)
def test_grades_begin_where_the_rules_say(points, letter):
    assert rules.grade(Values(), points) == letter


@pytest.mark.parametrize(
    ("grades", "follows"),
    [
        ("A", "renew"),
        ("C", "renew"),
        ("CC", "rectify"),
        ("CBC", "renew"),
        ("BD", "rectify"),
        ("DB", "renew"),
        ("CCB", "renew"),
    ],
)
def test_a_d_or_two_c_running_leads_to_rectification(grades, follows):
    assert rules.consequence(Values(), list(grades)) == follows


def test_months_end_where_the_month_ends():
    assert rules.add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert rules.due_on(Values(), date(2026, 11, 22)) == date(2027, 11, 22)


# --- the tables


def test_from_every_state_a_consortium_can_come_to_an_end():
    ends = {"withdrawn", "dissolved", "entity"}
    for state in rules.STATES.states:
        reached, frontier = {state}, [state]
        while frontier:
            for verb in rules.STATES.verbs_from(frontier.pop()):
                if (target := rules.STATES.target(verb)) not in reached:
                    reached.add(target)
                    frontier.append(target)
        assert reached & ends, state
        assert (state in ends) == (not rules.STATES.verbs_from(state)), state


def test_a_consortium_spends_only_after_filing_and_roadmap_along_every_road():
    """Walk the table under the default rules: operating is reached only through filed and roadmap_passed."""

    def walk(state, seen, path):
        for verb in rules.STATES.verbs_from(state):
            if verb == "begin" and rules.begin_refusals(Values(), state=state):
                continue
            if verb == "pass_roadmap" and state == "signed":
                continue  # refused where filing is asked for: pass_roadmap_refusals
            target = rules.STATES.target(verb)
            if target == "operating" and "operating" not in path:
                assert {"filed", "roadmap_passed"} <= {*path, state}
            if target not in seen:
                walk(target, seen | {target}, [*path, state])

    walk("proposed", {"proposed"}, [])
