"""What the command line says: data on stdout, all else on stderr, in one language, with one set of exit codes."""

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lianban.chain.findings import Findings
    from lianban.rulebook.text import Text

DONE = 0
FAILURE = 1
WRONG_USE = 2
NOT_VALID = 3
NOT_FOUND = 4
CONFLICT = 5
NOT_PERMITTED = 6
TIMED_OUT = 7
INTERRUPTED = 130

_state = {"language": "zh", "json": False, "quiet": False}


class CommandError(Exception):
    """The command stops with a sentence for the user and an exit code; ``main`` prints it."""

    def __init__(self, exit_code: int, zh: str, en: str, *, code: str = "", details: Sequence[dict] = ()) -> None:
        self.exit_code = exit_code
        self.zh, self.en = zh, en
        self.code = code or {NOT_VALID: "data_not_valid", NOT_FOUND: "not_found", WRONG_USE: "wrong_use"}.get(
            exit_code, "failure"
        )
        self.details = list(details)
        super().__init__(en)


def choose_language(asked: str | None, environ: dict[str, str] | os._Environ = os.environ) -> str:
    """Return ``"zh"`` or ``"en"``: option, LIANBAN_LANG, locale; Chinese where none of them says English."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "en" if (asked or environ.get("LIANBAN_LANG") or locale).lower().startswith("en") else "zh"


def configure(*, language: str, as_json: bool, quiet: bool) -> None:
    """Set how this run of the command speaks."""
    _state.update(language=language, json=as_json, quiet=quiet)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console or LANG=C must not break on Chinese
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def language() -> str:
    return str(_state["language"])


def wants_json() -> bool:
    return bool(_state["json"])


def t(zh: str, en: str) -> str:
    """Return the sentence in the language of this run; also for help texts, inside ``register``."""
    return en if _state["language"] == "en" else zh


def words(text: "Text") -> str:
    """Return a bilingual text in the language of this run."""
    return text.in_(language())


def data(text: str) -> None:
    """Write a result on stdout."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def data_json(value: Any) -> None:
    """Write a result as JSON on stdout; a value that JSON has no word for (NaN) is a bug and stops."""
    data(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def say(text: str, *, always: bool = False) -> None:
    """Tell the person something, on stderr; ``--quiet`` silences it unless ``always``."""
    if always or not _state["quiet"]:
        sys.stderr.write(text + "\n")


def paint(text: str, colour: str, stream: Any = None) -> str:
    """Colour a word on a terminal; never where NO_COLOR is set or the output is a file."""
    stream = sys.stderr if stream is None else stream
    codes = {"red": "31", "yellow": "33", "green": "32", "grey": "2", "bold": "1"}
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or not stream.isatty():
        return text
    return f"\x1b[{codes[colour]}m{text}\x1b[0m"


def finding_lines(findings: "Findings") -> Iterable[str]:
    """Give each finding as one line, its severity coloured."""
    colours = {"error": "red", "warning": "yellow", "note": "grey"}
    for finding in findings:
        head, _, rest = finding.line(language()).partition("]")
        yield f"{paint(head + ']', colours[finding.severity])}{rest}"


def width(text: str) -> int:
    """Count columns on a terminal: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def table(header: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Iterable[int] = ()) -> str:
    """Lay rows out in columns that line up, Chinese included; ``right`` names columns of numbers."""
    lines = [list(header), *([_cell(cell) for cell in row] for row in rows)]
    widths = [max(width(line[i]) for line in lines) for i in range(len(header))]
    right = set(right)
    laid = []
    for line in lines:
        cells = [
            " " * (widths[i] - width(cell)) + cell if i in right else cell + " " * (widths[i] - width(cell))
            for i, cell in enumerate(line)
        ]
        laid.append("  ".join(cells).rstrip())
    return "\n".join([laid[0], "  ".join("-" * w for w in widths), *laid[1:]])


def _cell(value: Any) -> str:
    return "" if value is None else str(value).replace("\n", " ")
