"""The council (理事会): who votes, when there is a quorum, what carries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Protocol

from lianban.apps.consortia.rules.states import MOTION
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

__all__ = [
    "CHOICES",
    "MOTION_KINDS",
    "Count",
    "Values",
    "count",
    "decide_refusals",
    "motion_refusals",
    "share_as_said",
    "vote_refusals",
]

MOTION_KINDS = {
    "roadmap": Text("通过路线图", "pass the roadmap"),
    "topic": Text("课题立项", "take up a topic"),
    "drop_topic": Text("终止课题", "drop a topic"),
    "accession": Text("接纳新成员", "admit a member"),
    "exit": Text("同意成员退出", "let a member leave"),
    "expulsion": Text("成员除名", "expel a member"),
    "lead": Text("变更牵头单位", "change the lead"),
    "split": Text("选定收益分配算法", "choose how a benefit is split"),
    "convert": Text("转为实体", "convert to an entity"),
    "dissolve": Text("解散", "dissolve"),
    "other": Text("其他事项", "other business"),
}
CHOICES = {"for": Text("赞成", "for"), "against": Text("反对", "against"), "abstain": Text("弃权", "abstain")}
_NEAR = Fraction(1, 2000)
HALF = Fraction(1, 2)


class Values(Protocol):
    """What the frozen rules of a case can be asked."""

    def value(self, key: str) -> Any: ...
    def get(self, key: str, default: Any = None) -> Any: ...


def share_as_said(value: float | str) -> Fraction:
    """A share as a document says it: 0.667 is two thirds, so that two votes of three carry (decision 0093)."""
    exact = Fraction(str(value))
    for parts in range(1, 13):
        said = Fraction(round(exact * parts), parts)
        if abs(said - exact) < _NEAR:
            return said
    return exact


@dataclass(frozen=True, slots=True)
class Count:
    """The count (计票) of one motion: how many may vote, are present, said what; what follows."""

    eligible: int
    present: int
    n_for: int
    n_against: int
    n_abstain: int
    quorum: Fraction
    passing: Fraction
    over: bool = True

    @property
    def has_quorum(self) -> bool:
        """The quorum's share is there: more than it (过半数, not half), or where the agreement says so at least it."""
        return self.present >= self.needed_present

    @property
    def carried(self) -> bool:
        """A quorum is there, and at least the passing share of those present is for it."""
        return self.has_quorum and self.n_for >= self.passing * self.present

    @property
    def verb(self) -> str:
        """The move of the motion that follows."""
        return "lapse" if not self.has_quorum else "carry" if self.carried else "lose"

    @property
    def all_voted(self) -> bool:
        return self.n_for + self.n_against + self.n_abstain == self.eligible

    @property
    def needed(self) -> int:
        """Least number of votes for it among those present."""
        return -int(-(self.passing * self.present) // 1)

    @property
    def needed_present(self) -> int:
        """Least number present."""
        exact = self.quorum * self.eligible
        return int(exact) + 1 if self.over else -int(-exact // 1)


def count(
    rules: Values, *, eligible: Collection[int], present: Collection[int], votes: Mapping[int, str],
    terms: Mapping[str, Any] | None = None,
) -> Count:  # fmt: skip
    """Count a motion: ``present`` and ``votes`` of members who may not vote on it are left out; who voted was there.

    Shares are those of the signed agreement (``terms``: "at least"), else of the frozen rules ("more than" one half).
    """
    agreed = terms or {}
    quorum = share_as_said(agreed.get("quorum", rules.value("consortium.council.quorum")))
    passing = share_as_said(agreed.get("pass", rules.value("consortium.council.pass")))
    valid = {member: choice for member, choice in votes.items() if member in set(eligible)}
    there = {member for member in (*present, *valid) if member in set(eligible)}
    said = list(valid.values())
    return Count(
        len(set(eligible)),
        len(there),
        said.count("for"),
        said.count("against"),
        said.count("abstain"),
        quorum,
        passing,
        over="quorum" not in agreed and quorum == HALF,
    )


def vote_refusals(*, state: str, eligible: bool, voted: bool, choice: str, closed: bool) -> list[Refusal]:
    """Why this member cannot vote on this motion."""
    found = []
    if state != "open" or closed:
        found.append(refuse("consortia.motion_closed", "这一议案已经结束表决", "voting on this motion has ended"))
    if not eligible:
        found.append(
            refuse(
                "consortia.no_vote.not_permitted",
                "贵单位不是有表决权的成员，或与此议案有直接利害关系",
                "your organisation has no vote here, or the motion is about it",
            )
        )
    if voted:
        found.append(refuse("consortia.voted", "贵单位已经表决，不能更改", "your organisation has voted; it stands"))
    if choice not in CHOICES:
        found.append(refuse("consortia.no_choice", "请选择赞成、反对或弃权", "choose for, against or abstain"))
    return found


def decide_refusals(*, state: str, counted: Count, now: datetime, votes_until: datetime) -> list[Refusal]:
    """A motion is counted when all have voted or the time is up, so that nobody closes it before the others came."""
    if state != "open":
        verb = MOTION.moves["withdraw"].name
        return [refuse("consortia.motion_closed", "这一议案已经结束表决", "voting on this motion has ended", verb=verb)]
    if counted.all_voted or now >= votes_until:
        return []
    return [
        refuse(
            "consortia.votes_outstanding",
            "还有 {n} 家没有表决，截止时间未到",
            "{n} members have not voted and the time is not up",
            n=counted.eligible - counted.n_for - counted.n_against - counted.n_abstain,
        )
    ]


def motion_refusals(
    *, kind: str, title: str, same_open: bool, subject_needed: bool, subject_found: bool
) -> list[Refusal]:
    """Why a motion cannot be put."""
    found = []
    if kind not in MOTION_KINDS:
        found.append(refuse("consortia.no_such_motion", "没有这类议案", "there is no such kind of motion"))
    if not title.strip():
        found.append(refuse("consortia.motion_untitled", "请写明议案", "say what the motion is"))
    if same_open:
        found.append(
            refuse("consortia.same_motion", "同一事项已有议案在表决", "a motion on the same thing is being voted")
        )
    if subject_needed and not subject_found:
        found.append(
            refuse("consortia.motion_about_nothing", "请选择议案所涉的对象", "choose what the motion is about")
        )
    return found
