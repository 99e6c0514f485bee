"""What all deeds share: lock the project, ask who may, move the state, write one journal row."""

from datetime import datetime
from typing import Any

from lianban.apps.journal import services as journal
from lianban.apps.notices import services as notices
from lianban.apps.parties.rules import Actor
from lianban.apps.parties.services import SYSTEM
from lianban.apps.projects import queries, rules
from lianban.apps.projects.models import Milestone, Project
from lianban.kit.refusals import refuse_if_any
from lianban.kit.text import Text


def locked(project_id: int, deed: str, by: Actor) -> Project:
    """The project, locked, for those who may do this deed with it."""
    rows = Project.objects.select_for_update(of=("self",)).select_related("chain", "lead", "commissioner")
    project = rows.get(pk=project_id)
    if by is not SYSTEM:
        refuse_if_any(queries.may_refusals(project, deed, by))
    return project


def hold_still(*project_ids: int) -> None:
    """Lock several projects, for a deed that ends more than one: all of them before the first writes the journal."""
    list(Project.objects.select_for_update().filter(pk__in=project_ids).order_by("pk"))


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


OFFICE, BUREAU = ("officer",), ("science_bureau", "office_head")
# Who is told of a deed besides who did it: roles of the chain, or the lead (LEAD). The sentence names no title: mail goes far.
LEAD = ("lead",)
TOLD: dict[str, tuple[tuple[str, ...], Text]] = {
    "started": (LEAD, Text("项目 {n} 已启动", "project {n} has begun")),
    "stage_report": (OFFICE, Text("项目 {n} 的里程碑已报告，待核查", "project {n}: a milestone was reported, to be checked")),
    "stage_check": (BUREAU, Text("项目 {n} 的里程碑已核查，待定结论", "project {n}: a milestone was checked, to be decided")),
    "stage_send_back": (LEAD, Text("项目 {n} 的里程碑报告被退回", "project {n}: a milestone's report was sent back")),
    "stage_pass": ((*LEAD, *OFFICE), Text("项目 {n} 的里程碑通过", "project {n}: a milestone was passed")),
    "stage_fail": (LEAD, Text("项目 {n} 的里程碑未通过", "project {n}: a milestone failed")),
    "paid": (LEAD, Text("项目 {n} 有一笔拨付", "project {n}: a payment was made")),
    "ask_extension": (BUREAU, Text("项目 {n} 申请延期", "project {n} asks for an extension")),
    "grant_extension": (LEAD, Text("项目 {n} 的延期已同意", "project {n}: the extension was granted")),
    "refuse_extension": (LEAD, Text("项目 {n} 的延期未获同意", "project {n}: the extension was refused")),
    "ask_acceptance": (BUREAU, Text("项目 {n} 申请验收", "project {n} asks for acceptance")),
    "return_acceptance": (LEAD, Text("项目 {n} 的验收申请被退回", "project {n}: the acceptance was sent back")),
    "open_acceptance": (LEAD, Text("项目 {n} 的验收已受理", "project {n}: the acceptance is open")),
    "call_acceptance": (LEAD, Text("项目 {n} 逾期，已启动验收", "project {n} is overdue: the acceptance was opened")),
    "conclude": (LEAD, Text("项目 {n} 有验收结论，可以申诉", "project {n} has an outcome, an appeal is possible")),
    "terminate": (LEAD, Text("项目 {n} 被终止，可以申诉", "project {n} was terminated, an appeal is possible")),
    "revoke": (LEAD, Text("项目 {n} 被撤销，可以申诉", "project {n} was revoked, an appeal is possible")),
    "appeal": (BUREAU, Text("项目 {n} 提出申诉", "project {n} appeals")),
    "uphold": (LEAD, Text("项目 {n} 的申诉有答复", "project {n}: the appeal was answered")),
    "change": (LEAD, Text("项目 {n} 的申诉有答复", "project {n}: the appeal was answered")),
    "reinstate": (LEAD, Text("项目 {n} 恢复实施", "project {n} goes on")),
    "rise_proposed": (OFFICE, Text("项目 {n} 提出水平提升，待确认", "project {n}: a rise of the level waits to be confirmed")),
    "rise_confirmed": (LEAD, Text("项目 {n} 的成果已写入图谱", "project {n}: the result was entered in the atlas")),
}  # fmt: skip


def record(project: Project, verb: str, by: Actor, at: datetime, **facts: Any) -> None:
    """One journal row a deed (references and numbers, no names), and a notice to whom it concerns."""
    told = {"chain": project.chain.code, "product": project.product, **facts}
    journal.record(f"projects.{verb}", subject=project.reference, by=by, at=at, facts=told)
    if verb in TOLD:
        whom, what = TOLD[verb]
        notices.tell(
            what=what.format(n=project.pk), url=f"/projects/{project.pk}/", at=at, chain=project.chain.code,
            roles=[role for role in whom if role not in LEAD],
            organisations=[project.lead] if "lead" in whom else [], subject=project.reference, by=by,
        )  # fmt: skip


def role_of(by: Actor) -> str:
    return by.grants[0].role if by.grants else ""
