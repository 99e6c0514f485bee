"""Rows kept on disk (落盘的行): one JSON array a line beside the place of every line, so that memory stays small."""

import json
import shutil
import weakref
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Generic, TypeVar, overload

from lianban.chain.intake.model import Cell, Line, Percent

T = TypeVar("T")


class Place:
    """A folder that goes when nobody can read from it any more."""

    def __init__(self, prefix: str) -> None:
        self.name = mkdtemp(prefix=prefix)
        self._end = weakref.finalize(self, shutil.rmtree, self.name, ignore_errors=True)

    def cleanup(self) -> None:
        """Remove it now."""
        self._end()


class Writer:
    """Writes rows one after another; ``close`` writes down where each begins."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("wb")
        self._places = array("Q")
        self._at = 0

    def __len__(self) -> int:
        return len(self._places)

    def write(self, row: list[Any]) -> int:
        """Write one row; return its length in bytes."""
        data = json.dumps(row, ensure_ascii=True, separators=(",", ":")).encode("ascii") + b"\n"
        self._places.append(self._at)
        self._at += len(data)
        self._file.write(data)
        return len(data)

    def close(self) -> None:
        self._file.close()
        self.path.with_suffix(".idx").write_bytes(self._places.tobytes())


class Spool(Sequence[T], Generic[T]):
    """What a ``Writer`` wrote, as a sequence: eight bytes of memory a row."""

    def __init__(self, path: Path, read: Callable[[list[Any]], T], place: object = None) -> None:
        self.path = path
        self._read = read
        self._keep = place  # the folder lives as long as anybody can read from it
        self._places = array("Q")
        self._places.frombytes(path.with_suffix(".idx").read_bytes())

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[T]:
        with self.path.open("rb") as file:
            for line in file:
                yield self._read(json.loads(line))

    @overload
    def __getitem__(self, at: int) -> T: ...
    @overload
    def __getitem__(self, at: slice) -> list[T]: ...
    def __getitem__(self, at: int | slice) -> T | list[T]:
        wanted = range(len(self))[at]
        with self.path.open("rb") as file:
            if isinstance(wanted, int):
                return self._one(file, wanted)
            return [self._one(file, i) for i in wanted]

    def _one(self, file: Any, i: int) -> T:
        file.seek(self._places[i])
        return self._read(json.loads(file.readline()))


def packed(cell: Cell) -> Any:
    """Return a cell as JSON can hold it; days, times and percentages as a pair of kind and value."""
    if isinstance(cell, Percent):
        return ["%", float(cell)]
    if isinstance(cell, datetime):
        return ["m", cell.isoformat()]
    if isinstance(cell, date):
        return ["d", cell.isoformat()]
    if isinstance(cell, time):
        return ["t", cell.isoformat()]
    return cell


_UNPACK: dict[str, Callable[[Any], Cell]] = {
    "%": Percent,
    "m": datetime.fromisoformat,
    "d": date.fromisoformat,
    "t": time.fromisoformat,
}


def line(row: list[Any]) -> Line:
    """Return a written row of a sheet."""
    return Line(row[0], tuple([_UNPACK[c[0]](c[1]) if type(c) is list else c for c in row[1]]))
