"""Files to rows, rows to a preview: the only door from imports to ``lianban.chain``."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianban.apps.atlas import compute as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.imports import rules
from lianban.chain import intake
from lianban.chain.dictionary import TABLES
from lianban.chain.errors import DataError
from lianban.chain.intake import matching
from lianban.chain.package import read_chain
from lianban.kit.refusals import Refusal
from lianban.kit.text import Text

__all__ = ["CannotRead", "Party", "Preview", "lacking", "preview", "read", "results", "rows_of_file"]

CannotRead = intake.CannotRead
Party = matching.Party
FIRST_LINES = 12
ORGANISATIONS = ("organisation", "supplier", "buyer", "raised_by")


@dataclass
class FileRow:
    """A row of the file on its way: its number, its table, its cells by column."""

    number: int
    table: str
    values: dict[str, Any]


@dataclass
class Told:
    """What one row will do."""

    number: int
    table: str
    code: str
    verdict: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Preview:
    """All lines, and the names a person has to say something about."""

    lines: list[Told]
    names: dict[tuple[str, str, str], list[dict[str, Any]]]  # name, credit code, place: candidates


def read(path: Path, name: str, remembered: Mapping[str, Any], asked: Mapping[str, Any], *, watch: "Watch") -> dict[str, Any]:  # fmt: skip
    """Read a file and say what is in it, with a proposal for its columns. Raises CannotRead."""
    with intake.open_file(path, name=name, cancel=watch.cancelled, progress=watch.part(0, 90)) as book:
        told: dict[str, Any] = {"kind": book.kind, "notes": [_note(n) for n in book.notes], "sheets": []}
        if book.kind == "package":
            return {**told, "mapping": {"table": "", "columns": {}, "constants": {}}}
        for sheet in book.sheets:
            first = [[line.number, [_text(c) for c in line.cells[:60]]] for line in sheet.rows[:FIRST_LINES]]
            told["sheets"].append({"name": sheet.name, "rows": len(sheet.rows), "hidden": sheet.hidden, "first": first})
        if not book.sheets:
            raise CannotRead("no_sheet", Text("文件里没有内容", "the file holds nothing"))
        sheet = book.sheet(str(asked.get("sheet", "")))
        header = intake.find_header(sheet, tuple(asked.get("header_rows") or ()))
        if header is None:
            raise CannotRead(
                "no_header",
                Text("找不到表头", "no header was found"),
                Text("第一行写列名", "Name the columns in the first row"),
            )
        mapping = intake.propose(sheet, header, remembered or None, str(asked.get("table", "")))
        return {**told, "sheet": sheet.name, "header": _header(header), "mapping": _mapping(mapping, header)}


def _note(note: intake.Note) -> dict[str, Any]:
    return {"zh": note.text.zh, "en": note.text.en, "row": note.row, "sheet": note.sheet}


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)[:60]


def _header(header: intake.Header) -> dict[str, Any]:
    return {
        "rows": list(header.rows), "names": list(header.names), "first_row": header.first_row, "last_row": header.last_row,
        "title": header.title, "notes": [_note(n) for n in header.notes],
    }  # fmt: skip


def _mapping(mapping: intake.ColumnMap | None, header: intake.Header) -> dict[str, Any]:
    if mapping is None:
        return {"table": "", "columns": {}, "constants": {}, "others": {}}
    columns = {
        str(i): {"column": p.column, "item": p.item, "score": round(p.score, 2), "zh": p.why.zh, "en": p.why.en}
        for i, p in mapping.columns.items()
    }
    constants = dict(mapping.constants)
    return {"table": mapping.table, "columns": columns, "constants": constants, "others": dict(mapping.others)}


def column_map(mapping: Mapping[str, Any]) -> intake.ColumnMap:
    """A mapping as it is stored, for intake."""
    columns = {
        int(i): intake.Proposal(one["column"], float(one.get("score", 1.0)), Text(one.get("zh", ""), one.get("en", "")), one.get("item", ""))
        for i, one in mapping["columns"].items()
    }  # fmt: skip
    return intake.ColumnMap(mapping["table"], columns, mapping.get("constants", {}))


def remembered(mapping: Mapping[str, Any], header: Mapping[str, Any]) -> dict[str, Any]:
    """What is remembered of a mapping: names of the file, not positions; the day is asked anew each time."""
    names = header["names"]
    columns = {names[int(i)]: {"column": c["column"], "item": c.get("item", "")} for i, c in mapping["columns"].items()}
    constants = {name: value for name, value in mapping["constants"].items() if name != "observed_on"}
    return {"table": mapping["table"], "columns": columns, "constants": constants}


def lacking(mapping: Mapping[str, Any]) -> list[Text]:
    """The columns that every row must fill, and neither the file nor a shared value gives; keys are found or made."""
    wanted = [name for name in intake.lacking(column_map(mapping)) if not TABLES[mapping["table"]][name].is_key]
    return [atlas.heading(mapping["table"], name) for name in wanted]


def rows_of_file(
    path: Path, name: str, asked: Mapping[str, Any], *, watch: "Watch"
) -> tuple[list[FileRow], list[Told]]:
    """The rows of a file as rows of tables, and what of it cannot be taken."""
    with intake.open_file(path, name=name, cancel=watch.cancelled, progress=watch.part(0, 30)) as book:
        if book.kind == "package":
            return _package_rows(path)
        sheet = book.sheet(str(asked.get("sheet", "")))
        header = intake.find_header(sheet, tuple(asked.get("header_rows") or ()))
        assert header is not None  # it was found when the file was read
        mapping = column_map(asked)
        converted = intake.convert(sheet, header, mapping, progress=watch.part(30, 50))
        rows = [FileRow(row.number, mapping.table, dict(row.values)) for row in converted.rows]
        lost: dict[int, Told] = {}
        for one in converted.rejected:
            verdict = "rejected" if one.whole else "cell"
            told = lost.setdefault(one.number, Told(one.number, mapping.table, "", verdict))
            told.verdict = "rejected" if one.whole else told.verdict
            told.reasons.append(rules.reason(one.column, one.value, one.code, one.reason))
        return rows, list(lost.values())


def _package_rows(path: Path) -> tuple[list[FileRow], list[Told]]:
    try:
        package = read_chain(path)
    except DataError as error:
        raise CannotRead("package", error.text) from error
    rows = []
    for table, found in atlas.from_package(package).items():
        if table != "chain":
            numbers = package.rows_of(table, range(len(found)))
            rows += [FileRow(int(n), table, atlas.told(row)) for n, row in zip(numbers, found, strict=True)]
    return rows, []


def results(path: Path, name: str, asked: Mapping[str, Any], said: Mapping[int, Text], language: str) -> tuple[bytes, str]:  # fmt: skip
    """The user's own file with a column 结果, and the ending of its name."""
    with intake.open_file(path, name=name) as book:
        sheet = book.sheet(str(asked.get("sheet", "")))
        header = intake.find_header(sheet, tuple(asked.get("header_rows") or ()))
        assert header is not None
        return intake.with_results(path, sheet, header, said, language), intake.suffix_of_results(path)


@dataclass
class Watch:
    """How a long step tells how far it is and learns that it is to stop."""

    step: Callable[[int], None]
    cancelled: Callable[[], bool]

    def part(self, start: int, end: int) -> Callable[[float], None]:
        return lambda share: self.step(int(start + (end - start) * share))


def preview(
    chain: Chain, rows: list[FileRow], lost: list[Told], *, parties: Iterable[Party], answers: Mapping[tuple[str, str, str], str],
    overwrite: bool, common: Mapping[str, Any], watch: Watch,
) -> Preview:  # fmt: skip
    """What a file will do to a chain, line by line."""
    return _Previewing(chain, rows, lost, parties, answers, overwrite, common, watch).run()


class _Previewing:
    def __init__(
        self, chain: Chain, rows: list[FileRow], lost: list[Told], parties: Iterable[Party],
        answers: Mapping[tuple[str, str, str], str], overwrite: bool, common: Mapping[str, Any], watch: Watch,
    ) -> None:  # fmt: skip
        self.chain, self.rows, self.overwrite, self.watch = chain, rows, overwrite, watch
        self.now = atlas.rows(chain)
        self.parties = {party.key: party for party in parties}
        self.register = matching.Register(self.parties.values())
        self.answers, self.common = answers, common
        self.names: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        self.meant: dict[tuple[str, str, str], str | None] = {}
        self.lines: list[Told] = [one for one in lost if one.verdict == "rejected"]
        self.cells = {one.number: one.reasons for one in lost if one.verdict != "rejected"}
        self.taken: dict[tuple[str, str], Told] = {}
        self.by_name = {table: self._named(table) for table in ("segments", "products", "sources")}
        self.by_identity = {table: self._identities(table) for table in rules.IDENTITY}
        order = list(atlas.MODELS)
        self.rows.sort(key=lambda row: (order.index(row.table), row.number))

    def _named(self, table: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for code, row in self.now[table].items():
            for column in ("name", "name_en", "title"):
                if row.get(column):
                    found.setdefault(rules.plain(str(row[column])), set()).add(code)
        return found

    def _identities(self, table: str) -> dict[tuple[str, ...], set[str]]:
        found: dict[tuple[str, ...], set[str]] = {}
        for code, row in self.now[table].items():
            found.setdefault(rules.identity(table, row), set()).add(code)
        return found

    def run(self) -> Preview:
        for i, row in enumerate(self.rows):
            self.lines.append(self._line(row))
            if not i % 2000:
                self.watch.step(50 + 30 * i // max(1, len(self.rows)))
        self._check()
        self.lines.sort(key=lambda line: line.number)
        return Preview(self.lines, self.names)

    def _line(self, row: FileRow) -> Told:
        told = Told(row.number, row.table, "", "rejected", reasons=list(self.cells.get(row.number, ())))
        values = dict(row.values)
        asked = False
        for column in TABLES[row.table]:
            if column.references and values.get(column.name):
                code, wrong = self._reference(row, column.name, column.references[0], str(values[column.name]))
                asked = asked or wrong == "ask"
                if code is None and wrong != "ask":
                    told.reasons.append(self._unknown(row, column.name, column.references[0], wrong))
                    return told
                values[column.name] = code
        code, wrong = self._code(row, values)
        if asked or wrong == "ask":
            told.verdict = "ask"
            return told
        if wrong:
            told.reasons.append(rules.reason("", code, wrong, _SEVERAL))
            return told
        told.code = code
        return self._judged(told, values)

    def _judged(self, told: Told, values: dict[str, Any]) -> Told:
        earlier = self.taken.get((told.table, told.code))
        patch = {k: v for k, v in values.items() if k != "code"} | {"code": told.code}
        if earlier is not None:
            same = all(earlier.after is not None and earlier.after.get(k) == v for k, v in patch.items())
            said = Text(f"与第 {earlier.number} 行重复", f"the same as row {earlier.number}") if same else Text(
                f"与第 {earlier.number} 行是同一条，内容却不同；请留下正确的一行",
                f"the same thing as row {earlier.number}, but with other content: keep the right one",
            )  # fmt: skip
            told.reasons.append(rules.reason("", told.code, "row_twice", said))
            return told
        before = self.now[told.table].get(told.code)
        told.verdict, told.after, different = rules.verdict(before, patch, overwrite=self.overwrite)
        told.before = before
        if told.verdict == "conflict":
            names = [atlas.heading(told.table, name) for name in different]
            both = Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))
            said = Text("现有数据更新（{day}），与文件不同：{names}", "the data are newer ({day}) and differ: {names}")
            told.reasons.append(rules.reason("", "", "newer_there", said.format(day=(before or {}).get("observed_on", ""), names=both)))  # fmt: skip
        self.taken[told.table, told.code] = told
        if told.verdict == "new" and told.table in self.by_name:
            for column in ("name", "title"):
                if values.get(column):
                    self.by_name[told.table].setdefault(rules.plain(str(values[column])), set()).add(told.code)
        return told

    def _reference(self, row: FileRow, column: str, target: str, text: str) -> tuple[str | None, str]:
        if text in self.now[target] or (target, text) in self.taken:
            return text, ""
        if target == "organisations":
            return self._organisation(row.number, text, "", "")
        found = self.by_name[target].get(rules.plain(text), set())
        return (next(iter(found)), "") if len(found) == 1 else (None, "several" if found else "unknown")

    def _unknown(self, row: FileRow, column: str, target: str, wrong: str) -> dict[str, Any]:
        table = TABLES[target].zh
        text = str(row.values[column])
        if wrong == "several":
            said = Text(f"“{text}”对应多个{table}，请改用编码", f"'{text}' means several {target}: use a code")
        else:
            said = Text(f"{table}里没有“{text}”，请先导入{table}或改用已有名称", f"there is no '{text}' among the {target}: import it first or use a known name")  # fmt: skip
        return rules.reason(TABLES[row.table][column].zh, text, f"reference_{wrong}", said)

    def _organisation(self, number: int, name: str, credit: str, place: str) -> tuple[str | None, str]:
        """Who is meant: by code, by name and place, by a former name, by what a person said; else a question."""
        key = (name[:300], credit, place[:60])
        if key not in self.meant:
            match = self.register.match(Party(str(number), name, credit, place))
            if match.certain is not None:
                self.meant[key] = match.certain.key
            elif self.answers.get(key) == "+":
                self.meant[key] = self._new_organisation(number, *key)
            elif self.answers.get(key):
                self.meant[key] = None if self.answers[key] == "-" else self.answers[key]
            else:
                self.names[key] = [_candidate(one, self.parties[one.key]) for one in match.candidates]
                self.meant[key] = ""
        code = self.meant[key]
        if code:
            self._member(number, code)
            return code, ""
        return None, "ask" if code == "" else "unknown"

    def _new_organisation(self, number: int, name: str, credit: str, place: str) -> str:
        code = credit or "org-" + hashlib.blake2b(f"{name} {place}".encode(), digest_size=5).hexdigest()
        self.parties[code] = Party(code, name, credit, place)
        return code

    def _member(self, number: int, code: str) -> None:
        """An organisation that a fact names becomes part of the chain with it."""
        if code in self.now["organisations"] or ("organisations", code) in self.taken:
            return
        party = self.parties[code]
        values = {"code": code, "name": party.name, "credit_code": party.credit_code, "kind": "firm", **self.common}
        if atlas.TABLES["organisations"]["place"] and party.place[:6].isdigit():
            values["place"] = party.place[:6]
        self.lines.append(self._judged(Told(number, "organisations", code, "rejected"), {k: v for k, v in values.items() if v}))  # fmt: skip

    def _code(self, row: FileRow, values: dict[str, Any]) -> tuple[str, str]:
        if given := str(values.get("code") or ""):
            return given, ""
        if row.table == "organisations":
            return self._own_code(row, values)
        found = self.by_identity[row.table].get(rules.identity(row.table, values), set())
        if len(found) > 1:
            return "、".join(sorted(found)[:5]), "several_there"
        if found:
            return next(iter(found)), ""
        if TABLES[row.table].derives_key:
            content = "\x1f".join(f"{name}={values[name]}" for name in sorted(values))
            return f"{row.table}-{hashlib.blake2b(content.encode(), digest_size=6).hexdigest()}", ""
        digest = hashlib.blake2b("\x1f".join(rules.identity(row.table, values)).encode(), digest_size=5).hexdigest()
        return f"{row.table[:-1]}-{digest}", ""

    def _own_code(self, row: FileRow, values: dict[str, Any]) -> tuple[str, str]:
        """The code of an organisation in a list of organisations: a name that is like nobody's is a new one."""
        name, credit, place = (str(values.get(c) or "") for c in ("name", "credit_code", "place"))
        key = (name[:300], credit, place[:60])
        match = self.register.match(Party(str(row.number), name, credit, place))
        if match.certain is not None:
            return match.certain.key, ""
        answer = self.answers.get(key, "" if match.candidates else "+")
        if answer == "+":
            return self._new_organisation(row.number, *key), ""
        if answer and answer != "-":
            return answer, ""
        if answer == "-":
            return name, "not_taken"
        self.names[key] = [_candidate(one, self.parties[one.key]) for one in match.candidates]
        return "", "ask"

    def _check(self) -> None:
        """Hold what would be written against the package's own checks; a row that breaks one is not taken."""
        for _ in range(4):  # a row taken away may leave another without what it points at
            writing = [line for line in self.lines if line.verdict in rules.WRITES]
            changes: dict[str, dict[str, Any]] = {}
            for line in writing:
                changes.setdefault(line.table, {})[line.code] = line.after
            if not changes:
                return
            package = atlas.patched(self.chain, changes)
            self._normal(package, changes)
            wrong: dict[tuple[str, str], list[Refusal]] = {}
            for refusal, table, code in atlas.new_errors(package, self.chain):
                wrong.setdefault((table, code), []).append(refusal)
            if not wrong:
                return
            for line in writing:
                for refusal in wrong.get((line.table, line.code), ()):
                    line.verdict = "rejected"
                    line.reasons.append(
                        rules.reason(str(refusal.facts.get("finding", "")), "", refusal.code, refusal.message)
                    )
            self.watch.step(85)

    def _normal(self, package: atlas.Package, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """The rows as the package has them: types and defaults put right; what differs no more is the same."""
        for table, rows in changes.items():
            for code, row in zip(rows, atlas.first_rows(package, table, len(rows)), strict=True):
                line = self.taken[table, code]
                line.after = row
                if line.before == row:
                    line.verdict = "same"


_SEVERAL = Text(
    "数据里有多条与之对应，请在文件里写明编码", "several rows of the data are meant: give the code in the file"
)


def _candidate(one: matching.Candidate, party: Party) -> dict[str, Any]:
    return {
        "code": one.key, "name": party.name, "place": party.place, "credit_code": party.credit_code, "score": one.score,
        "rule": one.rule, "zh": one.why.zh, "en": one.why.en,
    }  # fmt: skip
