"""What waits for whom, on the first page, on the page of everything and in the calendar; what is hidden is in none of them."""

import inspect
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from icalendar import Calendar

from lianban.apps.cases import queries, services
from lianban.apps.cases.models import CalendarFeed
from lianban.apps.cases.queries import desk
from lianban.apps.diagnosis.models import WeakPoint
from lianban.apps.journal.models import Entry
from lianban.apps.parties.models import RoleGrant
from lianban.kit.text import Text
from lianban.kit.waiting import Event, Waiting

pytestmark = pytest.mark.django_db


def waits(key, due_on=None, section="待办"):
    return Waiting(Text(section, section), Text(key, key), "/x/", Text("链", "chain"), key, due_on)


@pytest.fixture
def only(monkeypatch):
    """Let one made-up mechanism be the only one that tells anything."""

    def tell(*told):
        monkeypatch.setattr(desk, "told_by_all", lambda name: [lambda *asked: list(told)] if name == "waiting" else [])

    return tell


def test_what_is_due_first_stands_first_and_the_rest_as_it_was_told(officer, today, only):
    only(waits("b"), waits("a"), waits("late", today - timedelta(days=2)), waits("soon", today + timedelta(days=3)))

    found = queries.tasks(officer, today)

    assert [(t.name.zh, t.days_left, t.overdue) for t in found] == [
        ("late", -2, True), ("soon", 3, False), ("b", None, False), ("a", None, False)
    ]  # fmt: skip
    assert [t.name.zh for t in queries.soon(found)] == ["late", "soon"]


def test_headings_stand_in_the_order_of_their_first_due_day(officer, today, only):
    only(waits("a", section="甲"), waits("b", today, section="乙"), waits("c", section="甲"))

    assert [(s.name.zh, s.count) for s in queries.sections(queries.tasks(officer, today))] == [("乙", 1), ("甲", 2)]


def test_every_mechanism_with_work_is_asked(chain, acting, chief, officer, now, today):
    services.instruct(chain=chain, text="一个月内提出方案", by=chief, at=now, due_on=today)

    headings = {section.name.zh for section in queries.sections(queries.tasks(officer, today))}

    assert {"待回复的批示", "疑似薄弱环节，待核实", "已超期"} <= headings
    (late,) = [t for t in queries.tasks(acting, today) if t.waiting.section.zh == "交办给我的"]
    point = WeakPoint.objects.get(chain=chain, product_code="b")
    assert (late.days_left, late.waiting.key) == (-1, f"diagnosis.weak_point:{point.pk}:act")


def test_keys_are_never_given_twice(chain, acting, officer, head, chief, today):
    for reader in (acting, officer, head, chief):
        keys = [task.waiting.key for task in queries.tasks(reader, today)]
        assert len(keys) == len(set(keys))


def test_a_firm_finds_what_it_has_to_mend_and_what_was_answered(chain, enterprise, officer, now, today):
    from lianban.apps.demands import services as demands
    from lianban.apps.parties.models import Organisation

    firm = Organisation.objects.get(code="firm")
    raised = demands.raise_demand(chain=chain, organisation=firm, by=enterprise, at=now, product="a", title="要膜")

    def headings(reader):
        return {task.waiting.section.zh for task in queries.tasks(reader, today)}

    assert "待核实的企业需求" in headings(officer) and not headings(enterprise)
    demands.return_demand(pk=raised.pk, reason="缺指标", by=officer, at=now)
    assert headings(enterprise) == {"退回补正的需求"} and "待核实的企业需求" not in headings(officer)
    assert queries.own_demands(enterprise).count == 1 and queries.own_demands(officer) is None


def test_the_page_of_everything_is_filtered_by_heading(chain, officer, sign_in):
    client = sign_in(officer)

    page = client.get("/waiting/", {"heading": "疑似薄弱环节，待核实"})

    assert page.context["page"].paginator.count == 6
    assert client.get("/waiting/", {"heading": "没有这一类"}).context["page"].paginator.count == 0
    client.logout()
    assert client.get("/waiting/").status_code == 302


def entries(content):
    return [str(e["SUMMARY"]) for e in Calendar.from_ical(content).walk("VEVENT")]


def make(client):
    page = client.post("/waiting/calendar/")
    address = page.context["feed_address"]
    return address.removeprefix("http://testserver"), page


def test_the_feed_tells_due_days_without_signing_in(chain, acting, sign_in, client, today):
    address, _ = make(sign_in(acting))
    client.logout()

    answer = client.get(address)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8" and answer["Cache-Control"] == "no-store"
    assert entries(answer.content) == ["交办给我的 · 产品b"]
    assert entries(client.get(address.replace("language=zh", "language=en")).content) == ["Assigned to me · product b"]
    (entry,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert entry.decoded("dtstart") == today - timedelta(days=1) and str(entry["URL"]).startswith("http://testserver/")


def test_the_token_is_shown_once_and_kept_as_a_fingerprint(chain, acting, sign_in):
    client = sign_in(acting)
    address, page = make(client)
    token = address.split("/")[2].removesuffix(".ics")

    assert token in page.content.decode() and token not in client.get("/waiting/").content.decode()
    assert token not in str(list(CalendarFeed.objects.values())) + str(list(Entry.objects.values()))
    assert len(token) >= 43


def test_a_new_address_ends_the_old_and_revoking_ends_all(chain, acting, sign_in):
    client = sign_in(acting)
    first, _ = make(client)
    second, _ = make(client)

    assert [client.get(address).status_code for address in (first, second)] == [404, 200]
    assert client.post("/waiting/calendar/revoke/").status_code == 302
    assert client.get(second).status_code == 404
    client.post("/waiting/calendar/revoke/")
    assert Entry.objects.filter(verb="cases.calendar_revoked").count() == 1
    assert client.get("/calendar/nonsense.ics").status_code == 404


def test_a_feed_shows_what_its_owner_may_see_today(chain, acting, sign_in):
    client = sign_in(acting)
    address, _ = make(client)

    RoleGrant.objects.filter(user_id=acting.user_id).update(ends_on="2026-11-01")
    WeakPoint.objects.filter(product_code="b").update(responsible_user=None)
    assert entries(client.get(address).content) == []
    get_user_model().objects.filter(pk=acting.user_id).update(is_active=False)
    assert client.get(address).status_code == 404


def test_a_story_of_any_mechanism_stands_on_the_timeline_in_order(chain, officer, now, monkeypatch):
    later = Event(now + timedelta(days=1), officer.reference, Text("首用", "first use"), "信达", "/projects/1/")
    first = Event(now, "system", Text("立项", "started"))
    module = sys.modules[queries.timeline.__module__]  # the package gives the function its own name
    monkeypatch.setattr(module, "told_by_all", lambda name: [lambda *asked: [later], lambda *asked: [first]])

    found = queries.timeline(chain, "a", officer)

    assert [(e.who.zh, e.what.zh, e.url) for e in found] == [("系统", "立项", ""), ("链办经办", "首用", "/projects/1/")]


def test_the_calendar_file_guards_its_lines(today, now):
    task = SimpleNamespace(waiting=waits("k\r\nBEGIN:VEVENT\r\nSUMMARY:x", today))

    content = queries.feed([task], now=now, language="zh", address=lambda path: f"http://x{path}")

    assert len(entries(content)) == 1


@pytest.mark.parametrize(("name", "asked"), [("waiting", ["actor", "today"]), ("story", ["actor", "chain", "product"])])
def test_every_mechanism_answers_the_same_two_questions(name, asked):
    """What is asked by position is told apart by nothing but its place: the names have to agree."""
    for tell in [*desk.told_by_all(name), getattr(queries, name)]:
        assert [given.split("_")[0] for given in inspect.signature(tell).parameters] == asked, tell.__module__
