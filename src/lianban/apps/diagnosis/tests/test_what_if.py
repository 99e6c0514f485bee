"""The what-if page, and how an address becomes scenarios."""

import pytest
from django.urls import reverse

from lianban.apps.diagnosis import compute
from lianban.apps.diagnosis.compute import whatif
from lianban.apps.diagnosis.compute.whatif import Asked
from lianban.apps.diagnosis.models import Run
from lianban.apps.parties.rules import ROLES

from .test_views import READERS, point


def page(**query):
    return reverse("diagnosis:what_if", args=["bags"], query=query)


def test_half_filled_lines_mean_nothing():
    assert whatif.scenarios(Asked(cut_product="film", add_product="film", level="L4", left=0.5)) == ()
    assert Asked().empty


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(stop="firm-a"), "StopOrganisations(codes=('firm-a',))"),
        (Asked(cut_origin="JP", cut_product="film"), "CutOrigin(origin='JP', products=('film',))"),
        (Asked(cut_origin="JP"), "CutOrigin(origin='JP', products=None)"),
        (Asked(halt_product="film"), "StopProduct(product='film')"),
        (Asked(left_product="film", left=0.5), "CutProduct(product='film', left=0.5)"),
        (Asked(add_product="film", add_source="CN"), "AddSource(product='film', organisation=None, origin='CN', share=None)"),
        (Asked(add_product="film", add_source="firm-a", add_share=0.2), "AddSource(product='film', organisation='firm-a', origin=None, share=0.2)"),
        (Asked(level_product="film", level="L3"), "ImproveLevel(product='film', level='L3')"),
    ],
)  # fmt: skip
def test_an_address_means_exactly_these_scenarios(asked, expected):
    (scenario,) = whatif.scenarios(asked)

    assert repr(scenario) == expected


@pytest.mark.django_db
def test_a_second_source_lowers_the_loss_and_the_page_says_why(sign_in, diagnosed):
    response = sign_in("analyst").get(page(add_product="film", add_source="CN", add_share="0.5"))
    text = response.content.decode()

    assert response.status_code == 200
    assert "90.0\u2009% → <b>36.8\u2009%</b>" in text, "JP gives way to 0.45, of which the rest takes over a part"
    assert "变好" in text and "新增来源分担了份额" in text
    assert "最终产品等权" in text, "assumptions are named"


@pytest.mark.django_db
def test_a_cut_shows_the_loss_of_the_moment_and_its_way(sign_in, diagnosed):
    text = sign_in("officer").get(page(cut_origin="JP", cut_product="film")).content.decode()

    assert "当下损失" in text and "膜材 → 袋" in text
    assert "90.0" in text


@pytest.mark.django_db
def test_a_change_for_the_worse_is_marked_and_explained(sign_in, diagnosed):
    text = sign_in("officer").get(page(add_product="cartridge", add_source="JP", add_share="0.6")).content.decode()

    assert "变差" in text and "因此变差" in text


@pytest.mark.django_db
def test_nothing_is_stored_and_the_same_question_is_computed_once(sign_in, diagnosed):
    client, before = sign_in("analyst"), Run.objects.count()
    whatif._answered.cache_clear()
    for _ in range(2):
        client.get(page(cut_origin="JP"))

    assert Run.objects.count() == before
    assert whatif._answered.cache_info().hits == 1


@pytest.mark.django_db
def test_what_cannot_be_computed_is_said_in_a_sentence(sign_in, diagnosed):
    response = sign_in("officer").get(page(cut_origin="JP", cut_product="bag"))

    assert response.status_code == 422
    assert "没有来自 JP 的bag" in response.content.decode()


@pytest.mark.django_db
def test_an_address_that_names_what_is_not_there_is_refused_by_the_form(sign_in, diagnosed):
    assert sign_in("officer").get(page(halt_product="nothing")).status_code == 422


@pytest.mark.django_db
def test_only_readers_of_the_list_may_ask(sign_in, diagnosed, firm):
    allowed = set()
    for role in ROLES:
        client = sign_in(role, organisation=firm if role in ("enterprise", "laboratory") else None)
        status = client.get(page(cut_origin="JP")).status_code
        assert status in (200, 403)
        allowed |= {role} if status == 200 else set()

    assert allowed == READERS


@pytest.mark.django_db
def test_the_weak_point_links_to_its_own_scenarios_and_they_work(sign_in, diagnosed):
    client = sign_in("officer")
    text = client.get(point()).content.decode()
    cut, add = (
        reverse("diagnosis:what_if", args=["bags"]) + query
        for query in ("?cut_origin=JP&amp;cut_product=film", "?add_product=film&amp;add_source=CN")
    )

    assert cut in text and add in text
    for address in (cut, add):
        assert 'id="answer"' in client.get(address.replace("&amp;", "&")).content.decode()


def test_comparing_a_result_with_itself_finds_nothing():
    result = {
        "weak_points": [{"code": "p", "name": {"zh": "甲", "en": "a"}, "rank": 1, "severity": 0.5}],
        "unknown": [], "products": [], "parents": [], "explanations": {}, "rules": [],
        "fingerprint": "d", "ruleset_fingerprint": "r", "scope": {"code": "nation"},
    }  # fmt: skip
    same = compute.compare(result, result)

    assert same.differences == () and same.unchanged == 1
    gone = compute.compare(result, {**result, "weak_points": [], "fingerprint": "e"})
    assert [(one.code, one.how) for one in gone.differences] == [("p", "went")]
    moved = compute.compare(result, {**result, "weak_points": []})
    assert moved.cause.zh == "数据与规则都没有变，差别来自程序版本"
    assert gone.cause.en == "the rules are the same: the differences come from the data"
