"""A chain with a poster, solvers, an office, experts by role; and a clock that the test sets."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from lianban.apps.agreements.models import Agreement, Version
from lianban.apps.atlas.models import Chain, Product, Segment
from lianban.apps.challenges import rules
from lianban.apps.challenges import services as challenges
from lianban.apps.challenges.models import Challenge
from lianban.apps.parties import queries as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.parties.services import SYSTEM, open_account
from lianban.apps.review import services as review
from lianban.apps.review.models import Panel, Seat
from lianban.apps.rulesets import services as rulesets
from lianban.apps.sealing import queries as sealing_queries
from lianban.apps.sealing import services as sealing
from lianban.apps.sources.models import Source

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
TODAY = date(2026, 11, 23)
CLOSES = NOW + timedelta(days=20)
WAN = 1_000_000
WORD = "a passphrase of the custodian"
ROLES = ("officer", "office_head", "lead_department", "science_bureau", "legal_unit", "supervisor", "notary", "chief")
PLAN = {
    "title": "高载量层析介质", "plan": "本单位以单分散微球制备介质。", "route": "路线", "milestones": "三步", "budget": "设备与试剂",
    "team": "二十人", "risk": "自有专利", "asked_fen": 800 * WAN, "months": 24, "race_consent": True,
}  # fmt: skip
INDICATOR = {"name": "动态载量", "unit": "g/L", "comparison": ">=", "threshold": Decimal(80), "test_method": "GB 示例", "test_body": "第三方"}  # fmt: skip
WRITTEN = {
    "title": "抗体层析介质", "title_en": "Chromatography resin", "background": "依赖进口", "problem": "载量与寿命", "present_level": "L1",
    "scenario": "抗体纯化", "contact": "科技部门产业处", "months": 24, "total_fen": 1200 * WAN, "public_fen": 300 * WAN,
    "poster_cash_fen": 900 * WAN, "payable_fen": 800 * WAN, "acceptance_fen": 300 * WAN, "ownership": "solver",
}  # fmt: skip
MILESTONES = [
    {"name": "小试", "months": 8, "deliverable": "样品", "payment_fen": 200 * WAN},
    {"name": "中试", "months": 16, "deliverable": "批次记录", "payment_fen": 300 * WAN},
]


@dataclass
class Scene:
    """The people and firms of one challenge, and the steps they take."""

    chain: Chain
    people: dict[str, Actor]
    firms: dict[str, Organisation]
    clock: dict[str, datetime] = field(default_factory=lambda: {"now": NOW})

    @property
    def now(self) -> datetime:
        return self.clock["now"]

    def at(self, moment: datetime) -> None:
        self.clock["now"] = moment

    def draft(self, **changes: Any) -> Challenge:
        given = {**WRITTEN, "poster_id": self.firms["poster"].pk, "first_user_id": self.firms["poster"].pk, **changes}
        rows = {name: given.pop(name, kept) for name, kept in (("indicators", [INDICATOR]), ("milestones", MILESTONES), ("conditions", []))}  # fmt: skip
        return challenges.draft(
            chain=self.chain, product="resin", by=self.people["officer"], at=self.now, **rows, **given
        )

    def act(self, verb: str, challenge: Challenge, who: str, /, **told: Any) -> Any:
        return getattr(challenges, verb)(challenge_id=challenge.pk, by=self.people[who], at=self.now, **told)

    def proposed(self, challenge: Challenge | None = None) -> Challenge:
        """Taken to the day of posting."""
        challenge = challenge or self.draft()
        self.act("submit", challenge, "officer")
        taken = set(challenge.frozen.value("challenge.steps"))
        for verb, who in (("collect", "science_bureau"), ("recommend", "lead_department"), ("argue", "science_bureau")):
            if verb in taken:
                self.act("pass_on", challenge, who, verb=verb, note="同意")
        if "fair_competition" in taken:
            self.act("clear", challenge, "legal_unit", opinion="未见限制竞争的条件")
        if "decide_posting" in taken:
            self.act("decide_posting", challenge, "science_bureau", minutes="纪要〔2026〕8 号")
        return Challenge.objects.get(pk=challenge.pk)

    def posted(self, challenge: Challenge | None = None) -> Challenge:
        """Taken to where answers are handed in."""
        challenge = self.proposed(challenge)
        self.act("post", challenge, "science_bureau", answers_until=CLOSES)
        if "match" in challenge.frozen.value("challenge.steps"):
            self.act("invite", challenge, "science_bureau")
        return Challenge.objects.get(pk=challenge.pk)

    def hand_in(self, challenge: Challenge, firm: str, **changes: Any) -> Any:
        partners = [self.firms[code] for code in changes.pop("partners", ())]
        return challenges.answer(challenge_id=challenge.pk, solver=self.firms[firm], content={**PLAN, **changes}, partners=partners,
                                 by=self.people[firm], at=self.now)  # fmt: skip

    def opened(
        self, firms: tuple[str, ...] = ("alpha", "beta", "gamma"), challenge: Challenge | None = None
    ) -> Challenge:
        challenge = self.posted(challenge)
        for firm in firms:
            self.hand_in(challenge, firm)
        self.at(CLOSES + timedelta(minutes=1))
        for who in ("office_head", "notary"):
            sealing.give_share(box_id=challenge.box, passphrase=WORD, by=self.people[who], at=self.now)
        self.act("open_answers", challenge, "officer")
        return Challenge.objects.get(pk=challenge.pk)

    def checked(self, **told: Any) -> Challenge:
        challenge = self.opened(**told)
        for row in challenge.answers.all():
            challenges.check_answer(answer_id=row.pk, passed=True, marks=dict.fromkeys(rules.answers.FORMAL, True), reason="",
                                    by=self.people["officer"], at=self.now)  # fmt: skip
        if challenge.state == "formal_check":
            self.act("finish_check", challenge, "officer")
        return Challenge.objects.get(pk=challenge.pk)

    def ranked(self, **told: Any) -> Challenge:
        """As if reviewed: alpha first, then beta, then gamma. Rows are written directly, for tests of what comes after."""
        challenge = self.checked(**told)
        for rank, row in enumerate(challenge.answers.order_by("organisation__code"), 1):
            challenge.answers.filter(pk=row.pk).update(rank=rank, total=100 - 10 * rank)
        Challenge.objects.filter(pk=challenge.pk).update(state="opining")
        return Challenge.objects.get(pk=challenge.pk)

    def reviewed(self, **told: Any) -> Challenge:
        """Panel drawn, both readings scored, frozen: alpha first, then beta, then gamma."""
        challenge = self.checked(**told)
        bureau = self.people["science_bureau"]
        self.act("convene", challenge, "science_bureau")
        challenge.refresh_from_db()
        panel = Panel.objects.get(pk=challenge.panel)
        review.draw(panel_id=panel.pk, by=bureau, at=self.now)
        seats = list(Seat.objects.filter(panel=panel, active=True).select_related("expert__user").order_by("number"))
        as_expert = {seat.pk: parties.actor_of(seat.expert.user, today=TODAY) for seat in seats}
        for seat in seats:
            review.declare(seat_id=seat.pk, by=as_expert[seat.pk], at=self.now)
        review.name_chair(seat_id=seats[0].pk, by=bureau, at=self.now)
        review.confirm(panel_id=panel.pk, by=bureau, at=self.now)
        self.act("seat", challenge, "science_bureau")
        self.act("lay_open", challenge, "science_bureau")
        order = {row.reference: n for n, row in enumerate(challenge.answers.order_by("organisation__code"))}
        for phase in ("blind", "defence"):
            for seat in seats:
                for item in panel.items.all():
                    points = {
                        line["code"]: Decimal(line["points"] - order[item.key] * (line["points"] // 5))
                        for line in challenge.frozen.value("challenge.sheet")
                        if line["phase"] == phase
                    }
                    review.score(seat_id=seat.pk, code=item.code, points=points, by=as_expert[seat.pk], at=self.now)
            if phase == "blind":
                review.open_defence(panel_id=panel.pk, by=bureau, at=self.now)
        review.freeze(panel_id=panel.pk, by=bureau, at=self.now)
        self.act("finish_review", challenge, "science_bureau")
        return Challenge.objects.get(pk=challenge.pk)

    def opined(self, *, whole: bool = False, **told: Any) -> Challenge:
        challenge = self.reviewed(**told) if whole else self.ranked(**told)
        self.act("opine", challenge, "poster", opinion="同意评审意见")
        return Challenge.objects.get(pk=challenge.pk)

    def answer_of(self, challenge: Challenge, firm: str) -> Any:
        return challenge.answers.get(organisation=self.firms[firm])

    def tell_losers(self, challenge: Challenge) -> None:
        for row in challenge.answers.filter(chosen=False):
            challenges.give_feedback(answer_id=row.pk, text="指标依据不足", by=self.people["officer"], at=self.now)

    def sign_all(self, challenge: Challenge) -> None:
        """Every paper drafted, issued, signed by its parties; registration and proof on record."""
        self.act("draft_papers", challenge, "officer")
        for lane in challenge.lanes.filter(state="chosen"):
            for kind in rules.words.AGREEMENTS:
                self.sign_one(getattr(lane, kind))
            challenges.record_papers(lane_id=lane.pk, contract_registration="示例登记号", money_proof="银行回单（示例）",
                                     money_proof_fen=lane.payable_fen, by=self.people["officer"], at=self.now)  # fmt: skip

    def sign_one(self, agreement_id: int) -> None:
        """One paper in force; how its clauses are settled and signed is told in the tests of agreements."""
        version = Version.objects.create(agreement_id=agreement_id, number=1, content={}, digest="0" * 64, issued_by="user:1", issued_at=self.now)  # fmt: skip
        Agreement.objects.filter(pk=agreement_id).update(in_force=version, state="in_force")

    def running(self, *, race: bool = False, **told: Any) -> Challenge:
        """Chosen, published, signed and paid; with ``race`` alpha and beta side by side through two gates."""
        challenge = self.opined(**told)
        if race:
            self.race(challenge)
        else:
            self.act("choose", challenge, "science_bureau", answer_id=self.answer_of(challenge, "alpha").pk, minutes="纪要 9",
                     reason="评审第一")  # fmt: skip
        self.tell_losers(challenge)
        challenge.refresh_from_db()
        self.at(self.now + timedelta(days=12))
        self.act("end_publicity", challenge, "science_bureau")
        self.sign_all(challenge)
        self.act("sign", challenge, "officer")
        self.act("pay", challenge, "science_bureau")
        return Challenge.objects.get(pk=challenge.pk)

    def race(self, challenge: Challenge) -> None:
        lanes = [
            {"answer": self.answer_of(challenge, firm).pk, "public_fen": 150 * WAN, "payable_fen": 400 * WAN}
            for firm in ("alpha", "beta")
        ]
        day = self.now.date()
        gates = [{"stage": "design", "landmark": "设计通过用户确认", "due_on": day + timedelta(days=90), "compensation_cap_fen": 40 * WAN},
                 {"stage": "prototype", "landmark": "样品达到载量", "due_on": day + timedelta(days=200)}]  # fmt: skip
        self.act(
            "race",
            challenge,
            "science_bureau",
            lanes=lanes,
            gates=gates,
            minutes="纪要 9",
            reason="两家路线不同，并行验证",
        )


@pytest.fixture
def person(db):
    def make(role: str, organisation: Organisation | None = None, username: str = "") -> Actor:
        name = username or role
        open_account(username=name, password="long-enough-1", shown_name=name, role=role, organisation=organisation,
                     starts_on=date(2026, 1, 1), by=SYSTEM, at=NOW)  # fmt: skip
        return parties.actor_of(get_user_model().objects.get(username=name), today=TODAY)

    return make


@pytest.fixture
def chain(db):
    chain = Chain.objects.create(code="mab", name="抗体", name_en="Antibody", data_date=TODAY)
    source = Source.objects.create(chain="mab", code="s", title="来源", kind="own")
    segment = Segment.objects.create(chain=chain, code="used", name="耗材", name_en="Consumables", stage=1)
    Product.objects.create(chain=chain, code="resin", name="层析介质", name_en="Resin", segment=segment, source=source, observed_on=TODAY)  # fmt: skip
    return chain


@pytest.fixture
def scene(chain, person, monkeypatch):
    """Everybody needed by one challenge."""
    firms = {
        code: Organisation.objects.create(code=code, name=f"{name}示例公司", name_en=f"{code} Sample", example=True)
        for code, name in (("poster", "发榜"), ("alpha", "甲"), ("beta", "乙"), ("gamma", "丙"), ("other", "丁"))
    }
    people = {role: person(role) for role in ROLES}
    people |= {code: person("enterprise", firm, code) for code, firm in firms.items()}
    made = Scene(chain, people, firms)
    monkeypatch.setattr(sealing_queries, "clock", lambda box: made.now)
    for who in ("office_head", "supervisor", "notary"):
        sealing.register_passphrase(passphrase=WORD, again=WORD, by=people[who], at=NOW)
    for n in range(9):
        actor = person("expert", username=f"expert{n}")
        kind = "technical" if n < 6 else "finance" if n < 8 else "legal"
        review.enrol(user_id=actor.user_id, kinds=[kind], example=True, by=SYSTEM, at=NOW)
    return made


@pytest.fixture
def in_force(chain):
    """Put other rules in force for the chain."""

    def make(pack: str, **overrides: Any):
        head = SYSTEM
        return rulesets.put_in_force(
            pack=pack, starts_on=TODAY, overrides=overrides, document="示例", chain="mab", by=head, at=NOW
        )

    return make
