"""How values are shown (显示): shares, levels, and the word for what is not known."""

from django.utils import translation

from lianban.kit.text import Text

LEVEL_NAMES = {
    "L0": Text("空白", "blank"),
    "L1": Text("研发/中试", "lab or pilot"),
    "L2": Text("小批量/不稳定", "small or unstable"),
    "L3": Text("稳定·独家", "stable, one maker"),
    "L4": Text("稳定·多家", "stable, several"),
    "L5": Text("国际竞争力", "competitive abroad"),
}
UNKNOWN = Text("未知", "unknown")


def reader_language() -> str:
    """Language of the page being made."""
    return translation.get_language() or "zh-hans"


def percent(value: float | str | None, digits: int = 1) -> str:
    """A share 0-1 as per cent with a thin space; None is the word unknown, and a small share is never shown as 0."""
    if value is None or value == "":
        return UNKNOWN.in_(reader_language())
    shown = f"{float(value) * 100:.{digits}f}"
    if float(value) > 0 and float(shown) == 0:
        return f"<{10**-digits:.{digits}f}\u2009%"
    return f"{shown}\u2009%"
