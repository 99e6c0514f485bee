"""Decisions of imports: states, which row of the data a row of a file means, what becomes of it."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

STATES: dict[str, Text] = {
    "reading": Text("读取中", "being read"),
    "mapping": Text("待对应列", "columns to be mapped"),
    "previewing": Text("预览计算中", "preview being made"),
    "preview": Text("待确认", "to be confirmed"),
    "applying": Text("写入中", "being written"),
    "applied": Text("已导入", "applied"),
    "failed": Text("未能读取", "could not be read"),
    "dropped": Text("已放弃", "given up"),
}
VERDICTS: dict[str, Text] = {
    "new": Text("新增", "new"),
    "changed": Text("修改", "changed"),
    "same": Text("相同", "same"),
    "conflict": Text("冲突", "conflicting"),
    "ask": Text("待认定", "who is meant?"),
    "rejected": Text("不采用", "rejected"),
    "absent": Text("文件里没有，保留", "not in the file, kept"),
    "gone": Text("文件里没有，删除", "not in the file, deleted"),
}
WRITES = ("new", "changed", "gone")
TAKEN = ("new", "changed", "same")  # a reason beside one of these is a cell of it that could not be read
CELLS = Text("有单元格没读入", "cells not read")
MOST_BYTES = 100 << 20  # of one file; intake.Limits refuses more as well
MOST_PASTED = 5 << 20
PIECE = 1 << 20
MOST_NOTES = 200  # of one file
# What tells a row of a table apart where the file gives no code; with the source, since two sources may disagree.
IDENTITY: dict[str, tuple[str, ...]] = {
    "segments": ("name",),
    "products": ("name", "grade", "application"),
    "inputs": ("product", "input", "source"),
    "production": ("product", "organisation", "origin", "source"),
    "supplies": ("supplier", "origin", "buyer", "product", "source"),
    "demands": ("raised_by", "title", "product", "source"),
    "assessments": ("product", "scope", "item", "voice", "assessor", "source"),
    "parameters": ("product", "organisation", "item", "action", "source"),
    "indicators": ("product", "segment", "organisation", "item", "period", "definition", "source"),
    "sources": ("title", "publisher"),
}

Row = dict[str, Any]


def plain(text: str) -> str:
    """A name in one spelling: widths, capitals and spaces do not tell things apart."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def identity(table: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    """What tells this row apart from the others of its table."""
    return tuple(plain(str(row.get(column) or "")) for column in IDENTITY[table])


def verdict(before: Row | None, patch: Row, *, overwrite: bool) -> tuple[str, Row, list[str]]:
    """What a row of a file does: its verdict, the row as it will be, and the columns that differ.

    A cell that the file leaves empty stays. A row that somebody observed later than the file did is a conflict, unless
    the user wants the file to win.
    """
    if before is None:
        return "new", {k: v for k, v in patch.items() if v not in (None, "")}, []
    after = {**before, **{k: v for k, v in patch.items() if v not in (None, "")}}
    different = [k for k in after if before.get(k) != after[k]]
    if not different:
        return "same", before, []
    newer = str(before.get("observed_on") or "") > str(patch.get("observed_on") or before.get("observed_on") or "")
    if newer and not overwrite:
        return "conflict", after, different
    return "changed", after, different


def reason(column: str | Text, value: Any, code: str, said: Text) -> dict[str, Any]:
    """Why a row, or one cell of it, is not taken: where, what stood there, why and what to do.

    A column is called what the user's file calls it, or what the dictionary does in both languages.
    """
    named = (
        {"column": column.zh, "named": {"zh": column.zh, "en": column.en}}
        if isinstance(column, Text)
        else {"column": column}
    )
    return {**named, "value": str(value)[:200], "code": code, "zh": said.zh, "en": said.en}


def note(said: Text, *, sheet: str = "", row: int | None = None) -> dict[str, Any]:
    """Something about a file that no row of the preview tells."""
    return {"zh": said.zh, "en": said.en, "row": row, "sheet": sheet}


def upload_refusals(name: str, size: int, text: str) -> list[Refusal]:
    """Why nothing can be made of an upload."""
    found = []
    if not size and not text.strip():
        found.append(refuse("imports.nothing", "请选择文件，或粘贴表格内容", "choose a file, or paste a table"))
    if size > MOST_BYTES:
        found.append(refuse("imports.too_large", "文件有 {n} MB，最多 {most} MB；请分成几个文件", "the file has {n} MB, at most {most} MB: split it", n=size >> 20, most=MOST_BYTES >> 20))  # fmt: skip
    if len(text) > MOST_PASTED:
        found.append(refuse("imports.too_much_pasted", "粘贴的内容过长，请改为上传文件", "too much was pasted: upload a file"))  # fmt: skip
    return found


def sheet_refusals(sheet: str, sheets: Iterable[str], *, kept: bool) -> list[Refusal]:
    """Why another sheet of a workbook cannot be brought in."""
    if not kept:
        return [
            refuse("imports.file_gone", "原文件已不再保存，请重新上传", "the file is no longer kept: upload it again")
        ]
    if sheet not in sheets:
        return [
            refuse("imports.no_such_sheet", "文件里没有工作表“{name}”", "the file has no sheet '{name}'", name=sheet)
        ]
    return []


def state_refusals(state: str, wanted: Iterable[str]) -> list[Refusal]:
    """Why a step cannot be done now."""
    if state in wanted:
        return []
    return [refuse("imports.not_now", "这份导入现在是“{state}”，不能做这一步", "this import is '{state}': this step is not possible now", state=STATES[state])]  # fmt: skip


def state_now(state: str, job: str) -> str:
    """Where an import stands when its job ended without coming to its end: cancelled while it waited, or given up."""
    if job in ("failed", "cancelled"):
        return {"reading": "failed", "previewing": "mapping", "applying": "preview"}.get(state, state)
    return state


def mapping_refusals(lacking: Iterable[Text], columns: Iterable[str]) -> list[Refusal]:
    """Why a mapping is not enough to read the file."""
    names = list(lacking)
    found = []
    if names:
        both = Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))
        found.append(refuse("imports.columns_lacking", "每行必填的内容文件里没有：{names}；请为它们对应一列，或填一个共用值", "every row needs {names}: map a column to each or give one value for all", names=both))  # fmt: skip
    chosen = [c for c in columns if c]
    twice = {c for c in chosen if chosen.count(c) > 1}
    if twice:
        found.append(refuse("imports.column_twice", "两列对应到了同一项：{names}", "two columns are mapped to the same: {names}", names="、".join(sorted(twice))))  # fmt: skip
    return found


def missing_refusals(delete: bool, *, package: bool) -> list[Refusal]:
    """Why rows that a file lacks cannot be deleted: only of a whole package is it known that it has them all."""
    if not delete or package:
        return []
    return [refuse("imports.not_a_package", "这份文件不是整包，里面没有的行不能据此删除；请去掉“删去文件里没有的行”", "this file is no whole package, so rows it lacks cannot be deleted: leave delete_missing out")]  # fmt: skip


def apply_refusals(counts: Mapping[str, int]) -> list[Refusal]:
    """Why a preview cannot be applied."""
    if not any(counts.get(verdict) for verdict in WRITES):
        return [refuse("imports.nothing_to_write", "没有要写入的行：文件内容与现有数据相同，或都未采用", "there is nothing to write: all rows are the same or not taken")]  # fmt: skip
    return []


def result(verdict: str, reasons: Iterable[Mapping[str, Any]], columns: Iterable[Text]) -> Text:
    """What became of a row, for the column 结果."""
    why = list(reasons)
    names = list(columns)
    zh, en = VERDICTS[verdict].zh, VERDICTS[verdict].en
    if verdict == "changed" and names:
        zh, en = f"{zh}：{'、'.join(n.zh for n in names)}", f"{en}: {', '.join(n.en for n in names)}"
    if why:
        zh, en = f"{zh}：{'；'.join(one['zh'] for one in why)}", f"{en}: {'; '.join(one['en'] for one in why)}"
    return Text(zh, en)
