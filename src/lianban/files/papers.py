"""Papers (公文稿): a text in blocks, written once and given as Word, as PDF, or on a page of the site.

The layout is that of official documents, GB/T 9704-2012: A4, type area 156 × 225 mm, 22 lines of 28 characters, margins 37 mm
above and 28 mm on the left, title in size 2, text in size 3, headings 一、 （一） 1.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lianban.files.facts import Facts
from lianban.files.plain import clean
from lianban.rulebook.text import Text

DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading (标题) of level 1 to 3; its number is made when it is written."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph (段落)."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table (表格): every cell is text; ``widths`` are parts of the whole; ``numeric`` names columns set to the right."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float]
    numeric: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture (图): an SVG with its caption, and what it shows for those who cannot see it."""

    caption: str
    svg: bytes
    shows: str


Block = Heading | Words | Grid | Picture


@dataclass(frozen=True)
class Paper:
    """A paper (公文稿) in one language. ``issued_by`` is an office; without one it is a draft nobody signs."""

    title: str
    language: str
    blocks: Sequence[Block]
    facts: Facts
    issued_by: str = ""
    day: date | None = None
    classified: str = ""  # what stands in the upper left corner
    notes: Sequence[str] = field(default_factory=tuple)

    @property
    def english(self) -> bool:
        return self.language.startswith("en")

    def say(self, zh: str, en: str) -> str:
        return Text(zh, en).in_(self.language)

    def numbered(self) -> Iterator[Block]:
        """Blocks with the numbers that official papers put before headings, tables and pictures."""
        counts, grids, drawings = [0, 0, 0], 0, 0
        for block in self.blocks:
            if isinstance(block, Heading):
                level = min(max(block.level, 1), 3)
                counts[level - 1] += 1
                counts[level:] = [0] * (3 - level)
                yield Heading(heading_number(counts[:level], self.english) + block.text, level)
            elif isinstance(block, Grid):
                grids += 1
                yield Grid(self.say(f"表{grids}　", f"Table {grids}  ") + block.caption, block.head, block.rows, block.widths, block.numeric)  # fmt: skip
            elif isinstance(block, Picture):
                drawings += 1
                yield Picture(self.say(f"图{drawings}　", f"Figure {drawings}  ") + block.caption, block.svg, block.shows)  # fmt: skip
            else:
                yield block

    def said_of_itself(self) -> list[tuple[str, str]]:
        return self.facts.lines(self.language)

    def date_line(self) -> str:
        if self.day is None:
            return ""
        return self.day.isoformat() if self.english else f"{self.day.year}年{self.day.month}月{self.day.day}日"

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for the PDF's template; characters that no face can show are gone."""
        told: dict[str, Any] = _cleaned(self._plain())
        return told

    def _plain(self) -> dict[str, Any]:
        return {
            "title": self.title, "english": self.english, "issued_by": self.issued_by, "day": self.date_line(),
            "classified": self.classified, "blocks": [_block(block) for block in self.numbered()],
            "facts": [list(line) for line in self.said_of_itself()], "about": self.say("文件说明", "About this file"),
            "notes": list(self.notes),
        }  # fmt: skip


def _block(block: Block) -> Mapping[str, Any]:
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Words):
        return {"kind": "words", "text": block.text}
    if isinstance(block, Picture):
        return {"kind": "picture", "caption": block.caption, "svg": block.svg.decode(), "shows": block.shows}
    return {
        "kind": "grid", "caption": block.caption, "head": list(block.head), "rows": [list(row) for row in block.rows],
        "widths": list(block.widths), "numeric": list(block.numeric),
    }  # fmt: skip


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: _cleaned(one) for key, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, list) else value


def heading_number(counts: Sequence[int], english: bool) -> str:
    """一、 （一） 1. as GB/T 9704 has them; 1 and 1.1 in English."""
    if english:
        return ".".join(map(str, counts)) + ("." if len(counts) == 1 else "") + " "
    last = counts[-1]
    return {1: f"{chinese(last)}、", 2: f"（{chinese(last)}）", 3: f"{last}."}[len(counts)]


def chinese(number: int) -> str:
    """A number below 100 in Chinese: 十二."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")
