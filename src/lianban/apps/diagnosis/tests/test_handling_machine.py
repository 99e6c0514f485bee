"""Whatever people do in whatever order, what must hold of a weak point holds."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import rules, services
from lianban.apps.diagnosis.models import WeakPoint
from lianban.apps.parties.rules import Actor, Grant
from lianban.kit.mechanisms import all_deeds
from lianban.kit.refusals import Refused

from .conftest import NOW, TODAY

PEOPLE = ("officer", "officer-2", "office_head", "expert", "chief", "lead_department", "enterprise", "visitor")
SIMPLE = (
    "verify",
    "review",
    "consult",
    "enlist",
    "dismiss",
    "raise_again",
    "shelve",
    "urge",
    "report",
    "send_back",
    "close",
)
NOTES = st.sampled_from(["", "有据"])


class Handling(RuleBasedStateMachine):
    """A weak point in the hands of eight people; ``said`` is the state the plain table gives."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()  # each example starts from nothing
        self.transaction.__enter__()
        chain = Chain.objects.create(code="m", name="链", data_date=date(2026, 1, 1))
        self.point = WeakPoint.objects.create(chain=chain, product_code="p", raised_at=NOW, changed_at=NOW)
        users = [get_user_model().objects.create(username=f"m-{name}") for name in PEOPLE]
        self.people = [
            Actor(user.pk, name, (Grant(name.removesuffix("-2")),), all_deeds())
            for user, name in zip(users, PEOPLE, strict=True)
        ]
        self.said, self.done, self.asked_by = "raised", 0, None

    def attempt(self, verb, by, **given):
        move = rules.WORKFLOW.moves[verb]
        before = self.said
        try:
            getattr(services, verb)(weak_point_id=self.point.pk, by=by, at=NOW, **given)
        except Refused as refused:
            assert refused.refusals
            return
        assert before in move.sources, "the service did what the table does not allow"
        self.said, self.done = move.target, self.done + 1
        if verb == "ask_closing":
            self.asked_by = by.user_id
        if verb == "close":
            assert by.user_id != self.asked_by

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(verb=st.sampled_from(SIMPLE), who=st.integers(0, len(PEOPLE) - 1), note=NOTES)
    def decide(self, verb, who, note):
        self.attempt(verb, self.people[who], note=note)

    @rule(who=st.integers(0, len(PEOPLE) - 1), route=st.sampled_from([*rules.ROUTES, "magic"]))
    def choose(self, who, route):
        self.attempt("choose_route", self.people[who], route=route, note="")

    @rule(who=st.integers(0, len(PEOPLE) - 1), days=st.integers(-2, 60), unit=st.sampled_from(["", "甲公司"]),
          answers=st.integers(0, len(PEOPLE) - 1))  # fmt: skip
    def assign(self, who, days, unit, answers):
        self.attempt("assign", self.people[who], lead_department="工信局", unit=unit, person="王工",
                     due_on=TODAY + timedelta(days), user_id=self.people[answers].user_id)  # fmt: skip

    @rule(who=st.integers(0, len(PEOPLE) - 1), evidence=NOTES)
    def ask_closing(self, who, evidence):
        self.attempt("ask_closing", self.people[who], evidence=evidence)

    @rule()
    def walk_on(self):
        """The main way, so that runs reach the far states."""
        head, officer = self.people[2], self.people[0]
        verb = rules.NEXT_VERB[self.said]
        if verb == "choose_route":
            self.attempt(verb, officer, route="tackle", note="")
        elif verb == "assign":
            self.attempt(verb, officer, lead_department="工信局", unit="甲公司", person="王工", due_on=TODAY)
        elif verb == "report":
            self.attempt("ask_closing", officer, evidence="报告")
        else:
            self.attempt(verb, head, note="有据")

    @invariant()
    def the_record_agrees_with_the_table(self):
        point = WeakPoint.objects.get(pk=self.point.pk)
        assert point.status == self.said
        assert point.steps.count() == self.done
        steps = list(point.steps.all())
        assert all(a.to_status == b.from_status for a, b in pairwise(steps)), "steps hang together"
        if point.status == "acting":
            assert point.responsible_unit and point.due_on and point.route not in ("", "defer")
        if point.status == "closed":
            assert point.evidence
            closer = steps[-1].user_id
            assert closer != point.closing_asked_by_id
        if point.status in ("listed", "routed", "acting", "closing"):
            assert {"verify", "review", "consult", "enlist"} <= {step.verb for step in steps}


@pytest.mark.django_db
def test_whatever_people_do_the_record_agrees_with_the_table(many_hands):
    many_hands(Handling, 12, 16)
