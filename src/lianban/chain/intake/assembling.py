"""Assembling (汇成数据包): several lists of an office become one chain package; names become codes, gaps are told.

An organisation is recognised by code or whole name (``matching``), never by likeness: what is only alike becomes a row
of its own and a note, for a person to settle.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from lianban.chain.dictionary import TABLES
from lianban.chain.intake.matching import Party, Register, normal
from lianban.chain.intake.model import Converted, Note
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

PREFIX = {"organisations": "org", "products": "prod", "segments": "seg"}
UNSORTED = "未归环节"


@dataclass(frozen=True)
class Part:
    """One list that was converted, with where it came from: a row of table sources."""

    converted: Converted
    title: str
    kind: str = "survey"


@dataclass
class _Draft:
    day: str
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in TABLES})
    codes: dict[str, dict[str, str]] = field(default_factory=lambda: {name: {} for name in PREFIX})
    notes: list[Note] = field(default_factory=list)
    register: Register | None = None

    def code(self, table: str, name: str, row: dict[str, Any]) -> str:
        """Return the code of a thing; a new one where it has none yet."""
        code = str(row.get("code") or f"{PREFIX[table]}-{len(self.tables[table]) + 1:03d}")
        self.codes[table][normal(name)] = code
        self.codes[table].setdefault(code, code)
        return code

    def add(self, table: str, row: dict[str, Any], source: str) -> None:
        names = TABLES[table].by_name
        filled = {"source": source, "observed_on": self.day} | row
        self.tables[table].append({name: value for name, value in filled.items() if name in names})


def assemble(
    parts: Sequence[Part], *, name: str, data_date: date, code: str = "chain", sample: bool = False
) -> tuple["Chain", list[Note]]:
    """Return the package that these lists make, and what a person should look at.

    Products, segments and organisations that are only named by other lists get rows of their own; a product whose
    segment nobody says stands in 未归环节.
    """
    from lianban.chain.chain import Chain

    draft = _Draft(data_date.isoformat())
    draft.tables["chain"].append({"code": code, "name": name, "home": "CN", "data_date": draft.day, "sample": sample})
    sources = [f"list-{n}" for n in range(1, len(parts) + 1)]
    for part, source in zip(parts, sources, strict=True):
        told = {"code": source, "title": part.title, "kind": part.kind, "read_on": draft.day}
        draft.tables["sources"].append(told)
    order = ("segments", "organisations", "products")
    for table in order:
        for part, source in zip(parts, sources, strict=True):
            if part.converted.table == table:
                _own(draft, table, part, source)
    for part, source in zip(parts, sources, strict=True):
        if part.converted.table not in order:
            for row in part.converted.rows:
                draft.add(
                    part.converted.table, _referred(draft, part.converted.table, row.values, source, row.number), source
                )
    _rank(draft)
    return Chain.from_tables({t: rows for t, rows in draft.tables.items() if rows}, name=code), draft.notes


def _own(draft: _Draft, table: str, part: Part, source: str) -> None:
    """Take the rows of a list of organisations, products or segments; the same one twice is one."""
    for row in part.converted.rows:
        values = dict(row.values)
        name = str(values.get("name", ""))
        known = _known(draft, table, name, str(values.get("credit_code", "")), str(values.get("place", "")), row.number)
        if known:
            text = Text(f"“{name}”已在前面出现，没有再加一行", f"“{name}” stood above already and was not added again")
            draft.notes.append(Note("again", text, part.title, row.number))
            continue
        values = _referred(draft, table, values, source, row.number)
        values["code"] = draft.code(table, name, values)
        draft.add(table, values, source)
        draft.register = None if table == "organisations" else draft.register


def _known(draft: _Draft, table: str, name: str, credit_code: str = "", place: str = "", row: int | None = None) -> str:
    """Return the code of a thing by code or name; nothing where it is new."""
    if table != "organisations":
        return draft.codes[table].get(name) or draft.codes[table].get(normal(name), "")
    if name in draft.codes[table]:
        return draft.codes[table][name]
    if draft.register is None:
        held = draft.tables["organisations"]
        draft.register = Register(
            Party(o["code"], o["name"], o.get("credit_code", ""), o.get("place", "")) for o in held
        )
    found = draft.register.match(Party("", name, credit_code, place))
    if found.certain:
        return found.certain.key
    if found.candidates:
        names = {o["code"]: o["name"] for o in draft.tables["organisations"]}
        alike = "、".join(names[one.key] for one in found.candidates[:3])
        text = Text(
            f"“{name}”与“{alike}”相近，按新单位加入；若是同一家请改用全称",
            f"“{name}” is like “{alike}” and was added as new; write the whole name if they are one",
        )
        draft.notes.append(Note("alike", text, "", row))
    return ""


def _referred(draft: _Draft, table: str, values: Mapping[str, Any], source: str, number: int) -> dict[str, Any]:
    """Return a row whose references are codes; what is named for the first time gets a row of its own."""
    found = dict(values)
    for column in TABLES[table]:
        if not column.references or column.name not in found or column.references[0] not in PREFIX:
            continue
        target, name = column.references[0], str(found[column.name])
        code = _known(draft, target, name, row=number)
        if not code:
            code = _new(draft, target, name, source)
            what = TABLES[target]
            text = Text(f"“{name}”不在{what.zh}表里，已加上", f"“{name}” stands in no list of {target} and was added")
            draft.notes.append(Note("named_only", text, "", number))
        found[column.name] = code
    if table == "products" and "segment" not in found:
        found["segment"] = _known(draft, "segments", UNSORTED) or _new(draft, "segments", UNSORTED, source)
    return found


def _new(draft: _Draft, table: str, name: str, source: str) -> str:
    row: dict[str, Any] = {"name": name}
    if table == "organisations":
        row["kind"] = _kind(name)
        draft.register = None
    if table == "products":
        row["segment"] = _known(draft, "segments", UNSORTED) or _new(draft, "segments", UNSORTED, source)
    row["code"] = draft.code(table, name, row)
    draft.add(table, row, source)
    return str(row["code"])


def _kind(name: str) -> str:
    """Return the kind of an organisation that its name shows."""
    for pattern, kind in ((r"大学|学院", "university"), (r"研究院|研究所|科学院", "institute"), (r"实验室", "laboratory"), (r"医院", "hospital"), (r"协会|学会|联盟|商会", "association")):  # fmt: skip
        if re.search(pattern, name):
            return kind
    return "firm"


def _rank(draft: _Draft) -> None:
    """Give stages to segments that have none, in the order in which they were named."""
    last = max((int(s["stage"]) for s in draft.tables["segments"] if "stage" in s), default=0)
    for segment in draft.tables["segments"]:
        if "stage" not in segment:
            last += 1
            segment["stage"] = last
    for one in draft.tables["organisations"]:
        one.setdefault("kind", _kind(one["name"]))
