"""Whatever is asked in whatever order, the ledger agrees with a plain dictionary of numbers."""

from itertools import count

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import integers, lists, sampled_from, tuples

from lianban.apps.ledger import queries, services
from lianban.apps.ledger.models import EntrySet, Movement
from lianban.kit.refusals import Refused

CODES = ["outside", "pot", "a", "b"]
amounts = integers(1, 400)


class Plain:
    """The same ledger as anybody would write it with three dictionaries."""

    def __init__(self):
        self.balance = dict.fromkeys(CODES, 0)
        self.left, self.owner, self.keys = {}, {}, {}

    def free(self, code):
        return self.balance[code] - sum(left for hold, left in self.left.items() if self.owner[hold] == code)

    def post(self, movements):
        after = dict(self.balance)
        for source, target, amount in movements:
            if source == target:
                return False
            after[source] -= amount
            after[target] += amount
        for code in CODES:
            less = self.balance[code] - after[code]
            if code != "outside" and less > 0 and less > self.free(code):
                return False
        self.balance = after
        return True


@pytest.mark.django_db
def test_the_ledger_agrees_with_a_plain_model(books, told, many_hands):
    runs = count()

    class Machine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.run = next(runs)
            self.plain, self.done, self.holds = Plain(), [], []
            # Examples share the database: each starts where the last one left the accounts.
            self.plain.balance = queries.balances(CODES)
            self.start_left = queries.held(CODES)
            for code, left in self.start_left.items():
                if left:
                    self.plain.left[f"old {code}"], self.plain.owner[f"old {code}"] = left, code

        def key(self):
            return f"{self.run}-{len(self.done)}"

        @rule(movements=lists(tuples(sampled_from(CODES), sampled_from(CODES), amounts), min_size=1, max_size=3))
        def post(self, movements):
            key = self.key()
            asked = {"key": key, "kind": "contribution", "movements": movements, "subject": f"tests.s:{key}", **told}
            self.compare(lambda: services.post(**asked), self.plain.post(movements))
            self.done.append(asked)

        @rule(which=integers(0, 50), more=amounts)
        def press_again(self, which, more):
            """Nothing new happens; with another content it is refused, if the key was used."""
            if not self.done:
                return
            asked = self.done[which % len(self.done)]
            before = EntrySet.objects.filter(key=asked["key"]).first()
            if before is None:
                return
            assert services.post(**asked) == before
            with pytest.raises(Refused):
                services.post(**asked | {"movements": [*asked["movements"], ("outside", "pot", more)]})

        @rule(code=sampled_from(CODES), amount=amounts)
        def hold(self, code, amount):
            if code == "outside":
                return
            key = f"{self.run}-h{len(self.holds)}"
            fits = amount <= self.plain.free(code)
            made = self.compare(
                lambda: services.hold(key=key, account=code, amount_fen=amount, purpose="p", **told), fits
            )
            self.holds.append(made)
            if made:
                self.plain.left[made.pk], self.plain.owner[made.pk] = amount, code

        @rule(which=integers(0, 50), to=sampled_from(CODES), amount=amounts)
        def settle(self, which, to, amount):
            held = self.holds[which % len(self.holds)] if self.holds else None
            if held is None:
                return
            source = self.plain.owner[held.pk]
            fits = source != to and amount <= self.plain.left[held.pk]
            key = f"{self.run}-s{len(self.done)}"
            self.done.append({"key": "none"})
            asked = {"hold_id": held.pk, "target": to, "amount_fen": amount, "key": key, **told}
            made = self.compare(lambda: services.settle(**asked), fits)
            if fits:
                self.plain.left[held.pk] -= amount
                self.plain.balance[source] -= amount
                self.plain.balance[to] += amount
                assert services.settle(**asked) == made

        @rule(which=integers(0, 50))
        def release(self, which):
            held = self.holds[which % len(self.holds)] if self.holds else None
            if held is None:
                return
            key = f"{self.run}-r{len(self.done)}"
            self.done.append({"key": "none"})
            self.compare(lambda: services.release(hold_id=held.pk, key=key, **told), self.plain.left[held.pk] > 0)
            self.plain.left[held.pk] = 0

        def compare(self, act, expected):
            try:
                made = act()
            except Refused:
                assert not expected
                return None
            assert expected
            return made

        @invariant()
        def the_books_agree(self):
            balances, held = queries.balances(CODES), queries.held(CODES)
            assert balances == self.plain.balance
            assert sum(balances.values()) == 0
            assert {c: b - held[c] for c, b in balances.items()} == {c: self.plain.free(c) for c in CODES}
            assert all(balances[c] >= held[c] for c in CODES if c != "outside")

    many_hands(Machine, 10, 15)
    assert queries.first_broken() is None
    assert not Movement.objects.exclude(amount_fen__gt=0).exists()
