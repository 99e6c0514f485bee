"""The demo's consortium: the antibody consortium the press told of, walked from its demand list to a raised level.

True are who leads (信达生物), that 纳微科技, 姑苏实验室 and 苏大附一院 belong, four topics in two kinds, and that chromatography
media came of it (samples/antibody/sources.csv, stdaily-2023). Everything else (shares, amounts, votes, measurements) is
made up and says 示例. The walk is a list of steps through the services, so tests can walk it too, and break it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from lianban.apps.agreements import services as agreements
from lianban.apps.agreements.models import Agreement
from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.models import Chain, Product
from lianban.apps.consortia import queries
from lianban.apps.consortia import services as consortia
from lianban.apps.consortia.models import Consortium, Contribution, Member, Motion, Topic
from lianban.apps.jobs import services as jobs
from lianban.apps.parties import queries as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.parties.services import SYSTEM
from lianban.apps.projects import services as projects
from lianban.apps.projects.models import LevelRise, Project

CHAIN, PRODUCT, MAKER, LEADER = "antibody", "protein-a", "nanomicro", "innovent"
MEMBERS = {
    "nanomicro": ("builder", ["层析介质"], False),
    "gusu-lab": ("builder", ["材料表征"], False),
    "soochow-hospital": ("builder", ["临床需求"], False),
    "example-filter": ("builder", ["过滤"], True),
    "example-lab": ("service", ["检测方法"], False),
}
ACTS = {
    LEADER: "innovent",
    MAKER: "nanomicro",
    "gusu-lab": "gusu",
    "soochow-hospital": "hospital",
    "example-filter": "enterprise",
    "example-lab": "laboratory",
}  # which demo account acts for which organisation
TESTER = "example-testing"
EXAMPLE = "（示例）"
TOPICS = (
    ("抗体生产用关键层析介质", "Key chromatography media for antibodies", "process", PRODUCT, MAKER, "动态载量", "≥", "60", "g/L"),
    ("层析基质微球的孔径控制", "Pore control of base beads", "applied_basic", "microsphere", "gusu-lab", "粒径变异系数", "≤", "3", "%"),
    ("除病毒过滤膜的成膜机理", "Membrane formation of virus filters", "applied_basic", "virus-filter", "example-lab", "对数去除值", "≥", "4", "LRV"),
    ("一次性袋膜的溶出控制", "Leachables of single-use bag film", "process", "bag-film", "example-filter", "溶出物", "≤", "5", "µg/mL"),
)  # fmt: skip
COMPARE = {"≥": ">=", "≤": "<="}
WAN = 1_000_000  # fen in ten thousand yuan


@dataclass
class Walk:
    """One walk: the clock, who acts, and what was made on the way."""

    chain: Chain
    at: datetime
    people: dict[str, Actor] = field(default_factory=dict)

    def by(self, name: str) -> dict[str, Any]:
        """Who does it and when: a demo account, or an organisation through its account."""
        username = ACTS.get(name, name)
        if username not in self.people:
            user = get_user_model().objects.get(username=username)
            self.people[username] = parties.actor_of(user, today=timezone.localdate())
        return {"by": self.people[username], "at": self.at}

    def later(self, days: int) -> date:
        self.at += timedelta(days=days)
        return timezone.localdate(self.at)

    @property
    def consortium(self) -> Consortium:
        return Consortium.objects.get(chain=self.chain)

    def member(self, code: str) -> Member:
        return self.consortium.members.get(organisation__code=code)

    def topic(self, number: int = 1) -> Topic:
        return self.consortium.topics.get(number=number)

    @property
    def project(self) -> Project:
        return Project.objects.get(subject=self.topic().reference)

    def organisation(self, code: str) -> Organisation:
        return Organisation.objects.get(code=code)


def before_the_work(chain: Chain, at: datetime) -> None:
    """Put the maker's product back to what it was before: the sample tells how it is since."""
    source = {"code": "site-before", "title": "联合体攻关前的状态（示例）", "publisher": "演示数据", "kind": "own"}
    told: dict[str, Any] = {
        "chain": chain, "organisation": Organisation.objects.get(code=MAKER), "source": source, "by": SYSTEM, "at": at,
        "product": Product.objects.get(chain=chain, code=PRODUCT), "confidence": "low", "confidentiality": "open",
        "observed_on": date(2021, 12, 31),
    }  # fmt: skip
    atlas.enter_production(code=f"{PRODUCT}@{MAKER}", stage="pilot", origin="", note="演示：攻关前（示例）", **told)
    atlas.enter_assessment(
        code=f"{PRODUCT}-level-before", item="level", value="L1", voice="office", assessor="演示（示例）",
        basis="演示：攻关前只有中试（示例）", **told,
    )  # fmt: skip


def propose(walk: Walk) -> None:
    consortia.propose(
        chain=walk.chain, lead=walk.organisation(LEADER), name="单克隆抗体研发和产业化创新联合体",
        name_en="Antibody innovation consortium", purpose=f"补齐抗体生产用关键材料{EXAMPLE}", model="market_driven",
        form="agreement", example=True, lead_capabilities=["工艺放大", "应用验证"], **walk.by(LEADER),
    )  # fmt: skip
    for code, (role, able, small) in MEMBERS.items():
        consortia.invite(
            consortium_id=walk.consortium.pk, organisation=walk.organisation(code), role=role, capabilities=able,
            small=small, duty=f"{able[0]}{EXAMPLE}", **walk.by(LEADER),
        )  # fmt: skip
        walk.later(1)
        consortia.answer_invitation(member_id=walk.member(code).pk, accept=True, **walk.by(code))


def settle_terms(walk: Walk) -> None:
    consortia.describe_lead(
        consortium_id=walk.consortium.pk, revenue_fen=10**11, rd_share=Decimal("0.2"), rd_fen=None,
        source=f"演示数字，不是该公司的年报{EXAMPLE}", chief_post=f"首席科学家{EXAMPLE}",
        chief_organisation=walk.organisation(LEADER), **walk.by(LEADER),
    )  # fmt: skip
    members = list(walk.consortium.members.order_by("pk"))
    shares = {member.pk: Decimal("0.12") for member in members}
    shares[members[0].pk] = 1 - Decimal("0.12") * (len(members) - 1)
    consortia.agree_shares(consortium_id=walk.consortium.pk, shares=shares, **walk.by(LEADER))


def pledge(walk: Walk) -> None:
    due = timezone.localdate(walk.at) + timedelta(days=60)
    for code, kind, amount in (
        (LEADER, "cash", 300 * WAN),
        (MAKER, "cash", 100 * WAN),
        ("gusu-lab", "equipment", 80 * WAN),
    ):
        consortia.pledge(member_id=walk.member(code).pk, kind=kind, what=f"首期投入{EXAMPLE}", amount_fen=amount,
                         due_on=due, **walk.by(code))  # fmt: skip


def distil_topics(walk: Walk) -> None:
    """自主凝练课题: the leader's demands become four topics."""
    walk.later(3)
    end = timezone.localdate(walk.at) + timedelta(days=540)
    for title, english, kind, product, lead, name, compare, threshold, unit in TOPICS:
        indicator = {"name": name, "comparison": COMPARE[compare], "threshold": threshold, "unit": unit,
                     "test_method": f"方法待定{EXAMPLE}", "test_body": "示例检测认证院"}  # fmt: skip
        topic = consortia.propose_topic(
            consortium_id=walk.consortium.pk, title=title, title_en=english, kind=kind, product=product,
            demand=f"大多依赖进口，交期长{EXAMPLE}", standard=f"{name} {compare} {threshold} {unit}{EXAMPLE}",
            scenario=f"牵头企业中试线三批对比{EXAMPLE}", first_user=walk.member(LEADER), lead=walk.member(lead),
            indicators=[indicator], deadline=end, budget_fen=100 * WAN if product == PRODUCT else 0, **walk.by(LEADER),
        )  # fmt: skip
        due = timezone.localdate(walk.at) + timedelta(days=120)
        pay = 50 * WAN if product == PRODUCT else 0
        consortia.add_task(
            topic_id=topic.pk, title=f"小试样品{EXAMPLE}", member=walk.member(lead), due_on=due, payment_fen=pay,
            deliverable="样品三批", needs=MEMBERS[lead][1], worth_fen=60 * WAN, **walk.by(LEADER),
        )  # fmt: skip
        consortia.add_task(
            topic_id=topic.pk, title=f"放大与验证{EXAMPLE}", member=walk.member(lead), due_on=due + timedelta(days=180),
            payment_fen=pay, deliverable="验证报告", needs=["应用验证"], worth_fen=40 * WAN, **walk.by(LEADER),
        )  # fmt: skip


def clauses(walk: Walk) -> dict[str, tuple[str, dict[str, Any]]]:
    """What the parties settled: clause, option, answers."""
    keys = {code: walk.organisation(code).pk for code in (LEADER, *MEMBERS)}
    lead, maker, lab = keys[LEADER], keys[MAKER], keys["gusu-lab"]
    today = timezone.localdate(walk.at)
    shares = {key: "40" if key == lead else "12" for key in keys.values()}
    duties = {
        key: f"{MEMBERS[code][1][0]}{EXAMPLE}" if code in MEMBERS else f"提需求、定标准、供场景{EXAMPLE}"
        for code, key in keys.items()
    }
    return {
        "purpose": ("set", {"goal": f"抗体生产用关键材料国产化{EXAMPLE}", "from_on": today, "until_on": today + timedelta(days=1095)}),
        "tasks": ("each", {"parts": duties, "way": "council"}),
        "contributions": ("stated", {"cash": {lead: 300 * WAN, maker: 100 * WAN}, "in_kind": {lab: 80 * WAN}, "valuation": "cost"}),
        "governance": ("council", {"lead": lead, "quorum": "50", "pass": "66.7"}),
        "ownership": ("joint_by_share", {"shares": shares}),
        "benefit": ("agreed_shares", {"shares": shares}),
        "priority_purchase": ("commit", {"buyer": lead, "product": "层析介质", "quantity": 200, "unit": "L", "price_rule": "market",
                                         "months": 12, "quality_gate": f"每批动态载量 ≥ 60 g/L{EXAMPLE}"}),
        "first_use": ("at_user", {"user": lead, "scenario": f"牵头企业中试线{EXAMPLE}", "months": 6}),
        "risk": ("by_stage", {"stages": {"research": {lead: 30, maker: 70}, "prototype": {lead: 50, maker: 50}, "trial": {lead: 100}}, "days": 10}),
        "dispute": ("arbitration", {"days": 30, "body": "示例仲裁委员会"}),
    }  # fmt: skip


def sign_agreement(walk: Walk) -> None:
    consortia.draft_agreement(consortium_id=walk.consortium.pk, **walk.by(LEADER))
    drafted = Agreement.objects.get(subject=walk.consortium.reference)
    agreements.list_background(
        agreement_id=drafted.pk, organisation_id=walk.organisation(MAKER).pk, kind="patent",
        title=f"微球制备方法{EXAMPLE}", number="示例", scope="仅限本联合体课题", **walk.by(LEADER),
    )  # fmt: skip
    for clause, (option, values) in clauses(walk).items():
        agreements.choose(agreement_id=drafted.pk, clause=clause, option=option, values=values, **walk.by(LEADER))
    agreements.propose(agreement_id=drafted.pk, **walk.by(LEADER))  # what is left: the usual options
    agreements.issue_version(agreement_id=drafted.pk, **walk.by(LEADER))
    walk.later(5)
    for code in (LEADER, *MEMBERS):
        agreements.sign(agreement_id=drafted.pk, organisation=walk.organisation(code).pk, **walk.by(code))
    consortia.complete_signatures(consortium_id=walk.consortium.pk, **walk.by(LEADER))


def file(walk: Walk) -> None:
    walk.later(7)
    filing = consortia.submit(consortium_id=walk.consortium.pk, **walk.by(LEADER))
    consortia.answer_filing(filing_id=filing.pk, accept=True, number="示例备字〔2026〕1 号", **walk.by("science"))


def pass_roadmap(walk: Walk) -> None:
    year = walk.at.year + 1
    items = [
        {
            "goal": f"关键层析介质国产化{EXAMPLE}",
            "measure": "牵头企业用上",
            "by": f"{year}-06-30",
            "budget_fen": 100 * WAN,
        }
    ]
    roadmap = consortia.draw_roadmap(consortium_id=walk.consortium.pk, items=items, **walk.by(LEADER))
    topics = [{"kind": "topic", "topic": topic} for topic in walk.consortium.topics.all()]
    vote(walk, f"第一次理事会{EXAMPLE}", [{"kind": "roadmap", "roadmap": roadmap}, *topics])
    consortia.begin(consortium_id=walk.consortium.pk, **walk.by(LEADER))


def vote(walk: Walk, title: str, motions: list[dict[str, Any]]) -> None:
    """A meeting where every member is there and everybody who may vote does."""
    meeting = consortia.call_meeting(
        consortium_id=walk.consortium.pk, title=title, held_on=timezone.localdate(walk.at),
        votes_until=walk.at + timedelta(days=2), **walk.by(LEADER),
    )  # fmt: skip
    for about in motions:
        motion: Motion = consortia.put_motion(
            meeting_id=meeting.pk, title=f"{about['kind']}{EXAMPLE}", **about, **walk.by(LEADER)
        )
        for member in walk.consortium.members.filter(pk__in=queries.eligible(motion)):
            consortia.vote(motion_id=motion.pk, choice="for", **walk.by(member.organisation.code))
        consortia.decide(motion_id=motion.pk, **walk.by(LEADER))
    consortia.close_meeting(meeting_id=meeting.pk, minutes=f"全体到会，一致通过{EXAMPLE}", **walk.by(LEADER))


def contribute(walk: Walk) -> None:
    for given in Contribution.objects.filter(member__consortium=walk.consortium).order_by("pk"):
        code = given.member.organisation.code
        consortia.report_contribution(
            contribution_id=given.pk,
            evidence=f"银行回单或移交单{EXAMPLE}",
            valuation=f"评估报告{EXAMPLE}",
            **walk.by(code),
        )
        consortia.confirm_contribution(contribution_id=given.pk, **walk.by("officer" if code == LEADER else LEADER))


def start_topics(walk: Walk) -> None:
    walk.later(2)
    for topic in walk.consortium.topics.order_by("number")[:2]:
        consortia.start_project(topic_id=topic.pk, **walk.by(LEADER))


def pass_stages(walk: Walk) -> None:
    """Each milestone with a deliverable: reported, checked, decided, paid."""
    for stage in walk.project.milestones.filter(point="stage").order_by("number"):
        walk.later(40)
        projects.report_stage(milestone_id=stage.pk, report=f"样品已交付{EXAMPLE}", **walk.by(MAKER))
        projects.check_stage(milestone_id=stage.pk, note=f"资料齐全{EXAMPLE}", **walk.by("officer"))
        projects.decide_stage(
            milestone_id=stage.pk,
            passed=True,
            reason=f"达到阶段目标{EXAMPLE}",
            evidence=f"会议纪要{EXAMPLE}",
            **walk.by(LEADER),
        )
        projects.pay(milestone_id=stage.pk, evidence=f"付款凭证{EXAMPLE}", **walk.by("officer"))


def accept(walk: Walk) -> None:
    walk.later(10)
    project = walk.project
    for target in project.targets.all():
        projects.enter_report(
            target_id=target.pk, body=walk.organisation(TESTER), number="示例检字 001", value=Decimal("65"),
            issued_on=timezone.localdate(walk.at), **walk.by(MAKER),
        )  # fmt: skip
    projects.ask_acceptance(project_id=project.pk, summary=f"指标全部达到{EXAMPLE}", **walk.by(MAKER))
    projects.open_acceptance(project_id=project.pk, **walk.by("head"))
    for target in project.targets.all():
        projects.judge(target_id=target.pk, accepted=True, reason=f"检测报告达标{EXAMPLE}", **walk.by("head"))
    projects.conclude(
        project_id=project.pk,
        outcome="met",
        reason=f"全部指标达到{EXAMPLE}",
        evidence=f"验收意见{EXAMPLE}",
        **walk.by("head"),
    )
    projects.consent(project_id=project.pk, **walk.by(MAKER))
    consortia.finish_topic(topic_id=walk.topic().pk, **walk.by(LEADER))


def use_first(walk: Walk) -> None:
    """首用 at the leader, priority purchase, and a second user."""
    project, day = walk.project, walk.later(15)
    projects.record_first_use(
        project_id=project.pk, organisation=walk.organisation(LEADER), used_on=day, quantity=Decimal(20), unit="L",
        evidence=f"领用单{EXAMPLE}", **walk.by(MAKER),
    )  # fmt: skip
    projects.confirm_use(project_id=project.pk, organisation=walk.organisation(LEADER), **walk.by(LEADER))
    bought = projects.promise_purchase(
        project_id=project.pk, buyer=walk.organisation(LEADER), quantity=Decimal(200), unit="L", price_rule=f"不高于进口价 80%{EXAMPLE}",
        starts_on=day, ends_on=day + timedelta(days=365), quality_gate=f"每批动态载量 ≥ 60 g/L{EXAMPLE}",
        agreement_ref=walk.consortium.agreement_ref, **walk.by(LEADER),
    )  # fmt: skip
    projects.record_order(
        purchase_id=bought.pk, ordered_on=day, quantity=Decimal(50), unit_price_fen=4 * WAN, passed_gate=True,
        evidence=f"订单与检验单{EXAMPLE}", **walk.by(LEADER),
    )  # fmt: skip


def split_benefit(walk: Walk) -> None:
    walk.later(30)
    consortia.record_income(
        consortium_id=walk.consortium.pk, amount_fen=30 * WAN + 1, payer=f"被许可方{EXAMPLE}", evidence=f"许可合同{EXAMPLE}",
        received_on=timezone.localdate(walk.at), topic=walk.topic(), **walk.by(LEADER),
    )  # fmt: skip
    split = consortia.compute_split(
        consortium_id=walk.consortium.pk,
        amount_fen=30 * WAN + 1,
        what=f"层析介质首年许可费{EXAMPLE}",
        **walk.by(LEADER),
    )
    vote(walk, f"第二次理事会{EXAMPLE}", [{"kind": "split", "split": split, "method": "agreed"}])
    consortia.pay_split(split_id=split.pk, **walk.by(LEADER))


def raise_level(walk: Walk) -> None:
    """The accepted result enters the map; the diagnosis says what it was worth."""
    projects.propose_rise(
        project_id=walk.project.pk,
        stage="stable_volume",
        level="L3",
        reason=f"验收通过，已在牵头企业稳定使用{EXAMPLE}",
        **walk.by("head"),
    )
    projects.confirm_rise(rise_id=LevelRise.objects.get(project=walk.project).pk, **walk.by("officer"))
    jobs.work_off()


STEPS: tuple[Callable[[Walk], None], ...] = (
    propose, settle_terms, pledge, distil_topics, sign_agreement, file, pass_roadmap, contribute, start_topics,
    pass_stages, accept, use_first, split_benefit, raise_level,
)  # fmt: skip
DAYS = 240  # how long ago the walk begins, so that it ends about today


def walk(chain: Chain, now: datetime) -> Walk:
    """Walk the whole road, unless it was walked before."""
    found = Walk(chain, now - timedelta(days=DAYS))
    if not Consortium.objects.filter(chain=chain).exists():
        with transaction.atomic():  # a demo that was broken off begins anew
            go(found)
    return found


def go(found: Walk) -> Walk:
    """Deed by deed, each in a transaction of its own as on the site."""
    for step in STEPS:
        step(found)
    return found
