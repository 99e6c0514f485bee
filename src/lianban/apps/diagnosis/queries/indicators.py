"""Pages of indicators (指标说明): the documents of docs/models/indicators, in the reader's language; no statement."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from lianban.kit.text import Text

PACKAGE = Path(__file__).parents[3]
# In an installed package the documents lie beside the site (pyproject.toml), in a checkout where they are written.
FOLDERS = (PACKAGE / "site" / "indicators", PACKAGE.parents[1] / "docs" / "models" / "indicators")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODE = re.compile(r"^[a-z_]+$")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: its code, its name, and its page as written (both languages)."""

    code: str
    name: Text
    unit: str
    body: str

    def html(self, language: str) -> SafeString:
        return to_html(self.body, language)


def indicators() -> list[Indicator]:
    """Every indicator that has a page, by code."""
    folder = next((path for path in FOLDERS if path.is_dir()), None)
    return [read(path) for path in sorted(folder.glob("*.md"))] if folder else []


def indicator(code: str) -> Indicator | None:
    """One indicator; a code that is none, or a path, finds nothing."""
    if not CODE.match(code):
        return None
    for folder in FOLDERS:
        path = folder / f"{code}.md"
        if path.is_file():
            return read(path)
    return None


@lru_cache(maxsize=64)
def read(path: Path) -> Indicator:
    """Read a page: a head of ``key: value`` lines between ``---``, then the text."""
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    told = dict(line.split(": ", 1) for line in head.strip().splitlines() if ": " in line)
    name = Text(told.get("zh", path.stem), told.get("en", path.stem))
    title, _, text = body.strip().partition("\n")  # the page's own heading says the name
    return Indicator(told.get("code", path.stem), name, told.get("unit", ""), text if title.startswith("# ") else body)


def to_html(text: str, language: str) -> SafeString:
    """Turn the little Markdown these pages use into HTML, keeping the reader's language; everything is escaped.

    Headings ``## 公式 / Formula`` give their half; of two paragraphs of one thought, the one in the other language goes.
    """
    english = language.startswith("en")
    parts: list[SafeString] = []
    for block in re.split(r"\n\s*\n(?=(?:[^`]*```[^`]*```)*[^`]*$)", text.strip()):
        block = block.strip("\n")
        if block.startswith("```"):
            parts.append(format_html("<pre><code>{}</code></pre>", block.strip("`").partition("\n")[2].strip("\n")))
        elif block.startswith("#"):
            parts.append(_heading(block, english))
        elif bool(CHINESE.search(block)) != english or not _has_words(block):
            parts.append(_table(block) if block.startswith("|") else _list_or_paragraph(block))
    return mark_safe("\n".join(parts))  # every part was escaped where it was made


def _heading(line: str, english: bool) -> SafeString:
    level = min(len(line) - len(line.lstrip("#")) + 1, 4)
    halves = re.split(r" / | · ", line.lstrip("# "), maxsplit=1)
    return format_html("<h{0}>{1}</h{0}>", level, halves[-1] if english else halves[0])


def _has_words(block: str) -> bool:
    """Formulas and tables of numbers belong to both languages."""
    return bool(CHINESE.search(block) or re.search(r"[A-Za-z]{3,}.*\s[A-Za-z]{3,}", block))


def _list_or_paragraph(block: str) -> SafeString:
    lines = block.splitlines()
    if all(line.startswith(("- ", "* ", "  ")) for line in lines):
        items = re.split(r"\n(?=[-*] )", block)
        return mark_safe("<ul>" + "".join(f"<li>{_inline(item[2:])}</li>" for item in items) + "</ul>")
    return mark_safe(f"<p>{_inline(block)}</p>")


def _table(block: str) -> SafeString:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.splitlines()]
    head, body = rows[0], [row for row in rows[1:] if not all(set(cell) <= set(":- ") for cell in row)]
    cells = "".join(f"<th>{_inline(cell)}</th>" for cell in head)
    lines = "".join("<tr>" + "".join(f"<td>{_inline(cell)}</td>" for cell in row) + "</tr>" for row in body)
    return mark_safe(f'<div class="scroll"><table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table></div>')


def _inline(text: str) -> str:
    text = str(escape(text.replace("\n", " ")))
    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", text)
    text = re.sub(r"\*\*([^*]+)\*\*", r"<b>\1</b>", text)
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)  # links of documents lead to files, not to pages
