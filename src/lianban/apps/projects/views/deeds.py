"""The deeds of a project by their address: which row, which form, which one call down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lianban.apps.parties.rules import Actor
from lianban.apps.projects import queries, rules, services
from lianban.kit.text import Text

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Deed:
    """One verb: what the button says, what it is done to ("" = the project), and the call."""

    name: Text
    call: Callable[[Any, int, Values, Actor, datetime], Any]
    item: str = ""
    grave: bool = False


def _move(service: Callable[..., Any]) -> Callable[..., Any]:
    """A deed on the project whose form fields are the service's arguments."""
    return lambda project, item, given, by, at: service(project_id=project.pk, by=by, at=at, **given)


def _appeal_answer(project: Any, item: int, given: Values, by: Actor, at: datetime) -> Any:
    told = {"project_id": project.pk, "reason": given["reason"], "by": by, "at": at}
    if given["answer"] == "change":
        return services.change_outcome(
            outcome=given["changed"], evidence=given["evidence_if"], released_fen=given["released_last"] or 0, **told
        )
    return {"uphold": services.uphold, "reinstate": services.reinstate}[given["answer"]](**told)


def _use(service: Callable[..., Any]) -> Callable[..., Any]:
    return lambda project, item, given, by, at: service(
        project_id=project.pk, organisation=given["user"], used_on=given["used_on"], evidence=given["evidence"],
        quantity=given["quantity_if"], unit=given["unit"], by=by, at=at,
    )  # fmt: skip


def _confirm_use(project: Any, item: int, given: Values, by: Actor, at: datetime) -> Any:
    whole = queries.loaded(project)
    uses = [*([whole.first_use] if whole.first_use else []), *whole.spread]
    mine = next((one for one in uses if one.organisation.code in by.organisations), None)
    return services.confirm_use(
        project_id=project.pk, organisation=mine.organisation if mine else project.lead, by=by, at=at
    )


def _name(verb: str) -> Text:
    return rules.DELIVERY.moves[verb].name


DEEDS: dict[str, Deed] = {
    "report": Deed(
        Text("报告里程碑", "Report the milestone"),
        lambda p, i, g, by, at: services.report_stage(milestone_id=i, report=g["report"], by=by, at=at), "milestone",
    ),
    "check": Deed(
        Text("核查", "Check"),
        lambda p, i, g, by, at: services.check_stage(milestone_id=i, note=g["note"], visit=g["visit"], by=by, at=at),
        "milestone",
    ),
    "send_back": Deed(
        Text("退回补正", "Send back"),
        lambda p, i, g, by, at: services.send_back_stage(milestone_id=i, note=g["sent_back"], by=by, at=at), "milestone",
    ),
    "decide": Deed(
        Text("作阶段结论", "Decide on the stage"),
        lambda p, i, g, by, at: services.decide_stage(
            milestone_id=i, passed=g["passed"], released_fen=g["released"], reason=g["reason"], evidence=g["evidence"],
            by=by, at=at,
        ),
        "milestone",
    ),
    "pay": Deed(
        Text("拨付", "Pay"),
        lambda p, i, g, by, at: services.pay(milestone_id=i, amount_fen=g["amount"], evidence=g.get("proof", ""), by=by, at=at),
        "milestone",
    ),
    "enter_report": Deed(
        Text("登记检测报告", "Enter a test report"),
        lambda p, i, g, by, at: services.enter_report(target_id=i, by=by, at=at, **g), "target",
    ),
    "judge": Deed(
        Text("判定", "Judge"),
        lambda p, i, g, by, at: services.judge(target_id=i, accepted=g["accepted"], reason=g["found"], by=by, at=at), "target",
    ),
    "ask_extension": Deed(Text("申请延期", "Ask for an extension"), _move(services.ask_extension)),
    "answer_extension": Deed(Text("批复延期", "Answer the extension"), _move(services.answer_extension)),
    "ask_acceptance": Deed(Text("申请验收", "Ask for acceptance"), _move(services.ask_acceptance)),
    "open_acceptance": Deed(Text("受理验收", "Open the acceptance"), _move(services.open_acceptance)),
    "return_acceptance": Deed(
        Text("退回补正", "Send back"),
        lambda p, i, g, by, at: services.return_acceptance(project_id=p.pk, reason=g["sent_back"], by=by, at=at),
    ),
    "call_acceptance": Deed(Text("逾期启动验收", "Open the overdue acceptance"), _move(services.call_acceptance)),
    "conclude": Deed(
        Text("作验收结论", "Conclude"),
        lambda p, i, g, by, at: services.conclude(
            project_id=p.pk, outcome=g["outcome"], released_fen=g["released_last"], reason=g["reason"],
            evidence=g["evidence"], by=by, at=at,
        ),
    ),
    "terminate": Deed(Text("终止项目", "Terminate"), _move(services.terminate), grave=True),
    "revoke": Deed(Text("撤销项目", "Revoke"), _move(services.revoke), grave=True),
    "consent": Deed(Text("认可结论", "Consent to the outcome"), _move(services.consent)),
    "appeal": Deed(Text("申诉", "Appeal"), _move(services.appeal)),
    "answer_appeal": Deed(Text("答复申诉", "Answer the appeal"), _appeal_answer),
    "take_effect": Deed(Text("结论生效", "Let the outcome take effect"), _move(services.take_effect)),
    "archive": Deed(Text("归档", "Archive"), _move(services.archive)),
    "first_use": Deed(Text("登记首用", "Record the first use"), _use(services.record_first_use)),
    "spread": Deed(Text("登记推广应用", "Record a further use"), _use(services.record_spread)),
    "confirm_use": Deed(Text("确认使用", "Confirm the use"), _confirm_use),
    "promise": Deed(
        Text("登记优先采购约定", "Record a promise to buy first"),
        lambda p, i, g, by, at: services.promise_purchase(
            project_id=p.pk, price_max_fen=g["price_max"], by=by, at=at,
            **{name: value for name, value in g.items() if name != "price_max"},
        ),
    ),
    "order": Deed(
        Text("登记订单", "Record an order"),
        lambda p, i, g, by, at: services.record_order(
            purchase_id=i, unit_price_fen=g["unit_price"], by=by, at=at,
            **{name: value for name, value in g.items() if name != "unit_price"},
        ),
        "purchase",
    ),
    "follow_up": Deed(
        Text("交跟踪报告", "Hand in a follow-up report"),
        lambda p, i, g, by, at: services.follow_up(project_id=p.pk, text=g["progress"], sales_fen=g["sales"], by=by, at=at),
    ),
    "propose_rise": Deed(Text("提出水平提升", "Propose the rise of the level"), _move(services.propose_rise)),
    "confirm_rise": Deed(
        Text("确认并写入图谱", "Confirm and enter in the atlas"),
        lambda p, i, g, by, at: services.confirm_rise(rise_id=i, by=by, at=at), "rise",
    ),
    "decline_rise": Deed(
        Text("不采纳", "Decline"),
        lambda p, i, g, by, at: services.decline_rise(rise_id=i, note=g["reason"], by=by, at=at), "rise",
    ),
}  # fmt: skip
