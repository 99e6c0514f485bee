"""Clause library (条款库): what agreements of an innovation chain settle, in which words, and what the law says when they are silent.

``load()`` reads ``library.toml``: clauses with options, each with its text, its plain words, and the questions that fill it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lianban.rulebook.text import Text

SILENT = "silent"
KINDS = ("number", "percent", "money", "text", "lines", "date", "party", "choice", "shares", "amounts", "notes", "stages")  # fmt: skip


NOTHING = Text("", "")
LAWS = {
    "民法典": "Civil Code",
    "仲裁法": "Arbitration Law",
    "反垄断法": "Anti-Monopoly Law",
    "出口管制法": "Export Control Law",
    "、": ", ",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing an option asks: a number, a date, a party, shares of all parties ...; ``rule`` proposes a value."""

    name: str
    kind: str
    label: Text
    help: Text = NOTHING
    rule: str = ""
    default: Any = None
    least: int | None = None
    most: int | None = None
    choices: Mapping[str, Text] | None = None
    unsaid: Text | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One way to settle a clause: its text with gaps, its plain words, its questions."""

    code: str
    name: Text
    text: Text
    plain: Text
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One subject of an agreement: what it settles, what the law says when nothing is agreed, its options."""

    code: str
    name: Text
    plain: Text
    law: Text
    place: Text
    kinds: tuple[str, ...]
    needed: tuple[str, ...]
    options: Mapping[str, Option]


@dataclass(frozen=True, slots=True)
class Guard:
    """Words at which the competition-law guard stops, and why."""

    words: tuple[str, ...]
    why: Text


@dataclass(frozen=True, slots=True)
class Library:
    """All clauses in their order, kinds of agreements, stages of risk, guard words."""

    kinds: Mapping[str, Text]
    stages: Mapping[str, Text]
    clauses: Mapping[str, Clause]
    guards: tuple[Guard, ...]

    def of_kind(self, kind: str) -> list[Clause]:
        return [clause for clause in self.clauses.values() if kind in clause.kinds]


@cache
def load() -> Library:
    """Read the library; a fault in the file is ours and stops the start."""
    written = tomllib.loads((Path(__file__).parent / "library.toml").read_text(encoding="utf-8"))
    silent, no_law = written["silent"], written["law_none"]
    clauses = {}
    for row in written["clause"]:
        options = {one["code"]: _option(one) for one in row["option"]}
        law, place = row.get("law", no_law["text"]), row.get("place", no_law["place"])
        if row.get("silent"):
            options[SILENT] = Option(SILENT, Text(*silent["name"]), Text(*silent["text"]), Text(*law))
        clauses[row["code"]] = Clause(
            row["code"], Text(*row["name"]), Text(*row["plain"]), Text(*law), _place(place),
            tuple(row["kinds"]), tuple(row.get("needed", ())), options,
        )  # fmt: skip
    return Library(
        {code: Text(*pair) for code, pair in written["kinds"].items()},
        {code: Text(*pair) for code, pair in written["stages"].items()},
        clauses,
        tuple(Guard(tuple(row["words"]), Text(*row["why"])) for row in written["guard"]),
    )


def _place(written: str) -> Text:
    english = written
    for zh, en in LAWS.items():
        english = english.replace(zh, en)
    return Text(written, english)


def _option(row: Mapping[str, Any]) -> Option:
    return Option(
        row["code"],
        Text(*row["name"]),
        Text(*row["text"]),
        Text(*row["plain"]),
        tuple(_question(one) for one in row.get("ask", ())),
    )


def _question(row: Mapping[str, Any]) -> Question:
    choices = {code: Text(zh, en) for code, zh, en in row["choices"]} if "choices" in row else None
    return Question(
        row["name"],
        row["kind"],
        Text(*row["label"]),
        Text(*row.get("help", ("", ""))),
        row.get("rule", ""),
        row.get("default"),
        row.get("least"),
        row.get("most"),
        choices,
        Text(*row["unsaid"]) if "unsaid" in row else None,
    )
