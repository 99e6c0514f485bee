from datetime import UTC, date, datetime

import pytest
from django.contrib.auth import get_user_model
from django.core import mail

from lianban.apps.notices import queries, services
from lianban.apps.notices.models import Notice
from lianban.apps.parties import queries as parties
from lianban.apps.parties.models import Organisation, RoleGrant
from lianban.kit.text import Text

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
WHAT = Text("榜单已发布", "the list is posted")


@pytest.fixture
def firm():
    return Organisation.objects.create(code="firm", name="示例企业", example=True)


@pytest.fixture
def person():
    def make(name, role, *, chain="", organisation=None, ends_on=None, email=""):
        user = get_user_model().objects.create(username=name, email=email)
        RoleGrant.objects.create(user=user, role=role, chain=chain, organisation=organisation,
                                 starts_on=date(2026, 1, 1), ends_on=ends_on)  # fmt: skip
        return parties.actor_of(user, today=TODAY)

    return make


def tell(**more):
    return services.tell(**{"what": WHAT, "url": "/challenges/7/", "at": NOW, **more})


def told():
    return sorted(Notice.objects.values_list("user__username", flat=True))


def test_roles_on_this_chain_and_everywhere_are_told_and_past_ones_are_not(person):
    person("here", "officer", chain="mab")
    person("everywhere", "officer")
    person("elsewhere", "officer", chain="other")
    person("past", "officer", ends_on=TODAY)
    person("chief", "chief")

    assert tell(roles=["officer"], chain="mab") == 2
    assert told() == ["everywhere", "here"]


def test_people_and_organisations_are_told_once_and_the_doer_is_not(person, firm):
    doer, other = person("doer", "enterprise", organisation=firm), person("other", "enterprise", organisation=firm)
    gone = person("gone", "enterprise", organisation=firm)
    get_user_model().objects.filter(pk=gone.user_id).update(is_active=False)

    tell(users=[other.user_id, doer.user_id], organisations=[firm], roles=["enterprise"], by=doer)

    assert told() == ["other"]


def test_a_notice_is_the_readers_own(person):
    mine, other = person("mine", "officer"), person("other", "chief")
    tell(roles=["officer"])
    notice = Notice.objects.get()

    assert services.open_notice(pk=notice.pk, by=other, at=NOW) is None
    assert (queries.n_unread(mine), queries.n_unread(other)) == (1, 0)
    assert services.open_notice(pk=notice.pk, by=mine, at=NOW) == "/challenges/7/"
    assert queries.n_unread(mine) == 0


def test_letters_go_out_one_by_one_after_the_deed_is_committed(person, django_capture_on_commit_callbacks):
    person("a", "officer", email="a@example.org")
    person("b", "officer", email="b@example.org")
    person("without", "officer")

    with django_capture_on_commit_callbacks(execute=True):
        tell(roles=["officer"])
        assert mail.outbox == []

    assert sorted(letter.to for letter in mail.outbox) == [["a@example.org"], ["b@example.org"]]
    assert all("/challenges/7/" in letter.body for letter in mail.outbox)


def test_a_letter_that_fails_undoes_nothing(person, settings, django_capture_on_commit_callbacks, caplog):
    settings.EMAIL_BACKEND = "lianban.no.such.Backend"
    person("a", "officer", email="a@example.org")

    with django_capture_on_commit_callbacks(execute=True):
        tell(roles=["officer"])

    assert told() == ["a"]
    assert "notices.mail_failed letters=1" in caplog.text and "a@example.org" not in caplog.text


def test_a_notice_to_another_site_is_a_mistake_of_the_program():
    with pytest.raises(ValueError, match="page of this site"):
        tell(url="https://elsewhere.example")


def test_telling_costs_the_same_for_few_and_for_many(person, django_assert_num_queries):
    for n in range(6):
        person(f"p{n}", "officer")

    with django_assert_num_queries(5):  # savepoint, two reads, one insert, release
        tell(roles=["officer"])


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_tells_ones_own_and_the_header_counts(person, client, language):
    mine = person("mine", "officer")
    tell(roles=["officer"])
    client.cookies["lianban_language"] = language
    assert client.get("/notices/").status_code == 302
    client.force_login(get_user_model().objects.get(pk=mine.user_id))

    content = client.get("/notices/").content.decode()
    assert WHAT.in_(language) in content and 'class="unread">1<' in content
    notice = Notice.objects.get()
    assert client.get(f"/notices/{notice.pk}/").url == "/challenges/7/"
    assert 'class="unread"' not in client.get("/notices/").content.decode()
    assert client.get("/notices/999/").status_code == 404


def test_all_are_marked_as_read_and_an_address_is_set_and_mended(person, client):
    mine = person("mine", "officer")
    tell(roles=["officer"])
    client.force_login(get_user_model().objects.get(pk=mine.user_id))

    assert client.post("/notices/read/").status_code == 302
    assert queries.n_unread(mine) == 0
    assert client.post("/notices/address/", {"email": "nonsense"}).status_code == 422
    assert client.post("/notices/address/", {"email": "me@example.org"}).status_code == 302
    assert get_user_model().objects.get(pk=mine.user_id).email == "me@example.org"
