import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianban.apps.cases import services
from lianban.apps.cases.models import Minutes, Report
from lianban.apps.parties.rules import ROLES

pytestmark = pytest.mark.django_db
READERS = {"officer", "office_head", "chief", "lead_department", "science_bureau", "supervisor"}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_has_a_first_page_and_the_desk_is_for_its_readers(chain, person, sign_in, chief, now, role):
    given = services.instruct(chain=chain, text="办", by=chief, at=now)
    client = sign_in(person(role, username="tester"))

    assert client.get("/").status_code == 200
    pages = ["/reports/", "/reports/mab/", "/instructions/", f"/instructions/{given.pk}/", "/minutes/mab/"]
    wanted = 200 if role in READERS else 404
    assert [client.get(page).status_code for page in pages] == [wanted] * len(pages)


def test_a_visitor_sees_chains_and_no_weak_point(chain, client):
    content = client.get("/").content.decode()

    assert "抗体" in content and "产品a" not in content
    assert client.get("/reports/mab/").status_code == 302


def test_the_officer_finds_what_waits_worst_first(chain, officer, sign_in):
    response = sign_in(officer).get("/")

    (suspected,) = [s for s in response.context["sections"] if "疑似" in s.name.zh]
    assert suspected.count == 6
    assert [task.name.zh for task in suspected.tasks][:2] == ["产品a", "产品b"]


def test_the_lead_department_finds_what_is_assigned_and_that_it_is_late(chain, acting, sign_in):
    response = sign_in(acting).get("/")

    (mine,) = [s for s in response.context["sections"] if s.name.zh == "交办给我的"]
    assert [task.overdue for task in mine.tasks] == [True]
    assert "超期" in response.content.decode()


def test_the_chief_finds_the_worst_points_and_instructs_from_the_page(chain, chief, sign_in):
    client = sign_in(chief)
    assert "产品a" in client.get("/").content.decode()

    response = client.post(
        "/instructions/new/mab/", {"text": "一个月内提出方案", "product": "a", "due_on": "2099-01-01"}
    )

    assert response.status_code == 302
    assert "一个月内提出方案" in client.get("/reports/mab/").content.decode()


def test_the_officer_issues_the_page_and_it_is_numbered(chain, officer, sign_in):
    client = sign_in(officer)

    response = client.post("/reports/mab/issue/", {"matter_1": "请明确牵头部门"})

    assert response.url == "/reports/mab/1/"
    assert "请明确牵头部门" in client.get(response.url).content.decode()
    assert Report.objects.get().number == 1


def test_the_head_records_minutes_and_the_officer_reads_them(chain, head, officer, sign_in):
    assert (
        sign_in(head)
        .post("/minutes/mab/", {"held_on": "2026-11-20", "title": "会商会", "text": "定两件事"})
        .status_code
        == 302
    )
    client = sign_in(officer)

    assert "定两件事" in client.get("/minutes/mab/").content.decode()
    assert client.post("/minutes/mab/", {"held_on": "2026-11-20", "title": "x", "text": "y"}).status_code == 403
    assert Minutes.objects.count() == 1


def test_the_first_page_costs_the_same_for_few_and_for_many_points(chain, officer, sign_in):
    from lianban.apps.atlas.models import Product
    from lianban.apps.diagnosis.models import WeakPoint

    client = sign_in(officer)

    def statements():
        with CaptureQueriesContext(connection) as caught:
            client.get("/")
        return len(caught)

    few = statements()
    one = Product.objects.get(code="a")
    point = WeakPoint.objects.get(product_code="a")
    for number in range(30):
        one.pk, one.code = None, f"more{number}"
        one.save()
        point.pk, point.product_code = None, one.code
        point.save()
    assert statements() == few


def test_a_wrong_step_is_422_with_the_page_and_a_wrong_verb_404(chain, chief, officer, sign_in, now):
    given = services.instruct(chain=chain, text="办", by=chief, at=now)
    client = sign_in(officer)

    assert client.post(f"/instructions/{given.pk}/reply/", {"text": ""}).status_code == 422
    assert client.post(f"/instructions/{given.pk}/burn/", {"text": "x"}).status_code == 404


def test_what_is_under_way_is_shown_to_those_who_may_know_of_it_until_it_ends(chain, client, officer, sign_in, now):
    from lianban.apps.challenges.models import Challenge

    def challenge(number, **given):
        Challenge.objects.create(chain=chain, number=number, rules={}, state_since=now, proposed_by="t", proposed_at=now, **given)  # fmt: skip

    challenge(1, title="还在起草", state="draft")
    posted = {"posted_at": now, "answers_until": now, "confidentiality": "open"}
    challenge(2, title="正在申报", state="answering", **posted)
    challenge(3, title="已经归档", state="archived", **posted)

    def shown(who):
        page = who.get("/").content.decode()
        return [title for title in ("还在起草", "正在申报", "已经归档") if title in page.split("正在推进")[-1]]

    assert shown(client) == ["正在申报"]
    assert shown(sign_in(officer)) == ["还在起草", "正在申报"]
