"""A project walked on the tables of moves alone: plain values, no database. The rules decide, the walk does what they allow.

``Walk`` does what the services do, on a ``Standing``; ``press`` presses any button; ``Walk.faults`` says what must never be.
Hypothesis presses in test_machine.py, a seed does in ``run`` (``python -m benchmarks delivery``: 2,000 walks of 50 steps).
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from lianban.apps.projects import rules
from lianban.apps.projects.rules import Measured, Stage, Standing
from lianban.kit import workdays

START = date(2026, 11, 23)
TERMS = rules.Terms(
    extension_times=1, extension_max_years=1, visits_max=1, first_payment=Fraction(2, 5), apply_days=60, followup_years=2,
    appeal_days=15, followup_months=6, at_fault_years=3, third_party_report=True, warn_days=30,
)  # fmt: skip
ENDS = date(2027, 12, 31)


def begun(terms: rules.Terms = TERMS) -> Standing:
    """A project with a first payment, three milestones and a payment at acceptance; three targets."""
    stages = (
        Stage(1, "sign", "passed", 400, released_fen=400),
        *(Stage(n, "stage", "planned", pay) for n, pay in ((2, 300), (3, 0), (4, 200))),
        Stage(5, "acceptance", "planned", 100),
    )
    return Standing("running", terms, stages, tuple(Measured(n) for n in (1, 2, 3)), ENDS, ENDS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One conclusion on record."""

    outcome: str
    reason: str
    evidence: str
    appeal_until: date
    by: int


@dataclass
class Walk:
    """One project in many hands; every deed that is done leaves a line in ``journal``."""

    now: Standing = field(default_factory=begun)
    today: date = START
    journal: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    credit: list[tuple[str, date]] = field(default_factory=list)
    rises: list[tuple[str, int]] = field(default_factory=list)
    pending: bool = False
    spread: int = 0
    refusals: Counter = field(default_factory=Counter)

    def _may(self, verb, found):
        """Count the refusals, or write the deed down."""
        for one in found:
            self.refusals[one.code] += 1
        if not found:
            self.journal.append(verb)
        return not found

    def _stage(self, number, **changes):
        stages = tuple(replace(s, **changes) if s.number == number else s for s in self.now.stages)
        self.now = replace(self.now, stages=stages)

    def _move(self, verb, **changes):
        self.now = replace(self.now, state=rules.DELIVERY.target(verb), **changes)

    def wait(self, days):
        self.today += timedelta(days=days)

    def report(self, number, text):
        if self._may("report", rules.report_refusals(self.now, number, text)):
            self._stage(number, state=rules.STAGE.target("report"))

    def send_back(self, number):
        if self._may("send_back", rules.stage_refusals(self.now, number, "send_back")):
            self._stage(number, state=rules.STAGE.target("send_back"))

    def check(self, number, text, visit):
        if self._may("check", rules.check_refusals(self.now, number, text, visit=visit)):
            self._stage(number, state=rules.STAGE.target("check"))
            self.now = replace(self.now, visits=self.now.visits + visit)

    def decide(self, number, passed, released, text):
        found = rules.decide_refusals(
            self.now, number, passed=passed, released_fen=released, reason=text, evidence=text
        )
        if self._may("decide", found):
            before = self.now.stage(number).released_fen
            verb = "pass" if passed else "fail"
            self._stage(number, state=rules.STAGE.target(verb), released_fen=before + released)

    def pay(self, number, amount, text):
        if self._may("pay", rules.pay_refusals(self.now, number, amount, evidence=text, booked=False)):
            self._stage(number, paid_fen=self.now.stage(number).paid_fen + amount)

    def test(self, number, fulfilled):
        if self.now.state in ("running", "extension_asked", "acceptance_asked", "accepting", "appealed"):
            self.journal.append("test")
            self._target(number, reported=True, fulfilled=fulfilled)

    def _target(self, number, **changes):
        found = tuple(replace(m, **changes) if m.number == number else m for m in self.now.indicators)
        self.now = replace(self.now, indicators=found)

    def ask_extension(self, until, text):
        if self._may("ask_extension", rules.extension_refusals(self.now, until, text)):
            self._move("ask_extension")
            self.asked_until = until

    def answer_extension(self, granted, text):
        verb = "grant_extension" if granted else "refuse_extension"
        if self._may(verb, rules.decision_refusals(self.now, verb, text)):
            more = {"ends_on": self.asked_until, "granted": self.now.granted + 1} if granted else {}
            self._move(verb, **more)

    def ask_acceptance(self, text):
        if self._may("ask_acceptance", rules.ask_acceptance_refusals(self.now, text, self.today)):
            self._move("ask_acceptance")

    def return_acceptance(self, text):
        if self._may("return_acceptance", rules.decision_refusals(self.now, "return_acceptance", text)):
            self._move("return_acceptance")

    def open_acceptance(self):
        if self._may("open_acceptance", rules.DELIVERY.refusals(self.now.state, "open_acceptance")):
            self._unjudged("open_acceptance")

    def call_acceptance(self, text):
        if self._may("call_acceptance", rules.call_acceptance_refusals(self.now, text, self.today)):
            self._unjudged("call_acceptance")

    def _unjudged(self, verb):
        self._move(verb, indicators=tuple(replace(m, accepted=None) for m in self.now.indicators))

    def judge(self, number, accepted, text):
        if self._may("judge", rules.judge_refusals(self.now, number, accepted=accepted, reason=text)):
            self._target(number, accepted=accepted)

    def conclude(self, outcome, released, text, by):
        found = rules.conclude_refusals(self.now, outcome, released_fen=released, reason=text, evidence=text)
        if self._may("conclude", found):
            self._release(released)
            self._find("conclude", outcome, text, by)

    def end(self, verb, text, by):
        if self._may(verb, rules.end_refusals(self.now, verb, text, text)):
            self._find(verb, {"terminate": "terminated", "revoke": "revoked"}[verb], text, by)

    def _release(self, released):
        if released:
            last = self.now.point("acceptance")
            self._stage(last.number, state="passed", released_fen=last.released_fen + released)

    def _find(self, verb, outcome, text, by):
        until = workdays.after(self.today, self.now.terms.appeal_days)
        self.findings.append(Finding(outcome, text, text, until, by))
        self._move(verb, outcome=outcome, appeal_until=until)

    def appeal(self, text):
        if self._may("appeal", rules.appeal_refusals(self.now, text, self.today)):
            self._move("appeal")

    def answer(self, verb, outcome, released, text, by):
        same = bool(self.findings) and self.findings[-1].by == by
        found = rules.answer_refusals(
            self.now, verb, outcome, same_person=same, reason=text, evidence=text, released_fen=released
        )
        if not self._may(verb, found):
            return
        if verb == "reinstate":
            self._move(verb, outcome="", appeal_until=None)
            return
        if verb == "change":
            self._release(released)
            self.findings.append(Finding(outcome, text, text, self.now.appeal_until, by))
            self.now = replace(self.now, outcome=outcome)
        self._in_effect(verb)

    def consent(self):
        if self._may("consent", rules.DELIVERY.refusals(self.now.state, "consent")):
            self._in_effect("consent")

    def take_effect(self):
        if self._may("take_effect", rules.effect_refusals(self.now, self.today)):
            self._in_effect("take_effect")

    def _in_effect(self, verb):
        for stage in self.now.stages:
            if stage.state not in ("passed", "lapsed"):
                self._stage(stage.number, state=rules.STAGE.target("lapse"))
        until = rules.credit_until(self.now, self.today, in_effect=True)
        if until:
            self.credit.append((self.now.outcome, until))
        self._move(verb, effective_on=self.today)

    def archive(self):
        if self._may("archive", rules.archive_refusals(self.now, self.today)):
            self._move("archive")

    def use(self, first, text):
        found = rules.use_refusals(
            self.now, day=self.today, today=self.today, evidence=text, first=first, own=False, known=False
        )
        if self._may("use", found):
            self.now = replace(self.now, first_used=True)
            self.spread += not first

    def propose_rise(self, stage, text):
        found = rules.rise_refusals(
            self.now, stage=stage, before=self.rises[-1][0] if self.rises else "lab", reason=text, pending=self.pending,
            product="p", maker=True,
        )  # fmt: skip
        if self._may("propose_rise", found):
            self.pending, self.proposed = True, stage

    def decide_rise(self, verb, same, text):
        state = "proposed" if self.pending else "confirmed"
        if self._may(verb, rules.rise_decision_refusals(state, verb, same_person=same, note=text)):
            self.pending = False
            if verb == "confirm_rise":
                self.rises.append((self.proposed, self.now.n_accepted))

    def faults(self):
        """Everything that must never be, as sentences; empty when all is well."""
        now, said = self.now, []

        def hold(true, sentence):
            if not true:
                said.append(sentence)

        concluded = now.state in ("concluded", "appealed", "effective", "archived")
        in_effect = now.state in ("effective", "archived")
        hold(now.state in rules.DELIVERY.states, "an unknown state")
        for stage in now.stages:
            hold(stage.state in rules.STAGE.states, "an unknown state of a stage")
            hold(0 <= stage.paid_fen <= stage.released_fen, "paid above what was released")
            hold(stage.released_fen <= stage.payment_fen, "released above what was agreed")
            hold(not stage.released_fen or stage.state == "passed", "released without a decision that passed it")
            hold(not in_effect or stage.state in ("passed", "lapsed"), "a stage open after the end")
        hold(bool(now.outcome) == concluded, "an outcome without its state, or a state without its outcome")
        hold(not concluded or now.appeal_until is not None, "an outcome nobody can appeal against")
        hold(
            all(f.reason.strip() and f.evidence.strip() for f in self.findings), "an outcome without reason or evidence"
        )
        hold(not concluded or self.findings[-1].outcome == now.outcome, "an outcome that is not on record")
        if concluded and now.outcome in rules.FOUND and now.state != "appealed":
            verdicts = [one.accepted for one in now.indicators]
            hold(None not in verdicts, "an outcome with targets nobody judged")
            hold((now.outcome == "met") == all(verdicts), "met is not what was found")
            hold(now.outcome != "partly_met" or any(verdicts), "partly met, and nothing was met")
        hold(all(not m.accepted or m.reported for m in now.indicators), "accepted without a report")
        at_fault = in_effect and now.outcome == rules.AT_FAULT
        hold([c[0] for c in self.credit] == [rules.AT_FAULT] * at_fault, "credit touched by something else than fault")
        hold(all(n >= 1 for _, n in self.rises), "a level raised without accepted targets")
        hold(
            not (self.rises or self.pending) or (in_effect and now.outcome in rules.ACCEPTED),
            "a level raised by nothing",
        )
        hold(not now.first_used or (in_effect and now.outcome in rules.ACCEPTED), "used without being accepted")
        hold(now.granted <= now.terms.extension_times, "extended too often")
        hold(now.ends_on <= rules.years_later(now.agreed_ends_on, now.terms.extension_max_years), "extended too long")
        hold(now.visits <= now.terms.visits_max, "visited too often")
        hold(now.state == "archived" or self._goes_on(), "a dead end")
        return said

    def told(self):
        """What this walk met, to be added up over many."""
        met = Counter({f"ended in {self.now.state}": 1, "runs": 1, "deeds": len(self.journal)})
        met.update(f"outcome {one}" for one in {finding.outcome for finding in self.findings})
        met["refused"] = sum(self.refusals.values())
        met["credit touched"], met["levels raised"] = len(self.credit), len(self.rises)
        met["paid"] = sum(stage.paid_fen for stage in self.now.stages)
        return met

    def _goes_on(self):
        """Whether something can be done about the project itself, today or after the windows are over."""
        there, late = self.now, max(self.today, self.now.ends_on) + timedelta(days=4000)
        told = {"same_person": False, "reason": "x", "evidence": "y"}
        ways = (
            lambda: rules.end_refusals(there, "terminate", "x", "y"),
            lambda: rules.DELIVERY.refusals(there.state, "consent"),
            lambda: rules.answer_refusals(there, "uphold", there.outcome, **told),
            lambda: rules.answer_refusals(there, "reinstate", "", **told),
            lambda: rules.answer_refusals(there, "change", "met", **told),
            lambda: rules.archive_refusals(_paid(there), late),
        )
        return any(not way() for way in ways)


def _paid(there):
    """The same with everything paid that is owed: paying is always possible where archiving waits for it."""
    stages = tuple(replace(s, paid_fen=s.released_fen) for s in there.stages)
    return replace(there, stages=stages)


Pick = Callable[[Sequence[Any]], Any]  # one of these, whoever chooses
TEXTS = ("有据", "有据", "有据", " ")
AMOUNTS = (0, 1, 100, 200, 300, 400, 10**6, -1)
STAGES, TARGETS, PEOPLE, YES_NO = range(1, 6), range(1, 4), (1, 2), (True, False)
UNTIL = (ENDS, ENDS + timedelta(days=180), date(2028, 12, 31), date(2030, 1, 1))
ANY_OUTCOME = tuple(rules.OUTCOMES)

BUTTONS: dict[str, Callable[[Walk, Pick], Any]] = {
    "wait": lambda walk, pick: walk.wait(pick((1, 30, 200, 800))),
    "report": lambda walk, pick: walk.report(pick(STAGES), pick(TEXTS)),
    "check": lambda walk, pick: walk.check(pick(STAGES), pick(TEXTS), pick(YES_NO)),
    "send back": lambda walk, pick: walk.send_back(pick(STAGES)),
    "decide": lambda walk, pick: walk.decide(pick(STAGES), pick(YES_NO), pick(AMOUNTS), pick(TEXTS)),
    "pay": lambda walk, pick: walk.pay(pick(STAGES), pick(AMOUNTS), pick(TEXTS)),
    "ask extension": lambda walk, pick: walk.ask_extension(pick(UNTIL), pick(TEXTS)),
    "answer extension": lambda walk, pick: walk.answer_extension(pick(YES_NO), pick(TEXTS)),
    "test": lambda walk, pick: walk.test(pick(TARGETS), pick(YES_NO)),
    "ask acceptance": lambda walk, pick: walk.ask_acceptance(pick(TEXTS)),
    "return acceptance": lambda walk, pick: walk.return_acceptance(pick(TEXTS)),
    "open acceptance": lambda walk, pick: walk.open_acceptance(),
    "call acceptance": lambda walk, pick: walk.call_acceptance(pick(TEXTS)),
    "judge": lambda walk, pick: walk.judge(pick(TARGETS), pick(YES_NO), pick(TEXTS)),
    "conclude": lambda walk, pick: walk.conclude(pick(ANY_OUTCOME), pick(AMOUNTS), pick(TEXTS), pick(PEOPLE)),
    "end": lambda walk, pick: pick(range(6)) or walk.end(pick(("terminate", "revoke")), pick(TEXTS), pick(PEOPLE)),
    "appeal": lambda walk, pick: walk.appeal(pick(TEXTS)),
    "answer": lambda walk, pick: walk.answer(
        pick(("uphold", "change", "reinstate")), pick(ANY_OUTCOME), pick(AMOUNTS), pick(TEXTS), pick(PEOPLE)
    ),
    "consent": lambda walk, pick: walk.consent(),
    "take effect": lambda walk, pick: walk.take_effect(),
    "archive": lambda walk, pick: walk.archive(),
    "use": lambda walk, pick: walk.use(pick(YES_NO), pick(TEXTS)),
    "propose rise": lambda walk, pick: walk.propose_rise(pick(rules.MAKING), pick(TEXTS)),
    "decide rise": lambda walk, pick: walk.decide_rise(
        pick(("confirm_rise", "decline_rise")), pick(YES_NO), pick(TEXTS)
    ),
    "go on": lambda walk, pick: go_on(walk, pick),
    "go on still": lambda walk, pick: go_on(walk, pick),
}


def go_on(walk: Walk, pick: Pick) -> None:
    """The main way, so that walks reach the far states."""
    state = walk.now.state
    if state == "running":
        number = pick(STAGES)
        walk.report(number, "有据")
        walk.check(number, "有据", False)
        walk.decide(number, True, pick(AMOUNTS), "有据")
        if pick(YES_NO):
            for target in TARGETS:
                walk.test(target, pick((True, True, False)))
            walk.ask_acceptance("有据")
    elif state == "acceptance_asked":
        walk.open_acceptance()
    elif state == "accepting":
        for target in TARGETS:
            walk.judge(target, bool(walk.now.indicators[target - 1].fulfilled), "有据")
        walk.conclude(pick(rules.FOUND), pick((0, 100)), "有据", pick(PEOPLE))
    elif state == "concluded":
        walk.wait(40)
        walk.take_effect()
    elif state == "effective":
        for stage in walk.now.stages:
            walk.pay(stage.number, stage.owed_fen, "有据")
        walk.use(True, "有据")
        walk.propose_rise(pick(rules.MAKING), "有据")
        walk.decide_rise(pick(("confirm_rise", "decline_rise")), False, "有据")


def press(walk: Walk, pick: Pick) -> str:
    """Press one button, whichever is picked."""
    button = pick(tuple(BUTTONS))
    BUTTONS[button](walk, pick)
    return button


def run(runs: int, steps: int, seed: int = 20261122) -> dict[str, int]:
    """So many walks of so many steps from one seed, every invariant held after every step; what was met on the way."""
    lot, told = random.Random(seed), Counter()
    for _ in range(runs):
        walk = Walk()
        for _ in range(steps):
            press(walk, lot.choice)
            faults = walk.faults()
            assert not faults, (faults, walk)
        told.update(walk.told())
        told["steps"] += steps
    return dict(sorted(told.items()))
