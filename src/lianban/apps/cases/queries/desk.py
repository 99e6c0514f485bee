"""My tasks (我的待办): what waits for this reader in every mechanism. Hidden things are in no list and no count."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.module_loading import module_has_submodule

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain, Product
from lianban.apps.cases import rules
from lianban.apps.cases.queries.chief import instructions
from lianban.apps.demands import queries as demands
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.parties.rules import Actor
from lianban.kit.mechanisms import mechanisms
from lianban.kit.text import Text
from lianban.kit.waiting import Waiting

SHOWN = 6  # tasks shown of a section; the rest stand behind its link
SOON = 8  # tasks shown of those that are due first


@dataclass(frozen=True, slots=True)
class Task:
    """One line: what waits, with how many days are left (below zero: overdue; None: no due day)."""

    waiting: Waiting
    days_left: int | None = None

    @property
    def name(self) -> Text:
        return self.waiting.name

    @property
    def overdue(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def days_over(self) -> int:
        return -(self.days_left or 0)


@dataclass(frozen=True, slots=True)
class Section:
    """Tasks of one sort, all of them, and where they stand by themselves."""

    name: Text
    tasks: tuple[Task, ...]
    more: str

    @property
    def count(self) -> int:
        return len(self.tasks)

    @property
    def first(self) -> tuple[Task, ...]:
        return self.tasks[:SHOWN]


def told_by_all(name: str) -> Iterator[Callable[..., Any]]:
    """The function of this name in the queries of every mechanism that has one."""
    for config in mechanisms():
        if config.name != "lianban.apps.cases" and module_has_submodule(config.module, "queries"):
            found = getattr(import_module(f"{config.name}.queries"), name, None)
            if found is not None:
                yield found


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """Instructions that wait for an answer or for their closing; two statements."""
    if not actor.may("cases.read_report"):
        return []
    found = []
    for row in instructions(actor).exclude(state="closed"):
        step = rules.NEXT_STEP.get(row.state)
        if step and actor.may(step.deed, row.chain.code):
            about = Text(row.chain.name, row.chain.name_en or row.chain.name)
            url = reverse("cases:instruction", args=[row.pk])
            name = Text(row.text, row.text)
            found.append(Waiting(step.section, name, url, about, f"cases.{row.reference}:{row.state}", row.due_on))
    return found


def tasks(actor: Actor, today: date) -> list[Task]:
    """Everything that waits for this reader in all mechanisms, what is due first in front; the rest as each mechanism orders it."""
    if not actor.signed_in:
        return []
    found = [one for ask in told_by_all("waiting") for one in ask(actor, today)] + waiting(actor, today)
    told = [Task(one, (one.due_on - today).days if one.due_on else None) for one in found]
    return sorted(told, key=_soonest)


def _soonest(task: Task) -> tuple[bool, date]:
    return task.waiting.due_on is None, task.waiting.due_on or date.max


def soon(found: Iterable[Task]) -> list[Task]:
    """What has a due day, the first few."""
    return [task for task in found if task.days_left is not None][:SOON]


def sections(found: Iterable[Task]) -> list[Section]:
    """The same by heading; what is due first brings its heading to the front."""
    by_name: dict[str, list[Task]] = {}
    for task in found:
        by_name.setdefault(task.waiting.section.zh, []).append(task)
    listing = reverse("cases:waiting")
    return [
        Section(of[0].waiting.section, tuple(of), f"{listing}?{urlencode({'heading': name})}")
        for name, of in by_name.items()
    ]


def own_demands(actor: Actor) -> Section | None:
    """What a firm has raised itself and how it stands; one statement."""
    if not actor.may("demands.raise"):
        return None
    name = Text("我们提出的需求", "Our demands")
    rows = demands.visible(actor).filter(organisation__code__in=actor.organisations).exclude(state="withdrawn")
    told = [
        Waiting(name, Text(r.title, r.title), reverse("demands:show", args=[r.pk]), r.state_name, r.reference)
        for r in rows
    ]
    return Section(name, tuple(map(Task, told)), reverse("demands:list")) if told else None


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
