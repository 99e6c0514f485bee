"""The review (评审), whose insides are another app's: convened, laid open, taken over; then the poster's opinion."""

from datetime import datetime

from django.db import transaction

from lianban.apps.challenges import queries, rules
from lianban.apps.challenges.models import Answer, Challenge
from lianban.apps.challenges.services import moves
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.apps.review import queries as review_queries
from lianban.apps.review import services as review
from lianban.apps.review.models import Panel
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text


@transaction.atomic
def convene(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """组建评审组: the solvers and their partners are the parties, whoever drafted the challenge is a drafter."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.convene", challenge.chain.code)
    verb = "seat" if challenge.state == "drawing" else "finish_review"
    found = moves.can(challenge, verb)
    if challenge.panel is not None:
        found.append(refuse("challenges.panel_there", "评审组已经组建", "there is a panel already"))
    refuse_if_any(found)
    drafters = {challenge.proposed_by, *moves.who_did(challenge, "submit", "argue")} - {""}
    drafters |= {f"organisation:{challenge.poster_id}"} if challenge.poster_id else set()
    panel = review.convene(
        subject=challenge.reference, chain=challenge.chain.code, frozen=challenge.frozen, amount_fen=challenge.total_fen,
        parties=queries.parties_in(challenge), drafters=sorted(d for d in drafters if ":" in d),
        title=Text(challenge.title, challenge.title_en or challenge.title), by=by, at=at,
    )  # fmt: skip
    challenge.panel = panel.pk
    challenge.save(update_fields=["panel"])
    moves.record(challenge, "convened", by, at, panel=panel.reference)
    return challenge


@transaction.atomic
def seat(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """确认评审组: the panel itself was confirmed over there, with every conflict looked at."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.convene", challenge.chain.code)
    refuse_if_any(
        [*moves.can(challenge, "seat"), *queries.panel_not(challenge, "confirmed", "blind", "defence", "frozen")]
    )
    return moves.advance(challenge, "seat", by, at, panel=challenge.panel)


@transaction.atomic
def lay_open(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """送评: the anonymised plans go to the panel; the texts with names stay closed until the defence."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.convene", challenge.chain.code)
    refuse_if_any([*moves.can(challenge, "finish_review"), *queries.panel_not(challenge, "confirmed")])
    assert challenge.panel is not None
    rows = list(challenge.answers.filter(formal=True).select_related("organisation").prefetch_related("partners"))
    items = [
        (row.reference, queries.blind_text(row), queries.named_text(row), [row.organisation_id, *(one.pk for one in row.partners.all())])
        for row in rows
    ]  # fmt: skip
    review.lay_open(panel_id=challenge.panel, items=items, by=by, at=at)
    moves.record(challenge, "laid_open", by, at, answers=len(items))
    return challenge


@transaction.atomic
def finish_review(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """完成评审: the frozen totals and ranks are taken over, with the hash they were frozen under."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.convene", challenge.chain.code)
    refuse_if_any([*moves.can(challenge, "finish_review"), *queries.panel_not(challenge, "frozen", "closed")])
    panel = Panel.objects.get(pk=challenge.panel or 0)
    for result in review_queries.results(panel):
        Answer.objects.filter(pk=int(result.key.rsplit(":", 1)[1]), challenge=challenge).update(
            total=result.shown, rank=result.rank
        )
    take_feedback(challenge, by, at)
    return moves.advance(challenge, "finish_review", by, at, hash=panel.frozen_hash)


def take_feedback(challenge: Challenge, by: Actor, at: datetime) -> None:
    """What the panel wrote for each solver is what the solver is told, unless the office wrote its own."""
    silent = {row.reference: row for row in challenge.answers.filter(feedback="")}
    panel = Panel.objects.filter(pk=challenge.panel or 0).first()
    for item in panel.items.exclude(feedback="") if panel else ():
        row = silent.get(item.key)
        if row is not None:
            row.feedback, row.feedback_by, row.feedback_at = item.feedback, item.feedback_by, item.feedback_at or at
            row.save(update_fields=["feedback", "feedback_by", "feedback_at"])


@transaction.atomic
def opine(*, challenge_id: int, opinion: str, prefers: int | None = None, by: Actor, at: datetime) -> Challenge:
    """发榜方意见: by the poster's own people; where the bureau itself posted, by the bureau."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.opine", challenge.chain.code)
    by_poster(challenge, by)
    eligible = set(queries.eligible(challenge).values_list("pk", flat=True))
    found = [*moves.can(challenge, "opine"), *rules.posting.reason_refusals(opinion)]
    if prefers is not None and prefers not in eligible:
        text = "这份应答未通过审查", "this answer did not pass the check"
        found.append(refuse("challenges.not_eligible", *text))
    refuse_if_any(found)
    challenge.opinion, challenge.opinion_for_id = opinion.strip(), prefers
    return moves.advance(challenge, "opine", by, at, note=opinion, prefers=prefers)


def by_poster(challenge: Challenge, by: Actor) -> None:
    """Refuse unless this actor speaks for the poster: its own people, or the bureau where government posts."""
    bureau = challenge.mode == "government" and "science_bureau" in by.roles(challenge.chain.code)
    if not bureau and challenge.poster is not None:
        moves.acts_for(by, challenge.poster)
