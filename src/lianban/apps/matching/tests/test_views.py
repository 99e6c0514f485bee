"""What each reader sees and does on the pages."""

import pytest
from django.urls import reverse

from lianban.apps.jobs import services as jobs
from lianban.apps.matching import services
from lianban.apps.matching.apps import READERS
from lianban.apps.matching.models import TeamQuestion
from lianban.apps.matching.tests.conftest import NOW
from lianban.apps.parties.rules import ROLES

pytestmark = pytest.mark.django_db


def at(name, chain, *more):
    return reverse(f"matching:{name}", args=[chain.code, *more])


def test_from_a_product_to_a_team(sign_in, chain):
    client = sign_in("officer")
    text = client.get(at("who", chain), {"product": "film"}).content.decode()
    assert "据此起草组队问题" in text and "已有本产品" in text
    assert "文字相似" in client.get(at("who", chain), {"text": "膜材"}).content.decode()
    assert client.post(at("draft", chain), {"product": "film"}).status_code == 302
    asked = TeamQuestion.objects.get()
    page = at("show", chain, asked.pk)
    assert "matching.no_costs" in client.get(page).content.decode()

    first = asked.candidates.first().organisation.code
    form = {"cost": "12.5", "evidence": "报价单", **{f"level_{n}": "4" for n in range(len(asked.capabilities))}}
    assert client.post(at("candidate", chain, asked.pk, first), form).status_code == 302
    needs = {
        "title": "膜材",
        "capabilities": "film | 膜材 | 2 | 1 | 1",
        "objective": "cost",
        "size_min": "1",
        "budget": "20",
    }
    assert client.post(at("change", chain, asked.pk), needs).status_code == 302
    assert client.post(at("solve", chain, asked.pk)).status_code == 302
    assert jobs.work_off() == 1

    text = client.get(page).content.decode()
    assert "1 家单位覆盖全部 1 项能力" in text and "12.5" in text and "已证明最优" not in text  # decision 0076
    client.cookies["lianban_language"] = "en"
    TeamQuestion.objects.update(confidentiality="office")
    text = client.get(page).content.decode()
    assert "1 member covers all needed capabilities (1)" in text and "Cost–strength curve" in text


def test_analysts_read_how_far_it_is_proved(sign_in, chain, costed, cast):
    TeamQuestion.objects.update(confidentiality="office")
    services.answer_now(question_id=costed.pk, by=cast("officer"), at=NOW)
    assert "已证明最优" in sign_in("analyst").get(at("show", chain, costed.pk)).content.decode()


def test_a_wrong_line_is_told(sign_in, chain, asked):
    form = {"title": "t", "capabilities": "film | x | 9", "objective": "cost"}
    answer = sign_in("officer").post(at("change", chain, asked.pk), form)
    assert answer.status_code == 409 and "film | x | 9" in answer.content.decode()


@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_sees_what_is_theirs(sign_in, chain, role):
    asked = TeamQuestion.objects.create(chain=chain, title="题", capabilities=[], asked_by="user:1", asked_at=NOW)
    client = sign_in(role) if role not in ("enterprise", "laboratory") else sign_in(role, chain=chain.code)
    expected = 200 if role in READERS else 404
    for name, more in (("list", ()), ("who", ()), ("show", (asked.pk,))):
        assert client.get(at(name, chain, *more)).status_code == expected, name
    fragment = client.get(at("for_product", chain, "film"))
    assert fragment.status_code == 200 and bool(fragment.content) == (expected == 200)


def test_a_private_question_is_hidden_from_office_readers(sign_in, chain):
    asked = TeamQuestion.objects.create(
        chain=chain, title="密", confidentiality="private", asked_by="user:1", asked_at=NOW
    )
    client = sign_in("chief")
    assert client.get(at("show", chain, asked.pk)).status_code == 404
    assert "密" not in client.get(at("list", chain)).content.decode().split("<main")[1]


def test_the_list_goes_out_as_a_file(sign_in, chain):
    answer = sign_in("analyst").get(at("who", chain), {"product": "film", "format": "csv"})
    assert answer.status_code == 200 and "依据分" in answer.content.decode("utf-8-sig")


def test_pages_cost_few_statements(sign_in, chain, costed, cast, django_assert_max_num_queries):
    services.answer_now(question_id=costed.pk, by=cast("officer"), at=NOW)
    client = sign_in("officer")
    for name, more, most in (("list", (), 16), ("who", (), 16), ("show", (costed.pk,), 18)):
        with django_assert_max_num_queries(most):
            client.get(at(name, chain, *more), {"product": "film"} if name == "who" else {})
