"""Candidates by the characters and pairs of characters that a product's words share with the names of a classification."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

NEIGHBOURS = 60  # entries that speak for their codes
FADE = 0.5  # the second entry of a code counts half, the third a quarter …
NOTE, ABOVE = 0.5, 0.3  # what a word of the note, of the names above, counts against one of the name
LEAST = 0.1  # below this likeness nothing is proposed
_EXCEPT = re.compile(r"[^，,；;、。（(]*(?:除外|不包括)[^，,；;、。）)]*")
_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9.]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a classification."""

    code: str
    name: str
    note: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that may be meant: its name, how like it is (0 to 1, of its best entry), and the words both share."""

    code: str
    name: str
    score: float
    words: tuple[str, ...]


def pieces(text: str) -> list[str]:
    """Characters and pairs of Chinese, words of Latin letters; what a text excludes does not speak for it.

    >>> pieces("储液袋 50L")
    ['储', '液', '袋', '储液', '液袋', '50l']
    """
    plain = _EXCEPT.sub("", unicodedata.normalize("NFKC", text).lower().replace("(", "（"))
    found = []
    for run in _RUNS.findall(plain):
        if run[0] < "\u3400":
            found.append(run)
        else:
            found += [run[i : i + n] for n in (1, 2) for i in range(len(run) - n + 1)]
    return found


class Classification:
    """A classification that can be asked; built once, asked often."""

    def __init__(self, name: str, entries: Iterable[Entry]):
        self.name = name
        self.entries = list(entries)
        self.names = {entry.code: entry.name for entry in self.entries}

    def propose(self, text: str, *, most: int = 5, digits: int | None = None) -> list[Candidate]:
        """Candidates for a product's words, best first; none where nothing is like it.

        ``digits`` asks for codes cut to that length (4 = HS headings); an entry shorter than that is left out.
        """
        if not self.entries:
            return []
        query = self._weighted([Counter(pieces(text))])
        likeness = (query @ self._known.T).toarray()[0]
        near = np.argsort(-likeness, kind="stable")[:NEIGHBOURS]
        heard: dict[str, list[int]] = {}
        for at in near.tolist():
            code = self.entries[at].code
            if likeness[at] >= LEAST and (digits is None or len(code) >= digits):
                heard.setdefault(code[:digits], []).append(at)
        spoken = {code: sum(likeness[at] * FADE**i for i, at in enumerate(ats)) for code, ats in heard.items()}
        best = sorted(spoken, key=lambda code: (-spoken[code], code))[:most]
        return [self._candidate(code, heard[code][0], float(likeness[heard[code][0]]), query) for code in best]

    def _candidate(self, code: str, at: int, likeness: float, query: Any) -> Candidate:
        shared = query.multiply(self._known[[at]]).tocoo()
        ranked = sorted(zip(-shared.data, shared.coords[1].tolist(), strict=True))
        words: list[str] = []
        for _, column in ranked:
            piece = self._pieces[column]
            if not any(piece in word for word in words):
                words = [word for word in words if word not in piece] + [piece]
        name = self.names.get(code, self.entries[at].name)
        return Candidate(code, name, round(min(likeness, 1.0), 3), tuple(words[:4]))

    @cached_property
    def _columns(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for words in self._words:
            for piece in words:
                found.setdefault(piece, len(found))
        return found

    @cached_property
    def _pieces(self) -> list[str]:
        return list(self._columns)

    @cached_property
    def _words(self) -> list[Counter[str]]:
        return [self._said(entry) for entry in self.entries]

    def _said(self, entry: Entry) -> Counter[str]:
        said: Counter[str] = Counter(pieces(entry.name))
        for text, weight in ((entry.note, NOTE), (self._above(entry), ABOVE)):
            for piece in pieces(text):  # in the order of the text: the same answer in every process
                said.setdefault(piece, weight)  # type: ignore[arg-type]  # a share of a mention
        return said

    @cached_property
    def _by_code(self) -> dict[str, Entry]:
        return {entry.code: entry for entry in self.entries}

    def _above(self, entry: Entry) -> str:
        above: list[str] = []
        while (up := self._by_code.get(entry.parent)) is not None and up.name not in above:
            above.append(up.name)
            entry = up
        return "，".join(above)

    @cached_property
    def _rarity(self) -> NDArray[np.float64]:
        holds = np.zeros(len(self._columns))
        for words in self._words:
            for piece in words:
                holds[self._columns[piece]] += 1
        return np.log(1 + len(self.entries) / holds)

    @cached_property
    def _known(self) -> Any:
        return self._weighted(self._words)

    def _weighted(self, texts: Sequence[Counter[str]]) -> Any:
        """One row of length one for each text; a piece counts by its rarity, a repeated one a little more."""
        values, columns, ends = [], [], [0]
        for words in texts:
            known = [(self._columns[p], n) for p, n in words.items() if p in self._columns]
            row = (
                np.array([min(n, 1) + np.log(max(n, 1)) for _, n in known]) * self._rarity[[c for c, _ in known]]
                if known
                else np.zeros(0)
            )
            length = np.sqrt((row**2).sum())
            values.append(row / length if length else row)
            columns += [c for c, _ in known]
            ends.append(len(columns))
        data = np.concatenate(values) if values else np.zeros(0)
        return csr_array(
            (data, np.array(columns, dtype=np.int64), np.array(ends)), shape=(len(texts), len(self._columns))
        )
