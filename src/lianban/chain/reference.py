"""Pages of the reference that are made from the dictionary: ``python -m lianban.chain.reference docs/reference``."""

import sys
from collections.abc import Iterable
from pathlib import Path

from lianban.chain.dictionary import TABLES, Column
from lianban.chain.findings import rules
from lianban.chain.judgements import items


def dictionary_page() -> str:
    """Return the page of the data dictionary (数据字典)."""
    lines = [
        "# The data dictionary (数据字典)",
        "",
        "Made from `src/lianban/chain/dictionary.csv`; do not edit. Tables and columns may be named by their code or by their Chinese name.",
        "Every table is a file or a sheet; see [how to use a package](../howto/chain-package.md).",
        "",
    ]
    for table in TABLES.values():
        lines += [f"## {table.zh} `{table.name}`", ""]
        lines += _table(
            ("column", "中文", "type", "unit", "required", "default", "values", "meaning"),
            (
                (
                    f"`{c.name}`",
                    c.zh,
                    c.type,
                    c.unit,
                    "key" if c.is_key else "yes" if c.is_required else "",
                    c.default,
                    ", ".join(
                        f"{code} {zh}" if zh != code else code for code, zh in zip(c.enum, c.enum_zh, strict=True)
                    ),
                    _meaning(c),
                )
                for c in table
            ),
        )
    lines += ["## What `assessments.value` may say", ""]
    words = TABLES["assessments"]["item"]
    lines += _table(
        ("item", "中文", "values", "取值"),
        (
            (
                f"`{i.name}`",
                words.word(i.name),
                "any text" if i.type == "text" else i.allowed_en,
                "文字" if i.type == "text" else i.allowed,
            )
            for i in items().values()
        ),
    )
    return "\n".join(lines).rstrip() + "\n"


def _meaning(column: Column) -> str:
    to = f"`{column.references[0]}.{column.references[1]}`" if column.references else ""
    return " → ".join(filter(None, (column.description, to)))


def findings_page() -> str:
    """Return the page of all findings (检查结果)."""
    lines = [
        "# Findings (检查结果)",
        "",
        "Made from `src/lianban/chain/findings.csv`; do not edit. A code never changes its meaning, so scripts may rely on it:",
        '`chain.check(strict=["money_without_unit"])`, `lianban chain check PATH --strict money_without_unit`.',
        "",
    ]
    lines += _table(
        ("code", "severity", "sentence", "句子"),
        (
            (f"`{r.code}`", r.severity, r.message.en, r.message.zh)
            for r in sorted(rules().values(), key=lambda r: r.code)
        ),
    )
    return "\n".join(lines).rstrip() + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(head)
    made = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return [_row(head), _row("---" for _ in head), *(_row(row) for row in made), ""]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"


PAGES = {"dictionary.md": dictionary_page, "findings.md": findings_page}


def write_pages(folder: Path) -> None:
    """Write every generated page into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write_pages(Path(sys.argv[1]))
