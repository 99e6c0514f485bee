"""A small chain, a leader with five who might join, the office, the bureau, a stranger."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model

from lianban.apps.agreements import queries as agreements
from lianban.apps.agreements.models import Agreement, Version
from lianban.apps.atlas.models import Chain, Member, Product, Segment
from lianban.apps.consortia import queries, services
from lianban.apps.consortia.models import Consortium
from lianban.apps.parties import queries as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor, Grant
from lianban.apps.parties.services import SYSTEM, open_account
from lianban.apps.sources.models import Source
from lianban.kit.mechanisms import all_deeds

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
NEXT_YEAR = date(2027, 11, 22)
ORGANISATIONS = (
    ("leader", "牵头药企（示例）", "firm"), ("media", "介质厂（示例）", "firm"), ("bags", "袋厂（示例）", "firm"),
    ("gear", "设备厂（示例）", "firm"), ("college", "大学（示例）", "university"), ("clinic", "医院（示例）", "hospital"),
)  # fmt: skip


class Cast:
    """People by organisation or role, and a clock that is told."""

    def __init__(self):
        self.people = {}
        self.now = NOW

    def __call__(self, name):
        return self.people[name]

    def later(self, **by):
        self.now += timedelta(**by)
        return self.now


@pytest.fixture
def chain(db):
    chain = Chain.objects.create(code="mab", name="抗体", name_en="Antibody", data_date=TODAY)
    source = Source.objects.create(chain="mab", code="s", title="来源", kind="own")
    facts = {"chain": chain, "source": source, "observed_on": TODAY}
    segment = Segment.objects.create(chain=chain, code="used", name="耗材", name_en="Consumables", stage=1)
    Product.objects.create(code="bag", name="一次性袋", name_en="Bag", segment=segment, **facts)
    for code, name, kind in ORGANISATIONS:
        organisation = Organisation.objects.create(code=code, name=name, kind=kind, example=True)
        Member.objects.create(code=code, name=name, kind=kind, organisation=organisation, **facts)
    return chain


@pytest.fixture
def org(chain):
    return lambda code: Organisation.objects.get(code=code)


@pytest.fixture
def cast(chain, org):
    cast = Cast()

    def add(name, role, organisation=None):
        open_account(
            username=name, password="long-enough-1", shown_name=name, role=role, organisation=organisation,
            starts_on=date(2026, 1, 1), by=SYSTEM, at=NOW,
        )  # fmt: skip
        cast.people[name] = parties.actor_of(get_user_model().objects.get(username=name), today=TODAY)

    for code, _, kind in ORGANISATIONS:
        add(code, "enterprise" if kind == "firm" else "laboratory", org(code))
    Organisation.objects.create(code="other", name="旁观企业（示例）", example=True)
    add("stranger", "enterprise", org("other"))
    for role in ("officer", "science_bureau", "supervisor"):
        add(role, role)
    add("second_bureau", "science_bureau")
    cast.people["visitor"] = Actor(grants=(Grant("visitor"),), deeds=all_deeds())
    return cast


@pytest.fixture
def told(cast):
    """By whom and when, for a service."""
    return lambda name: {"by": cast(name), "at": cast.now}


class Story:
    """Carries a consortium from step to step, each by whoever does it."""

    def __init__(self, chain, org, told, cast):
        self.chain, self.org, self.told, self.cast = chain, org, told, cast

    def fresh(self, row):
        return type(row).objects.get(pk=row.pk)

    def proposed(self, **changed):
        wanted = {
            "name": "示例创新联合体", "purpose": "一次性袋国产化", "model": "market_driven", "form": "agreement",
            "name_en": "Example consortium", "lead_capabilities": ["工艺验证"],
        }  # fmt: skip
        self.c = services.propose(
            chain=self.chain, lead=self.org("leader"), **(wanted | changed), **self.told("leader")
        )
        return self.c

    def member(self, code):
        return self.c.members.get(organisation__code=code)

    def joined(self, *codes):
        for code in codes or ("media", "bags", "gear", "college", "clinic"):
            services.invite(
                consortium_id=self.c.pk, organisation=self.org(code), role="builder", small=code == "bags",
                capabilities=[f"{code}能力"], **self.told("leader"),
            )  # fmt: skip
            services.answer_invitation(member_id=self.member(code).pk, accept=True, **self.told(code))

    def described(self):
        services.describe_lead(
            consortium_id=self.c.pk, revenue_fen=10**12, rd_share=Decimal("0.1"), rd_fen=None, source="年报（示例）",
            chief_post="首席科学家（示例）", chief_organisation=self.org("leader"), **self.told("leader"),
        )  # fmt: skip
        members = list(self.c.members.exclude(state="declined"))
        shares = {m.pk: Decimal("0.1") for m in members}
        shares[members[0].pk] = 1 - Decimal("0.1") * (len(members) - 1)
        services.agree_shares(consortium_id=self.c.pk, shares=shares, **self.told("leader"))

    def pledged(self, code="leader", amount=100_000_00, kind="cash"):
        return services.pledge(
            member_id=self.member(code).pk, kind=kind, what="首期", amount_fen=amount, due_on=TODAY, **self.told(code)
        )

    def signed(self):
        self.proposed()
        self.joined()
        self.described()
        self.pledged()
        self.agreed()
        return self.c

    def agreed(self):
        """The agreement drafted and in force, without its clauses: test_agreement.py goes through them all."""
        services.draft_agreement(consortium_id=self.c.pk, **self.told("leader"))
        row = Agreement.objects.get(subject=self.c.reference)
        content = {"kind": row.kind, "choices": {}, "parties": agreements.party_rows(row)}
        version = Version.objects.create(
            agreement=row, number=1, content=content, digest="0" * 64, issued_by="test", issued_at=self.cast.now
        )
        Agreement.objects.filter(pk=row.pk).update(state="in_force", in_force=version)
        services.complete_signatures(consortium_id=self.c.pk, **self.told("leader"))
        self.c.refresh_from_db()

    def filed(self):
        self.signed()
        filing = services.submit(consortium_id=self.c.pk, **self.told("leader"))
        services.answer_filing(
            filing_id=filing.pk, accept=True, number="示例备字〔2026〕1号", **self.told("science_bureau")
        )
        self.c.refresh_from_db()
        return self.c

    def meeting(self):
        return services.call_meeting(
            consortium_id=self.c.pk, title="理事会", held_on=TODAY, votes_until=self.cast.now + timedelta(days=1),
            **self.told("leader"),
        )  # fmt: skip

    def carried(self, kind, meeting=None, voters=None, **about):
        motion = services.put_motion(
            meeting_id=(meeting or self.meeting()).pk, kind=kind, title=f"议案：{kind}", **about, **self.told("leader")
        )
        eligible = queries.eligible(motion)
        for member in self.c.members.filter(pk__in=eligible):
            services.vote(motion_id=motion.pk, choice="for", **self.told(member.organisation.code))
        motion = services.decide(motion_id=motion.pk, **self.told("leader"))
        self.c.refresh_from_db()
        return motion

    def operating(self):
        self.filed()
        items = [{"goal": "袋国产化", "measure": "自给率达到 30 %", "by": "2027-06-30", "budget_fen": 0}]
        roadmap = services.draw_roadmap(consortium_id=self.c.pk, items=items, **self.told("leader"))
        self.carried("roadmap", roadmap=roadmap)
        services.begin(consortium_id=self.c.pk, **self.told("leader"))
        self.c.refresh_from_db()
        return self.c

    def paid(self, code="leader", amount=100_000_00, kind="cash", by=None):
        given = self.pledged(code, amount, kind)
        services.report_contribution(
            contribution_id=given.pk, evidence="回单（示例）", valuation="评估报告（示例）", **self.told(code)
        )
        by = by or ("officer" if self.member(code).is_lead else "leader")
        return services.confirm_contribution(contribution_id=given.pk, **self.told(by))

    def topic(self, **changed):
        wanted = {
            "title": "一次性袋", "kind": "process", "product": "bag", "demand": "大多进口", "standard": "达到进口水平",
            "scenario": "中试线试用", "first_user": self.member("leader"), "lead": self.member("bags"),
            "indicators": [{"name": "溶出物", "comparison": "<=", "threshold": "5", "unit": "µg/mL", "test_method": "气质联用", "test_body": "第三方（示例）"}],
            "deadline": NEXT_YEAR, "budget_fen": 60_000_00,
        }  # fmt: skip
        return services.propose_topic(consortium_id=self.c.pk, **(wanted | changed), **self.told("leader"))

    def task(self, topic, code="bags", **changed):
        wanted = {"title": f"任务{code}", "due_on": date(2027, 6, 30), "payment_fen": 30_000_00, "needs": [f"{code}能力"],
                  "worth_fen": 100, "deliverable": "样品"}  # fmt: skip
        return services.add_task(
            topic_id=topic.pk, member=self.member(code), **(wanted | changed), **self.told("leader")
        )

    def income(self, amount):
        return services.record_income(
            consortium_id=self.c.pk, amount_fen=amount, payer="被许可方（示例）", evidence="合同（示例）", received_on=TODAY,
            **self.told("leader"),
        )  # fmt: skip


@pytest.fixture
def story(chain, org, told, cast):
    return Story(chain, org, told, cast)


@pytest.fixture
def state():
    return lambda row: Consortium.objects.get(pk=row.pk).state
