"""When a box takes answers, who may open it, and why not: values in, reasons out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.states import Move, Transitions
from lianban.kit.text import Text

STATES = {
    "sealed": Text("密封中", "sealed"),
    "opened": Text("已开启", "opened"),
    "voided": Text("已作废", "voided"),
}
MOVES = Transitions(
    STATES,
    [
        Move("open", ("sealed",), "opened", Text("开启", "open")),
        Move("void", ("sealed",), "voided", Text("作废", "void")),
    ],
)
MIB = 1024 * 1024
ANSWER_LIMIT = 20 * MIB  # an answer with its files; a technical limit, said on the page
FILES_LIMIT = 20
NAME_LIMIT = 200
BODY_LIMIT = 256 * MIB  # all answers of one box together
PASSPHRASE_LEAST = 12
REFUSALS_KEPT = 20  # of one person in one box: nobody fills the sealed journal by pressing again and again


@dataclass(frozen=True, slots=True)
class Receipt:
    """Receipt (回执): for the applicant alone: a random number, the database's time, the hash of what was handed in."""

    number: str
    at: datetime
    digest: str
    organisation_id: int


@dataclass(frozen=True, slots=True)
class Opened:
    """One answer as it came out of the box."""

    organisation: Any
    content: bytes | dict[str, Any]
    files: list[tuple[str, bytes]]
    received_at: datetime
    digest: str
    number: str
    intact: bool


def passphrase_refusals(passphrase: str, again: str) -> list[Refusal]:
    """Why a passphrase cannot be registered."""
    reasons = []
    if len(passphrase.strip()) < PASSPHRASE_LEAST:
        reasons.append(
            refuse(
                "sealing.passphrase_short",
                "保管口令至少 {least} 个字符",
                "a custody passphrase needs at least {least} characters",
                least=PASSPHRASE_LEAST,
            )
        )
    if passphrase != again:
        reasons.append(refuse("sealing.passphrase_differs", "两次输入的口令不一致", "the two passphrases differ"))
    return reasons


def make_refusals(
    *, closes_at: datetime, now: datetime, holders: Sequence[int], able: Collection[int], keyed: Collection[int], k: int
) -> list[Refusal]:
    """Why a box cannot be made with these custodians and this deadline."""
    reasons = []
    if closes_at <= now:
        reasons.append(refuse("sealing.deadline_past", "截止时间须晚于现在", "the deadline must be in the future"))
    if len(set(holders)) < len(holders):
        reasons.append(refuse("sealing.holder_twice", "保管人不能重复", "a custodian stands there twice"))
    if not 2 <= k <= len(holders):
        reasons.append(
            refuse(
                "sealing.k_of_n",
                "开启至少须两人，且不多于保管人数（现为 {n} 人中的 {k} 人）",
                "opening takes at least two persons and no more than there are custodians ({k} of {n} given)",
                k=k,
                n=len(holders),
            )
        )
    if unable := sum(holder not in able for holder in holders):
        reasons.append(
            refuse(
                "sealing.holder_role",
                "{count} 名保管人没有可以保管份额的角色",
                "{count} of the custodians hold no role that may keep a share",
                count=unable,
            )
        )
    if unkeyed := sum(holder not in keyed for holder in holders):
        reasons.append(
            refuse(
                "sealing.holder_without_key",
                "{count} 名保管人尚未登记保管口令",
                "{count} of the custodians have not registered a passphrase",
                count=unkeyed,
            )
        )
    return reasons


def deadline_refusals(*, state: str, closes_at: datetime, new: datetime, now: datetime) -> list[Refusal]:
    """Why a deadline cannot be moved: only later, and only while answers are still taken."""
    reasons = state_refusals(state)
    if now > closes_at:
        reasons.append(
            refuse("sealing.already_closed", "已过截止时间，不能再延期", "the deadline has passed, it cannot be moved")
        )
    if new <= closes_at:
        reasons.append(refuse("sealing.only_later", "截止时间只能推后", "a deadline can only be moved later"))
    return reasons


def state_refusals(state: str) -> list[Refusal]:
    if state == "sealed":
        return []
    return [
        refuse(
            "sealing.not_sealed",
            "此密封箱{state}，不能再办理",
            "this box is {state}: nothing more can be done",
            state=STATES[state],
        )
    ]


def entry_refusals(
    *, state: str, closes_at: datetime, received_at: datetime, own: bool, custodian: bool
) -> list[Refusal]:
    """Why an answer cannot be handed in, replaced or withdrawn: the same reasons whatever lies in the box."""
    if not own:
        return [refuse("sealing.not_permitted", "只能为本单位递交", "you can hand in for your own organisation only")]
    reasons = state_refusals(state)
    if received_at > closes_at:
        reasons.append(
            refuse(
                "sealing.too_late",
                "已过截止时间，不再接收、替换或撤回",
                "the deadline has passed: nothing is taken, replaced or withdrawn",
            )
        )
    if custodian:
        reasons.append(
            refuse(
                "sealing.custodian_cannot_answer",
                "保管人不能在自己保管的箱中递交",
                "a custodian of this box cannot hand in an answer",
            )
        )
    return reasons


def answer_refusals(*, size: int, names: Sequence[str]) -> list[Refusal]:
    """Why this answer cannot be taken for its size or its files."""
    reasons = []
    if size > ANSWER_LIMIT:
        reasons.append(
            refuse(
                "sealing.answer_too_large",
                "材料共 {size:.1f} MiB，超过 {limit} MiB 的上限",
                "the answer has {size:.1f} MiB, more than the limit of {limit} MiB",
                size=size / MIB,
                limit=ANSWER_LIMIT // MIB,
            )
        )
    if len(names) > FILES_LIMIT:
        reasons.append(
            refuse("sealing.too_many_files", "附件最多 {limit} 个", "at most {limit} files", limit=FILES_LIMIT)
        )
    if len(set(names)) < len(names) or any(not name or len(name) > NAME_LIMIT for name in names):
        reasons.append(
            refuse(
                "sealing.file_names",
                "附件须有各不相同的名称，且不超过 {limit} 个字",
                "files need names that differ, of at most {limit} characters",
                limit=NAME_LIMIT,
            )
        )
    return reasons


def room_refusals(total: int) -> list[Refusal]:
    if total <= BODY_LIMIT:
        return []
    return [refuse("sealing.no_room", "密封箱已满，请联系组织单位", "the box is full; speak to the organiser")]


def withdrawal_refusals(*, there: bool) -> list[Refusal]:
    if there:
        return []
    return [refuse("sealing.nothing_there", "贵单位没有可撤回的材料", "your organisation has nothing to withdraw")]


def share_refusals(*, state: str, closes_at: datetime, now: datetime, given: bool) -> list[Refusal]:
    """Why a custodian cannot give their share now."""
    reasons = state_refusals(state)
    if now <= closes_at:
        reasons.append(early())
    if given:
        reasons.append(refuse("sealing.already_given", "您已交出份额", "you have already given your share"))
    return reasons


def early() -> Refusal:
    return refuse("sealing.before_deadline", "截止时间之前不能开启", "it cannot be opened before the deadline")


def not_a_custodian() -> Refusal:
    return refuse("sealing.holder.not_permitted", "您不是此箱的保管人", "you are no custodian of this box")


def wrong_passphrase() -> Refusal:
    return refuse("sealing.wrong_passphrase", "保管口令不对", "the passphrase is not right")


def opening_refusals(*, state: str, closes_at: datetime, now: datetime, given: int, k: int) -> list[Refusal]:
    """Why what is in the box cannot be had yet."""
    if state == "opened":
        return []
    if state == "voided":
        return state_refusals(state)
    if now <= closes_at:
        return [early()]
    return [
        refuse(
            "sealing.shares_missing",
            "开启需要 {k} 份保管份额，已交出 {given} 份",
            "opening takes {k} shares, {given} are given",
            k=k,
            given=given,
        )
    ]


def damaged() -> Refusal:
    return refuse(
        "sealing.vault_damaged",
        "密封内容无法读取，数据可能被改动或损坏；请勿再操作，联系系统管理员恢复备份",
        "what is sealed cannot be read: it was changed or damaged; stop here and have a backup restored",
    )


def key_lost() -> Refusal:
    return refuse(
        "sealing.key_changed",
        "站点密钥已更换，暂不能收件；请系统管理员恢复原密钥（已收材料不受影响）",
        "the site's key was changed, so nothing can be taken in; have the old key restored (what was received is safe)",
    )


def void_refusals(*, state: str, reason: str) -> list[Refusal]:
    reasons = state_refusals(state)
    if not reason.strip():
        reasons.append(refuse("sealing.reason_needed", "作废须写明理由", "voiding needs a reason"))
    return reasons
