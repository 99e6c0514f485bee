"""What an agreement says so far, as plain values: parties with their labels, choices, background IP."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lianban.kit.text import Text
from lianban.rulebook.clauses import Library, load

LABELS = "甲乙丙丁戊己庚辛壬癸"


@dataclass(frozen=True, slots=True)
class Side:
    """One party as the text calls it: 甲方, Party A; with its name."""

    id: int
    name: Text
    label: Text
    role: str = ""
    kind: str = "firm"
    left: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """An option chosen for a clause, with the answers to its questions."""

    option: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BackgroundLine:
    """One line of the background-IP list: whose, what, to be used how."""

    owner: int
    title: str
    kind: str
    number: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the text, the findings and the terms are made from."""

    kind: str
    sides: tuple[Side, ...]
    choices: Mapping[str, Chosen]
    background: tuple[BackgroundLine, ...] = ()
    public_money: bool = False
    rules: Mapping[str, Any] = field(default_factory=dict)
    book: Library = field(default_factory=load)

    def side(self, party: Any) -> Side | None:
        return next((side for side in self.sides if str(side.id) == str(party)), None)


def sides(rows: Iterable[Mapping[str, Any]]) -> tuple[Side, ...]:
    """Parties in their order with the labels of a Chinese contract."""
    found = []
    for place, row in enumerate(rows):
        zh = f"{LABELS[place]}方" if place < len(LABELS) else f"第{place + 1}方"
        en = f"Party {chr(65 + place)}" if place < 26 else f"Party {place + 1}"
        name = Text(row["name"], row["name_en"] or row["name"])
        found.append(Side(row["id"], name, Text(zh, en), row.get("role", ""), row.get("kind", "firm"), bool(row.get("left"))))  # fmt: skip
    return tuple(found)
