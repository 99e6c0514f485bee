"""The road of one challenge through its pages, and the other people of the journey.

These are a program on the demo's database that does, through the services, what only repeats.

``Others`` starts it and asks it, one line a question and one an answer. Beside the other solvers, experts and officers it
does the two things nobody can do by hand: days go by on a public notice, a box's deadline comes soon.
"""

import json
import os
import re
import subprocess
import sys
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

EXAMPLE = "（旅程）"
WAN = 1_000_000
ORDER = ("innovent", "example-filter", "example-university", "example-lab")  # how the experts like the plans
ENGLISH = {
    "示例生物制药有限公司": "Example Biopharma Ltd", "示例滤材有限公司": "Example Filters Ltd", "示例大学": "Example University",
    "示例材料实验室": "Example Materials Laboratory",
}  # fmt: skip
MORE_EXPERTS = ("expert-j1", "expert-j2", "expert-j3")


class Others:
    """The program, started on a data folder of the demo."""

    def __init__(self, data: Path):
        environment = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "lianban.site.settings", "LIANBAN_DEMO": "1", "LIANBAN_HOSTS": "127.0.0.1",
            "LIANBAN_SECRET_KEY": (data / "secret_key").read_text(), "LIANBAN_DATABASE_URL": f"sqlite:///{data / 'lianban.sqlite3'}",
        }  # fmt: skip
        command = [sys.executable, str(Path(__file__).resolve())]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, text=True
        )

    def __getattr__(self, name: str) -> Any:
        def ask(*given: Any) -> Any:
            assert self.process.stdin is not None and self.process.stdout is not None
            self.process.stdin.write(json.dumps([name, given]) + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline()
            assert answer, f"{name}: the other people stopped, see stderr"
            return json.loads(answer)

        return ask

    def stop(self) -> None:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


class Road:
    """One challenge, the people in one language, and how they do a deed on its page."""

    def __init__(self, people, language: str):
        self.people, self.language, self.pk = people, language, 0

    @property
    def address(self) -> str:
        return f"/challenges/{self.pk}/"

    def named(self, name: str) -> str:
        return ENGLISH[name] if self.language == "en" else name

    def open(self, who: str, path: str = ""):
        person = self.people(who, self.language)
        person.page.set_default_timeout(10_000)
        return person.open(path or self.address)

    def text(self, who: str, path: str = "") -> str:
        return self.open(who, path).inner_text("main")

    def press(self, page, selector):
        """Press, and wait for the page that comes back; what only opens (summary) brings none."""
        button = (page.locator(selector) if isinstance(selector, str) else selector).first
        assert not button.is_disabled(), page.inner_text("main")
        if button.evaluate("one => one.tagName") == "SUMMARY":
            button.click()
            return page
        with page.expect_event("domcontentloaded"):
            button.click()
        return page

    def do(self, who: str, verb: str, item: int = 0, **given: Any):
        """Open the form of a deed, fill it in, press its button; it is done when the challenge's page comes back."""
        page = self.open(who, f"{self.address}do/{verb}/" + (f"{item}/" if item else ""))
        fill(page, **given)
        self.press(page, "form.do button.main")
        assert "/do/" not in page.url, page.inner_text("main")
        return page

    def stopped(self, who: str, verb: str) -> list[str]:
        """Why the button of a deed cannot be pressed, as codes; in words it is said beside it."""
        page = self.open(who, f"{self.address}do/{verb}/")
        assert page.locator("form.do button.main").is_disabled()
        assert all(page.locator("#why-not li").all_inner_texts())
        return [one.get_attribute("data-code") for one in page.locator("#why-not li").all()]

    def state(self, page) -> str:
        return page.inner_text(".statebar")

    def item(self, page, verb: str, name: str, row: str = "tr, .lane") -> int:
        """The number of the row that names this, from the link of a deed in it."""
        links = page.locator(row, has_text=self.named(name)).locator(f'a[href*="/do/{verb}/"], a[href*="/answers/"]')
        return int(re.search(r"/(\d+)/$", links.first.get_attribute("href"))[1])


def fill(page, **given: Any) -> None:
    for name, value in given.items():
        field = page.locator(f'main form [name="{name}"]').first
        kind = field.evaluate("field => field.type")
        if kind == "checkbox":
            field.set_checked(bool(value))
        elif kind == "select-one":
            field.select_option(str(value))
        else:
            field.fill(str(value))


def option_of(page, name: str, words: str) -> str:
    return page.locator(f'[name="{name}"] option', has_text=words).first.get_attribute("value")


def _deeds() -> dict[str, Any]:
    """Everything below needs Django, which only the program starts."""
    import django

    django.setup()
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from lianban.apps.agreements.models import Agreement, Version
    from lianban.apps.challenges import queries, rules
    from lianban.apps.challenges import services as challenges
    from lianban.apps.challenges.models import Challenge
    from lianban.apps.parties import queries as parties
    from lianban.apps.parties.models import Organisation
    from lianban.apps.parties.services import SYSTEM, open_account
    from lianban.apps.projects import services as projects
    from lianban.apps.review import services as review
    from lianban.apps.review.models import Panel, Seat
    from lianban.apps.sealing import services as sealing
    from lianban.apps.sealing.models import Box
    from lianban.cli.demo import challenges as demo

    def by(username: str) -> dict[str, Any]:
        user = get_user_model().objects.get(username=username)
        return {"by": parties.actor_of(user, today=timezone.localdate()), "at": timezone.now()}

    def of(pk: int) -> Challenge:
        return Challenge.objects.get(pk=pk)

    def seats(pk: int) -> list[Seat]:
        rows = Seat.objects.filter(panel=of(pk).panel, active=True).select_related("expert__user")
        return list(rows.order_by("number"))

    def prepare() -> None:
        """Three more technical experts, so that a seat can always be filled anew."""
        for name in MORE_EXPERTS:
            if get_user_model().objects.filter(username=name).exists():
                continue
            open_account(username=name, password="lianban-demo", shown_name=name, role="expert", by=SYSTEM,
                         at=timezone.now(), starts_on=timezone.localdate() - timedelta(days=9))  # fmt: skip
            user = get_user_model().objects.get(username=name)
            review.enrol(user_id=user.pk, kinds=["technical"], example=True, by=SYSTEM, at=timezone.now())

    def pass_on(pk: int) -> None:
        for verb, who in (("recommend", "department"), ("argue", "science")):
            challenges.pass_on(challenge_id=pk, verb=verb, note="同意", **by(who))

    def posted(product: str, title: str) -> int:
        """A challenge that takes answers."""
        walk = demo.Walk(demo.Chain.objects.get(code="antibody"), timezone.now())
        one = {"name": "纯度", "unit": "%", "comparison": ">=", "threshold": Decimal(95)}
        demo.draft(walk, "one", product, title, title, one, "近三年无严重失信记录")
        demo.propose(walk, "one")
        demo.post(walk, "one", walk.at + timedelta(days=30))
        return walk.made["one"]

    def answer(pk: int, *codes: str) -> None:
        for code in codes:
            solver = Organisation.objects.get(code=code)
            challenges.answer(challenge_id=pk, solver=solver, content={**demo.PLAN, "title": f"方案{EXAMPLE}"}, **by(
                {"example-university": "university", "example-lab": "laboratory", "example-filter": "enterprise"}[code]))  # fmt: skip

    def bring_forward(pk: int, seconds: float) -> None:
        """The deadline, as if the days before it had gone by."""
        soon = timezone.now() + timedelta(seconds=seconds)
        Box.objects.filter(pk=of(pk).box).update(closes_at=soon)
        Challenge.objects.filter(pk=pk).update(answers_until=soon)

    def custody_word() -> str:
        return demo.CUSTODY_WORD

    def formal() -> list[str]:
        return list(rules.answers.FORMAL)

    def open_box(pk: int) -> None:
        for who in demo.CUSTODIANS[:2]:
            sealing.give_share(box_id=of(pk).box, passphrase=demo.CUSTODY_WORD, **by(who))
        challenges.open_answers(challenge_id=pk, **by("officer"))

    def check_rest(pk: int) -> None:
        marks = dict.fromkeys(rules.answers.FORMAL, True)
        for row in of(pk).answers.filter(formal=None):
            challenges.check_answer(answer_id=row.pk, passed=True, marks=marks, reason="", **by("officer"))

    def sitting(pk: int) -> list[str]:
        return [seat.expert.user.username for seat in seats(pk)]

    def seated_technical(pk: int) -> list[str]:
        """Keys of the pool's cards of those who sit as technical experts."""
        return [seat.expert.key for seat in seats(pk) if seat.kind == "technical"]

    def declare_rest(pk: int) -> None:
        for seat in seats(pk):
            if seat.declared_at is None:
                review.declare(seat_id=seat.pk, **by(seat.expert.user.username))

    def score_rest(pk: int, phase: str) -> None:
        """Every plan at every seat that has no points yet; the first of the order best."""
        panel, sheet = Panel.objects.get(pk=of(pk).panel), of(pk).frozen.value("challenge.sheet")
        lines = [line for line in sheet if line["phase"] == phase]
        rank = {
            row.reference: ORDER.index(row.organisation.code) for row in of(pk).answers.select_related("organisation")
        }
        for seat in seats(pk):
            for item in panel.items.all():
                points = {
                    line["code"]: Decimal(line["points"]) - rank[item.key] * Decimal(line["points"] // 5)
                    for line in lines
                }
                review.score(seat_id=seat.pk, code=item.code, points=points, **by(seat.expert.user.username))

    def give_reasons(pk: int) -> None:
        chair = next(seat for seat in seats(pk) if seat.chair)
        review.give_reasons(seat_id=chair.pk, text="前两名路线不同", **by(chair.expert.user.username))

    def notice_over(pk: int) -> None:
        """As if the public notice had stood for its days."""
        row = of(pk)
        row.notice_from, row.notice_until = (day - timedelta(days=30) for day in (row.notice_from, row.notice_until))
        row.save(update_fields=["notice_from", "notice_until"])

    def sign_papers(pk: int) -> None:
        """Every paper in force; how its clauses are settled and signed is told in the tests of agreements."""
        for lane in of(pk).lanes.filter(state="chosen"):
            for number in (getattr(lane, kind) for kind in rules.words.AGREEMENTS):
                version = Version.objects.create(agreement_id=number, number=1, content={}, digest="0" * 64, issued_by="user:1",
                                                 issued_at=timezone.now())  # fmt: skip
                Agreement.objects.filter(pk=number).update(in_force=version, state="in_force")

    def record_rest(pk: int) -> None:
        for lane in of(pk).lanes.filter(state="chosen", money_proof=""):
            challenges.record_papers(lane_id=lane.pk, contract_registration="示例登记号", money_proof="银行回单",
                                     money_proof_fen=lane.payable_fen, **by("officer"))  # fmt: skip

    def pass_gates(pk: int) -> None:
        lane = of(pk).lanes.get(state="running")
        for gate in of(pk).gates.order_by("number"):
            row = challenges.propose_finding(
                gate_id=gate.pk, lane_id=lane.pk, met=True, reason="见报告", **by("officer")
            )
            challenges.confirm_finding(finding_id=row.pk, **by("science"))

    def do_the_work(pk: int) -> int:
        """The winner's stages, test reports and the acceptance up to the conclusion; the project's number."""
        project = queries.project_of_winner(of(pk))
        for stage in project.milestones.filter(point="stage").order_by("number"):
            projects.report_stage(milestone_id=stage.pk, report="样品已交付", **by("enterprise"))
            projects.check_stage(milestone_id=stage.pk, note="资料齐全", **by("officer"))
            projects.decide_stage(
                milestone_id=stage.pk, passed=True, reason="达到阶段目标", evidence="会议纪要", **by("head")
            )
            projects.pay(milestone_id=stage.pk, evidence="付款凭证", **by("officer"))
        tester = Organisation.objects.get(code="example-testing")
        for target in project.targets.all():
            projects.enter_report(target_id=target.pk, body=tester, number="示例检字 009", value=Decimal(97),
                                  issued_on=timezone.localdate(), **by("enterprise"))  # fmt: skip
        projects.ask_acceptance(project_id=project.pk, summary="指标全部达到", **by("enterprise"))
        projects.open_acceptance(project_id=project.pk, **by("head"))
        for target in project.targets.all():
            projects.judge(target_id=target.pk, accepted=True, reason="检测报告达标", **by("head"))
        return int(project.pk)

    return {name: deed for name, deed in locals().items() if callable(deed) and not name[0].isupper()}


if __name__ == "__main__":
    known = _deeds()
    for line in sys.stdin:
        name, given = json.loads(line)
        print(json.dumps(known[name](*given)), flush=True)
