"""Whether an anonymised text hides whom it must: opening a stage checks that the hiding has run."""

import re
import unicodedata
from collections.abc import Iterable


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """Which of these names stand in a text, whatever their width, case or spaces; names of one sign are passed over."""
    plain = _plain(text)
    return sorted({name for name in names if len(_plain(name)) > 1 and _plain(name) in plain})


def _plain(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()
