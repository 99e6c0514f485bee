"""Which challenges and answers a reader may know of."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.urls import reverse

from lianban.apps.atlas import queries as atlas
from lianban.apps.challenges import rules
from lianban.apps.challenges.models import Answer, Challenge, Lane
from lianban.apps.parties.rules import Actor
from lianban.kit.mechanisms import Named
from lianban.kit.text import Text

BEFORE_LEGAL = rules.steps.BEFORE_POSTING[: rules.steps.BEFORE_POSTING.index("legal_check")]


def visible(actor: Actor) -> QuerySet[Challenge]:
    """Posted ones of the reader's class, the poster's own, and for those who follow the work all of their class. One statement."""
    own = Q(poster__code__in=actor.organisations)
    posted, inside = Q(confidentiality="open"), Q(pk__in=[])
    for chain in {grant.chain for grant in actor.grants}:
        reach = Q(chain__code=chain) if chain else Q()
        of_class = reach & Q(confidentiality__in=actor.visible_classes(chain))
        posted |= of_class
        if actor.may("challenges.see", chain):
            inside |= of_class
        if actor.may("challenges.clear", chain):  # the legal unit reads what it has to judge, and nothing before
            inside |= reach & Q(confidentiality="office") & ~Q(state__in=BEFORE_LEGAL)
    found = (Q(posted_at__isnull=False) & posted) | inside
    seen = Q(chain__in=atlas.visible_chains(actor)) & found
    return Challenge.objects.filter(seen | own).select_related("chain", "poster", "first_user")


def challenge(actor: Actor, pk: int) -> Challenge | None:
    """One statement; None alike for what is missing and what is hidden."""
    return visible(actor).filter(pk=pk).first()


def listing(
    actor: Actor, *, chain: str = "", state: str = "", klass: str = "", words: str = "", mine: str = ""
) -> QuerySet[Challenge]:
    """The list with its filters; one statement. ``state`` is a state, or "open" for those that take answers."""
    found = visible(actor)
    if chain:
        found = found.filter(chain__code=chain)
    if state == "open":
        found = found.filter(state__in=rules.steps.SEALED)
    elif state:
        found = found.filter(state=state)
    if klass:
        found = found.filter(klass=klass)
    if mine:
        found = found.filter(poster__code__in=actor.organisations)
    if words:
        found = found.filter(Q(title__icontains=words) | Q(title_en__icontains=words) | Q(problem__icontains=words))
    return found.order_by("-posted_at", "-id")


def named(actor: Actor, keys: Iterable[int]) -> dict[int, Named]:
    """Titles of the challenges among these that this reader may know of; one statement."""
    return {row.pk: _named(row) for row in visible(actor).filter(pk__in=list(keys))}


def named_lanes(actor: Actor, keys: Iterable[int]) -> dict[int, Named]:
    """Lanes by the title of their challenge, where this reader may know of it; two statements."""
    found = dict(Lane.objects.filter(pk__in=list(keys)).values_list("pk", "challenge"))
    known = named(actor, set(found.values()))
    return {lane: known[challenge] for lane, challenge in found.items() if challenge in known}


def _named(row: Challenge) -> Named:
    return Named(Text(row.title, row.title_en or row.title), reverse("challenges:show", args=[row.pk]))


def count_open(actor: Actor) -> int:
    """How many take answers now; one statement."""
    return visible(actor).filter(state="answering").count()


def of_product(actor: Actor, chain: str, product: str) -> QuerySet[Challenge]:
    """Challenges on one product; one statement."""
    return visible(actor).filter(chain__code=chain, product=product).order_by("id")


def posters_people(challenge: Challenge, actor: Actor) -> bool:
    """Whether the reader speaks for the poster."""
    return challenge.poster is not None and challenge.poster.code in actor.organisations


def answers_seen(challenge: Challenge, actor: Actor) -> QuerySet[Answer]:
    """Opened answers this reader may read: the office all, the poster all from its opinion on, a solver its own. One statement."""
    rows = challenge.answers.select_related("organisation").prefetch_related("partners")
    if actor.may("challenges.see_answers", challenge.chain.code):
        return rows
    from_opinion_on = ("opining", "choosing", *rules.steps.CHOSEN)
    if posters_people(challenge, actor) and challenge.state in from_opinion_on:
        return rows.filter(formal=True)
    return rows.filter(Q(organisation__code__in=actor.organisations) | Q(partners__code__in=actor.organisations)).distinct()  # fmt: skip


def answer_of(challenge: Challenge, actor: Actor, pk: int) -> Answer | None:
    """Two statements."""
    return answers_seen(challenge, actor).filter(pk=pk).first()
