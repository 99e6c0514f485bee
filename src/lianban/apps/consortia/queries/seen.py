"""Who may know of a consortium, and who of its inner matters: the same answer for pages, counts, exports and search."""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from lianban.apps.atlas import queries as atlas
from lianban.apps.consortia import rules
from lianban.apps.consortia.models import Consortium, Member, Topic
from lianban.apps.parties.rules import Actor
from lianban.kit.mechanisms import Named
from lianban.kit.text import Text

SHOWN = (*rules.FILED, "withdrawn", "dissolved", "entity")  # what was filed once stays known


def visible(actor: Actor) -> QuerySet[Consortium]:
    """Consortia this reader may know of: their own, filed ones of their class, and all for the office. One statement."""
    own = Q(
        pk__in=Member.objects.filter(organisation__code__in=actor.organisations)
        .exclude(state="declined")
        .values("consortium")
    )
    shown = Q(filed_on__isnull=False, state__in=SHOWN) & (_of_class(actor) | Q(confidentiality="open"))
    office = _of_class(actor, deed="consortia.see_all")
    found = own | (Q(chain__in=atlas.visible_chains(actor)) & (shown | office))  # nothing of a hidden chain
    return Consortium.objects.filter(found).select_related("chain")


def _of_class(actor: Actor, *, deed: str = "", of: str = "") -> Q:
    """Rows of a class this reader may see, chain by chain; with a deed, only chains where they may do it."""
    allowed = Q(pk__in=[])
    for chain in {grant.chain for grant in actor.grants}:
        if deed and not actor.may(deed, chain):
            continue
        reach = Q(chain__code=chain) if chain else Q()
        allowed |= reach & Q(**{f"{of}confidentiality__in": actor.visible_classes(chain)})
    return allowed


def listing(actor: Actor, *, chain: str = "", state: str = "", words: str = "") -> QuerySet[Consortium]:
    """The list with its filters, the number of members and of topics; one statement."""
    found = visible(actor)
    if chain:
        found = found.filter(chain__code=chain)
    if state:
        found = found.filter(state=state)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(name_en__icontains=words) | Q(purpose__icontains=words))
    of_class = _of_class(actor, of="topics__") | Q(topics__confidentiality="open")
    return found.annotate(
        n_members=Count("members", filter=Q(members__state__in=rules.ACTIVE), distinct=True),
        n_topics=Count("topics", filter=of_class & ~Q(topics__state="dropped"), distinct=True),
    ).order_by("-id")


def consortium(actor: Actor, pk: int) -> Consortium | None:
    """One statement; None alike for what is missing and what is hidden."""
    return visible(actor).filter(pk=pk).first()


def named(actor: Actor, keys: Iterable[int]) -> dict[int, Named]:
    """Names of the consortia among these that this reader may know of; one statement."""
    return {row.pk: Named(_said(row), reverse("consortia:show", args=[row.pk])) for row in visible(actor).filter(pk__in=list(keys))}  # fmt: skip


def named_topics(actor: Actor, keys: Iterable[int]) -> dict[int, Named]:
    """Topics by the name of their consortium, where this reader may know of it; two statements."""
    found = dict(Topic.objects.filter(pk__in=list(keys)).values_list("pk", "consortium"))
    known = {row.pk: row for row in visible(actor).filter(pk__in=set(found.values()))}
    return {
        topic: Named(_said(known[of]), reverse("consortia:topics", args=[of]))
        for topic, of in found.items()
        if of in known
    }


def _said(row: Consortium) -> Text:
    return Text(row.name, row.name_en or row.name)


def inside(actor: Actor, row: Consortium) -> bool:
    """Whether this reader sees money, votes and minutes: members (past ones too) and the office; one statement at most."""
    if actor.may("consortia.see_inside", row.chain.code) and actor.may_see(row.confidentiality, row.chain.code):
        return True
    states = ("agreed", *rules.ACTIVE)
    return (
        bool(actor.organisations)
        and row.members.filter(organisation__code__in=actor.organisations, state__in=states).exists()
    )
