"""The what-if page, and how an address becomes scenarios."""

import json

import pytest
from django.http import QueryDict
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lianban.apps.diagnosis import compute, rules
from lianban.apps.diagnosis.compute import whatif
from lianban.apps.diagnosis.compute.whatif import Asked
from lianban.apps.diagnosis.forms import WhatIfForm
from lianban.apps.diagnosis.forms import what_if as what_if_form
from lianban.apps.diagnosis.models import Run, ScenarioSet
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.parties.rules import ROLES

from .test_views import READERS, point


def page(**query):
    return reverse("diagnosis:what_if", args=["bags"], query=query)


PICKERS = {
    "products": [("film", "膜材"), ("cartridge", "滤芯"), ("bag", "袋")], "organisations": [("firm-a", "甲公司")],
    "origins": [("JP", "日本"), ("US", "美国")], "sources": [("CN", "境内"), ("firm-a", "甲公司")], "sets": [("worst", "最薄弱")],
}  # fmt: skip


def form(address):
    filled = WhatIfForm(QueryDict(address), pickers=PICKERS)
    assert filled.is_valid() is bool(address)
    return filled


def test_half_filled_lines_mean_nothing():
    assert form("cut_product=film&add_product=film&level=L4&left=0.5").asked == Asked()
    assert Asked().empty


def test_an_address_may_hold_several_scenarios_of_a_kind_and_says_them_back():
    address = "scope=city&over=worst&cut_origin=JP&cut_origin=US&cut_product=film&cut_product=&add_product=film&add_product=bag&add_source=CN&add_source=firm-a&add_share=&add_share=0.3"
    filled = form(address)

    assert filled.asked.cuts == (("JP", "film"), ("US", ""))
    assert filled.asked.adds == (("film", "CN", None), ("bag", "firm-a", 0.3))
    assert (filled.scope, filled.over) == ("city", "worst")
    assert form(filled.address()).asked == filled.asked
    assert [len(lines) for _name, lines in filled.groups()] == [1, 3, 1, 1, 3, 1], "one empty line waits for more"


@given(
    st.builds(
        Asked,
        stops=st.sampled_from([(), ("firm-a",)]),
        cuts=st.lists(st.tuples(st.sampled_from(["JP", "US"]), st.sampled_from(["", "film", "bag"])), max_size=4, unique=True).map(tuple),
        halts=st.lists(st.sampled_from(["film", "bag"]), max_size=2, unique=True).map(tuple),
        lefts=st.lists(st.tuples(st.sampled_from(["film", "bag"]), st.sampled_from([0.0, 0.5, 1.0])), max_size=3, unique=True).map(tuple),
        adds=st.lists(st.tuples(st.sampled_from(["film", "bag"]), st.just("CN"), st.sampled_from([None, 0.25])), max_size=3, unique=True).map(tuple),
        levels=st.lists(st.tuples(st.sampled_from(["film", "bag"]), st.sampled_from(["L0", "L4"])), max_size=3, unique=True).map(tuple),
    ),
    st.sampled_from(["nation", "park"]),
    st.sampled_from(["", "worst"]),
)  # fmt: skip
def test_every_question_has_an_address_that_asks_just_this(asked, scope, over):
    address = what_if_form.address(asked, scope, over)

    if address:
        back = form(address)
        assert (back.asked, back.scope, back.over) == (asked, scope, over)
    else:
        assert asked.empty and (scope, over) == ("nation", "")
    assert Asked.of(json.loads(json.dumps(asked.plain()))) == asked


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(stops=("firm-a",)), "StopOrganisations(codes=('firm-a',))"),
        (Asked(cuts=(("JP", "film"),)), "CutOrigin(origin='JP', products=('film',))"),
        (Asked(cuts=(("JP", ""),)), "CutOrigin(origin='JP', products=None)"),
        (Asked(halts=("film",)), "StopProduct(product='film')"),
        (Asked(lefts=(("film", 0.5),)), "CutProduct(product='film', left=0.5)"),
        (Asked(adds=(("film", "CN", None),)), "AddSource(product='film', organisation=None, origin='CN', share=None)"),
        (Asked(adds=(("film", "firm-a", 0.2),)), "AddSource(product='film', organisation='firm-a', origin=None, share=0.2)"),
        (Asked(levels=(("film", "L3"),)), "ImproveLevel(product='film', level='L3')"),
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
def test_empty_fields_of_a_sent_form_leave_the_address(sign_in, diagnosed):
    response = sign_in("officer").get(page(cut_origin="JP", cut_product="", left="", scope="nation", over=""))

    assert response.status_code == 302 and response.url.endswith("/what-if/?cut_origin=JP")


@pytest.mark.django_db
def test_two_origins_are_cut_together(sign_in, diagnosed):
    text = (
        sign_in("officer")
        .get(page() + "?cut_origin=JP&cut_origin=US&cut_product=film&cut_product=film")
        .content.decode()
    )

    assert "100.0\u2009%" in text, "0.9 and 0.1 of the film are gone"


@pytest.mark.django_db
def test_a_mended_chain_shows_the_loss_before_and_after(sign_in, diagnosed):
    text = (
        sign_in("officer")
        .get(page(cut_origin="JP", cut_product="film", add_product="film", add_source="CN", add_share="0.5"))
        .content.decode()
    )

    assert '<span class="from">90.0\u2009%</span> → 36.8\u2009%' in text


@pytest.mark.django_db
def test_an_added_source_is_weighed_over_a_named_set(sign_in, diagnosed):
    client = sign_in("analyst")
    text = client.get(page(add_product="film", add_source="CN", add_share="0.5", over="worst")).content.decode()

    assert "日本断供膜材" in text and "日本断供滤芯" in text
    assert "未填概率，按等可能计算" in text
    before, after = (
        text.partition("情景集上的损失")[2].partition("→")[i].split("\u2009")[0].split(">")[-1] for i in (0, 2)
    )
    assert float(before) > float(after)


@pytest.mark.django_db
def test_probabilities_count_where_all_are_stated(sign_in, diagnosed):
    client = sign_in("officer")
    client.post(reverse("diagnosis:copy_set", args=["bags"]))
    row = ScenarioSet.objects.get()
    address = reverse("diagnosis:scenario_set", args=["bags", row.pk])
    names = [one["name"]["zh"] for one in row.scenarios]
    chances = {f"p{i}": "0" if "滤芯" in name else "100" for i, name in enumerate(names)}

    assert client.post(address, {"p0": "10", "p1": ""}).status_code == 409, "some are stated and some are not"
    assert client.post(address, {"p0": "60", "p1": "60"}).status_code == 409, "more than all"
    assert client.post(address, chances).status_code == 302
    text = client.get(page(add_product="film", add_source="CN", add_share="0.5", over=f"s{row.pk}")).content.decode()
    assert '<span class="from">90.0\u2009%</span> → 36.8\u2009%' in text and "按所填概率计算" in text


@pytest.mark.django_db
def test_a_scenario_of_the_page_is_kept_by_name_and_taken_out_again(sign_in, diagnosed):
    client = sign_in("officer")
    keep = reverse("diagnosis:keep_scenario", args=["bags"])
    told = {"name": "日本全面断供", "set_name": "极端情景"}

    assert client.post(f"{keep}?cut_origin=JP&add_product=film&add_source=CN", told).status_code == 302
    row = ScenarioSet.objects.get()
    assert row.scenarios[0]["asked"] == {"cuts": [["JP", ""]]}, "what mends is no scenario"
    assert client.post(f"{keep}?cut_origin=JP", told).status_code == 409, "the name is taken"
    assert client.post(f"{keep}?add_product=film&add_source=CN", {**told, "name": "乙"}).status_code == 409
    assert "日本全面断供" in client.get(reverse("diagnosis:scenario_sets", args=["bags"])).content.decode()
    client.post(reverse("diagnosis:drop_scenario", args=["bags", row.pk, 0]))
    assert not ScenarioSet.objects.exists()


@pytest.mark.django_db
def test_a_large_question_is_worked_out_in_the_background_and_found_again(sign_in, diagnosed, monkeypatch):
    monkeypatch.setattr(rules, "INLINE_PRODUCTS", 1)
    client, query = sign_in("analyst"), "?add_product=film&add_source=CN&over=worst"
    assert 'id="answer"' not in (first := client.get(page() + query).content.decode()) and "在后台推演" in first

    ask = reverse("diagnosis:ask_what_if", args=["bags"]) + query
    assert client.post(ask).status_code == 302 and client.post(ask).status_code == 302
    assert Job.objects.count() == 1, "a question under way is not asked for twice"
    assert jobs.work_off() == 1
    job = Job.objects.get()
    assert (job.state, job.total) == ("done", 4)
    assert "日本断供膜材" in client.get(page() + query).content.decode().partition('id="answer"')[2]
    assert 'id="answer"' not in sign_in("officer").get(page() + query).content.decode(), "an answer is the asker's"
    diagnosed.chain.stamp += 1
    diagnosed.chain.save()
    assert 'id="answer"' not in sign_in("analyst").get(page() + query).content.decode(), "the data have changed"


@pytest.mark.django_db
def test_a_question_in_the_background_can_be_stopped(sign_in, diagnosed, monkeypatch):
    monkeypatch.setattr(rules, "INLINE_PRODUCTS", 1)
    client = sign_in("analyst")
    client.post(reverse("diagnosis:ask_what_if", args=["bags"]) + "?cut_origin=JP")
    job = jobs.claim()
    client.post(reverse("jobs:cancel", args=[job.pk]))

    assert jobs.carry_out(job).state == "cancelled"


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
