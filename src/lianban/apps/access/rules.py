"""Decisions about access: what a token may, how long it lives, how much may be asked, what an actor with a token is."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import NOT_PERMITTED, Refusal, refuse
from lianban.kit.text import Text

# What a token is for. None of them gives a permission: the person's own roles decide, a scope only narrows them.
SCOPES: dict[str, Text] = {
    "read": Text("读取", "read"),
    "facts": Text("修改、导入、更正和确认图谱事实", "change, import, correct and confirm facts"),
    "demands": Text("提出和处理企业需求", "raise and handle demands"),
    "runs": Text("提交诊断、导出等后台任务", "ask for diagnosis, exports and other jobs"),
    "lists": Text("发布清单", "publish lists"),
    "views": Text("保存和共享视图", "keep and share views"),
}
MARK = "lianban_"
MOST_TOKENS = 20  # standing ones of one person: a page of them can still be read


@dataclass(frozen=True, slots=True)
class Pass:
    """What came with a request: whose it counts against, and what it may (None: no token, a visitor)."""

    who: str
    scopes: frozenset[str] | None = None
    expires_at: datetime | None = None

    def refusals(self, scope: str) -> list[Refusal]:
        if self.scopes is None or scope in self.scopes:
            return []
        name = SCOPES[scope]
        return [
            refuse(
                f"access.scope.{NOT_PERMITTED}",
                "此令牌没有“{scope}”权限范围；请另发一个含此范围的令牌",
                "this token has no scope '{scope}': issue one that has it",
                scope=Text(name.zh, scope),
            )
        ]


@dataclass(frozen=True, slots=True)
class Limits:
    """How many requests are answered in a minute (burst) and in a day (sustained)."""

    minute: int
    day: int


def token_refusals(
    name: str, scopes: Collection[str], days: int, *, most_days: int, standing: int, chain: str, chains: Collection[str]
) -> list[Refusal]:
    """Why a token cannot be issued."""
    reasons = []
    if not name.strip():
        reasons.append(refuse("access.name_missing", "请写明令牌给哪个程序用", "say which program the token is for"))
    unknown = sorted(set(scopes) - set(SCOPES))
    if not scopes or unknown:
        known = Text("、".join(s.zh for s in SCOPES.values()), ", ".join(SCOPES))
        reasons.append(refuse("access.scope_unknown", "请至少选择一项权限范围：{known}", "choose at least one scope of: {known}", known=known))  # fmt: skip
    if not 1 <= days <= most_days:
        reasons.append(refuse("access.days_too_many", "有效期须为 1 至 {most} 天", "it must be valid for 1 to {most} days", most=most_days))  # fmt: skip
    if standing >= MOST_TOKENS:
        reasons.append(refuse("access.too_many_tokens", "有效令牌已有 {n} 个，请先撤销不用的", "there are {n} valid tokens already: revoke one that is not used", n=standing))  # fmt: skip
    if chain and chain not in chains:
        reasons.append(
            refuse("access.chain_unknown", "没有产业链“{chain}”", "there is no chain '{chain}'", chain=chain)
        )
    return reasons


def within(actor: Actor, chain: str) -> Actor:
    """The same person, on one chain only (empty: on all): what the token reaches."""
    if not chain:
        return actor
    kept = tuple(replace(grant, chain=chain) for grant in actor.grants if grant.chain in ("", chain))
    return replace(actor, grants=kept)


def is_valid(expires_at: datetime, revoked_at: datetime | None, now: datetime) -> bool:
    return revoked_at is None and now < expires_at


def seconds_to_wait(now: datetime, *, over_day: bool, day_ends: datetime) -> int:
    """After how many seconds it is worth asking again."""
    left = (day_ends - now) if over_day else timedelta(seconds=60 - now.second)
    return max(1, int(left.total_seconds()) + 1)


def too_many(limits: Limits, *, over_day: bool) -> Refusal:
    if over_day:
        return refuse("access.too_many_today", "今天的 {n} 次请求已用完，请明天再试", "the {n} requests of today are used up: try again tomorrow", n=limits.day)  # fmt: skip
    return refuse("access.too_many_now", "请求过于频繁：每分钟最多 {n} 次，请稍候", "too many requests: {n} a minute are answered, wait a little", n=limits.minute)  # fmt: skip


def scopes_of(words: Iterable[str]) -> list[str]:
    """In the order in which they are told."""
    asked = set(words)
    return [scope for scope in SCOPES if scope in asked] + sorted(asked - set(SCOPES))


def fingerprint(token: str) -> str:
    """What is kept of a token. Forty-three letters of chance need no salt: nobody can try them all."""
    return hashlib.sha256(token.encode()).hexdigest()
