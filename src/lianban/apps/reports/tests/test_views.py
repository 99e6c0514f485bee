"""The page of export files, as each role."""

import pytest
from django.urls import reverse

from lianban.apps.jobs import services as jobs
from lianban.apps.parties.rules import ROLES
from lianban.apps.reports.apps import ReportsConfig
from lianban.apps.reports.models import ExportFile

pytestmark = pytest.mark.django_db
PAGE, ASK = reverse("reports:list", args=["bags"]), reverse("reports:ask", args=["bags"])
MAY = ReportsConfig.deeds["reports.export"]


def test_only_those_who_see_firms_find_the_page(sign_in, diagnosed):
    for role in ROLES:
        client = sign_in(role)
        expected = 200 if role in MAY else 404
        assert client.get(PAGE).status_code == expected, role
        assert (b"/chains/bags/files/" in client.get("/chains/bags/").content) == (role in MAY), role


def test_a_file_is_asked_for_made_and_fetched(sign_in, diagnosed, django_assert_max_num_queries):
    client = sign_in("officer")
    answer = client.post(ASK, {"kind": "geojson", "graph": "all"})
    assert answer.status_code == 302 and answer.url.endswith(f"?next={PAGE}")
    assert "生成中" in client.get(PAGE).content.decode()
    assert jobs.work_off() == 1
    file = ExportFile.objects.get()
    address = reverse("reports:download", args=["bags", file.pk])
    with django_assert_max_num_queries(30):
        assert address in client.get(PAGE).content.decode()
    fetched = client.get(address)
    assert fetched.content == bytes(file.content) and "attachment" in fetched["Content-Disposition"]
    assert sign_in("chief").get(address).status_code == 404
    assert sign_in("officer").get(reverse("reports:download", args=["bags", file.pk + 1])).status_code == 404


def test_what_cannot_be_made_is_said(sign_in, load):
    load()
    client = sign_in("officer")
    assert client.post(ASK, {"kind": "exe"}).status_code == 400
    refused = client.post(ASK, {"kind": "pdf"})
    assert refused.status_code == 409 and "诊断" in refused.content.decode()
    assert not ExportFile.objects.exists()
