"""Costs (费用), as a person enters them: a mapping, a table or a CSV file; everything that cannot be used is told at once."""

import csv
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lianban.engine.errors import LianbanError
from lianban.rulebook.text import Text

MONEY = re.compile(r"([+-]?[\d,，]*\.?\d+(?:[eE][+-]?\d+)?)\s*(亿|万)?\s*元?")
TIMES = {"亿": 1e8, "万": 1e4, None: 1.0}


@dataclass(frozen=True)
class Problem:
    """One cell that cannot be used: row as in the file (None for a mapping), code of the action, what is wrong."""

    row: int | None
    code: str
    text: Text


class CostsError(LianbanError):
    """Costs that cannot be used, or none at all; ``problems`` has all of them, ``text`` says it in both languages."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        zh, en = ("\n".join(_line(one, language) for one in self.problems) for language in ("zh", "en"))
        self.text = Text(zh, en)
        super().__init__(zh)


NO_COSTS = Text(
    "还没有录入任何费用：请在 cost 列填写每项措施的费用（元，可写 500万），未录入前不作推荐",
    "No cost has been entered: fill the column cost for the actions (yuan; 500万 is fine). Nothing is recommended before",
)


def _line(problem: Problem, language: str) -> str:
    head = "" if problem.row is None else f"第 {problem.row} 行：" if language == "zh" else f"row {problem.row}: "
    return head + problem.text.in_(language)


def read_money(text: Any) -> float:
    """Read an amount in yuan: 5000000, "500万", "1.2亿元"; ValueError for anything else, also below 0.

    >>> read_money("500万元")
    5000000.0
    """
    if isinstance(text, bool):
        raise ValueError(text)
    if isinstance(text, str):
        found = MONEY.fullmatch(text.strip())
        if found is None:
            raise ValueError(text)
        amount = float(found[1].replace(",", "").replace("，", "")) * TIMES[found[2]]
    else:
        amount = float(text)
    if not math.isfinite(amount) or amount < 0:
        raise ValueError(text)
    return round(amount, 2)


def read_costs(given: Any) -> dict[str, tuple[int | None, float | None]]:
    """Read costs by code of the action: the row they stand in, and yuan or None where the cell is empty.

    Raises
    ------
    CostsError
        A missing column, a code that stands twice, an amount that is none.
    """
    rows = list(_rows(given))
    found: dict[str, tuple[int | None, float | None]] = {}
    wrong: list[Problem] = []
    for row, code, cell in rows:
        if code in found:
            wrong.append(Problem(row, code, Text(f"{code} 重复", f"{code} stands twice")))
        try:
            found[code] = (row, None if _empty(cell) else read_money(cell))
        except (ValueError, TypeError):
            wrong.append(
                Problem(
                    row,
                    code,
                    Text(
                        f"{code} 的费用 {cell} 无法使用：请填不小于 0 的元数，如 5000000 或 500万",
                        f"{code}: cost {cell} cannot be used; write yuan of at least 0, as 5000000 or 500万",
                    ),
                )
            )
            found[code] = (row, None)
    if wrong:
        raise CostsError(wrong)
    return found


def _rows(given: Any) -> Iterable[tuple[int | None, str, Any]]:
    if isinstance(given, Mapping):
        return [(None, str(code).strip(), cell) for code, cell in given.items()]
    if isinstance(given, str | Path):
        return _file(Path(given))
    missing = [name for name in ("code", "cost") if name not in given.columns]
    if missing:
        raise _no_column(missing)
    cells = zip(given["code"].astype(object), given["cost"].astype(object), strict=True)
    return [(row, str(code).strip(), cell) for row, (code, cell) in enumerate(cells, start=1)]


def _file(path: Path) -> list[tuple[int | None, str, Any]]:
    """Rows of a CSV file, counted as a spreadsheet does: the header is row 1."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")  # what a Chinese Excel saves
    reader = csv.DictReader(text.splitlines())
    names = [name.strip() for name in reader.fieldnames or []]
    missing = [name for name in ("code", "cost") if name not in names]
    if missing:
        raise _no_column(missing)
    reader.fieldnames = names
    return [
        (row, (line["code"] or "").strip(), line["cost"])
        for row, line in enumerate(reader, start=2)
        if (line["code"] or "").strip()
    ]


def _no_column(missing: list[str]) -> CostsError:
    names = ", ".join(missing)
    return CostsError([Problem(None, "", Text(f"费用表缺少列 {names}", f"The table of costs has no column {names}"))])


def _empty(cell: Any) -> bool:
    return (
        cell is None
        or (isinstance(cell, str) and not cell.strip())
        or (isinstance(cell, float) and math.isnan(cell))
        or str(cell) == "<NA>"
    )
