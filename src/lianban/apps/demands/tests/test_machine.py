"""Whatever people press, a demand moves as the table says, and stands in the data exactly when it was listed."""

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import sampled_from

from lianban.apps.atlas.models import Demand
from lianban.apps.demands import rules, services
from lianban.apps.demands.models import RaisedDemand
from lianban.kit.refusals import Refused

VERBS = sorted(rules.STATES.moves)


@pytest.mark.django_db
def test_a_demand_moves_only_as_the_table_says(chain, firm, lab, buyer, officer, scientist, now, many_hands):
    def act(verb, pk):
        told = {"pk": pk, "at": now}
        calls = {
            "return": lambda: services.return_demand(reason="缺", by=officer, **told),
            "raise_again": lambda: services.raise_again(by=buyer, product="bag", title="t", **told),
            "withdraw": lambda: services.withdraw(by=buyer, **told),
            "verify": lambda: services.verify(basis="电话", product="bag", by=officer, **told),
            "list": lambda: services.put_on_list(by=officer, **told),
            "answer": lambda: services.answer(chain=chain, organisation=lab, sentence="能", evidence="有",
                                              confidentiality="chain", demand=pk, by=scientist, at=now),
            "meet": lambda: services.confirm_met(note="已供", by=buyer, **told),
        }  # fmt: skip
        calls[verb]()

    class Machine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            raised = services.raise_demand(chain=chain, organisation=firm, by=buyer, at=now, product="bag", title="t")
            self.pk, self.state, self.answered = raised.pk, "raised", False

        @rule(verb=sampled_from(VERBS))
        def press(self, verb):
            allowed = self.state in rules.STATES.moves[verb].sources and not (verb == "answer" and self.answered)
            try:
                act(verb, self.pk)
            except Refused:
                assert not allowed
                return
            assert allowed
            self.state = rules.STATES.target(verb)
            self.answered = self.answered or verb == "answer"

        @invariant()
        def the_row_agrees(self):
            raised = RaisedDemand.objects.get(pk=self.pk)
            assert raised.state == self.state
            in_the_data = Demand.objects.filter(chain=chain, code=f"site-demand-{self.pk}").exists()
            assert in_the_data == (self.state in rules.LISTED)

    many_hands(Machine, 12, 8)
