"""Many hands on the database: the rows move as the tables say, and the ledger agrees with what was decided."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lianban.apps.journal.models import Entry
from lianban.apps.ledger import queries as ledger
from lianban.apps.projects import queries, rules, services
from lianban.apps.projects.models import CreditMark, LevelRise
from lianban.kit.refusals import Refused

from .conftest import NOW

pytestmark = pytest.mark.django_db
WHO = st.sampled_from(["maker", "buyer", "officer", "head", "bureau", "stranger"])
NOTE = st.sampled_from(["有据", "有据", ""])


@pytest.fixture
def machine(begin, people, tester):
    numbers = iter(range(1000, 10**6))

    class Delivery(RuleBasedStateMachine):
        """One project in six hands; whatever is refused leaves no trace."""

        def __init__(self):
            super().__init__()
            self.room = transaction.atomic()  # each example starts from nothing
            self.room.__enter__()
            self.project = begin(subject=f"challenges.challenge:{next(numbers)}")
            self.at, self.done = NOW, self.entries()

        def teardown(self):
            transaction.set_rollback(True)
            self.room.__exit__(None, None, None)

        def entries(self):
            return Entry.objects.filter(subject=self.project.reference).count()

        def attempt(self, call, **given):
            try:
                with transaction.atomic():
                    call(at=self.at, **given)
            except Refused as refused:
                assert refused.refusals
                return
            self.done += 1

        @rule(days=st.sampled_from([1, 40, 500, 900]))
        def time_passes(self, days):
            self.at += timedelta(days=days)

        @rule(number=st.integers(1, 4), who=WHO, note=NOTE)
        def report(self, number, who, note):
            row = self.project.milestones.get(number=number)
            self.attempt(services.report_stage, milestone_id=row.pk, report=note, by=people[who])

        @rule(number=st.integers(1, 4), who=WHO, note=NOTE, visit=st.booleans())
        def check(self, number, who, note, visit):
            row = self.project.milestones.get(number=number)
            self.attempt(services.check_stage, milestone_id=row.pk, note=note, visit=visit, by=people[who])

        @rule(number=st.integers(1, 4), who=WHO, passed=st.booleans(), part=st.sampled_from([None, 1, 10**9]))
        def decide(self, number, who, passed, part):
            row = self.project.milestones.get(number=number)
            told = {"passed": passed, "released_fen": part, "reason": "有据", "evidence": "纪要"}
            self.attempt(services.decide_stage, milestone_id=row.pk, by=people[who], **told)

        @rule(number=st.integers(1, 4), who=WHO, part=st.sampled_from([None, 1, 10**9]))
        def pay(self, number, who, part):
            row = self.project.milestones.get(number=number)
            self.attempt(services.pay, milestone_id=row.pk, amount_fen=part, by=people[who])

        @rule(who=WHO, days=st.integers(-10, 500))
        def ask_extension(self, who, days):
            until = date(2027, 12, 31) + timedelta(days=days)
            self.attempt(services.ask_extension, project_id=self.project.pk, until=until, reason="x", by=people[who])

        @rule(who=WHO, granted=st.booleans())
        def answer_extension(self, who, granted):
            told = {"granted": granted, "reason": "x"}
            self.attempt(services.answer_extension, project_id=self.project.pk, by=people[who], **told)

        @rule(who=WHO, verb=st.sampled_from(["terminate", "revoke"]), note=NOTE, rarely=st.integers(0, 4))
        def end(self, who, verb, note, rarely):
            if rarely == 0:
                told = {"reason": note, "evidence": note}
                self.attempt(getattr(services, verb), project_id=self.project.pk, by=people[who], **told)

        @rule(outcome=st.sampled_from(rules.FOUND), good=st.integers(0, 2), by=st.sampled_from(["head", "bureau"]))
        def accept(self, outcome, good, by):
            """The way of an acceptance at one stroke, so that runs reach its end."""
            pk = self.project.pk
            for target in self.project.targets.all():
                shown = {"fulfilled": True} if target.comparison == "yes" else {"value": "0.5"}
                told = {"body": tester, "number": "R", "issued_on": self.at.date(), **shown}
                self.attempt(services.enter_report, target_id=target.pk, by=people["maker"], **told)
            self.attempt(services.ask_acceptance, project_id=pk, summary="x", by=people["maker"])
            self.attempt(services.open_acceptance, project_id=pk, by=people[by])
            for target in self.project.targets.all():
                accepted = target.number <= good
                self.attempt(services.judge, target_id=target.pk, accepted=accepted, reason="x", by=people[by])
            self.attempt(services.conclude, project_id=pk, outcome=outcome, reason="x", evidence="y", by=people[by])

        @rule(who=WHO)
        def appeal(self, who):
            self.attempt(services.appeal, project_id=self.project.pk, reason="x", by=people[who])

        @rule(who=WHO, outcome=st.sampled_from(list(rules.OUTCOMES)), verb=st.sampled_from(["uphold", "change_outcome", "reinstate"]))  # fmt: skip
        def answer(self, who, outcome, verb):
            told = {"outcome": outcome, "evidence": "y"} if verb == "change_outcome" else {}
            self.attempt(getattr(services, verb), project_id=self.project.pk, reason="x", by=people[who], **told)

        @rule(who=WHO, verb=st.sampled_from(["consent", "take_effect", "archive"]))
        def close(self, who, verb):
            self.attempt(getattr(services, verb), project_id=self.project.pk, by=people[who])

        @rule(who=WHO, stage=st.sampled_from(rules.MAKING))
        def propose_rise(self, who, stage):
            self.attempt(services.propose_rise, project_id=self.project.pk, stage=stage, reason="x", by=people[who])

        @invariant()
        def rows_ledger_and_journal_agree(self):
            project = self.project
            project.refresh_from_db()
            project._prefetched_objects_cache = {}
            standing = queries.standing(project)
            assert self.entries() == self.done, "every deed leaves one entry, a refused one none"
            paid = sum(stage.paid_fen for stage in standing.stages)
            assert ledger.balance_fen("pay-maker") == paid <= sum(stage.released_fen for stage in standing.stages)
            assert all(s.paid_fen <= s.released_fen <= s.payment_fen for s in standing.stages)
            owed = 0 if project.outcome == "revoked" else sum(stage.owed_fen for stage in standing.stages)
            held = ledger.held_fen("pot")
            assert held >= owed
            if project.state in ("effective", "archived"):
                still = sum(s.payment_fen - s.paid_fen for s in standing.stages if s.owed_fen)
                assert held == (0 if project.outcome == "revoked" else still)
            last = project.conclusions.last()
            assert bool(project.outcome) == (project.state in ("concluded", "appealed", "effective", "archived"))
            assert not project.outcome or (last.outcome == project.outcome and last.reason and last.evidence)
            marked = CreditMark.objects.filter(project=project).exists()
            assert marked == (project.outcome == rules.AT_FAULT and project.state in ("effective", "archived"))
            assert not LevelRise.objects.filter(project=project).exists() or standing.n_accepted

    return Delivery


def test_rows_ledger_and_journal_agree_whatever_people_do(machine, many_hands):
    many_hands(machine, 5, 12)
