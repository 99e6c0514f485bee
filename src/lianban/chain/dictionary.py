"""The data dictionary (数据字典): tables and columns of a chain package, read from ``dictionary.csv``.

Code, Excel templates, documentation, checks and ``datapackage.json`` all read this one file.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("dictionary.csv")

PANDAS_DTYPES = {
    "string": "string",
    "number": "float64",
    "integer": "Int64",
    "boolean": "boolean",
    "date": "datetime64[s]",
}
DERIVED = "derived"  # the default of a key that may be left empty: it is made from the row's content


@dataclass(frozen=True)
class Column:
    """Column (字段) of a table."""

    table: str
    name: str
    zh: str
    type: str
    unit: str
    default: str
    required: str
    enum: tuple[str, ...]
    enum_zh: tuple[str, ...]
    references: tuple[str, str] | None
    description: str

    @property
    def is_key(self) -> bool:
        return self.required == "key"

    @property
    def is_required(self) -> bool:
        """True for the key and for columns that every row must fill."""
        return self.required in ("key", "yes")

    @property
    def is_share(self) -> bool:
        return self.unit == "fraction 0-1"

    @property
    def is_money(self) -> bool:
        """True where the column ``unit`` of the same row says 元, 万元 or 亿元."""
        return self.unit == "currency unit"

    @property
    def dtype(self) -> Any:
        """The pandas type of the column."""
        return PANDAS_DTYPES[self.type]

    def word(self, code: str, language: str = "zh") -> str:
        """Return the word people read for an enumeration code; the code itself in English or where unknown."""
        if language.startswith("en") or code not in self.enum:
            return code
        return self.enum_zh[self.enum.index(code)]


@dataclass(frozen=True)
class Table:
    """Table (数据表) of a chain package."""

    name: str
    zh: str
    columns: tuple[Column, ...]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def key(self) -> Column:
        return next(column for column in self.columns if column.is_key)

    @property
    def derives_key(self) -> bool:
        """True for fact tables whose key may be left empty."""
        return self.key.default == DERIVED

    def __getitem__(self, name: str) -> Column:
        return self.by_name[name]

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)


def _words(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _load(path: Path = FILE) -> dict[str, Table]:
    columns: dict[str, list[Column]] = {}
    titles: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            titles[row["table"]] = row["table_zh"]
            target = row["references"].split(".")
            columns.setdefault(row["table"], []).append(
                Column(
                    table=row["table"],
                    name=row["column"],
                    zh=row["zh"],
                    type=row["type"],
                    unit=row["unit"],
                    default=row["default"],
                    required=row["required"],
                    enum=_words(row["enum"]),
                    enum_zh=_words(row["enum_zh"]),
                    references=(target[0], target[1]) if len(target) == 2 else None,
                    description=row["description"],
                )
            )
    return {name: Table(name, titles[name], tuple(found)) for name, found in columns.items()}


TABLES: dict[str, Table] = _load()
