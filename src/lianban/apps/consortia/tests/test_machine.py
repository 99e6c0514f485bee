"""Whatever people press, a consortium moves as the table says, never spends before its gates, and its books agree."""

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import booleans, sampled_from

from lianban.apps.consortia import queries, rules, services
from lianban.apps.consortia.models import Consortium
from lianban.kit.refusals import Refused

ACTS = ("submit", "file", "return", "roadmap", "begin", "grade", "settle", "mend", "judge", "contribute", "income", "split", "dissolve")  # fmt: skip


def machine(story, cast, told):
    """A machine whose deeds are pressed in any order; each begins where the agreement is signed."""

    def scores(c, points):
        return {one.code: {"points": one.points if points else 0, "reason": "材料"} for one in rules.sheet(c.frozen)}

    class Machine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            Consortium.objects.filter(name="示例创新联合体").update(name=f"旧{Consortium.objects.count()}")
            self.c = story.signed()
            self.path = ["signed"]
            self.year = 2026

        @rule(act=sampled_from(ACTS), good=booleans())
        def press(self, act, good):
            before, pot = self.state(), self.money()
            try:
                getattr(self, act)(good)
            except Refused:
                assert (self.state(), self.money()) == (before, pot)
                return
            after = self.state()
            if after != before:
                self.path.append(after)

        def state(self):
            return Consortium.objects.get(pk=self.c.pk).state

        def money(self):
            return queries.balances(self.c)

        def submit(self, good):
            services.submit(consortium_id=self.c.pk, **told("leader"))

        def _answer(self, accept):
            filing = self.c.filings.order_by("-pk").first()
            if filing:
                services.answer_filing(
                    filing_id=filing.pk, accept=accept, number="1", reason="缺", **told("science_bureau")
                )

        def file(self, good):
            self._answer(True)

        def roadmap(self, good):
            items = [{"goal": "g", "measure": "m", "by": "2027-01-01"}]
            drawn = services.draw_roadmap(consortium_id=self.c.pk, items=items, **told("leader"))
            story.c = self.c
            story.carried("roadmap", roadmap=drawn)

        def begin(self, good):
            services.begin(consortium_id=self.c.pk, **told("leader"))

        def grade(self, good):
            services.grade(
                consortium_id=self.c.pk, year=self.year, scores=scores(self.c, good), **told("science_bureau")
            )
            self.year += 1

        def settle(self, good):
            if one := self.c.evaluations.filter(state="graded").first():
                cast.later(days=40)
                services.settle(evaluation_id=one.pk, **told("science_bureau"))

        def _open(self):
            one = self.c.evaluations.filter(rectification__state__in=("ordered", "reported")).first()
            return one.rectification if one else None

        def mend(self, good):
            if one := self._open():
                services.report_rectification(rectification_id=one.pk, report="已改", **told("leader"))

        def judge(self, good):
            if one := self._open():
                services.judge_rectification(
                    rectification_id=one.pk, accept=good, verdict="核", **told("science_bureau")
                )

        def contribute(self, good):
            story.c = self.c
            story.paid("media", 101)

        def income(self, good):
            story.c = self.c
            story.income(7)

        def split(self, good):
            one = services.compute_split(consortium_id=self.c.pk, amount_fen=7, what="x", **told("leader"))
            story.c = self.c
            story.carried("split", split=one, method="agreed")
            services.pay_split(split_id=one.pk, **told("leader"))

        def dissolve(self, good):
            if good and len(self.path) > 3:
                story.c = self.c
                story.carried("dissolve")

        @invariant()
        def it_keeps_its_gates(self):
            if "operating" in self.path:
                assert {"filed", "roadmap_passed"} <= set(self.path[: self.path.index("operating")])
            for here, there in zip(self.path, self.path[1:], strict=False):
                assert any(here in move.sources and move.target == there for move in rules.STATES.moves.values())

        @invariant()
        def its_books_are_never_below_nothing(self):
            assert all(amount >= 0 for amount in self.money().values())

    setattr(Machine, "return", lambda self, good: self._answer(False))
    return Machine


@pytest.mark.django_db
def test_a_consortium_keeps_its_table_and_its_gates(story, cast, told, many_hands):
    many_hands(machine(story, cast, told), 2, 12)
