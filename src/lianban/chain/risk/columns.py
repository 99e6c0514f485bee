"""Columns of numbers and labels from a CSV file: fast where it is clean, row by row where it is not."""

import io
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lianban.chain.cells import narrow
from lianban.chain.findings import Batch
from lianban.chain.grids import Grid, Unreadable
from lianban.chain.tabular import decode, delimiter_of, read_text_table

WHOLE = re.compile(r"[+-]?\d+(\.0*)?")


@dataclass
class Labels:
    """A column of labels: the different ones, and which of them each row holds (-1 = empty)."""

    names: list[str]
    of_row: NDArray[np.int64]


@dataclass
class Columns:
    """A file's columns; ``rows`` are the row numbers people see, ``told`` what was found on the way.

    ``numbers`` are NaN where ``told`` says why.
    """

    file: str
    rows: NDArray[np.int64]
    labels: dict[str, Labels]
    numbers: dict[str, NDArray[np.float64]]
    told: list[Batch] = field(default_factory=list)

    def batch(self, code: str, column: str, at: NDArray[Any], values: Any, **facts: Any) -> None:
        """Tell what is wrong at some positions of a column, if there are any."""
        if len(at):
            self.told.append(Batch(code, "", self.file, column, self.rows[at], list(values), facts))

    @property
    def ok(self) -> bool:
        return not any(batch.severity == "error" for batch in self.told)


def label_of(text: str) -> str:
    """Write a label in one way only: 7, 07 and 7.0 are the same."""
    plain = narrow(text)
    return str(int(plain.partition(".")[0])) if WHOLE.fullmatch(plain) else plain


def read_columns(path: Path, labels: tuple[str, ...], numbers: tuple[str, ...], words: dict[str, str]) -> Columns:
    """Read a file with a header; columns are found by name, in any order; others are left alone.

    ``words`` maps further names of a column (supplier: 供方) to the one used here.
    """
    data = path.read_bytes()
    try:
        text, encoding = decode(data, path.name)
    except Unreadable as error:
        return Columns(path.name, np.zeros(0, np.int64), {}, {}, [error.batch])
    if encoding != "gb18030" and (fast := _fast(path.name, text, labels, numbers, words)) is not None:
        return fast
    return _slow(read_text_table(data, path.name, path.stem), labels, numbers, words)


def _fast(
    file: str, text: str, labels: tuple[str, ...], numbers: tuple[str, ...], words: dict[str, str]
) -> Columns | None:
    """Read a clean file at full speed; None where anything is unusual."""
    head, _, rest = text.partition("\n")
    names = [_column(cell, words) for cell in head.split(delimiter_of(text))]
    if '"' in text or len(set(names)) < len(names) or not {*labels, *numbers} <= set(names):
        return None
    try:
        # Numbers come as text, because not every version of the fast reader reads all digits.
        frame = pd.read_csv(
            io.StringIO(rest), names=names, sep=delimiter_of(text), skip_blank_lines=False, index_col=False,
            dtype=dict.fromkeys(numbers, str), keep_default_na=False, low_memory=False,
        )  # fmt: skip
        values = {name: _exact(frame[name]) for name in numbers}
    except (ValueError, pd.errors.ParserError, OverflowError):
        return None
    found = {name: _labels(frame[name]) for name in labels}
    if any(one is None or (one.of_row < 0).any() for one in found.values()) or _ragged(rest, names, text):
        return None  # an empty label is told by the slow reader
    rows = np.arange(2, len(frame) + 2)
    if any(np.isnan(one).any() for one in values.values()):
        return None
    return Columns(file, rows, {name: one for name, one in found.items() if one is not None}, values)


def _exact(column: "pd.Series[Any]") -> NDArray[np.float64]:
    """Numbers of a column of texts, to the last digit; ValueError where one is none."""
    texts = column.to_numpy(object)
    if any("_" in one for one in texts):  # float() takes 1_000 for a number
        raise ValueError("underscore")
    return texts.astype(np.float64)


def _ragged(rest: str, names: list[str], text: str) -> bool:
    """Tell whether some row has too few or too many cells: the fast reader fills or drops them silently."""
    lines = rest.rstrip("\r\n")
    n_rows = lines.count("\n") + 1 if lines else 0
    return lines.count(delimiter_of(text)) != n_rows * (len(names) - 1)


def _labels(column: "pd.Series[Any]") -> Labels | None:
    """Labels of a column read at full speed; None where the reader took text for something else."""
    if column.dtype.kind not in "iuO" and not isinstance(column.dtype, pd.StringDtype):
        return None
    codes, different = pd.factorize(column.to_numpy())
    if (codes < 0).any():
        return None
    if column.dtype.kind in "iu":  # written in one way already
        return Labels([str(one) for one in different.tolist()], codes.astype(np.int64))
    return _joined(codes, [str(one) for one in different])


def _joined(codes: NDArray[Any], different: list[str]) -> Labels:
    """Join labels that are the same written in one way."""
    canonical = [label_of(one) for one in different]
    names = [name for name in dict.fromkeys(canonical) if name]
    number = {name: k for k, name in enumerate(names)}
    position = np.array([number.get(name, -1) for name in canonical] or [-1], np.int64)
    return Labels(names, position[codes] if len(codes) else np.zeros(0, np.int64))


def _slow(grid: Grid, labels: tuple[str, ...], numbers: tuple[str, ...], words: dict[str, str]) -> Columns:
    """Read cell by cell and tell everything that is wrong."""
    told = list(grid.batches)
    kept = [k for k, row in enumerate(grid.rows) if any(cell.strip() for cell in row)]
    wanted = (*labels, *numbers)
    empty = Columns(grid.label, np.zeros(0, np.int64), {}, {}, told)
    if not kept:
        told.append(Batch("risk_nothing", file=grid.label, values=[grid.label]))
        return empty
    head = [_column(cell, words) for cell in grid.rows[kept[0]]]
    if not set(wanted) <= set(head):
        shown = ",".join(grid.rows[kept[0]])
        row, expected = [grid.numbers[kept[0]]], ",".join(wanted)
        told.append(Batch("risk_header", file=grid.label, rows=row, values=[shown], facts={"expected": expected}))
        return empty
    width = len(head)
    uneven = [k for k in kept[1:] if len(grid.rows[k]) != width]
    if uneven:
        facts: dict[str, Any] = {"n": [len(grid.rows[k]) for k in uneven], "expected": width}
        rows = [grid.numbers[k] for k in uneven]
        told.append(Batch("risk_cells", file=grid.label, rows=rows, values=[""] * len(rows), facts=facts))
    body = [k for k in kept[1:] if len(grid.rows[k]) == width]
    found = Columns(grid.label, np.array([grid.numbers[k] for k in body], np.int64), {}, {}, told)
    cells = {name: [grid.rows[k][head.index(name)] for k in body] for name in wanted}
    for name in labels:
        codes, different = pd.factorize(np.array([*cells[name], ""], dtype=object)[:-1])
        found.labels[name] = _joined(codes, [str(one) for one in different])
        missing = np.flatnonzero(found.labels[name].of_row < 0)
        found.batch("risk_empty", name, missing, [""] * len(missing))
    for name in numbers:
        found.numbers[name] = as_numbers(found, name, cells[name])
    return found


def as_numbers(into: Columns, column: str, cells: list[str]) -> NDArray[np.float64]:
    """Numbers of a column; what is none becomes NaN and is told."""
    values = np.array([number(cell) for cell in cells], np.float64)
    bad = np.flatnonzero(np.isnan(values))
    into.batch("risk_number", column, bad, [cells[k] for k in bad])
    return values


def number(cell: str) -> float:
    """Read a number, thousands separated or not; NaN where it is none."""
    plain = narrow(cell).replace(",", "")
    try:
        return float(plain) if "_" not in plain else math.nan
    except ValueError:
        return math.nan


def refuse_bad_amounts(columns: Columns, name: str) -> None:
    """Tell negative and infinite amounts."""
    values = columns.numbers[name]
    negative, endless = np.flatnonzero(values < 0), np.flatnonzero(values == np.inf)
    columns.batch("risk_negative", name, negative, values[negative].tolist())
    columns.batch("risk_not_finite", name, endless, values[endless].tolist())


def _column(cell: str, words: dict[str, str]) -> str:
    plain = narrow(cell).casefold().strip("\"'")
    return words.get(plain, plain)
