"""Every deed a page offers: its words, its form, the one service it calls, the page it belongs to.

One address serves them all (``views.act``): asked for, it shows the form; sent, it makes the call.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.forms import Form

from lianban.apps.consortia import forms, rules, services
from lianban.apps.consortia.models import (
    Consortium,
    Contribution,
    Evaluation,
    Filing,
    Meeting,
    Member,
    Motion,
    Rectification,
    Split,
    Task,
    Topic,
)
from lianban.kit.text import Text

Rows = Callable[[Consortium], QuerySet[Any]]


DONE = Text("已办理。", "Done.")


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed: its name, the service, under which name the service takes its key, the form, the tab, the rows it is about."""

    name: Text
    call: Callable[..., Any]
    key: str = "consortium_id"
    form: Callable[..., Form] | None = None
    tab: str = "show"
    rows: Rows | None = None
    done: Text = DONE
    rename: tuple[str, str] | None = None  # the form's word, the service's word

    @property
    def has_form(self) -> bool:
        """For templates, which would call a form class to look at it."""
        return self.form is not None


def _members(c: Consortium) -> QuerySet[Any]:
    return Member.objects.filter(consortium=c).select_related("organisation")


def _filings(c: Consortium) -> QuerySet[Any]:
    return Filing.objects.filter(consortium=c)


def _meetings(c: Consortium) -> QuerySet[Any]:
    return Meeting.objects.filter(consortium=c)


def _motions(c: Consortium) -> QuerySet[Any]:
    return Motion.objects.filter(meeting__consortium=c)


def _topics(c: Consortium) -> QuerySet[Any]:
    return Topic.objects.filter(consortium=c)


def _tasks(c: Consortium) -> QuerySet[Any]:
    return Task.objects.filter(topic__consortium=c)


def _contributions(c: Consortium) -> QuerySet[Any]:
    return Contribution.objects.filter(member__consortium=c)


def _splits(c: Consortium) -> QuerySet[Any]:
    return Split.objects.filter(consortium=c)


def _evaluations(c: Consortium) -> QuerySet[Any]:
    return Evaluation.objects.filter(consortium=c)


def _rectifications(c: Consortium) -> QuerySet[Any]:
    return Rectification.objects.filter(evaluation__consortium=c)


def _done(task_id: int, **told: Any) -> Any:
    return services.complete_task(task_id=task_id, done=True, **told)


def _cancelled(task_id: int, **told: Any) -> Any:
    return services.complete_task(task_id=task_id, done=False, **told)


S, M = rules.STATES.moves, rules.MEMBERSHIP.moves
FOUNDING = {
    "invite": Deed(Text("邀请成员", "Invite a member"), services.invite, form=forms.InviteForm, tab="members"),
    "answer": Deed(Text("答复邀请", "Answer the invitation"), services.answer_invitation, "member_id", forms.AnswerForm, rows=_members),
    "describe": Deed(Text("填写牵头数据", "State the lead's figures"), services.describe_lead, form=forms.LeadForm),
    "shares": Deed(Text("约定收益份额", "Agree on shares"), services.agree_shares, form=forms.SharesForm, tab="members"),
    "draft": Deed(S["draft"].name, services.draft_agreement, done=Text("协议已起草，请逐条选定并签署。", "Drafted: settle the clauses and sign.")),
    "redraft": Deed(S["redraft"].name, services.redraft, form=forms.ReasonForm),
    "sign": Deed(S["sign"].name, services.complete_signatures, done=Text("协议已生效，成员已有表决权。", "In force: members have a vote.")),
    "submit": Deed(S["submit"].name, services.submit, done=Text("已提交备案，等待科技部门答复。", "Submitted; the science department answers.")),
    "answer-filing": Deed(Text("答复备案", "Answer the filing"), services.answer_filing, "filing_id", forms.FilingForm, rows=_filings),
    "accede": Deed(Text("签署加入书", "Sign the accession"), services.accede, "member_id", tab="members", rows=_members),
    "begin": Deed(S["begin"].name, services.begin, done=Text("已开始运行，可以立项和付款。", "It operates: projects and payments can begin.")),
    "give-up": Deed(Text("放弃筹建", "Give up"), services.give_up, form=forms.ReasonForm),
}  # fmt: skip
LEAVING = {
    "notice": Deed(M["give_notice"].name, services.give_notice, "member_id", forms.ReasonForm, "members", _members),
    "stay": Deed(M["stay"].name, services.take_back_notice, "member_id", tab="members", rows=_members),
    "hand-over": Deed(Text("办理交接", "Hand over"), services.hand_over, "member_id", forms.HandOverForm, "members", _members),
    "licence": Deed(Text("列明存续许可", "List a surviving licence"), services.state_licence, "member_id", forms.LicenceForm, "members", _members),
    "leave": Deed(M["leave"].name, services.leave, "member_id", tab="members", rows=_members),
}  # fmt: skip
COUNCIL = {
    "call": Deed(Text("召集理事会", "Call the council"), services.call_meeting, form=forms.MeetingForm, tab="council"),
    "attend": Deed(Text("到会登记", "Register as present"), services.attend, "meeting_id", tab="council", rows=_meetings),
    "put": Deed(Text("提出议案", "Put a motion"), services.put_motion, "meeting_id", forms.MotionForm, "council", _meetings),
    "vote": Deed(Text("表决", "Vote"), services.vote, "motion_id", forms.VoteForm, "council", _motions),
    "decide": Deed(Text("计票", "Count"), services.decide, "motion_id", tab="council", rows=_motions),
    "withdraw-motion": Deed(Text("撤回议案", "Withdraw the motion"), services.withdraw_motion, "motion_id", tab="council", rows=_motions),
    "close": Deed(Text("结束会议", "Close the meeting"), services.close_meeting, "meeting_id", forms.MinutesForm, "council", _meetings),
    "roadmap": Deed(Text("编制路线图", "Draw the roadmap"), services.draw_roadmap, form=forms.RoadmapForm, tab="council"),
}  # fmt: skip
WORK = {
    "topic": Deed(Text("凝练课题", "Propose a topic"), services.propose_topic, form=forms.TopicForm, tab="topics"),
    "task": Deed(Text("分解任务", "Add a task"), services.add_task, "topic_id", forms.TaskForm, "topics", _topics),
    "task-done": Deed(Text("任务完成", "Task done"), _done, "task_id", tab="topics", rows=_tasks),
    "task-drop": Deed(Text("取消任务", "Drop the task"), _cancelled, "task_id", tab="topics", rows=_tasks),
    "pass-on": Deed(Text("移交任务", "Pass the task on"), services.pass_task_on, "task_id", forms.PassOnForm, "topics", _tasks),
    "start": Deed(Text("立项实施", "Start the project"), services.start_project, "topic_id", forms.StartForm, "topics", _topics),
    "finish": Deed(Text("结题", "Finish"), services.finish_topic, "topic_id", tab="topics", rows=_topics),
}  # fmt: skip
MONEY = {
    "pledge": Deed(Text("承诺投入", "Pledge"), services.pledge, "member_id", forms.ContributionForm, "money", _members),
    "report": Deed(Text("报告到位", "Report as paid"), services.report_contribution, "contribution_id", forms.ReportForm, "money", _contributions),
    "confirm": Deed(Text("确认到位", "Confirm"), services.confirm_contribution, "contribution_id", tab="money", rows=_contributions),
    "return": Deed(Text("退回", "Return"), services.return_contribution, "contribution_id", forms.ReasonForm, "money", _contributions),
    "cancel": Deed(Text("取消承诺", "Cancel the pledge"), services.cancel_pledge, "contribution_id", forms.ReasonForm, "money", _contributions),
    "public": Deed(Text("财政资金到位", "Public money received"), services.receive_public_money, form=forms.PublicMoneyForm, tab="money"),
    "income": Deed(Text("收益入账", "Enter income"), services.record_income, form=forms.ReceiptForm, tab="benefits"),
    "split": Deed(Text("测算分配", "Compute a split"), services.compute_split, form=forms.SplitForm, tab="benefits"),
    "pay": Deed(Text("兑付", "Pay"), services.pay_split, "split_id", tab="benefits", rows=_splits),
    "discard": Deed(Text("作废", "Discard"), services.discard_split, "split_id", forms.ReasonForm, "benefits", _splits),
}  # fmt: skip
JUDGING = {
    "grade": Deed(Text("年度评价", "Grade the year"), services.grade, form=forms.GradeForm, tab="evaluation"),
    "appeal": Deed(Text("申诉", "Appeal"), services.appeal, "evaluation_id", forms.ReasonForm, "evaluation", _evaluations),
    "answer-appeal": Deed(Text("答复申诉", "Answer the appeal"), services.answer_appeal, "evaluation_id", forms.AppealAnswerForm, "evaluation", _evaluations),
    "settle": Deed(Text("申诉期满生效", "Make it final"), services.settle, "evaluation_id", tab="evaluation", rows=_evaluations),
    "mended": Deed(Text("报告整改结果", "Report what was mended"), services.report_rectification, "rectification_id", forms.TextForm, "evaluation", _rectifications, rename=("words", "report")),
    "judge": Deed(Text("核定整改", "Judge the rectification"), services.judge_rectification, "rectification_id", forms.VerdictForm, "evaluation", _rectifications),
}  # fmt: skip
DEEDS: dict[str, Deed] = FOUNDING | LEAVING | COUNCIL | WORK | MONEY | JUDGING
