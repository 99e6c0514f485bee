"""Pages by role; what the expert sees is what the preview shows; names stand nowhere else."""

import re
from decimal import Decimal

import pytest
from django.test import Client

from lianban.apps.journal.models import Entry
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM
from lianban.apps.review import queries
from lianban.apps.review import services as review
from lianban.apps.review.models import Expert, Hit, Panel, Score
from lianban.apps.review.tests.conftest import NOW, TODAY, seats_of
from lianban.apps.rulesets import queries as queries_of_rules
from lianban.apps.rulesets import services as rulesets

ROLES = ["officer", "office_head", "science_bureau", "supervisor", "chief", "enterprise", "laboratory", "expert", "analyst",
         "administrator", "legal_unit", "notary", "lead_department"]  # fmt: skip
OFFICE = {"officer", "office_head", "science_bureau", "supervisor"}


@pytest.fixture
def browser(person, firms):
    """A browser signed in as a role, or as somebody who is there already."""

    def sign_in(role="", username=""):
        if role:
            where = (
                Organisation.objects.create(code=f"of-{role}", name=f"所在单位{role}")
                if role in ("enterprise", "laboratory")
                else None
            )
            person(role, where, f"a-{role}")
        client = Client()
        assert client.login(username=username or f"a-{role}", password="long-enough-1")
        return client

    return sign_in


def text_of(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def reading_of(answer):
    return re.search(
        r'<section id="reading">.*?</section>\s*</section>|<section id="reading">.*?</section>', text_of(answer)
    ).group()


def test_only_the_office_and_the_supervisor_find_pages_of_panels_and_of_the_pool(laid_open, browser):
    panel = laid_open()
    seat, expert = seats_of(panel)[0], Expert.objects.first()
    addresses = [
        "/review/", f"/review/panels/{panel.key}/", f"/review/panels/{panel.key}/preview/", f"/review/panels/{panel.key}/draws/1/",
        "/review/pool/", f"/review/pool/{expert.key}/",
    ]  # fmt: skip
    for role in ROLES:
        client = browser(role)
        answers = [client.get(address) for address in addresses]
        assert {answer.status_code for answer in answers} == ({200} if role in OFFICE else {404}), role
        if role not in OFFICE:
            told = " ".join(text_of(answer) for answer in answers)
            assert "name-t" not in told and panel.title not in told
        assert client.get(f"/review/seats/{seat.key}/").status_code == 404
        assert client.get("/review/panels/0123456789abcdef/").status_code == 404


def test_a_visitor_is_sent_to_the_door(laid_open):
    panel = laid_open()
    for address in (
        "/review/",
        "/review/mine/",
        f"/review/panels/{panel.key}/",
        f"/review/seats/{seats_of(panel)[0].key}/",
    ):
        assert Client().get(address).status_code == 302


def test_the_preview_is_what_the_expert_sees_and_neither_names_anybody(
    laid_open, browser, firms, give, officer, as_expert
):
    panel = laid_open()
    seat, office = seats_of(panel)[0], browser("science_bureau")
    blind = office.get(f"/review/panels/{panel.key}/preview/?state=blind")
    reader = browser(username=seat.expert.user.username)
    pages = [
        reader.get(f"/review/seats/{seat.key}/"),
        *(reader.get(f"/review/seats/{seat.key}/items/{i.code}/") for i in panel.items.all()),
    ]

    told = " ".join(text_of(page) for page in pages)
    assert all(page.status_code == 200 for page in pages)
    for firm in firms:
        assert firm.name not in told and firm.name not in reading_of(blind)
    for other in seats_of(panel)[1:]:
        assert other.key not in told and other.expert.user.first_name not in told and other.expert.key not in told
    for item in queries.reading(panel).items:
        assert item.text in told and item.text in reading_of(blind)
    give(panel)
    panel = review.open_defence(panel_id=panel.pk, by=officer, at=NOW)
    give(panel)
    panel = review.freeze(panel_id=panel.pk, by=officer, at=NOW)
    assert reading_of(office.get(f"/review/panels/{panel.key}/preview/")) == reading_of(
        reader.get(f"/review/seats/{seat.key}/")
    )


def test_an_expert_never_learns_how_far_the_others_are(laid_open, give, browser, as_expert):
    panel = laid_open()
    seat = seats_of(panel)[1]
    reader = browser(username=seat.expert.user.username)
    before = re.sub(
        r'value="[^"]{30,}"|csrf[^>]*>|hx-headers=[^>]*>', "", text_of(reader.get(f"/review/seats/{seat.key}/"))
    )
    for other in seats_of(panel):
        if other.pk != seat.pk:
            for item in panel.items.all():
                review.score(
                    seat_id=other.pk, code=item.code, points={"fit": Decimal(7)}, by=as_expert(other.expert), at=NOW
                )
    after = re.sub(
        r'value="[^"]{30,}"|csrf[^>]*>|hx-headers=[^>]*>', "", text_of(reader.get(f"/review/seats/{seat.key}/"))
    )

    assert before == after


def test_the_whole_review_through_pages(pool, convened, firms, person, browser):
    panel = convened()
    office, head = browser("science_bureau"), browser("office_head")
    base = f"/review/panels/{panel.key}"
    assert office.post(f"{base}/do/draw/").status_code == 302
    first = seats_of(panel)[0]
    experts = {seat.pk: browser(username=seat.expert.user.username) for seat in seats_of(panel)}
    for seat in seats_of(panel):
        told = (
            {"organisation": firms[0].code, "kind": "adviser", "evidence": "2025 年顾问"} if seat.pk == first.pk else {}
        )
        assert experts[seat.pk].get("/review/mine/").status_code == 200
        assert experts[seat.pk].post(f"/review/seats/{seat.key}/declare/", told).status_code == 302
    hit = Hit.objects.get(seat=first)
    assert "2025 年顾问" in text_of(office.get(f"{base}/"))
    assert office.post(f"{base}/hits/{hit.pk}/clear/", {"reason": ""}).status_code == 422
    assert office.post(f"{base}/hits/{hit.pk}/clear/", {"reason": "自己解除"}).status_code == 409
    assert head.post(f"{base}/hits/{hit.pk}/clear/", {"reason": "顾问已结束，无报酬"}).status_code == 302
    assert office.post(f"{base}/seats/{first.number}/chair/").status_code == 302
    assert office.post(f"{base}/do/confirm/").status_code == 302
    assert office.post(f"{base}/do/open_defence/").status_code == 409
    officer = person("officer")
    items = [(f"a:{firm.pk}", f"匿名方案{n}", f"全文{firm.name}", [firm.pk]) for n, firm in enumerate(firms)]
    review.lay_open(panel_id=panel.pk, items=items, by=officer, at=NOW)

    def score_all(phase):
        lines = {c.code: str(Decimal(c.points) / 2) for c in queries.reading(panel).criteria if c.phase == phase}
        for seat in seats_of(panel):
            for item in panel.items.all():
                sent = experts[seat.pk].post(f"/review/seats/{seat.key}/items/{item.code}/", {**lines, "text": "意见"})
                assert sent.status_code == 302, text_of(sent)

    score_all("blind")
    wrong = experts[first.pk].post(f"/review/seats/{first.key}/items/{panel.items.first().code}/", {"fit": "31"})
    assert wrong.status_code == 422
    assert office.post(f"{base}/do/open_defence/").status_code == 302
    score_all("defence")
    assert office.post(f"{base}/do/freeze/").status_code == 302
    assert experts[first.pk].post(f"/review/seats/{first.key}/reasons/", {"text": "综合看各有所长"}).status_code == 302
    for item in panel.items.all():
        assert office.post(f"{base}/items/{item.code}/feedback/", {"text": "载量数据不足"}).status_code == 302
    assert office.post(f"{base}/seats/{first.number}/rate/", {"points": "92", "reason": "细致"}).status_code == 302
    page = text_of(office.get(f"{base}/"))
    assert "50.00" in page and "核对一致" in page
    assert office.post(f"{base}/do/close/").status_code == 302
    file = office.get(f"{base}/results/?format=csv").content.decode("utf-8-sig")
    assert "50.00" in file and "name-" not in file
    office.cookies["lianban_language"] = "en"
    for address in ("/review/", "/review/pool/", f"{base}/draws/1/", f"/review/pool/{first.expert.key}/"):
        assert office.get(address).status_code == 200


def test_what_an_expert_does_leaves_no_line_that_ties_a_person_to_a_seat(laid_open, browser):
    panel = laid_open()
    seat = seats_of(panel)[0]
    reader = browser(username=seat.expert.user.username)
    code = panel.items.first().code
    reader.post(f"/review/seats/{seat.key}/items/{code}/", {"fit": "1"})
    Panel.objects.filter(pk=panel.pk).update(state="confirmed")
    reader.post(f"/review/seats/{seat.key}/items/{code}/", {"fit": "1"})

    assert not Entry.objects.filter(actor=f"user:{seat.expert.user_id}").exists()
    assert not Entry.objects.filter(subject__contains=seat.key).exists()


def test_waiting_tells_each_what_is_theirs(laid_open, as_expert, officer, person):
    panel = laid_open()
    seat = seats_of(panel)[0]

    assert [w.key for w in queries.waiting(as_expert(seat.expert), TODAY)] == [f"{seat.reference}:score"]
    assert [w.key for w in queries.waiting(officer, TODAY)] == [f"{panel.reference}:blind"]
    assert queries.waiting(person("chief"), TODAY) == []


def test_the_pool_is_kept_on_its_page(person, browser, firms):
    actor = person("expert", username="new")
    client = browser("science_bureau")
    sent = client.post("/review/pool/", {"user": actor.user_id, "kinds": ["technical"], "fields_": "层析、 纯化"})
    assert sent.status_code == 302
    row = Expert.objects.get()
    assert row.fields == ["层析", "纯化"]
    base = f"/review/pool/{row.key}"
    assert (
        client.post(f"{base}/engage/", {"organisation": "f0", "kind": "employer", "evidence": "名册"}).status_code
        == 302
    )
    assert client.post(f"{base}/bar/", {"behaviour": "plead", "years": "9", "document": "文号"}).status_code == 409
    assert client.post(f"{base}/bar/", {"behaviour": "plead", "years": "2", "document": "文号"}).status_code == 302
    assert "文号" in text_of(client.get(f"{base}/"))
    tie, barred = row.engagements.get().pk, queries.bars_of(row).get().pk
    assert client.post(f"{base}/engagements/{tie}/end/", {"until": ""}).status_code == 422
    assert client.post(f"{base}/engagements/{tie}/end/", {"until": "2026-12-01"}).status_code == 302
    assert client.post(f"{base}/engagements/{tie}/end/", {"until": "2026-12-02"}).status_code == 409, "it has ended"
    lifted = {"on": "2026-12-01", "reason": "复议撤销"}
    assert client.post(f"{base}/bars/{barred}/lift/", {"on": "2026-12-01", "reason": ""}).status_code == 422
    assert client.post(f"{base}/bars/{barred}/lift/", lifted).status_code == 302
    assert client.post(f"{base}/bars/{barred}/lift/", lifted).status_code == 409, "it was lifted"
    assert "复议撤销" in text_of(client.get(f"{base}/"))
    assert client.post(f"{base}/dismiss/", {"reason": "本人要求"}).status_code == 302
    assert not Expert.objects.get().active
    assert browser("officer").post(f"{base}/dismiss/", {"reason": "x"}).status_code == 403


def test_a_tie_or_a_bar_of_somebody_else_is_not_found(browser, pool, firms):
    client = browser("science_bureau")
    tie = review.engage(expert_id=pool[0].pk, organisation_id=firms[0].pk, kind="employer", evidence="名册", by=SYSTEM, at=NOW)  # fmt: skip
    bar = review.bar(user_id=pool[0].user_id, behaviour="plead", years=1, document="文号", by=SYSTEM, at=NOW)

    other = f"/review/pool/{pool[1].key}"
    assert client.post(f"{other}/engagements/{tie.pk}/end/", {"until": "2026-12-01"}).status_code == 404
    assert client.post(f"{other}/bars/{bar.pk}/lift/", {"on": "2026-12-01", "reason": "x"}).status_code == 404


def test_a_representative_is_seated_where_the_rules_let_one_sit(browser, convened, expert):
    panel, row = convened(), expert("stands-for", "representative")
    technical = expert("judge", "technical")
    client, base = browser("science_bureau"), f"/review/panels/{panel.key}"

    assert "本规则集下发榜方不参加评审组" in text_of(client.get(f"{base}/"))
    assert client.post(f"{base}/appoint/", {"expert": row.key}).status_code == 409

    let = {"pack": "cn-core-2025", "overrides": {"challenge.poster_in_panel": True}, "document": "示例", "chain": "mab"}
    rulesets.put_in_force(**let, starts_on=TODAY, by=SYSTEM, at=NOW)
    panel = convened(
        subject="challenges.challenge:2", frozen=queries_of_rules.freeze("mab", TODAY, "challenge", "review")
    )
    base = f"/review/panels/{panel.key}"
    assert row.key in client.get(f"{base}/").content.decode()
    assert client.post(f"{base}/appoint/", {"expert": technical.key}).status_code == 422
    assert client.post(f"{base}/appoint/", {"expert": row.key}).status_code == 302
    assert [seat.kind for seat in panel.seats.all()] == ["representative"]
    assert client.post(f"{base}/appoint/", {"expert": row.key}).status_code == 422, "seated already"


def test_a_panel_page_costs_a_fixed_number_of_statements(frozen_panel, officer, django_assert_max_num_queries):
    panel = frozen_panel()
    client = Client()
    client.login(username="officer", password="long-enough-1")
    with django_assert_max_num_queries(60):
        assert client.get(f"/review/panels/{panel.key}/").status_code == 200
    assert Score.objects.count() == 5 * 3 * 7
