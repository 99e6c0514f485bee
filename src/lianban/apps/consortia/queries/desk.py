"""What waits for a reader, and what happened to a product: what the desk asks every mechanism."""

from datetime import date

from django.urls import reverse

from lianban.apps.atlas.models import Chain
from lianban.apps.consortia import rules
from lianban.apps.consortia.models import (
    Consortium,
    Contribution,
    Filing,
    Meeting,
    Member,
    Motion,
    Rectification,
    Topic,
)
from lianban.apps.consortia.queries.pages import topics_of
from lianban.apps.consortia.queries.seen import visible
from lianban.apps.journal import queries as journal
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text
from lianban.kit.waiting import Event, Waiting

SECTION = Text("创新联合体", "Consortia")
WORDS = {
    "topic_proposed": Text("联合体凝练课题", "a consortium proposed a topic"),
    "topic_passed": Text("理事会通过课题", "the council passed the topic"),
    "topic_started": Text("课题立项实施", "the topic became a project"),
    "topic_finished": Text("课题结题", "the topic was finished"),
}


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """Invitations, votes, contributions and rectifications of one's own; filings for the bureau; seven statements at most."""
    found: list[Waiting] = []
    if actor.organisations:
        found += _of_members(actor)
    for filing in _filings(actor):
        found.append(
            _one("answer-filing", filing.consortium, filing.kind_name, filing.reference, filing.due_on, filing.pk)
        )
    return found


def _one(deed: str, about: Consortium, what: Text, key: str, due_on: date | None, row: int) -> Waiting:
    return Waiting(
        SECTION, what, reverse("consortia:act_on", args=[about.pk, deed, row]), Text(about.name, about.name_en or about.name),
        f"{key}:{deed}", due_on,
    )  # fmt: skip


def _filings(actor: Actor) -> list[Filing]:
    chains = {grant.chain for grant in actor.grants if actor.may("consortia.answer_filing", grant.chain or None)}
    if not chains:
        return []
    rows = Filing.objects.filter(state="submitted", consortium__in=visible(actor)).select_related("consortium")
    return list(rows if "" in chains else rows.filter(consortium__chain__code__in=chains))


def _of_members(actor: Actor) -> list[Waiting]:
    mine = Member.objects.filter(organisation__code__in=actor.organisations)
    found = [
        _one("answer", m.consortium, Text("答复加入邀请", "answer an invitation"), m.reference, None, m.pk)
        for m in mine.filter(state="invited", consortium__state__in=rules.ALIVE).select_related("consortium")
    ]
    active = mine.filter(state__in=rules.VOTING)
    motions = Motion.objects.filter(state="open", meeting__consortium__members__in=active).exclude(
        votes__member__in=active
    )
    for motion in motions.select_related("meeting__consortium"):
        if motion.kind == "expulsion" and motion.member_id and active.filter(pk=motion.member_id).exists():
            continue
        meeting: Meeting = motion.meeting
        name = Text("表决：{title}", "vote: {title}").format(title=Text(motion.title, motion.title))
        found.append(_one("vote", meeting.consortium, name, motion.reference, meeting.votes_until.date(), motion.pk))
    owed = Contribution.objects.filter(member__in=active, state="pledged", member__consortium__state__in=rules.FILED)
    for given in owed.select_related("member__consortium"):
        name = Text("投入到位：{what}", "contribution due: {what}").format(what=Text(given.what, given.what))
        found.append(_one("report", given.member.consortium, name, given.reference, given.due_on, given.pk))
    led = active.filter(role="lead").values("consortium")
    mending = Rectification.objects.filter(state="ordered", evaluation__consortium__in=led)
    for one in mending.select_related("evaluation__consortium"):
        name = Text("报告整改结果", "report what was mended")
        found.append(_one("mended", one.evaluation.consortium, name, one.reference, one.due_on, one.pk))
    return found


def story(actor: Actor, chain: Chain, product: str) -> list[Event]:
    """What consortia did about one product, as far as this reader may see; two statements."""
    topics: dict[tuple[str, int], Topic] = {
        (t.consortium.reference, t.number): t for t in topics_of(actor, chain, product)
    }
    found = []
    for entry in journal.of_subjects({reference for reference, _ in topics}):
        topic = topics.get((entry.subject, entry.facts.get("topic", 0)))
        what = WORDS.get(entry.verb.removeprefix("consortia."))
        if topic is not None and what is not None:
            url = reverse("consortia:topics", args=[topic.consortium_id])
            found.append(Event(entry.at, entry.actor, what, topic.title, url))
    return found
