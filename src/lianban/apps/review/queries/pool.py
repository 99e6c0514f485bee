"""The pool: who can be drawn, who is barred, how experts stand."""

from collections import defaultdict
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Avg, Count, Q, QuerySet

from lianban.apps.parties import queries as parties
from lianban.apps.parties.models import RoleGrant
from lianban.apps.parties.rules import Actor
from lianban.apps.review import rules
from lianban.apps.review.models import Bar, Expert, Panel, Rating, Seat
from lianban.apps.review.queries.conflicts import bars_on
from lianban.apps.review.queries.panels import panels
from lianban.apps.rulesets import queries as rulesets


def experts(actor: Actor) -> QuerySet[Expert]:
    """The pool, for those who keep it or draw from it; for others there is none. Two statements when read."""
    if not actor.may("review.see_pool"):
        return Expert.objects.none()
    chains = {grant.chain for grant in actor.grants if grant.role in actor.deeds.get("review.see_pool", ())}
    rows = Expert.objects.select_related("user").prefetch_related("engagements__organisation")
    return rows if "" in chains else rows.filter(Q(chain="") | Q(chain__in=chains))


def drawable(panel: Panel, on: date) -> dict[str, list[str]]:
    """Keys of experts who can be drawn, by kind: active, holding the role, not barred, never on this panel; 4 statements.

    Conflicts are not looked at: they are found afterwards, seat by seat, with their evidence on record.
    """
    holding = {person["user_id"] for person in parties.people_with_role("expert", chain=panel.chain, today=on)}
    barred = set(bars_on(on).filter(user__isnull=False).values_list("user_id", flat=True))
    seated = set(Seat.objects.filter(panel=panel).values_list("expert_id", flat=True))
    rows = Expert.objects.filter(Q(chain="") | Q(chain=panel.chain), active=True, user_id__in=holding - barred)
    pool: dict[str, list[str]] = defaultdict(list)
    for expert in rows.exclude(pk__in=seated).order_by("key"):
        fitting = not panel.fields or not expert.fields or set(panel.fields) & set(expert.fields)
        for kind in expert.kinds:
            if kind in rules.EXPERTS and (fitting or kind != "technical"):
                pool[kind].append(expert.key)
    return dict(pool)


def representatives(actor: Actor, panel: Panel) -> list[Expert]:
    """Representatives in the pool who can be given a seat on this panel; three statements."""
    seated = Seat.objects.filter(panel=panel).values("expert_id")
    rows = experts(actor).filter(Q(chain="") | Q(chain=panel.chain), active=True).exclude(pk__in=seated)
    return [row for row in rows if "representative" in row.kinds]


def barred(organisation_id: int, on: date) -> bool:
    """Whether an organisation is kept out for lobbying on a day; one statement."""
    return bars_on(on).filter(organisation_id=organisation_id).exists()


def standings(actor: Actor, found: list[Expert]) -> dict[int, dict[str, Any]]:
    """How often these experts sat to the end and how they were rated; two statements.

    Counted over the panels this reader may see: a number must not tell who sat where they have a part themselves.
    """
    visible = panels(actor).order_by().values("pk")
    sat = Seat.objects.filter(expert__in=found, active=True, panel__state__in=("frozen", "closed"), panel__in=visible)
    told: dict[int, dict[str, Any]] = {expert.pk: {"sat": 0, "rated": 0, "average": None} for expert in found}
    for row in sat.values("expert_id").annotate(n=Count("pk")):
        told[row["expert_id"]]["sat"] = row["n"]
    rated = Rating.objects.filter(seat__expert__in=found, seat__panel__in=visible).values("seat__expert_id")
    rated = rated.annotate(n=Count("pk"), mean=Avg("points"))
    for mean in rated:
        told[mean["seat__expert_id"]] |= {"rated": mean["n"], "average": mean["mean"]}
    return told


def enrollable(on: date) -> QuerySet[Any]:
    """Who holds the role of an expert and is not in the pool yet; one statement when read."""
    held = RoleGrant.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), role="expert", starts_on__lte=on)
    entered = Expert.objects.values("user_id")
    people = get_user_model().objects.filter(pk__in=held.values("user_id"))
    return people.exclude(pk__in=entered).order_by("username")


def word_of(actor: Actor, expert: Expert, on: date) -> str:
    """How the rules of the day call this expert's ratings: senior, low, or nothing; two statements."""
    visible = panels(actor).order_by().values("pk")
    ratings = list(Rating.objects.filter(seat__expert=expert, seat__panel__in=visible).values_list("points", flat=True))
    return rules.standing(rulesets.freeze(expert.chain, on, "review"), ratings)


def bars_of(expert: Expert) -> QuerySet[Bar]:
    """Bars on this person, past ones too; one statement."""
    return Bar.objects.filter(user_id=expert.user_id)
