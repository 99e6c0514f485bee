"""What services need to know: who is related, who passed, what a project came to."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from django.db.models import QuerySet

from lianban.apps.challenges import rules
from lianban.apps.challenges.models import Answer, Challenge, Lane
from lianban.apps.ledger import queries as ledger
from lianban.apps.parties import queries as parties
from lianban.apps.projects import queries as projects
from lianban.apps.projects.models import CreditMark, Project
from lianban.apps.review import queries as review
from lianban.kit import money

TIES = ("shareholding", "control", "same_head")  # what makes two organisations related parties


def related_to_poster(challenge: Challenge, organisations: Collection[int], today: date) -> set[int]:
    """Which of these organisations are bound to the poster by ownership or the same head, over as many steps as the rules
    follow and within the years they look back; one statement a step."""
    if challenge.poster_id is None:
        return set()
    frozen = challenge.frozen
    since = rules.answers.looked_back(today, float(frozen.value("challenge.coi_lookback_years")))
    least = float(frozen.value("review.shareholding_min"))
    reached, frontier = {challenge.poster_id}, {challenge.poster_id}
    for _ in range(int(frozen.value("review.shareholding_steps"))):
        found = parties.ties_of(frontier, TIES, since=since) if frontier else []
        counted = [t for t in found if t.kind != "shareholding" or t.share is None or float(t.share) >= least]
        frontier = {one for t in counted for one in (t.a_id, t.b_id)} - reached
        reached |= frontier
    return (reached - {challenge.poster_id}) & set(organisations)


def barred(organisations: Sequence[int], today: date) -> set[int]:
    """Which of these have a failure at fault that still counts, or a bar for lobbying; two statements."""
    marks = CreditMark.objects.filter(organisation__in=organisations, from_on__lte=today, until_on__gt=today)
    found = set(marks.values_list("organisation_id", flat=True))
    return found | {pk for pk in organisations if pk not in found and review.barred(pk, today)}


def eligible(challenge: Challenge) -> QuerySet[Answer]:
    """Answers that passed the check and, where there was a review, were ranked; one statement."""
    found = challenge.answers.filter(formal=True)
    if "review" in challenge.frozen.value("challenge.steps"):
        found = found.filter(rank__isnull=False)
    return found


def parties_in(challenge: Challenge) -> list[int]:
    """Solvers that passed the check, and their partners; two statements."""
    rows = challenge.answers.filter(formal=True).prefetch_related("partners")
    return list(
        dict.fromkeys(pk for row in rows for pk in (row.organisation_id, *(one.pk for one in row.partners.all())))
    )


def blind_text(row: Answer) -> str:
    """What experts read first: the parts written without names."""
    return _text(row, rules.answers.BLIND)


def named_text(row: Answer) -> str:
    """What they read from the defence on: who it is, and with whom."""
    partners = "、".join(one.name for one in row.partners.all())
    with_whom = f"\n合作单位：{partners}" if partners else ""
    return f"{row.organisation.name}{with_whom}\n\n{_text(row, rules.answers.NAMED)}"


def _text(row: Answer, fields: Sequence[str]) -> str:
    parts = [(rules.answers.WRITTEN[field].zh, str(row.content.get(field) or "").strip()) for field in fields]
    return "\n\n".join(f"【{name}】\n{text}" for name, text in parts if text)


def project_of(lane: Lane) -> Project | None:
    """The project of a lane; one statement."""
    if not lane.project:
        return None
    return Project.objects.filter(pk=int(lane.project.rsplit(":", 1)[1])).first()


def rest_of(lane: Lane, project: Project) -> list[tuple[str, int]]:
    """What of a lane's pot nobody earned, and to whom it goes back: in the parts they gave; about ten statements."""
    given = {one.source.code: one.amount_fen for one in ledger.moved_under(f"{lane.reference}:fill")}
    owed = sum(stage.owed_fen for stage in projects.standing(project).stages) if project.outcome != "revoked" else 0
    held = ledger.held_fen(lane.pot)
    rest = ledger.balance_fen(lane.pot) - max(held, owed) if given else 0
    return list(zip(given, money.split(rest, list(given.values())), strict=True)) if rest > 0 else []


def project_of_winner(challenge: Challenge) -> Project | None:
    """The project that the acceptance is about: of the winner, or of the one solver; two statements."""
    lane = challenge.lanes.filter(state__in=("running", "won")).order_by("-state").first()
    return project_of(lane) if lane else None


def outcome_of(challenge: Challenge) -> tuple[str, bool]:
    """What the project was concluded as, and whether that is in effect; two statements."""
    project = project_of_winner(challenge)
    if project is None:
        return "", False
    return project.outcome, project.state in ("effective", "archived")


def acceptance_due(challenge: Challenge, days: int) -> date | None:
    """Until when acceptance may be asked for; two statements."""
    project = project_of_winner(challenge)
    return project.ends_on + timedelta(days=days) if project else None
