"""Members (成员): who may be one, how one joins, leaves with what it hands over, and what survives."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from lianban.apps.consortia.rules.council import Values
from lianban.apps.consortia.rules.states import MEMBERSHIP
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

__all__ = [
    "ACTIVE",
    "FILING_KINDS",
    "FORMS",
    "KINDS",
    "MEMBER_ROLES",
    "MODELS",
    "VOTING",
    "expel_refusals",
    "invite_refusals",
    "lead_refusals",
    "leave_refusals",
    "leaves_on",
    "notice_refusals",
    "propose_refusals",
]

ACTIVE = ("acceded", "leaving")
VOTING = ("acceded", "leaving")  # who has given notice is a member until the day
MODELS = {
    "market_driven": Text("市场主导型", "market-driven"),
    "platform_supported": Text("平台支撑型", "platform-supported"),
    "strategy_led": Text("战略引领型", "strategy-led"),
}
FORMS = {
    "agreement": Text("协议型", "agreement only"),
    "company_and_alliance": Text("公司＋联盟", "company and alliance"),
    "joint_entity": Text("实体型", "joint entity"),
}
MEMBER_ROLES = {
    "lead": Text("牵头单位", "lead"),
    "builder": Text("共建单位", "co-builder"),
    "first_user": Text("首用单位", "first user"),
    "platform": Text("平台单位", "platform"),
    "service": Text("服务单位", "service"),
    "finance": Text("金融单位", "finance"),
}
FILING_KINDS = {
    "first": Text("首次备案", "first filing"),
    "accession": Text("新增成员备案", "accession of a member"),
    "exit": Text("成员退出备案", "exit of a member"),
    "expulsion": Text("成员除名备案", "expulsion of a member"),
    "lead": Text("变更牵头单位备案", "change of the lead"),
}
KINDS = {
    "firm": Text("企业", "firm"),
    "university": Text("高校", "university"),
    "institute": Text("院所", "institute"),
    "laboratory": Text("实验室", "laboratory"),
    "hospital": Text("医院", "hospital"),
    "service": Text("服务机构", "service body"),
    "finance": Text("金融机构", "finance"),
    "association": Text("社团", "association"),
    "government": Text("政府部门", "government"),
    "park": Text("园区", "park"),
}


def propose_refusals(rules: Values, *, name: str, purpose: str, model: str, form: str, own: bool) -> list[Refusal]:
    """Why a consortium cannot be proposed as it stands: every reason at once."""
    found = []
    if not own:
        found.append(
            refuse(
                "consortia.not_the_lead.not_permitted",
                "牵头单位须由本单位的用户发起，或由链办代为发起",
                "the lead proposes it itself, or the chain office on its behalf",
            )
        )
    if not name.strip():
        found.append(refuse("consortia.no_name", "请写联合体名称", "name the consortium"))
    if not purpose.strip():
        found.append(
            refuse("consortia.no_purpose", "请用一句话说明为了解决什么", "say in one sentence what it is to solve")
        )
    if model not in rules.value("consortium.models"):
        found.append(refuse("consortia.no_model", "请选择运行模式", "choose the model of operation"))
    if form not in rules.value("consortium.forms"):
        found.append(refuse("consortia.no_form", "请选择组织形式", "choose the form"))
    return found


def invite_refusals(*, state: str, alive: Collection[str], known: bool, role: str) -> list[Refusal]:
    """Why an organisation cannot be invited."""
    found = []
    if state not in alive or state in ("drafted", "filing"):
        found.append(
            refuse(
                "consortia.no_invitation_now",
                "协议签署与备案审核期间不能变动成员；已结束的联合体不再邀请",
                "members stay as they are while the agreement is signed or the filing reviewed, and after the end",
            )
        )
    if known:
        found.append(
            refuse("consortia.already_member", "这家单位已是成员或已受邀", "it is a member or was invited already")
        )
    if role not in MEMBER_ROLES or role == "lead":
        found.append(refuse("consortia.no_role", "请选择成员角色", "choose the role of the member"))
    return found


def leaves_on(rules: Values, notice_on: date, terms: Mapping[str, Any] | None = None) -> date:
    """The first day on which a member that gives notice may be gone: by the agreement, else by the frozen rules."""
    days = (terms or {}).get("notice_days", rules.value("consortium.exit_notice_days"))
    return notice_on + timedelta(days=int(days))


def notice_refusals(*, state: str, lead: bool, reason: str) -> list[Refusal]:
    """Why a member cannot give notice."""
    found = MEMBERSHIP.refusals(state, "give_notice")
    if lead:
        found.append(
            refuse(
                "consortia.lead_stays",
                "牵头单位须先经理事会变更，才能退出",
                "the lead leaves only after the council has named another",
            )
        )
    if not reason.strip():
        found.append(refuse("consortia.no_reason", "请写明退出的原因", "say why you leave"))
    return found


def leave_refusals(
    *, state: str, today: date, leaves_on: date | None, handed_over: bool, licences_stated: bool, open_tasks: int,
    unpaid_fen: int, decided: bool,
) -> list[Refusal]:  # fmt: skip
    """Why an exit cannot be completed: every step that is missing."""
    found = MEMBERSHIP.refusals(state, "leave")
    if not decided:
        found.append(refuse("consortia.exit_undecided", "理事会尚未同意退出", "the council has not agreed to the exit"))
    if leaves_on is not None and today < leaves_on:
        found.append(
            refuse(
                "consortia.notice_runs",
                "通知期到 {day} 才满",
                "the time of notice ends on {day}",
                day=leaves_on.isoformat(),
            )
        )
    if not handed_over:
        found.append(
            refuse(
                "consortia.not_handed_over",
                "交接尚未完成：请写明交接了什么、交给谁",
                "nothing has been handed over yet: say what went to whom",
            )
        )
    if not licences_stated:
        found.append(
            refuse(
                "consortia.licences_unstated",
                "请列明退出后继续有效的许可；没有的，明确写“无”",
                "list the licences that survive the exit; where there are none, say so",
            )
        )
    if open_tasks:
        found.append(
            refuse(
                "consortia.tasks_open",
                "还有 {n} 项任务未完成或未移交",
                "{n} tasks are neither done nor passed on",
                n=open_tasks,
            )
        )
    if unpaid_fen:
        found.append(
            refuse(
                "consortia.contribution_owed",
                "承诺的投入还有 {yuan} 元未到位，请到位或由牵头单位取消",
                "{yuan} yuan that were pledged are not paid: pay them, or the lead cancels the pledge",
                yuan=f"{unpaid_fen / 100:,.2f}",
            )
        )
    return found


def expel_refusals(*, state: str, lead: bool) -> list[Refusal]:
    """Why a member cannot be expelled."""
    found = MEMBERSHIP.refusals(state, "expel")
    if lead:
        found.append(refuse("consortia.lead_stays", "牵头单位须先变更", "name another lead first"))
    return found


def lead_refusals(*, state: str, lead: bool) -> list[Refusal]:
    """Why this member cannot become the lead."""
    if lead:
        return [refuse("consortia.is_lead", "这家单位就是牵头单位", "this member is the lead")]
    if state != "acceded":
        return [refuse("consortia.lead_from_members", "牵头单位须从正式成员中产生", "the lead is one of the members")]
    return []
