import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianban.apps.demands import services
from lianban.apps.demands.models import RaisedDemand

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    def enter(actor):
        client.force_login(get_user_model().objects.get(pk=actor.user_id))
        return client

    return enter


@pytest.fixture
def raised(chain, firm, buyer, now):
    return services.raise_demand(
        chain=chain, organisation=firm, by=buyer, at=now, product="bag", title="要袋子", confidentiality="chain"
    )


def test_a_price_typed_in_yuan_is_kept_in_fen(chain, buyer, sign_in):
    response = sign_in(buyer).post(
        "/demands/new/mab/", {"product": "bag", "unit_price": "10000.50", "confidentiality": "chain"}
    )

    assert response.status_code == 302
    assert RaisedDemand.objects.get().unit_price_fen == 1_000_050


def test_a_form_with_mistakes_comes_back_with_all_of_them_and_what_was_typed(chain, buyer, sign_in):
    response = sign_in(buyer).post(
        "/demands/new/mab/", {"grade": "50 L", "unit_price": "-1", "yearly_quantity": "3", "confidentiality": "chain"}
    )

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"title", "unit_price", "quantity_unit"}
    assert 'value="50 L"' in response.content.decode()
    assert not RaisedDemand.objects.exists()


def test_a_visitor_is_asked_to_sign_in_and_an_officer_told_whose_it_is(chain, client, officer, sign_in):
    assert client.get("/demands/new/mab/").status_code == 302
    assert sign_in(officer).get("/demands/new/mab/").status_code == 403


def test_missing_and_hidden_demands_answer_alike(raised, stranger, sign_in):
    client = sign_in(stranger)

    assert client.get(f"/demands/{raised.pk}/").status_code == client.get("/demands/9999/").status_code == 404
    assert client.post(f"/demands/{raised.pk}/verify/", {"basis": "x"}).status_code == 404
    assert "要袋子" not in client.get("/demands/").content.decode()


def test_the_way_from_raised_to_answered_by_pages(raised, officer, scientist, lab, sign_in):
    page = f"/demands/{raised.pk}/"
    client = sign_in(officer)
    assert client.post(page + "verify/", {"product": "bag", "basis": "电话核实"}).status_code == 302
    assert client.post(page + "list/").status_code == 302
    client = sign_in(scientist)
    response = client.post(
        page + "can-do/", {"organisation": "lab", "sentence": "有样品", "evidence": "报告", "confidentiality": "chain"}
    )
    assert response.status_code == 302

    fragment = client.get("/demands/mab/bag/answers/").content.decode()
    assert "有样品" in fragment and "要袋子" in fragment


def test_a_refused_press_is_409_and_kept_in_the_journal(raised, officer, sign_in):
    from lianban.apps.journal.models import Entry

    response = sign_in(officer).post(f"/demands/{raised.pk}/list/")

    assert response.status_code == 409
    assert Entry.objects.filter(verb="refused", subject=f"/demands/{raised.pk}/list/").exists()


def test_the_list_costs_the_same_for_one_and_for_many(chain, firm, buyer, now, officer, sign_in):
    client = sign_in(officer)

    def statements(many):
        for number in range(many):
            services.raise_demand(chain=chain, organisation=firm, by=buyer, at=now, product="bag", title=f"{number}")
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/demands/").status_code == 200
        return len(caught)

    assert statements(1) == statements(30)


def test_the_export_has_what_the_reader_sees_and_no_more(raised, officer, stranger, sign_in):
    seen = sign_in(officer).get("/demands/?format=csv").content.decode("utf-8-sig")
    hidden = sign_in(stranger).get("/demands/?format=csv").content.decode("utf-8-sig")

    assert "要袋子" in seen and "链内" in seen
    assert "要袋子" not in hidden


def test_pages_speak_english(raised, officer, sign_in):
    client = sign_in(officer)
    client.cookies["lianban_language"] = "en"

    content = client.get(f"/demands/{raised.pk}/").content.decode()

    assert "Basis of the verification" in content and "raised, to be verified" in content
