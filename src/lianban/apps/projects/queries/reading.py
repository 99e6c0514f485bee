"""Which projects a reader may see, what waits for them, what happened."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from lianban.apps.atlas.models import Chain
from lianban.apps.journal import queries as journal
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import rules
from lianban.apps.projects.models import Milestone, Participant, PriorityPurchase, Project, Spread
from lianban.apps.projects.queries.offers import Offer, loaded_all, offers
from lianban.kit.mechanisms import Named
from lianban.kit.text import Text
from lianban.kit.waiting import Event, Waiting

ENDED = ("archived",)


def visible(actor: Actor) -> QuerySet[Project]:
    """Projects this reader may see: the offices by class and chain, parties their own; one statement."""
    seen = Q(pk__in=[])
    for chain in {grant.chain for grant in actor.grants}:
        if actor.may("projects.see", chain):
            reach = Q(chain__code=chain) if chain else Q()
            seen |= reach & Q(confidentiality__in=actor.visible_classes(chain))
    mine = actor.organisations
    if mine:
        of = {"organisation__code__in": mine}
        seen |= Q(lead__code__in=mine) | Q(commissioner__code__in=mine)
        seen |= Q(pk__in=Participant.objects.filter(**of).values("project"))
        seen |= Q(pk__in=PriorityPurchase.objects.filter(buyer__code__in=mine).values("project"))
        seen |= Q(first_use__organisation__code__in=mine) | Q(pk__in=Spread.objects.filter(**of).values("project"))
    return Project.objects.filter(seen).select_related("chain", "lead", "commissioner")


def project(actor: Actor, pk: int) -> Project | None:
    """One project, or None where it is missing or hidden; one statement."""
    return visible(actor).filter(pk=pk).first()


def named(actor: Actor, keys: Iterable[int]) -> dict[int, Named]:
    """Titles of the projects among these that this reader may see; one statement."""
    rows = visible(actor).filter(pk__in=list(keys))
    return {row.pk: Named(Text(row.title, row.title_en or row.title), reverse("projects:show", args=[row.pk])) for row in rows}  # fmt: skip


def named_milestones(actor: Actor, keys: Iterable[int]) -> dict[int, Named]:
    """Milestones by project and name, of the projects this reader may see; one statement."""
    rows = Milestone.objects.filter(pk__in=list(keys), project__in=visible(actor)).select_related("project")
    return {
        row.pk: Named(
            Text(f"{row.project.title} · {row.name}", f"{row.project.title_en or row.project.title}, {row.name_en or row.name}"),
            reverse("projects:show", args=[row.project_id]) + "#milestones",
        )
        for row in rows
    }  # fmt: skip


def listing(actor: Actor, *, chain: str = "", state: str = "", product: str = "") -> QuerySet[Project]:
    """Visible projects, newest first, with their milestones; three statements."""
    rows = visible(actor).prefetch_related("milestones__decisions", "milestones__payments")
    wanted = {"chain__code": chain, "state": state, "product": product}
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def of_subject(subject: str) -> Project | None:
    """The newest project of a challenge, a lane or a topic; one statement."""
    return Project.objects.filter(subject=subject).select_related("chain", "lead", "commissioner").first()


SECTIONS = {
    "report": Text("里程碑待报告", "Milestones to report"),
    "check": Text("里程碑待核查", "Milestones to check"),
    "decide": Text("待定阶段结论", "Stages to decide"),
    "pay": Text("待拨付", "Payments to make"),
    "enter_report": Text("待登记检测报告", "Test reports to enter"),
    "answer_extension": Text("延期待批", "Extensions to answer"),
    "ask_acceptance": Text("可申请验收", "Ready for acceptance"),
    "open_acceptance": Text("待受理验收", "Acceptances to open"),
    "call_acceptance": Text("逾期未申请验收", "Acceptance overdue"),
    "judge": Text("待判定指标", "Targets to judge"),
    "conclude": Text("待作验收结论", "Outcomes to conclude"),
    "consent": Text("结论待认可或申诉", "Outcomes to consent to or appeal against"),
    "answer_appeal": Text("申诉待处理", "Appeals to answer"),
    "take_effect": Text("结论待生效", "Outcomes to take effect"),
    "confirm_use": Text("使用待确认", "Uses to confirm"),
    "propose_rise": Text("可提出水平提升", "Levels that may rise"),
    "confirm_rise": Text("水平提升待确认", "Rises of a level to confirm"),
    "follow_up": Text("待交跟踪报告", "Follow-up reports due"),
    "archive": Text("可归档", "Ready to be archived"),
}


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """What waits for this reader in projects; about seventeen statements."""
    if not actor.may("projects.list"):
        return []
    found = []
    for whole in loaded_all(visible(actor).exclude(state__in=ENDED)):
        for offer in offers(whole, actor, today):
            due = due_on(whole, offer, today)
            if offer.verb in SECTIONS and offer.possible and due is not None:
                found.append(_waiting(whole.project, offer, due or None))
    return found


def _waiting(row: Project, offer: Offer, due: Any) -> Waiting:
    name = Text(row.title, row.title_en or row.title)
    about = Text(row.lead.name, row.lead.name_en or row.lead.name)
    if offer.about:
        about = Text(f"{offer.about.zh} · {about.zh}", f"{offer.about.en} · {about.en}")
    key = f"{row.reference}:{offer.verb}:{offer.item}"
    return Waiting(SECTIONS[offer.verb], name, reverse("projects:show", args=[row.pk]), about, key, due)


def due_on(whole: Any, offer: Offer, today: date) -> Any:
    """By when an offer is due; "" where no day is set, None where it is possible but nobody waits for it yet."""
    standing, row = whole.standing, whole.project
    soon = today + timedelta(days=standing.terms.warn_days)
    if offer.verb == "report":
        day: date = whole.milestone(offer.item).due_on
        return day if day <= soon else None
    if offer.verb == "enter_report":
        untested = not standing.indicators[whole.target(offer.item).number - 1].reported
        return standing.ends_on if untested and standing.ends_on <= soon else None
    if offer.verb == "ask_acceptance":
        return rules.apply_until(standing)
    if offer.verb == "judge":
        judged = standing.indicators[whole.target(offer.item).number - 1].accepted is not None
        return None if judged or row.state == "appealed" else ""
    if offer.verb == "consent":
        return row.appeal_until
    if offer.verb == "follow_up":
        due = whole.next_follow_up
        return due if due is not None and due <= soon else None
    if offer.verb == "propose_rise":
        return None if whole.rises else ""
    return ""


WORDS = {
    "projects.started": Text("项目启动", "the project began"),
    "projects.stage_pass": Text("里程碑通过", "a milestone was passed"),
    "projects.stage_fail": Text("里程碑未通过", "a milestone failed"),
    "projects.paid": Text("拨付", "money was paid"),
    "projects.ask_acceptance": Text("申请验收", "acceptance was asked for"),
    "projects.conclude": Text("验收结论", "the acceptance was concluded"),
    "projects.terminate": Text("终止", "terminated"),
    "projects.revoke": Text("撤销", "revoked"),
    "projects.appeal": Text("申诉", "an appeal"),
    "projects.uphold": Text("申诉后维持结论", "the outcome was upheld"),
    "projects.change": Text("申诉后变更结论", "the outcome was changed"),
    "projects.reinstate": Text("恢复实施", "the project was reinstated"),
    "projects.grant_extension": Text("同意延期", "an extension was granted"),
    "projects.consent": Text("结论生效", "the outcome took effect"),
    "projects.take_effect": Text("结论生效", "the outcome took effect"),
    "projects.first_use": Text("首用", "first use"),
    "projects.spread": Text("推广应用", "spread"),
    "projects.purchase_promised": Text("约定优先采购", "priority purchase was agreed"),
    "projects.ordered": Text("采购订单", "an order"),
    "projects.rise_confirmed": Text("水平提升写入图谱", "the level was raised in the atlas"),
    "projects.archive": Text("归档", "archived"),
}


def story(actor: Actor, chain: Chain, product: str) -> list[Event]:
    """What happened in projects about one product, as far as this reader may see; two statements."""
    rows = visible(actor).filter(chain=chain, product=product)
    return events(rows, leaving_out=INSIDE)


INSIDE = ("projects.paid", "projects.stage_pass", "projects.ordered")  # told on the project's own page


def events(projects: Iterable[Project], leaving_out: Iterable[str] = ()) -> list[Event]:
    """The deeds of projects worth telling, oldest first; one statement."""
    rows = {row.reference: row for row in projects}
    return [
        Event(
            entry.at, entry.actor, WORDS[entry.verb], _note(entry.facts, rows[entry.subject]),
            reverse("projects:show", args=[rows[entry.subject].pk]),
        )
        for entry in journal.of_subjects(rows)
        if entry.verb in WORDS and entry.verb not in leaving_out
    ]  # fmt: skip


def _note(facts: Any, row: Project) -> str:
    outcome = rules.OUTCOMES.get(facts.get("outcome", ""))
    return f"{row.title}：{outcome.zh}" if outcome else row.title
