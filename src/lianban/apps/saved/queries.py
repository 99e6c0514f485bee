"""Which views a reader may open, and how far the data moved on since."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve
from django.urls.resolvers import ResolverMatch

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.parties.rules import Actor
from lianban.apps.saved.models import SavedView

NOT_KEPT = {"saved", "parties", "jobs", None}  # pages about oneself, and addresses without an app


@dataclass(frozen=True, slots=True)
class Opened:
    """A view as it is opened now: how many times its data changed since it was kept, and whether there is a newer run."""

    view: SavedView
    changes: int | None
    newer_run: int | None

    @property
    def moved_on(self) -> bool:
        return bool(self.changes or self.newer_run)


def visible(actor: Actor) -> QuerySet[SavedView]:
    """One's own views, and those shared with one's class on a chain one may see; one statement."""
    own = Q(owner_id=actor.user_id) if actor.user_id is not None else Q(pk__in=[])
    by_class = Q(confidentiality__in=actor.visible_classes(""))
    for code in {grant.chain for grant in actor.grants if grant.chain}:
        by_class |= Q(chain__code=code, confidentiality__in=actor.visible_classes(code))
    seen = Q(chain=None) | Q(chain__in=atlas.visible_chains(actor))
    return SavedView.objects.filter(own | (Q(shared=True) & by_class & seen)).select_related("chain", "owner")


def view(actor: Actor, code: str) -> SavedView | None:
    """One view, or None alike where it is missing or not theirs to open; one statement."""
    return visible(actor).filter(code=code).first()


def own(actor: Actor, code: str) -> SavedView | None:
    """A view of one's own; one statement."""
    return visible(actor).filter(code=code, owner_id=actor.user_id).first() if actor.signed_in else None


def opened(actor: Actor, code: str) -> Opened | None:
    """A view with what became of its data; at most three statements, none where no view is asked for."""
    found = view(actor, code) if code else None
    if found is None:
        return None
    chain = atlas.chain(actor, found.chain.code) if found.chain else None
    if chain is None or found.stamp is None:
        return Opened(found, None, None)
    newest = newest_run(actor, chain)
    changes = None if atlas.version(actor, chain) is None else max(chain.stamp - found.stamp, 0)
    return Opened(found, changes, newest if newest != found.run else None)


def newest_run(actor: Actor, chain: Chain) -> int | None:
    """Number of the newest run they may see; one statement."""
    run = diagnosis.runs(chain, actor).first() if actor.may("diagnosis.see", chain.code) else None
    return run.number if run else None


def match(address: str) -> ResolverMatch | None:
    """The page behind an address, where it is one that may be kept."""
    try:
        found = resolve(address.split("?")[0])
    except Resolver404:
        return None
    return None if (found.app_name or None) in NOT_KEPT or getattr(found.func, "sealed", False) else found


def chain_of(actor: Actor, address: str) -> Chain | None:
    """The chain a page is about, if the reader may see it; one statement."""
    found = match(address)
    code = found.kwargs.get("chain") if found else None
    return atlas.chain(actor, str(code)) if code else None
