"""Choices to articles: the text in both languages, with plain words and the law beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lianban.apps.agreements.rules.facts import Chosen, Facts
from lianban.kit import money
from lianban.kit.text import Text
from lianban.rulebook.clauses import SILENT, Clause, Question

GAP = Text("〔待填〕", "[to be filled in]")


@dataclass(frozen=True, slots=True)
class Article:
    """One article (条): its number, title, text; beside it the plain words and the law."""

    number: int
    code: str
    title: Text
    text: Text
    plain: Text
    law: Text
    place: Text
    option: str
    settled: bool

    def as_dict(self) -> dict[str, Any]:
        words = {name: getattr(self, name) for name in ("title", "text", "plain", "law", "place")}
        pairs = {name: {"zh": text.zh, "en": text.en} for name, text in words.items()}
        return {"number": self.number, "code": self.code, **pairs, "option": self.option}


def articles(facts: Facts) -> list[Article]:
    """Articles of the clauses that were settled, numbered in the library's order."""
    settled = [clause for clause in facts.book.of_kind(facts.kind) if clause.code in facts.choices]
    return [article(clause, facts, number) for number, clause in enumerate(settled, start=1)]


def article(clause: Clause, facts: Facts, number: int = 0) -> Article:
    """One clause as it stands; a clause nobody settled shows what the law says."""
    chosen = facts.choices.get(clause.code)
    if chosen is None or chosen.option not in clause.options:
        return Article(number, clause.code, clause.name, Text("", ""), clause.plain, clause.law, clause.place, "", False)  # fmt: skip
    option = clause.options[chosen.option]
    text = option.text.format(**{q.name: said(q, chosen, facts) for q in option.questions})
    plain = clause.plain if chosen.option == SILENT else option.plain
    return Article(number, clause.code, clause.name, text, plain, clause.law, clause.place, chosen.option, True)


def said(question: Question, chosen: Chosen, facts: Facts) -> Text:
    """An answer in words; what is missing shows as a gap."""
    value = chosen.values.get(question.name)
    if value in (None, "", {}):
        return question.unsaid or GAP
    return _SAYERS.get(question.kind, _plain)(question, value, facts)


def _plain(question: Question, value: Any, facts: Facts) -> Text:
    return Text(str(value), str(value))


def _lines(question: Question, value: Any, facts: Facts) -> Text:
    lines = [line.strip() for line in str(value).splitlines() if line.strip()]
    return Text("；".join(line.rstrip("；。;.") for line in lines), "; ".join(line.rstrip("；。;.") for line in lines))


def _percent(question: Question, value: Any, facts: Facts) -> Text:
    return Text(f"{value}%", f"{value} %")


def _money(question: Question, value: Any, facts: Facts) -> Text:
    return money.shown(value)


def _party(question: Question, value: Any, facts: Facts) -> Text:
    side = facts.side(value)
    return side.label if side else GAP


def _choice(question: Question, value: Any, facts: Facts) -> Text:
    return (question.choices or {}).get(value, GAP)


def _by_party(facts: Facts, value: Mapping[str, Any], say: Any, between: Text) -> Text:
    parts = [(side.label, say(value[str(side.id)])) for side in facts.sides if str(side.id) in value]
    return Text(between.zh.join(label.zh + words.zh for label, words in parts), between.en.join(f"{label.en} {words.en}" for label, words in parts))  # fmt: skip


def _shares(question: Question, value: Any, facts: Facts) -> Text:
    return _by_party(facts, value, lambda share: Text(f" {share}%", f"{share} %"), Text("，", ", "))


def _amounts(question: Question, value: Any, facts: Facts) -> Text:
    def say(amount_fen: int) -> Text:
        shown = money.shown(amount_fen)
        return Text(f" {shown.zh}", shown.en)

    given = {party: amount for party, amount in value.items() if amount}
    return _by_party(facts, given, say, Text("，", ", ")) if given else Text("无", "none")


def _notes(question: Question, value: Any, facts: Facts) -> Text:
    return _by_party(facts, value, lambda text: Text(f"：{text.rstrip('。；')}", f"- {text.rstrip('.;')}"), Text("；", "; "))  # fmt: skip


def _stages(question: Question, value: Any, facts: Facts) -> Text:
    parts = [(facts.book.stages[stage], _shares(question, shares, facts)) for stage, shares in value.items()]
    return Text("；".join(f"{name.zh}阶段{words.zh}" for name, words in parts), "; ".join(f"{name.en} {words.en}" for name, words in parts))  # fmt: skip


_SAYERS = {
    "lines": _lines,
    "percent": _percent,
    "money": _money,
    "party": _party,
    "choice": _choice,
    "shares": _shares,
    "amounts": _amounts,
    "notes": _notes,
    "stages": _stages,
}
