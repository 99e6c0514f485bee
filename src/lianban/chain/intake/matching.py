"""Names of organisations (组织名称比对): who is meant, by code, by name and place, by former names, by likeness."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lianban.rulebook.text import Text


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation as far as matching needs it: one that is known, or one that a row of a list names."""

    key: str  # its code; for a row of a list whatever the caller likes
    name: str
    credit_code: str = ""
    place: str = ""  # division code or name
    former: tuple[str, ...] = ()  # former names, short names, English name


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known organisation that may be meant: ``rule`` is credit_code, name_place, name, former or alike."""

    key: str
    score: float  # 0 to 1
    rule: str
    why: Text


@dataclass(frozen=True, slots=True)
class Match:
    """Who is meant: ``certain`` is set where no human need be asked; else ``candidates`` go to the queue, best first.

    Both empty: nobody known is like it; it is new.
    """

    party: Party
    certain: Candidate | None = None
    candidates: tuple[Candidate, ...] = field(default=())


class Register:
    """The known organisations, prepared once; 100,000 take some seconds."""

    def __init__(self, known: Iterable[Party]) -> None:
        raise NotImplementedError

    def match(self, party: Party, most: int = 5) -> Match:
        """Find who is meant."""
        raise NotImplementedError

    def match_all(self, parties: Sequence[Party]) -> list[Match]:
        """Find who is meant by each of many."""
        return [self.match(party) for party in parties]
