"""My tasks (我的待办): what waits for this reader, role by role. Hidden things are in no list and no count."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain, Product
from lianban.apps.cases.queries.chief import instructions
from lianban.apps.demands import queries as demands
from lianban.apps.demands.models import RaisedDemand
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis.models import WeakPoint
from lianban.apps.diagnosis.rules import WORKFLOW
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text

SHOWN = 6  # tasks shown of a section; the rest stand behind its link


@dataclass(frozen=True, slots=True)
class Task:
    """One line of a section: what, where to do it, by when."""

    name: Text
    url: str
    about: Text
    due_on: date | None = None
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Tasks of one sort; ``count`` is of all, ``tasks`` shows the first few."""

    name: Text
    count: int
    tasks: tuple[Task, ...]
    more: str = ""


def sections(actor: Actor, chains: list[Chain], today: date) -> list[Section]:
    """Everything that waits for this reader, most pressing first; about eight statements a chain. Empty ones are left out."""
    roles = actor.roles()
    found: list[Section] = []
    if actor.may("diagnosis.report") or roles & {"enterprise", "laboratory"}:
        found.append(_assigned(actor, chains, today))
    if actor.may("demands.verify"):
        found += _demands_of_office(actor)
    found += _weak_points_by_status(actor, chains, today)
    if actor.may("cases.read_report"):
        found += _instructions(actor, today)
    if actor.may("demands.raise"):
        found.append(_own_demands(actor))
    return [section for section in found if section.count]


def _section(name: Text, tasks: Iterable[Task], more: str = "") -> Section:
    listed = list(tasks)
    return Section(name, len(listed), tuple(listed[:SHOWN]), more)


def _demand_task(raised: RaisedDemand) -> Task:
    about = Text(
        f"{raised.chain.name} · {raised.organisation.name}",
        f"{raised.chain.name_en or raised.chain.name} · {raised.organisation.name_en or raised.organisation.name}",
    )
    return Task(Text(raised.title, raised.title), reverse("demands:show", args=[raised.pk]), about, raised.latest_on)


def _demands_of_office(actor: Actor) -> list[Section]:
    chains = {grant.chain for grant in actor.grants if actor.may("demands.verify", grant.chain)}
    reach = Q() if "" in chains else Q(chain__code__in=chains)
    rows = demands.visible(actor).filter(reach, state__in=("raised", "verified")).order_by("raised_at")
    listing = reverse("demands:list")
    return [
        _section(
            Text("待核实的企业需求", "Demands to verify"),
            (_demand_task(r) for r in rows if r.state == "raised"),
            f"{listing}?state=raised",
        ),
        _section(
            Text("待列入清单的需求", "Demands to put on the list"),
            (_demand_task(r) for r in rows if r.state == "verified"),
            f"{listing}?state=verified",
        ),
    ]


def _own_demands(actor: Actor) -> Section:
    rows = demands.visible(actor).filter(organisation__code__in=actor.organisations).exclude(state="withdrawn")
    tasks = [
        Task(Text(r.title, r.title), reverse("demands:show", args=[r.pk]), r.state_name, r.latest_on) for r in rows
    ]
    return _section(Text("我们提出的需求", "Our demands"), tasks, reverse("demands:list"))


def _assigned(actor: Actor, chains: list[Chain], today: date) -> Section:
    me = Q(responsible_organisation__code__in=actor.organisations) if actor.organisations else Q(pk__in=[])
    if actor.user_id is not None:
        me |= Q(responsible_user_id=actor.user_id)
    tasks = []
    for chain in chains:
        points = diagnosis.weak_points(chain, actor).filter(me, status__in=("acting", "closing"))
        tasks += weak_point_tasks(chain, actor, list(points), today)
    return _section(Text("交办给我的", "Assigned to me"), sorted(tasks, key=_soonest))


def _soonest(task: Task) -> tuple[bool, date]:
    return task.due_on is None, task.due_on or date.max


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


def _weak_points_by_status(actor: Actor, chains: list[Chain], today: date) -> list[Section]:
    """Weak points that wait for a deed of this reader, and overdue ones for those who may urge."""
    late: list[Task] = []
    waiting: dict[str, list[Task]] = {status: [] for status, _, _ in WAITING}
    for chain in chains:
        mine = [status for status, deed, _ in WAITING if actor.may(deed, chain.code)]
        urges = actor.may("diagnosis.urge", chain.code)
        if not mine and not urges:
            continue
        wanted = Q(status__in=mine) | (Q(status="acting", due_on__lt=today) if urges else Q(pk__in=[]))
        points = list(diagnosis.weak_points(chain, actor).filter(wanted))
        order = _rank(chain, actor) if any(point.status == "raised" for point in points) else {}
        points.sort(key=lambda point: order.get(point.product_code, len(order)))
        for point, task in zip(points, weak_point_tasks(chain, actor, points, today), strict=True):
            (late if point.status == "acting" else waiting[point.status]).append(task)
    told = [_section(Text("已超期", "Overdue"), sorted(late, key=_soonest))]
    return told + [_section(name, waiting[status]) for status, _, name in WAITING]


def _rank(chain: Chain, actor: Actor) -> dict[str, int]:
    run = diagnosis.latest_run(chain, "nation", actor)
    return {point["code"]: i for i, point in enumerate(run.result.get("weak_points", []))} if run else {}


def weak_point_tasks(chain: Chain, actor: Actor, points: list[WeakPoint], today: date) -> list[Task]:
    """Weak points as tasks, with the names of their products; one statement."""
    if not points:
        return []
    codes = [point.product_code for point in points]
    rows = atlas.rows(actor, chain, Product).filter(code__in=codes).values_list("code", "name", "name_en")
    names = {code: Text(name, name_en or name) for code, name, name_en in rows}
    chain_name = Text(chain.name, chain.name_en or chain.name)
    return [
        Task(
            names.get(point.product_code, Text(point.product_code, point.product_code)),
            reverse("diagnosis:point", args=[chain.code, point.product_code]),
            Text("{chain} · {status}", "{chain} · {status}").format(
                chain=chain_name, status=WORKFLOW.states[point.status]
            ),
            point.due_on,
            overdue=point.status == "acting" and point.due_on is not None and point.due_on < today,
        )
        for point in points
    ]


def _instructions(actor: Actor, today: date) -> list[Section]:
    rows = list(instructions(actor).exclude(state="closed"))
    to_answer = [r for r in rows if r.state == "given" and actor.may("cases.reply", r.chain.code)]
    to_close = [r for r in rows if r.state == "answered" and actor.may("cases.close_instruction", r.chain.code)]

    def task(row):  # type: ignore[no-untyped-def]
        about = Text(row.chain.name, row.chain.name_en or row.chain.name)
        late = row.due_on is not None and row.due_on < today
        return Task(Text(row.text, row.text), reverse("cases:instruction", args=[row.pk]), about, row.due_on, late)

    listing = reverse("cases:instructions")
    return [
        _section(Text("待回复的批示", "Instructions to answer"), map(task, to_answer), f"{listing}?state=given"),
        _section(Text("待办结的批示", "Instructions to close"), map(task, to_close), f"{listing}?state=answered"),
    ]


@dataclass(frozen=True, slots=True)
class Card:
    """A chain on the first page: its published structure in numbers, as far as the reader may see it."""

    chain: Chain
    n_segments: int
    n_products: int
    n_final: int
    run_number: int | None
    ran_at: datetime | None


def cards(actor: Actor, chains: list[Chain]) -> list[Card]:
    """Chains with what stands in them; three statements a chain."""
    told = []
    for chain in chains:
        finals = list(atlas.rows(actor, chain, Product).values_list("final", "segment_id"))
        run = diagnosis.runs(chain, actor).first() if actor.may("diagnosis.see", chain.code) else None
        n_segments = len({segment for _, segment in finals})
        n_final = sum(1 for final, _ in finals if final)
        number, at = (run.number, run.finished_at) if run else (None, None)
        told.append(Card(chain, n_segments, len(finals), n_final, number, at))
    return told
