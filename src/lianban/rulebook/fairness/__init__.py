"""Fair-competition check (公平竞争审查): find what in a condition needs a legal basis.

A flag is a question, never a verdict: it names the words, the group of the Regulation's review standards, and why; the
office gives a legal basis or changes the text, and its legal unit decides. What is looked for is data (words.toml), with
its source; nothing found is not a clearance, and the page says so.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lianban.rulebook.text import Text

__all__ = ["Flag", "check", "list_groups"]

WORDS = Path(__file__).parent / "words.toml"


@dataclass(frozen=True, slots=True)
class Flag:
    """One passage that needs a legal basis: ``text[start:end]`` is ``word`` (spaces inside belong to it)."""

    key: str
    group: str
    word: str
    start: int
    end: int
    why: Text


@dataclass(frozen=True, slots=True)
class _Look:
    key: str
    group: str
    patterns: tuple[re.Pattern[str], ...]
    why: Text


@cache
def _library() -> tuple[dict[str, Text], tuple[_Look, ...]]:
    content = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    groups = {key: Text(name["zh"], name["en"]) for key, name in content["groups"].items()}
    looks = tuple(
        _Look(row["key"], row["group"], tuple(re.compile(p) for p in row["patterns"]), Text(row["zh"], row["en"]))
        for row in content["flags"]
    )
    return groups, looks


def list_groups() -> dict[str, Text]:
    """The four groups of review standards, in their order."""
    return dict(_library()[0])


def check(text: str) -> list[Flag]:
    """Find every passage that needs a legal basis, in the order of the text; one flag a kind and passage.

    Spaces, line breaks and full-width letters do not hide a word: they are looked through, and the flag's place is
    that of the text as given.
    """
    squeezed, places = _squeeze(text)
    found: list[Flag] = []
    for look in _library()[1]:
        for start, end in _merged(match.span() for pattern in look.patterns for match in pattern.finditer(squeezed)):
            first, last = places[start], places[end - 1] + 1
            found.append(Flag(look.key, look.group, text[first:last], first, last, look.why))
    return sorted(found, key=lambda flag: (flag.start, flag.end, flag.key))


def _squeeze(text: str) -> tuple[str, list[int]]:
    """The text without spaces and in half-width letters, and where each of its characters stood."""
    kept, places = [], []
    for i, character in enumerate(text):
        if character.isspace() or character in "\u200b\u200c\u200d\ufeff":
            continue
        code = ord(character)
        kept.append(chr(code - 0xFEE0) if 0xFF21 <= code <= 0xFF5A else character)
        places.append(i)
    return "".join(kept), places


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch become one: two patterns of one kind over one passage are one question."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if start == end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
