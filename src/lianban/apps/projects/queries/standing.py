"""How a project stands, read from its rows; and who may do what about it."""

from collections.abc import Iterable
from datetime import date

from django.db.models import prefetch_related_objects

from lianban.apps.atlas.models import Production
from lianban.apps.parties import queries as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor, permission_refusals
from lianban.apps.projects import rules
from lianban.apps.projects.models import CreditMark, Extension, FirstUse, Milestone, Participant, Project, Target
from lianban.apps.rulesets.rules import Frozen
from lianban.kit.refusals import Refusal, refuse

LEAD = ("projects.report", "projects.ask", "projects.appeal", "projects.follow_up")
COMMISSIONER = ("projects.check", "projects.decide", "projects.judge", "projects.conclude", "projects.promise")
PARTIES = ("projects.enter_report", "projects.record_use", "projects.promise", "projects.propose_rise")


def terms(project: Project) -> rules.Terms:
    return rules.Terms.of(Frozen.of(project.rules))


def standing(project: Project) -> rules.Standing:
    """How it stands now; seven statements."""
    milestones = project.milestones.prefetch_related("decisions", "payments")
    targets = project.targets.prefetch_related("reports")
    granted = Extension.objects.filter(project=project, granted=True).count()
    used = FirstUse.objects.filter(project=project).exists()
    return standing_of(project, milestones, targets, granted=granted, first_used=used)


def standing_of(
    project: Project, milestones: Iterable[Milestone], targets: Iterable[Target], *, granted: int, first_used: bool
) -> rules.Standing:
    """The same from rows that are loaded already; no statement."""
    rows = list(milestones)
    return rules.Standing(
        state=project.state,
        terms=terms(project),
        stages=tuple(stage_of(row) for row in rows),
        indicators=tuple(measured_of(row) for row in targets),
        ends_on=project.ends_on,
        agreed_ends_on=project.agreed_ends_on,
        outcome=project.outcome,
        granted=granted,
        visits=sum(row.visited for row in rows),
        appeal_until=project.appeal_until,
        effective_on=project.effective_on,
        first_used=first_used,
    )


def stage_of(row: Milestone) -> rules.Stage:
    released = sum(one.released_fen for one in row.decisions.all())
    paid = sum(one.amount_fen for one in row.payments.all())
    return rules.Stage(row.number, row.point, row.state, row.payment_fen, released, paid)


def measured_of(row: Target) -> rules.Measured:
    reports = list(row.reports.all())
    newest = reports[-1] if reports else None
    if newest is None:
        return rules.Measured(row.number, False, None, row.accepted)
    fulfilled = rules.meets(row.comparison, row.threshold, newest.value, newest.fulfilled)
    return rules.Measured(row.number, True, fulfilled, row.accepted)


def _participants(project: Project) -> list[Participant]:
    """Read once and kept with the project: two statements at most."""
    prefetch_related_objects([project], "participants__organisation")
    return list(project.participants.all())


def parties_of(project: Project) -> set[str]:
    """Codes of the organisations that take part, the first user included; one statement."""
    return {project.lead.code, *(one.organisation.code for one in _participants(project))}


def workers_of(project: Project) -> set[str]:
    """Codes of those who carry the work out: the first user takes part and does not work on it; one statement."""
    others = {one.organisation.code for one in _participants(project) if one.role != rules.FIRST_USER}
    return {project.lead.code, *others}


def sides_of(project: Project) -> set[str]:
    """Codes of everybody with an interest in the result: these are no third party; one statement."""
    return parties_of(project) | ({project.commissioner.code} if project.commissioner else set())


def tied_to(project: Project, body: Organisation, on: date) -> list[str]:
    """Kinds of the ties, standing on a day, that bind an organisation to a side of the project; two statements."""
    sides = sides_of(project)
    found = parties.ties_of([body.pk], rules.TIED, since=on)
    return sorted({one.kind for one in found if {one.a.code, one.b.code} - {body.code} <= sides})


def at_fault(organisation: int, today: date) -> bool | None:
    """Whether a failure at fault of this lead still counts; None where nothing of it has been concluded; two statements."""
    marks = CreditMark.objects.filter(organisation=organisation, from_on__lte=today, until_on__gt=today)
    if marks.exists():
        return True
    ended = Project.objects.filter(lead=organisation, effective_on__isnull=False)
    return False if ended.exists() else None


def is_lead(project: Project, actor: Actor) -> bool:
    return project.lead.code in actor.organisations


def is_commissioner(project: Project, actor: Actor) -> bool:
    """Whether the actor acts for who commissioned the work; who carries it out itself never judges it."""
    return (
        project.commissioner is not None
        and project.commissioner.code in actor.organisations
        and not workers_of(project) & actor.organisations
    )


def related(project: Project, actor: Actor) -> bool:
    """Whether the actor's organisation takes part, commissioned it, or promised to buy; three statements at most."""
    mine = actor.organisations
    if not mine:
        return False
    if parties_of(project) & mine or (project.commissioner is not None and project.commissioner.code in mine):
        return True
    prefetch_related_objects([project], "purchases__buyer")
    return any(one.buyer.code in mine for one in project.purchases.all())


def making_now(project: Project, maker: Organisation) -> str:
    """The stage of production the atlas has for a maker of the product, from its newest row; one statement."""
    rows = Production.objects.filter(chain=project.chain, product__code=project.product, organisation=maker)
    newest = rows.order_by("-observed_on", "-id").values_list("stage", flat=True).first()
    return newest or ""


def may_refusals(project: Project, deed: str, actor: Actor) -> list[Refusal]:
    """Why this person may not do this deed for this project: by role, and by what they are to it."""
    decides_alone = project.public_fen == 0 or deed in ("projects.check", "projects.promise")
    if deed in COMMISSIONER and decides_alone and is_commissioner(project, actor):
        return []
    found = permission_refusals(actor, deed, project.chain.code)
    if found:
        return found
    if deed in LEAD and not is_lead(project, actor):
        return [_other("只能由牵头单位办理", "only the lead organisation can do this")]
    office = actor.roles(project.chain.code) - {"enterprise", "laboratory", "visitor"}
    if deed in PARTIES and not (office & set(actor.deeds.get(deed, ()))) and not related(project, actor):
        return [_other("只能由项目参与方或链办办理", "only parties of the project or the office can do this")]
    return []


def _other(zh: str, en: str) -> Refusal:
    return refuse("projects.other_organisation.not_permitted", zh, en)
