"""Decisions of the atlas: what a search column holds, what does not fit into a table, which words a figure gets."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from pypinyin import lazy_pinyin

from lianban.kit.confidentiality import CONFIDENTIALITY
from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

Row = dict[str, Any]
Rows = dict[str, Row]
Tables = Mapping[str, Mapping[str, Row | None]]
# A chain may be begun with nothing in it and emptied again; a package that is loaded whole may not.
NOT_ASKED_HERE = ("missing_table",)
SHOWN = 50  # reasons told one by one; the count tells the rest
KINDS: dict[str, Text] = {
    "begin": Text("新建产业链", "chain begun"),
    "package": Text("装入数据包", "package loaded"),
    "import": Text("导入", "import"),
    "edit": Text("修改", "edit"),
    "delete": Text("删除", "deletion"),
    "correction": Text("更正", "correction"),
    "questionnaire": Text("问卷入图", "questionnaire taken in"),
    "merge": Text("合并", "merge"),
    "demand": Text("企业需求采纳", "accepted need"),
    "production": Text("交付登记", "recorded delivery"),
    "assessment": Text("评价登记", "recorded judgement"),
    "undo": Text("撤销", "undo"),
}
ELSEWHERE = ("demand", "production", "assessment")  # belong to a case of another mechanism, which would go on saying so
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


# Per table: what two rows may contradict each other about, and the columns in which they may.
SAID: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "production": (("product_id", "organisation_id", "origin", "share_of"), ("share", "status")),
    "assessments": (("product_id", "item", "scope"), ("value",)),
    "indicators": (("product_id", "segment_id", "organisation_id", "item", "definition", "period", "unit"), ("value",)),
    "parameters": (("product_id", "organisation_id", "item", "action", "unit"), ("value",)),
    "inputs": (("product_id", "input_id"), ("essential", "cost_share")),
}


def disagreeing(rows: Iterable[Any]) -> set[tuple[str, Any]]:
    """Give table and key of rows that say different things about one subject: shown side by side, never merged.

    A row that leaves a cell open, or says unknown, contradicts nobody there.
    """
    said: dict[Any, dict[Any, set[Any]]] = {}
    for row in rows:
        subject, columns = SAID[row.TABLE]
        about = tuple(getattr(row, name) for name in subject)
        if row.TABLE == "production" and row.organisation_id:
            about += (row.stage,)  # a firm may make a product at several stages
        for name in columns:
            if (value := getattr(row, name)) not in (None, "", "unknown"):
                said.setdefault((row.TABLE, name, about), {}).setdefault(value, set()).add((row.TABLE, row.pk))
    return {key for answers in said.values() if len(answers) > 1 for keys in answers.values() for key in keys}


def chain_code_refusals(code: str) -> list[Refusal]:
    """A chain's code stands in addresses, so it must be plain."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", code) and code != "begin":  # the address of the page that begins one
        return []
    return [
        refuse(
            "atlas.chain_code_not_plain",
            "产业链编码“{chain}”只能用字母、数字、点、短横和下划线",
            "the chain code '{chain}' may only have letters, digits, dots, hyphens and underscores",
            chain=code,
        )
    ]


def begin_refusals(code: str, *, there: bool, place: str, confidentiality: str) -> list[Refusal]:
    """Why a chain cannot be begun."""
    found = chain_code_refusals(code)
    if there:
        found.append(refuse("atlas.chain_there", "已经有编码为“{chain}”的产业链；请换一个编码，或向已有的链导入", "there is a chain '{chain}' already: take another code, or bring lists into that one", chain=code))  # fmt: skip
    if place and not re.fullmatch(r"[1-9]\d{5}(-[0-9A-Za-z_-]+)?", place):
        found.append(refuse("atlas.place_not_a_code", "所在地“{place}”应为六位行政区划代码，如 320500", "the place '{place}' should be a six-digit division code such as 320500", place=place))  # fmt: skip
    if confidentiality not in CONFIDENTIALITY:
        found.append(refuse("atlas.class_unknown", "没有“{name}”这个密级", "there is no class '{name}'", name=confidentiality))  # fmt: skip
    return found


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


def numbered(row: Row | None, numbers: Iterable[str]) -> Row | None:
    """A row read back from JSON: a database may give 30 for 30.0."""
    if row is None:
        return None
    wanted = set(numbers)
    return {name: float(value) if name in wanted else value for name, value in row.items()}


def differing(before: Row | None, after: Row | None) -> list[str]:
    """Names of the columns in which two rows differ, in the order in which they stand."""
    one, other = before or {}, after or {}
    return [name for name in {**one, **other} if one.get(name) != other.get(name)]


def merged(row: Row | None, patch: Row | None) -> Row | None:
    """A row with some columns set; None or "" empties a column, None for the whole row takes it away."""
    if patch is None:
        return None
    both = {**(row or {}), **patch}
    return {name: value for name, value in both.items() if value is not None and value != ""}


def differences(before: Mapping[str, Rows], after: Mapping[str, Rows]) -> dict[str, dict[str, tuple[Row | None, Row | None]]]:  # fmt: skip
    """What differs between two states, table by table."""
    found: dict[str, dict[str, tuple[Row | None, Row | None]]] = {}
    for table in {**before, **after}:
        one, other = before.get(table, {}), after.get(table, {})
        changed = {
            code: (one.get(code), other.get(code))
            for code in {**one, **other}
            if differing(one.get(code), other.get(code))
        }
        if changed:
            found[table] = changed
    return found


def settled(tables: Mapping[str, Rows], references: Mapping[str, Mapping[str, tuple[str, bool]]]) -> dict[str, Rows]:
    """Take away rows that point at a row that is gone, and empty references that may be empty.

    ``references`` maps a table to its columns with the table pointed at and whether the row goes with it.
    """
    found = {table: dict(rows) for table, rows in tables.items()}
    again = True
    while again:
        again = False
        for table, columns in references.items():
            for code, row in list(found.get(table, {}).items()):
                loose = [c for c, (target, _) in columns.items() if c in row and row[c] not in found.get(target, {})]
                if not loose:
                    continue
                again = True
                if any(columns[c][1] for c in loose):
                    del found[table][code]
                else:
                    found[table][code] = {c: v for c, v in row.items() if c not in loose}
    return found


def back(before: Row | None, after: Row | None, now: Row | None) -> tuple[Row | None, list[str]]:
    """The row as it will be once a change is taken back, or the columns that forbid it.

    A row that was new or deleted must stand as the change left it; of a changed row only the changed cells must.
    """
    if before is None or after is None or now is None:
        return (before, []) if now == after else (None, differing(now, after) or ["code"])
    changed = differing(before, after)
    moved = [name for name in changed if now.get(name) != after.get(name)]
    return merged(now, {name: before.get(name) for name in changed}), moved


def undo_refusals(
    *, kind: str, whole: bool, undone_by: int | None, at: datetime, now: datetime, days: int, own: bool, head: bool
) -> list[Refusal]:
    """Why a change set cannot be undone, whatever happened to its rows since; empty where it can."""
    reasons = []
    if undone_by is not None:
        reasons.append(refuse("atlas.undone", "这份改动已被第 {number} 号改动撤销", "change {number} has undone it already", number=undone_by))  # fmt: skip
    if whole:
        reasons.append(refuse("atlas.first_load", "这是本链的首次装入，之前没有数据可以恢复；请改为装入新的数据包", "this first load made the chain: there is nothing to go back to; load another package"))  # fmt: skip
    if kind in ELSEWHERE:
        reasons.append(refuse("atlas.undo_elsewhere", "这份改动来自已办结的事项（{kind}），请在该事项里更正", "this came from a case ({kind}): correct it there", kind=KINDS[kind]))  # fmt: skip
    if now - at > timedelta(days=days):
        reasons.append(refuse("atlas.undo_too_late", "改动已超过 {days} 天，不能整体撤销；请逐条修改", "it is more than {days} days old and cannot be undone as a whole: edit the rows", days=days))  # fmt: skip
    if not (own or head):
        reasons.append(refuse("atlas.undo_of_another.not_permitted", "只有改动人本人或链办负责人可以撤销", "only its author or the head of the chain office can undo it"))  # fmt: skip
    return reasons


def conflict(table: Text, code: str, columns: Iterable[Text], number: int | None) -> Refusal:
    """Say which later change stands in the way of an undo, and where."""
    names = list(columns)
    where = Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))
    if number is None:
        return refuse("atlas.undo_conflict", "“{table}”{row} 的 {where} 后来又改过", "{table} {row}: {where} changed since", table=table, row=code, where=where)  # fmt: skip
    return refuse(
        "atlas.undo_conflict",
        "“{table}”{row} 的 {where} 被第 {number} 号改动改过；请先撤销第 {number} 号改动，或逐条修改",
        "{table} {row}: {where} changed again by change {number}; undo change {number} first, or edit the rows",
        table=table, row=code, where=where, number=number,
    )  # fmt: skip


def moved_refusals(expected: Row | None, now: Row | None, table: Text, code: str, names: Callable[[str], Text]) -> list[Refusal]:  # fmt: skip
    """Say that a row is no longer what the caller looked at."""
    given = None if expected is None else merged(None, expected)
    if differing(given, now):
        where = [names(name) for name in differing(given, now)]
        both = Text("、".join(n.zh for n in where), ", ".join(n.en for n in where))
        return [
            refuse(
                "atlas.changed_meanwhile",
                "“{table}”{row} 在您查看之后被改过（{where}），请核对后重来",
                "{table} {row} changed after you looked at it ({where}): check it and try again",
                table=table, row=code, where=both,
            )
        ]  # fmt: skip
    return []


def at_most(reasons: list[Refusal], code: str) -> list[Refusal]:
    """The first reasons, and how many more there are."""
    if len(reasons) <= SHOWN:
        return reasons
    more = refuse(code, "还有 {n} 处同类情况", "and {n} more like these", n=len(reasons) - SHOWN)
    return [*reasons[:SHOWN], more]
