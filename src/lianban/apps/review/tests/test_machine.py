"""Whatever people press in whatever order: no confirmed panel holds an uncleared hit, is even, or too small."""

import contextlib
import random
from decimal import Decimal

import pytest
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from hypothesis.strategies import integers, sampled_from

from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM
from lianban.apps.review import queries, rules
from lianban.apps.review import services as review
from lianban.apps.review.models import Hit, Panel, Seat
from lianban.apps.review.tests.conftest import NOW, seats_of
from lianban.kit.refusals import Refused

WORKING = ("confirmed", "blind", "defence", "frozen", "closed")
VERBS = [
    "draw", "declare", "declare", "withdraw", "tie", "employ", "recheck", "clear", "uphold", "replace", "chair", "confirm",
    "confirm", "lay_open", "score", "open_defence", "freeze", "add_party", "void",
]  # fmt: skip


class Office:
    """Presses buttons; each may be refused."""

    def __init__(self, panel, officer, head, as_expert, firms, units):
        self.pk, self.officer, self.head, self.as_expert = panel.pk, officer, head, as_expert
        self.firms, self.units = firms, units

    def press(self, verb, choice):
        one, told = random.Random(choice), {"by": self.officer, "at": NOW}
        panel = Panel.objects.get(pk=self.pk)
        seats = seats_of(panel)
        seat = one.choice(seats) if seats else None
        hits = list(Hit.objects.filter(seat__panel=panel, state="open"))
        if verb == "draw":
            review.draw(panel_id=self.pk, **told)
        elif verb == "tie":
            unit, firm = one.choice(self.units), one.choice(self.firms)
            parties.tie(a=unit.pk, b=firm.pk, kind="control", evidence="登记", source="公报", by=SYSTEM, at=NOW)
        elif verb in ("recheck", "confirm", "open_defence", "freeze"):
            getattr(review, verb)(panel_id=self.pk, **told)
        elif verb == "lay_open":
            items = [(f"i:{firm.pk}", "匿名", "", [firm.pk]) for firm in self.firms] if not panel.items.exists() else []
            review.lay_open(panel_id=self.pk, items=items, **told)
        elif verb == "add_party":
            review.add_parties(panel_id=self.pk, parties=[one.choice(self.units).pk], **told)
        elif verb == "void" and choice % 7 == 0:
            review.void(panel_id=self.pk, reason="撤", **told)
        elif verb in ("clear", "uphold") and hits:
            getattr(review, verb)(hit_id=one.choice(hits).pk, reason="理由", by=self.head, at=NOW)
        elif seat is not None:
            self._at_a_seat(verb, seat, one, told)

    def _at_a_seat(self, verb, seat, one, told):
        if verb in ("declare", "withdraw"):
            for held in seats_of(seat.panel) if verb == "declare" else [seat]:
                review.declare(
                    seat_id=held.pk, by=self.as_expert(held.expert), at=NOW, withdraw=verb == "withdraw", reason="熟人"
                )
        elif verb == "employ":
            unit = one.choice(self.units)
            review.engage(
                expert_id=seat.expert_id, organisation_id=unit.pk, kind="employer", evidence="名册", by=SYSTEM, at=NOW
            )
        elif verb == "replace":
            review.replace(seat_id=seat.pk, reason="换", **told)
        elif verb == "chair":
            review.name_chair(seat_id=seat.pk, **told)
        elif verb == "score":
            told_now = queries.reading(seat.panel)
            for held in seats_of(seat.panel):
                for item in told_now.items:
                    lines = {c.code: Decimal(1) for c in told_now.criteria if c.phase == told_now.phase.scores}
                    review.score(seat_id=held.pk, code=item.code, points=lines, by=self.as_expert(held.expert), at=NOW)


def holds(panel):
    """The invariant: at work means no open and no upheld hit, an odd and large enough panel, everyone declared."""
    if panel.state not in WORKING:
        return
    seats = seats_of(panel)
    size = rules.size_of(panel.kept_rules, panel.amount_fen, panel.group)
    assert not Hit.objects.filter(seat__in=seats).exclude(state="cleared").exists()
    assert len(seats) % 2 == 1 and len(seats) >= size.least and all(seat.declared_at for seat in seats)
    assert Seat.objects.filter(panel=panel, active=True, chair=True).count() == 1
    if panel.state in ("frozen", "closed"):
        assert queries.verified(panel)


@pytest.mark.django_db
def test_no_panel_at_work_holds_an_uncleared_hit(pool, expert, convened, firms, officer, head, as_expert, many_hands):
    units = [Organisation.objects.create(code=f"u{n}", name=f"示例单位{n}") for n in range(3)]
    for n, unit in enumerate(units):
        expert(f"tied{n}", "technical", "finance", employer=unit)
    made = iter(range(10_000))

    class Machine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            panel = convened(subject=f"machine:{next(made)}")
            self.office = Office(panel, officer, head, as_expert, firms, units)

        @rule(verb=sampled_from(VERBS), choice=integers(0, 1000))
        def press(self, verb, choice):
            before = Panel.objects.values_list("state", flat=True).get(pk=self.office.pk)
            try:
                self.office.press(verb, choice)
            except Refused as refused:
                assert refused.refusals
            after = Panel.objects.values_list("state", flat=True).get(pk=self.office.pk)
            assert before == after or any(
                after == m.target and before in m.sources for m in rules.STATES.moves.values()
            )

        @invariant()
        def the_panel_is_sound(self):
            holds(Panel.objects.get(pk=self.office.pk))

    many_hands(Machine, 3, 16)


@pytest.mark.django_db
@pytest.mark.parametrize("seeds", [[1], pytest.param(range(2, 10), marks=pytest.mark.evidence)], ids=["one", "many"])
def test_a_purposeful_office_reaches_every_state_and_stays_sound(
    seeds, pool, expert, convened, firms, officer, head, as_expert
):
    """Random presses seldom freeze a panel; here the next sensible step comes between disturbances."""
    units = [Organisation.objects.create(code=f"u{n}", name=f"示例单位{n}") for n in range(2)]
    for n, unit in enumerate(units):
        expert(f"tied{n}", "technical", employer=unit)
    reached = set()
    straight = [
        "draw",
        "declare",
        "clear",
        "clear",
        "chair",
        "confirm",
        "lay_open",
        "score",
        "open_defence",
        "score",
        "freeze",
    ]
    for seed in seeds:
        one = random.Random(seed)
        office = Office(convened(subject=f"walk:{seed}"), officer, head, as_expert, firms, units)
        for verb in straight * 2:
            for press in ([one.choice(VERBS[:-1])] if one.random() < 0.3 else []) + [verb]:
                with contextlib.suppress(Refused):
                    office.press(press, one.randrange(1000))
                panel = Panel.objects.get(pk=office.pk)
                reached.add(panel.state)
                holds(panel)
    assert reached >= {"seating", "confirmed", "blind", "defence", "frozen"}
