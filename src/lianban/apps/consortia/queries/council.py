"""What the council counts."""

from lianban.apps.consortia import rules
from lianban.apps.consortia.models import Consortium, Filing, Member, Motion, Roadmap, Split, Topic


def eligible(motion: Motion) -> set[int]:
    """Members who vote on a motion: all of them but the one whose expulsion it is; one statement."""
    voting = motion.meeting.consortium.members.filter(state__in=rules.VOTING)
    if motion.kind == "expulsion" and motion.member_id is not None:
        voting = voting.exclude(pk=motion.member_id)
    return set(voting.values_list("pk", flat=True))


def count(motion: Motion) -> rules.Count:
    """The count as it stands; three statements."""
    present = motion.meeting.presences.values_list("member_id", flat=True)
    votes = dict(motion.votes.values_list("member_id", "choice"))
    of = motion.meeting.consortium
    return rules.count(of.frozen, eligible=eligible(motion), present=list(present), votes=votes, terms=of.terms)


def belongs(consortium: Consortium, thing: Member | Topic | Roadmap | Split | None) -> bool:
    """Whether what a motion is about is this consortium's; no statement."""
    return thing is not None and thing.consortium_id == consortium.pk


def change_decided(member: Member, kind: str) -> bool:
    """Whether the council let this member in or go, and it is on file where the rules ask for it; two statements.

    What was decided before it was invited (or gave notice) this time does not count.
    """
    asked = {"member": member, "kind": kind}
    since = member.invited_at if kind == "accession" else member.noticed_at
    if since is None:
        return False
    carried = Motion.objects.filter(state="carried", decided_at__gte=since, **asked).exists()
    if not carried or not change_needs_filing(member.consortium):
        return carried
    return Filing.objects.filter(state="accepted", submitted_at__gte=since, **asked).exists()


def change_needs_filing(consortium: Consortium) -> bool:
    """Whether a change of members goes on file: once filed, where the frozen rules say so; no statement."""
    asked = consortium.frozen.value("consortium.change_needs_council_and_filing")
    return consortium.state in rules.FILED and bool(asked)
