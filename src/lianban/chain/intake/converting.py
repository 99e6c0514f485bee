"""Converting (转换): the data rows of a sheet become rows of a table, one after another, with little memory.

A cell that cannot be read stays empty and is told; a row without what every row must have is not taken and is told.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from lianban.chain.cells import Bad, Read
from lianban.chain.dictionary import TABLES, Column
from lianban.chain.intake import values
from lianban.chain.intake.model import (
    Cell,
    ColumnMap,
    Converted,
    Header,
    Line,
    Note,
    Proposal,
    Range,
    Rejected,
    Row,
    Sheet,
)
from lianban.chain.intake.sentences import say
from lianban.chain.intake.spool import Place, Spool, Writer
from lianban.chain.judgements import items
from lianban.chain.units import YUAN
from lianban.rulebook.text import Text

MOST_KEPT = 20_000  # distinct cells of one column whose answer is kept
TOLD_EVERY = 2_000
LISTS = {("production", "product"), ("supplies", "product")}  # columns where one cell often names several things
ITEM_UNITS = {"stock_days": "天", "recovery_days": "天", "lead_days": "天", "failure_probability": "fraction", "spare_capacity": "fraction"}  # fmt: skip
ITEM_UNITS |= {"domestic_rate": "fraction", "import_share": "fraction"}


def convert(
    sheet: Sheet,
    header: Header,
    mapping: ColumnMap,
    places: Mapping[str, str],
    progress: Callable[[float], None] | None = None,
) -> Converted:
    """Turn the data rows into rows of the table (see ``lianban.chain.intake.convert``)."""
    place = Place("lianban-rows-")
    work = _Work(sheet, header, mapping, places, Path(place.name))
    try:
        n = work.run(progress)
    finally:
        work.close()
    return Converted(
        mapping.table,
        Spool(Path(place.name) / "rows.jsonl", lambda row: Row(row[0], row[1], row[2]), place),
        Spool(Path(place.name) / "rejected.jsonl", _rejected, place),
        work.notes(),
        n,
    )


def _rejected(row: list[Any]) -> Rejected:
    return Rejected(row[0], row[1], row[2], row[3], Text(row[4], row[5]), row[6])


class _Reading:
    """One column of the file on its way to one column of the table."""

    def __init__(self, at: int, name: str, proposal: Proposal, column: Column, read: Callable[[Cell], Any]) -> None:
        self.at, self.name, self.item, self.column, self.read = at, name, proposal.item, column, read
        self.unit = ""
        self.percent = False
        self.kept: dict[Any, Any] = {}

    def answer(self, cell: Cell) -> Any:
        """Return the value of a cell; every distinct cell of a column is looked at once."""
        key = (type(cell), cell)
        if key in self.kept:
            return self.kept[key]
        cell = values.plain(cell)
        found = None if values.nothing(cell, self.column) else self.read(cell)
        if len(self.kept) < MOST_KEPT:
            self.kept[key] = found
        return found


class _Work:
    def __init__(
        self, sheet: Sheet, header: Header, mapping: ColumnMap, places: Mapping[str, str], place: Path
    ) -> None:
        self.sheet, self.header, self.mapping = sheet, header, mapping
        self.table = TABLES[mapping.table]
        self.counts: Counter[tuple[str, str]] = Counter()
        self.rows = Writer(place / "rows.jsonl")
        self.rejected = Writer(place / "rejected.jsonl")
        self.readings = [self._reading(i, p, places) for i, p in mapping.columns.items() if p.column]
        self.required = {c.name for c in self.table if c.is_required and not c.default}
        self.constants = self._constants(places)
        self.said: list[Note] = []

    def _reading(self, at: int, proposal: Proposal, places: Mapping[str, str]) -> _Reading:
        column = self.table[proposal.column]
        read = values.reader(column, date1904=self.sheet.date1904, places=places)
        one = _Reading(at, self.header.names[at], proposal, column, read)
        unit = self.header.units.get(at, "")
        if column.is_money:
            one.unit = unit if unit in YUAN else self.header.unit
        elif column.unit == "unit":
            one.unit = unit
        if unit == "%":
            one.percent = column.is_share or column.unit == "unit"
        return one

    def _constants(self, places: Mapping[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, typed in self.mapping.constants.items():
            column = self.table[name]
            cell: Cell = float(typed) if isinstance(typed, int) and not isinstance(typed, bool) else typed  # type: ignore[assignment]
            answer = (
                None if values.nothing(cell, column) else values.reader(column, date1904=False, places=places)(cell)
            )
            if isinstance(answer, Bad):
                raise ValueError(
                    say("constant_bad", value=str(typed), column=column.zh, why=_why(answer, str(typed), column)).en
                )
            if answer is not None:
                found[name] = answer.value if isinstance(answer, Read) else answer
        return found

    def close(self) -> None:
        self.rows.close()
        self.rejected.close()

    def run(self, progress: Callable[[float], None] | None) -> int:
        self._settle_percent()
        n = 0
        total = max(1, self.header.last_row - self.header.first_row + 1)
        for line in self._filled():
            n += 1
            self._line(line)
            if progress is not None and not n % TOLD_EVERY:
                progress(min(1.0, (line.number - self.header.first_row + 1) / total))
        return n

    def _data(self) -> Iterator[Line]:
        for line in self.sheet.rows:
            if self.header.first_row <= line.number <= self.header.last_row and line.number not in self.header.left_out:
                yield line

    def _settle_percent(self) -> None:
        """Where a header says %, look whether its numbers are per cent or fractions already."""
        doubtful = [one for one in self.readings if one.percent]
        if not doubtful:
            return
        most: dict[int, float] = {}
        for line in self._data():
            for one in doubtful:
                cell = line.cells[one.at] if one.at < len(line.cells) else None
                number = one.answer(cell) if cell is not None else None
                if isinstance(number, float):
                    most[one.at] = max(most.get(one.at, 0.0), abs(number))
        for one in doubtful:
            if one.at in most and most[one.at] <= 1:
                one.percent = False
                self.counts["percent_unclear", one.name] += 1

    def _filled(self) -> Iterator[Line]:
        """Yield the data rows; what is merged downwards counts for every row it covers."""
        wanted = {one.at for one in self.readings}
        down = sorted(
            r for r in self.sheet.merged if r.bottom > r.top and r.left in wanted and r.top >= self.header.first_row
        )
        active: list[tuple[Range, Cell]] = []
        at = 0
        for line in self._data():
            while at < len(down) and down[at].top <= line.number:
                if down[at].top == line.number and down[at].left < len(line.cells):
                    active.append((down[at], line.cells[down[at].left]))
                at += 1
            active = [(r, cell) for r, cell in active if r.bottom >= line.number]
            if active:
                cells = list(line.cells)
                for r, cell in active:
                    if r.top < line.number and cell is not None:
                        cells += [None] * (r.left + 1 - len(cells))
                        if cells[r.left] is None:
                            cells[r.left] = cell
                            self.counts["filled_down", self.header.names[r.left]] += 1
                line = Line(line.number, tuple(cells))
            yield line

    def _line(self, line: Line) -> None:
        found: dict[str, Any] = {}
        unfolded: list[tuple[_Reading, Any]] = []
        missing: list[tuple[str, Text | None]] = []
        yuan: list[tuple[_Reading, str]] = []
        several: list[str] = []
        for one in self.readings:
            cell = line.cells[one.at] if one.at < len(line.cells) else None
            if (self.table.name, one.column.name) in LISTS and len(values.parts(cell)) > 1:
                several = values.parts(cell)
                found[one.column.name] = several[0]
                continue
            answer = one.answer(cell)
            value, bad = self._value(one, answer, cell)
            if bad is not None and not one.item and one.column.name in self.required:
                missing.append((one.name, bad))
            elif bad is not None:
                self._reject(
                    line.number, one.name, cell, answer.code if isinstance(answer, Bad) else "out_of_range", bad
                )
            if value is None:
                if bad is None and one.column.name in self.required and not one.item:
                    missing.append((one.name, None))
                continue
            if one.item:
                unfolded.append((one, value))
            else:
                found[one.column.name] = value
                if isinstance(answer, Read) and answer.yuan:
                    yuan.append((one, one.column.name))
        if missing:
            self._miss(line.number, missing)
            return
        self._units(found, yuan)
        for name, value in self.constants.items():
            found.setdefault(name, value)
        self._write(line.number, found, unfolded, several)

    def _value(self, one: _Reading, answer: Any, cell: Cell) -> tuple[Any, Text | None]:
        """Return the value to store and, where there is none, why."""
        if isinstance(answer, Bad):
            return None, _why(answer, values.shown(cell), one.column)
        changed = isinstance(answer, Read)
        value = answer.value if isinstance(answer, Read) else answer
        if changed and not (answer.code == "percent_read" and one.item):
            self.counts[answer.code, one.name] += 1
        if value is None or value == "":
            return None, None
        if one.percent and isinstance(value, float) and not changed:
            value = float(f"{value / 100:.15g}")
            self.counts["percent_read", one.name] += 1
        if one.column.is_share and not 0 <= value <= 1:
            return None, say("share_out_of_range", value=values.shown(cell))
        if one.column.type in ("number", "integer") and one.column.unit != "unit" and value < 0:
            return None, say("negative_value", value=values.shown(cell))
        if self.table.name == "assessments" and one.item:
            return self._judgement(one, value)
        return value, None

    def _judgement(self, one: _Reading, value: Any) -> tuple[Any, Text | None]:
        """Return a judgement as its item writes it: 空白 → blank, 3.0 → 3."""
        item = items()[one.item]
        text = item.read(values.shown(value))
        if item.type == "text" or item.accepts(text):
            return text, None
        return None, say("bad_judgement", value=text, item=one.name, allowed=str(item.allowed))

    def _units(self, found: dict[str, Any], yuan: list[tuple[_Reading, str]]) -> None:
        """Bring amounts to the unit of their row: its own, else that of the header, else 元."""
        if "unit" not in self.table.by_name:
            return
        for one in self.readings:
            name = one.column.name
            if one.item or name not in found or not (one.column.is_money or one.column.unit == "unit"):
                continue
            own = any(name == typed for _, typed in yuan)
            if one.column.is_money:
                if "unit" not in found and one.unit:
                    found["unit"] = one.unit
                elif "unit" not in found and not own and "unit" not in self.constants:
                    self.counts["money_without_unit", one.name] += 1
                if own:
                    found[name] = float(
                        f"{found[name] / YUAN.get(found.get('unit', self.constants.get('unit', '元')), 1.0):.15g}"
                    )
            elif "unit" not in found and one.unit:
                found["unit"] = "fraction" if one.unit == "%" else one.unit

    def _write(
        self, number: int, found: dict[str, Any], unfolded: list[tuple[_Reading, Any]], several: list[str]
    ) -> None:
        if any(one.item for one in self.readings):
            for one, value in unfolded:
                row = {**found, "item": one.item, "value": value}
                if self.table.name != "assessments" and "unit" not in row:
                    row["unit"] = one.unit if one.unit in YUAN else ITEM_UNITS.get(one.item, one.unit or "元")
                if self.table.name == "indicators":
                    row.setdefault("name", one.name)
                self.rows.write([number, row, one.at])
        elif several:
            self.counts["split_cells", next(o.name for o in self.readings if o.column.name == "product")] += 1
            for part in several:
                self.rows.write([number, {**found, "product": part}, -1])
        elif found.keys() - self.constants.keys():
            self.rows.write([number, found, -1])

    def _reject(self, number: int, name: str, cell: Cell, code: str, why: Text, whole: bool = False) -> None:
        self.rejected.write([number, name, values.shown(cell)[:500], code, why.zh, why.en, whole])

    def _miss(self, number: int, missing: list[tuple[str, Text | None]]) -> None:
        for name, why in missing:
            if why is None:
                self._reject(number, name, "", "required_empty", say("required_empty", column=name), True)
            else:
                self._reject(number, name, "", "required_bad", say("required_bad", column=name, why=why), True)

    def notes(self) -> tuple[Note, ...]:
        """Return what was changed, one note per kind and column."""
        return tuple(
            Note(code, say(code, n=n, column=column), self.sheet.name, None, column)
            for (code, column), n in sorted(self.counts.items())
        )


def _why(bad: Bad, value: str, column: Column) -> Text:
    return say(bad.code, value=value, column=column.zh, table=column.table, **bad.facts)
