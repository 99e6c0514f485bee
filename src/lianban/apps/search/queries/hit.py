"""One thing found."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lianban.apps.search import rules
from lianban.kit.text import Text

NONE = Text("", "")


@dataclass(frozen=True, slots=True)
class Hit:
    """Its name, where it stands, its address, how well it fits (0 best), and under which other name it was found."""

    name: Text
    address: str
    where: Text
    fit: int
    also: Text = NONE


def make(found: list[str], name: Text, address: str, where: Text, *names: str, also: Text | None = None) -> Hit | None:
    """A hit, or None where the thing does not fit after all."""
    fit = rules.rank(found, names or (name.zh, name.en))
    return None if fit is None else Hit(name, address, where, fit, also or NONE)


def name_of(row: Any) -> Text:
    """The name of anything with ``name`` or ``title`` and the same in English."""
    zh = getattr(row, "name", "") or getattr(row, "title", "")
    return Text(zh, getattr(row, "name_en", "") or getattr(row, "title_en", "") or zh)


def joined(*names: Text) -> Text:
    said = [name for name in names if name.zh]
    return Text(" · ".join(name.zh for name in said), " · ".join(name.en for name in said))


def fitting(hits: Iterable[Hit | None]) -> list[Hit]:
    return [hit for hit in hits if hit is not None]
