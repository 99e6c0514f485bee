"""The council at work: meetings called, motions put, votes cast, decisions carried out."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.consortia import queries, rules
from lianban.apps.consortia.models import Consortium, Meeting, Member, Motion, Presence, Roadmap, Split, Topic, Vote
from lianban.apps.consortia.services import effects, filing
from lianban.apps.consortia.services.moving import as_lead, as_member, member_only, move, record, step
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal, refuse, refuse_if_any

SUBJECT = {
    "roadmap": "roadmap", "topic": "topic", "drop_topic": "topic", "accession": "member", "exit": "member",
    "expulsion": "member", "lead": "member", "split": "split",
}  # fmt: skip


@transaction.atomic
def call_meeting(
    *, consortium_id: int, title: str, held_on: date, votes_until: datetime, by: Actor, at: datetime
) -> Meeting:
    """召集理事会: with its day and the end of voting."""
    consortium = as_lead(consortium_id, by)
    refuse_if_any(_meeting_refusals(consortium, title, held_on, votes_until, at))
    last = consortium.meetings.order_by("-number").values_list("number", flat=True).first() or 0
    meeting = Meeting.objects.create(
        consortium=consortium, number=last + 1, title=title.strip(), held_on=held_on, votes_until=votes_until,
        called_by=by.reference, called_at=at,
    )  # fmt: skip
    record(consortium, "meeting_called", by, at, meeting=meeting.number)
    return meeting


def _meeting_refusals(
    consortium: Consortium, title: str, held_on: date, votes_until: datetime, at: datetime
) -> list[Refusal]:
    found = []
    if consortium.state not in ("signed", "filing", *rules.FILED):
        found.append(
            refuse(
                "consortia.no_council_yet",
                "协议签署后才有理事会",
                "there is a council once the agreement is signed, and until the end",
            )
        )
    if not title.strip():
        found.append(refuse("consortia.meeting_untitled", "请写会议名称", "name the meeting"))
    if held_on < localdate(at) or votes_until <= at or localdate(votes_until) < held_on:
        found.append(
            refuse(
                "consortia.meeting_in_past",
                "会议日期不能早于今天，表决截止须在会议当日或以后",
                "a meeting is today or later, and voting ends on its day or later",
            )
        )
    return found


@transaction.atomic
def attend(*, meeting_id: int, by: Actor, at: datetime) -> Presence:
    """到会登记: a member says that it is there; said twice, it is said once."""
    consortium, meeting, member = _at_meeting(meeting_id, by)
    refuse_if_any(_closed(meeting))
    presence, new = Presence.objects.get_or_create(
        meeting=meeting, member=member, defaults={"by": by.reference, "at": at}
    )
    if new:
        record(consortium, "attended", by, at, meeting=meeting.number, organisation=member.organisation.code)
    return presence


def _at_meeting(meeting_id: int, by: Actor) -> tuple[Consortium, Meeting, Member]:
    owner = Meeting.objects.values_list("consortium_id", flat=True).get(pk=meeting_id)
    consortium, member = as_member(owner, by)
    return consortium, Meeting.objects.get(pk=meeting_id), member


def _closed(meeting: Meeting) -> list[Refusal]:
    if meeting.closed_at is None:
        return []
    return [refuse("consortia.meeting_closed", "会议已经结束", "the meeting has been closed")]


@transaction.atomic
def put_motion(
    *, meeting_id: int, kind: str, title: str, by: Actor, at: datetime, member: Member | None = None,
    topic: Topic | None = None, roadmap: Roadmap | None = None, split: Split | None = None, method: str = "",
) -> Motion:  # fmt: skip
    """提出议案: any member, before the vote; what could not be carried out is refused now, not after the vote."""
    consortium, meeting, _ = _at_meeting(meeting_id, by)
    about = {"member": member, "topic": topic, "roadmap": roadmap, "split": split}
    needed = SUBJECT.get(kind, "")
    if asked := about.get(needed):
        asked.refresh_from_db()  # as it is under the lock
    subject = {needed: about[needed]} if needed else {}
    found = bool(subject.get(needed)) and queries.belongs(consortium, subject[needed])
    open_ones = Motion.objects.filter(meeting__consortium=consortium, kind=kind, state="open", **subject)
    refuse_if_any(
        [
            *_closed(meeting),
            *rules.motion_refusals(
                kind=kind, title=title, same_open=kind != "other" and open_ones.exists(), subject_needed=bool(needed),
                subject_found=found,
            ),
        ]
    )  # fmt: skip
    motion = Motion(
        meeting=meeting, kind=kind, title=title.strip(), method=method if kind == "split" else "",
        put_by=by.reference, put_at=at, **subject,
    )  # fmt: skip
    refuse_if_any(effects.refusals(consortium, motion))
    motion.save()
    record(consortium, "motion_put", by, at, motion=motion.pk, kind=kind)
    return motion


@transaction.atomic
def vote(*, motion_id: int, choice: str, by: Actor, at: datetime) -> Vote:
    """表决: one member, one vote, and it stands."""
    consortium, motion, member = _on_motion(motion_id, by)
    refuse_if_any(
        rules.vote_refusals(
            state=motion.state, eligible=member.pk in queries.eligible(motion), choice=choice,
            voted=motion.votes.filter(member=member).exists(), closed=at > motion.meeting.votes_until,
        )
    )  # fmt: skip
    cast = Vote.objects.create(motion=motion, member=member, choice=choice, by=by.reference, at=at)
    record(consortium, "voted", by, at, motion=motion.pk, organisation=member.organisation.code)
    return cast


def _on_motion(motion_id: int, by: Actor) -> tuple[Consortium, Motion, Member]:
    owner = Motion.objects.values_list("meeting__consortium_id", flat=True).get(pk=motion_id)
    consortium, member = as_member(owner, by)
    return consortium, _motion(motion_id), member


def _motion(motion_id: int) -> Motion:
    rows = Motion.objects.select_related(
        "meeting__consortium__chain", "member__organisation", "topic", "split", "roadmap"
    )
    return rows.get(pk=motion_id)


@transaction.atomic
def decide(*, motion_id: int, by: Actor, at: datetime) -> Motion:
    """计票: when all have voted or the time is up; what is carried is carried out in the same transaction."""
    consortium, motion, _ = _on_motion(motion_id, by)
    counted = queries.count(motion)
    refuse_if_any(
        rules.decide_refusals(state=motion.state, counted=counted, now=at, votes_until=motion.meeting.votes_until)
    )
    if counted.carried:
        refuse_if_any(effects.refusals(consortium, motion))
        filing.hold_still(consortium, motion.kind)
    step(rules.MOTION, motion, counted.verb)
    motion.decided_at = at
    motion.counted = {
        "eligible": counted.eligible, "present": counted.present, "for": counted.n_for, "against": counted.n_against,
        "abstain": counted.n_abstain, "quorum": str(counted.quorum), "pass": str(counted.passing),
    }  # fmt: skip
    motion.save()
    record(consortium, f"motion_{motion.state}", by, at, motion=motion.pk, kind=motion.kind, count=motion.counted)
    if counted.carried:
        effects.carry_out(consortium, motion, by, at)
    return motion


@transaction.atomic
def withdraw_motion(*, motion_id: int, by: Actor, at: datetime) -> Motion:
    """撤回议案: whoever put it, or the lead."""
    consortium, motion, member = _on_motion(motion_id, by)
    refuse_if_any(member_only(motion.put_by == by.reference or member.is_lead))
    step(rules.MOTION, motion, "withdraw").decided_at = at
    motion.save()
    record(consortium, "motion_withdrawn", by, at, motion=motion.pk)
    return motion


@transaction.atomic
def close_meeting(*, meeting_id: int, minutes: str, by: Actor, at: datetime) -> Meeting:
    """结束会议: with minutes, when every motion is decided."""
    owner = Meeting.objects.values_list("consortium_id", flat=True).get(pk=meeting_id)
    consortium = as_lead(owner, by)
    meeting = Meeting.objects.get(pk=meeting_id)
    refuse_if_any([*_closed(meeting), *_close_refusals(meeting, minutes)])
    meeting.minutes, meeting.closed_at = minutes.strip(), at
    meeting.save()
    record(consortium, "meeting_closed", by, at, meeting=meeting.number)
    return meeting


def _close_refusals(meeting: Meeting, minutes: str) -> list[Refusal]:
    found = []
    if n := meeting.motions.filter(state="open").count():
        found.append(refuse("consortia.motions_open", "还有 {n} 项议案没有计票", "{n} motions are undecided", n=n))
    if not minutes.strip():
        found.append(refuse("consortia.no_minutes", "请写会议纪要", "write the minutes"))
    return found


@transaction.atomic
def draw_roadmap(*, consortium_id: int, items: list[dict[str, Any]], by: Actor, at: datetime) -> Roadmap:
    """编制路线图: a new version; the council passes it."""
    consortium = as_lead(consortium_id, by)
    refuse_if_any(rules.roadmap_refusals(items))
    last = consortium.roadmaps.order_by("-version").values_list("version", flat=True).first() or 0
    roadmap = Roadmap.objects.create(
        consortium=consortium, version=last + 1, items=items, drawn_by=by.reference, drawn_at=at
    )
    record(consortium, "roadmap_drawn", by, at, version=roadmap.version)
    return roadmap


@transaction.atomic
def begin(*, consortium_id: int, by: Actor, at: datetime) -> Consortium:
    """开始运行: behind the filing and the roadmap gate."""
    consortium = as_lead(consortium_id, by)
    moves = rules.STATES.refusals(consortium.state, "begin")
    refuse_if_any(moves or rules.begin_refusals(consortium.frozen, state=consortium.state))
    return move(consortium, "begin", by, at)
