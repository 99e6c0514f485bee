"""Codes proposed for words, from the classifications the office keeps."""

from dataclasses import dataclass, field

from django.conf import settings

from lianban.apps.search import compute
from lianban.kit.text import Text

MOST = 5


@dataclass(frozen=True, slots=True)
class Codes:
    """Candidates of each classification, and what is wrong with files that could not be read."""

    lists: list[tuple[str, list[compute.Candidate]]] = field(default_factory=list)
    wrong: list[Text] = field(default_factory=list)

    @property
    def any_file(self) -> bool:
        return bool(self.lists or self.wrong)


def codes(words: str) -> Codes:
    """No statement: the classifications are files, read once."""
    known, wrong = compute.classifications(settings.CLASSIFICATIONS)
    return Codes([(one.name, one.propose(words, most=MOST) if words else []) for one in known], wrong)
