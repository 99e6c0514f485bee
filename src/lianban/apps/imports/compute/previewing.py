"""Rows to a preview: what a file will do to a chain, line by line."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from lianban.apps.atlas import compute as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.imports import rules
from lianban.apps.imports.compute import absent, whole
from lianban.apps.imports.compute.shapes import Content, FileRow, Missing, Preview, Told, Watch
from lianban.chain.dictionary import TABLES
from lianban.chain.intake import matching
from lianban.kit.refusals import Refusal
from lianban.kit.text import Text

Party = matching.Party


def preview(
    chain: Chain, content: Content, *, parties: Iterable[Party], answers: Mapping[tuple[str, str, str], str],
    overwrite: bool, common: Mapping[str, Any], watch: Watch, missing: Missing | None = None,
) -> Preview:  # fmt: skip
    """What a file will do to a chain, line by line; ``missing`` tells what of it to say of rows that the file lacks."""
    return _Previewing(chain, content, parties, answers, overwrite, common, watch, missing).run()


class _Previewing:
    def __init__(
        self, chain: Chain, content: Content, parties: Iterable[Party], answers: Mapping[tuple[str, str, str], str], overwrite: bool, common: Mapping[str, Any], watch: Watch,
        missing: Missing | None,
    ) -> None:  # fmt: skip
        self.missing = missing
        self.chain, self.overwrite, self.watch = chain, overwrite, watch
        self.now = atlas.rows(chain)
        own = whole.chain_row(content.rows, self.now["chain"][chain.code])
        self.rows, self.notes = own.rows, [*content.notes, *own.notes]
        self.now["chain"][chain.code].pop("confidentiality", None)  # is set on the site, and in no file
        self.parties = {party.key: party for party in parties}
        self.register = matching.Register(self.parties.values())
        self.answers, self.common = answers, common
        self.names: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        self.meant: dict[tuple[str, str, str], str | None] = {}
        self.lines: list[Told] = [one for one in content.lost if one.verdict == "rejected"]
        self.cells = {(one.table, one.number): one.reasons for one in content.lost if one.verdict != "rejected"}
        self.taken: dict[tuple[str, str], Told] = {}
        self.by_name = {table: self._named(table) for table in ("segments", "products", "sources")}
        self.by_identity = {table: self._identities(table) for table in rules.IDENTITY}
        # A row may point at one further down; where that one is not taken, the checks find what hangs in the air.
        self.coming = {(row.table, str(row.values["code"])) for row in content.rows if row.values.get("code")}
        self.several = len({row.table for row in self.rows}) > 1  # a row of one table then has no number in another
        order = ["chain", *atlas.MODELS]
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
        self._new_source()
        for i, row in enumerate(self.rows):
            self.lines.append(self._line(row))
            if not i % 2000:
                self.watch.step(50 + 30 * i // max(1, len(self.rows)))
        if self.missing is not None:
            self.lines += absent.lines(self.now, self.taken, {row.table for row in self.rows}, self.missing)
        self._check()
        self.lines.sort(key=lambda line: line.number)
        return Preview(self.lines, self.names, self.notes)

    def _new_source(self) -> None:
        """A source that the user named for the whole file and that nobody knows becomes one."""
        title = str(self.common.get("source") or "")
        if not title or title in self.now["sources"] or self.by_name["sources"].get(rules.plain(title)):
            return
        code = "source-" + hashlib.blake2b(title.encode(), digest_size=5).hexdigest()
        values = {"code": code, "title": title, "kind": "survey"}
        if self.common.get("confidentiality"):
            values["confidentiality"] = self.common["confidentiality"]
        self.lines.append(self._judged(Told(0, "sources", code, "rejected"), values))
        self.common = {**self.common, "source": code}

    def _line(self, row: FileRow) -> Told:
        told = Told(row.number, row.table, "", "rejected", after=dict(row.values), reasons=list(self.cells.get((row.table, row.number), ())))  # fmt: skip
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
            told.reasons.append(rules.reason("", "", "who_is_meant", _WHO))
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
        if text in self.now[target] or (target, text) in self.coming or (target, text) in self.taken:
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
        return rules.reason(atlas.heading(row.table, column), text, f"reference_{wrong}", said)

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
        self.lines.append(self._judged(Told(0 if self.several else number, "organisations", code, "rejected"), {k: v for k, v in values.items() if v}))  # fmt: skip

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
                changes.setdefault(line.table, {})[line.code] = None if line.verdict == "gone" else line.after
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
                        rules.reason("", "", str(refusal.facts.get("finding") or refusal.code), refusal.message)
                    )
            self.watch.step(85)

    def _normal(self, package: atlas.Package, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """The rows as the package has them: types and defaults put right; what differs no more is the same."""
        for table, every in changes.items():
            rows = [code for code, row in every.items() if row is not None]
            for code, row in zip(rows, atlas.first_rows(package, table, len(rows)), strict=True):
                line = self.taken[table, code]
                line.after = row
                if line.before == row:
                    line.verdict = "same"


_WHO = Text(
    "名称拿不准指的是谁，认定之后才能写入",
    "it is not certain whom a name means: it is written once somebody has said so",
)
_SEVERAL = Text(
    "数据里有多条与之对应，请在文件里写明编码", "several rows of the data are meant: give the code in the file"
)


def _candidate(one: matching.Candidate, party: Party) -> dict[str, Any]:
    return {
        "code": one.key, "name": party.name, "place": party.place, "credit_code": party.credit_code, "score": one.score,
        "rule": one.rule, "zh": one.why.zh, "en": one.why.en,
    }  # fmt: skip
