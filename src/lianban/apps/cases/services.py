"""What is done at the desk: one verb, one transaction, one journal row."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from lianban.apps.atlas.models import Chain, Product
from lianban.apps.cases import queries, rules
from lianban.apps.cases.models import CalendarFeed, Instruction, Minutes, Reminder, Reply, Report
from lianban.apps.journal import services as journal
from lianban.apps.notices import services as notices
from lianban.apps.parties import queries as parties_queries
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text


@transaction.atomic
def issue_report(*, chain: Chain, matters: Sequence[str], by: Actor, at: datetime) -> Report:
    """Issue the chief's page (印发专报): freeze what it says today, with the matters the office chose."""
    parties.require(by, "cases.issue_report", chain.code)
    Chain.objects.select_for_update(no_key=True).get(pk=chain.pk)
    page = queries.chief_page(chain, by, timezone.localtime(at).date())
    if page is None:
        refuse_if_any(
            [refuse("cases.no_run", "此产业链还没有诊断，先运行诊断", "this chain has no diagnosis yet; run one first")]
        )
    assert page is not None
    written = [text.strip() for text in matters if text.strip()]
    content = page.as_dict()
    if written:
        known = {matter["zh"]: matter for matter in content["matters"]} | {m["en"]: m for m in content["matters"]}
        content["matters"] = [known.get(text, {"zh": text, "en": text}) for text in written[: rules.N_MATTERS]]
    last = Report.objects.filter(chain=chain).order_by("-number").values_list("number", flat=True).first() or 0
    report = Report.objects.create(
        chain=chain, number=last + 1, content=content, run_number=page.run_number,
        confidentiality=page.confidentiality, issued_by=by.reference, issued_at=at,
    )  # fmt: skip
    facts = {"number": report.number, "run": page.run_number, "class": page.confidentiality}
    journal.record("cases.report_issued", subject=f"chain:{chain.code}", by=by, at=at, facts=facts)
    return report


@transaction.atomic
def instruct(
    *, chain: Chain, text: str, by: Actor, at: datetime, product: str = "", due_on: date | None = None,
    report: int | None = None,
) -> Instruction:  # fmt: skip
    """Give an instruction (批示), on the whole chain or on one product's weak point."""
    parties.require(by, "cases.instruct", chain.code)
    today = timezone.localtime(at).date()
    reasons = rules.text_refusals(text, Text("批示内容", "instruction"))
    if due_on and due_on < today:
        reasons.append(
            refuse("cases.due_past", "时限 {due} 已经过去", "the due day {due} is past", due=due_on.isoformat())
        )
    if product and not Product.objects.filter(chain=chain, code=product).exists():
        reasons.append(
            refuse(
                "cases.unknown_product",
                "此产业链没有产品“{product}”",
                "this chain has no product '{product}'",
                product=product,
            )
        )
    refuse_if_any(reasons)
    on = Report.objects.filter(chain=chain, number=report).first() if report else None
    instruction = Instruction.objects.create(
        chain=chain, product=product, report=on, text=text.strip(), given_on=today, given_by=by.reference, given_at=at,
        due_on=due_on,
    )  # fmt: skip
    _journal(instruction, "cases.instructed", by, at)
    return instruction


@transaction.atomic
def reply(*, pk: int, text: str, by: Actor, at: datetime) -> Instruction:
    """Answer an instruction with progress (回复)."""
    return _step(pk, "reply", "cases.reply", text, Text("进展", "progress"), by, at)


@transaction.atomic
def send_back(*, pk: int, text: str, by: Actor, at: datetime) -> Instruction:
    """Send an answered instruction back for more (退回再办)."""
    return _step(pk, "send_back", "cases.close_instruction", text, Text("还要办什么", "rest to be done"), by, at)


@transaction.atomic
def close(*, pk: int, text: str, by: Actor, at: datetime) -> Instruction:
    """Close an answered instruction (办结); not by whoever answered it."""
    return _step(pk, "close", "cases.close_instruction", text, Text("办结意见", "closing word"), by, at)


@transaction.atomic
def record_minutes(*, chain: Chain, held_on: date, title: str, text: str, by: Actor, at: datetime) -> Minutes:
    """Record what a meeting decided (会议纪要)."""
    parties.require(by, "cases.record_minutes", chain.code)
    refuse_if_any(
        rules.text_refusals(title, Text("会议名称", "title")) + rules.text_refusals(text, Text("纪要内容", "minutes"))
    )
    minutes = Minutes.objects.create(
        chain=chain, held_on=held_on, title=title, text=text, recorded_by=by.reference, recorded_at=at
    )
    facts = {"minutes": minutes.pk, "held_on": held_on}
    journal.record("cases.minutes_recorded", subject=f"chain:{chain.code}", by=by, at=at, facts=facts)
    return minutes


@transaction.atomic
def make_calendar(*, by: Actor, at: datetime) -> str:
    """Make a calendar feed and give its token, this once; an earlier one ends."""
    token = secrets.token_urlsafe(32)
    told = {"fingerprint": rules.fingerprint(token), "made_at": at}
    CalendarFeed.objects.update_or_create(user_id=by.user_id, defaults=told)  # type: ignore[misc]
    journal.record("cases.calendar_made", subject=by.reference, by=by, at=at)
    return token


@transaction.atomic
def revoke_calendar(*, by: Actor, at: datetime) -> None:
    """End one's calendar feed: its address answers nobody any more."""
    feed = CalendarFeed.objects.select_for_update().filter(user_id__in=[by.user_id])
    if feed.delete()[0]:
        journal.record("cases.calendar_revoked", subject=by.reference, by=by, at=at)


def _step(pk: int, verb: str, deed: str, text: str, what: Text, by: Actor, at: datetime) -> Instruction:
    instruction = Instruction.objects.select_for_update(of=("self",)).select_related("chain").get(pk=pk)
    parties.require(by, deed, instruction.chain.code)
    reasons = rules.STATES.refusals(instruction.state, verb) + rules.text_refusals(text, what)
    if verb == "close":
        repliers = list(instruction.replies.filter(verb="reply").values_list("by", flat=True))
        reasons += rules.closing_refusals(repliers=repliers, closer=by.reference)
        instruction.closed_at = at
    refuse_if_any(reasons)
    role = by.grants[0].role if by.grants else "visitor"
    Reply.objects.create(instruction=instruction, verb=verb, text=text.strip(), by=by.reference, role=role, at=at)
    instruction.state = rules.STATES.target(verb)
    instruction.save(update_fields=["state", "closed_at"])
    _journal(instruction, f"cases.instruction_{verb}", by, at)
    return instruction


def _journal(instruction: Instruction, verb: str, by: Actor, at: datetime) -> None:
    facts = {"chain": instruction.chain.code, "product": instruction.product, "state": instruction.state}
    journal.record(verb, subject=instruction.reference, by=by, at=at, facts=facts)


def remind(*, progress: Any, day: str) -> dict[str, int]:
    """到期提醒: tell everybody what of theirs falls due; done again for the same day, it tells nothing twice.

    The work of a day (``lianban worker``). Each person stands in a transaction of their own, so that one who cannot be
    told keeps nobody else from it.
    """
    today, told = date.fromisoformat(day), 0
    users = list(parties_queries.people_on(today))
    for place, user in enumerate(users):
        progress(place, len(users))
        told += _remind(user, today)
    return {"people": len(users), "told": told}


@transaction.atomic
def _remind(user: Any, today: date) -> int:
    told = 0
    for task in queries.tasks(parties_queries.actor_of(user, today=today), today):
        left, one = task.days_left, task.waiting
        if left not in rules.REMIND_BEFORE or one.due_on is None:
            continue
        once = {"user": user, "key": one.key[:200], "due_on": one.due_on, "days_before": left}
        if Reminder.objects.get_or_create(**once)[1]:
            what = rules.reminder(one.name, one.about, left)
            told += notices.tell(users=[user], what=what, url=one.url, subject=one.key, at=timezone.now())
    return told
