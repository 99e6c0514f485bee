"""A list too long to wait for is written in the background, in its reader's name, and fetched by nobody else."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from lianban.apps.atlas.tests import given
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job, ListFile
from lianban.apps.journal.models import Entry
from lianban.apps.parties.models import RoleGrant
from lianban.kit import exports

pytestmark = pytest.mark.django_db
PAGE = "/chains/bags/products/?format=csv&segment=raw"


@pytest.fixture
def chain(db, monkeypatch):
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    monkeypatch.setattr(exports, "_STEP", 1)
    return given.load()


@pytest.fixture
def reader(db):
    def sign_in(name, role="officer"):
        user = get_user_model().objects.create_user(name)
        RoleGrant.objects.create(user=user, role=role, starts_on=given.NOW.date().replace(year=2020))
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def ask(client, address=PAGE):
    answer = client.post("/jobs/lists/", {"address": address})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"].partition("?next=")[2]


def test_a_long_list_is_offered_written_and_is_what_the_page_would_give(chain, reader, monkeypatch):
    officer, other = reader("officer"), reader("other")
    offered = officer.get(PAGE)
    assert offered.status_code == 200 and "在后台写" in offered.content.decode() and not ListFile.objects.exists()
    where = ask(officer)
    assert officer.get(where).status_code == 404  # not written yet
    jobs.work_off()
    job = Job.objects.get(kind="jobs.list_file")
    assert (job.state, job.total) == ("done", 1)
    got = officer.get(where)

    monkeypatch.setattr(exports, "AT_ONCE", 99)
    direct = officer.get(PAGE)
    assert (
        got.headers["Content-Type"] == direct.headers["Content-Type"]
        and "attachment" in got.headers["Content-Disposition"]
    )
    lines = [
        [line for line in one.content.decode("utf-8-sig").splitlines() if "时间" not in line] for one in (got, direct)
    ]
    assert lines[0] == lines[1] and len(lines[0]) > 10
    assert other.get(where).status_code == 404 and Client().get(where).status_code == 302
    assert Entry.objects.filter(verb="exported", actor=Entry.objects.get(verb="jobs.list_asked").actor).count() == 2


def test_it_holds_what_the_reader_may_see_when_it_is_written_and_is_gone_with_their_roles(chain, reader):
    officer = reader("officer")
    where = ask(officer, PAGE.replace("bags", "%62ags"))  # as browsers write what is not ASCII
    jobs.work_off()
    assert "粘合剂" in officer.get(where).content.decode("utf-8-sig")
    RoleGrant.objects.update(role="enterprise")
    assert officer.get(where).status_code == 404
    where = ask(officer)
    jobs.work_off()
    assert "粘合剂" not in officer.get(where).content.decode("utf-8-sig")  # of the office's class
    ListFile.objects.update(gone_at=timezone.now() - timedelta(seconds=1))
    assert officer.get(where).status_code == 404
    jobs.lists.tidy(day="", progress=lambda *told: None)
    assert not ListFile.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/nowhere/?format=csv",
        "/chains/bags/products/",
        "https://elsewhere.example/x?format=csv",
        "//[/x?format=csv",
        "/chains/bags/products/?format=csv&x=%00",
        "/chains/bags/products/?format=csv\0",
        "/api/v1/chains?format=csv",
    ],
)
def test_only_addresses_of_lists_are_asked_and_not_too_many(chain, reader, address):
    officer = reader("officer")
    assert officer.post("/jobs/lists/", {"address": address}).status_code == 409 and not Job.objects.exists()
    for _ in range(5):
        ask(officer)
    assert officer.post("/jobs/lists/", {"address": PAGE}).status_code == 409


def test_a_page_that_is_no_list_or_not_theirs_fails_with_the_reason_and_a_stopped_one_leaves_nothing(chain, reader):
    officer = reader("officer")
    for address in ("/chains/?format=csv", "/chains/bags/map.svg?format=csv", "/chains/hidden/products/?format=csv"):
        where = ask(officer, address)
        jobs.work_off()
        assert Job.objects.last().state == "failed" and officer.get(where).status_code == 404
    where = ask(officer)
    Job.objects.filter(state="queued").update(cancel_asked=True)
    jobs.work_off()
    assert Job.objects.last().state == "cancelled" and officer.get(where).status_code == 404
