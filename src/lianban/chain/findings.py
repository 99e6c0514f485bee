"""Findings (检查结果): what is wrong or worth knowing in a package, and what to do about it.

A check hands over a *batch*: one code, one column, many rows. A batch makes its sentences only when somebody reads
them, so that a million bad cells cost a million positions and not a million sentences.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianban.chain.dictionary import TABLES
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    import pandas as pd

FILE = Path(__file__).with_name("findings.csv")
SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding: its code never changes; its sentences live in ``findings.csv``."""

    code: str
    severity: str
    message: Text
    remedy: Text


@cache
def rules() -> dict[str, Rule]:
    """Return every kind of finding by code."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {
            row["code"]: Rule(
                row["code"], row["severity"], Text(row["zh"], row["en"]), Text(row["remedy_zh"], row["remedy_en"])
            )
            for row in csv.DictReader(lines)
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """Finding (检查结果): one place, what stands there, and what to do."""

    code: str
    severity: str
    file: str
    table: str
    row: int | None
    column: str
    value: str
    message: Text
    remedy: Text

    def line(self, language: str = "zh") -> str:
        """Return the finding as one line for people."""
        english = language.startswith("en")
        place = [self.file or self.table] if self.file or self.table else []
        if self.row is not None:
            place.append(f"row {self.row}" if english else f"第 {self.row} 行")
        if self.column:
            place.append(_column_words(self.table, self.column, english))
        severity = self.severity if english else {"error": "错误", "warning": "警告", "note": "提示"}[self.severity]
        told = f"{self.message.in_(language)} {'→' if self.remedy.zh else ''} {self.remedy.in_(language)}".strip()
        return f"[{severity}] {', '.join(place) if english else '，'.join(place)}{': ' if english else '：'}{told}"

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; sentences in both languages."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": {"zh": self.message.zh, "en": self.message.en},
            "remedy": {"zh": self.remedy.zh, "en": self.remedy.en},
        }


def _column_words(table: str, column: str, english: bool) -> str:
    known = TABLES[table].by_name.get(column) if table in TABLES else None
    if english:
        return f"column {column}"
    return f"“{known.zh}”({column}) 列" if known else f"“{column}”列"


@dataclass(frozen=True, slots=True)
class Batch:
    """One kind of finding at many rows of one column.

    ``rows`` and ``values`` have one entry per finding; a fact is one value for all, or a list with one per finding.
    """

    code: str
    table: str = ""
    file: str = ""
    column: str = ""
    rows: Sequence[int | None] = (None,)
    values: Sequence[Any] = ("",)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        return rules()[self.code].severity

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Finding]:
        rule = rules()[self.code]
        for i, (row, value) in enumerate(zip(self.rows, self.values, strict=True)):
            shown = as_typed(value)
            facts = {k: v[i] if isinstance(v, list) else v for k, v in self.facts.items()}
            facts.update(value=short(shown), column=self.column, table=self.table, file=self.file)
            yield Finding(
                rule.code,
                rule.severity,
                self.file,
                self.table,
                None if row is None else int(row),
                self.column,
                shown,
                rule.message.format(**facts),
                rule.remedy.format(**facts),
            )


def as_typed(value: Any) -> str:
    """Return a raw cell as people see it: 3 rather than 3.0, nothing for nothing."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def short(text: str, most: int = 60) -> str:
    """Cut a long cell for a sentence; the finding itself keeps the whole."""
    text = text.replace("\n", "⏎")
    return text if len(text) <= most else text[: most - 1] + "…"


class Findings:
    """All findings of a package, worst first: iterate, count, or ask for a table."""

    def __init__(self, batches: Iterable[Batch] = ()) -> None:
        order = {name: i for i, name in enumerate(SEVERITIES)}
        self.batches = tuple(sorted((b for b in batches if len(b)), key=lambda b: order[b.severity]))

    def __iter__(self) -> Iterator[Finding]:
        for batch in self.batches:
            yield from batch

    def __len__(self) -> int:
        return sum(len(batch) for batch in self.batches)

    def of(self, *severities: str) -> "Findings":
        """Return the findings of these severities."""
        return Findings(batch for batch in self.batches if batch.severity in severities)

    @property
    def errors(self) -> "Findings":
        return self.of("error")

    @property
    def warnings(self) -> "Findings":
        return self.of("warning")

    @property
    def notes(self) -> "Findings":
        return self.of("note")

    @property
    def codes(self) -> set[str]:
        return {batch.code for batch in self.batches}

    def with_codes(self, codes: Iterable[str]) -> "Findings":
        """Return the findings with one of these codes; ``"*"`` stands for every error and warning."""
        wanted = set(codes)
        return Findings(
            b for b in self.batches if b.code in wanted or ("*" in wanted and b.severity in ("error", "warning"))
        )

    def table(self, language: str = "zh") -> "pd.DataFrame":
        """Return one row per finding."""
        import pandas as pd

        names = ["severity", "code", "file", "table", "row", "column", "value", "message", "remedy"]
        found = [
            (
                f.severity,
                f.code,
                f.file,
                f.table,
                f.row,
                f.column,
                f.value,
                f.message.in_(language),
                f.remedy.in_(language),
            )
            for f in self
        ]
        return pd.DataFrame(found, columns=names).astype({"row": "Int64"})

    def __add__(self, other: "Findings") -> "Findings":
        return Findings((*self.batches, *other.batches))

    def __repr__(self) -> str:
        counts = ", ".join(f"{len(self.of(s))} {s}s" for s in SEVERITIES)
        return f"<Findings: {counts}>"
