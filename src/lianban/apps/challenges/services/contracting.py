"""Signing and paying (签约, 拨付): papers per chosen solver, money into the pot, the first part out of it."""

from datetime import datetime

from django.db import transaction

from lianban.apps.agreements import services as agreements
from lianban.apps.challenges import queries, rules
from lianban.apps.challenges.models import Challenge, Lane
from lianban.apps.challenges.services import moves
from lianban.apps.challenges.services.entering import entered, payee_code, scaled, to_lane_fen
from lianban.apps.ledger import services as ledger
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse_if_any
from lianban.kit.text import Text


@transaction.atomic
def draft_papers(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """起草签约文本: the papers the rules ask for, one set a solver, with what the challenge settles; they are signed under agreements."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.contract", challenge.chain.code)
    refuse_if_any(moves.can(challenge, "sign"))
    wanted = [kind for kind in rules.words.AGREEMENTS if kind in challenge.frozen.value("challenge.contract_documents")]
    assert challenge.poster_id is not None
    for lane in challenge.lanes.filter(state="chosen").select_related("answer__organisation"):
        everyone: list[int] = [lane.answer.organisation_id, *lane.answer.partners.values_list("pk", flat=True)]
        settled = rules.papers.prefilled(_told(challenge, lane, [challenge.poster_id, *everyone]))
        for kind in wanted:
            if getattr(lane, kind) is None:
                bound = everyone if kind == "pledge" else [challenge.poster_id, *everyone]
                name = rules.words.DOCUMENTS[kind]
                made = agreements.start(
                    subject=lane.reference, kind=kind, parties=bound, frozen=challenge.frozen, chain=challenge.chain.code,
                    title=Text(f"{challenge.title} · {name.zh}", f"{challenge.title_en or challenge.title}: {name.en}"),
                    public_money=lane.public_fen > 0, settled=settled, settled_from=Text("榜单", "the challenge"), by=by, at=at,
                )  # fmt: skip
                setattr(lane, kind, made.pk)
        lane.save(update_fields=list(rules.words.AGREEMENTS))
    moves.record(challenge, "papers_drafted", by, at)
    return challenge


def _told(challenge: Challenge, lane: Lane, sides: list[int]) -> rules.papers.Told:
    """What the challenge and this lane say to those who sign; the figures are the lane's own."""
    planned = list(challenge.milestones.all())
    *paid, at_acceptance = scaled(challenge, lane, [one.payment_fen for one in planned] + [challenge.acceptance_fen])
    stages = [
        rules.papers.Stage(one.name, one.months, one.deliverable, fen) for one, fen in zip(planned, paid, strict=True)
    ]
    assert challenge.poster_id is not None
    return rules.papers.Told(
        title=challenge.title, problem=challenge.problem, scenario=challenge.scenario, facilities=challenge.facilities,
        months=challenge.months, ownership=challenge.ownership, poster=challenge.poster_id, solver=lane.answer.organisation_id,
        first_user=challenge.first_user_id if challenge.first_user_id in sides else None,
        payable_fen=lane.payable_fen, public_fen=lane.public_fen,
        indicators=[one.as_dict() for one in challenge.indicators.all()],
        stages=[*stages, rules.papers.Stage("验收", None, "", at_acceptance)],
    )  # fmt: skip


@transaction.atomic
def record_papers(
    *, lane_id: int, contract_registration: str, money_proof: str, money_proof_fen: int | None, by: Actor, at: datetime
) -> Lane:
    """登记: number of the contract's registration, and the proof that the poster's money is there."""
    lane = Lane.objects.get(pk=lane_id)
    challenge = moves.locked(lane.challenge_id)
    parties.require(by, "challenges.contract", challenge.chain.code)
    refuse_if_any(moves.can(challenge, "sign"))
    lane.contract_registration, lane.money_proof = contract_registration.strip(), money_proof.strip()
    lane.money_proof_fen = money_proof_fen
    lane.save(update_fields=["contract_registration", "money_proof", "money_proof_fen"])
    moves.record(challenge, "papers_recorded", by, at, lane=lane.number, money_proof_fen=money_proof_fen)
    return lane


@transaction.atomic
def sign(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """完成签约: every paper the rules ask for is in force or on record."""
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.contract", challenge.chain.code)
    lanes = [
        queries.papers_of(lane)
        for lane in challenge.lanes.filter(state="chosen").select_related("answer__organisation")
    ]
    refuse_if_any([*moves.can(challenge, "sign"), *rules.choosing.signing_refusals(lanes, challenge.frozen)])
    moves.advance(challenge, "sign", by, at)
    return entered(challenge, by, at)


@transaction.atomic
def pay(*, challenge_id: int, by: Actor, at: datetime) -> Challenge:
    """拨付首笔: the poster's money and the public money are put into each solver's pot; what the signing releases is paid.

    Where the rules give the public money to the poster, its first part goes to the poster at once, the rest at acceptance.
    """
    challenge = moves.locked(challenge_id)
    parties.require(by, "challenges.pay", challenge.chain.code)
    refuse_if_any(moves.can(challenge, "pay"))
    for lane in challenge.lanes.filter(state="chosen").select_related("answer__organisation"):
        _fill(challenge, lane, by, at)
    if _public_to_poster(challenge):
        first = rules.money.first_payment(challenge.frozen, challenge.public_fen).amount_fen
        pay_poster(challenge, "first", first, by, at)
    moves.advance(challenge, "pay", by, at)
    return entered(challenge, by, at)


def _public_to_poster(challenge: Challenge) -> bool:
    return rules.money.payee_of_public(challenge.frozen, challenge.klass) == "poster" and bool(challenge.poster)


def _fill(challenge: Challenge, lane: Lane, by: Actor, at: datetime) -> None:
    """Open the accounts of a lane and put its money into its pot."""
    solver = lane.answer.organisation
    title = Text(
        f"{challenge.title} · 赛道 {lane.number}", f"{challenge.title_en or challenge.title}, lane {lane.number}"
    )
    ledger.open_account(code=lane.pot, name=title, kind="pot", chain=challenge.chain.code, by=by, at=at)
    payee = Text(f"{solver.name}（收款）", f"{solver.name_en or solver.name} (payee)")
    ledger.open_account(code=payee_code(solver.code), name=payee, kind="payee", organisation=solver, by=by, at=at)
    in_public = to_lane_fen(challenge, lane) - lane.payable_fen
    movements = [
        (source, lane.pot, amount)
        for source, amount in ((_outside(challenge, "poster", by, at), lane.payable_fen), (_outside(challenge, "public", by, at), in_public))
        if amount > 0
    ]  # fmt: skip
    if movements:
        ledger.post(
            key=f"{lane.reference}:fill", kind="poster_money", movements=movements, subject=challenge.reference, by=by, at=at,
            memo="榜金到位",
        )  # fmt: skip


def _outside(challenge: Challenge, which: str, by: Actor, at: datetime) -> str:
    """The account for where money comes from: the poster, or the public purse."""
    code = f"outside:{which}:{challenge.chain.code}"
    name = Text("发榜方拨入", "paid in by posters") if which == "poster" else Text("财政拨入", "public money paid in")
    ledger.open_account(code=code, name=name, kind="source", chain=challenge.chain.code, may_be_negative=True, by=by, at=at)  # fmt: skip
    return code


def pay_poster(challenge: Challenge, part: str, amount_fen: int, by: Actor, at: datetime) -> None:
    """Public money that the rules give to the poster, straight to the poster's account."""
    if amount_fen <= 0 or challenge.poster is None:
        return
    poster = challenge.poster
    name = Text(f"{poster.name}（收款）", f"{poster.name_en or poster.name} (payee)")
    ledger.open_account(code=payee_code(poster.code), name=name, kind="payee", organisation=poster, by=by, at=at)
    ledger.post(
        key=f"{challenge.reference}:public:{part}", kind="public_money", subject=challenge.reference, by=by, at=at,
        movements=[(_outside(challenge, "public", by, at), payee_code(poster.code), amount_fen)],
    )  # fmt: skip


def pay_rest_to_poster(challenge: Challenge, by: Actor, at: datetime) -> None:
    """The rest of the public money, at acceptance."""
    if _public_to_poster(challenge) and "pay" in challenge.frozen.value("challenge.steps"):
        first = rules.money.first_payment(challenge.frozen, challenge.public_fen).amount_fen
        pay_poster(challenge, "rest", challenge.public_fen - first, by, at)
