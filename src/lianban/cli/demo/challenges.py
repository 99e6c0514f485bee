"""The demo's three open challenges: one before the legal unit, one that takes sealed answers, one on public notice with a race.

All of it is made up and says 示例: texts, amounts, scores; experts are roles with numbers. Who could not answer in the past
is let: the opened challenge's box takes its time from the walk's clock, as a real one takes it from the database.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from lianban.apps.atlas.models import Chain
from lianban.apps.challenges import rules
from lianban.apps.challenges import services as challenges
from lianban.apps.challenges.models import Challenge
from lianban.apps.parties import queries as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.parties.services import SYSTEM, open_account
from lianban.apps.review import services as review
from lianban.apps.review.models import Expert, Hit, Panel, Seat
from lianban.apps.sealing import queries as sealing_queries
from lianban.apps.sealing import services as sealing

EXAMPLE = "（示例）"
WAN = 1_000_000
POSTER = "example-biopharma"
SOLVERS = {"example-filter": "enterprise", "example-lab": "laboratory", "example-university": "university"}
CUSTODIANS = ("head", "supervisor", "notary")
CUSTODY_WORD = "lianban-demo-custody"  # the passphrase of the demo's three custodians
N_EXPERTS = 9  # six technical, two financial, one legal
WRITTEN: dict[str, Any] = {
    "background": f"下游企业多依赖进口，交期长{EXAMPLE}", "problem": f"批间差异大，寿命短{EXAMPLE}", "present_level": "L1",
    "scenario": f"发榜企业中试线三批对比{EXAMPLE}", "contact": f"科技部门产业处{EXAMPLE}", "months": 24, "total_fen": 1200 * WAN,
    "public_fen": 300 * WAN, "poster_cash_fen": 900 * WAN, "payable_fen": 800 * WAN, "acceptance_fen": 300 * WAN,
    "ownership": "solver",
}  # fmt: skip
MILESTONES = [
    {"name": f"小试样品{EXAMPLE}", "months": 8, "deliverable": "样品三批", "payment_fen": 200 * WAN},
    {"name": f"中试批次{EXAMPLE}", "months": 16, "deliverable": "批次记录", "payment_fen": 300 * WAN},
]
PLAN: dict[str, Any] = {
    "plan": f"以自有工艺分三步达到指标{EXAMPLE}", "route": f"材料、成型、验证{EXAMPLE}", "milestones": "小试、中试、验证",
    "budget": f"设备与试剂{EXAMPLE}", "team": f"二十人{EXAMPLE}", "risk": f"自有专利，无纠纷{EXAMPLE}", "asked_fen": 800 * WAN,
    "months": 24, "race_consent": True,
}  # fmt: skip


@dataclass
class Walk:
    """The clock and who acts."""

    chain: Chain
    at: datetime
    people: dict[str, Actor] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)

    def person(self, name: str) -> Actor:
        username = {POSTER: "buyer", **SOLVERS}.get(name, name)
        if username not in self.people:
            user = get_user_model().objects.get(username=username)
            self.people[username] = parties.actor_of(user, today=timezone.localdate())
        return self.people[username]

    def by(self, name: str) -> dict[str, Any]:
        return {"by": self.person(name), "at": self.at}

    def act(self, verb: str, key: str, who: str, /, **told: Any) -> Any:
        return getattr(challenges, verb)(challenge_id=self.made[key], **self.by(who), **told)

    def fresh(self, key: str) -> Challenge:
        return Challenge.objects.get(pk=self.made[key])

    def organisation(self, code: str) -> Organisation:
        return Organisation.objects.get(code=code)


def cast(now: datetime) -> None:
    """Custody passphrases, the pool of experts, one of whom works for a solver."""
    for name in CUSTODIANS:
        user = get_user_model().objects.get(username=name)
        acting = parties.actor_of(user, today=timezone.localdate())
        sealing.register_passphrase(passphrase=CUSTODY_WORD, again=CUSTODY_WORD, by=acting, at=now)
    hashed = make_password("lianban-demo")
    for n in range(N_EXPERTS):
        name = f"expert{n}" if n else "expert"
        kind = "technical" if n < 6 else "finance" if n < 8 else "legal"
        user, made = get_user_model().objects.get_or_create(
            username=name, defaults={"first_name": f"专家 {n}", "password": hashed}
        )
        if made:
            open_account(username=name, password="", shown_name=f"专家 {n}", role="expert", by=SYSTEM, at=now,
                         starts_on=timezone.localdate(now) - timedelta(days=400))  # fmt: skip
        enrolled = review.enrol(user_id=user.pk, kinds=[kind], fields=["生物医药耗材"], example=True, by=SYSTEM, at=now)
        if n == 1:  # the random draw may seat this one: the conflict is then found, and the seat is filled anew
            solver = Organisation.objects.get(code="example-lab")
            review.engage(expert_id=enrolled.pk, organisation_id=solver.pk, kind="employer", evidence=f"任职证明{EXAMPLE}",
                          since=timezone.localdate(now) - timedelta(days=400), by=SYSTEM, at=now)  # fmt: skip


def draft(
    walk: Walk, key: str, product: str, title: str, english: str, indicator: dict[str, Any], *conditions: str
) -> None:
    poster = walk.organisation(POSTER).pk
    made = challenges.draft(
        chain=walk.chain, product=product, title=title, title_en=english, poster_id=poster, first_user_id=poster,
        indicators=[{"test_method": f"方法待定{EXAMPLE}", "test_body": "示例检测认证院", **indicator}], milestones=MILESTONES,
        conditions=list(conditions), example=True, **WRITTEN, **walk.by("officer"),
    )  # fmt: skip
    walk.made[key] = made.pk


def propose(walk: Walk, key: str) -> None:
    walk.act("submit", key, "officer")
    for verb, who in (("collect", "science"), ("recommend", "department"), ("argue", "science")):
        walk.act("pass_on", key, who, verb=verb, note=f"同意{EXAMPLE}")


def post(walk: Walk, key: str, until: datetime) -> None:
    walk.act("clear", key, "legal", opinion=f"未见限制竞争的条件{EXAMPLE}")
    walk.act("decide_posting", key, "science", minutes=f"纪要〔2026〕8 号{EXAMPLE}")
    holders = [walk.person(name).user_id for name in CUSTODIANS]
    walk.act("post", key, "science", answers_until=until, holders=holders, k=2)
    walk.act("invite", key, "science")


def answer(walk: Walk, key: str) -> None:
    for code in SOLVERS:
        content = {**PLAN, "title": f"{walk.fresh(key).title}方案{EXAMPLE}"}
        challenges.answer(challenge_id=walk.made[key], solver=walk.organisation(code), content=content, **walk.by(code))


def before_the_legal_unit(walk: Walk) -> None:
    """A proposal with two conditions that need a legal basis."""
    draft(walk, "legal", "bag-film", f"低溶出一次性袋膜{EXAMPLE}", "Low-leachable bag film (example)",
          {"name": "溶出物", "unit": "µg/mL", "comparison": "<=", "threshold": Decimal(5)},
          "揭榜单位须在本市注册", "近三年无严重失信记录", "本地配套率不低于 30%")  # fmt: skip
    propose(walk, "legal")


def taking_answers(walk: Walk) -> None:
    """A posted list item: three answers lie in its box, and nobody can tell."""
    draft(walk, "open", "virus-filter", f"除病毒过滤器第二来源{EXAMPLE}", "Second source of virus filters (example)",
          {"name": "细小病毒去除对数值", "unit": "LRV", "comparison": ">=", "threshold": Decimal(4)}, "近三年无严重失信记录")  # fmt: skip
    propose(walk, "open")
    post(walk, "open", walk.at + timedelta(days=45))
    asked = challenges.ask(
        challenge_id=walk.made["open"], text=f"可否用 1 m² 以下的样品做对比？{EXAMPLE}", **walk.by("enterprise")
    )
    challenges.reply(question_id=asked.pk, text=f"可以，0.1 m² 即可。{EXAMPLE}", **walk.by("officer"))
    answer(walk, "open")


def on_public_notice(walk: Walk) -> None:
    """Opened, checked, reviewed with a conflict caught, two teams chosen to race."""
    draft(walk, "race", "tff-membrane", f"切向流超滤膜包{EXAMPLE}", "TFF membrane cassettes (example)",
          {"name": "通量", "unit": "L/m²/h", "comparison": ">=", "threshold": Decimal(40)}, "近三年无严重失信记录")  # fmt: skip
    propose(walk, "race")
    post(walk, "race", walk.at + timedelta(days=30))
    answer(walk, "race")
    walk.at += timedelta(days=30, minutes=5)
    box = walk.fresh("race").box
    assert box is not None  # posting made it
    for name in CUSTODIANS[:2]:
        sealing.give_share(box_id=box, passphrase=CUSTODY_WORD, **walk.by(name))
    walk.act("open_answers", "race", "officer")
    for row in walk.fresh("race").answers.all():
        challenges.check_answer(
            answer_id=row.pk,
            passed=True,
            marks=dict.fromkeys(rules.answers.FORMAL, True),
            reason="",
            **walk.by("officer"),
        )
    walk.act("finish_check", "race", "officer")
    _review(walk)
    walk.act("opine", "race", POSTER, opinion=f"同意评审意见，建议两家并行{EXAMPLE}")
    _race(walk)


def _review(walk: Walk) -> None:
    walk.act("convene", "race", "science")
    panel = Panel.objects.get(subject=walk.fresh("race").reference)
    review.draw(panel_id=panel.pk, **walk.by("science"))
    for _ in range(N_EXPERTS):  # replace whoever must step back, until nobody has to
        hits = Hit.objects.filter(seat__panel=panel, seat__active=True, state="open")
        if not hits.exists():
            break
        for hit in {hit.seat_id: hit for hit in hits}.values():
            review.uphold(hit_id=hit.pk, reason=f"任职单位是申报方{EXAMPLE}", **walk.by("head"))
            review.replace(seat_id=hit.seat_id, reason=f"回避{EXAMPLE}", **walk.by("science"))
    seats = list(Seat.objects.filter(panel=panel, active=True).select_related("expert__user").order_by("number"))
    sitting = {seat.pk: parties.actor_of(seat.expert.user, today=timezone.localdate()) for seat in seats}
    for seat in seats:
        review.declare(seat_id=seat.pk, by=sitting[seat.pk], at=walk.at)
    review.name_chair(seat_id=seats[0].pk, **walk.by("science"))
    review.confirm(panel_id=panel.pk, **walk.by("science"))
    walk.act("seat", "race", "science")
    walk.act("lay_open", "race", "science")
    sheet = walk.fresh("race").frozen.value("challenge.sheet")
    for phase in ("blind", "defence"):
        for place, seat in enumerate(seats):
            for rank, item in enumerate(panel.items.order_by("key")):
                points = {
                    line["code"]: Decimal(line["points"]) - (rank + place % 2) * Decimal(line["points"] // 5)
                    for line in sheet if line["phase"] == phase
                }  # fmt: skip
                review.score(seat_id=seat.pk, code=item.code, points=points, by=sitting[seat.pk], at=walk.at)
        if phase == "blind":
            review.open_defence(panel_id=panel.pk, **walk.by("science"))
    review.freeze(panel_id=panel.pk, **walk.by("science"))
    review.give_reasons(
        seat_id=seats[0].pk, text=f"前两名路线不同，均有把握{EXAMPLE}", by=sitting[seats[0].pk], at=walk.at
    )
    walk.act("finish_review", "race", "science")


def _race(walk: Walk) -> None:
    ranked = list(walk.fresh("race").answers.order_by("rank"))
    lanes = [{"answer": row.pk, "public_fen": 150 * WAN, "payable_fen": 400 * WAN} for row in ranked[:2]]
    day = timezone.localdate(walk.at)
    gates = [
        {"stage": "design", "landmark": f"设计通过用户确认{EXAMPLE}", "due_on": day + timedelta(days=90), "compensation_cap_fen": 40 * WAN},
        {"stage": "prototype", "landmark": f"样品达到通量{EXAMPLE}", "due_on": day + timedelta(days=200)},
    ]  # fmt: skip
    walk.act(
        "race",
        "race",
        "science",
        lanes=lanes,
        gates=gates,
        minutes=f"纪要〔2026〕11 号{EXAMPLE}",
        reason=f"两家路线不同，并行验证{EXAMPLE}",
    )
    for row in ranked[2:]:
        challenges.give_feedback(
            answer_id=row.pk, text=f"指标依据不足，建议补充小试数据{EXAMPLE}", **walk.by("officer")
        )


STEPS: tuple[Callable[[Walk], None], ...] = (on_public_notice, before_the_legal_unit, taking_answers)
DAYS = 33  # how long ago the oldest was proposed: its notice still stands


def walk(chain: Chain, now: datetime) -> Walk:
    """Walk all three, unless they were walked before."""
    found = Walk(chain, now - timedelta(days=DAYS))
    if not Challenge.objects.filter(chain=chain).exists():
        with transaction.atomic():  # a demo that was broken off begins anew
            go(found, now)
    return found


def go(found: Walk, now: datetime) -> Walk:
    """Deed by deed, each in a transaction of its own as on the site."""
    with patch.object(sealing_queries, "clock", lambda box: found.at):
        if not Expert.objects.exists():
            cast(found.at)
        for step in STEPS:
            step(found)
            found.at = now - timedelta(days=2)
    return found
