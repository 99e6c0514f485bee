"""What is done with boxes. Between deadline and opening, and before, all deeds of applicants stay inside the vault."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.apps.sealing import compute, queries, rules
from lianban.apps.sealing.compute import answers, keys
from lianban.apps.sealing.models import (
    Box,
    CustodyKey,
    Handover,
    OpenedAnswer,
    OpenedFile,
    Share,
    Vault,
)
from lianban.apps.sealing.queries import my_receipt
from lianban.apps.sealing.rules import Opened, Receipt
from lianban.kit.refusals import Refused, refuse_if_any
from lianban.kit.text import Text

__all__ = [
    "check_passphrase", "give_share", "keep_refusal", "make_box", "move_deadline", "my_receipt", "open_box",
    "register_passphrase", "submit", "void_box", "withdraw", "within",
]  # fmt: skip
SHARE_INFO, HANDOVER_INFO = b"lianban share 1", b"lianban handover 1"


@contextmanager
def within(box_id: int) -> Iterator[None]:
    """Keep refusals of what is done in here in the sealed journal of the box, and nowhere else."""
    try:
        yield
    except Refused as refused:
        refused.sealed_in = box_id
        raise


@transaction.atomic
def register_passphrase(*, passphrase: str, again: str, by: Actor, at: datetime) -> CustodyKey:
    """登记保管口令: only a salt and the public key are kept. Boxes made before stay with the passphrase of then."""
    parties.require(by, "sealing.hold")
    refuse_if_any(rules.passphrase_refusals(passphrase, again))
    assert by.user_id is not None  # no visitor may hold anything
    salt, cost = keys.random_bytes(16), settings.CUSTODY_COST
    public_key = keys.public(keys.from_passphrase(passphrase, salt, cost))
    key = CustodyKey.objects.create(user_id=by.user_id, salt=salt, cost=cost, public_key=public_key, made_at=at)
    journal.record("sealing.passphrase_registered", subject=by.reference, by=by, at=at, facts={"key": key.pk})
    return key


@transaction.atomic
def make_box(
    *, subject: str, chain: str, closes_at: datetime, holders: Sequence[int], k: int, by: Actor, at: datetime,
    name: Text | None = None, url: str = "", room: int | None = None,
) -> Box:  # fmt: skip
    """设箱: a key pair whose private half is shared out to the custodians and then forgotten."""
    parties.require(by, "sealing.make", chain)
    able = queries.able_custodians(chain, timezone.localdate(at))
    custody = queries.custody_keys(holders)
    refuse_if_any(rules.make_refusals(closes_at=closes_at, now=at, holders=holders, able=able, keyed=custody, k=k))
    secret, salt = keys.random_bytes(16), keys.random_bytes(16)
    public_key = keys.public(keys.from_secret(secret, salt))
    box = Box.objects.create(
        subject=subject, chain=chain, name=name.zh if name else "", name_en=name.en if name else "", url=url,
        closes_at=closes_at, k=k, n=len(holders), salt=salt, public_key=public_key, made_at=at, made_by=by.reference,
    )  # fmt: skip
    for holder, (place, piece) in zip(holders, keys.split(secret, k=k, n=len(holders)), strict=True):
        sealed = keys.seal(piece, bytes(custody[holder].public_key), info=SHARE_INFO + queries.about(box))
        Share.objects.create(
            box=box, holder_id=holder, key=custody[holder], role=able[holder], place=place, sealed=sealed
        )
    _new_vault(box, room or settings.SEALED_ROOM)
    facts = {"closes_at": closes_at, "k": k, "holders": [f"user:{holder}" for holder in holders], "for": subject}
    journal.record("sealing.made", subject=box.reference, by=by, at=at, facts=facts)
    return box


def _new_vault(box: Box, room: int) -> Vault:
    """An empty vault looks like a full one."""
    key, about = keys.random_bytes(32), queries.about(box)
    register, body, deeds = compute.vault.covered(compute.Content(), key, about, room=room)
    return Vault.objects.create(
        box=box, room=room, register=register, body=body, deeds=deeds,
        key_for_server=keys.cover(key, queries.server_keys(box)[0], about=about),
        key_for_custody=keys.seal(key, bytes(box.public_key), info=compute.vault.KEY_INFO + about),
    )  # fmt: skip


def _locked(box_id: int) -> Box:
    return Box.objects.select_for_update().get(pk=box_id)


def submit(
    *, box_id: int, organisation_id: int, content: bytes | dict[str, Any], files: Sequence[tuple[str, bytes]] = (), by: Actor
) -> Receipt:  # fmt: skip
    """递交: seal an answer into the box, in place of an earlier one. The same answer again gives the same receipt.

    The time is the database's, read under the box's lock; an answer is taken if and only if that time is not after
    the deadline.
    """
    with within(box_id), transaction.atomic():
        box, received_at, inside = _entered(box_id, organisation_id, by)
        answer = compute.Answer(answers.new_number(), content, tuple(files))
        size = len(answer.raw) + sum(len(body) for _, body in files)
        refuse_if_any(rules.answer_refusals(size=size, names=[name for name, _ in files]))
        owner, same = str(organisation_id), answers.same(content, files)
        before = inside.register["answers"].get(owner)
        if before is None or before["same"] != same:
            told = {
                "organisation": organisation_id,
                "at": received_at.astimezone(UTC).isoformat(timespec="microseconds"),
                "digest": compute.digest(answer),
            }
            info = compute.vault.ANSWER_INFO + queries.about(box)
            inside.answers[owner] = keys.seal(compute.pack(answer, told), bytes(box.public_key), info=info)
            inside.register["answers"][owner] = {"number": answer.number, "same": same, **told}
            refuse_if_any(rules.room_refusals(sum(map(len, inside.answers.values()))))
            _deed(box, inside, "sealing.replaced" if before else "sealing.submitted", by, received_at,
                  organisation=organisation_id, number=answer.number, digest=told["digest"])  # fmt: skip
        _close(box, inside)
        return queries.receipt(organisation_id, inside.register["answers"][owner])


def withdraw(*, box_id: int, organisation_id: int, by: Actor) -> None:
    """撤回: take one's own answer out again, until the deadline."""
    with within(box_id), transaction.atomic():
        box, received_at, inside = _entered(box_id, organisation_id, by)
        there = inside.register["answers"].pop(str(organisation_id), None)
        refuse_if_any(rules.withdrawal_refusals(there=there is not None))
        assert there is not None
        inside.answers.pop(str(organisation_id))
        _deed(box, inside, "sealing.withdrawn", by, received_at, organisation=organisation_id, number=there["number"])
        _close(box, inside)


def _entered(box_id: int, organisation_id: int, by: Actor) -> tuple[Box, datetime, compute.Content]:
    """Lock the box, judge the moment, and uncover what lies inside."""
    box = _locked(box_id)
    parties.require(by, "sealing.answer", box.chain)
    received_at = queries.clock(box)
    custodian = box.shares.filter(holder_id=by.user_id).exists()
    own = queries.own_organisation(organisation_id, by) is not None
    refuse_if_any(
        rules.entry_refusals(
            state=box.state, closes_at=box.closes_at, received_at=received_at, own=own, custodian=custodian
        )
    )
    return box, received_at, _inside(box)


def _inside(box: Box) -> compute.Content:
    vault = box.vault
    blobs = (bytes(vault.register), bytes(vault.body), bytes(vault.deeds))
    try:
        return compute.vault.uncovered(blobs, queries.vault_key(box), queries.about(box))
    except keys.Unreadable:
        raise Refused([rules.damaged()]) from None


def _deed(box: Box, inside: compute.Content, verb: str, by: Actor, at: datetime, **facts: Any) -> None:
    told = {"verb": verb, "by": by.reference, "at": at.isoformat(), "facts": facts}
    compute.vault.add_deed(inside, told, bytes(box.public_key))


def _close(box: Box, inside: compute.Content) -> None:
    """Cover everything anew, changed or not."""
    vault = box.vault
    vault.register, vault.body, vault.deeds = compute.vault.covered(
        inside, queries.vault_key(box), queries.about(box), room=vault.room
    )
    vault.save(update_fields=["register", "body", "deeds"])


@transaction.atomic
def keep_refusal(*, box_id: int, by: Actor, at: datetime, path: str, codes: Sequence[str]) -> None:
    """Keep a refusal where it tells nothing: in the sealed journal while the box is sealed (at most 20 of a person)."""
    box = _locked(box_id)
    if box.state != "sealed":
        journal.record("refused", subject=path, by=by, at=at, facts={"codes": list(codes)})
        return
    try:
        inside = _inside(box)
    except Refused:
        return  # a vault that cannot be read was just what was refused
    kept = inside.register["refused"]
    if kept.get(by.reference, 0) < rules.REFUSALS_KEPT:
        kept[by.reference] = kept.get(by.reference, 0) + 1
        _deed(box, inside, "refused", by, queries.clock(box), codes=list(codes)[:5])
    _close(box, inside)


@transaction.atomic
def move_deadline(*, box_id: int, closes_at: datetime, by: Actor, at: datetime) -> Box:
    """延期: later only, and only before the deadline."""
    box = _locked(box_id)
    parties.require(by, "sealing.make", box.chain)
    refuse_if_any(
        rules.deadline_refusals(state=box.state, closes_at=box.closes_at, new=closes_at, now=queries.clock(box))
    )
    facts = {"from": box.closes_at, "to": closes_at}
    box.closes_at = closes_at
    box.save(update_fields=["closes_at"])
    journal.record("sealing.deadline_moved", subject=box.reference, by=by, at=at, facts=facts)
    return box


@transaction.atomic
def check_passphrase(*, box_id: int, passphrase: str, by: Actor, at: datetime) -> Share:
    """试口令: a custodian makes sure that they can still open their share; nothing is given."""
    box = _locked(box_id)
    share = _own_share(box, by)
    refuse_if_any(rules.state_refusals(box.state))
    _piece(box, share, passphrase)
    share.checked_at = at
    share.save(update_fields=["checked_at"])
    journal.record("sealing.passphrase_checked", subject=box.reference, by=by, at=at)
    return share


def _own_share(box: Box, by: Actor) -> Share:
    parties.require(by, "sealing.hold", box.chain)
    share = Share.objects.select_related("key").filter(box=box, holder_id=by.user_id).first()
    if share is None:
        raise Refused([rules.not_a_custodian()])
    return share


def _piece(box: Box, share: Share, passphrase: str) -> tuple[keys.EccKey, keys.Piece]:
    """A custodian's private key and share, from the passphrase; Refused when it is the wrong one."""
    private = keys.from_passphrase(passphrase, bytes(share.key.salt), share.key.cost)
    if keys.public(private) != bytes(share.key.public_key):
        raise Refused([rules.wrong_passphrase()])
    info = SHARE_INFO + queries.about(box)
    return private, (share.place, keys.unseal(bytes(share.sealed), private, info=info))


@transaction.atomic
def give_share(*, box_id: int, passphrase: str, by: Actor, at: datetime) -> Box:
    """交出份额: after the deadline, each custodian in their own session. The k-th one opens the box.

    Until then a share that was given waits sealed to those who have not come yet: never in the clear, never under a
    key of the site.
    """
    box = _locked(box_id)
    share = _own_share(box, by)
    now = queries.clock(box)
    refuse_if_any(
        rules.share_refusals(state=box.state, closes_at=box.closes_at, now=now, given=share.given_at is not None)
    )
    private, piece = _piece(box, share, passphrase)
    about = HANDOVER_INFO + queries.about(box)
    pieces = [piece]
    for handed in Handover.objects.filter(to=share).select_related("given"):
        pieces.append((handed.given.place, keys.unseal(bytes(handed.sealed), private, info=about)))
    share.given_at = now
    share.save(update_fields=["given_at"])
    journal.record("sealing.share_given", subject=box.reference, by=by, at=at, facts={"given": len(pieces), "k": box.k})
    if len(pieces) == box.k:
        _open(box, pieces, by, now)
        return box
    for other in Share.objects.select_related("key").filter(box=box, given_at=None):
        sealed = keys.seal(piece[1], bytes(other.key.public_key), info=about)
        Handover.objects.create(given=share, to=other, sealed=sealed)
    return box


def _open(box: Box, pieces: Sequence[keys.Piece], by: Actor, at: datetime) -> None:
    """Open with k shares: answers out, sealed journal into the main one, keys gone."""
    about = queries.about(box)
    try:
        private = keys.combine(pieces, bytes(box.salt), bytes(box.public_key))
        vault = box.vault
        key = keys.unseal(bytes(vault.key_for_custody), private, info=compute.vault.KEY_INFO + about)
        inside = compute.vault.uncovered((bytes(vault.register), bytes(vault.body), bytes(vault.deeds)), key, about)
    except keys.Unreadable:
        raise Refused([rules.damaged()]) from None
    for owner, sealed in sorted(inside.answers.items()):
        _lay_open(box, int(owner), sealed, inside.register["answers"][owner], private)
    whole = _merge(box, inside, private, at)
    box.state, box.ended_at = rules.MOVES.target("open"), at
    box.record_digest = queries.record_digest(box)
    box.save(update_fields=["state", "ended_at", "record_digest"])
    facts = {"answers": len(inside.answers), "record": box.record_digest, "sealed_journal_whole": whole, "k": box.k}
    journal.record("sealing.opened", subject=box.reference, by=by, at=at, facts=facts)
    _forget(box)


def _lay_open(box: Box, owner: int, sealed: bytes, told: dict[str, Any], private: keys.EccKey) -> None:
    """One answer as rows; what does not fit its receipt is kept and says so."""
    try:
        data = keys.unseal(sealed, private, info=compute.vault.ANSWER_INFO + queries.about(box))
        answer, head = compute.unpack(data)
        intact = head["organisation"] == owner and compute.digest(answer) == head["digest"] == told["digest"]
    except keys.Unreadable:
        answer, intact = compute.Answer(told["number"], b""), False
    kind = "bytes" if isinstance(answer.content, bytes) else "values"
    row = OpenedAnswer.objects.create(
        box=box, organisation_id=owner, number=told["number"], received_at=datetime.fromisoformat(told["at"]),
        digest=told["digest"], intact=intact, kind=kind, content=answer.raw,
    )  # fmt: skip
    OpenedFile.objects.bulk_create(
        OpenedFile(answer=row, place=place, name=name, body=body) for place, (name, body) in enumerate(answer.files)
    )


class _Doer:
    def __init__(self, reference: str):
        self.reference = reference


def _merge(box: Box, inside: compute.Content, private: keys.EccKey, at: datetime) -> bool:
    """Enter the sealed journal into the main one, each deed with its own time; False when it is not whole."""
    try:
        for deed in compute.vault.read_deeds(inside, private):
            facts = {**deed["facts"], "sealed": deed["id"], "merged_at": at}
            when = datetime.fromisoformat(deed["at"])
            journal.record(deed["verb"], subject=box.reference, by=_Doer(deed["by"]), at=when, facts=facts)
    except keys.Unreadable:
        return False
    return True


def _forget(box: Box) -> None:
    """Delete what could still open what was sealed: vault, shares, shares handed over."""
    Handover.objects.filter(given__box=box).delete()
    Share.objects.filter(box=box).update(sealed=b"")
    Vault.objects.filter(box=box).delete()


def open_box(*, box_id: int, by: Actor, at: datetime) -> list[Opened]:
    """What came out of the box; Refused, with how many shares are missing, before k custodians gave theirs."""
    box = Box.objects.get(pk=box_id)
    parties.require(by, "sealing.see", box.chain)
    given = box.shares.exclude(given_at=None).count()
    refuse_if_any(
        rules.opening_refusals(state=box.state, closes_at=box.closes_at, now=queries.clock(box), given=given, k=box.k)
    )
    return queries.opened(box)


@transaction.atomic
def void_box(*, box_id: int, reason: str, by: Actor, at: datetime) -> Box:
    """作废: end a box unopened; what lay in it is deleted unread, and nobody learns who had answered."""
    box = _locked(box_id)
    parties.require(by, "sealing.void", box.chain)
    refuse_if_any(rules.void_refusals(state=box.state, reason=reason))
    box.state, box.reason, box.ended_at = rules.MOVES.target("void"), reason.strip(), at
    box.save(update_fields=["state", "reason", "ended_at"])
    journal.record("sealing.voided", subject=box.reference, by=by, at=at)
    _forget(box)
    return box
