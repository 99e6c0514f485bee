"""The row of the chain itself in a whole package (整包): what of it is read, and what is passed over in saying so."""

from collections.abc import Mapping
from typing import Any

from lianban.apps.atlas import compute as atlas
from lianban.apps.imports import rules
from lianban.apps.imports.compute.shapes import Content, FileRow
from lianban.kit.text import Text

FOLLOWS = (
    "data_date",
    "sample",
)  # the day of a chain's data follows from its facts; whether it is a sample, from how it began


def chain_row(rows: list[FileRow], now: Mapping[str, Any]) -> Content:
    """The rows without what is not read of a chain's own row, and what is passed over in saying so."""
    kept, notes = [], []
    for row in rows:
        if row.table != "chain":
            kept.append(row)
        elif row.values.get("code") != now["code"]:
            notes.append(rules.note(_other(str(row.values.get("code") or ""), now), row=row.number))
        else:
            different = [name for name in FOLLOWS if row.values.get(name) not in (None, "", now.get(name))]
            notes += [rules.note(_follows(name, row.values[name], now.get(name)), row=row.number) for name in different]
            values = {name: value for name, value in row.values.items() if name not in FOLLOWS}
            kept.append(FileRow(row.number, row.table, values))
    return Content(kept, notes=notes)


def _other(code: str, now: Mapping[str, Any]) -> Text:
    return Text(
        f"文件里的产业链是“{code}”，这里是“{now['code']}”：它的“产业链”一行没有读入，其余各行按“{now['code']}”的数据读入",
        f"The chain of the file is {code}, this one is {now['code']}: its row of table chain was not read; all other rows were, as data of {now['code']}",
    )  # fmt: skip


def _follows(name: str, said: Any, now: Any) -> Text:
    column = atlas.heading("chain", name)
    why = {
        "data_date": Text("它由各条事实的日期得出", "It follows from the days of the facts"),
        "sample": Text("它在建链时定下", "It is settled when a chain begins"),
    }[name]
    shown = [Text("是", "yes") if one is True else Text("否", "no") if one is False else Text(str(one), str(one)) for one in (said, now)]  # fmt: skip
    return Text(
        f"产业链的“{column.zh}”在文件里是 {shown[0].zh}，没有读入，仍为 {shown[1].zh}。{why.zh}",
        f"{column.en} of the chain is {shown[0].en} in the file; it was not read and stays {shown[1].en}. {why.en}",
    )
