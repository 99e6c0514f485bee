"""The small chain with a project on its film: a firm works, a buyer posted the problem, a third party tests."""

from datetime import date

import pytest

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.tests.conftest import (  # noqa: F401
    NOW,
    TODAY,
    cast,
    diagnosed,
    each_diagnosis_once,
    load,
    sign_in,
)
from lianban.apps.ledger import services as ledger
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM
from lianban.apps.projects import services
from lianban.apps.rulesets import queries as rulesets
from lianban.kit.text import Text

YEAR_END = date(2027, 12, 31)
INDICATORS = [
    {
        "name": "析出物",
        "unit": "ppm",
        "comparison": "<=",
        "threshold": "1",
        "test_method": "GB/T 示例",
        "test_body": "检测所",
    },
    {"name": "药企验证", "comparison": "yes", "test_method": "三批次验证"},
]
MILESTONES = [
    (Text("样品", "sample"), date(2027, 3, 31), "样品 10 kg", 30_000_000),
    (Text("中试", "pilot"), date(2027, 9, 30), "中试报告", 20_000_000),
]


@pytest.fixture
def chain(load):  # noqa: F811
    return load()


@pytest.fixture
def maker(chain):
    return Organisation.objects.get(code="firm-a")


@pytest.fixture
def buyer(chain):
    return Organisation.objects.get(code="firm-b")


@pytest.fixture
def tester(db):
    return Organisation.objects.create(code="tester", name="示例检测所", kind="service", example=True)


@pytest.fixture
def pot(chain, maker):
    """A pot with a million yuan and the maker's account."""
    told = {"by": SYSTEM, "at": NOW}
    ledger.open_account(code="outside", name=Text("财政", "treasury"), kind="source", may_be_negative=True, **told)
    ledger.open_account(code="pot", name=Text("资金池", "pot"), kind="pot", chain="bags", **told)
    ledger.open_account(code="pay-maker", name=Text("承担单位", "maker"), kind="payee", organisation=maker, **told)
    ledger.post(key="in", kind="public_money", movements=[("outside", "pot", 100_000_000)], subject="x", **told)
    return "pot"


@pytest.fixture
def frozen(chain):
    return rulesets.freeze("bags", TODAY, "challenge", "project")


@pytest.fixture
def begin(chain, maker, buyer, frozen, pot):
    """Start the project; anything may be given otherwise."""

    def started(**changes):
        given = {
            "subject": "challenges.challenge:1", "chain": chain, "product": "film", "title": "高阻隔膜材攻关", "lead": maker,
            "kind": "tackling", "indicators": INDICATORS, "milestones": MILESTONES, "frozen": frozen, "account": pot,
            "payee": "pay-maker", "commissioner": buyer, "first_payment_fen": 40_000_000, "acceptance_payment_fen": 10_000_000,
            "ends_on": YEAR_END, "agreement_ref": "agreements.agreement:1", "by": SYSTEM, "at": NOW, **changes,
        }  # fmt: skip
        return services.start(**given)

    return started


@pytest.fixture
def project(begin):
    return begin()


@pytest.fixture
def people(cast, maker, buyer, chain):  # noqa: F811
    """The maker, the buyer, a stranger, and the offices."""
    stranger = Organisation.objects.create(code="stranger", name="旁观企业", example=True)
    return {
        "maker": cast("enterprise", name="maker", organisation=maker),
        "buyer": cast("enterprise", name="buyer", organisation=buyer),
        "stranger": cast("enterprise", name="stranger", organisation=stranger),
        "officer": cast("officer"),
        "head": cast("office_head"),
        "bureau": cast("science_bureau"),
    }


@pytest.fixture
def bags(chain):
    return Chain.objects.get(code="bags")


@pytest.fixture
def passed(people):
    """Take one milestone of a project to its decision."""

    def walk(project, number, **decision):
        row = project.milestones.get(number=number)
        services.report_stage(milestone_id=row.pk, report="已交付", by=people["maker"], at=NOW)
        services.check_stage(milestone_id=row.pk, note="属实", by=people["officer"], at=NOW)
        told = {"passed": True, "reason": "达到", "evidence": "纪要 1", **decision}
        services.decide_stage(milestone_id=row.pk, by=people["bureau"], at=NOW, **told)
        return row

    return walk


@pytest.fixture
def tested(people, tester):
    """Enter reports for every target: the given value, and yes or no."""

    def enter(project, value="0.8", holds=True):
        for target in project.targets.all():
            shown = {"fulfilled": holds} if target.comparison == "yes" else {"value": value}
            services.enter_report(target_id=target.pk, body=tester, number="R-1", issued_on=TODAY, by=people["maker"],
                                  at=NOW, **shown)  # fmt: skip

    return enter


@pytest.fixture
def accepted(people, passed, tested):
    """Take a project to the outcome that its reports deserve, and into effect by the lead's consent."""

    def walk(project, *verdicts, outcome="met", effect=True):
        for number in (2, 3):
            passed(project, number)
        tested(project)
        services.ask_acceptance(project_id=project.pk, summary="全部完成", by=people["maker"], at=NOW)
        services.open_acceptance(project_id=project.pk, by=people["bureau"], at=NOW)
        for target, verdict in zip(project.targets.all(), verdicts or (True, True), strict=True):
            services.judge(target_id=target.pk, accepted=verdict, reason="依据", by=people["bureau"], at=NOW)
        services.conclude(project_id=project.pk, outcome=outcome, reason="逐项判定", evidence="验收意见书 1", by=people["bureau"], at=NOW)  # fmt: skip
        if effect:
            services.consent(project_id=project.pk, by=people["maker"], at=NOW)
        project.refresh_from_db()
        return project

    return walk
