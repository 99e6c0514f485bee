"""From suspected to listed: 提出 → 核实 → 专家论证 → 会商 → 列入清单."""

from datetime import datetime

from django.db import transaction

from lianban.apps.atlas.models import Chain, Product
from lianban.apps.diagnosis import rules
from lianban.apps.diagnosis.models import WeakPoint
from lianban.apps.diagnosis.services.moving import Change, move, write
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def raise_weak_point(
    *, chain: Chain, product_code: str, voice: str, note: str, by: Actor, at: datetime, kind: str = ""
) -> WeakPoint:
    """Put a product forward as a weak point; doing it twice changes nothing, a closed or dismissed one is raised again."""
    parties.require(by, "diagnosis.raise", chain.code)
    known = Product.objects.filter(chain=chain, code=product_code).exists()
    refuse_if_any(rules.product_refusals(product_code, known=known))
    weak_point, made = WeakPoint.objects.get_or_create(
        chain=chain,
        product_code=product_code,
        defaults={"raised_by": voice, "kind": kind, "raised_at": at, "changed_at": at},
    )
    if made:
        return write(weak_point, "raise", "raised", Change(note, facts={"voice": voice}), by=by, at=at)
    weak_point = WeakPoint.objects.select_for_update().get(pk=weak_point.pk)
    if weak_point.status in ("dismissed", "closed"):
        return write(weak_point, "raise_again", "raised", Change(note, facts={"voice": voice}), by=by, at=at)
    return weak_point


@transaction.atomic
def verify(*, weak_point_id: int, note: str, by: Actor, at: datetime) -> WeakPoint:
    """核实: an officer has looked into it; from here on it is no longer merely suspected."""
    return move(weak_point_id, "verify", Change(note), by=by, at=at)


@transaction.atomic
def review(*, weak_point_id: int, note: str, by: Actor, at: datetime) -> WeakPoint:
    """专家论证: what experts think of it."""
    return move(weak_point_id, "review", Change(note), by=by, at=at)


@transaction.atomic
def consult(*, weak_point_id: int, note: str, by: Actor, at: datetime) -> WeakPoint:
    """会商: what the departments agreed."""
    return move(weak_point_id, "consult", Change(note), by=by, at=at)


@transaction.atomic
def enlist(*, weak_point_id: int, note: str, by: Actor, at: datetime) -> WeakPoint:
    """列入清单: it stands on the chain's list."""
    return move(weak_point_id, "enlist", Change(note), by=by, at=at)


@transaction.atomic
def dismiss(*, weak_point_id: int, note: str, by: Actor, at: datetime) -> WeakPoint:
    """不列入: not a weak point, or not ours; the reason stays on record."""
    return move(weak_point_id, "dismiss", Change(note), by=by, at=at)


@transaction.atomic
def raise_again(*, weak_point_id: int, note: str, by: Actor, at: datetime) -> WeakPoint:
    """重新提出: after it was closed or dismissed; what was asked for then no longer counts."""
    cleared = {"closing_asked_by": None, "evidence": ""}
    return move(weak_point_id, "raise_again", Change(note, cleared), by=by, at=at)
