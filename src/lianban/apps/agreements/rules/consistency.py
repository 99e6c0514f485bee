"""Consistency check (一致性检查): no gap, shares that add up, no contradiction, one road for disputes, the competition line kept."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from lianban.apps.agreements.rules.facts import Chosen, Facts
from lianban.kit.text import Text
from lianban.rulebook.clauses import SILENT, Clause, Question

COURT, ARBITRATION = ("法院", "诉讼", "起诉", "court", "lawsuit"), ("仲裁", "arbitrat")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding (检查结论): where, what is wrong, whether it keeps the version from being issued."""

    code: str
    clause: str
    message: Text
    stops: bool = True


def findings(facts: Facts) -> list[Finding]:
    """Check an agreement whole; the order is the order of its clauses, then of the checks."""
    found = [one for check in _CHECKS for one in check(facts)]
    order = {clause.code: n for n, clause in enumerate(facts.book.of_kind(facts.kind))}
    return sorted(found, key=lambda one: (not one.stops, order.get(one.clause, len(order))))


def _settled(facts: Facts) -> Iterator[tuple[Clause, Chosen]]:
    for clause in facts.book.of_kind(facts.kind):
        chosen = facts.choices.get(clause.code)
        if chosen and chosen.option in clause.options:
            yield clause, chosen


def _asked(facts: Facts, kind: str) -> Iterator[tuple[Clause, Question, Any]]:
    for clause, chosen in _settled(facts):
        for question in clause.options[chosen.option].questions:
            if question.kind == kind and chosen.values.get(question.name) not in (None, {}):
                yield clause, question, chosen.values[question.name]


def _values(facts: Facts, clause: str, option: str = "") -> Mapping[str, Any] | None:
    chosen = facts.choices.get(clause)
    return chosen.values if chosen and (not option or chosen.option == option) else None


def _chose(facts: Facts, clause: str, *options: str) -> bool:
    chosen = facts.choices.get(clause)
    return chosen is not None and chosen.option in options


def _gaps(facts: Facts) -> Iterator[Finding]:
    """Every clause this kind must settle is settled, every question of a chosen option answered."""
    for clause in facts.book.of_kind(facts.kind):
        chosen = facts.choices.get(clause.code)
        if chosen is None:
            if facts.kind in clause.needed:
                yield Finding("agreements.clause_missing", clause.code, Text("“{name}”还没有定", "{name} is not settled").format(name=clause.name))  # fmt: skip
            continue
        option = clause.options.get(chosen.option)
        for question in option.questions if option else ():
            if chosen.values.get(question.name) in (None, "", {}) and question.unsaid is None:
                yield Finding("agreements.answer_missing", clause.code, Text("“{name}”：请填“{label}”", "{name}: fill in '{label}'").format(name=clause.name, label=question.label))  # fmt: skip
        if chosen.option == SILENT:
            yield Finding("agreements.left_to_law", clause.code, Text("“{name}”不约定，将按{place}办：{law}", "{name} is left to the law ({place}): {law}").format(name=clause.name, place=clause.place, law=clause.law), stops=False)  # fmt: skip


def _sums(facts: Facts) -> Iterator[Finding]:
    """Shares add up to exactly one hundred, for each stage too."""
    for clause, question, shares in _asked(facts, "shares"):
        yield from _sum(clause, question.label, shares)
    for clause, _question, stages in _asked(facts, "stages"):
        for stage, name in facts.book.stages.items():
            yield from _sum(clause, name, stages.get(stage, {}))


def _sum(clause: Clause, label: Text, shares: Mapping[str, str]) -> Iterator[Finding]:
    total = sum((Decimal(share) for share in shares.values()), Decimal(0))
    if total != 100:
        apart = Text(f"还差 {100 - total:f}", f"{100 - total:f} are missing") if total < 100 else Text(f"多出 {total - 100:f}", f"{total - 100:f} too many")  # fmt: skip
        yield Finding("agreements.shares_not_whole", clause.code, Text("“{name}”的“{label}”合计 {total}%，须为 100%（{apart}）", "{name}: '{label}' add up to {total} %, not 100 ({apart})").format(name=clause.name, label=label, total=f"{total:f}", apart=apart))  # fmt: skip


def _everybody(facts: Facts) -> Iterator[Finding]:
    """Each party has a task, brings something, and parties that left are named no more."""
    present = [side for side in facts.sides if not side.left]
    for clause, question, notes in _asked(facts, "notes"):
        idle = [side for side in present if str(side.id) not in notes]
        if idle:
            yield Finding("agreements.party_without_task", clause.code, Text("“{label}”缺：{who}", "'{label}' lacks: {who}").format(label=question.label, who=_names(idle)))  # fmt: skip
    brought = _values(facts, "contributions")
    if brought is not None and brought.get("cash"):
        given = {party for name in ("cash", "in_kind") for party, amount in brought.get(name, {}).items() if amount}
        if empty := [side for side in present if str(side.id) not in given]:
            yield Finding("agreements.party_without_contribution", "contributions", Text("没有写投入：{who}；确实不出的，写 0 并在分工中写明贡献", "no contribution stated for {who}; who brings none shows its part in the division of work").format(who=_names(empty)), stops=False)  # fmt: skip
    yield from _gone(facts)


def _gone(facts: Facts) -> Iterator[Finding]:
    """Parties that left, or were struck from the list, are named nowhere any more."""
    present = {str(side.id) for side in facts.sides if not side.left}
    for clause, chosen in _settled(facts):
        named: set[str] = set()
        for question in clause.options[chosen.option].questions:
            value = chosen.values.get(question.name)
            if question.kind == "party" and value:
                named.add(str(value))
            elif question.kind == "stages" and value:
                named.update(party for shares in value.values() for party in shares)
            elif isinstance(value, dict):
                named.update(value)
        if gone := sorted(named - present):
            left = [side for side in facts.sides if str(side.id) in gone]
            who = _names(left) if left else Text("已不在名单中的单位", "an organisation that is no party any more")
            yield Finding("agreements.names_who_left", clause.code, Text("“{name}”仍写着{who}，请改", "{name} still names {who}").format(name=clause.name, who=who))  # fmt: skip


def _names(sides: list[Any]) -> Text:
    return Text("、".join(f"{s.label.zh}（{s.name.zh}）" for s in sides), ", ".join(f"{s.label.en} ({s.name.en})" for s in sides))  # fmt: skip


def _time(facts: Facts) -> Iterator[Finding]:
    term = _values(facts, "purpose") or {}
    start, end = term.get("from_on"), term.get("until_on")
    if start and end and date.fromisoformat(end) <= date.fromisoformat(start):
        yield Finding("agreements.ends_before_start", "purpose", Text("止日须晚于起日", "it must end after it starts"))
    due = (_values(facts, "pledge") or {}).get("due_on")
    if due and end and due > end:
        yield Finding("agreements.pledge_after_end", "pledge", Text("军令状的期限晚于协议止日", "the pledge is due after the agreement ends"))  # fmt: skip
    papers = _values(facts, "publication", "notice") or {}
    if papers.get("objection_days", 0) > papers.get("notice_days", 10**6):
        yield Finding("agreements.objection_after_publication", "publication", Text("异议期（{o} 天）长于通知期（{n} 天），异议时文章可能已发", "the time to object ({o} days) is longer than the notice ({n} days): the paper may be out by then").format(o=papers.get("objection_days"), n=papers.get("notice_days")))  # fmt: skip


def _contradictions(facts: Facts) -> Iterator[Finding]:
    if _chose(facts, "access", "all_free") and (_values(facts, "ownership", "lead_with_licence") or {}).get("licence") == "fair":  # fmt: skip
        yield Finding("agreements.licence_contradicts_access", "access", Text("“成果归属”约定有偿许可，“成果使用”约定免费，二者矛盾", "ownership licenses on fair terms, access is free: these contradict each other"))  # fmt: skip
    if _chose(facts, "loss", "as_risk") and not _chose(facts, "risk", "by_stage", "by_share"):
        yield Finding("agreements.loss_without_risk", "loss", Text("“其他损失”按技术风险的比例，但“技术风险”没有约定比例", "other losses follow the technical risk, which has no shares"))  # fmt: skip
    payment = _values(facts, "payment") or {}
    if payment.get("payer") and payment.get("payer") == payment.get("payee"):
        yield Finding("agreements.pays_itself", "payment", Text("付款方和收款方是同一方", "payer and payee are one"))
    purchase, contributed = _values(facts, "priority_purchase", "commit") or {}, _values(facts, "first_use") or {}
    if contributed.get("user") and purchase.get("buyer") and contributed["user"] != purchase["buyer"]:
        yield Finding("agreements.user_is_not_buyer", "first_use", Text("首用方与优先采购方不是同一方，请确认", "the first user is not the one who buys with priority: is that meant?"), stops=False)  # fmt: skip
    if _chose(facts, "background", "list_free", "list_fair") and not facts.background:
        yield Finding("agreements.background_list_empty", "background", Text("附件一（背景知识产权清单）是空的：等于什么都没有许可", "annex 1, the list of background IP, is empty: nothing is licensed"), stops=False)  # fmt: skip
    if facts.public_money and facts.rules.get("agreement.needs_public_ip_terms") and _chose(facts, "ownership", SILENT):
        yield Finding("agreements.public_money_needs_ownership", "ownership", Text("使用财政资金的，须约定成果归属，不能留给法律", "with public money, ownership has to be agreed and not left to the law"))  # fmt: skip
    if (most := facts.rules.get("consortium.in_kind_share_max")) is not None and facts.kind == "consortium":
        yield from _in_kind(facts, Decimal(str(most)))


def _in_kind(facts: Facts, most: Decimal) -> Iterator[Finding]:
    brought = _values(facts, "contributions", "stated") or {}
    kind, cash = sum(brought.get("in_kind", {}).values()), sum(brought.get("cash", {}).values())
    if kind and Decimal(kind) > most * (kind + cash):
        yield Finding("agreements.too_much_in_kind", "contributions", Text("实物占全部投入的 {share}%，高于规则的 {most}%", "{share} % of all contributions are in kind, above the {most} % of the rules").format(share=f"{Decimal(kind) * 100 / (kind + cash):.1f}", most=f"{most * 100:g}"), stops=False)  # fmt: skip


def _disputes(facts: Facts) -> Iterator[Finding]:
    """Arbitration or court, never both: whatever a party wrote in, too."""
    chosen = facts.choices.get("dispute")
    other = {"arbitration": COURT, "court": ARBITRATION}.get(chosen.option if chosen else "", ())
    for clause, option, written in _written(facts):
        if clause.code == "dispute" and any(word in written.lower() for word in other):
            yield Finding("agreements.both_roads", "dispute", Text("仲裁和法院只能选一个：{option}一栏里写了另一个", "arbitration or court, never both: the other is named under {option}").format(option=option))  # fmt: skip
        elif clause.code != "dispute" and any(word in written.lower() for word in (*COURT, *ARBITRATION)):
            yield Finding("agreements.dispute_elsewhere", clause.code, Text("“{name}”里另写了争议解决，请并入“争议解决”一条", "{name} speaks of disputes too: say it in that clause only").format(name=clause.name))  # fmt: skip


def _competition(facts: Facts) -> Iterator[Finding]:
    """The competition-law guard: words on prices and markets, wherever somebody wrote them."""
    for clause, _option, written in _written(facts):
        for guard in facts.book.guards:
            for word in guard.words:
                if word in written.lower():
                    yield Finding("agreements.competition_guard", clause.code, Text("“{name}”里写了“{word}”：{why}，请改写", "{name} says '{word}': {why}; write it differently").format(name=clause.name, word=word, why=guard.why))  # fmt: skip
                    break


def _written(facts: Facts) -> Iterator[tuple[Clause, Text, str]]:
    """All words that people typed into a clause."""
    for clause, chosen in _settled(facts):
        for question in clause.options[chosen.option].questions:
            value = chosen.values.get(question.name)
            if question.kind in ("text", "lines") and value:
                yield clause, question.label, value
            elif question.kind == "notes" and value:
                yield from ((clause, question.label, text) for text in value.values())


_CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    _gaps,
    _sums,
    _everybody,
    _time,
    _contradictions,
    _disputes,
    _competition,
)
