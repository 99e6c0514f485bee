"""What all deeds share: lock the project, ask who may, move the state, write one journal row."""

from datetime import datetime
from typing import Any

from lianban.apps.journal import services as journal
from lianban.apps.parties.rules import Actor
from lianban.apps.parties.services import SYSTEM
from lianban.apps.projects import queries, rules
from lianban.apps.projects.models import Milestone, Project
from lianban.kit.refusals import refuse_if_any


def locked(project_id: int, deed: str, by: Actor) -> Project:
    """The project, locked, for those who may do this deed with it."""
    rows = Project.objects.select_for_update(of=("self",)).select_related("chain", "lead", "commissioner")
    project = rows.get(pk=project_id)
    if by is not SYSTEM:
        refuse_if_any(queries.may_refusals(project, deed, by))
    return project


def locked_stage(milestone_id: int, deed: str, by: Actor) -> tuple[Project, Milestone]:
    """A milestone under its project's lock."""
    owner = Milestone.objects.values_list("project_id", flat=True).get(pk=milestone_id)
    project = locked(owner, deed, by)
    return project, Milestone.objects.get(pk=milestone_id)


def move(project: Project, verb: str, by: Actor, at: datetime, **facts: Any) -> Project:
    """Do a move of the table and keep it; the refusals were asked for before."""
    before = project.state
    project.state = rules.DELIVERY.target(verb)
    project.save()
    record(project, verb, by, at, before=before, state=project.state, **facts)
    return project


def record(project: Project, verb: str, by: Actor, at: datetime, **facts: Any) -> None:
    """One journal row a deed: references and numbers, no names."""
    told = {"chain": project.chain.code, "product": project.product, **facts}
    journal.record(f"projects.{verb}", subject=project.reference, by=by, at=at, facts=told)


def role_of(by: Actor) -> str:
    return by.grants[0].role if by.grants else ""
