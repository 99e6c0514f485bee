"""Pages of upkeep: who opens them, what stands there, in both languages."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model

from lianban.apps.atlas.models import Production
from lianban.apps.parties.models import Organisation
from lianban.apps.upkeep import services
from lianban.apps.upkeep.models import Confirmation, Correction, Questionnaire

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client):
    def enter(actor):
        client.force_login(get_user_model().objects.get(pk=actor.user_id))
        return client

    return enter


def test_the_office_sees_ages_and_confirms_what_it_chose(chain, officer, sign_in):
    client = sign_in(officer)
    assert "抗体" in client.get("/upkeep/").content.decode()
    assert "产能布局" in client.get("/upkeep/mab/").content.decode()
    page = client.get("/upkeep/mab/facts/production/?state=stale").content.decode()
    assert page.count('type="checkbox" name="code"') == 2
    client.post("/upkeep/mab/confirm/", {"table": "production", "code": ["old", "secret"], "next": "/upkeep/mab/"})
    assert Confirmation.objects.count() == 2
    assert client.get("/upkeep/mab/facts/production/?state=stale&format=csv").status_code == 200
    for path in ("doubts", "burden", "questionnaires"):
        assert client.get(f"/upkeep/mab/{path}/").status_code == 200
    assert client.get("/upkeep/merges/").status_code == 200
    assert client.get("/upkeep/mab/facts/nonsense/").status_code == 404
    page = client.get("/upkeep/mab/around/products/film/").content.decode()
    assert page.count("<tr>") == 5 and "链办" in page  # the product, three who make it, the head
    client.logout()
    assert client.get("/upkeep/mab/around/products/film/").content.decode().count("<tr>") == 4  # not the private one


def test_a_firm_reads_all_that_is_said_of_it_and_corrects_it(chain, firm, officer, sign_in):
    client = sign_in(firm)
    page = client.get("/upkeep/mine/").content.decode()
    assert "年报" in page and "100" in page and "别家公司" not in page
    assert "境内（320500）" in page or "苏州市（320500）" in page  # a place by its name, with its code
    assert client.get("/upkeep/mab/").status_code == 404
    assert client.get("/upkeep/mine/mab/production/new/").status_code == 404  # another firm's row
    answer = client.post(
        "/upkeep/mine/mab/production/old/",
        {
            "stage": "pilot",
            "reason": "产线已停",
            "capacity": "100",
            "capacity_unit": "t/a",
            "status": "operating",
            "share_of": "unknown",
        },
    )
    assert answer.status_code == 302
    made = Correction.objects.get()
    assert made.after["stage"] == "pilot" and made.after["capacity"] == 100.0
    assert "产线已停" in client.get(answer.headers["Location"]).content.decode()
    client = sign_in(officer)
    client.post(f"/upkeep/corrections/{made.pk}/accept/")
    made.refresh_from_db()
    assert made.state == "accepted"


def test_a_link_is_shown_once_answered_once_and_then_says_thanks(chain, officer, client, sign_in):
    page = (
        sign_in(officer)
        .post("/upkeep/mab/questionnaires/", {"organisation": "ours", "product": "", "confidentiality": "office"})
        .content.decode()
    )
    word = re.search(r"/upkeep/q/([\w-]+)/", page)[1]
    assert word not in client.get("/upkeep/mab/questionnaires/").content.decode()
    client.logout()
    assert client.get(f"/upkeep/q/{word}/").status_code == 200
    lines = {
        "form-TOTAL_FORMS": 3,
        "form-INITIAL_FORMS": 3,
        "form-0-name": "膜材厂",
        "form-0-supplies": "",
        "form-1-only": "yes",
    }
    page = client.post(f"/upkeep/q/{word}/", lines).content.decode()
    assert "请写明它供应什么" in page and "请写供应商名称" in page
    client.post(f"/upkeep/q/{word}/", {**lines, "form-0-supplies": "膜", "form-1-only": ""})
    assert Questionnaire.objects.get().state == "answered"
    assert "已收到" in client.get(f"/upkeep/q/{word}/").content.decode()
    assert client.get("/upkeep/q/nonsense/").status_code == 404
    pk = Questionnaire.objects.get().pk
    page = sign_in(officer).get(f"/upkeep/questionnaires/{pk}/").content.decode()
    assert "膜材厂" in page
    client.post(f"/upkeep/questionnaires/{pk}/", {"line1-organisation": "new", "line1-product": "film"})
    assert Questionnaire.objects.get().state == "taken"


def test_pages_speak_english(chain, officer, firm, sign_in):
    ours = Organisation.objects.get(code="ours")
    asked, word = services.ask(chain=chain, organisation=ours, product="", confidentiality="office", by=officer, at=NOW)
    services.correct(
        chain=chain, table="production", code="old", after={"stage": "pilot"}, reason="stopped", by=firm, at=NOW
    )
    client = sign_in(officer)
    client.cookies["lianban_language"] = "en"
    paths = ["", "mab/", "mab/facts/production/", "mab/doubts/", "mab/burden/", "mab/questionnaires/", f"questionnaires/{asked.pk}/",
             "corrections/", f"corrections/{Correction.objects.get().pk}/", f"q/{word}/"]  # fmt: skip
    for path in [*paths, "merges/"]:
        page = client.get(f"/upkeep/{path}").content.decode()
        left = re.findall(
            r"[\u4e00-\u9fff]{2,}",
            re.sub(r"<script.*?</script>|本公司|别家公司|膜材|一次性袋|抗体|年报|中文|链办|材料", "", page, flags=re.S),
        )
        assert not left, (path, left[:5])
    client = sign_in(firm)
    client.cookies["lianban_language"] = "en"
    for path in ("mine/", "mine/mab/production/due/"):
        page = client.get(f"/upkeep/{path}").content.decode()
        left = re.findall(r"[\u4e00-\u9fff]{2,}", re.sub(r"本公司|别家公司|膜材|一次性袋|抗体|年报|中文", "", page))
        assert not left, (path, left[:5])


def test_two_entries_are_found_compared_and_merged_by_choosing_them(chain, officer, firm, sign_in):
    client, where = sign_in(officer), "/upkeep/merges/"
    page = client.get(f"{where}?words=公司 别家").content.decode()
    assert re.findall(r'name="(kept|merged)" value="(\w+)"', page) == [("kept", "other"), ("merged", "other")]
    assert "没有找到" in client.get(f"{where}?words=无此企业").content.decode()
    page = client.get(f"{where}?words=公司&kept=other&merged=ours").content.decode()
    assert "抗体：3 条" in page and page.count("checked") == 2  # the member and two rows of production
    assert 'data-code="upkeep.merged_has_accounts"' in page and re.search(r'class="btn main" disabled', page)
    page = client.get(f"{where}?kept=ours&merged=other").content.decode()
    assert "data-code" not in page and 'name="merged" value="other"' in page
    Organisation.objects.filter(code="ours").update(credit_code="91320594MA1W2X3Y4Z")
    Organisation.objects.filter(code="other").update(credit_code="91320594MA1W2X3Y5X")
    page = client.get(f"{where}?kept=ours&merged=other").content.decode()
    assert 'data-code="upkeep.other_credit_code"' in page and "不同" in page
    Organisation.objects.filter(code="other").update(credit_code="")
    answer = client.post(where, {"kept": "ours", "merged": "other", "reason": ""})
    assert answer.status_code == 422 and "抗体：3 条" in answer.content.decode()  # what was chosen stays
    assert client.post(where, {"kept": "ours", "merged": "nobody", "reason": "更名"}).status_code == 422
    assert client.post(where, {"kept": "ours", "merged": "other", "reason": "更名公告"}).status_code == 302
    assert not Production.objects.filter(organisation__code="other").exists()
    assert "没有找到" in client.get(f"{where}?words=other").content.decode()  # merged: found by its alias
    assert 'value="ours"' in client.get(f"{where}?words=别家").content.decode()
