"""What may be done with a project now, by whom, and why not: the same rules the services ask, with nothing typed yet."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import prefetch_related_objects

from lianban.apps.parties.rules import Actor
from lianban.apps.projects import rules
from lianban.apps.projects.models import FirstUse, LevelRise, Milestone, PriorityPurchase, Project, Spread, Target
from lianban.apps.projects.queries.standing import may_refusals, measured_of, stage_of, terms
from lianban.kit.refusals import Refusal
from lianban.kit.text import Text

SAID = "·"  # stands for what the form will ask


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that may be done: the verb, on which row, and what stands against it (empty when nothing does)."""

    verb: str
    item: int
    about: Text | None
    refusals: tuple[Refusal, ...]

    @property
    def possible(self) -> bool:
        return not self.refusals


HANGS_ON = (
    "participants__organisation", "milestones__decisions", "milestones__payments", "targets__reports__body", "extensions",
    "first_use__organisation", "spread__organisation", "rises__organisation", "purchases__buyer", "follow_ups",
    "conclusions__appeal",
)  # fmt: skip


class Whole:
    """A project with everything that hangs on it, read before (``loaded``)."""

    def __init__(self, project: Project):
        self.project = project
        self.milestones = list(project.milestones.all())
        self.targets = list(project.targets.all())
        self.extensions = list(project.extensions.all())
        self.first_use: FirstUse | None = getattr(project, "first_use", None)
        self.spread: list[Spread] = list(project.spread.all())
        self.rises: list[LevelRise] = list(project.rises.all())
        self.promises: list[PriorityPurchase] = list(project.purchases.all())
        self.follow_ups = list(project.follow_ups.all())
        self.conclusions = list(project.conclusions.all())

    @cached_property
    def standing(self) -> rules.Standing:
        row = self.project
        return rules.Standing(
            state=row.state, terms=terms(row), stages=tuple(stage_of(one) for one in self.milestones),
            indicators=tuple(measured_of(one) for one in self.targets), ends_on=row.ends_on,
            agreed_ends_on=row.agreed_ends_on, outcome=row.outcome,
            granted=sum(one.granted is True for one in self.extensions), visits=sum(one.visited for one in self.milestones),
            appeal_until=row.appeal_until, effective_on=row.effective_on, first_used=self.first_use is not None,
        )  # fmt: skip

    @cached_property
    def next_follow_up(self) -> date | None:
        """When the next follow-up report is due; None where none is."""
        since, until = self.standing.effective_on, rules.followed_until(self.standing)
        if since is None or until is None or self.project.state != "effective":
            return None
        step = self.standing.terms.followup_months
        due = rules.months_later(since, step * (len(self.follow_ups) + 1))
        return due if due <= until else None

    def milestone(self, pk: int) -> Milestone:
        return next(one for one in self.milestones if one.pk == pk)

    def target(self, pk: int) -> Target:
        return next(one for one in self.targets if one.pk == pk)


def loaded(project: Project) -> Whole:
    """About fifteen statements."""
    return loaded_all([project])[0]


def loaded_all(projects: Iterable[Project]) -> list[Whole]:
    """About fifteen statements, however many projects."""
    rows = list(projects)
    prefetch_related_objects(rows, *HANGS_ON)
    return [Whole(row) for row in rows]


Found = Iterator[tuple[str, str, int, Text | None, list[Refusal]]]  # verb, deed, row, about, refusals


def offers(whole: Whole, actor: Actor, today: date) -> list[Offer]:
    """Everything that is this reader's to do in this state, possible or not yet; no statement."""
    known: dict[str, bool] = {}

    def theirs(deed: str) -> bool:
        if deed not in known:
            known[deed] = not may_refusals(whole.project, deed, actor)
        return known[deed]

    ways: tuple[Callable[[], Found], ...] = (
        lambda: _of_stages(whole),
        lambda: _of_targets(whole),
        lambda: _of_project(whole, actor, today),
        lambda: _of_results(whole, actor, today),
    )
    return [
        Offer(verb, item, about, tuple(refusals))
        for way in ways
        for verb, deed, item, about, refusals in way()
        if theirs(deed)
    ]


def _of_stages(whole: Whole) -> Found:
    standing = whole.standing
    for row in whole.milestones:
        about, n = Text(row.name, row.name_en or row.name), row.number
        stage = standing.stage(n)
        open_for = rules.STAGE.verbs_from(row.state) if row.point == "stage" and standing.state in rules.WORKING else []
        if "report" in open_for:
            yield "report", "projects.report", row.pk, about, rules.report_refusals(standing, n, SAID)
        if "check" in open_for:
            yield "check", "projects.check", row.pk, about, rules.check_refusals(standing, n, SAID, visit=False)
            yield "send_back", "projects.check", row.pk, about, rules.stage_refusals(standing, n, "send_back")
        if "pass" in open_for:
            # A failure can always be found; what hinders passing is told on the form.
            yield "decide", "projects.decide", row.pk, about, rules.stage_refusals(standing, n, "fail")
        if stage.owed_fen > 0:
            against = rules.pay_refusals(standing, n, stage.owed_fen, evidence=SAID, booked=True)
            yield "pay", "projects.pay", row.pk, about, against


def _of_targets(whole: Whole) -> Found:
    standing = whole.standing
    for row in whole.targets:
        about = Text(row.name, row.name_en or row.name)
        judged_anew = standing.state == "appealed" and standing.outcome in rules.FOUND
        if judged_anew or standing.state in rules.REPORTS_OPEN[:-1]:
            yield "enter_report", "projects.enter_report", row.pk, about, []
        if judged_anew or standing.state == "accepting":
            yield "judge", "projects.judge", row.pk, about, []


def _of_project(whole: Whole, actor: Actor, today: date) -> Found:
    standing, row = whole.standing, whole.project
    latest = rules.years_later(standing.agreed_ends_on, standing.terms.extension_max_years)
    unjudged = [
        one
        for one in rules.conclude_refusals(standing, "met", released_fen=0, reason=SAID, evidence=SAID)
        if one.code == "projects.not_judged"
    ]
    same = bool(whole.conclusions) and whole.conclusions[-1].by == actor.reference
    answered = rules.answer_refusals(standing, "uphold", "", same_person=same, reason=SAID, evidence=SAID)
    told: dict[str, tuple[str, list[Refusal]]] = {
        "ask_acceptance": ("projects.ask", rules.ask_acceptance_refusals(standing, SAID, today)),
        "ask_extension": ("projects.ask", rules.extension_refusals(standing, latest, SAID)),
        "grant_extension": ("projects.decide", []),
        "open_acceptance": ("projects.decide", []),
        "return_acceptance": ("projects.decide", []),
        "call_acceptance": ("projects.decide", rules.call_acceptance_refusals(standing, SAID, today)),
        "conclude": ("projects.conclude", unjudged),
        "uphold": ("projects.answer_appeal", [one for one in answered if one.code == "projects.same_person"]),
        "consent": ("projects.appeal", []),
        "appeal": ("projects.appeal", rules.appeal_refusals(standing, SAID, today)),
        "take_effect": ("projects.archive", rules.effect_refusals(standing, today)),
        "archive": ("projects.archive", rules.archive_refusals(standing, today)),
        "terminate": ("projects.end", []),
        "revoke": ("projects.end", []),
    }
    names = {"grant_extension": "answer_extension", "uphold": "answer_appeal"}
    for verb, (deed, refusals) in told.items():
        if row.state in rules.DELIVERY.moves[verb].sources:
            yield names.get(verb, verb), deed, 0, None, refusals


def _of_results(whole: Whole, actor: Actor, today: date) -> Found:
    standing = whole.standing
    if not rules.accepted_refusals(standing):
        if whole.first_use is None:
            yield "first_use", "projects.record_use", 0, None, []
        else:
            yield "spread", "projects.record_use", 0, None, []
        for purchase in whole.promises:
            if purchase.starts_on <= today <= purchase.ends_on:
                about = Text(purchase.buyer.name, purchase.buyer.name_en or purchase.buyer.name)
                yield "order", "projects.record_use", purchase.pk, about, []
        pending = [one for one in whole.rises if one.state == "proposed"]
        risen = any(one.state == "confirmed" and one.stage == rules.MAKING[-1] for one in whole.rises)
        if whole.project.product and not pending and not risen:
            yield "propose_rise", "projects.propose_rise", 0, None, []
        for rise in pending:
            same = rise.proposed_by == actor.reference
            against = rules.rise_decision_refusals(rise.state, "confirm_rise", same_person=same, note=SAID)
            yield "confirm_rise", "projects.confirm_rise", rise.pk, None, against
            yield "decline_rise", "projects.confirm_rise", rise.pk, None, against
        if standing.state == "effective":
            yield "follow_up", "projects.follow_up", 0, None, []
    uses = [*([whole.first_use] if whole.first_use else []), *whole.spread]
    if any(not one.confirmed_by and one.organisation.code in actor.organisations for one in uses):
        yield "confirm_use", "projects.confirm_use", 0, None, []
    if standing.state not in ("archived",) and standing.outcome in ("", *rules.ACCEPTED):
        yield "promise", "projects.promise", 0, None, []
