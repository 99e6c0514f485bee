"""The deeds a reader is offered, each with the reasons why it cannot be done yet: the same rules the services ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lianban.apps.consortia import rules
from lianban.apps.consortia.models import Consortium, Member
from lianban.apps.consortia.queries.council import change_decided
from lianban.apps.consortia.queries.records import agreement_in_force, conditions
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal, refuse


@dataclass(frozen=True, slots=True)
class Offer:
    """A deed by its word in the address, the row it is about (0: the consortium), and the reasons against it."""

    deed: str
    row: int = 0
    refusals: tuple[Refusal, ...] = ()


def of_consortium(
    actor: Actor, consortium: Consortium, rows: Sequence[Member], own: Sequence[Member]
) -> dict[str, Any]:
    """What comes next for this reader, first the one thing that matters; at most seven statements."""
    state, chain = consortium.state, consortium.chain.code
    leading = any(m.is_lead for m in own) and actor.may("consortia.lead", chain)
    mine = next((m for m in own), None)
    if mine is not None and mine.state == "invited":
        return {"next": Offer("answer", mine.pk), "others": []}
    if mine is not None and mine.state == "agreed" and state not in ("proposed", "drafted"):
        return {"next": Offer("accede", mine.pk, _accession(mine, state)), "others": []}
    if actor.may("consortia.answer_filing", chain):
        return _for_bureau(actor, consortium)
    if leading:
        return _for_lead(consortium, rows)
    return {"next": None, "others": []}


def _accession(member: Member, state: str) -> tuple[Refusal, ...]:
    return tuple(rules.accede_refusals(state, decided=change_decided(member, "accession")))


def _for_bureau(actor: Actor, consortium: Consortium) -> dict[str, Any]:
    waiting = [Offer("answer-filing", one.pk) for one in consortium.filings.filter(state="submitted")]
    if waiting:
        return {"next": waiting[0], "others": waiting[1:]}
    others = [Offer("public", 0, tuple(rules.spending_refusals(consortium.state)))]
    if consortium.state == "operating":
        return {"next": Offer("grade"), "others": others}
    return {"next": None, "others": others if consortium.state in rules.ALIVE else []}


def _for_lead(consortium: Consortium, rows: Sequence[Member]) -> dict[str, Any]:
    state = consortium.state
    invited = sum(m.state == "invited" for m in rows)
    if state == "proposed":
        alone = sum(m.state == "agreed" for m in rows) < 2
        first, others = Offer("draft", 0, _draft(invited, alone=alone)), ["invite", "describe", "shares", "give-up"]
        if alone and not invited:
            first, others = Offer("invite"), ["draft", "describe", "give-up"]
    elif state == "drafted":
        first, others = Offer("sign", 0, _signed(agreement_in_force(consortium))), ["describe", "redraft", "give-up"]
    elif state == "signed":
        refusals = tuple(rules.condition_refusals(conditions(consortium)))
        first, others = Offer("submit", 0, refusals), ["describe", "invite"]
    elif state == "filed":
        passing = consortium.roadmaps.filter(passed_at__isnull=True).exists()
        first, others = Offer("call" if passing else "roadmap"), ["roadmap" if passing else "call", "topic", "invite"]
    elif state == "roadmap_passed":
        first, others = Offer("begin"), ["call", "topic", "invite"]
    elif state in rules.SPENDING:
        first, others = Offer("topic"), ["call", "income", "split", "invite"]
    else:
        return {"next": None, "others": []}
    return {"next": first, "others": [Offer(deed) for deed in others]}


def _draft(invited: int, *, alone: bool) -> tuple[Refusal, ...]:
    found = []
    if invited:
        found.append(refuse("consortia.invitations_open", "还有 {n} 家受邀单位没有答复", "{n} organisations that were invited have not answered", n=invited))  # fmt: skip
    if alone:
        found.append(refuse("consortia.alone", "还没有同意加入的成员", "nobody has agreed to join yet"))
    return tuple(found)


def _signed(in_force: bool) -> tuple[Refusal, ...]:
    if in_force:
        return ()
    why = "协议尚未由全部成员签署", "the agreement has not been signed by all members"
    return (refuse("consortia.not_signed_by_all", *why),)
