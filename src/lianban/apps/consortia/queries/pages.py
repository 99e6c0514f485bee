"""What each tab of a consortium shows, and the deeds it offers with the reasons against them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from lianban.apps.atlas.models import Chain, Demand
from lianban.apps.atlas.models import Member as ChainMember
from lianban.apps.consortia import rules
from lianban.apps.consortia.models import Consortium, Contribution, Member, Motion, Task, Topic
from lianban.apps.consortia.queries import money as books
from lianban.apps.consortia.queries.council import count, eligible
from lianban.apps.consortia.queries.offers import of_consortium
from lianban.apps.consortia.queries.records import conditions, evaluation_facts, members
from lianban.apps.consortia.queries.seen import visible
from lianban.apps.ledger import queries as ledger
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.projects.models import Project

SCORED = ("final",)


def leads(pks: Iterable[int]) -> dict[int, Organisation]:
    """The lead of each consortium; one statement."""
    rows = Member.objects.filter(consortium__in=list(pks), role="lead").select_related("organisation")
    return {row.consortium_id: row.organisation for row in rows}


def possible_leads(actor: Actor, chain: Chain) -> list[Organisation]:
    """Whom this person may propose as lead: their own organisations, for the office every firm of the chain; one statement."""
    if actor.may("consortia.see_inside", chain.code):
        of_chain = ChainMember.objects.filter(chain=chain, confidentiality__in=actor.visible_classes(chain.code))
        return list(Organisation.objects.filter(pk__in=of_chain.values("organisation"), kind="firm"))
    if not actor.may("consortia.propose", chain.code):
        return []
    return list(Organisation.objects.filter(code__in=actor.organisations))


def page(actor: Actor, consortium: Consortium, tab: str, inside: bool) -> dict[str, Any]:
    """Everything one tab shows."""
    rows = members(consortium)
    own = [m for m in rows if m.organisation.code in actor.organisations and m.state != "declined"]
    shown = {
        "members": [m for m in rows if m.active or (inside and m.state != "declined") or m in own],
        "lead": next(m for m in rows if m.is_lead),
        "own": own[0] if own else None,
        "leading": any(m.is_lead for m in own),
        "steps": STEPS,
        "scorecard": has_scorecard(consortium),
        **of_consortium(actor, consortium, rows, own),
    }
    return shown | TABS[tab](actor, consortium, rows, inside)


STEPS = ("proposed", "drafted", "signed", "filed", "roadmap_passed", "operating")


def _show(actor: Actor, consortium: Consortium, rows: list[Member], inside: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "topics": _topics_seen(actor, consortium, inside),
        "done_steps": done_steps(consortium.state),
    }
    if inside:
        told |= {"balances": books.balances(consortium), "held": books.held(consortium)}
        if consortium.state in ("proposed", "drafted", "signed"):
            told["conditions"] = conditions(consortium)
    return told


def done_steps(state: str) -> list[tuple[str, bool, bool]]:
    """Each step of the usual way: its state, whether it is behind us, whether we are on it."""
    on = {"filing": "signed", "graded": "operating", "rectifying": "operating"}.get(state, state)
    at = STEPS.index(on) if on in STEPS else len(STEPS)
    return [(step, number < at, number == at) for number, step in enumerate(STEPS)]


def _members(actor: Actor, consortium: Consortium, rows: list[Member], inside: bool) -> dict[str, Any]:
    by_member: dict[int, list[Any]] = {}
    if inside:
        for member in consortium.members.prefetch_related("licences"):
            by_member[member.pk] = list(member.licences.all())
    return {"licences": by_member, "filings": list(consortium.filings.select_related("member__organisation"))}


def _topics_seen(actor: Actor, consortium: Consortium, inside: bool) -> list[Topic]:
    found = consortium.topics.select_related("lead__organisation", "first_user__organisation")
    if not inside:
        classes = actor.visible_classes(consortium.chain.code)
        found = found.filter(Q(confidentiality__in=classes) | Q(confidentiality="open")).exclude(state="proposed")
    return list(found)


def _topics(actor: Actor, consortium: Consortium, rows: list[Member], inside: bool) -> dict[str, Any]:
    topics = _topics_seen(actor, consortium, inside)
    tasks: dict[int, list[Task]] = {}
    if inside:
        for task in Task.objects.filter(topic__in=topics).select_related("member__organisation"):
            tasks.setdefault(task.topic_id, []).append(task)
    refs = {t.project_ref: int(t.project_ref.rpartition(":")[2]) for t in topics if t.project_ref}
    projects = Project.objects.in_bulk(list(refs.values()))
    boards = [(state, name, [t for t in topics if t.state == state]) for state, name in rules.TOPIC.states.items()]
    return {
        "topics": topics,
        "boards": [board for board in boards if board[2] or board[0] != "dropped"],
        "tasks": tasks,
        "demands": _demands(actor, consortium, rows, topics) if inside else [],
        "projects": {t.pk: projects.get(refs[t.project_ref]) for t in topics if t.project_ref},
    }


def _demands(actor: Actor, consortium: Consortium, rows: list[Member], topics: list[Topic]) -> list[Demand]:
    """What the lead asks for in the chain's demand list and no topic has taken up; one statement."""
    lead = next(m.organisation_id for m in rows if m.is_lead)
    classes = [c for c in ("open", "chain") if actor.may_see(c, consortium.chain.code)]
    found = Demand.objects.filter(chain=consortium.chain, raised_by=lead, confidentiality__in=classes)
    return list(found.exclude(code__in=[t.demand_code for t in topics if t.state != "dropped"]))


def _council(actor: Actor, consortium: Consortium, rows: list[Member], inside: bool) -> dict[str, Any]:
    motions = Motion.objects.select_related("member__organisation", "topic", "split", "roadmap").prefetch_related(
        "votes__member__organisation"
    )
    meetings = consortium.meetings.prefetch_related(
        Prefetch("motions", queryset=motions), "presences__member__organisation"
    )
    own = {m.pk for m in rows if m.organisation.code in actor.organisations and m.active}
    counts, may_vote, undecided, undecided_in = {}, {}, {}, {}
    now = timezone.now()
    for meeting in meetings:
        meeting.consortium = consortium
        undecided_in[meeting.pk] = any(motion.state == "open" for motion in meeting.motions.all())
        for motion in meeting.motions.all():
            motion.meeting = meeting
            if motion.state == "open":
                counts[motion.pk] = count(motion)
                undecided[motion.pk] = rules.decide_refusals(
                    state=motion.state, counted=counts[motion.pk], now=now, votes_until=meeting.votes_until
                )
                voted = {vote.member_id for vote in motion.votes.all()}
                may_vote[motion.pk] = bool((own & eligible(motion)) - voted)
    return {
        "meetings": meetings,
        "counts": counts,
        "undecided": undecided,
        "undecided_in": undecided_in,
        "none_open": all(meeting.closed_at for meeting in meetings),
        "may_vote": may_vote,
        "present": {m.pk: bool(own & {p.member_id for p in m.presences.all()}) for m in meetings},
        "roadmaps": list(consortium.roadmaps.all()),
    }


def _money(actor: Actor, consortium: Consortium, rows: list[Member], inside: bool) -> dict[str, Any]:
    given = Contribution.objects.filter(member__consortium=consortium).select_related("member__organisation")
    return {
        "contributions": list(given),
        "receipts": list(consortium.receipts.filter(kind="public")),
        "balances": books.balances(consortium),
        "held": books.held(consortium),
        "statement": ledger.statement(subject=consortium.reference),
    }


def _benefits(actor: Actor, consortium: Consortium, rows: list[Member], inside: bool) -> dict[str, Any]:
    names = {m.pk: m.organisation for m in rows}
    splits: list[dict[str, Any]] = []
    for split in consortium.splits.all():
        ways = [rules.of_kept(kept) for kept in split.ways]
        table = [
            (names[pk], [(way, next((p for p in way.parts if p.member == pk), None)) for way in ways])
            for pk in dict.fromkeys(p.member for way in ways for p in way.parts)
        ]
        splits.append({"row": split, "ways": ways, "table": table})
    return {
        "splits": splits,
        "none_open": not any(one["row"].state in books.UNPAID for one in splits),
        "receipts": list(consortium.receipts.filter(kind="income").select_related("topic")),
        "to_split": books.income_to_split(consortium),
        "balances": books.balances(consortium),
    }


def _evaluation(actor: Actor, consortium: Consortium, rows: list[Member], inside: bool) -> dict[str, Any]:
    years = list(consortium.evaluations.select_related("rectification"))
    return {"years": years, "sheet": rules.sheet(consortium.frozen), "facts": evaluation_facts(consortium)}


def _scorecard(actor: Actor, consortium: Consortium, rows: list[Member], inside: bool) -> dict[str, Any]:
    """Final grades only, the points without their reasons, results counted from topics this reader may see."""
    topics = _topics_seen(actor, consortium, False)
    years = list(consortium.evaluations.filter(state__in=SCORED))
    return {
        "years": years,
        "sheet": rules.sheet(consortium.frozen),
        "n_topics": len(topics),
        "n_finished": sum(t.state == "finished" for t in topics),
        "n_met": sum(t.outcome == "met" for t in topics),
        "n_members": sum(m.active for m in rows),
        "n_small": sum(m.active and m.small for m in rows),
    }


TABS = {
    "show": _show, "members": _members, "topics": _topics, "council": _council, "money": _money, "benefits": _benefits,
    "evaluation": _evaluation, "scorecard": _scorecard,
}  # fmt: skip


def has_scorecard(consortium: Consortium) -> bool:
    """Whether there is a scorecard for everyone: once filed, where the frozen rules say so; no statement."""
    return consortium.filed_on is not None and bool(consortium.frozen.value("consortium.scorecard_public"))


def topics_of(actor: Actor, chain: Chain, product: str) -> QuerySet[Topic]:
    """Topics on one product that this reader may know of; one statement."""
    classes = actor.visible_classes(chain.code)
    own = Member.objects.filter(organisation__code__in=actor.organisations, state__in=("agreed", *rules.ACTIVE))
    seen = (Q(confidentiality__in=classes) | Q(confidentiality="open")) & ~Q(state="proposed")
    rows = Topic.objects.filter(consortium__in=visible(actor).filter(chain=chain), product=product)
    rows = rows.filter(seen | Q(consortium__in=own.values("consortium")))
    return rows.select_related("consortium", "lead__organisation").order_by("consortium_id", "number")
