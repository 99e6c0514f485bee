"""Formula guard (公式防护): a text that a spreadsheet would run as a formula gets an apostrophe, and loses it on reading.

``guard`` and ``unguard`` are each other's inverse for every text, also for one that begins with apostrophes itself.
"""

import re

# = + - @ start a formula; so do their full-width forms in Chinese input; # starts a comment row of ours.
_RISKY = re.compile(r"'*[=+\-@\t\r＝＋－＠#＃]")
_QUOTED = re.compile(r"'+[=+\-@\t\r＝＋－＠#＃]")
_COMMENT = re.compile(r"'*[#＃]|'+[=+\-@\t\r＝＋－＠]")


def guard(text: str) -> str:
    """Protect a text cell of a CSV file."""
    return "'" + text if _RISKY.match(text) else text


def guard_typed(text: str) -> str:
    """Protect a text cell of a workbook, where a cell of type text is never run; only what reading would change."""
    return "'" + text if _COMMENT.match(text) else text


def unguard(text: str) -> str:
    """Take the apostrophe off again."""
    return text[1:] if _QUOTED.match(text) else text
