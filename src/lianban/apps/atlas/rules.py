"""Decisions of the atlas: what a search column holds, what does not fit into a table, which words a figure gets."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pypinyin import Style, lazy_pinyin

from lianban.kit.refusals import Refusal, refuse

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def search_text(*names: str) -> str:
    """Write what a search may type for a thing: its names, their pinyin run together, and their initials.

    >>> search_text("培养基", "medium")
    '培养基 medium peiyangji pyj'
    """
    words: list[str] = []
    for name in names:
        name = " ".join(name.split()).lower()
        if not name or name in words:
            continue
        words.append(name)
        if _CHINESE.search(name):
            words += ["".join(lazy_pinyin(name)).lower().replace(" ", "")]
            words += ["".join(lazy_pinyin(name, style=Style.FIRST_LETTER)).lower().replace(" ", "")]
    return " ".join(words)


def too_long(table: str, rows: Iterable[Mapping[str, Any]], limits: Mapping[str, int]) -> list[Refusal]:
    """Say which texts are longer than their column; a database would cut or refuse them one at a time."""
    return [
        refuse(
            "atlas.text_too_long",
            "表 {table} 的 {row}：{column} 有 {n} 个字，最多 {limit} 个，请缩短，长文写进说明或备注",
            "table {table}, {row}: {column} has {n} characters, at most {limit}; shorten it or use description or note",
            table=table,
            row=str(row["code"])[:100],
            column=column,
            n=len(row[column]),
            limit=limit,
        )
        for row in rows
        for column, limit in limits.items()
        if isinstance(row.get(column), str) and len(row[column]) > limit
    ]
