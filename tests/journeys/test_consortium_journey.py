"""Road (b): the leader's demand list → four topics → agreement → contributions → milestone payment → acceptance → first
use and priority purchase → benefit split → the level raised, told as one story on the weak point's page.

Each kind of step is done by hand once, by the one whose step it is; what the other members do likewise is sent as their
browser would send it (``Journey.send``). src/lianban/cli/demo/consortium.py walks the same road through the services.
"""

import re
import time
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

CHAIN, LEADER = "antibody", "innovent"
# Who joins: the account that acts, the organisation, its role, its ability, whether it is small.
MEMBERS = (
    ("nanomicro", "nanomicro", "builder", "层析介质", False),
    ("gusu", "gusu-lab", "builder", "材料表征", False),
    ("hospital", "soochow-hospital", "builder", "临床需求", False),
    ("enterprise", "example-filter", "builder", "过滤", True),
    ("laboratory", "example-lab", "service", "检测方法", False),
)
# What the fourth topic makes, who makes it, and the maker's account: each language raises a level of its own.
MADE = {"zh": ("bag", "示例滤材有限公司", "enterprise"), "en": ("tff-membrane", "姑苏实验室", "gusu")}
POT, BUDGET, PAID, INCOME = Decimal("4000000.01"), Decimal(1000000), Decimal("333333.33"), Decimal("300000.01")
WORDS = {
    "zh": {"name": "一次性耗材创新联合体（旅程，示例）", "operating": "运行", "in_force": "已签齐生效", "whole": "没有缺口", "met": "达到",
           "confirmed": "使用单位已确认", "chosen": "已选定", "raised": "水平提升"},
    "en": {"name": "Consortium on single-use goods (journey, example)", "operating": "operating", "in_force": "Signed by all",
           "whole": "No gap", "met": "met", "confirmed": "confirmed by the user",
           "chosen": "chosen", "raised": "level"},
}  # fmt: skip


def day(days: int) -> str:
    return (datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=days)).isoformat()


def yuan(place) -> list[Decimal]:
    """Every amount of money in a place, to the fen: pages say it in full in the title of the amount."""
    titles = place.locator('[title$=" 元"]').evaluate_all("all => all.map(one => one.title)")
    return [Decimal(title.removesuffix(" 元").replace(",", "")) for title in titles]


class Journey:
    """One walk along the road: the people in one language, and where the consortium, its topic and project are."""

    def __init__(self, people, language: str):
        self.people, self.language, self.words = people, language, WORDS[language]
        self.product, self.maker_name, self.maker = MADE[language]
        self.point = f"/diagnosis/{CHAIN}/points/{self.product}/"
        self.at = self.project = ""
        self.tokens: dict[str, str] = {}

    def who(self, user: str):
        return self.people(user, self.language)

    def open(self, user: str, path: str):
        return self.who(user).open(path)

    def fill(self, page, **fields) -> None:
        for name, value in fields.items():
            page.fill(f"main form [name={name}]", value)

    def go(self, user: str, selector: str):
        """Follow the first link or press the first button found, and wait for what comes."""
        page = self.who(user).page
        with page.expect_navigation():
            page.locator(selector).first.click()
        return page

    def press(self, user: str, selector: str = "main form button.main"):
        """Press, and be through: no refusal, no field to mend."""
        page = self.go(user, selector)
        assert not page.locator(".refusals").count(), page.inner_text(".refusals")
        return page

    def do(self, user: str, path: str, **fields):
        """The form of one deed, filled in and pressed by hand."""
        page = self.open(user, path)
        self.fill(page, **fields)
        return self.press(user)

    def send(self, user: str, path: str, **fields) -> None:
        """What another person's browser would send, pressing the same button."""
        person = self.who(user)
        request, address = person.context.request, person.address.rstrip("/")
        if user not in self.tokens:
            found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', request.get(address + "/").text())
            self.tokens[user] = found[1]
        form = {"csrfmiddlewaretoken": self.tokens[user], "once": str(uuid4()), **fields}
        answer = request.post(address + path, form=form, headers={"Referer": address + path})
        assert answer.ok, re.sub(r"<[^>]+>|\s+", " ", answer.text().partition("<main")[2])

    def link(self, page, deed: str) -> list[str]:
        """Addresses of the buttons of one deed on a page, in order."""
        one = page.locator(f'main [href*="/do/{deed}/"], main form[action*="/do/{deed}/"]')
        return one.evaluate_all("all => all.map(one => one.getAttribute('href') || one.getAttribute('action'))")

    def reasons(self, page) -> set[str]:
        """The reasons a page gives why something cannot be done yet."""
        return set(page.locator("main [data-code]").evaluate_all("all => all.map(one => one.dataset.code)"))

    # --- the steps -----------------------------------------------------------------------------------------------

    def found(self) -> None:
        """The leader proposes and invites; nobody goes on before everybody has answered."""
        page = self.open(LEADER, f"/consortia/propose/{CHAIN}/")
        self.fill(
            page, name=self.words["name"], purpose="补齐一次性耗材（示例）", lead_capabilities="工艺放大、应用验证"
        )
        page = self.press(LEADER)
        self.at = re.search(r"/consortia/\d+/", page.url)[0]
        first, *rest = MEMBERS
        self.do(LEADER, f"{self.at}do/invite/", organisation=first[1], capabilities=first[3], duty="试制（示例）")
        for _user, code, role, able, small in rest:
            more = {"small": "on"} if small else {}
            self.send(
                LEADER, f"{self.at}do/invite/", organisation=code, role=role, capabilities=able, duty="（示例）", **more
            )
        page = self.open(LEADER, self.at)
        assert page.locator("#next button[disabled]").count() and "consortia.invitations_open" in self.reasons(page)
        self.who("nanomicro").open(self.at)
        page = self.go("nanomicro", "#next a.btn.main")
        page.check("[name=accept][value=yes]")
        self.press("nanomicro")
        for user, *_ in rest:
            self.send(user, self.link(self.open(user, self.at), "answer")[0], accept="yes")
        page = self.open(LEADER, f"{self.at}do/shares/")
        boxes = page.locator("[name^=share_]")
        for place in range(boxes.count()):
            boxes.nth(place).fill("40" if place == 0 else "12")
        self.press(LEADER)

    def pledge(self) -> None:
        """Contributions are promised before the filing: cash of two, equipment of a third."""
        path = self.link(self.open(LEADER, f"{self.at}money/"), "pledge")[0]
        page = self.open(LEADER, path)
        page.select_option("[name=kind]", "cash")
        self.fill(page, what="首期出资（示例）", amount_fen="3000000", due_on=day(60))
        self.press(LEADER)
        for user, kind, amount in (("nanomicro", "cash", "1000000.01"), ("gusu", "equipment", "800000")):
            path = self.link(self.open(user, f"{self.at}money/"), "pledge")[0]
            self.send(user, path, kind=kind, what="首期投入（示例）", amount_fen=amount, due_on=day(60))

    def topics(self) -> None:
        """自主凝练课题: each demand of the leader becomes a topic with a standard, a scenario and a first user."""
        page = self.open(LEADER, f"{self.at}topics/")
        demands = page.locator('main a[href*="?demand="]').evaluate_all(
            "all => all.map(one => one.getAttribute('href'))"
        )
        assert len(demands) == 4
        page = self.open(LEADER, demands[-1])
        assert page.input_value("[name=product]") == "bag"
        page.select_option("[name=product]", self.product)
        told = {"standard": "溶出物不高于 5 µg/mL（示例）", "deadline": day(500)}
        indicators = "溶出物｜<=｜5｜µg/mL｜方法待定（示例）｜示例检测认证院"
        self.fill(page, **told, indicators=indicators, budget_fen=f"{BUDGET}")
        page.select_option("[name=kind]", "process")
        page.select_option("[name=lead]", label=self.maker_name)
        taken = page.locator("main form").evaluate("form => Object.fromEntries(new FormData(form))")
        page = self.press(LEADER)
        assert page.locator('main a[href*="?demand="]').count() == 3
        for demand in demands[:3]:
            title = page.locator(f'main a[href="{demand}"]').inner_text()
            more = {
                "demand_code": demand.partition("=")[2],
                "title": title,
                "demand": title,
                "product": "",
                "budget_fen": "0",
            }
            self.send(LEADER, f"{self.at}do/topic/", **{**taken, **more, "kind": "applied_basic", "once": str(uuid4())})
        page = self.open(LEADER, f"{self.at}topics/")
        assert not page.locator('main a[href*="?demand="]').count() and page.locator("article").count() == 4
        self.tasks(page)

    def tasks(self, page) -> None:
        for place, path in enumerate(self.link(page, "task")):
            page = self.open(LEADER, path)
            self.fill(
                page,
                title="小试样品（示例）",
                deliverable="样品三批",
                due_on=day(120),
                needs="过滤",
                worth_fen="600000",
            )
            self.fill(page, payment_fen=f"{PAID}" if place == 0 else "0")
            page.select_option("[name=member]", label=self.maker_name)
            taken = page.locator("main form").evaluate("form => Object.fromEntries(new FormData(form))")
            if place == 0:
                self.press(LEADER)
                second = {
                    "title": "放大与验证（示例）",
                    "due_on": day(300),
                    "payment_fen": f"{BUDGET - PAID}",
                    "once": str(uuid4()),
                }
                self.send(LEADER, path, **{**taken, **second})
            else:
                self.send(LEADER, path, **taken)

    def settle(self) -> None:
        """The agreement, clause by clause: it is issued when nothing is open, and binds when all have signed."""
        page = self.open(LEADER, self.at)
        page = self.press(LEADER, "#next button.btn.main")
        self.agreement = page.locator('main a[href^="/agreements/"]').first.get_attribute("href")
        page = self.open(LEADER, self.at)
        assert "consortia.not_signed_by_all" in self.reasons(page)

        page = self.open(LEADER, f"{self.agreement}clauses/priority_purchase/")
        page.select_option("[name=buyer]", index=1)
        self.fill(
            page,
            product="一次性袋",
            quantity="200",
            unit="只",
            months="12",
            quality_gate="每批溶出物不高于 5 µg/mL（示例）",
        )
        page.locator("#preview .text", has_text="200").wait_for()  # the text as it will read
        self.press(LEADER, "main form button:not(.main):not(.plain)")
        for clause, option in (("ownership", "joint_by_share"), ("benefit", "agreed_shares")):
            self.open(LEADER, f"{self.agreement}clauses/{clause}/?option={option}")
            self.go(LEADER, 'main a[href$="equal=1"]')
            self.press(LEADER, "main form button:not(.main):not(.plain)")
        page = self.press(LEADER, f'form[action="{self.agreement}propose/"] button')
        assert page.locator(f'form[action="{self.agreement}issue/"] button[disabled]').count()
        n_open = page.locator("#findings .stops").count()
        assert n_open and str(n_open) in page.inner_text("#why-not")
        self.answer_what_is_open(page)
        page = self.open(LEADER, self.agreement)
        assert self.words["whole"] in page.inner_text("#findings")
        self.press(LEADER, f'form[action="{self.agreement}issue/"] button')
        self.press(LEADER, f'form[action^="{self.agreement}sign/"] button')
        for user, *_ in MEMBERS[:-1]:
            path = self.signing(user)
            self.send(user, path)
        page = self.open(MEMBERS[-1][0], self.agreement)
        page = self.press(MEMBERS[-1][0], f'form[action^="{self.agreement}sign/"] button')
        assert self.words["in_force"] in page.inner_text("main aside")
        self.open(LEADER, self.at)
        self.press(LEADER, "#next button.btn.main")

    def signing(self, user: str) -> str:
        return self.open(user, self.agreement).get_attribute(f'form[action^="{self.agreement}sign/"]', "action")

    def answer_what_is_open(self, page) -> None:
        """Go to each clause the check names, answer every question left empty, until nothing is open."""
        links = page.locator("#findings .stops a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        for path in dict.fromkeys(links):
            page = self.open(LEADER, path)
            equal = page.locator('main a[href$="equal=1"]')
            if equal.count():
                self.go(LEADER, 'main a[href$="equal=1"]')
            for box in (
                page.locator("main form.column").locator("input:visible, textarea:visible, select:visible").all()
            ):
                self.answer(box)
            self.press(LEADER, "main form button:not(.plain)")

    def answer(self, box) -> None:
        if box.input_value():
            return
        kind = box.evaluate("box => box.tagName === 'SELECT' ? 'select' : box.type")
        if kind == "select":
            box.select_option(index=1)
        elif kind == "date":
            box.fill(day(1095) if "until" in box.get_attribute("name") else day(0))
        else:
            box.fill("1000000" if box.get_attribute("inputmode") else "抗体生产用的一次性耗材（示例）")

    def file(self) -> None:
        """The filing names every condition that is not met; the science bureau answers it."""
        page = self.open(LEADER, self.at)
        assert page.locator("#next button.main[disabled]").count()
        assert {"consortia.condition.lead_revenue", "consortia.condition.chief_scientist"} <= self.reasons(page)
        page = self.open(LEADER, f"{self.at}do/describe/")
        self.fill(
            page,
            revenue_fen="1000000000",
            rd_share="20",
            source="演示数字，不是年报（示例）",
            chief_post="首席科学家（示例）",
        )
        page.select_option("[name=chief_organisation]", index=1)
        self.press(LEADER)
        page = self.open(LEADER, self.at)
        assert not self.reasons(page)
        self.press(LEADER, "#next button.btn.main")
        self.open("science", self.at)
        page = self.go("science", "#next a.btn.main")
        page.check("[name=accept][value=yes]")
        self.fill(page, number=f"示例备字〔旅程〕{self.at}")
        self.press("science")

    def council(self) -> None:
        """The roadmap and four topics before the council; then it operates."""
        self.do(LEADER, f"{self.at}do/roadmap/", items=f"一次性袋国产化（示例）｜牵头企业用上｜{day(300)}｜1000000")
        self.meet("第一次理事会（示例）", "")
        self.open(LEADER, self.at)
        page = self.press(LEADER, "#next button.btn.main")
        assert self.words["operating"] in page.inner_text(".head .tag")

    def meet(self, title: str, wanted: str) -> None:
        """A meeting on every motion there is to put (or the ``wanted`` one): the first vote by hand, a count when all voted."""
        self.do(LEADER, f"{self.at}do/call/", title=title, held_on=day(0), votes_until=day(1))
        put = self.link(self.open(LEADER, f"{self.at}council/"), "put")[0]
        page = self.open(LEADER, put)
        motions = page.locator("[name=about] option").evaluate_all("all => all.map(one => one.value)")
        motions = [one for one in motions if wanted in one and one.split(":")[0] in ("roadmap", "topic", "split")]
        page.select_option("[name=about]", motions[0])
        page = self.press(LEADER)
        assert page.locator(".motion button[disabled]").count()  # nobody counts before the votes are in
        for motion in motions[1:]:
            self.send(LEADER, put, about=motion, title="")
        votes = self.link(self.open(LEADER, f"{self.at}council/"), "vote")
        assert len(votes) == len(motions)
        page = self.open(LEADER, votes[0])
        page.check("[name=choice][value=for]")
        self.press(LEADER)
        for path in votes[1:]:
            self.send(LEADER, path, choice="for")
        for user, *_ in MEMBERS:
            for path in self.link(self.open(user, f"{self.at}council/"), "vote"):
                self.send(user, path, choice="for")
        counted = self.link(self.open(LEADER, f"{self.at}council/"), "decide")
        self.press(LEADER, f'form[action="{counted[0]}"] button')
        for path in counted[1:]:
            self.send(LEADER, path)
        close = self.link(self.open(LEADER, f"{self.at}council/"), "close")[0]
        self.do(LEADER, close, minutes="全体到会，一致通过（示例）")

    def contribute(self) -> None:
        """No project before its money is there; each payment is confirmed by another; the pot holds it to the fen."""
        self.start = self.link(self.open(LEADER, f"{self.at}topics/"), "start")[0]
        self.open(LEADER, self.start)
        page = self.go(LEADER, "main form button.main")
        assert page.locator(".refusals [data-code]").count()
        for user, valued in (("nanomicro", ""), (LEADER, ""), ("gusu", "评估报告（示例）")):
            path = self.link(self.open(user, f"{self.at}money/"), "report")[0]
            if user == "nanomicro":
                self.do(user, path, evidence="银行回单（示例）")
            else:
                self.send(user, path, evidence="回单或移交单（示例）", valuation=valued)
        assert not self.link(self.open("nanomicro", f"{self.at}money/"), "confirm")
        for user, many in ((LEADER, 2), ("officer", 1)):
            for left in range(many, 0, -1):
                page = self.open(user, f"{self.at}money/")
                path = self.link(page, "confirm")[0]
                assert len(self.link(page, "confirm")) == left or user == "officer"
                page = self.press(user, f'form[action="{path}"] button')
        assert yuan(page.locator("main aside .facts").first)[0] == POT

    def work(self) -> None:
        """The project starts, its first milestone is delivered, checked, decided and paid."""
        self.do(LEADER, self.start)
        page = self.open(LEADER, f"{self.at}topics/")
        self.project = page.locator('main a[href^="/projects/"]').first.get_attribute("href")
        for number in (1, 2):
            assert "projects.report_missing" in self.reasons(self.open(self.maker, self.project))  # no acceptance yet
            self.step(self.maker, "report", report="样品三批已交付（示例）")
            self.step("officer", "check", note="资料齐全（示例）")
            page = self.open(LEADER, self.link(self.open(LEADER, self.project), "decide")[0])
            page.select_option("[name=passed]", "yes")
            self.fill(page, reason="达到阶段目标（示例）", evidence="会议纪要（示例）")
            self.press(LEADER)
            page = self.open("officer", self.link(self.open("officer", self.project), "pay")[0])
            self.press("officer")
            if number == 1:
                money = yuan(self.open(LEADER, f"{self.at}money/").locator("main aside .facts").first)
                assert (
                    money[0] == POT - PAID and money[1] == BUDGET - PAID
                )  # in the pot, of it held for what is to come

    def step(self, user: str, verb: str, **fields):
        return self.do(user, self.link(self.open(user, self.project), verb)[0], **fields)

    def accept(self) -> None:
        """Third-party report, acceptance indicator by indicator, the outcome, which the maker consents to."""
        page = self.open(self.maker, self.link(self.open(self.maker, self.project), "enter_report")[0])
        page.select_option("[name=body]", "example-testing")
        self.fill(page, number="示例检字 001", issued_on=day(0), value="3")
        self.press(self.maker)
        self.step(self.maker, "ask_acceptance", summary="指标达到（示例）")
        self.step("head", "open_acceptance")
        assert "projects.not_judged" in self.reasons(self.open("head", self.project))
        page = self.open("head", self.link(self.open("head", self.project), "judge")[0])
        page.select_option("[name=accepted]", "yes")
        self.fill(page, found="检测报告达标（示例）")
        self.press("head")
        page = self.open("head", self.link(self.open("head", self.project), "conclude")[0])
        page.select_option("[name=outcome]", "met")
        self.fill(page, reason="全部指标达到（示例）", evidence="验收意见（示例）")
        page = self.press("head")
        assert self.words["met"] in page.inner_text(".outcome h2")
        assert not self.link(page, "propose_rise")  # nothing rises before the outcome is in effect
        self.step(self.maker, "consent")
        page = self.open(LEADER, f"{self.at}topics/")
        self.press(LEADER, f'form[action="{self.link(page, "finish")[0]}"] button')

    def use(self) -> None:
        """First used at the leader, who confirms, and buys what it promised to buy first."""
        page = self.open(self.maker, self.link(self.open(self.maker, self.project), "first_use")[0])
        page.select_option("[name=user]", LEADER)
        self.fill(page, used_on=day(0), quantity_if="20", unit="只", evidence="领用单（示例）")
        self.press(self.maker)
        page = self.step(LEADER, "confirm_use")
        assert self.words["confirmed"] in page.inner_text("#results")
        page = self.open(LEADER, self.link(page, "promise")[0])
        page.select_option("[name=buyer]", LEADER)
        self.fill(
            page, quantity="200", unit="只", price_rule="不高于进口价 80%（示例）", starts_on=day(0), ends_on=day(365)
        )
        self.fill(page, quality_gate="溶出物不高于 5 µg/mL（示例）")
        page = self.press(LEADER)
        page = self.open(LEADER, self.link(page, "order")[0])
        page.select_option("[name=passed_gate]", "yes")
        self.fill(page, ordered_on=day(0), quantity="50", unit_price="400", evidence="订单与检验单（示例）")
        page = self.press(LEADER)
        assert "50" in page.inner_text(".promise") and "25" in page.inner_text(".promise")  # of 200: a quarter

    def share(self) -> None:
        """Income is split three ways beside each other; the council chooses one; it is paid to the last fen."""
        page = self.open(LEADER, f"{self.at}do/income/")
        self.fill(
            page, amount_fen=f"{INCOME}", payer="被许可方（示例）", evidence="许可合同（示例）", received_on=day(0)
        )
        self.press(LEADER)
        page = self.do(LEADER, f"{self.at}do/split/", amount_fen=f"{INCOME}", what="首年许可费（示例）")
        assert page.locator("table.ways thead th").count() == 4  # the member, and three ways
        self.meet("第二次理事会（示例）", ":agreed")
        page = self.open(LEADER, f"{self.at}benefits/")
        assert self.words["chosen"] in page.inner_text("table.ways th.chosen")
        parts = yuan(page.locator("table.ways td:nth-child(2)"))
        assert len(parts) == 6 and sum(parts) == INCOME and max(parts) - INCOME * 40 / 100 < Decimal("0.01")
        page = self.press(LEADER, f'form[action="{self.link(page, "pay")[0]}"] button')
        assert yuan(page.locator(".cards .big")) == [Decimal(0)]
        rows = self.open(LEADER, f"{self.at}money/").locator("section:nth-of-type(2) tbody tr")
        moved = yuan(rows)
        assert moved.count(INCOME) == 1 and all(moved.count(part) for part in parts)

    def rise(self) -> None:
        """The head of office proposes the level, another confirms it; the next diagnosis shows before and after."""
        before = self.level()
        after = f"L{int(before[1]) + 1}"
        page = self.open("head", self.link(self.open("head", self.project), "propose_rise")[0])
        page.select_option("[name=stage]", "stable_volume")
        page.select_option("[name=level]", after)
        self.fill(page, reason="验收通过，已在牵头企业使用（示例）")
        page = self.press("head")
        assert "projects.same_person" in self.reasons(page) and not self.link(page, "confirm_rise")
        self.step("officer", "confirm_rise")
        for _ in range(60):  # the diagnosis is a job in the background
            page = self.open("officer", self.point)
            ours = page.locator("#projects .rise", has=page.locator(f'a[href="{self.project}"]'))
            ours.locator("tbody tr").last.wait_for()
            lines = ours.locator("tbody tr").all_inner_texts()
            if after in lines[1]:
                break
            time.sleep(0.5)
        assert before in lines[0] and after in lines[1]
        assert self.level() == after

    def level(self) -> str:
        return re.search(r"L\d", self.open("officer", self.point).inner_text(".whyline"))[0]

    def story(self) -> None:
        """One timeline tells it all, each deed with a way to where it was done."""
        page = self.open("officer", self.point)
        page.wait_for_selector("#timeline ol.timeline")
        ours = page.locator(f'#timeline a[href^="{self.project}"], #timeline a[href^="{self.at}"]')
        told = ours.all_inner_texts()
        assert len(told) >= 10 and any(self.words["raised"] in one for one in told), told


STEPS = ("found", "pledge", "topics", "settle", "file", "council", "contribute", "work", "accept", "use", "share", "rise", "story")  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize(
    "language", [pytest.param("zh", marks=pytest.mark.evidence), pytest.param("en", marks=pytest.mark.evidence)]
)
def test_from_a_leaders_demands_to_a_raised_level(people, language):
    journey = Journey(people, language)
    for step in STEPS:
        getattr(journey, step)()
