"""Write the generated parts of docs/: ``python -m tests.house.generate``. A test holds them equal to the code.

A page carries ``<!-- generated: diagram dotted.path:NAME -->`` ... ``<!-- end -->``; between them stands the
state diagram of that table of moves.
"""

import importlib
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PERMISSIONS = ROOT / "docs" / "reference" / "permissions.csv"
CATALOGUE = re.compile(r"(<!-- generated: catalogue -->\n).*?(<!-- end -->)", re.S)
MARK = re.compile(r"(<!-- generated: diagram ([\w.]+):(\w+) -->\n).*?(<!-- end -->)", re.S)


def filled(text: str) -> str:
    """The page with every marked part made anew."""

    def diagram(found: re.Match[str]) -> str:
        table = getattr(importlib.import_module(found.group(2)), found.group(3))
        return f"{found.group(1)}```mermaid\n{table.diagram('zh')}\n```\n{found.group(4)}"

    from tests.house import catalogue

    text = CATALOGUE.sub(lambda found: f"{found.group(1)}{catalogue.table()}\n{found.group(2)}", text)
    return MARK.sub(diagram, text)


def pages() -> list[Path]:
    return [
        p
        for p in sorted(ROOT.glob("docs/**/*.md"))
        if any(mark.search(p.read_text(encoding="utf-8")) for mark in (MARK, CATALOGUE))
    ]


if __name__ == "__main__":
    for page in pages():
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")

    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianban.site.settings_for_tests")
    django.setup()
    from tests.house import permissions

    PERMISSIONS.write_text(permissions.table(), encoding="utf-8")
