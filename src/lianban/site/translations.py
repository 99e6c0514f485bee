"""Compile the English texts (django.po → django.mo) where they are missing or older; ``python -m lianban.site.translations``.

Compiled files are never committed: they are made here, by Babel, at installation and at the start of the demo.
"""

import os
import sys
import tempfile
from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def catalogues() -> list[Path]:
    """Return every catalogue of the package."""
    return sorted(PACKAGE.glob("**/locale/*/LC_MESSAGES/django.po"))


def stale() -> list[Path]:
    """Return the catalogues whose compiled file is missing or older."""
    return [po for po in catalogues() if not _mo(po).exists() or _mo(po).stat().st_mtime < po.stat().st_mtime]


def compile_stale() -> int:
    """Compile what is stale; return how many. A catalogue with a mistake stops with its file and line."""
    todo = stale()
    for po in todo:
        _compile(po)
    return len(todo)


def _mo(po: Path) -> Path:
    return po.with_suffix(".mo")


def _compile(po: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parents[1].name, domain="django", abort_invalid=True)
    # Beside the target, then moved: a reader never sees half a file, and two starts at once do no harm.
    handle, name = tempfile.mkstemp(dir=po.parent, suffix=".mo.part")
    with os.fdopen(handle, "wb") as target:
        write_mo(target, catalogue)
    Path(name).chmod(0o644)
    Path(name).replace(_mo(po))


if __name__ == "__main__":
    count = compile_stale()
    if count:
        sys.stderr.write(f"已编译 {count} 份英文文本 / compiled {count} catalogues\n")
