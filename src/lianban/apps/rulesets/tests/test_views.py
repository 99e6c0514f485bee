import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_every_value_shows_where_it_comes_from(client):
    page = client.get(reverse("rulesets:home")).content.decode()

    assert "diagnosis.hhi.severe" in page
    assert "CEPII" in page
    assert "未核实" in page and "已核实" in page


def test_filters_live_in_the_address(client):
    page = client.get(
        reverse("rulesets:home"), {"group": "all", "only": "unverified", "q": "readiness"}
    ).content.decode()

    assert "diagnosis.readiness.L2" in page
    assert "diagnosis.hhi.severe" not in page


@pytest.mark.parametrize(("name", "status"), [("eu-2021", 200), ("nothing", 404)])
def test_every_pack_has_its_page(client, name, status):
    assert client.get(reverse("rulesets:pack", args=[name])).status_code == status


def test_a_visitor_reads_why_the_button_is_shut(client):
    page = client.get(reverse("rulesets:put_in_force")).content.decode()

    assert "您当前的身份不能办理此事" in page
    response = client.post(
        reverse("rulesets:put_in_force"), {"pack": "eu-2021", "starts_on": "2126-01-01", "document": "x"}
    )
    assert response.status_code == 403


def test_a_line_that_cannot_be_read_is_named_in_the_form(client):
    response = client.post(
        reverse("rulesets:put_in_force"),
        {"pack": "eu-2021", "starts_on": "2126-01-01", "document": "x", "overrides": "nonsense"},
    )

    assert response.status_code == 422
    assert "第 1 行读不懂" in response.content.decode()


def test_the_page_costs_three_statements(client, django_assert_num_queries):
    with django_assert_num_queries(3):
        client.get(reverse("rulesets:home"))
