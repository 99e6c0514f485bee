"""Who may do what, and see what: values in, answer out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from lianban.kit.confidentiality import CONFIDENTIALITY, CONFIDENTIALITY_NAMES, highest
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

__all__ = [
    "CLEARANCE",
    "CONFIDENTIALITY",
    "CONFIDENTIALITY_NAMES",
    "NAME_KINDS",
    "ROLES",
    "TIES",
    "Actor",
    "Grant",
    "highest",
    "permission_refusals",
    "registry_clashes",
]

ROLES: dict[str, Text] = {
    "visitor": Text("访客", "visitor"),
    "enterprise": Text("企业用户", "enterprise"),
    "laboratory": Text("实验室用户", "laboratory"),
    "officer": Text("链办经办", "chain office officer"),
    "office_head": Text("链办负责人", "head of the chain office"),
    "chief": Text("链长", "chain chief"),
    "lead_department": Text("牵头部门", "lead department"),
    "science_bureau": Text("科技部门", "science bureau"),
    "expert": Text("专家", "expert"),
    "supervisor": Text("监督", "supervisor"),
    "legal_unit": Text("合法性审核", "legal unit"),
    "notary": Text("公证", "notary"),
    "analyst": Text("分析员", "analyst"),
    "administrator": Text("系统管理员", "administrator"),
}
# What binds two organisations; the first three have a direction or a common head and are followed as paths of ownership.
TIES: dict[str, Text] = {
    "shareholding": Text("持股", "holds shares in"),
    "control": Text("控制", "controls"),
    "same_head": Text("同一法定代表人或负责人", "same legal representative or head"),
    "co_project": Text("共同承担项目", "project in common"),
    "same_consortium": Text("同一创新联合体", "same consortium"),
    "dispute": Text("法律纠纷", "legal dispute"),
}
NAME_KINDS: dict[str, Text] = {
    "former": Text("曾用名", "former name"),
    "alias": Text("别名", "other name"),
    "short": Text("简称", "short name"),
}
# The administrator keeps the machine running and reads no business facts: duties are kept apart.
CLEARANCE = {
    "visitor": "open",
    "enterprise": "chain",
    "laboratory": "chain",
    "administrator": "open",
    "officer": "private",
    "office_head": "private",
    "supervisor": "private",
    **dict.fromkeys(["chief", "lead_department", "science_bureau", "expert", "analyst"], "office"),
    "legal_unit": "chain",  # reads what it has to judge through the challenge, not the diagnosis
    "notary": "open",
}


@dataclass(frozen=True, slots=True)
class Grant:
    """One role in force: what, on which chain (empty = every chain), for which organisation."""

    role: str
    chain: str = ""
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking (操作人): what the site knows of them for the length of one request."""

    user_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = (Grant("visitor"),)
    deeds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def reference(self) -> str:
        """How the journal names them: never by name."""
        return f"user:{self.user_id}" if self.user_id else "visitor"

    @property
    def title(self) -> Text:
        return ROLES[self.grants[0].role] if self.grants else ROLES["visitor"]

    @property
    def organisations(self) -> frozenset[str]:
        """Codes of the organisations they act for."""
        return frozenset(grant.organisation for grant in self.grants if grant.organisation)

    def roles(self, chain: str | None = None) -> frozenset[str]:
        """Roles in force; with a chain, only those that reach it."""
        return frozenset(g.role for g in self.grants if chain is None or not g.chain or g.chain == chain)

    def may(self, deed: str, chain: str | None = None) -> bool:
        """Whether one of their roles (on this chain) may do a deed; an unknown deed is nobody's."""
        return bool(self.roles(chain) & set(self.deeds.get(deed, ())))

    def may_see(self, confidentiality: str, chain: str | None = None, organisation: str = "") -> bool:
        """Whether a fact of this class may be shown to them; a firm always sees its own."""
        if organisation and organisation in self.organisations:
            return True
        rank = CONFIDENTIALITY.index(confidentiality)
        return any(rank <= CONFIDENTIALITY.index(CLEARANCE[role]) for role in self.roles(chain) | {"visitor"})

    def visible_classes(self, chain: str | None = None) -> tuple[str, ...]:
        """All classes they may see, for filters in queries."""
        return tuple(c for c in CONFIDENTIALITY if self.may_see(c, chain))


def permission_refusals(actor: Actor, deed: str, chain: str | None = None) -> list[Refusal]:
    """Say that this deed is not theirs, and whose it is."""
    if actor.may(deed, chain):
        return []
    roles = [ROLES[role] for role in actor.deeds.get(deed, ())]
    return [
        refuse(
            "parties.not_permitted",
            "您当前的身份不能办理此事；可由{who}办理",
            "your role does not allow this; it is for: {who}",
            who=Text("、".join(r.zh for r in roles) or "（无人）", ", ".join(r.en for r in roles) or "nobody"),
        )
    ]


def registry_clashes(
    rows: Iterable[Mapping[str, Any]], known: Mapping[str, Mapping[str, str]], holders: Mapping[str, str]
) -> list[Refusal]:
    """Say which organisations would become somebody else: same code and other name, or a credit code held by another.

    ``known`` gives name and credit code by organisation code; ``holders`` the organisation code by credit code.
    """
    found = []
    for row in rows:
        there = known.get(row["code"])
        if there and there["name"] != row["name"]:
            found.append(
                refuse(
                    "parties.code_means_another",
                    "组织编码 {organisation} 已登记为“{known}”，数据包里是“{given}”；请改用别的编码或统一名称",
                    "organisation code {organisation} stands for '{known}', the package says '{given}': use another code or one name",
                    organisation=row["code"],
                    known=there["name"],
                    given=row["name"],
                )
            )
        held = holders.get(row["credit_code"], row["code"]) if row["credit_code"] else row["code"]
        other = bool(
            there and there["credit_code"] and row["credit_code"] and there["credit_code"] != row["credit_code"]
        )
        if held != row["code"] or other:
            found.append(
                refuse(
                    "parties.credit_code_clash",
                    "组织 {organisation} 的统一社会信用代码 {credit} 与登记不符（登记在 {held} 名下）",
                    "credit code {credit} of organisation {organisation} disagrees with the registry (held by {held})",
                    organisation=row["code"],
                    credit=row["credit_code"],
                    held=held if held != row["code"] else f"{row['code']}: {there['credit_code'] if there else ''}",
                )
            )
    return found


def grant_refusals(role: str, has_organisation: bool, *, already: bool) -> list[Refusal]:
    """Why a role cannot be given."""
    reasons = []
    if role in {"enterprise", "laboratory"} and not has_organisation:
        reasons.append(
            refuse(
                "parties.organisation_needed",
                "“{role}”必须注明所属组织",
                "the role '{role}' needs an organisation",
                role=ROLES[role],
            )
        )
    if already:
        reasons.append(refuse("parties.already_held", "此人已有这一角色", "this person already holds the role"))
    return reasons


def day_refusals(typed: str, *, read: bool) -> list[Refusal]:
    """Say that what was typed is no day."""
    if read:
        return []
    return [
        refuse(
            "parties.no_such_day",
            "结束日期“{typed}”不是日期，请写成 2026-12-31 这样",
            "'{typed}' is no day; write it like 2026-12-31",
            typed=typed[:40],
        )
    ]


def end_refusals(starts_on: date, ended_on: date | None, ends_on: date, *, own: bool, role: str) -> list[Refusal]:
    """Why a role cannot be ended on that day."""
    reasons = []
    if ended_on is not None:
        reasons.append(refuse("parties.already_ended", "这一角色已经结束", "the role has already ended"))
    if ends_on <= starts_on:
        reasons.append(
            refuse(
                "parties.ends_before_start",
                "结束日须晚于开始日 {day}",
                "it must end after it began, {day}",
                day=starts_on.isoformat(),
            )
        )
    if own and role == "administrator":
        reasons.append(
            refuse(
                "parties.own_administrator",
                "不能结束自己的管理员角色，请由另一位管理员办理",
                "you cannot end your own administrator role; ask another administrator",
            )
        )
    return reasons


def tie_refusals(*, a: int, b: int, kind: str, share: Decimal | None, evidence: str, source: str, since: date | None,
                 until: date | None) -> list[Refusal]:  # fmt: skip
    """Why a tie cannot be stated: what is written must say which two, since when, and where it can be read."""
    reasons = []
    if a == b:
        reasons.append(
            refuse("parties.tie_to_itself", "关联关系须在两家不同的组织之间", "a tie needs two organisations")
        )
    if kind not in TIES:
        reasons.append(
            refuse("parties.no_such_tie", "没有“{kind}”这种关联关系", "there is no tie '{kind}'", kind=kind[:40])
        )
    if share is not None and (kind != "shareholding" or not 0 < share <= 1):
        reasons.append(
            refuse(
                "parties.share_out_of_range",
                "持股比例只用于“持股”，须大于 0、不超过 100 %",
                "a share belongs to shareholding and lies above 0, up to 100 %",
            )
        )
    if not evidence.strip() or not source.strip():
        reasons.append(
            refuse(
                "parties.tie_without_evidence",
                "请写明依据和出处：没有依据的关联关系不能让人回避",
                "give the evidence and where it can be read: nobody steps back for hearsay",
            )
        )
    if since and until and until < since:
        reasons.append(refuse("parties.tie_ends_early", "终止日早于起始日", "it ends before it begins"))
    return reasons


def tie_end_refusals(since: date | None, ended_on: date | None, until: date, reason: str) -> list[Refusal]:
    """Why a tie cannot be ended on that day."""
    reasons = []
    if ended_on is not None:
        reasons.append(refuse("parties.tie_ended", "这条关联关系已终止", "this tie has ended already"))
    if since and until < since:
        reasons.append(refuse("parties.tie_ends_early", "终止日早于起始日", "it ends before it begins"))
    if not reason.strip():
        reasons.append(refuse("parties.tie_end_unexplained", "请写明终止的依据", "say on what evidence it ended"))
    return reasons


def name_refusals(name: str, kind: str, *, present: str, source: str, since: date | None,
                  until: date | None) -> list[Refusal]:  # fmt: skip
    """Why another name cannot be noted."""
    reasons = []
    if kind not in NAME_KINDS:
        reasons.append(
            refuse(
                "parties.no_such_name_kind", "没有“{kind}”这类名称", "there is no kind of name '{kind}'", kind=kind[:40]
            )
        )
    if len(name) < 2 or name == present:
        reasons.append(
            refuse(
                "parties.name_says_nothing",
                "请写另一个名称，至少两个字，且与现用名不同",
                "give another name, of two characters at least, different from the present one",
            )
        )
    if not source.strip():
        reasons.append(
            refuse(
                "parties.name_without_source",
                "请写明出处，别人可以查到",
                "say where it can be read, for others to check",
            )
        )
    if since and until and until < since:
        reasons.append(refuse("parties.name_ends_early", "停用日期早于启用日期", "it ends before it begins"))
    return reasons
