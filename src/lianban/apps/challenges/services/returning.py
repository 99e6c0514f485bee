"""What comes back: a team whose appeal was right into the race, and the money nobody earned to those who gave it."""

from datetime import datetime

from django.db import transaction

from lianban.apps.challenges import queries, rules
from lianban.apps.challenges.models import Challenge, Lane
from lianban.apps.challenges.services import moves
from lianban.apps.challenges.services.entering import payee_code
from lianban.apps.ledger import queries as ledger_queries
from lianban.apps.ledger import services as ledger
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import services as projects
from lianban.apps.projects.models import Project
from lianban.kit.refusals import refuse_if_any
from lianban.kit.text import Text


@transaction.atomic
def put_back(*, lane_id: int, reason: str, by: Actor, at: datetime) -> Lane:
    """放回赛马: the appeal was right. Its project goes on, the stage is judged anew, and what compensated it is taken back."""
    challenge = moves.locked(Lane.objects.values_list("challenge_id", flat=True).get(pk=lane_id))
    parties.require(by, "challenges.confirm_gate", challenge.chain.code)
    lane = Lane.objects.select_related("answer__organisation").get(pk=lane_id)
    project = queries.project_of(lane)
    refuse_if_any(
        [
            *challenge.table.refusals(challenge.state, "finish_run"),
            *rules.words.LANES.refusals(lane.state, "put_back"),
            *rules.posting.reason_refusals(reason),
            *rules.choosing.put_back_refusals(
                appealed=project is not None and project.state == "appealed",
                decided=challenge.lanes.filter(state="won").exists(),
            ),
        ]
    )
    assert project is not None
    projects.reinstate(project_id=project.pk, reason=reason, by=by, at=at, by_race=True)
    _judge_anew(challenge, lane, by, at)
    lane.state, lane.end_reason, lane.ended_on = rules.words.LANES.target("put_back"), "", None
    lane.save(update_fields=["state", "end_reason", "ended_on"])
    moves.record(challenge, "lane_put_back", by, at, lane=lane.number)
    what = Text("申诉成立，已放回赛马", "the appeal was right: the team is back in the race")
    moves.tell_solvers(challenge, what, by, at, lane.answer.organisation)
    return lane


def _judge_anew(challenge: Challenge, lane: Lane, by: Actor, at: datetime) -> None:
    """Set the finding aside that put it out; the conclusion of the project keeps what it said."""
    row = lane.findings.filter(met=False).exclude(confirmed_by="").first()
    if row is None:
        return
    if row.entry_set:
        back = (payee_code(lane.answer.organisation.code), lane.pot, row.compensation_fen)
        ledger.post(
            key=f"{row.reference}:back", kind="correction", movements=[back], subject=challenge.reference, by=by, at=at,
            memo="申诉成立，收回淘汰补偿",
        )  # fmt: skip
    row.delete()


@transaction.atomic
def return_rest(*, project: Project, by: Actor, at: datetime) -> None:
    """退回余款: once the outcome stands, what nobody earned goes from the pot back to its givers, in the parts they gave.

    Told by the project when it takes effect, and when the last that is owed is paid; where nothing is left, nothing moves.
    """
    lane = Lane.objects.select_related("challenge").filter(project=project.reference).first()
    if lane is None:
        return
    movements = [(lane.pot, source, part) for source, part in queries.rest_of(lane, project) if part]
    if movements:
        ledger.post(
            key=f"{lane.reference}:return:{len(ledger_queries.moved_under(f'{lane.reference}:return')) + 1}", kind="return", movements=movements, subject=lane.challenge.reference, by=by, at=at,
            memo="余款退回",
        )  # fmt: skip
