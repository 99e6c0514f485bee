"""A form sent twice is carried out once."""

import json
from datetime import timedelta
from types import ModuleType
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template import Context, Template
from django.urls import path
from django.utils import timezone

from lianban.apps.journal import services as journal
from lianban.apps.journal.models import Entry, PostedOnce
from lianban.kit.refusals import refuse, refuse_if_any

pytestmark = pytest.mark.django_db


def deed(request):
    """What a view with a service does: a row, then a redirect; or a refusal, a form to mend, a bug."""
    asked = request.POST.get("ask", "")
    if asked == "wrong":
        return HttpResponse("mend this", status=422)
    entry = journal.record("tested", subject=f"thing:{asked}", by=request.actor, at=timezone.now())
    if asked == "bug":
        raise RuntimeError("after the deed")
    if asked == "answer":
        return HttpResponse("shown once: 7f3a")
    return redirect(f"/things/{entry.number}/")


def refused(request):
    refuse_if_any([refuse("tests.no", "不行", "no")])


@pytest.fixture(autouse=True)
def addresses(settings):
    from lianban.site import urls

    made = ModuleType("addresses_of_this_test")
    made.urlpatterns = [*urls.urlpatterns, path("deed/", deed), path("deed/2/", deed), path("refused/", refused)]
    made.handler404, made.handler500 = urls.handler404, urls.handler500
    settings.ROOT_URLCONF = made


def deeds():
    return Entry.objects.filter(verb="tested").count()


def key():
    return str(uuid4())


def test_the_same_form_again_gets_the_same_answer_and_does_nothing(client):
    sent = {"ask": "x", "once": key()}

    answers = [client.post("/deed/", sent) for _ in range(3)]

    assert deeds() == 1
    assert {(a.status_code, a["Location"]) for a in answers} == {(302, "/things/1/")}


def test_another_content_or_address_under_the_same_key_is_422(client):
    same = key()
    client.post("/deed/", {"ask": "x", "once": same})

    assert client.post("/deed/", {"ask": "y", "once": same}).status_code == 422
    assert client.post("/deed/2/", {"ask": "x", "once": same}).status_code == 422
    assert deeds() == 1


def test_another_file_is_another_content(client):
    same = key()

    def send(content):
        return client.post("/deed/", {"once": same, "file": SimpleUploadedFile("a.txt", content)})

    assert [send(b"one").status_code, send(b"one").status_code, send(b"two").status_code] == [302, 302, 422]


def test_a_machine_sends_its_key_as_a_header(client):
    def send(body):
        return client.post(
            "/deed/", json.dumps(body), content_type="application/json", headers={"Idempotency-Key": "m" * 20}
        )

    assert [send({"a": 1}).status_code, send({"a": 1}).status_code, send({"a": 2}).status_code] == [302, 302, 422]
    assert deeds() == 1


def test_without_a_key_all_is_as_before(client):
    for _ in range(2):
        client.post("/deed/", {"ask": "x"})

    assert deeds() == 2 and not PostedOnce.objects.exists()


def test_keys_of_two_people_are_two_keys(client):
    sent = {"ask": "x", "once": key()}
    client.post("/deed/", sent)
    client.force_login(get_user_model().objects.create(username="p"))

    client.post("/deed/", sent)

    assert deeds() == 2


def test_a_refused_form_stays_in_the_journal_and_may_be_sent_again(client):
    sent = {"once": key()}

    assert [client.post("/refused/", sent).status_code for _ in range(2)] == [409, 409]
    assert Entry.objects.filter(verb="refused").count() == 2
    assert client.post("/deed/", {"ask": "x", **sent}).status_code == 302  # the key is as new


def test_a_form_to_mend_may_be_sent_again_with_other_content(client):
    same = key()

    assert client.post("/deed/", {"ask": "wrong", "once": same}).status_code == 422
    assert client.post("/deed/", {"ask": "right", "once": same}).status_code == 302


def test_a_bug_after_the_deed_undoes_deed_and_key(client):
    client.raise_request_exception = False

    assert client.post("/deed/", {"ask": "bug", "once": key()}).status_code == 500
    assert deeds() == 0 and not PostedOnce.objects.exists()


def test_an_answer_with_content_is_not_kept_and_its_replay_says_so(client):
    sent = {"ask": "answer", "once": key()}
    client.post("/deed/", sent)

    again = client.post("/deed/", sent)

    assert (again.status_code, deeds()) == (409, 1)
    assert "7f3a" not in again.content.decode()


def test_a_key_that_nobody_wrote_is_refused(client):
    for wrong in ("short", "x" * 65, "有" * 20, "a b" * 10):
        assert client.post("/deed/", {"once": wrong}).status_code == 422
    assert deeds() == 0


def test_who_sent_what_where_cannot_be_read_from_the_table(client):
    same = key()
    client.post("/deed/", {"ask": "zq0001zq", "once": same})

    (row,) = PostedOnce.objects.values_list("name", "content", "on")
    assert not any(word in str(row) for word in ("zq0001zq", "deed", "visitor", same))


def test_forgotten_rows_are_those_of_earlier_days(client):
    client.post("/deed/", {"once": key()})
    today = timezone.localdate()

    assert journal.forget_posts(before=today) == 0
    assert journal.forget_posts(before=timezone.localdate() + timedelta(days=1)) == 1


def test_each_form_gets_a_key_of_its_own():
    made = {Template("{% once %}").render(Context()) for _ in range(3)}

    assert len(made) == 3 and all('type="hidden" name="once"' in tag for tag in made)


@pytest.mark.slow
def test_three_hundred_forms_sent_three_times(client):
    """A7 in small; the full number is in benchmarks/ledger.py."""
    keys = [key() for _ in range(300)]

    for n, one in enumerate(keys):
        assert len({client.post("/deed/", {"ask": str(n), "once": one})["Location"] for _ in range(3)}) == 1
    assert deeds() == 300 and connection.vendor in ("sqlite", "postgresql")
