"""The class matrix (投入类别矩阵) of a plain folder: bare, or with the names of its sectors."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lianban.chain.findings import Batch
from lianban.chain.grids import Unreadable
from lianban.chain.risk.columns import label_of, number
from lianban.chain.tabular import read_text_table


@dataclass
class ClassMatrix:
    """Classes by sector: ``sectors`` names rows and columns alike; ``named`` tells whether the file does."""

    sectors: list[str]
    classes: NDArray[np.int8]
    named: bool
    told: list[Batch] = field(default_factory=list)


def read_class_matrix(path: Path) -> ClassMatrix:
    """Read a square matrix of 0, 1, 2; with a first row and column of names where its corner is no number."""
    nothing = ClassMatrix([], np.zeros((0, 0), np.int8), False)
    try:
        grid = read_text_table(path.read_bytes(), path.name, path.stem)
    except Unreadable as error:
        nothing.told.append(error.batch)
        return nothing
    nothing.told += grid.batches
    kept = [k for k, row in enumerate(grid.rows) if any(cell.strip() for cell in row)]
    if not kept:
        nothing.told.append(Batch("risk_nothing", file=path.name, values=[path.name]))
        return nothing
    rows, seen = [list(grid.rows[k]) for k in kept], [grid.numbers[k] for k in kept]
    named = np.isnan(number(rows[0][0]))
    if named:
        columns, names = [label_of(cell) for cell in rows[0][1:]], [label_of(row[0]) for row in rows[1:]]
        rows, seen = [row[1:] for row in rows[1:]], seen[1:]
    else:
        columns = names = [str(k + 1) for k in range(len(rows))]
    told = _wrong_shape(path.name, rows, seen) or _wrong_names(path.name, names, columns)
    if told:
        nothing.told += told
        return nothing
    classes = np.array([[_class(cell) for cell in row] for row in rows], np.int8).reshape(len(rows), len(rows))
    found = ClassMatrix(names, classes, named, nothing.told)
    odd = np.argwhere(classes < 0)
    if len(odd):
        found.told.append(
            Batch(
                "risk_class",
                file=path.name,
                rows=[seen[row] for row, _ in odd],
                values=[rows[row][column] for row, column in odd],
                facts={"at": [int(column) + 1 + int(named) for _, column in odd]},
            )
        )
    found.classes = classes[:, [columns.index(name) for name in names]] if named else classes
    return found


def _class(cell: str) -> int:
    value = number(cell)
    return int(value) if value in (0.0, 1.0, 2.0) else -1


def _wrong_shape(file: str, rows: list[list[str]], seen: list[int]) -> list[Batch]:
    uneven = [k for k, row in enumerate(rows) if len(row) != len(rows)]
    if not uneven:
        return []
    facts = {"n_rows": len(rows), "n": [len(rows[k]) for k in uneven]}
    return [Batch("risk_not_square", file=file, rows=[seen[k] for k in uneven], values=[""] * len(uneven), facts=facts)]


def _wrong_names(file: str, names: list[str], columns: list[str]) -> list[Batch]:
    odd = sorted({*names} ^ {*columns})
    odd += sorted({name for name in names if names.count(name) > 1 or columns.count(name) > 1})
    return [Batch("risk_labels_differ", file=file, values=[", ".join(odd)])] if odd else []
