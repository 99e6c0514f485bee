"""What each reader sees of actions, costs and portfolios."""

import csv
import io
import re

import pytest
from django.urls import reverse

from lianban.apps.atlas import services as facts
from lianban.apps.atlas.tests import given
from lianban.apps.diagnosis.models import Study
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.measures import queries
from lianban.apps.measures.apps import READERS
from lianban.apps.measures.models import ActionCost
from lianban.apps.parties.rules import ROLES

pytestmark = pytest.mark.django_db
PAGE, WEIGH = reverse("measures:list", args=["bags"]), reverse("measures:weigh", args=["bags"])
ASKED = {"budget": "200", "objective": "expected", "over": "default", "data_class": "office"}


@pytest.fixture
def portfolio(candidates, enter, sign_in):
    """A portfolio of three costed actions; gives its address."""
    for place, yuan in ((0, 1_000_000), (2, 1_000_000), (3, 900_000)):
        enter(place, yuan)
    assert sign_in("officer").post(WEIGH, ASKED).status_code == 302
    assert jobs.work_off() == 1 and Job.objects.get().state == "done", Job.objects.get().message
    return reverse("measures:portfolio", args=["bags", Study.objects.get(kind="portfolio").number])


def test_candidates_are_looked_for_from_the_page(sign_in, diagnosed):
    client = sign_in("officer")
    assert "还没有候选措施" in client.get(PAGE).content.decode()
    client.post(reverse("measures:find", args=["bags"]))
    assert jobs.work_off() == 1 and Job.objects.get().state == "done", Job.objects.get().message

    text = client.get(PAGE).content.decode()
    assert "膜材储备 30 天" in text and "未填" in text


def test_nothing_is_recommended_and_the_button_says_why_before_costs(sign_in, candidates):
    text = sign_in("officer").get(PAGE).content.decode()

    assert 'data-code="portfolio.no_costs"' in text and "入选" not in text and "在所列假设下，" not in text
    assert sign_in("officer").post(WEIGH, ASKED).status_code == 409


def test_a_cost_is_entered_from_its_page_in_wan_and_its_history_shown(sign_in, candidates, cast):
    code = queries.found(candidates, cast("officer")).result["actions"][0]["code"]
    address, client = reverse("measures:cost", args=["bags", code]), sign_in("officer")
    good = {
        "cost": "120.5",
        "source": "询价单 3 号",
        "observed_on": "2026-11-01",
        "confidentiality": "office",
        "note": "含税",
    }

    assert client.post(address, good | {"cost": ""}).status_code == 422
    assert client.post(address, good | {"confidentiality": "open"}).status_code == 422
    assert client.post(address, good | {"observed_on": "2999-01-01"}).status_code == 409
    assert client.post(address, good).status_code == 302
    assert ActionCost.objects.get().amount_fen == 120_500_000
    page = client.get(address).content.decode()
    assert "询价单 3 号" in page and "含税" in page and "链办经办" in page and "120.5\u2009万元" in page
    assert client.post(reverse("measures:withdraw", args=["bags", code])).status_code == 302
    assert "撤回" in client.get(address).content.decode() and "未填" in client.get(PAGE).content.decode()


def test_an_officer_reads_under_which_assumptions_and_no_word_of_proof(sign_in, portfolio):
    officer, analyst = (sign_in(role).get(portfolio).content.decode() for role in ("officer", "analyst"))

    for text in (officer, analyst):
        assert "在所列假设下" in text and 'href="#assumptions"' in text and "未填概率，按等可能计算" in text
        assert "所依据的事实" in text and "距今" in text and '<svg class="pareto"' in text
    assert "已证最优" in analyst and 'id="proof"' in analyst
    for word in ("最优", "proved", "optimal", "gap", "下界", "best found"):
        assert word not in officer, word


def test_a_list_with_a_portfolio_says_what_was_chosen_and_what_is_stale(sign_in, portfolio, enter, candidates):
    client = sign_in("chief")
    text = client.get(PAGE).content.decode()
    assert "入选" in text and "成本未填" in text and "可能已过时" not in text
    enter(3, 950_000)
    assert "测算之后成本有变化" in client.get(PAGE).content.decode()
    changed = {"products": {"film": {"note": "复核过"}}}
    facts.change(chain=candidates, tables=changed, kind="edit", by=given.actor("officer"), at=given.NOW)
    assert "测算之后数据有更新" in client.get(PAGE).content.decode()
    assert "测算之后数据有更新" in client.get(portfolio).content.decode()


def test_only_readers_of_the_list_see_measures_and_costs(sign_in, portfolio, firm):
    code = ActionCost.objects.first().action
    pages = [PAGE, portfolio, reverse("measures:cost", args=["bags", code])]
    for role in ROLES:
        client = sign_in(role, organisation=firm if role in ("enterprise", "laboratory") else None)
        statuses = {client.get(page).status_code for page in pages}
        assert statuses == ({200} if role in READERS else {404}), role
        part = client.get(reverse("measures:for_product", args=["bags", "film"])).content.decode()
        assert bool(part) is (role in READERS), role


def test_a_private_cost_leaves_no_trace_for_others(sign_in, candidates, enter):
    before = sign_in("analyst").get(PAGE).content.decode()
    enter(0, 7_654_321, confidentiality="private")
    after = sign_in("analyst").get(PAGE).content.decode()

    def shown(text):
        return re.sub(r'value="[^"]*"', "", text.partition('id="candidates"')[2])

    assert shown(before) == shown(after)
    assert "765.4" in sign_in("officer").get(PAGE).content.decode()


def test_the_weak_point_shows_what_can_be_done_by_address(sign_in, portfolio):
    client = sign_in("officer")
    address = reverse("measures:for_product", args=["bags", "film"])

    assert f'hx-get="{address}"' in client.get(reverse("diagnosis:point", args=["bags", "film"])).content.decode()
    part = client.get(address).content.decode()
    assert "膜材储备 30 天" in part and "入选" in part and "滤芯" not in part


def test_exports_carry_the_assumptions_and_the_proof_only_for_analysts(sign_in, portfolio):
    def lines(role, page):
        response = sign_in(role).get(page + "?format=csv")
        return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))

    listed = lines("chief", PAGE)
    head = next(line for line in listed if "措施编码" in line)
    assert listed[1][:2] == ["密级", "链办"]
    assert {"未填", "1000000", "1000000.0"} & {
        line[head.index("成本（元）")] for line in listed[listed.index(head) + 1 :]
    }
    officer, analyst = (str(lines(role, portfolio)) for role in ("officer", "analyst"))
    assert "未给出概率" in officer and "求解状态" not in officer and "已证最优" not in officer
    assert "求解状态" in analyst and "已证最优" in analyst


def test_english_is_complete(sign_in, portfolio):
    client = sign_in("analyst")
    client.cookies["lianban_language"] = "en"
    text = client.get(portfolio).content.decode()

    assert "Under these assumptions" in text and "proved optimal" in text and "Facts it stands on" in text


def test_pages_cost_the_same_however_many_actions(sign_in, portfolio, django_assert_max_num_queries):
    client = sign_in("officer")
    for page, most in ((PAGE, 14), (portfolio, 12), (reverse("measures:for_product", args=["bags", "film"]), 9)):
        with django_assert_max_num_queries(most):
            client.get(page)
