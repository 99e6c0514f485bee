"""What an expert reads: one shape with exactly the allowed fields, for the expert's page and for the office's preview."""

import hashlib
from dataclasses import dataclass
from typing import Any

from lianban.apps.review import rules
from lianban.apps.review.models import Item, Panel, Score, Seat
from lianban.kit.text import Text


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One plan as an expert may see it now."""

    code: str
    text: str
    solvers: tuple[Text, ...]  # empty until names are open


@dataclass(frozen=True, slots=True)
class Reading:
    """A panel as an expert may see it now: nothing of the others, no counts, no names before their time."""

    title: Text
    state: str
    phase: rules.Phase
    criteria: tuple[rules.Criterion, ...]
    items: tuple[ReadItem, ...]


def reading(panel: Panel, state: str = "") -> Reading:
    """The panel as its experts see it in a state (by default now); at most two statements."""
    state = state or panel.state
    phase = rules.PHASES[state]
    items: list[ReadItem] = []
    if phase.reads:
        for item in Item.objects.filter(panel=panel).prefetch_related("organisations").order_by("code"):
            names = [Text(o.name, o.name_en or o.name) for o in item.organisations.all()] if phase.names else []
            text = (item.named_text or item.blind_text) if phase.names else item.blind_text
            items.append(ReadItem(item.code, text, tuple(names)))
    criteria = rules.criteria_of(panel.kept_rules, panel.group)
    return Reading(Text(panel.title, panel.title_en or panel.title), state, phase, criteria, tuple(items))


def content_of(panel: Panel, phases: tuple[str, ...] = ("blind", "defence")) -> dict[str, Any]:
    """All that a freeze fixes, as plain values in a fixed order; 3 statements."""
    seats = list(Seat.objects.filter(panel=panel, active=True).order_by("number"))
    items = list(Item.objects.filter(panel=panel).order_by("code").prefetch_related("organisations"))
    criteria = rules.criteria_of(panel.kept_rules, panel.group)
    scores = Score.objects.filter(seat__in=seats, phase__in=phases).order_by("item__code", "seat__number", "criterion")
    digest = [
        hashlib.sha256(text.encode()).hexdigest() for item in items for text in (item.blind_text, item.named_text)
    ]
    return {
        "panel": panel.reference,
        "subject": panel.subject,
        "rules": panel.rule_set["fingerprint"],
        "drop_extremes_from": int(panel.kept_rules.value(f"{panel.group}.drop_extremes_from")),
        "sheet": [{"code": c.code, "points": c.points, "phase": c.phase, "zh": c.name.zh, "en": c.name.en} for c in criteria],
        "seats": [{"number": s.number, "key": s.key, "kind": s.kind, "chair": s.chair} for s in seats],
        "items": [
            {
                "code": i.code, "key": i.key, "blind": digest[2 * n], "named": digest[2 * n + 1],
                "organisations": sorted(o.pk for o in i.organisations.all()),
            }
            for n, i in enumerate(items)
        ],
        "scores": [
            {"item": s.item.code, "seat": s.seat.number, "criterion": s.criterion, "points": f"{s.points:.1f}"}
            for s in scores.select_related("item", "seat")
        ],
    }  # fmt: skip
