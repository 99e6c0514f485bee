"""The search's door to ``lianban.chain``: classifications the office put into a folder, each read once."""

from functools import lru_cache
from pathlib import Path

from lianban.chain.classify import Candidate, Classification, ClassificationUnreadable, read_classification
from lianban.kit.text import Text

__all__ = ["Candidate", "Classification", "classifications"]


def classifications(folder: str) -> tuple[list[Classification], list[Text]]:
    """The classifications in a folder, and what is wrong with files that are none."""
    known, wrong = [], []
    files = sorted(p for p in Path(folder).iterdir() if p.name.endswith((".csv", ".tsv", ".csv.gz"))) if folder and Path(folder).is_dir() else []  # fmt: skip
    for path in files:
        answer = _read(str(path), path.stat().st_mtime_ns)
        if isinstance(answer, Text):
            wrong.append(answer)
        else:
            known.append(answer)
    return known, wrong


@lru_cache(maxsize=8)
def _read(path: str, changed: int) -> Classification | Text:
    try:
        return read_classification(path)
    except ClassificationUnreadable as error:
        return error.text
