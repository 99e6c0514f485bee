"""What the demo shows: sample chains, one account per role, and a little example work so that pages are not empty.

Everything invented says so: example organisations carry the mark 示例, example texts end in （示例）. What the example
organisations make is private to them, so it enters no diagnosis of the sample chains.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from lianban import read_chain, samples
from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.models import Chain, Product
from lianban.apps.cases import services as cases
from lianban.apps.cases.models import Instruction
from lianban.apps.demands import services as demands
from lianban.apps.diagnosis import queries as diagnosis_queries
from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.diagnosis.models import Run, WeakPoint
from lianban.apps.measures import services as measures
from lianban.apps.parties import queries, services
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import ROLES, Actor
from lianban.cli import output
from lianban.cli.demo import challenges, consortium
from lianban.cli.output import t
from lianban.kit.text import Text


@dataclass(frozen=True, slots=True)
class Account:
    """One demo account."""

    username: str
    role: str
    shown: Text
    organisation: str = ""

    @property
    def role_name(self) -> Text:
        return ROLES[self.role]


FIRM, BUYER, LAB = "example-filter", "example-biopharma", "example-lab"
ORGANISATIONS = [
    {"code": FIRM, "name": "示例滤材有限公司", "name_en": "Example Filters Ltd", "kind": "firm"},
    {"code": BUYER, "name": "示例生物制药有限公司", "name_en": "Example Biopharma Ltd", "kind": "firm"},
    {"code": LAB, "name": "示例材料实验室", "name_en": "Example Materials Laboratory", "kind": "laboratory"},
    {"code": "example-university", "name": "示例大学", "name_en": "Example University", "kind": "university"},
    {"code": "example-testing", "name": "示例检测认证院", "name_en": "Example Testing Institute", "kind": "service"},
]
ACCOUNTS = (
    Account("officer", "officer", Text("链办经办，处理全部产业链", "officer, every chain")),
    Account("head", "office_head", Text("链办负责人，复核与纪要", "head of office, reviews, minutes")),
    Account("chief", "chief", Text("链长，看专报、批示", "chief, reads the page, instructs")),
    Account("department", "lead_department", Text("牵头部门，报进展", "lead department, reports progress")),
    Account("science", "science_bureau", Text("科技部门", "science bureau")),
    Account("expert", "expert", Text("专家，论证", "expert, argues")),
    Account("analyst", "analyst", Text("分析员，推演", "analyst, what-if")),
    Account("supervisor", "supervisor", Text("监督，看日志", "supervisor, reads the journal")),
    Account("enterprise", "enterprise", Text("示例滤材有限公司", "Example Filters Ltd"), FIRM),
    Account("buyer", "enterprise", Text("示例生物制药有限公司", "Example Biopharma Ltd"), BUYER),
    Account("laboratory", "laboratory", Text("示例材料实验室", "Example Materials Laboratory"), LAB),
    Account("university", "laboratory", Text("示例大学", "Example University"), "example-university"),
    Account("innovent", "enterprise", Text("信达生物（示例账号）", "Innovent (example account)"), "innovent"),
    Account("nanomicro", "enterprise", Text("纳微科技（示例账号）", "NanoMicro (example account)"), "nanomicro"),
    Account("gusu", "laboratory", Text("姑苏实验室（示例账号）", "Gusu Laboratory (example account)"), "gusu-lab"),
    Account(
        "hospital",
        "laboratory",
        Text("苏大附一院（示例账号）", "Soochow hospital (example account)"),
        "soochow-hospital",
    ),
    Account("legal", "legal_unit", Text("合法性审核", "legal unit")),
    Account("notary", "notary", Text("公证", "notary")),
    Account("visitor", "visitor", Text("访客（不登录也可看）", "visitor (no account needed)")),
    Account("admin", "administrator", Text("系统管理员，不看业务数据", "administrator, no business data")),
)
HELD = timedelta(days=400)  # roles are older than the example work, which began in the past
FEWER_DRAWS = {"n": 100, "verify": 1}  # two seconds; the site draws 200 and verifies three facts
N_COSTS = 12
EXAMPLE_FEN = (80_000_000, 120_000_000, 260_000_000, 35_000_000, 60_000_000)
EXAMPLE_BUDGET_FEN = 500_000_000
CHAIN = "antibody"  # the chain the example work is about
MAKES = {FIRM: {"sterile-filter": "small_batch", "depth-filter": "pilot"}, LAB: {"filter-membrane": "lab", "virus-filter": "pilot"}}  # fmt: skip


def prepare(password: str) -> list[tuple[Chain, Run]]:
    """Bring the database up to date and the scene into it; done again, it keeps what is there."""
    output.say(t("准备数据库", "Preparing the database"))
    call_command("migrate", interactive=False, verbosity=0)
    now = timezone.now()
    chains = [_load(name, now) for name in samples.names()]
    _accounts(password, now)  # after the samples: some act for organisations of theirs
    with transaction.atomic():  # all of them or, begun again, all of them
        _example_demands(now)
    _before_the_consortium(now)
    for chain in chains:
        _diagnosed(chain, now)
    _example_roads(now)  # before the work: it changes what is worst
    _example_work(now)
    _example_measures(now)
    return [(chain, Run.objects.filter(chain=chain, scope="nation").latest("number")) for chain in chains]


def _before_the_consortium(now: datetime) -> None:
    """The first diagnosis sees the chain as it was before the consortium's work."""
    chain = Chain.objects.filter(code=CHAIN).first()
    if chain is not None and not Run.objects.filter(chain=chain).exists():
        consortium.before_the_work(chain, now)


def _example_roads(now: datetime) -> None:
    """From weak point to result by both roads: the consortium of the press, and challenges in three states."""
    chain = Chain.objects.filter(code=CHAIN).first()
    if chain is None:
        return
    output.say(t("示例：创新联合体与揭榜挂帅", "Example: a consortium and open challenges"))
    consortium.walk(chain, now)
    challenges.walk(chain, now)


def _accounts(password: str, now: datetime) -> None:
    if get_user_model().objects.filter(username__in=[a.username for a in ACCOUNTS]).count() == len(ACCOUNTS):
        return
    columns = {"credit_code": "", "place": "320500", "example": True, "website": ""}
    services.register([{**columns, **row} for row in ORGANISATIONS])
    people = get_user_model().objects
    known = set(people.values_list("username", flat=True))
    hashed = make_password(password)  # once: it is meant to be slow, and here it is the same for all
    for account in ACCOUNTS:
        if account.username in known:
            continue
        people.create(username=account.username, first_name=account.role_name.zh, password=hashed)
        services.open_account(
            username=account.username, password=password, shown_name=account.role_name.zh, role=account.role,
            organisation=queries.organisation(account.organisation) if account.organisation else None,
            starts_on=timezone.localdate(now) - HELD, by=services.SYSTEM, at=now,
        )  # fmt: skip


def actor(username: str) -> Actor:
    """A demo account as the one who acts."""
    return queries.actor_of(get_user_model().objects.get(username=username), today=timezone.localdate())


def _load(name: str, now: datetime) -> Chain:
    """Load a sample where it is not there yet; what was changed on the site since then is kept."""
    package = read_chain(samples.path(name))
    chain = Chain.objects.filter(code=package.info["code"]).first()
    if chain is not None:
        return chain
    output.say(t(f"载入示例：{package.info['name']}", f"Loading a sample: {package.info['name_en']}"))
    return atlas.load_package(chain=package, by=services.SYSTEM, at=now)


def _diagnosed(chain: Chain, now: datetime) -> Run:
    chain.refresh_from_db()
    run = Run.objects.filter(chain=chain, scope="nation").order_by("-number").first()
    if run is not None:
        return run
    name = (chain.name_en or chain.name) if output.language() == "en" else chain.name
    output.say(t(f"诊断：{name}", f"Diagnosing: {name}"))
    run = diagnosis.diagnose_now(chain=chain, by=services.SYSTEM, at=now)
    if "-" in chain.place:  # a chain of a park is looked at from the park, too
        diagnosis.diagnose_now(chain=chain, by=services.SYSTEM, at=now, scope="park")
    return run


def _example_demands(now: datetime) -> None:
    """What the example organisations make and need; before the diagnosis, which hears listed demands."""
    from lianban.apps.demands.models import RaisedDemand

    chain = Chain.objects.filter(code=CHAIN).first()
    if chain is None or RaisedDemand.objects.filter(chain=chain).exists():
        return
    for code, made in MAKES.items():
        organisation = Organisation.objects.get(code=code)
        source = {"code": f"site-{code}", "title": "演示用的虚构信息（示例）", "publisher": organisation.name, "kind": "own",
                  "confidentiality": "private"}  # fmt: skip
        for product, stage in made.items():
            atlas.enter_production(
                chain=chain, code=f"{product}@{code}", organisation=organisation, source=source, by=services.SYSTEM,
                at=now, product=Product.objects.get(chain=chain, code=product), stage=stage, origin="", confidence="low",
                observed_on=timezone.localdate(now), confidentiality="private", note="虚构示例",
            )  # fmt: skip
    officer = actor("officer")
    listed = demands.raise_demand(
        chain=chain, organisation=Organisation.objects.get(code=BUYER), by=actor("buyer"), at=now,
        product="virus-filter", title="除病毒过滤器需要第二供应来源（示例）", grade="20 nm，1 m²",
        required_indicators="细小病毒去除对数值 ≥ 4；通量 ≥ 40 L/m²/h", present_origin="JP", yearly_quantity=600,
        quantity_unit="支", unit_price_fen=2_600_000, latest_on=timezone.localdate(now) + timedelta(days=300),
        scenario="可在中试线做三批对比试验", purchase_intention="验证通过后首年采购 100 支", confidentiality="chain",
    )  # fmt: skip
    demands.verify(pk=listed.pk, basis="电话核实采购记录（示例）", product="virus-filter", by=officer, at=now)
    demands.put_on_list(pk=listed.pk, by=officer, at=now)
    demands.raise_demand(
        chain=chain, organisation=Organisation.objects.get(code=BUYER), by=actor("buyer"), at=now, product="bag",
        title="50 L 储液袋交货期过长（示例）", required_indicators="交货期 ≤ 4 周", yearly_quantity=2000, quantity_unit="只",
        unit_price_fen=None, present_origin="", latest_on=None, confidentiality="chain",
    )  # fmt: skip


@transaction.atomic
def _example_work(now: datetime) -> None:
    """One weak point assigned, one verified, an answer 我能做, an instruction with its reply. The worst is left alone."""
    chain = Chain.objects.filter(code=CHAIN).first()
    if chain is None or Instruction.objects.filter(chain=chain).exists():
        return
    run = Run.objects.filter(chain=chain, scope="nation").order_by("-number").first()
    ranked = [point["code"] for point in run.result["weak_points"]] if run else []
    officer, head, chief = actor("officer"), actor("head"), actor("chief")
    if len(ranked) > 2:
        assigned, verified = (WeakPoint.objects.get(chain=chain, product_code=code) for code in ranked[1:3])
        _assign(assigned.pk, officer, now)
        diagnosis.verify(weak_point_id=verified.pk, note="走访两家用户核实（示例）", by=officer, at=now)
    demand = _listed_demand(chain)
    if demand is not None:
        demands.answer(
            chain=chain, organisation=Organisation.objects.get(code=LAB), demand=demand.pk, by=actor("laboratory"),
            sentence="可提供中试规格样品做对比试验（示例）", evidence="中试线运行记录（示例）", confidentiality="chain", at=now,
        )  # fmt: skip
    given = cases.instruct(
        chain=chain, text="请链办会同科技部门，一个月内提出首个薄弱环节的攻关方案。（示例）", by=chief, at=now,
        due_on=timezone.localdate(now) + timedelta(days=30),
    )  # fmt: skip
    cases.reply(pk=given.pk, text="已约三家单位会商，方案初稿两周内报送。（示例）", by=officer, at=now)
    cases.record_minutes(
        chain=chain, held_on=timezone.localdate(now), title="薄弱环节会商会（示例）", by=head, at=now,
        text="一、核实五个环节的用量。\n二、除病毒过滤器列为优先。",
    )  # fmt: skip


def _example_measures(now: datetime) -> None:
    """What is computed beyond the diagnosis, and costs that plainly are examples, with the portfolio they give."""
    chain = Chain.objects.filter(code=CHAIN).first()
    if chain is None or diagnosis_queries.studies(chain, actor("officer")).exists():
        return
    output.say(t("测算区间、系统性风险和措施", "Computing intervals, systemic risk and actions"))
    officer = actor("officer")
    for kind, asked in (("risk", {}), ("intervals", FEWER_DRAWS)):
        diagnosis.study_now(chain=chain, kind=kind, by=services.SYSTEM, at=now, parameters=asked)
    found = measures.study_now(chain=chain, kind="actions", by=services.SYSTEM, at=now)
    for place, action in enumerate(found.result["actions"][:N_COSTS]):
        measures.enter_cost(
            chain=chain, action=action["code"], amount_fen=EXAMPLE_FEN[place % len(EXAMPLE_FEN)], by=officer, at=now,
            source="示例数字，不是报价（示例）", observed_on=timezone.localdate(now), confidentiality="office",
        )  # fmt: skip
    parameters = measures.portfolio_parameters(chain, EXAMPLE_BUDGET_FEN, "expected", None, "office", officer)
    measures.study_now(chain=chain, kind="portfolio", by=officer, at=now, parameters=parameters)


def _listed_demand(chain: Chain) -> Any:
    from lianban.apps.demands.models import RaisedDemand

    return RaisedDemand.objects.filter(chain=chain, state="listed").first()


def _assign(pk: int, officer: Actor, now: datetime) -> None:
    """Take one weak point the whole way to an owner."""
    for deed, note in (
        (diagnosis.verify, "查阅采购与认证资料核实（示例）"),
        (diagnosis.review, "三位专家认为替代周期超过一年（示例）"),
        (diagnosis.consult, "科技、工信部门同意列入（示例）"),
        (diagnosis.enlist, "列入本年清单（示例）"),
    ):
        deed(weak_point_id=pk, note=note, by=officer, at=now)
    diagnosis.choose_route(weak_point_id=pk, route="second_source", note="先稳住第二来源（示例）", by=officer, at=now)
    user = get_user_model().objects.get(username="department")
    diagnosis.assign(
        weak_point_id=pk, lead_department="工业和信息化局（示例）", unit="医药产业处（示例）", person="牵头部门账号",
        user_id=user.pk, due_on=timezone.localdate(now) + timedelta(days=60), by=officer, at=now, note="（示例）",
    )  # fmt: skip
