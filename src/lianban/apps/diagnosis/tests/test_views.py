"""What each reader sees of a diagnosed chain."""

import csv
import io

import pytest
from django.urls import reverse

from lianban.apps.diagnosis import services
from lianban.apps.diagnosis.compute import words
from lianban.apps.diagnosis.models import Run, WeakPoint
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.parties.rules import ROLES
from lianban.apps.parties.services import SYSTEM

from .conftest import NOW

pytestmark = pytest.mark.django_db
READERS = {"officer", "office_head", "chief", "lead_department", "science_bureau", "expert", "supervisor", "analyst"}


def listing(**query):
    return reverse("diagnosis:listing", args=["bags"], query=query)


def point(product="film"):
    return reverse("diagnosis:point", args=["bags", product])


def test_the_list_says_why_and_every_number_can_be_opened(sign_in, diagnosed):
    page = sign_in("officer").get(listing()).content.decode()

    assert "膜材" in page and "最大境外来源地日本占" in page
    assert page.index("膜材") < page.index("滤芯"), "the worst comes first"
    opened = sign_in("officer").get(point()).content.decode()
    for word in ("严重度 = 断供损失 × (1 − 该水平的补位准备度)", "补位准备度", "分母", "口径", "示例来源"):
        assert word in opened


def test_only_readers_see_the_list_and_others_not_even_a_count(sign_in, diagnosed, firm):
    for role in ROLES:
        client = sign_in(role, organisation=firm if role in ("enterprise", "laboratory") else None)
        reads = role in READERS
        home, page = client.get(reverse("diagnosis:home")), client.get(listing())
        text = home.content.decode() + page.content.decode()

        assert ("个薄弱环节" in text and "断供损失" in text) is reads, role
        assert client.get(point()).status_code == (200 if reads else 404), role
        for address in ("runs", "compare"):
            shown = client.get(reverse(f"diagnosis:{address}", args=["bags"]), {"before": 1, "after": 1})
            assert (diagnosed.data_fingerprint[7:15] in shown.content.decode()) is reads, f"{role} {address}"
        if not reads:
            assert "膜材" not in text and "疑似" not in text, role


def test_a_visitors_export_has_no_rows_because_there_is_no_list(client, diagnosed):
    response = client.get(listing(format="csv"))

    assert response.headers["Content-Type"].startswith("text/html")
    assert "膜材" not in response.content.decode()


def test_a_missing_chain_and_a_hidden_one_answer_alike(sign_in, diagnosed):
    diagnosed.chain.confidentiality = "private"
    diagnosed.chain.save()
    missing, hidden = (sign_in("chief").get(reverse("diagnosis:listing", args=[c])) for c in ("nothing", "bags"))

    assert missing.status_code == hidden.status_code == 404


def test_a_run_on_private_data_is_read_by_those_cleared_for_it(sign_in, cast, diagnosed):
    services.diagnose_now(chain=diagnosed.chain, by=SYSTEM, at=NOW, data_class="private")
    newest = Run.objects.order_by("-number").first()

    assert newest.confidentiality == "private", "one stock figure of the package is private to the firm"
    assert diagnosed.confidentiality == "office"
    assert "第 2 次诊断" in sign_in("officer").get(listing()).content.decode()
    assert "第 1 次诊断" in sign_in("chief").get(listing()).content.decode()


def test_filters_live_in_the_address(sign_in, diagnosed):
    client = sign_in("analyst")

    assert "滤芯" not in rows(client.get(listing(level="L1")))
    assert "膜材" not in rows(client.get(listing(q="滤芯")))
    assert "没有符合条件" in client.get(listing(status="closed")).content.decode()


def rows(response):
    return response.content.decode().partition('id="weak-points"')[2]


def test_what_is_unknown_stands_apart_and_is_never_nought(sign_in, diagnosed):
    client = sign_in("officer")
    apart = rows(client.get(listing(view="unknown")))

    assert "胶" in apart and "胶" not in rows(client.get(listing()))
    assert "国内水平未知" in apart
    assert "<b>0.0" not in apart


def test_the_export_is_the_list_with_class_and_unknown_as_a_word(sign_in, diagnosed):
    response = sign_in("officer").get(listing(format="csv", view="all"))
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    head = next(line for line in lines if "产品" in line)
    table = {line[head.index("产品")]: line for line in lines[lines.index(head) + 1 :]}

    assert lines[1][:2] == ["密级", "链办"]
    assert table["胶"][head.index("严重度（%）")] == "未知"
    assert table["膜材"][head.index("国外主要来源（来源地）")] == "日本"
    assert {
        "对标指标",
        "差距",
        "解决路径",
        "牵头部门",
        "责任单位",
        "责任人",
        "完成时限",
        "进展",
        "状态",
        "依据",
        "密级",
    } <= set(head)


def test_english_is_complete_on_the_main_pages(sign_in, diagnosed):
    client = sign_in("officer")
    client.cookies["lianban_language"] = "en"
    page = client.get(listing()).content.decode()

    assert "film" in page and "largest foreign origin Japan" in page


def test_a_run_is_asked_for_carried_out_and_kept(sign_in, diagnosed):
    client = sign_in("analyst")
    response = client.post(reverse("diagnosis:ask_run", args=["bags"]), {"scope": "city", "data_class": "office"})

    assert response.status_code == 302 and response.url.startswith("/jobs/")
    again = client.post(reverse("diagnosis:ask_run", args=["bags"]), {"scope": "city", "data_class": "office"})
    assert again.status_code == 409, "the same run is not asked for twice at once"
    assert jobs.work_off() == 1
    assert Job.objects.get().state == "done"
    run = Run.objects.get(scope="city")
    assert run.asked_by == f"user:{client.session['_auth_user_id']}"
    assert "本地" in client.get(listing(scope="city")).content.decode()


def test_a_scope_the_data_cannot_tell_fails_in_a_sentence(sign_in, diagnosed):
    diagnosed.chain.place = ""
    diagnosed.chain.save()
    client = sign_in("officer")
    client.post(reverse("diagnosis:ask_run", args=["bags"]), {"scope": "park", "data_class": "office"})
    jobs.work_off()

    assert Job.objects.get().state == "failed"
    page = client.get(reverse("diagnosis:runs", args=["bags"])).content.decode()
    assert "请填入区划代码" in page


def test_a_visitor_cannot_ask_for_a_run(client, diagnosed):
    response = client.post(reverse("diagnosis:ask_run", args=["bags"]), {"scope": "nation", "data_class": "open"})

    assert response.status_code == 403 and not Job.objects.exists()


def test_a_run_puts_weak_points_on_record_as_suspected_once(diagnosed):
    before = WeakPoint.objects.count()
    services.diagnose_now(chain=diagnosed.chain, by=SYSTEM, at=NOW)

    assert before == WeakPoint.objects.count() > 0
    film = WeakPoint.objects.get(product_code="film")
    assert (film.status, film.raised_by, film.first_run, film.confidentiality) == (
        "raised",
        "computed",
        diagnosed,
        "office",
    )


def test_comparing_runs_says_whether_data_or_rules_changed(sign_in, diagnosed, load):
    services.diagnose_now(chain=load(film_share=0.2), by=SYSTEM, at=NOW)
    address = reverse("diagnosis:compare", args=["bags"], query={"before": 1, "after": 2})
    page = sign_in("officer").get(address).content.decode()

    assert "规则没有变，差别来自数据" in page
    assert "断供损失" in page


def test_a_verb_is_done_from_the_page_and_shown_in_the_record(sign_in, diagnosed):
    client = sign_in("officer")
    address = reverse("diagnosis:do", args=["bags", "film", "verify"])

    assert client.post(address, {"note": ""}).status_code == 422
    assert client.post(address, {"note": "已到企业核实"}).status_code == 302
    page = client.get(point()).content.decode()
    assert "已到企业核实" in page
    assert "专家论证" in page.partition('id="act"')[2][:200], "the next step is the primary action"


def test_a_button_that_cannot_be_pressed_says_why_and_the_deed_agrees(sign_in, diagnosed):
    page = sign_in("chief").get(point()).content.decode()
    response = sign_in("chief").post(reverse("diagnosis:do", args=["bags", "film", "verify"]), {"note": "看过"})

    assert (
        'disabled aria-describedby="whynot"' in page
        and "您当前的身份不能办理此事；可由链办经办、链办负责人办理" in page
    )
    assert response.status_code == 403
    assert "您当前的身份不能办理此事；可由链办经办、链办负责人办理" in response.content.decode()


def test_nobody_learns_of_a_weak_point_by_posting_to_it(sign_in, diagnosed, firm):
    client = sign_in("enterprise", organisation=firm)
    answers = {
        client.post(reverse("diagnosis:do", args=["bags", product, "verify"]), {"note": "x"}).status_code
        for product in ("film", "nothing")
    }

    assert answers == {404}


def test_a_firm_reads_its_own_figures_and_no_other_firms(sign_in, diagnosed, cast, firm):
    def page(code):
        return reverse("diagnosis:organisation", args=["bags", code])

    own = sign_in("enterprise", organisation=firm)
    assert own.get(page("firm-a")).status_code == 200
    assert own.get(page("firm-b")).status_code == 404
    assert "停产损失" in own.get(page("firm-a")).content.decode()
    assert sign_in("analyst").get(page("firm-b")).status_code == 200
    assert sign_in("visitor").get(page("firm-a")).status_code == 404


def test_indicator_pages_speak_the_readers_language(client):
    address = reverse("diagnosis:indicator", args=["severity"])
    zh = client.get(address).content.decode()
    client.cookies["lianban_language"] = "en"
    en = client.get(address).content.decode()

    assert "断供损失 × (1 − 该水平的补位准备度)" in zh and "readiness of the level" not in zh
    assert "loss_cut × (1 − readiness of the level)" in en and "补位准备度" not in en
    assert "film.severity" in zh, "the worked example is there"
    assert client.get(reverse("diagnosis:indicator", args=["nothing"])).status_code == 404
    assert client.get("/diagnosis/indicators/..%2f..%2fdiagnosis/").status_code == 404


def test_the_list_costs_the_same_however_long_it_is(sign_in, diagnosed, django_assert_max_num_queries):
    client = sign_in("officer")
    with django_assert_max_num_queries(12):
        client.get(listing(view="all"))


def test_the_page_of_a_weak_point_stays_cheap(sign_in, diagnosed, django_assert_max_num_queries):
    client = sign_in("officer")
    with django_assert_max_num_queries(18):
        client.get(point())


def test_every_input_of_every_formula_has_a_name(diagnosed):
    inputs = {
        name
        for explained in diagnosed.result["explanations"].values()
        for one in explained.values()
        for name in one["inputs"]
    }

    assert inputs and not inputs - set(words.INPUTS)


def test_what_is_made_at_home_but_not_here_has_its_list_in_a_place_and_none_in_the_nation(sign_in, diagnosed):
    client = sign_in("officer")
    assert "本地缺失" not in client.get(listing()).content.decode()

    diagnosed.scope, diagnosed.result["missing_locally"] = "park", ["film"]
    diagnosed.save()
    page = client.get(listing(scope="park", view="missing")).content.decode()

    assert "本地缺失" in page
    assert reverse("diagnosis:point", args=["bags", "film"]) in page
