"""Blind reading, defence, freezing, the chair's reasons, feedback."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.review import queries, rules
from lianban.apps.review.models import Expert, Item, Opinion, Panel, PanelParty, Score, Seat
from lianban.apps.review.queries import offers
from lianban.apps.review.services.locking import SeatDoer, call, held, move, organised, told
from lianban.kit.refusals import Refusal, refuse, refuse_if_any

LETTERS = "ABCDEFGHJKLMNPQRTUVWXY346789"  # none that is mistaken for another when read aloud
Given = tuple[
    str, str, str, Sequence[int]
]  # the caller's reference, text without names, text with names, organisations


@transaction.atomic
def lay_open(*, panel_id: int, by: Actor, at: datetime, items: Sequence[Given] = ()) -> Panel:
    """Open the blind reading (开放匿名初评). After a suspension the items stay, and ``items`` is left out.

    A text that names a party does not open: each is searched for every name on record first.
    """
    panel = organised(panel_id, by)
    there = Item.objects.filter(panel=panel).exists()
    refuse_if_any(
        [
            *rules.STATES.refusals(panel.state, "lay_open"),
            *offers.nothing_new(panel, localdate(at)),
            *_item_refusals(panel, items, there),
        ]
    )
    codes: set[str] = set(Item.objects.filter(panel=panel).values_list("code", flat=True))
    for key, blind_text, named_text, organisations in items:
        while (code := "".join(secrets.choice(LETTERS) for _ in range(4))) in codes:
            pass
        codes.add(code)
        item = Item.objects.create(panel=panel, key=key, code=code, blind_text=blind_text, named_text=named_text)
        item.organisations.set(organisations)
    move(panel, "lay_open")
    call(_seats(panel), "score", at)
    told(panel, "laid_open", by, at, items=len(codes))
    return panel


def _item_refusals(panel: Panel, items: Sequence[Given], there: bool) -> list[Refusal]:
    reasons = []
    if not items and not there:
        reasons.append(refuse("review.no_items", "没有可评的方案", "there is nothing to judge"))
    if items and there:
        reasons.append(
            refuse("review.items_there", "方案已经提交评审", "the items have been laid before the panel already")
        )
    if len({key for key, *_ in items}) < len(items):
        reasons.append(refuse("review.item_twice", "同一方案提交了两次", "an item is given twice"))
    known = set(PanelParty.objects.filter(panel=panel, role="solver").values_list("organisation_id", flat=True))
    rows = Organisation.objects.filter(pk__in={pk for *_, pks in items for pk in pks} | known)
    names = [name for o in rows for name in (o.name, o.name_en, o.credit_code, o.website) if name]
    for number, (_, blind_text, _, organisations) in enumerate(items, start=1):
        if set(organisations) - known:
            reasons.append(
                refuse(
                    "review.unknown_party", "第 {n} 件方案的单位不在当事方中，专家没有与之核查过回避：请先补充当事方",
                    "item {n} comes from an organisation that experts were not checked against: add it to the parties", n=number,
                )
            )  # fmt: skip
        if not blind_text.strip():
            reasons.append(
                refuse("review.no_blind_text", "第 {n} 件缺匿名文本", "item {n} has no text without names", n=number)
            )
        if found := rules.names_in(blind_text, names):
            reasons.append(
                refuse(
                    "review.blind_text_names", "第 {n} 件的匿名文本里还有单位名称等 {count} 处，请遮去后再开放",
                    "the text without names of item {n} still names a party in {count} ways: blot them out first",
                    n=number, count=len(found),
                )
            )  # fmt: skip
    return reasons


@transaction.atomic
def score(*, seat_id: int, code: str, points: Mapping[str, Decimal], by: Actor, at: datetime, text: str = "") -> Seat:
    """Give one's points and opinion on one item, as far as this phase asks; again replaces, until the phase is frozen."""
    seat = held(seat_id, by)
    panel, phase = seat.panel, seat.panel.phase.scores
    item = Item.objects.filter(panel=panel, code=code).first()
    refuse_if_any(_score_refusals(seat, item, phase, points))
    assert item is not None
    for criterion, given in points.items():
        Score.objects.update_or_create(
            seat=seat, item=item, criterion=criterion, defaults={"points": given, "phase": phase, "at": at}
        )
    if text.strip():
        Opinion.objects.update_or_create(seat=seat, item=item, phase=phase, defaults={"text": text, "at": at})
    told(panel, "scored", SeatDoer(seat.reference), at, item=code)
    return seat


def _score_refusals(seat: Seat, item: Item | None, phase: str, points: Mapping[str, Decimal]) -> list[Refusal]:
    panel = seat.panel
    if not phase:
        return [refuse("review.not_scoring", "现在不能评分", "scores are not given now")]
    if item is None:
        return [refuse("review.no_such_item", "没有这件方案", "there is no such item")]
    criteria = rules.criteria_of(panel.kept_rules, panel.group)
    reasons = rules.score_refusals(criteria, phase, points)
    if phase == "blind" and seat.blind_frozen:
        reasons.append(
            refuse(
                "review.blind_locked", "匿名初评已封存，不能再改", "the blind scores are frozen and stay as they are"
            )
        )
    return reasons


@transaction.atomic
def open_defence(*, panel_id: int, by: Actor, at: datetime) -> Panel:
    """Freeze the blind scores with their hash, then open names and the defence (封存初评、开始答辩)."""
    panel = organised(panel_id, by)
    refuse_if_any(offers.open_defence(panel, localdate(at)))
    panel.blind_hash, panel.blind_frozen_at = rules.content_hash(queries.content_of(panel, ("blind",))), at
    Seat.objects.filter(panel=panel, active=True).update(blind_frozen=True)
    move(panel, "open_defence", "blind_hash", "blind_frozen_at")
    call(_seats(panel), "score", at)
    told(panel, "defence_opened", by, at, blind_hash=panel.blind_hash)
    return panel


@transaction.atomic
def freeze(*, panel_id: int, by: Actor, at: datetime) -> Panel:
    """Freeze all scores with their hash (封存评分): nothing of them changes again."""
    panel = organised(panel_id, by)
    refuse_if_any(offers.freeze(panel, localdate(at)))
    panel.frozen, panel.frozen_at = queries.content_of(panel), at
    panel.frozen_hash = rules.content_hash(panel.frozen)
    move(panel, "freeze", "frozen", "frozen_at", "frozen_hash")
    call(_seats(panel).filter(chair=True), "reasons", at)
    told(panel, "frozen", by, at, hash=panel.frozen_hash)
    return panel


def _seats(panel: Panel) -> QuerySet[Seat]:
    return Seat.objects.filter(panel=panel, active=True).select_related("expert")


@transaction.atomic
def give_reasons(*, seat_id: int, text: str, by: Actor, at: datetime) -> Panel:
    """The chair says why the order is as it is (组长意见), after the scores are frozen."""
    seat = held(seat_id, by)
    panel = seat.panel
    reasons = list(rules.STATES.refusals(panel.state, "close"))
    if not seat.chair:
        reasons.append(
            refuse("review.not_the_chair.not_permitted", "只有组长写组长意见", "the reasons are for the chair")
        )
    if not text.strip():
        reasons.append(refuse("review.no_reason", "请写明理由", "give the reason"))
    refuse_if_any(reasons)
    panel.reasons, panel.reasons_at = text, at
    panel.save(update_fields=["reasons", "reasons_at"])
    told(panel, "reasons_given", SeatDoer(seat.reference), at)
    return panel


@transaction.atomic
def feedback(*, panel_id: int, key: str, text: str, by: Actor, at: datetime) -> Item:
    """Write what a solver is told about its answer (反馈意见); it names no expert. ``key`` is the caller's reference."""
    panel = organised(panel_id, by)
    item = Item.objects.get(panel=panel, key=key)
    users = [e.user for e in Expert.objects.filter(seats__panel=panel).select_related("user")]
    names = [name for user in users for name in (user.get_full_name(), user.first_name, user.username) if name]
    reasons = list(rules.STATES.refusals(panel.state, "close"))
    if not text.strip():
        reasons.append(refuse("review.no_feedback", "请写反馈意见", "write the feedback"))
    if rules.names_in(text, names):
        reasons.append(refuse("review.feedback_names", "反馈意见里有专家姓名，请去掉", "the feedback names an expert: take the name out"))  # fmt: skip
    refuse_if_any(reasons)
    item.feedback, item.feedback_by, item.feedback_at = text, by.reference, at
    item.save(update_fields=["feedback", "feedback_by", "feedback_at"])
    told(panel, "feedback_given", by, at, item=item.code)
    return item


@transaction.atomic
def close(*, panel_id: int, by: Actor, at: datetime) -> Panel:
    """End a review (结束): the chair's reasons are there, and feedback for every item where the rules ask for it."""
    panel = organised(panel_id, by)
    refuse_if_any(offers.close(panel))
    panel.closed_at = at
    move(panel, "close", "closed_at")
    told(panel, "closed", by, at)
    return panel
