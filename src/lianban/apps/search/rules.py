"""What was typed, and how well a hit fits."""

import unicodedata

LONGEST = 80
MOST_TERMS = 6


def terms(typed: str) -> list[str]:
    """Words to look for, as search columns have them: lower case, narrow; all must occur."""
    plain = unicodedata.normalize("NFKC", typed).lower()[:LONGEST]
    return plain.split()[:MOST_TERMS]


def rank(found: list[str], name: str, column: str) -> int:
    """How well a thing fits, 0 best: its name, the beginning of its name, the beginning of a word, anywhere.

    >>> rank(["pyj"], "培养基", "培养基 peiyangji pyj"), rank(["yang"], "培养基", "培养基 peiyangji pyj")
    (2, 4)
    """
    typed = " ".join(found)
    lower = name.lower()
    if lower == typed:
        return 0
    if lower.startswith(typed):
        return 1
    words = column.split()
    if all(any(word.startswith(term) for word in words) for term in found):
        return 2
    return 3 if typed in lower else 4
