"""From rows to the conflict engine and back."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from lianban.apps.parties import queries as parties
from lianban.apps.review import rules
from lianban.apps.review.models import Bar, Engagement, Expert, Hit, Panel, PanelParty, Seat


def case_of(panel: Panel, on: date) -> rules.Case:
    """What the engine must know of a panel; one statement."""
    kept = panel.kept_rules
    rows = list(PanelParty.objects.filter(panel=panel))
    return rules.Case(
        parties=frozenset(r.organisation_id for r in rows if r.role == "solver" and r.organisation_id),
        since=rules.window_start(on, int(kept.value(f"{panel.group}.coi_lookback_years"))),
        on=on,
        kinds=frozenset(kept.value("review.derived_conflicts")),
        share_min=float(kept.value("review.shareholding_min")),
        steps=int(kept.value("review.shareholding_steps")),
        drafting_users=frozenset(r.user_id for r in rows if r.user_id),
        drafting_organisations=frozenset(r.organisation_id for r in rows if r.role == "drafter" and r.organisation_id),
    )


def derived(panel: Panel, experts: Sequence[Expert], on: date) -> dict[int, list[rules.Found]]:
    """Conflicts of each expert with a panel, by the expert's key in the table; 4 statements and one a step upwards."""
    case = case_of(panel, on)
    bonds: dict[int, list[rules.Bond]] = {expert.pk: [] for expert in experts}
    for e in Engagement.objects.filter(expert__in=experts):
        bonds[e.expert_id].append(
            rules.Bond(e.organisation_id, e.kind, e.evidence, e.reference, e.since, e.until, e.declared)
        )
    bars: dict[int, list[tuple[str, str]]] = {}
    for bar in bars_on(on).filter(user__in=[expert.user_id for expert in experts]):
        bars.setdefault(bar.user_id, []).append((bar.reference, bar.document))
    edges = _edges({bond.organisation for found in bonds.values() for bond in found} | case.parties, case)
    return {
        expert.pk: rules.derive(expert.user_id, bonds[expert.pk], bars.get(expert.user_id, []), edges, case)
        for expert in experts
    }


def bars_on(on: date):  # type: ignore[no-untyped-def]
    """Bars in force on a day; one statement when read."""
    return Bar.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on), Q(lifted_on__isnull=True) | Q(lifted_on__gt=on), starts_on__lte=on
    )


def _edges(organisations: set[int], case: rules.Case) -> list[rules.Edge]:
    """Ties around these organisations: sideways one hop, ownership as many steps up as the rules follow."""
    found: dict[int, rules.Edge] = {}
    known, frontier = set(organisations), set(organisations)
    for step in range(case.steps):
        kinds = rules.OWNERSHIP + (rules.BESIDE if step == 0 else ())
        rows = parties.ties_of(frontier, kinds, since=case.since) if frontier else []
        for t in rows:
            share = float(t.share) if t.share is not None else None
            found[t.pk] = rules.Edge(
                t.a_id, t.b_id, t.kind, t.evidence, t.source, t.reference, share, t.since, t.until, t.confidentiality
            )
        frontier = {t.a_id for t in rows if t.kind in rules.OWNERSHIP} | {t.b_id for t in rows if t.kind == "same_head"}
        frontier -= known
        known |= frontier
    return list(found.values())


def new_hits(panel: Panel, on: date) -> list[tuple[Seat, rules.Found]]:
    """What would be found now and is not on record for the seat it concerns: 6 statements and one a step upwards."""
    seats = list(Seat.objects.filter(panel=panel, active=True).select_related("expert"))
    known = set(Hit.objects.filter(seat__in=seats).values_list("seat_id", "fingerprint"))
    found = derived(panel, [seat.expert for seat in seats], on)
    return [(s, f) for s in seats for f in found[s.expert_id] if (s.pk, f.fingerprint) not in known]
