"""From a weak point to an accepted result by a posted challenge, and a consortium that answers one as a single solver.

Each kind of step is done once through its page, by the person whose step it is. What only repeats (the other solvers, the
other experts, the other stage) and what only takes days is done beside the site, on its own database: bystanders.py
is those other people. The sealed box goes by the database's clock, which nobody turns: its deadline is brought
forward, and waited for.
"""

import re
import time
from datetime import date, timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest


def _load():
    """The other people and the road, by path: these tests are no package."""
    spec = spec_from_file_location("bystanders", Path(__file__).parent / "bystanders.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bystanders = _load()
Road, fill, option_of, ENGLISH = bystanders.Road, bystanders.fill, bystanders.option_of, bystanders.ENGLISH
POSTER, WINNER, LOSER, LAST = ENGLISH

EXAMPLE = "（旅程）"
LEFT = 2.0  # seconds from the last answer to the deadline
CHAIN = "antibody"
PRODUCT = {"zh": "ion-exchange", "en": "medium"}
LEADER = "信达生物"
SOLVERS = {
    "example-filter": "enterprise",
    "example-university": "university",
    "example-lab": "laboratory",
}  # best first
CONDITIONS = ("揭榜单位须在本市注册", "近三年无严重失信记录")
PLAN = {
    "title": f"方案{EXAMPLE}", "plan": "本单位分三步达到指标。", "route": "材料、成型、验证", "milestones": "小试、中试、验证",
    "budget": "设备与试剂", "team": "二十人", "risk": "自有专利，无纠纷", "asked_fen": "800", "months": "24",
}  # fmt: skip
WORDS = {
    "zh": {"title": "旅程攻关", "race": "赛马", "missing": "还差 1 份", "public": "财政资金", "out": "淘汰", "won": "胜出", "posted": "发榜",
           "accepted": "验收通过", "forty": "补偿 40"},
    "en": {"title": "Journey challenge", "race": "race", "missing": "1 ", "public": "public money", "out": "eliminated", "won": "won",
           "posted": "post", "accepted": "accept", "forty": "compensation 400,000"},
}  # fmt: skip
LANGUAGES = [
    pytest.param("zh", marks=[pytest.mark.browser, pytest.mark.slow], id="zh"),
    pytest.param("en", marks=[pytest.mark.browser, pytest.mark.evidence], id="en"),
]


@pytest.fixture(scope="module")
def others(demo, demo_data):
    people = bystanders.Others(demo_data)
    people.prepare()
    yield people
    people.stop()


@pytest.mark.evidence
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_weak_point_is_challenged_answered_raced_and_solved(people, others, language):
    road = Road(people, language)
    propose(road)
    decide(road, others)
    answer(road, others)
    open_box(road, others)
    review(road, others)
    choose(road, others)
    sign_and_pay(road, others)
    race(road, others)
    accept(road, others)


def propose(road: Road) -> None:
    """One click on the weak point; what is missing or too much is said before anything can be handed in."""
    words = WORDS[road.language]
    page = road.open("officer", f"/diagnosis/{CHAIN}/points/{PRODUCT[road.language]}/")
    page.wait_for_selector("#challenges form")
    road.press(page, "#challenges form button")
    assert page.url.endswith("/write/")
    road.pk = int(re.search(r"/challenges/(\d+)/", page.url)[1])
    assert "challenges.no_indicator" in road.stopped("officer", "submit")
    page = road.open("officer", f"{road.address}write/")
    poster = option_of(page, "poster", POSTER)
    fill(
        page, title=f"{words['title']}{EXAMPLE}", title_en=words["title"], klass="tackling", mode="firm", scale="major",
        poster=poster, first_user=poster, background="依赖进口", problem="批间差异大", present_level="L1", scenario="中试线三批对比",
        conditions="\n".join(CONDITIONS), ownership="solver", months=24, total_fen=1200, public_fen=900, poster_cash_fen=300,
        payable_fen=800, acceptance_fen=300, contact="科技部门产业处", posted_class="open",
        **{"indicators-0-name": "纯度", "indicators-0-comparison": ">=", "indicators-0-threshold": 95, "indicators-0-unit": "%",
           "indicators-0-test_method": "方法待定", "indicators-0-test_body": "示例检测认证院"},
        **{"milestones-0-name": "小试", "milestones-0-months": 8, "milestones-0-deliverable": "样品三批", "milestones-0-payment_fen": 200},
        **{"milestones-1-name": "中试", "milestones-1-months": 16, "milestones-1-deliverable": "批次记录", "milestones-1-payment_fen": 300},
    )  # fmt: skip
    road.press(page, "main form button.main")
    assert page.locator("#money .error").count() and page.locator("#next button.main").is_disabled()
    page = road.open("officer", f"{road.address}write/")
    fill(page, public_fen=300, poster_cash_fen=900)
    road.press(page, "main form button.main")
    worked = page.locator("#money details tr")
    assert (
        not page.locator("#money .error").count() and worked.count() >= 2 and page.locator("#money tr.decides").count()
    )
    assert words["public"] in page.inner_text("#money").lower()
    assert "在本市注册" in page.inner_text("#conditions mark")
    road.do("officer", "submit")
    assert road.people("enterprise", road.language).page.goto(page.url).status == 404  # nobody outside knows of it yet


def decide(road: Road, others) -> None:
    """Through the offices; the condition that shuts others out is taken out by the legal unit before the list is posted."""
    road.do("science", "collect", note="同意")
    others.pass_on(road.pk)
    stopped = road.stopped("legal", "clear")
    assert "challenges.legal_undecided" in stopped and "challenges.no_legal_basis" in stopped
    page = road.open("legal")
    road.press(page, '#conditions a[href*="/do/decide_condition/"]')
    fill(page, decision="remove", reason="没有上位法依据")
    road.press(page, "form.do button.main")
    road.do("legal", "clear", opinion="其余条件未见限制竞争")
    road.do("science", "decide_posting", minutes="纪要〔2026〕8 号")
    road.do("science", "post")
    road.do("science", "invite")
    shown = road.text("")
    assert CONDITIONS[0] not in shown and CONDITIONS[1] in shown
    assert WORDS[road.language]["title"] in road.text("", "/challenges/?state=open")


def answer(road: Road, others) -> None:
    """Three answers; one by hand. What any page says of the list is the same before as after."""
    before = {who: road.text(who) for who in ("", "officer", "science", "supervisor")}
    assert road.people("buyer", road.language).page.goto(road_url(road, "answer/")).status == 404  # the poster may not
    page = road.open("enterprise", f"{road.address}answer/")
    named_plan = f"{POSTER}、{WINNER}的方案"
    fill(page, **{**PLAN, "plan": named_plan}, race_consent=True)
    road.press(page, "form.do button.main")
    assert page.locator("main .code").count() == 0 and WINNER in page.inner_text("body")  # refused: it says who it is
    page = road.open("enterprise", f"{road.address}answer/")
    fill(page, **PLAN, race_consent=True)
    road.press(page, "form.do button.main")
    assert len(page.locator("main .code").first.inner_text()) > 6
    assert PLAN["plan"] not in page.inner_text("main")  # nobody reads it now, not even who wrote it
    others.answer(road.pk, *list(SOLVERS)[1:])
    for who, text in before.items():
        assert road.text(who) == text, f"the page tells {who or 'a visitor'} that something came"
    for path in ("/challenges/", "/"):
        assert road.named(LOSER) not in road.text("officer", path)
    assert road.stopped("officer", "open") == ["challenges.before_deadline"]
    others.bring_forward(road.pk, LEFT)


def road_url(road: Road, path: str) -> str:
    return road.people.address.rstrip("/") + road.address + path


def open_box(road: Road, others) -> None:
    """Two of three custodians open it; one cannot."""
    time.sleep(LEFT + 0.3)
    page = road.open("head")
    road.press(page, '#next a[href^="/sealing/"]')
    box = re.search(r"/sealing/\d+/", page.url)[0]
    fill(page, passphrase="not the passphrase of the head")
    road.press(page, 'form[action$="/give/"] button')
    others_word = others.custody_word()
    page = road.open("head", box)
    fill(page, passphrase=others_word)
    road.press(page, 'form[action$="/give/"] button')
    assert WORDS[road.language]["missing"] in road.state(page)
    assert road.stopped("officer", "open") == ["challenges.box_closed"]
    assert WINNER not in road.text("head", box)
    page = road.open("supervisor", box)
    fill(page, passphrase=others_word)
    road.press(page, 'form[action$="/give/"] button')
    road.do("officer", "open")
    page = road.open("officer")
    assert page.locator("#answers tbody tr").count() == 3
    assert all(road.named(name) in page.inner_text("#answers") for name in (WINNER, LOSER, LAST))
    assert not road.open("department").locator("#answers").count()  # opened is not published
    marks = {f"mark_{code}": True for code in others.formal()}
    road.do("officer", "check", road.item(page, "check", WINNER), **marks)
    assert road.stopped("officer", "finish_check")
    others.check_rest(road.pk)
    road.do("officer", "finish_check")


def panel_of(road: Road) -> str:
    page = road.open("science")
    return re.search(
        r"/review/panels/[^/]+/", page.locator('#next a[href^="/review/panels/"]').first.get_attribute("href")
    )[0]


def step(road: Road, panel: str, verb: str) -> None:
    page = road.open("science", panel)
    road.press(page, f'form[action$="/do/{verb}/"] button:enabled')


def review(road: Road, others) -> None:
    """Drawn, conflicts found and seats filled anew, read blind and scored; no page knows a score until all are frozen."""
    road.do("science", "convene")
    panel = panel_of(road)
    step(road, panel, "draw")
    caught = clear_conflicts(road, panel)
    if not caught:  # the expert with the tie was not drawn: one who was turns out to have it too
        key = others.seated_technical(road.pk)[0]
        page = road.open("head", f"/review/pool/{key}/")
        road.press(page, "details:has(form[action$='/engage/']) summary")
        fill(page, organisation="example-lab", kind="employer", evidence="任职证明")
        road.press(page, "form[action$='/engage/'] button")
        step(road, panel, "recheck")
        caught = clear_conflicts(road, panel)
    assert caught >= 1
    assert road.named(LAST) in road.open("science", panel).inner_text("#hits")

    first = others.sitting(road.pk)[0]
    page = road.open(first, "/review/mine/")
    road.press(page, f'main td a:has-text("{WORDS[road.language]["title"]}")')
    seat = re.search(r"/review/seats/[^/]+/", page.url)[0]
    road.press(page, 'form[action$="/declare/"] button')
    others.declare_rest(road.pk)
    page = road.open("science", panel)
    road.press(page, 'form[action$="/chair/"] button')
    step(road, panel, "confirm")
    road.do("science", "seat")
    road.do("science", "lay_open")

    page = road.open(first, seat)
    road.press(page, 'main a[href*="/items/"]')
    read = page.inner_text("main")
    assert "分三步达到指标" in read and not any(name in read for one in ENGLISH.items() for name in one)
    for field in page.locator("main aside input[type=number]").all():
        field.fill(field.get_attribute("max"))
    road.press(page, "main aside form button")
    assert road.people("enterprise", road.language).page.goto(road.people.address.rstrip("/") + panel).status == 404
    step_open = road.open("science", panel)
    assert not step_open.locator("#results").count()
    others.score_rest(road.pk, "blind")
    step(road, panel, "open_defence")
    others.score_rest(road.pk, "defence")
    assert not road.open("science", panel).locator("#results").count()
    step(road, panel, "freeze")
    page = road.open("science", panel)
    assert page.locator("#results tbody tr").count() == 3
    others.give_reasons(road.pk)
    road.do("science", "finish_review")


def clear_conflicts(road: Road, panel: str) -> int:
    """A second person upholds each hit, the organiser fills the seat anew by lot, until no hit is left; how many there were."""
    for caught in range(8):
        page = road.open("head", panel)
        if not page.locator("form.decide").count():
            return caught
        hit = page.locator("article.hit:has(form.decide)").first
        number = re.search(r"\d+", hit.inner_text())[0]
        hit.locator("[name=reason]").fill("任职单位是申报方")
        road.press(page, hit.locator("button"))
        page = road.open("science", panel)
        seat = page.locator(f"details:has(form[action$='/seats/{number}/replace/'])")
        if seat.count():  # two hits at one seat: it is filled anew once
            road.press(page, seat.locator("summary"))
            seat.locator("[name=reason]").fill("回避")
            road.press(page, seat.locator("button"))
    raise AssertionError("conflicts without an end")


def choose(road: Road, others) -> None:
    """The poster says what it thinks, the meeting has two race, who lost is told why, the public sees it."""
    words = WORDS[road.language]
    road.do("buyer", "opine", opinion="同意评审意见，建议两家并行")
    page = road.open("officer")
    lanes = {name: road.item(page, "answers", name) for name in (WINNER, LOSER, LAST)}
    today = date.today()
    page = road.open("science", f"{road.address}do/race/")
    given: dict[str, Any] = {"minutes_if": "纪要〔2026〕11 号", "reason": "两家路线不同，并行验证"}
    for name in (WINNER, LOSER):
        given |= {f"lane_{lanes[name]}": True, f"public_{lanes[name]}": 150, f"payable_{lanes[name]}": 400}
    given |= {"landmark_design": "设计通过用户确认", "due_design": today + timedelta(days=90), "cap_design": 40,
              "landmark_prototype": "样品达到纯度", "due_prototype": today + timedelta(days=200)}  # fmt: skip
    road.do("science", "race", **given)
    shown = road.text("")
    assert road.named(WINNER) in shown and road.named(LOSER) in shown and road.named(LAST) not in shown
    assert words["race"] in shown.lower()
    stopped = road.stopped("science", "end_publicity")
    assert "challenges.notice_running" in stopped and "challenges.feedback_missing" in stopped
    road.do("officer", "feedback", lanes[LAST], text="指标依据不足，建议补充小试数据")
    assert "指标依据不足" in road.text("laboratory", f"{road.address}answers/{lanes[LAST]}/")
    others.notice_over(road.pk)
    road.do("science", "end_publicity")


def sign_and_pay(road: Road, others) -> None:
    """Papers per team, the proofs, then the money into each team's own pot."""
    road.do("officer", "draft_papers")
    assert road.stopped("officer", "sign") == ["challenges.papers_missing"] * 2
    others.sign_papers(road.pk)
    page = road.open("officer")
    road.do("officer", "papers", road.item(page, "papers", WINNER, ".lane"), contract_registration="示例登记号", money_proof="银行回单",
            money_proof_fen=400)  # fmt: skip
    others.record_rest(road.pk)
    road.do("officer", "sign")
    road.do("science", "pay")


def race(road: Road, others) -> None:
    """One is out at the first gate, by two persons, and is paid what was capped; the other goes through and wins."""
    words = WORDS[road.language]
    page = road.open("officer")
    road.do(
        "officer",
        "finding",
        road.item(page, "finding", LOSER, ".lane"),
        met="no",
        reason="设计未通过用户确认",
        evidence="评审意见",
        cost_fen=120,
    )
    assert not road.open("officer").locator('#lanes a[href*="/do/confirm/"]').count()  # not by who proposed it
    page = road.open("science")
    road.press(page, '#lanes a[href*="/do/confirm/"]')
    assert "40" in page.inner_text("form.do, main")
    road.press(page, "form.do button.main")
    lane = road.open("university").locator(".lane", has_text=road.named(LOSER)).inner_text()
    assert words["out"] in lane and words["forty"] in lane and "设计未通过用户确认" in lane
    assert "challenges.no_winner" in road.stopped("officer", "finish_run")
    others.pass_gates(road.pk)
    page = road.open("science")
    road.do("science", "win", road.item(page, "win", WINNER, ".lane"), reason="全部阶段达标")
    assert words["won"] in road.open("science").locator(".lane", has_text=road.named(WINNER)).inner_text()
    road.do("officer", "finish_run")


def accept(road: Road, others) -> None:
    """The project is concluded and agreed to, then the challenge; the weak point tells the whole story."""
    words = WORDS[road.language]
    assert road.stopped("science", "accept") == ["challenges.not_concluded"]
    project = f"/projects/{others.do_the_work(road.pk)}/"
    page = road.open("head", f"{project}do/conclude/")
    fill(page, outcome="met", reason="全部指标达到", evidence="验收意见")
    road.press(page, "main form button.main")
    page = road.open("enterprise", f"{project}do/consent/")
    road.press(page, "main form button.main")
    road.do("science", "accept")
    page = road.open("officer", f"/diagnosis/{CHAIN}/points/{PRODUCT[road.language]}/")
    page.wait_for_selector("section#timeline")
    told = page.inner_text("#timeline")
    for verb in (words["posted"], words["race"], words["accepted"]):
        assert verb.lower() in told.lower(), verb


@pytest.mark.evidence
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filed_consortium_answers_as_one_solver(people, others, language):
    """From the consortium's own pages; its answer is sealed like any other, and opens as one with its members as partners."""
    road = Road(people, language)
    title = f"{WORDS[language]['title']}：联合体"
    road.pk = others.posted(PRODUCT[language], title)
    page = road.open("innovent", "/consortia/")
    road.press(page, "main td a, main li a, main h2 a")
    road.press(page, 'main a[href$="/topics/"]')
    road.press(page, 'main a[href$="/lists/"]')
    before, lists = page.inner_text("main"), "/consortia/" + page.url.split("/consortia/")[1]
    road.press(page, f'main a[href$="/lists/{road.pk}/"]')
    fill(page, **PLAN, race_consent=True)
    road.press(page, "main form button.main")
    assert page.url.endswith(f"{road.address}answer/") and page.locator("main .code").count() == 2
    assert road.text("innovent", lists) == before  # not even its own pages tell that it answered
    assert road.named(WINNER) not in road.text("officer")
    others.bring_forward(road.pk, 0.5)
    time.sleep(0.8)
    others.open_box(road.pk)
    rows = road.open("officer").locator("#answers tbody tr")
    assert rows.count() == 1
    one = rows.first.inner_text()
    assert (LEADER if language == "zh" else "Innovent") in one and road.named(WINNER) in one and road.named(LAST) in one
