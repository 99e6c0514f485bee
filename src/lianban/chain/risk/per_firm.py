"""Files with one row for each firm (逐企业文件): market groups, shocks, output weights, revenue, costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lianban.chain.errors import DataError
from lianban.chain.findings import Batch, Findings
from lianban.chain.grids import Grid, Unreadable
from lianban.chain.risk.columns import Columns, Labels, as_numbers, label_of, number, read_columns
from lianban.chain.risk.plain import WORDS, numbers_of, tell_unknown
from lianban.chain.tabular import read_text_table
from lianban.rulebook.text import Text


@dataclass(frozen=True, eq=False)
class PerFirm:
    """Numbers of every firm, in the order of the network: shape (n_firms, n_columns); ``names`` of the columns."""

    names: tuple[str, ...]
    values: NDArray[np.float64]


def read_market(path: Path, firms: Sequence[str], where: str | Text) -> tuple[NDArray[np.str_], list[Batch]]:
    """Market group of each firm, from a file with the columns firm,market; and what is wrong with it."""
    columns = read_columns(path, ("firm", "market"), (), WORDS | {"node": "firm"})
    if not columns.labels:
        return np.zeros(0, np.str_), columns.told
    at = _once_each(columns, columns.labels["firm"], firms, where)
    if not columns.ok:
        return np.zeros(0, np.str_), columns.told
    market = columns.labels["market"]
    groups = np.array(market.names, np.str_)[market.of_row]
    ordered = np.empty_like(groups)
    ordered[at] = groups
    return ordered, columns.told


def read_per_firm(
    path: Path, firms: Sequence[str], where: str | Text, *, share: bool = False, some: bool = False
) -> tuple[PerFirm | None, list[Batch]]:
    """Numbers of each firm; and what is wrong with the file.

    Without a header row k is the k-th firm. With a header the first column names the firms, in any order.
    ``share`` asks for numbers between 0 and 1, else they are at least 0; ``some`` asks that not all of a column are 0.
    """
    try:
        grid = read_text_table(path.read_bytes(), path.name, path.stem)
    except Unreadable as error:
        return None, [error.batch]
    kept = [k for k, row in enumerate(grid.rows) if any(cell.strip() for cell in row)]
    if not kept:
        return None, [*grid.batches, Batch("risk_nothing", file=path.name, values=[path.name])]
    head = [cell.strip() for cell in grid.rows[kept[0]]]
    has_header = np.isnan(number(head[0]))
    by_name = has_header and len(head) > 1
    body = kept[1:] if has_header else kept
    columns, cells = _even_rows(grid, body, len(head))
    names = head[1:] if by_name else head if has_header else [str(k + 1) for k in range(len(head))]
    at: NDArray[np.int64] = np.arange(len(firms))
    if by_name:
        at = _once_each(columns, _labels([row[0] for row in cells]), firms, where)
        cells = [row[1:] for row in cells]
    elif len(body) != len(firms):
        facts = {"n": len(body), "expected": len(firms)}
        columns.told.append(Batch("risk_rows", file=path.name, values=[""], facts=facts))
    values = _values(columns, names, cells, share=share)
    if some and not share:
        idle = [name for name, total in zip(names, values.sum(axis=0), strict=True) if total == 0 and len(values)]
        if idle:
            columns.told.append(Batch("risk_no_output", file=path.name, rows=[None] * len(idle), values=idle))
    if not columns.ok:
        return None, columns.told
    ordered = np.empty_like(values)
    ordered[at] = values
    return PerFirm(tuple(names), ordered), columns.told


def refuse(told: Sequence[Batch]) -> Findings:
    """Findings that are notes only; raise DataError where one is an error."""
    findings = Findings(told)
    if len(findings.errors):
        raise DataError(findings)
    return findings


def _even_rows(grid: Grid, body: list[int], width: int) -> tuple[Columns, list[Sequence[str]]]:
    uneven = [k for k in body if len(grid.rows[k]) != width]
    even = [k for k in body if len(grid.rows[k]) == width]
    columns = Columns(grid.label, np.array([grid.numbers[k] for k in even], np.int64), {}, {}, list(grid.batches))
    if uneven:
        facts = {"n": [len(grid.rows[k]) for k in uneven], "expected": width}
        rows = [grid.numbers[k] for k in uneven]
        columns.told.append(Batch("risk_cells", file=grid.label, rows=rows, values=[""] * len(rows), facts=facts))
    return columns, [grid.rows[k] for k in even]


def _values(columns: Columns, names: Sequence[str], cells: list[Sequence[str]], *, share: bool) -> NDArray[np.float64]:
    values = np.empty((len(cells), len(names)))
    for k, name in enumerate(names):
        values[:, k] = as_numbers(columns, name, [row[k] for row in cells])
        one = values[:, k]
        wrong = (
            {"risk_share": (one < 0) | (one > 1)}
            if share
            else {"risk_negative": one < 0, "risk_not_finite": one == np.inf}
        )
        for code, bad in wrong.items():
            at = np.flatnonzero(bad)
            columns.batch(code, name, at, one[at].tolist())
    return values


def _once_each(columns: Columns, label: Labels, firms: Sequence[str], where: str | Text) -> NDArray[np.int64]:
    """Position of each row's firm; tell firms that are unknown, missing, empty or there twice."""
    tell_unknown(columns, "firm", label, firms, where)
    empty = np.flatnonzero(label.of_row < 0)
    if not any(batch.code == "risk_empty" for batch in columns.told):
        columns.batch("risk_empty", "firm", empty, [""] * len(empty))
    seen: dict[int, int] = {}
    twice = [k for k, code in enumerate(label.of_row.tolist()) if code >= 0 and seen.setdefault(code, k) != k]
    columns.batch(
        "risk_firm_twice", "firm", np.array(twice, np.int64), [label.names[label.of_row[k]] for k in twice],
        first=[int(columns.rows[seen[int(label.of_row[k])]]) for k in twice],
    )  # fmt: skip
    given = set(label.names)
    missing = [name for name in firms if name not in given]
    if missing:
        facts = {"where": where}
        rows = [None] * len(missing)
        columns.told.append(Batch("risk_firm_missing", file=columns.file, rows=rows, values=missing, facts=facts))
    return numbers_of(label, firms) if columns.ok else np.zeros(0, np.int64)


def _labels(cells: Sequence[str]) -> Labels:
    canonical = [label_of(cell) for cell in cells]
    names = [name for name in dict.fromkeys(canonical) if name]
    number_of = {name: k for k, name in enumerate(names)}
    return Labels(names, np.array([number_of.get(name, -1) for name in canonical], np.int64))
