"""Reads about boxes. What lies in a sealed box is read for its own applicant alone, and nowhere counted."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from lianban.apps.parties import queries as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import ROLES, Actor
from lianban.apps.sealing import compute, rules
from lianban.apps.sealing.apps import CUSTODIANS
from lianban.apps.sealing.compute import keys
from lianban.apps.sealing.models import Box, CustodyKey, OpenedAnswer, OpenedFile, Share
from lianban.apps.sealing.rules import Opened, Receipt
from lianban.kit.refusals import Refused
from lianban.kit.text import Text
from lianban.kit.waiting import Waiting


def clock(box: Box) -> datetime:
    """The database's clock, read when asked (a lock taken before is already held); one statement."""
    now: datetime = Box.objects.filter(pk=box.pk).values_list(Now(), flat=True).get()
    return now


def custody_keys(users: Sequence[int]) -> dict[int, CustodyKey]:
    """The newest custody key of each of these people; one statement."""
    return {key.user_id: key for key in CustodyKey.objects.filter(user_id__in=users).order_by("id")}


def server_keys(box: Box) -> list[bytes]:
    """Keys that only the running site has: under today's secret and under former ones it still knows."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [keys.derive(str(secret).encode(), bytes(box.salt), b"lianban vault cover") for secret in secrets]


def about(box: Box) -> bytes:
    """What every cover of a box is bound to, so that no blob can be moved to another box."""
    return b"lianban box " + bytes(box.public_key)


def vault_key(box: Box) -> bytes:
    """The key of the covers, as the running site may have it; Refused when the site's secret was changed."""
    for key in server_keys(box):
        try:
            return keys.uncover(bytes(box.vault.key_for_server), key, about=about(box))
        except keys.Unreadable:
            continue
    raise Refused([rules.key_lost()])


def own_organisation(organisation_id: int, by: Actor) -> Organisation | None:
    """The organisation, if this actor acts for it; one statement."""
    return Organisation.objects.filter(pk=organisation_id, code__in=by.organisations).first()


def my_receipt(*, box_id: int, organisation_id: int, by: Actor) -> Receipt | None:
    """The receipt of one's own organisation, or None; two statements, whatever lies in the box."""
    box = Box.objects.filter(pk=box_id).select_related("vault").defer("vault__body", "vault__deeds").first()
    own = own_organisation(organisation_id, by)
    if box is None or own is None or not by.may("sealing.answer", box.chain):
        return None
    if box.state == "sealed":
        found = _told_of(box, organisation_id)
        return receipt(organisation_id, found) if found else None
    row = OpenedAnswer.objects.filter(box=box, organisation=own).defer("content").first()
    return Receipt(row.number, row.received_at, row.digest, organisation_id) if row else None


def receipt(organisation_id: int, found: dict[str, Any]) -> Receipt:
    return Receipt(found["number"], datetime.fromisoformat(found["at"]), found["digest"], organisation_id)


def _told_of(box: Box, organisation_id: int) -> dict[str, Any] | None:
    """What the register of a sealed box says of one organisation, its vault being loaded; no statement."""
    try:
        return compute.vault.told_of(bytes(box.vault.register), vault_key(box), about(box), str(organisation_id))
    except keys.Unreadable:
        raise Refused([rules.damaged()]) from None


def box_of(subject: str) -> Box | None:
    """The newest box of a subject; one statement."""
    return Box.objects.filter(subject=subject).order_by("-id").first()


def visible(actor: Actor) -> QuerySet[Box]:
    """Boxes this reader may know of: as custodian, or by their role on the chain; one statement."""
    found = Box.objects.filter(shares__holder_id=actor.user_id) if actor.signed_in else Box.objects.none()
    everywhere = actor.may("sealing.see", "")
    chains = {g.chain for g in actor.grants if actor.may("sealing.see", g.chain)}
    seen = Box.objects.all() if everywhere else Box.objects.filter(chain__in=chains)
    return (found | seen if actor.signed_in else seen.none()).distinct()


def box(actor: Actor, pk: int) -> Box | None:
    """A box with its shares, if this reader may know of it; two statements."""
    shares = Prefetch("shares", Share.objects.select_related("holder"))
    return visible(actor).filter(pk=pk).prefetch_related(shares).first()


def opened(box: Box, *, files: bool = True) -> list[Opened]:
    """What came out of a box, ordered by receipt number (which says nothing); three statements, empty before the opening."""
    rows = OpenedAnswer.objects.filter(box=box).select_related("organisation")
    if files:
        rows = rows.prefetch_related(Prefetch("files", OpenedFile.objects.order_by("place")))
    return [
        Opened(
            organisation=row.organisation, content=_answer(row, []).content,
            files=[(file.name, bytes(file.body)) for file in row.files.all()] if files else [],
            received_at=row.received_at, digest=row.digest, number=row.number, intact=row.intact,
        )
        for row in rows
    ]  # fmt: skip


def _answer(row: OpenedAnswer, files: list[tuple[str, bytes]]) -> compute.Answer:
    raw = bytes(row.content)
    content = raw if row.kind == "bytes" else compute.answers.values(raw)
    return compute.Answer(row.number, content, tuple(files))


def broken(box: Box) -> list[str]:
    """Receipt numbers of opened answers whose hash no longer is the receipt's; three statements."""
    return [
        one.number
        for one in opened(box)
        if compute.digest(compute.Answer(one.number, one.content, tuple(one.files))) != one.digest
    ]


def record_digest(box: Box) -> str:
    """The hash of the opening record, from the rows; one statement."""
    rows = OpenedAnswer.objects.filter(box=box).order_by("number")
    told = rows.values_list("number", "received_at", "digest", "organisation__code")
    return compute.answers.sha256(compute.answers.plain({"box": box.pk, "answers": [
        [number, at.isoformat(), digest, code] for number, at, digest, code in told
    ]}))  # fmt: skip


def able_custodians(chain: str, today: date) -> dict[int, str]:
    """People who may keep shares of a chain's boxes, with the role they do it in; one statement."""
    found = parties.people_with_role(*CUSTODIANS, chain=chain, today=today)
    return {one["user_id"]: one["role"] for one in reversed(found)}


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """Boxes past their deadline that wait for this custodian's share; one statement. An empty box waits just the same."""
    if not actor.signed_in:
        return []
    shares = Share.objects.select_related("box").filter(
        holder_id=actor.user_id, given_at=None, box__state="sealed", box__closes_at__lt=timezone.now()
    )
    return [
        Waiting(
            section=Text("密封箱待开启", "Boxes to be opened"),
            name=Text(share.box.name or share.box.subject, share.box.name_en or share.box.name or share.box.subject),
            url=reverse("sealing:box", args=[share.box_id]),
            about=Text("交出您的保管份额", "give your share"),
            key=f"{share.box.reference}:share",
            due_on=timezone.localdate(share.box.closes_at),
        )
        for share in shares
    ]


def listing(actor: Actor) -> list[Box]:
    """Boxes this reader may know of, open ones first, with their shares; two statements."""
    shares = Prefetch("shares", Share.objects.only("box_id", "holder_id", "given_at"))
    found = list(visible(actor).prefetch_related(shares))
    for box in found:
        mine = [share for share in box.shares.all() if share.holder_id == actor.user_id]
        box.mine = bool(mine)  # type: ignore[attr-defined]
        box.given = sum(share.given_at is not None for share in box.shares.all())  # type: ignore[attr-defined]
        box.waits = bool(mine and not mine[0].given_at and box.state == "sealed" and box.closes_at < timezone.now())  # type: ignore[attr-defined]
    order = list(rules.STATES)
    return sorted(found, key=lambda box: (order.index(box.state), -box.closes_at.timestamp(), box.pk))


def ceremony(box: Box, actor: Actor) -> dict[str, Any]:
    """What the page of a box shows: shares given, what this reader may do, and why not; one statement."""
    shares = list(box.shares.all())
    own = next((share for share in shares if share.holder_id == actor.user_id), None)
    given = [share for share in shares if share.given_at]
    now = clock(box)
    reasons = rules.share_refusals(state=box.state, closes_at=box.closes_at, now=now, given=bool(own and own.given_at))
    return {
        "state": rules.STATES[box.state],
        "shares": [(ROLES[share.role], share, share == own) for share in shares],
        "own": own,
        "given": len(given),
        "missing": max(box.k - len(given), 0),
        "closed": now > box.closes_at,
        "reasons": reasons if own else [],
        "may_void": actor.may("sealing.void", box.chain) and box.state == "sealed",
        "sees": actor.may("sealing.see", box.chain),
        "opened": opened(box, files=False) if box.state == "opened" and actor.may("sealing.see", box.chain) else [],
    }


def receipts(actor: Actor, pk: int) -> dict[str, Any] | None:
    """The receipts of the reader's own organisations in a box; None where there are none. One statement each and two."""
    box = Box.objects.filter(pk=pk).select_related("vault").defer("vault__body", "vault__deeds").first()
    if box is None or not actor.signed_in:
        return None
    mine = Organisation.objects.filter(code__in=actor.organisations).order_by("code")
    found = [(one, my_receipt(box_id=pk, organisation_id=one.pk, by=actor)) for one in mine]
    found = [(one, receipt) for one, receipt in found if receipt]
    if not found:
        return None
    late = clock(box) > box.closes_at
    return {"box": box, "receipts": found, "late": late, "state": rules.STATES[box.state]}


def record(actor: Actor, pk: int) -> dict[str, Any] | None:
    """The opening record: names only for organisers and for one's own organisation; four statements."""
    box = Box.objects.filter(pk=pk, state="opened").prefetch_related("shares").first()
    if box is None or not actor.signed_in:
        return None
    rows = opened(box)
    own = [one for one in rows if one.organisation.code in actor.organisations]
    if not own and not visible(actor).filter(pk=pk).exists():
        return None
    sees = actor.may("sealing.see", box.chain)
    lines = [
        {
            "number": one.number, "received_at": one.received_at, "digest": one.digest, "intact": one.intact,
            "files": len(one.files), "organisation": one.organisation if sees or one in own else None,
        }
        for one in rows
    ]  # fmt: skip
    given = sorted((s for s in box.shares.all() if s.given_at), key=lambda s: s.given_at or box.closes_at)
    roles = [(ROLES[share.role], share.given_at) for share in given]
    return {
        "box": box,
        "lines": lines,
        "given": roles,
        "whole": record_digest(box) == box.record_digest and not broken(box),
    }


def suggestion() -> str:
    """A passphrase nobody can guess: 120 random bits."""
    return compute.answers.new_number()
