"""Convening a panel, drawing its experts, replacing, confirming."""

import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.journal.models import Head
from lianban.apps.parties import services as parties_services
from lianban.apps.parties.rules import Actor
from lianban.apps.review import queries, rules
from lianban.apps.review.models import Draw, Expert, Hit, Panel, PanelParty, Seat
from lianban.apps.review.queries import offers
from lianban.apps.review.rules import seating
from lianban.apps.review.rules.pool import reason_refusals
from lianban.apps.review.services.locking import call, move, next_number, organised, record_hits, told
from lianban.apps.rulesets import queries as rulesets
from lianban.apps.rulesets.rules import Frozen
from lianban.kit.refusals import refuse, refuse_if_any
from lianban.kit.text import Text


@transaction.atomic
def convene(*, subject: str, chain: str, frozen: Frozen, amount_fen: int, parties: Sequence[int], by: Actor, at: datetime,
            drafters: Sequence[str] = (), title: Text | None = None, fields: Sequence[str] = (),
            group: str = "challenge") -> Panel:  # fmt: skip
    """Convene a panel (组建评审组) on a subject.

    ``parties`` are keys of the organisations that answer, partners included; ``drafters`` who drafted or appraised the
    demand, as references ``user:3`` and ``organisation:5``. Rules without the group "review" get it as it holds today.
    """
    parties_services.require(by, "review.organise", chain)
    if Panel.objects.filter(subject=subject).exclude(state__in=("closed", "void")).exists():
        refuse_if_any([refuse("review.panel_exists", "此事已有评审组在办", "there is a panel on this already")])
    kept = frozen.as_dict()
    if "review.derived_conflicts" not in kept["entries"]:
        kept["entries"] |= rulesets.freeze(chain, localdate(at), "review").as_dict()["entries"]
    title = title or Text(subject, subject)
    panel = Panel.objects.create(
        subject=subject, chain=chain, title=title.zh, title_en=title.en, group=group, rule_set=kept, amount_fen=amount_fen,
        fields=list(fields), convened_by=by.reference, convened_at=at,
    )  # fmt: skip
    _enter(panel, parties, drafters)
    told(panel, "convened", by, at, of=subject, parties=len(set(parties)), amount_fen=amount_fen)
    return panel


@transaction.atomic
def add_parties(
    *, panel_id: int, parties: Sequence[int], by: Actor, at: datetime, drafters: Sequence[str] = ()
) -> Panel:
    """Add parties that were not known at first; seats already drawn are checked against them at once."""
    panel = organised(panel_id, by)
    refuse_if_any(rules.STATES.refusals(panel.state, "confirm"))
    _enter(panel, parties, drafters)
    record_hits(panel, at)
    told(panel, "parties_added", by, at, parties=len(set(parties)))
    return panel


def _enter(panel: Panel, organisations: Sequence[int], drafters: Sequence[str]) -> None:
    for organisation in dict.fromkeys(organisations):
        PanelParty.objects.get_or_create(panel=panel, role="solver", organisation_id=organisation)
    for drafter in dict.fromkeys(drafters):
        found = re.fullmatch(r"(user|organisation):(\d+)", drafter)
        if found is None:
            raise ValueError(f"a drafter is 'user:<key>' or 'organisation:<key>', not {drafter!r}")
        whom: dict[str, Any] = {f"{found[1]}_id": int(found[2])}
        PanelParty.objects.get_or_create(panel=panel, role="drafter", **whom)


@transaction.atomic
def draw(*, panel_id: int, by: Actor, at: datetime, wanted: Mapping[str, int] | None = None) -> Draw:
    """Draw experts at random (随机抽取): by default what the rules still ask for; conflicts are looked for at once."""
    panel = organised(panel_id, by)
    refuse_if_any(rules.STATES.refusals(panel.state, "confirm"))
    size = rules.size_of(panel.kept_rules, panel.amount_fen, panel.group)
    seated = list(Seat.objects.filter(panel=panel, active=True).values_list("kind", flat=True))
    asked = {kind: n for kind, n in (wanted or rules.wanted_of(size, seated)).items() if n > 0}
    if not asked or set(asked) - set(rules.EXPERTS):
        refuse_if_any([refuse("review.nothing_to_draw", "席位已满，不用再抽", "every seat is taken: nothing to draw")])
    return _draw(panel, asked, by, at)


def _draw(panel: Panel, wanted: Mapping[str, int], by: Actor, at: datetime) -> Draw:
    pool = queries.drawable(panel, localdate(at))
    head = (
        Head.objects.filter(pk=1).first() or Head()
    )  # read, not locked: number and hash on record fix it all the same
    number = panel.draws.count() + 1
    digest, salt = rules.digest_of(pool), secrets.token_hex(16)
    seed = rules.seed_of(head.hash, digest, number, salt)
    drawn = rules.candidates(seed, pool, wanted)
    short = {kind: (n, len(pool.get(kind, ()))) for kind, n in wanted.items() if len(drawn[kind]) < n}
    refuse_if_any(seating.pool_refusals(short))
    row = Draw.objects.create(
        panel=panel, number=number, wanted=dict(wanted), pool=pool, pool_digest=digest, head_number=head.number,
        head_hash=head.hash, salt=salt, seed=seed, drawn=drawn, by=by.reference, at=at,
    )  # fmt: skip
    experts = {
        expert.key: expert for expert in Expert.objects.filter(key__in=[k for keys in drawn.values() for k in keys])
    }
    called = [_seat(panel, experts[key], kind, at, row) for kind, keys in sorted(drawn.items()) for key in keys]
    call(called, "declare", at)
    n_hits = record_hits(panel, at)
    told(panel, "drawn", by, at, draw=number, wanted=dict(wanted), pool=digest, head=head.number, salt=salt, seed=seed,
         hits=n_hits)  # fmt: skip
    return row


def _seat(panel: Panel, expert: Expert, kind: str, at: datetime, drawn: Draw | None) -> Seat:
    return Seat.objects.create(
        panel=panel, number=next_number(panel), expert=expert, kind=kind, draw=drawn, seated_at=at
    )


@transaction.atomic
def appoint(*, panel_id: int, expert_id: int, by: Actor, at: datetime) -> Seat:
    """Seat a representative of the poster (发榜方代表), where the rules let one sit; never drawn, checked like anyone."""
    panel = organised(panel_id, by)
    expert = Expert.objects.get(pk=expert_id)
    reasons = [*rules.STATES.refusals(panel.state, "confirm"), *rules.appoint_refusals(panel.kept_rules, panel.group)]
    if "representative" not in expert.kinds or not expert.active:
        reasons.append(refuse("review.not_a_representative", "此人不是发榜方代表", "this person is no representative"))
    if Seat.objects.filter(panel=panel, expert=expert).exists():
        reasons.append(refuse("review.seated_before", "此人已在或曾在本评审组", "this person is or was on this panel"))
    refuse_if_any(reasons)
    seat = _seat(panel, expert, "representative", at, None)
    call([seat], "declare", at)
    record_hits(panel, at)
    told(panel, "appointed", by, at, seat=seat.number)
    return seat


@transaction.atomic
def replace(*, seat_id: int, reason: str, by: Actor, at: datetime) -> Seat:
    """Free a seat and draw another of the same kind: after an upheld hit, or, by a second person, where nobody answers."""
    panel = organised(Seat.objects.values_list("panel_id", flat=True).get(pk=seat_id), by)
    seat = Seat.objects.select_related("expert").get(pk=seat_id)
    upheld = Hit.objects.filter(seat=seat, state="upheld").exists()
    refuse_if_any([*offers.replace(panel, seat, by.reference, upheld=upheld), *reason_refusals(reason)])
    seat.active, seat.chair, seat.left_at, seat.left_reason = False, False, at, reason
    seat.save(update_fields=["active", "chair", "left_at", "left_reason"])
    told(panel, "seat_left", by, at, seat=seat.number, upheld=upheld)
    if seat.kind in rules.EXPERTS:
        _draw(panel, {seat.kind: 1}, by, at)
    return seat


@transaction.atomic
def name_chair(*, seat_id: int, by: Actor, at: datetime) -> Seat:
    """Name the chair (组长): an expert, not a representative."""
    panel = organised(Seat.objects.values_list("panel_id", flat=True).get(pk=seat_id), by)
    seat = Seat.objects.get(pk=seat_id)
    reasons = list(rules.STATES.refusals(panel.state, "confirm"))
    if not seat.active or seat.kind not in rules.EXPERTS:
        reasons.append(refuse("review.not_a_chair", "组长须为在席专家", "the chair must be one of the experts seated"))
    refuse_if_any(reasons)
    Seat.objects.filter(panel=panel, chair=True).update(chair=False)
    seat.chair = True
    seat.save(update_fields=["chair"])
    told(panel, "chair_named", by, at, seat=seat.number)
    return seat


@transaction.atomic
def confirm(*, panel_id: int, by: Actor, at: datetime) -> Panel:
    """Confirm a panel (确认评审组): large enough, odd, of the right kinds, everyone declared, no hit left open."""
    panel = organised(panel_id, by)
    refuse_if_any(offers.confirm(panel, localdate(at)))
    seats = Seat.objects.filter(panel=panel, active=True).count()
    panel.confirmed_at = at
    move(panel, "confirm", "confirmed_at")
    told(panel, "confirmed", by, at, seats=seats)
    return panel


@transaction.atomic
def void(*, panel_id: int, reason: str, by: Actor, at: datetime) -> Panel:
    """Give a panel up before its scores are frozen (作废); what was done stays on record."""
    panel = organised(panel_id, by)
    refuse_if_any([*rules.STATES.refusals(panel.state, "void"), *reason_refusals(reason)])
    panel.void_reason = reason
    move(panel, "void", "void_reason")
    told(panel, "voided", by, at)
    return panel
