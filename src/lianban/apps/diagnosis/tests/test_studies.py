"""Studies: asked for, computed in the background, kept with how they came about, shown beside the numbers of the list."""

import pytest
from django.urls import reverse

from lianban.apps.diagnosis import queries, services
from lianban.apps.diagnosis.compute import studying
from lianban.apps.diagnosis.models import Study
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.parties.rules import ROLES
from lianban.apps.parties.services import SYSTEM
from lianban.kit.refusals import Refused
from lianban.rulebook import load_rules

from .conftest import NOW
from .test_views import READERS, listing, point

pytestmark = pytest.mark.django_db
FEW = {"n": 20}


@pytest.fixture
def studied(diagnosed):
    """The small chain with its systemic risk and intervals of few draws."""
    for kind, asked in (("risk", {}), ("intervals", FEW)):
        services.study_now(chain=diagnosed.chain, kind=kind, by=SYSTEM, at=NOW, parameters=asked)
    return diagnosed.chain


def test_a_study_is_asked_for_once_carried_out_and_kept(sign_in, diagnosed):
    client, ask = sign_in("analyst"), reverse("diagnosis:ask_study", args=["bags"])

    assert client.post(ask, {"kind": "risk"}).status_code == 302
    assert client.post(ask, {"kind": "risk"}).status_code == 409, "the same study is not asked for twice at once"
    assert client.post(ask, {"kind": "everything"}).status_code == 404
    assert jobs.work_off() == 1 and Job.objects.get().state == "done", Job.objects.get().message
    study = Study.objects.get()
    assert (study.kind, study.number, study.seed, study.confidentiality) == ("risk", 1, None, "office")
    assert (
        study.data_fingerprint == diagnosed.data_fingerprint and study.rules_fingerprint == diagnosed.rules_fingerprint
    )
    assert study.asked_by == f"user:{client.session['_auth_user_id']}"


def test_a_study_under_way_can_be_stopped(sign_in, diagnosed):
    client = sign_in("officer")
    client.post(reverse("diagnosis:ask_study", args=["bags"]), {"kind": "intervals"})
    job = jobs.claim()
    client.post(reverse("jobs:cancel", args=[job.pk]))

    assert jobs.carry_out(job).state == "cancelled" and not Study.objects.exists()


def test_the_same_seed_gives_the_same_intervals(diagnosed):
    rules = load_rules(diagnosed.pack)

    def draw(seed):
        asked = {"classes": ("open",), "rules": rules, "parameters": {"n": 20, "seed": seed}}
        return studying.intervals(diagnosed.chain, **asked, step=lambda *_: None)

    first, second, other = draw(1), draw(1), draw(2)
    assert (first.result, first.seed) == (second.result, 1)
    assert other.result["products"] != first.result["products"]


def test_numbers_count_up_inside_a_chain_whatever_the_kind(studied):
    assert list(Study.objects.order_by("number").values_list("number", "kind")) == [(1, "risk"), (2, "intervals")]


def test_the_record_shows_seed_engine_parameters_and_staleness(sign_in, studied):
    client = sign_in("supervisor")
    runs = client.get(reverse("diagnosis:runs", args=["bags"])).content.decode()
    page = client.get(reverse("diagnosis:study", args=["bags", 2])).content.decode()

    assert "数据缺失下的区间" in runs and "组织的系统性风险" in runs and "不抽样" in runs
    study = Study.objects.get(kind="intervals")
    assert study.data_fingerprint in page and study.engine in page and "抽样次数" in page and "假设与先验" in page
    assert "测算之后数据有更新" not in page
    studied.stamp += 1
    studied.save()
    assert "测算之后数据有更新" in client.get(reverse("diagnosis:study", args=["bags", 2])).content.decode()
    assert "此后数据有更新" in client.get(point()).content.decode()


def test_a_weak_point_shows_interval_rank_fact_and_who_stands_behind_it(sign_in, studied):
    text = sign_in("chief").get(point("cartridge")).content.decode()
    interval = text.partition('id="interval"')[2].partition('id="risk"')

    assert "90 % 名次区间" in interval[0] and 'class="whisker"' in interval[0]
    assert "甲公司" in interval[2] and "停产后全链损失" in interval[2]


def test_the_fact_worth_most_can_be_asked_for_on_a_sheet(sign_in, studied):
    client = sign_in("officer")
    study = Study.objects.get(kind="intervals")
    product = next(one for one in study.result["products"] if one["fact"] is not None)
    sheet = client.get(reverse("diagnosis:missing", args=["bags", product["code"]]))
    text = sheet.content.decode()

    assert sheet.status_code == 200 and study.result["facts"][product["fact"]]["text"]["zh"] in text.replace(
        "&#x27;", "'"
    )
    assert "问谁" in text and "查明后写到哪里" in text
    assert client.get(reverse("diagnosis:missing", args=["bags", "nothing"])).status_code == 404


def test_the_list_and_its_export_carry_the_interval(sign_in, studied):
    client = sign_in("officer")

    assert "90 % 区间" in client.get(listing()).content.decode()
    assert "断供损失 90 % 区间下限（%）" in client.get(listing(format="csv")).content.decode("utf-8-sig")


def test_only_readers_see_studies(sign_in, studied, firm):
    for role in ROLES:
        client = sign_in(role, organisation=firm if role in ("enterprise", "laboratory") else None)
        statuses = {client.get(reverse("diagnosis:study", args=["bags", n])).status_code for n in (1, 2)}
        assert statuses == ({200} if role in READERS else {404}), role
        sheet = client.get(reverse("diagnosis:missing", args=["bags", "film"])).status_code
        assert sheet == 404 or role in READERS, role
        assert ("测算" in client.get(reverse("diagnosis:runs", args=["bags"])).content.decode()) or role not in READERS


def test_a_study_on_private_data_is_read_by_those_cleared_for_it(sign_in, cast, diagnosed):
    with pytest.raises(Refused, match="class_not_yours"):
        services.ask_study(chain=diagnosed.chain, kind="risk", by=cast("analyst"), at=NOW, data_class="private")
    services.ask_study(chain=diagnosed.chain, kind="risk", by=cast("officer"), at=NOW, data_class="private")
    jobs.work_off()
    study = Study.objects.get()
    study.confidentiality = "private"
    study.save()

    assert queries.newest_study(diagnosed.chain, "risk", cast("chief")) is None
    assert queries.newest_study(diagnosed.chain, "risk", cast("officer")) == study
    assert sign_in("chief").get(reverse("diagnosis:study", args=["bags", 1])).status_code == 404


def test_a_chain_without_studies_says_what_is_missing_and_who_may_ask(sign_in, diagnosed):
    officer, chief = (sign_in(role).get(point()).content.decode() for role in ("officer", "chief"))

    assert "还没有区间测算" in officer and 'name="kind" value="intervals"' in officer
    assert "还没有区间测算" in chief and 'name="kind" value="intervals"' not in chief
