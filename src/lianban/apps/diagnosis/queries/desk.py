"""What waits for a reader among the weak points, and what happened to one of them."""

from datetime import date

from django.db.models import Q
from django.urls import reverse

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain, Product
from lianban.apps.diagnosis.models import WeakPoint
from lianban.apps.diagnosis.queries.runs import latest_run, weak_point, weak_points
from lianban.apps.diagnosis.rules import WORKFLOW
from lianban.apps.journal import queries as journal
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text
from lianban.kit.waiting import Event, Waiting

MINE = Text("交办给我的", "Assigned to me")
LATE = Text("已超期", "Overdue")
# What waits for whom: status of the weak point, the deed that moves it on, the heading.
WAITING = (
    ("closing", "diagnosis.close", Text("待销号复核", "Closing to be reviewed")),
    ("reviewed", "diagnosis.consult", Text("待会商", "To be consulted on")),
    ("verified", "diagnosis.review", Text("待专家论证", "To be argued by experts")),
    ("consulted", "diagnosis.enlist", Text("待列入清单", "To be put on the list")),
    ("listed", "diagnosis.choose_route", Text("待选定解决路径", "Route to be chosen")),
    ("routed", "diagnosis.assign", Text("待交办", "To be assigned")),
    ("raised", "diagnosis.verify", Text("疑似薄弱环节，待核实", "Suspected weak points to verify")),
)
WORDS = {
    "diagnosis.describe": Text("填写对标指标与差距", "benchmark and gap were written down"),
    **{f"diagnosis.{verb}": move.name for verb, move in WORKFLOW.moves.items()},
}


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """Weak points in this reader's hands, late ones they may urge, and those whose next step is theirs; three statements a chain."""
    found = []
    mine = _responsible(actor)
    for chain in atlas.visible_chains(actor):
        steps = {status: (deed, name) for status, deed, name in WAITING if actor.may(deed, chain.code)}
        wanted = Q(status__in=list(steps)) | (Q(status__in=("acting", "closing")) & mine)
        if urges := actor.may("diagnosis.urge", chain.code):
            wanted |= Q(status="acting", due_on__lt=today)
        points = list(weak_points(chain, actor).filter(wanted))
        names = _names(chain, actor, points)
        for point in _worst_first(chain, actor, points):
            name = names.get(point.product_code, Text(point.product_code, point.product_code))
            if point.status in ("acting", "closing") and _in_hands_of(actor, point):
                found.append(_task(chain, point, name, MINE, "act", point.due_on))
            if urges and point.status == "acting" and point.due_on and point.due_on < today:
                found.append(_task(chain, point, name, LATE, "urge", point.due_on))
            if point.status in steps:
                deed, heading = steps[point.status]
                found.append(_task(chain, point, name, heading, deed.removeprefix("diagnosis."), None))
    return sorted(found, key=_place)


def _responsible(actor: Actor) -> Q:
    me = Q(responsible_organisation__code__in=actor.organisations)
    return me | Q(responsible_user_id=actor.user_id) if actor.user_id is not None else me


def _in_hands_of(actor: Actor, point: WeakPoint) -> bool:
    unit = point.responsible_organisation
    return point.responsible_user_id == actor.user_id or (unit is not None and unit.code in actor.organisations)


_ORDER = [MINE, LATE, *(name for _, _, name in WAITING)]


def _place(task: Waiting) -> int:
    return _ORDER.index(task.section)


def _worst_first(chain: Chain, actor: Actor, points: list[WeakPoint]) -> list[WeakPoint]:
    """In the order of the newest run, which is asked only where suspected points are to be sorted."""
    if not any(point.status == "raised" for point in points):
        return points
    run = latest_run(chain, "nation", actor)
    order = {point["code"]: i for i, point in enumerate(run.result.get("weak_points", []))} if run else {}
    return sorted(points, key=lambda point: order.get(point.product_code, len(order)))


def _names(chain: Chain, actor: Actor, points: list[WeakPoint]) -> dict[str, Text]:
    if not points:
        return {}
    codes = [point.product_code for point in points]
    rows = atlas.rows(actor, chain, Product).filter(code__in=codes).values_list("code", "name", "name_en")
    return {code: Text(name, name_en or name) for code, name, name_en in rows}


def _task(chain: Chain, point: WeakPoint, name: Text, section: Text, verb: str, due_on: date | None) -> Waiting:
    where = Text(chain.name, chain.name_en or chain.name)
    about = Text("{chain} · {status}", "{chain} · {status}").format(chain=where, status=WORKFLOW.states[point.status])
    url = reverse("diagnosis:point", args=[chain.code, point.product_code])
    return Waiting(section, name, url, about, f"{point.reference}:{verb}", due_on)


def story(actor: Actor, chain: Chain, product: str) -> list[Event]:
    """What was done about one product's weak point, oldest first; three statements."""
    point = weak_point(chain, product, actor)
    if point is None:
        return []
    notes = {(step.verb, step.at): step.note for step in point.steps.all()}
    return [
        Event(entry.at, entry.actor, WORDS.get(entry.verb, Text(entry.verb, entry.verb)),
              notes.get((entry.verb.removeprefix("diagnosis."), entry.at), ""))
        for entry in journal.of_subjects([point.reference])
    ]  # fmt: skip
