"""Proposing (提出列对应): which table a sheet is, and which column of the file is which column of it."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from lianban.chain.checks.values import is_credit_code
from lianban.chain.dictionary import TABLES
from lianban.chain.headers import table_name
from lianban.chain.intake.model import Cell, ColumnMap, Header, Proposal, Sheet
from lianban.chain.intake.words import meant, plain
from lianban.rulebook.text import Text

SAMPLE = 50
SURE = 0.6  # a column is proposed from this score on

NOT_READ = {
    "!number": Text("序号，不读", "a running number, not read"),
    "!person": Text("个人信息，不读入系统", "personal data, never read"),
    "!statistic": Text(
        "单位的统计、税务数据只能以区间或汇总、注明依据进入，不读",
        "statistics and tax figures of one unit enter only as bands or sums with their legal basis; not read",
    ),
}
_ABOUT = (
    ("demands", r"需求|攻关|难题|榜单"),
    ("assessments", r"评分|打分|评价|评审|专家"),
    ("supplies", r"供应商|供应关系|采购|供货|配套关系|上下游"),
    ("production", r"产能|布局"),
    ("inputs", r"投入|物料清单|bom|原材料|零部件清单"),
    ("parameters", r"参数|库存"),
    ("indicators", r"指标|统计"),
    ("sources", r"来源|文献"),
    ("segments", r"环节"),
    ("organisations", r"名录|企业|单位|名单|机构|公司"),
    ("products", r"产品|目录"),
)


def propose(
    sheet: Sheet, header: Header, remembered: Mapping[str, Any] | None = None, table: str = ""
) -> ColumnMap | None:
    """Propose a table and its columns; None where nothing of the header is known."""
    if remembered and (not table or remembered["table"] == table):
        found = _remembered(header, remembered)
        if found is not None:
            return found
    samples = _samples(sheet, header)
    scored = {name: _columns(name, header, samples) for name in TABLES if name != "chain"}
    told = _told(sheet, header)
    scores = {name: _fit(name, columns, header) + told.get(name, 0.0) for name, columns in scored.items()}
    best = table or max(scores, key=lambda name: scores[name])
    if not table and _fit(best, scored[best], header) <= 0:
        return None
    named = {i for i, p in scored[best].items() if p.column}
    sure = sum(scored[best][i].score for i in named) / max(1, sum(1 for p in header.names if p))
    others = {name: round(score, 2) for name, score in scores.items() if name != best and score > 0.5 * scores[best]}
    return ColumnMap(best, scored[best], {}, round(min(sure, 1.0), 2), others)


def lacking(mapping: ColumnMap) -> tuple[str, ...]:
    """Return the columns that every row must fill, that have no default, and that the file does not have."""
    there = {p.column for p in mapping.columns.values()} | set(mapping.constants)
    if any(p.item for p in mapping.columns.values()):
        there.add("item")
    return tuple(c.name for c in TABLES[mapping.table] if c.is_required and not c.default and c.name not in there)


def _remembered(header: Header, remembered: Mapping[str, Any]) -> ColumnMap | None:
    """Take what was decided for an earlier file where all its columns are here again."""
    known = {plain(name): told for name, told in remembered["columns"].items()}
    table = TABLES[remembered["table"]]
    columns, used = {}, 0
    for i, name in enumerate(header.names):
        told = known.get(plain(name)) if name else None
        if told is None:
            columns[i] = Proposal("", 0.0, Text("上次没有这一列", "this column was not there last time"))
        elif not told["column"] or told["column"] in table.by_name:
            used += 1
            columns[i] = Proposal(told["column"], 1.0, Text("与上次相同", "as last time"), told.get("item", ""))
    wanted = sum(1 for told in known.values() if told["column"])
    if used < max(1, wanted):
        return None
    return ColumnMap(table.name, columns, dict(remembered.get("constants", {})), 1.0)


def _samples(sheet: Sheet, header: Header) -> dict[int, list[Cell]]:
    found: dict[int, list[Cell]] = {}
    below = (line for line in sheet.rows if line.number >= header.first_row and line.number not in header.left_out)
    for line in islice(below, SAMPLE):
        for i, cell in enumerate(line.cells):
            if cell is not None:
                found.setdefault(i, []).append(cell)
    return found


def _columns(table: str, header: Header, samples: Mapping[int, list[Cell]]) -> dict[int, Proposal]:
    """Give every column of the file at most one column of the table, the surest first."""
    wishes: list[tuple[float, int, str, str, Text]] = []
    found: dict[int, Proposal] = {}
    for i, name in enumerate(header.names):
        if not name:
            found[i] = Proposal("", 0.0, Text("没有列名", "no name"))
            continue
        here = [one for one in meant(name) if one.table == table]
        silent = next((one for one in meant(name) if one.table in NOT_READ), None)
        if silent and _keeps_silent(silent.table, silent.score, table, here[0].score if here else 0.0):
            found[i] = Proposal("", silent.score, NOT_READ[silent.table])
            continue
        found[i] = Proposal("", 0.0, _elsewhere(name, table))
        for one in here:
            if one.score >= SURE:
                wishes.append((one.score, i, one.column, one.item, _why(name, one.score)))
        if table == "organisations" and _all_credit_codes(samples.get(i, [])):
            wishes.append(
                (0.97, i, "credit_code", "", Text("内容都是统一社会信用代码", "all its cells are credit codes"))
            )
    taken: set[tuple[str, str]] = set()
    for score, i, column, item, why in sorted(wishes, key=lambda wish: (-wish[0], wish[1])):
        if found[i].column:
            continue
        if (column, item) in taken:
            found[i] = Proposal("", score, Text("另有一列更像", "another column is more like it"))
            continue
        taken.add((column, item))
        found[i] = Proposal(column, score, why, item)
    return _one_value(table, found)


def _one_value(table: str, found: dict[int, Proposal]) -> dict[int, Proposal]:
    """Where a sheet is unfolded by items, a plain value column of the same table must not stand beside them."""
    unfolded = [i for i, p in found.items() if p.item]
    plain_value = [i for i, p in found.items() if p.column == "value" and not p.item]
    has_item = any(p.column in ("item", "name") for p in found.values()) and table != "indicators"
    drop = unfolded if plain_value and has_item else plain_value if unfolded else []
    for i in drop:
        found[i] = Proposal("", found[i].score, Text("另有一列更像", "another column is more like it"))
    return found


def _keeps_silent(kind: str, score: float, table: str, here: float) -> bool:
    """Tell whether a column is left alone: people always; unit statistics in lists of organisations."""
    if kind == "!statistic":
        return table in ("organisations", "production") and here < 0.95
    return score >= here


def _why(name: str, score: float) -> Text:
    if score >= 0.99:
        return Text("与数据字典同名", "a name of the dictionary")
    if score >= 0.85:
        return Text("是常见叫法", "a usual name for it")
    return Text(f"“{name}”像是", f"“{name}” is like it")


def _elsewhere(name: str, table: str) -> Text:
    others = [one.table for one in meant(name) if one.table in TABLES and one.table != table]
    if others:
        other = TABLES[others[0]]
        return Text(f"属于“{other.zh}”表；可另作一次导入", f"belongs to table {other.name}; import it in a second pass")
    return Text("不认识的列", "not known")


def _all_credit_codes(cells: list[Cell]) -> bool:
    texts = [cell.strip().upper() for cell in cells if isinstance(cell, str)]
    return len(texts) >= 2 and sum(map(is_credit_code, texts)) * 5 >= 4 * len(cells)


_KEYS = {
    "organisations": {"name": 2.0, "credit_code": 1.5, "anchor": 0.5},
    "products": {"name": 1.5, "segment": 0.7},
    "segments": {"name": 1.0, "stage": 0.5, "stream": 0.5},
    "inputs": {"product": 0.7, "input": 1.2, "cost_share": 0.7},
    "production": {"product": 0.6, "organisation": 0.4, "capacity": 0.8, "share": 0.6},
    "supplies": {"supplier": 1.5, "buyer": 1.2, "product": 0.3},
    "demands": {"title": 1.5, "raised_by": 0.3, "required_indicators": 0.7, "yearly_quantity": 0.4},
    "assessments": {"product": 0.3, "value": 1.2},
    "parameters": {"value": 0.8, "item": 0.5},
    "indicators": {"value": 0.6, "definition": 0.7, "name": 0.3},
    "sources": {"title": 1.2, "publisher": 0.7},
}
_NEEDED = {
    "organisations": {"name"},
    "products": {"name"},
    "segments": {"name"},
    "inputs": {"product", "input"},
    "production": {"product"},
    "supplies": {"supplier", "buyer"},
    "demands": {"title", "product"},
    "assessments": {"product", "value"},
    "parameters": {"value"},
    "indicators": {"value"},
    "sources": {"title"},
}


def _fit(table: str, columns: Mapping[int, Proposal], header: Header) -> float:
    """Score a table: how much of the file's header it explains, and whether its telling columns are there."""
    named = {p.column: p.score for p in columns.values() if p.column}
    needed = _NEEDED[table] & named.keys()
    if not needed or (table not in ("supplies", "demands") and needed != _NEEDED[table]):
        return 0.0
    items = sum(1 for p in columns.values() if p.item)
    shown = sum(named.values()) + max(0, items - 1)
    return shown + sum(_KEYS[table].get(name, 0.0) * score for name, score in named.items())


def _told(sheet: Sheet, header: Header) -> dict[str, float]:
    """Return what the sheet's name and title say about its table."""
    direct = table_name(sheet.name)
    found = {direct: 4.0} if direct else {}
    for text, weight in ((sheet.name, 1.5), (header.title[:80], 1.5)):
        for n, (table, pattern) in enumerate(_ABOUT):
            if re.search(pattern, text, re.I):
                found[table] = found.get(table, 0.0) + weight * (1.0 - 0.05 * n)
                break
    return found
