"""Three parties of a consortium, its agreement as a draft, and answers that make it whole."""

from datetime import UTC, date, datetime

import pytest

from lianban.apps.agreements import services
from lianban.apps.diagnosis.tests.conftest import cast, sign_in  # noqa: F401
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM
from lianban.apps.rulesets import queries as rulesets

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
TOLD = {"by": SYSTEM, "at": NOW}
SUBJECT = "consortia.consortium:1"
WAN = 10_000 * 100


@pytest.fixture
def firms(db):
    rows = [("lead", "示例链主企业", "Example anchor firm", "firm"), ("maker", "示例材料企业", "Example maker", "firm"),
            ("lab", "示例大学", "Example university", "university")]  # fmt: skip
    return [
        Organisation.objects.create(code=code, name=name, name_en=en, kind=kind, example=True)
        for code, name, en, kind in rows
    ]


@pytest.fixture
def frozen(db):
    return rulesets.freeze("mab", TODAY, "consortium", "project", "agreement")


@pytest.fixture
def begin(firms, frozen):
    def start(kind="consortium", subject=SUBJECT, **more):
        named = [(firms[0].pk, "leader"), firms[1].pk, firms[2].pk]
        return services.start(subject=subject, kind=kind, parties=named, frozen=frozen, chain="mab", **{**TOLD, **more})

    return start


@pytest.fixture
def draft(begin):
    return begin()


def answers(lead, maker, lab):
    """A whole consortium agreement: clause → option and answers."""
    return {
        "purpose": ("set", {"goal": "国产层析介质用于抗体生产", "from_on": date(2026, 12, 1), "until_on": "2029-11-30"}),
        "form": ("agreement", {}),
        "tasks": ("each", {"parts": {lead: "提需求、首用", maker: "研制介质", lab: "机理研究"}, "way": "council"}),
        "contributions": ("stated", {"cash": {lead: 300 * WAN, maker: 200 * WAN}, "in_kind": {lab: 100 * WAN}, "valuation": "cost"}),
        "governance": ("council", {"lead": lead, "quorum": "50", "pass": "66.7"}),
        "background": ("list_free", {}),
        "ownership": ("joint_by_share", {"shares": {lead: "33.34", maker: "33.33", lab: "33.33"}}),
        "access": ("fair_for_use", {"months": 12}),
        "benefit": ("agreed_shares", {"shares": {lead: 40, maker: 40, lab: 20}}),
        "priority_purchase": ("commit", {"buyer": lead, "product": "层析介质", "quantity": 500, "unit": "升", "price_rule": "market",
                                         "months": 24, "quality_gate": "动态载量不低于 60 mg/mL"}),
        "first_use": ("at_user", {"user": lead, "scenario": "中试车间", "months": 6}),
        "risk": ("by_stage", {"stages": {"research": {lead: 20, lab: 80}, "prototype": {lead: 50, maker: 50}, "trial": {lead: 100}}, "days": 10}),
        "confidentiality": ("years", {"years": 5}),
        "accession": ("council_vote", {}),
        "exit": ("orderly", {"notice_days": 30, "handover_days": 60}),
        "breach": ("cure", {"cure_days": 30}),
        "competition": ("guard", {}),
        "dispute": ("arbitration", {"days": 30, "body": "示例仲裁委员会"}),
        "effect": ("written", {}),
    }  # fmt: skip


@pytest.fixture
def whole(draft, firms):
    """The draft with every clause settled."""
    for clause, (option, values) in answers(*(firm.pk for firm in firms)).items():
        services.choose(agreement_id=draft.pk, clause=clause, option=option, values=values, **TOLD)
    return draft
