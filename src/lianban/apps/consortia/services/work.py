"""Topics distilled from the leader's demands, broken into tasks, started as projects, finished by their outcome."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.atlas.models import Product
from lianban.apps.consortia import queries, rules
from lianban.apps.consortia.models import Consortium, Member, Task, Topic
from lianban.apps.consortia.services.books import account
from lianban.apps.consortia.services.moving import as_lead, record, step
from lianban.apps.parties.rules import Actor
from lianban.apps.projects import services as projects
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text


@transaction.atomic
def propose_topic(
    *, consortium_id: int, title: str, kind: str, demand: str, standard: str, scenario: str, first_user: Member | None,
    lead: Member | None, indicators: Sequence[dict[str, Any]], deadline: date | None, by: Actor, at: datetime,
    title_en: str = "", product: str = "", demand_code: str = "", budget_fen: int = 0, partners: Sequence[Member] = (),
    confidentiality: str = "",
) -> Topic:  # fmt: skip
    """凝练课题: the leader states the demand, sets the standard, supplies the scenario, names the first user."""
    consortium = as_lead(consortium_id, by)
    inside = {m.pk for m in consortium.members.all() if m.active or m.state == "agreed"}
    refuse_if_any(
        [
            *rules.topic_refusals(
                state=consortium.state, alive=rules.ALIVE, title=title, kind=kind, demand=demand, standard=standard,
                scenario=scenario, first_user=first_user is not None and first_user.pk in inside,
                lead_is_member=lead is not None and lead.pk in inside, deadline=deadline, today=localdate(at),
                indicators=indicators,
            ),
            *_unknown_product(consortium, product),
        ]
    )  # fmt: skip
    assert first_user is not None and lead is not None and deadline is not None
    last = consortium.topics.order_by("-number").values_list("number", flat=True).first() or 0
    topic = Topic.objects.create(
        consortium=consortium, number=last + 1, title=title.strip(), title_en=title_en.strip(), kind=kind,
        product=product, demand_code=demand_code, demand=demand.strip(), standard=standard.strip(),
        scenario=scenario.strip(), first_user=first_user, lead=lead, indicators=list(indicators),
        budget_fen=budget_fen, deadline=deadline, confidentiality=confidentiality or consortium.confidentiality,
        proposed_by=by.reference, proposed_at=at,
    )  # fmt: skip
    topic.partners.set([p for p in partners if p.pk in inside and p.pk != lead.pk])
    record(consortium, "topic_proposed", by, at, topic=topic.number, product=product, kind=kind)
    return topic


def _unknown_product(consortium: Consortium, product: str) -> list[Any]:
    if not product or Product.objects.filter(chain=consortium.chain, code=product).exists():
        return []
    return [
        refuse(
            "consortia.unknown_product",
            "此产业链没有产品“{product}”",
            "this chain has no product '{product}'",
            product=product,
        )
    ]


@transaction.atomic
def add_task(
    *, topic_id: int, title: str, member: Member, due_on: date | None, by: Actor, at: datetime, deliverable: str = "",
    needs: Sequence[str] = (), worth_fen: int = 0, payment_fen: int = 0,
) -> Task:  # fmt: skip
    """分解任务: who does it, by when, what it takes, what is paid for it; it becomes a milestone of the project."""
    consortium, topic = _topic(topic_id, by)
    member.refresh_from_db()  # as it is under the lock
    inside = member.consortium_id == consortium.pk and (member.active or member.state == "agreed")
    refuse_if_any(
        rules.task_refusals(
            topic_state=topic.state, title=title, member_active=inside, due_on=due_on, deadline=topic.deadline,
            amount_fen=payment_fen, worth_fen=worth_fen,
        )
    )  # fmt: skip
    assert due_on is not None
    last = topic.tasks.order_by("-number").values_list("number", flat=True).first() or 0
    task = Task.objects.create(
        topic=topic, number=last + 1, title=title.strip(), member=member, due_on=due_on,
        deliverable=deliverable.strip(), needs=list(dict.fromkeys(w.strip() for w in needs if w.strip())),
        worth_fen=worth_fen, payment_fen=payment_fen,
    )  # fmt: skip
    record(consortium, "task_added", by, at, topic=topic.number, task=task.number)
    return task


@transaction.atomic
def pass_task_on(*, task_id: int, member: Member, by: Actor, at: datetime) -> Task:
    """移交任务: another member carries it on, so that the first may leave."""
    owner = Task.objects.values_list("topic_id", flat=True).get(pk=task_id)
    consortium, topic = _topic(owner, by)
    task = Task.objects.get(pk=task_id)
    member.refresh_from_db()
    inside = member.consortium_id == consortium.pk and member.state == "acceded"
    refuse_if_any([*rules.TASK.refusals(task.state, "do"), *rules.pass_on_refusals(inside)])
    task.member = member
    task.save(update_fields=["member"])
    record(consortium, "task_passed_on", by, at, topic=topic.number, task=task.number)
    return task


@transaction.atomic
def complete_task(*, task_id: int, done: bool, by: Actor, at: datetime) -> Task:
    """完成或取消任务."""
    owner = Task.objects.values_list("topic_id", flat=True).get(pk=task_id)
    consortium, topic = _topic(owner, by)
    task = step(rules.TASK, Task.objects.get(pk=task_id), "do" if done else "drop")
    task.save(update_fields=["state"])
    record(consortium, f"task_{task.state}", by, at, topic=topic.number, task=task.number)
    return task


@transaction.atomic
def start_project(*, topic_id: int, by: Actor, at: datetime, from_public: bool = False) -> Topic:
    """立项实施: a topic the council passed becomes a project: tasks are its milestones, the pot holds its money."""
    consortium, topic = _topic(topic_id, by)
    tasks = list(
        topic.tasks.exclude(state="dropped").select_related("member__organisation").order_by("due_on", "number")
    )
    fund = "public" if from_public else "pot"
    refuse_if_any(
        [
            *rules.TOPIC.refusals(topic.state, "start"),
            *rules.spending_refusals(consortium.state),
            *rules.start_refusals(
                tasks=len(tasks), tasks_total_fen=sum(task.payment_fen for task in tasks), budget_fen=topic.budget_fen,
                free_fen=queries.free(consortium, fund),
            ),
        ]
    )  # fmt: skip
    lead = topic.lead.organisation
    leader = consortium.members.select_related("organisation").get(role="lead").organisation
    paid = topic.budget_fen > 0
    project = projects.start(
        subject=topic.reference, chain=consortium.chain, product=topic.product,
        title=Text(topic.title, topic.title_en), lead=lead, participants=_participants(topic, tasks),
        kind=topic.kind, indicators=topic.indicators,
        milestones=[
            {"name": t.title, "due_on": t.due_on, "deliverable": t.deliverable, "payment_fen": t.payment_fen} for t in tasks
        ],
        account=account(consortium, fund, fund, by, at) if paid else "",
        payee=account(consortium, f"payee:{lead.code}", "payee", by, at, lead) if paid else "",
        frozen=consortium.frozen, agreement_ref=consortium.agreement_ref, commissioner=leader,
        public_fen=topic.budget_fen if from_public else 0, ends_on=topic.deadline,
        confidentiality=topic.confidentiality, by=by, at=at,
    )  # fmt: skip
    topic.project_ref = project.reference
    step(rules.TOPIC, topic, "start").save()
    record(consortium, "topic_started", by, at, topic=topic.number, project=project.reference)
    return topic


def _participants(topic: Topic, tasks: Sequence[Task]) -> list[tuple[Any, str]]:
    found = {m.organisation.pk: (m.organisation, "partner") for m in topic.partners.select_related("organisation")}
    found |= {t.member.organisation_id: (t.member.organisation, "partner") for t in tasks}
    found |= {topic.first_user.organisation_id: (topic.first_user.organisation, "first_user")}
    return list(found.values())


@transaction.atomic
def finish_topic(*, topic_id: int, by: Actor, at: datetime) -> Topic:
    """结题: when the outcome of its project stands."""
    consortium, topic = _topic(topic_id, by)
    project = queries.project_of(topic)
    ended = project is not None and project.state in ("effective", "archived")
    refuse_if_any([*rules.TOPIC.refusals(topic.state, "finish"), *rules.finish_refusals(ended=ended)])
    assert project is not None
    topic.outcome, topic.ended_at = project.outcome, at
    step(rules.TOPIC, topic, "finish").save()
    if topic.outcome == "met":
        topic.tasks.filter(state="open").update(state="done")
    record(consortium, "topic_finished", by, at, topic=topic.number, outcome=topic.outcome)
    return topic


def _topic(topic_id: int, by: Actor) -> tuple[Consortium, Topic]:
    owner = Topic.objects.values_list("consortium_id", flat=True).get(pk=topic_id)
    consortium = as_lead(owner, by)
    rows = Topic.objects.select_related("lead__organisation", "first_user__organisation")
    return consortium, rows.get(pk=topic_id)
