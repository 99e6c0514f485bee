"""Many hands on the database: a challenge moves as its table says, and nothing of an answer is there before the opening."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lianban.apps.challenges import rules
from lianban.apps.challenges import services as challenges
from lianban.apps.challenges.models import Challenge, Lane
from lianban.apps.journal import queries as journal
from lianban.apps.ledger import queries as ledger
from lianban.apps.projects import queries as projects
from lianban.apps.projects.models import Project
from lianban.apps.sealing import queries as sealing_queries
from lianban.apps.sealing import services as sealing
from lianban.kit.refusals import Refused

from .conftest import CLOSES, NOW, PLAN, WORD

pytestmark = pytest.mark.django_db
REVIEWED = ("drawing", "opining")  # what the panel does between is tried by its own machine
FIRMS = ("alpha", "beta", "gamma", "poster")
WHO = st.sampled_from(
    [
        "officer",
        "officer",
        "science_bureau",
        "science_bureau",
        "lead_department",
        "legal_unit",
        "poster",
        "alpha",
        "notary",
    ]
)
RIGHT = {
    "submit": "officer", "collect": "science_bureau", "recommend": "lead_department", "argue": "science_bureau",
    "clear": "legal_unit", "decide_posting": "science_bureau", "post": "science_bureau", "invite": "science_bureau",
    "finish_check": "officer", "opine": "poster", "choose": "science_bureau", "end_publicity": "science_bureau",
    "sign": "officer", "pay": "science_bureau",
}  # fmt: skip


@pytest.fixture
def machine(scene):
    class Road(RuleBasedStateMachine):
        """One challenge in many hands; whatever is refused leaves no trace outside the box."""

        def __init__(self):
            super().__init__()
            self.room = transaction.atomic()  # each example starts from nothing
            self.room.__enter__()
            scene.at(NOW)
            self.row = scene.draft()
            self.standing = {}

        def teardown(self):
            transaction.set_rollback(True)
            self.room.__exit__(None, None, None)

        def attempt(self, call, /, *given, **told):
            try:
                with transaction.atomic():
                    call(*given, **told)
            except Refused as refused:
                assert refused.refusals
                return False
            return True

        def act(self, verb, who, /, **told):
            return self.attempt(scene.act, verb, self.row, who, **told)

        def lanes(self):
            return list(Lane.objects.filter(challenge=self.row))

        @rule(steps=st.lists(st.tuples(st.integers(0, 5), WHO), min_size=1, max_size=4))
        def go_on(self, steps):
            for astray, who in steps:
                self.step(astray, who)

        def step(self, astray, who):
            """The next step of the road, now and then by whoever comes along."""
            self.row.refresh_from_db()
            step = rules.steps.BY_STATE.get(self.row.state)
            if step is None or step.verb not in RIGHT:
                return
            verb = step.verb
            told = {
                "clear": {"opinion": "可以"}, "decide_posting": {"minutes": "纪要"}, "opine": {"opinion": "同意"},
                "post": {"answers_until": CLOSES}, **{one: {"note": "同意"} for one in ("collect", "recommend", "argue")},
            }.get(verb, {})  # fmt: skip
            if verb in ("collect", "recommend", "argue"):
                told |= {"verb": verb}
            if verb == "choose":
                first = self.row.answers.filter(formal=True).order_by("organisation__code").first()
                told = {"answer_id": first.pk, "minutes": "纪要 9", "reason": "评审第一"}
            if verb == "end_publicity":
                scene.tell_losers(self.row)
                scene.at(scene.now + timedelta(days=12 if astray else 1))
            if verb == "sign" and astray:
                scene.sign_all(self.row)
            name = "pass_on" if verb in ("collect", "recommend", "argue") else verb
            self.act(name, RIGHT[verb] if astray else who, **told)

        @initialize(start=st.sampled_from(["draft", "answering", "opened", "ranked", "ranked"]))
        def begins(self, start):
            """At the draft, or taken to the box or to its opening at one stroke, so that runs reach what comes after."""
            if start in ("opened", "ranked"):
                getattr(scene, start)(firms=("alpha", "beta"), challenge=self.row)
                self.standing = {"alpha": True, "beta": True}
            elif start == "answering":
                scene.posted(self.row)

        @rule(firm=st.sampled_from(FIRMS), by=st.sampled_from(FIRMS), named=st.integers(0, 4))
        def hand_in(self, firm, by, named):
            plan = PLAN | ({"plan": f"由{scene.firms[firm].name}完成"} if named == 0 else {})
            told = {"challenge_id": self.row.pk, "solver": scene.firms[firm], "content": plan}
            by = by if named == 1 else firm
            if self.attempt(challenges.answer, **told, by=scene.people[by], at=scene.now):
                assert by == firm != "poster"
                assert self.row.state == "answering" and scene.now <= CLOSES
                self.standing[firm] = True

        @rule(firm=st.sampled_from(FIRMS), by=st.sampled_from(FIRMS))
        def withdraw(self, firm, by):
            if self.row.box is None:
                return
            told = {"challenge_id": self.row.pk, "solver": scene.firms[firm], "by": scene.people[by]}
            if self.attempt(challenges.withdraw, **told):
                assert by == firm and scene.now <= CLOSES
                assert self.standing.pop(firm)

        @rule(hours=st.sampled_from([1, 24, 24 * 3]))
        def time_passes(self, hours):
            scene.at(scene.now + timedelta(hours=hours))

        @rule(shares=st.integers(0, 3))
        def the_deadline_passes(self, shares):
            if self.row.state == "answering":
                scene.at(max(scene.now, CLOSES + timedelta(minutes=1)))
                for who in ("office_head", "supervisor", "notary")[:shares]:
                    self.give_share(who, WORD)
                assert self.act("open_answers", "officer") or shares < 2

        @rule(
            who=st.sampled_from(["office_head", "supervisor", "notary", "officer"]),
            word=st.sampled_from([WORD, WORD, "wrong"]),
        )
        def share_is_given(self, who, word):
            self.give_share(who, word)

        def give_share(self, who, word):
            if self.row.box is not None:
                told = {"box_id": self.row.box, "passphrase": word, "by": scene.people[who], "at": scene.now}
                self.attempt(sealing.give_share, **told)

        @rule(who=WHO)
        def open_answers(self, who):
            if self.act("open_answers", who):
                assert scene.now > CLOSES

        @rule(who=WHO, passed=st.integers(0, 4))
        def check_answers(self, who, passed):
            marks = dict.fromkeys(rules.answers.FORMAL, bool(passed))
            for row in self.row.answers.all():
                told = {"answer_id": row.pk, "passed": bool(passed), "marks": marks, "reason": "" if passed else "缺"}
                self.attempt(challenges.check_answer, **told, by=scene.people[who], at=scene.now)

        @rule()
        def is_reviewed(self):
            """As if the panel had sat: how it does is tried by the machine of reviews."""
            if self.row.state == "drawing":
                for rank, row in enumerate(self.row.answers.filter(formal=True).order_by("organisation__code"), 1):
                    self.row.answers.filter(pk=row.pk).update(rank=rank, total=100 - 10 * rank)
                Challenge.objects.filter(pk=self.row.pk).update(state="opining")

        @rule(who=WHO, verb=st.sampled_from(["send_back", "drop", "void", "fall_through"]), rarely=st.integers(0, 9))
        def turn_back(self, who, verb, rarely):
            if rarely:
                return
            told = {"reason": "有据"}
            if verb == "fall_through":
                lane = next(iter(self.lanes()), None)
                if lane is not None:
                    self.attempt(challenges.fall_through, lane_id=lane.pk, **told, by=scene.people[who], at=scene.now)
                return
            if verb == "void":
                told |= {"minutes": "纪要"}
            self.act(verb, who, **told)

        @invariant()
        def it_is_whole(self):
            self.row.refresh_from_db()
            self.the_road_is_kept()
            self.answers_are_sealed_until_opened()
            self.money_stays_within_what_was_released()
            assert journal.first_broken() is None

        def the_road_is_kept(self):
            stands = "draft"
            for step in self.row.records.order_by("pk"):
                move = self.row.table.moves[step.verb]
                assert step.from_state in move.sources and step.to_state == move.target
                assert step.from_state == stands or (stands, step.from_state) == REVIEWED
                stands = step.to_state
            assert self.row.state == stands or (stands, self.row.state) == REVIEWED

        def answers_are_sealed_until_opened(self):
            found = self.row.answers.values_list("organisation__code", flat=True)
            if self.row.state in (*rules.steps.BEFORE_POSTING, *rules.steps.SEALED):
                assert not found
                if self.row.box is not None:
                    assert not sealing_queries.opened(sealing_queries.box_of(self.row.reference))
            elif self.row.state != "void" or found:
                assert sorted(found) == sorted(self.standing)

        def money_stays_within_what_was_released(self):
            for lane in self.lanes():
                there = ledger.balance_fen(lane.pot)
                assert 0 <= ledger.held_fen(lane.pot) <= there <= lane.public_fen + lane.payable_fen
                if lane.project:
                    project = Project.objects.get(pk=lane.project.partition(":")[2])
                    stages = projects.standing(project).stages
                    assert sum(stage.paid_fen for stage in stages) <= sum(stage.released_fen for stage in stages)

    return Road


def test_a_challenge_keeps_to_its_road_whatever_people_do(machine, many_hands):
    many_hands(machine, 2, 10)
