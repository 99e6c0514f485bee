"""States of an agreement, who may be a party, when it may be issued, signed, ended."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text
from lianban.rulebook.clauses import Clause, load

ROLES = {
    "leader": Text("牵头单位", "lead"),
    "member": Text("成员", "member"),
    "poster": Text("发榜方", "poster"),
    "solver": Text("揭榜方", "solver"),
    "office": Text("主管部门", "office in charge"),
    "party": Text("当事方", "party"),
}
STATES = Transitions(
    {
        "drafting": Text("起草", "drafting"),
        "issued": Text("待签署", "waiting for signatures"),
        "in_force": Text("已生效", "in force"),
        "ended": Text("已终止", "ended"),
    },
    [
        Move("issue", ("drafting",), "issued", Text("定稿", "issue")),
        Move("revise", ("issued", "in_force"), "drafting", Text("修改", "revise")),
        Move("complete", ("issued",), "in_force", Text("签齐生效", "complete")),
        Move("end", ("drafting", "issued", "in_force"), "ended", Text("终止", "end")),
    ],
)


def start_refusals(kind: str, parties: Sequence[int], known: Collection[int], *, taken: bool, own: bool) -> list[Refusal]:  # fmt: skip
    """Why an agreement cannot be started."""
    reasons = []
    if kind not in load().kinds:
        reasons.append(refuse("agreements.no_such_kind", "没有这种协议", "there is no such kind of agreement"))
    if taken:
        reasons.append(refuse("agreements.already_there", "此事已有一份同类协议，请在那一份上修改", "there is an agreement of this kind on the matter; revise that one"))  # fmt: skip
    if len(set(parties)) < (1 if kind == "pledge" else 2):
        reasons.append(refuse("agreements.too_few_parties", "协议至少要有两方", "an agreement needs at least two parties"))  # fmt: skip
    if len(set(parties)) != len(parties):
        reasons.append(refuse("agreements.party_twice", "同一单位写了两次", "a party is named twice"))
    if set(parties) - set(known):
        reasons.append(refuse("agreements.party_unknown", "有的单位没有登记", "a party is not in the registry"))
    if not own:
        reasons.append(refuse("agreements.not_a_party", "只能起草本单位参加的协议", "you may draft only agreements of your own organisation"))  # fmt: skip
    return reasons


def choice_refusals(state: str, clause: Clause | None, option: str, kind: str) -> list[Refusal]:
    """Why a clause cannot be settled like this, or not now."""
    reasons = drafting_refusals(state)
    if clause is None or kind not in clause.kinds:
        reasons.append(refuse("agreements.no_such_clause", "这类协议没有这一条", "this kind of agreement has no such clause"))  # fmt: skip
    elif option and option not in clause.options:
        reasons.append(refuse("agreements.no_such_option", "“{name}”没有这一选项", "{name} has no such option", name=clause.name))  # fmt: skip
    return reasons


def drafting_refusals(state: str) -> list[Refusal]:
    if state == "drafting":
        return []
    return [
        refuse(
            "agreements.not_drafting",
            "当前状态为“{state}”，文字已定；要改请先“修改”，形成新版本",
            "it is '{state}' now and the text is fixed: revise it first, which makes a new version",
            state=STATES.states[state],
        )
    ]


def signing_refusals(state: str, *, is_party: bool, acts_for: bool, signed: bool) -> list[Refusal]:
    """Why a party cannot sign."""
    reasons = []
    if state != "issued":
        reasons.append(refuse("agreements.not_issued", "当前状态为“{state}”，没有待签署的版本", "it is '{state}' now: no version waits for signatures", state=STATES.states[state]))  # fmt: skip
    if not is_party:
        reasons.append(refuse("agreements.signer_no_party", "该单位不是本协议的一方", "this organisation is no party"))
    if not acts_for:
        reasons.append(refuse("agreements.signer_not_permitted", "只能代表本单位签署", "you may sign for your own organisation only"))  # fmt: skip
    if signed:
        reasons.append(refuse("agreements.already_signed", "该单位已在这一版上签署", "this organisation has signed this version"))  # fmt: skip
    return reasons


def party_refusals(*, in_force: bool, is_party: bool, joining: bool, left: bool = False) -> list[Refusal]:
    """Why an organisation cannot join by accession, or leave."""
    reasons = []
    if not in_force:
        reasons.append(refuse("agreements.not_in_force", "协议尚未生效；起草时请直接改各方名单", "it is not in force: change the parties in the draft"))  # fmt: skip
    if joining and is_party and not left:
        reasons.append(refuse("agreements.already_party", "该单位已是一方", "this organisation is a party already"))
    if not joining and (not is_party or left):
        reasons.append(refuse("agreements.signer_no_party", "该单位不是本协议的一方", "this organisation is no party"))
    return reasons


def drafter_refusals(*, own: bool) -> list[Refusal]:
    """Only the office and the parties' own people write in a draft."""
    return [] if own else [refuse("agreements.not_permitted", "只有当事方和链办、科技部门可以改这份协议", "only its parties and the office write in this agreement")]  # fmt: skip


def background_refusals(title: str, kind_known: bool, *, is_party: bool) -> list[Refusal]:
    reasons = []
    if not title.strip():
        reasons.append(refuse("agreements.background_unnamed", "请写名称", "give it a name", field="title"))
    if not kind_known:
        reasons.append(refuse("agreements.background_kind", "没有这一类", "there is no such kind", field="kind"))
    if not is_party:
        reasons.append(refuse("agreements.background_owner", "权利人须是本协议的一方", "the owner has to be a party", field="organisation"))  # fmt: skip
    return reasons


def end_refusals(reason: str) -> list[Refusal]:
    return [] if reason.strip() else [refuse("agreements.no_reason", "请写明理由", "say why", field="reason")]


def stops(found: Iterable[Any]) -> list[Refusal]:
    """Findings that keep a version from being issued, as refusals."""
    return [Refusal(one.code, one.message, {"clause": one.clause}) for one in found if one.stops]


def digest(content: Mapping[str, Any]) -> str:
    """SHA-256 of a version's content, written in one way only: what the parties sign."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
