"""Decisions of the atlas: what a search column holds, what does not fit into a table, which words a figure gets."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pypinyin import lazy_pinyin

from lianban.kit.refusals import Refusal, refuse

_CHINESE = re.compile(r"[\u3400-\u9fff]")


def search_text(*names: str) -> str:
    """Write what a search may type for a thing: its names, their pinyin run together, and their initials.

    >>> search_text("培养基", "medium")
    '培养基 medium peiyangji pyj'
    """
    words: list[str] = []
    for name in names:
        name = " ".join(unicodedata.normalize("NFKC", name).split()).lower()
        if not name or name in words:
            continue
        words.append(name)
        if _CHINESE.search(name):
            syllables = lazy_pinyin(name)  # what is not Chinese comes back as it is
            words.append("".join(syllables).replace(" ", ""))
            words.append("".join(s if s in name else s[0] for s in syllables).replace(" ", ""))
    return " ".join(words)


def disagreeing(rows: Iterable[Any], subject: Callable[[Any], Any], says: Callable[[Any], Any]) -> set[Any]:
    """Give the keys of rows that say different things about one subject: shown side by side, never merged."""
    said: dict[Any, dict[Any, set[Any]]] = {}
    for row in rows:
        said.setdefault(subject(row), {}).setdefault(says(row), set()).add(row.pk)
    return {pk for answers in said.values() if len(answers) > 1 for pks in answers.values() for pk in pks}


def production_subject(row: Any) -> Any:
    """One source of one product, measured one way: what two rows may contradict each other about."""
    return (row.product_id, row.organisation_id, row.origin, row.stage if row.organisation_id else "", row.share_of)


def indicator_subject(row: Any) -> Any:
    return (row.product_id, row.segment_id, row.organisation_id, row.item, row.definition, row.period, row.unit)


def chain_code_refusals(code: str) -> list[Refusal]:
    """A chain's code stands in addresses, so it must be plain."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", code):
        return []
    return [
        refuse(
            "atlas.chain_code_not_plain",
            "产业链编码“{chain}”只能用字母、数字、点、短横和下划线",
            "the chain code '{chain}' may only have letters, digits, dots, hyphens and underscores",
            chain=code,
        )
    ]


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
