"""A proposal (榜单建议) is drafted, written and taken through the steps before the list."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from lianban.apps.atlas.models import Chain
from lianban.apps.challenges import queries, rules
from lianban.apps.challenges.models import Challenge, Condition, Indicator, PlannedMilestone, PostedVersion
from lianban.apps.challenges.services import moves
from lianban.apps.parties import queries as party_queries
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.apps.rulesets import queries as rulesets
from lianban.apps.sealing import services as sealing
from lianban.kit import editing
from lianban.kit.refusals import refuse_if_any
from lianban.kit.text import Text
from lianban.rulebook import fairness

WRITTEN = rules.words.WRITTEN
MAY_CHANGE_AFTER_POSTING = ("background", "problem", "scenario", "facilities", "contact", "payment_points", "title_en")
Row = Mapping[str, Any]


@transaction.atomic
def draft(*, chain: Chain, product: str, by: Actor, at: datetime, weak_point: str = "", demand: str = "",
          indicators: Sequence[Row] = (), milestones: Sequence[Row] = (), conditions: Sequence[str] = (),
          example: bool = False, **written: Any) -> Challenge:  # fmt: skip
    """起草: begin a proposal; the rules of today are frozen into it."""
    parties.require(by, "challenges.propose", chain.code)
    Chain.objects.select_for_update(no_key=True).get(pk=chain.pk)  # numbers of one chain stand in line
    number = (Challenge.objects.filter(chain=chain).aggregate(last=Max("number"))["last"] or 0) + 1
    frozen = rulesets.freeze(chain.code, timezone.localdate(at), "challenge", "review", "project", "agreement")
    known = {name: written[name] for name in WRITTEN if name in written}
    challenge = Challenge.objects.create(
        chain=chain, product=product, number=number, rules=frozen.as_dict(), weak_point=weak_point, demand=demand,
        proposed_by=by.reference, proposed_at=at, state_since=at, example=example, **known,
    )  # fmt: skip
    _rows(challenge, indicators, milestones, conditions)
    moves.record(challenge, "drafted", by, at, weak_point=weak_point, demand=demand, rules=frozen.pack)
    return challenge


@transaction.atomic
def draft_from_weak_point(*, chain: Chain, product: str, by: Actor, at: datetime) -> Challenge:
    """一键起草: what the chain's data and the weak point already say is written in; the rest is left to the office."""
    parties.require(by, "challenges.propose", chain.code)
    known = queries.prefilled(chain, product, by)
    return draft(chain=chain, product=product, by=by, at=at, **known)


@transaction.atomic
def write(
    *, challenge_id: int, by: Actor, at: datetime, indicators: Sequence[Row] | None = None,
    milestones: Sequence[Row] | None = None, conditions: Sequence[str] | None = None, seen: str = "", **written: Any,
) -> Challenge:  # fmt: skip
    """填写: change a draft. Conditions that read as before keep what was decided about them.

    ``seen`` is the mark of what the writer had before their eyes (``kit.editing``): nobody writes over what they have not seen.
    """
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.propose", challenge.chain.code)
    refuse_if_any(
        [*moves.can(challenge, "submit"), *editing.stale_refusals(seen, queries.as_written(challenge), written)]
    )
    for name in WRITTEN:
        if name in written:
            setattr(challenge, name, written[name])
    challenge.save()
    _rows(challenge, indicators, milestones, conditions)
    moves.record(challenge, "written", by, at, fields=sorted(set(written) & set(WRITTEN)))
    return challenge


def _rows(
    challenge: Challenge, indicators: Sequence[Row] | None, milestones: Sequence[Row] | None, conditions: Sequence[str] | None
) -> None:  # fmt: skip
    if indicators is not None:
        challenge.indicators.all().delete()
        Indicator.objects.bulk_create(Indicator(challenge=challenge, position=n, **row) for n, row in enumerate(indicators, 1))  # fmt: skip
    if milestones is not None:
        challenge.milestones.all().delete()
        PlannedMilestone.objects.bulk_create(
            PlannedMilestone(challenge=challenge, position=n, **row) for n, row in enumerate(milestones, 1)
        )
    if conditions is not None:
        before = {row.text: row for row in challenge.conditions.all()}
        challenge.conditions.all().delete()
        Condition.objects.bulk_create(_condition(challenge, n, text.strip(), before) for n, text in enumerate(conditions, 1))  # fmt: skip


def _condition(challenge: Challenge, position: int, text: str, before: Mapping[str, Condition]) -> Condition:
    row = Condition(challenge=challenge, position=position, text=text, flags=flags_of(text))
    if kept := before.get(text):
        for field in ("written", "basis", "basis_by", "decision", "reason", "decided_by", "decided_at"):
            setattr(row, field, getattr(kept, field))
    return row


def flags_of(text: str) -> list[dict[str, Any]]:
    """What the fair-competition check finds in a condition, as rows keep it."""
    return [
        {"key": f.key, "group": f.group, "word": f.word, "start": f.start, "end": f.end, "why": {"zh": f.why.zh, "en": f.why.en}}
        for f in fairness.check(text)
    ]  # fmt: skip


@transaction.atomic
def submit(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """提交榜单建议: all gaps are told at once."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.propose", challenge.chain.code)
    refuse_if_any([*moves.can(challenge, "submit"), *queries.gaps(challenge)])
    return moves.advance(challenge, "submit", by, at)


@transaction.atomic
def pass_on(*, challenge_id: int, verb: str, note: str, by: Actor, at: datetime) -> Challenge:
    """受理, 推荐, 论证: one step of the road before the legal check, each by its own office with its words."""
    challenge = moves.locked(challenge_id)
    parties.require(by, f"challenges.{verb}", challenge.chain.code)
    refuse_if_any([*moves.can(challenge, verb), *rules.posting.reason_refusals(note)])
    return moves.advance(challenge, verb, by, at, note=note)


PASSED_ON = ("collect", "recommend", "argue")


@transaction.atomic
def send_back(*, challenge_id: int, reason: str, by: Actor, at: datetime) -> Challenge:
    """退回修改: by whoever the present step is with."""
    challenge = moves.locked(challenge_id)
    refuse_if_any(moves.can(challenge, "send_back"))
    assert challenge.step is not None
    parties.require(by, challenge.step.deed, challenge.chain.code)
    refuse_if_any(rules.posting.reason_refusals(reason))
    return moves.advance(challenge, "send_back", by, at, note=reason)


@transaction.atomic
def drop(*, challenge_id: int, reason: str, by: Actor, at: datetime) -> Challenge:
    """不予立项: the proposal goes no further."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.drop", challenge.chain.code)
    refuse_if_any([*moves.can(challenge, "drop"), *rules.posting.reason_refusals(reason)])
    challenge.end_reason = reason.strip()
    return moves.advance(challenge, "drop", by, at, note=reason)


@transaction.atomic
def decide_posting(*, challenge_id: int, minutes: str, note: str = "", by: Actor, at: datetime) -> Challenge:
    """集体审定发榜: in minutes with a number, not by who proposed it."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.decide", challenge.chain.code)
    refuse_if_any(
        [
            *moves.can(challenge, "decide_posting"),
            *rules.posting.minutes_refusals(minutes),
            *_second(challenge, by, "submit", "clear"),
        ]
    )
    return moves.advance(challenge, "decide_posting", by, at, minutes=minutes, note=note)


def _second(challenge: Challenge, by: Actor, *verbs: str) -> list[Any]:
    what = Text(
        "、".join(rules.STATES.moves[verb].name.zh for verb in verbs),
        ", ".join(rules.STATES.moves[verb].name.en for verb in verbs),
    )
    return rules.posting.second_person_refusals(by.reference, moves.who_did(challenge, *verbs), what)


@transaction.atomic
def post(
    *, challenge_id: int, answers_until: datetime, by: Actor, at: datetime, holders: Sequence[int] = (), k: int | None = None
) -> Challenge:  # fmt: skip
    """发榜: the list version is fixed with its hash; from now on people outside read it.

    ``holders`` keep the parts of the opening key; where nothing is said, one person of each role the rules name.
    """
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.post", challenge.chain.code)
    frozen, today = challenge.frozen, timezone.localdate(at)
    refuse_if_any(
        [
            *moves.can(challenge, "post"),
            *queries.gaps(challenge),
            *rules.posting.window_refusals(answers_until, today, timezone.localdate(answers_until), at, frozen),
            *rules.posting.classes_refusals(challenge.posted_class),
        ]
    )
    challenge.answers_until, challenge.posted_at = answers_until, at
    challenge.confidentiality = challenge.posted_class
    kept = list(holders) or default_holders(challenge, at)
    needed = k or int(frozen.value("challenge.sealing.needed"))
    box = sealing.make_box(
        subject=challenge.reference, chain=challenge.chain.code, closes_at=answers_until, holders=kept, k=needed,
        name=Text(challenge.title, challenge.title_en or challenge.title), url=f"/challenges/{challenge.pk}/", by=by, at=at,
    )  # fmt: skip
    challenge.box = box.pk
    version = _version(challenge, by, at)
    due_on = timezone.localdate(answers_until)
    return moves.advance(
        challenge, "post", by, at, due_on=due_on, version=version.number, hash=version.hash, box=box.pk
    )


def default_holders(challenge: Challenge, at: datetime) -> list[int]:
    """One person of each role that the rules have hold a part, in the order of the rules; one statement."""
    roles = challenge.frozen.value("challenge.sealing.holders")
    found = party_queries.people_with_role(*roles, chain=challenge.chain.code, today=timezone.localdate(at))
    by_role = {one["role"]: one["user_id"] for one in reversed(found)}
    return list(dict.fromkeys(by_role[role] for role in roles if role in by_role))


def _version(challenge: Challenge, by: Actor, at: datetime, reason: str = "") -> PostedVersion:
    """Fix what is posted now: immutable, numbered, hashed."""
    content = queries.stated(challenge)
    digest = digest_of(content)
    number = challenge.versions.count() + 1
    return PostedVersion.objects.create(
        challenge=challenge, number=number, content=content, hash=digest, reason=reason, by=by.reference, at=at
    )


def digest_of(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def invite(*, challenge_id: int, note: str = "", by: Actor, at: datetime) -> Challenge:
    """开始申报: the meetings of poster and solvers are over, answers are taken."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.post", challenge.chain.code)
    refuse_if_any(moves.can(challenge, "invite"))
    assert challenge.answers_until is not None
    due_on = timezone.localdate(challenge.answers_until)
    return moves.advance(challenge, "invite", by, at, note=note, due_on=due_on)


@transaction.atomic
def adjust(*, challenge_id: int, reason: str, by: Actor, at: datetime, **written: Any) -> PostedVersion:
    """微调: after meeting solvers the wording may be changed a little; a new version stands beside the old one."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.post", challenge.chain.code)
    refuse_if_any([*moves.can(challenge, "invite"), *rules.posting.reason_refusals(reason)])
    for name in MAY_CHANGE_AFTER_POSTING:
        if name in written:
            setattr(challenge, name, written[name])
    challenge.save()
    version = _version(challenge, by, at, reason.strip())
    moves.record(challenge, "adjusted", by, at, version=version.number, hash=version.hash)
    return version


@transaction.atomic
def move_deadline(*, challenge_id: int, answers_until: datetime, reason: str, by: Actor, at: datetime) -> Challenge:
    """延长申报: later only, and before the deadline; a new version says so."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.post", challenge.chain.code)
    sealed = challenge.box is not None and challenge.state in rules.steps.SEALED
    refuse_if_any([*rules.posting.reason_refusals(reason), *([] if sealed else [queries.not_now()])])
    assert challenge.box is not None
    sealing.move_deadline(box_id=challenge.box, closes_at=answers_until, by=by, at=at)
    challenge.answers_until = answers_until
    challenge.due_on = timezone.localdate(answers_until)
    challenge.save()
    version = _version(challenge, by, at, reason.strip())
    moves.record(challenge, "deadline_moved", by, at, to=answers_until, version=version.number)
    return challenge


def default_deadline(challenge: Challenge, at: datetime) -> datetime:
    """What the rules propose as the deadline: the usual window, at the end of the working day."""
    day = timezone.localdate(at) + timedelta(days=int(challenge.frozen.value("challenge.window_days")))
    return timezone.make_aware(datetime(day.year, day.month, day.day, 17, 0))
