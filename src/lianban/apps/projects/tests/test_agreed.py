"""A promise to buy first comes from the agreement, and is held beside it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from lianban.apps.agreements import queries as agreements_queries
from lianban.apps.agreements import services as agreements
from lianban.apps.agreements.models import Version
from lianban.apps.parties.services import SYSTEM
from lianban.apps.projects import queries, rules, services
from lianban.kit.text import Text

from .conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreed(begin, maker, buyer, frozen, chain):
    """A project whose task book is in force, with a commitment to buy."""

    def made(product="film"):
        told = {"buyer": buyer.pk, "product": product, "quantity": 500, "unit": "m2", "price_rule": "market", "price_detail": "按季核对",
                "months": 12, "quality_gate": "析出物合格\n三批次验证"}  # fmt: skip
        paper = agreements.start(
            subject="challenges.lane:1", kind="task_book", parties=[buyer.pk, maker.pk], frozen=frozen, chain=chain.code,
            settled={"priority_purchase": ("commit", told)}, settled_from=Text("榜单", "the challenge"), by=SYSTEM, at=NOW,
        )  # fmt: skip
        content = agreements_queries.content(paper, 1)
        paper.in_force = Version.objects.create(agreement=paper, number=1, content=content, digest="0" * 64, issued_by="t", issued_at=NOW)  # fmt: skip
        paper.state = "in_force"
        paper.save()
        return begin(agreement_ref=paper.reference)

    return made


def test_the_form_opens_with_what_was_agreed_and_the_page_tells_what_is_missing_or_differs(agreed, accepted, client, people, buyer):  # fmt: skip
    project = agreed()
    accepted(project)
    client.force_login(get_user_model().objects.get(pk=people["officer"].user_id))
    page = reverse("projects:show", args=[project.pk])
    form = client.get(reverse("projects:do", args=[project.pk, "promise"])).context["form"]

    assert "尚未登记" in client.get(page).content.decode()
    until = rules.months_later(TODAY, 12)
    assert form.initial == {"buyer": buyer.code, "quantity": 500, "unit": "m2", "price_rule": "不高于同规格产品的市场价；按季核对", "starts_on": TODAY,
                            "ends_on": until, "quality_gate": "析出物合格；三批次验证"}  # fmt: skip
    kept = form.initial | {"buyer": buyer}
    row = services.promise_purchase(project_id=project.pk, by=people["officer"], at=NOW, **kept)
    assert queries.agreed_purchase(project, people["officer"]).differs(row) == []
    assert "尚未登记" not in (shown := client.get(page).content.decode()) and "不同" not in shown
    type(row).objects.filter(pk=row.pk).update(quantity=Decimal(400), ends_on=until - timedelta(days=30))
    assert "与协议第 1 版不同：数量、期限" in client.get(page).content.decode()
    assert (
        not client.get(reverse("projects:do", args=[project.pk, "promise"])).context["form"].initial
    )  # it is on record


def test_only_who_reads_the_agreement_and_only_for_its_product(agreed, people):
    assert queries.agreed_purchase(project := agreed(), people["stranger"]) is None
    assert queries.agreed_purchase(project, people["buyer"]).quantity == 500
    assert queries.agreed_purchase(agreed_other(project), people["officer"]) is None


def agreed_other(project):
    project.product = "bag"  # another product of the same chain, so another project of the same agreement
    return project
