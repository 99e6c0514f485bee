"""Rows to a chain package and back: the only door from the atlas to ``lianban.chain``."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
from django.db.models import SET_NULL, F, Model

from lianban.apps.atlas.models import FACTS, Chain, Segment
from lianban.apps.atlas.rules import NOT_ASKED_HERE, Row, Rows
from lianban.apps.sources.models import Source
from lianban.chain.chain import Chain as Package
from lianban.chain.dictionary import TABLES
from lianban.chain.errors import DataError
from lianban.chain.judgements import items
from lianban.chain.package import read_chain
from lianban.kit.refusals import Refusal, Refused, refuse
from lianban.kit.text import Text

__all__ = [
    "EDITED",
    "MODELS",
    "TABLES",
    "Package",
    "from_package",
    "from_rows",
    "heading",
    "judgement",
    "key_of",
    "new_errors",
    "package_refusals",
    "patched",
    "place_of",
    "read_package",
    "references",
    "row_as_told",
    "rows",
    "rows_of",
    "shown",
    "shown_columns",
    "table_name",
    "to_chain",
    "told",
    "visible",
    "word",
    "words",
]

# In the order in which rows are written: what is pointed at comes first.
MODELS: dict[str, type[Model]] = {"sources": Source, "segments": Segment, **{model.TABLE: model for model in FACTS}}
EDITED = ("segments", *(model.TABLE for model in FACTS), "sources")  # tables whose rows a person may change one by one
MAX_SHOWN = 50  # errors of a package told one by one; the count tells the rest
# A source whose title the reader may not see: the fact stays, the title does not.
HIDDEN_TITLE = "（来源不公开）"


def read_package(path: Any) -> Package:
    """Read a package from a path; what cannot be read is refused in sentences."""
    try:
        return read_chain(path)
    except DataError as error:
        raise Refused([Refusal("atlas.package_unreadable", error.text)]) from error


def package_refusals(package: Package) -> list[Refusal]:
    """Say what makes a package unfit to be loaded: every error its check finds, and a table ``chain`` that is not one row."""
    if len(package.tables["chain"]) != 1:
        return [
            refuse(
                "atlas.one_chain_only",
                "表 chain 应恰有一行，现有 {n} 行",
                "table chain must have exactly one row, it has {n}",
                n=len(package.tables["chain"]),
            )
        ]
    errors = list(package.check().errors)
    found = [
        Refusal("atlas.package_has_errors", Text(error.line("zh"), error.line("en")), {"finding": error.code})
        for error in errors[:MAX_SHOWN]
    ]
    if len(errors) > MAX_SHOWN:
        found.append(
            refuse("atlas.package_has_errors", "还有 {n} 处错误", "and {n} more errors", n=len(errors) - MAX_SHOWN)
        )
    return found


def from_package(package: Package) -> dict[str, list[dict[str, Any]]]:
    """Give every table as plain rows: text "" where empty, None for an empty number or date."""
    return {name: _plain_rows(package.tables[name], name) for name in TABLES}


def _plain_rows(frame: pd.DataFrame, table: str) -> list[dict[str, Any]]:
    columns: dict[str, list[Any]] = {}
    for column in TABLES[table]:
        values = frame[column.name]
        gone = values.isna().to_numpy()
        if column.type == "date":
            plain: list[Any] = [None if g else v.date() for v, g in zip(values, gone, strict=True)]
        elif column.type == "string":
            plain = ["" if g else str(v) for v, g in zip(values, gone, strict=True)]
        elif column.type == "boolean":
            plain = [False if g else bool(v) for v, g in zip(values, gone, strict=True)]
        else:
            cast = int if column.type == "integer" else float
            plain = [None if g else cast(v) for v, g in zip(values, gone, strict=True)]
        columns[column.name] = plain
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def to_chain(chain: Chain, classes: Iterable[str] | None = None) -> Package:
    """Build the package of a chain from its rows; 12 statements.

    With ``classes``, only rows of these classes of confidentiality, and no row that points at a hidden one.
    """
    return Package.from_tables(_tables(chain, classes), name=chain.code)


def _tables(chain: Chain, classes: Iterable[str] | None = None) -> dict[str, pd.DataFrame]:
    seen = None if classes is None else tuple(classes)
    info = {column.name: _cell(getattr(chain, column.name)) for column in TABLES["chain"]}
    tables = {"chain": pd.DataFrame([info], dtype=object)}
    for table, found in _querysets(chain).items():
        if seen is not None and table not in ("segments", "sources"):
            found = found.filter(found.model.visible(chain, seen))
        tables[table] = _frame(table, found)
    if seen is not None:
        _mask(tables["sources"], seen)
        parents = tables["products"]["parent"]
        tables["products"]["parent"] = parents.where(parents.isin(tables["products"]["code"]), None)
    return tables


def _querysets(chain: Chain) -> dict[str, Any]:
    """Every table but ``chain`` as its rows in the database."""
    return {
        "segments": Segment.objects.filter(chain=chain),
        **{model.TABLE: model._default_manager.filter(chain=chain) for model in FACTS},
        "sources": Source.objects.filter(chain=chain.code),
    }


def rows_of(chain: Chain, table: str) -> Any:
    """The rows of one table in the database, by code."""
    found = _querysets(chain)[table]
    related = [c.name for c in TABLES[table] if c.references]
    return found.select_related(*related).order_by("code")


def references() -> dict[str, dict[str, tuple[str, bool]]]:
    """Per table its columns that point at another table, and whether a row goes with the row it points at."""
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, model in MODELS.items():
        for column in TABLES[table]:
            if column.references:
                field: Any = model._meta.get_field(column.name)
                found.setdefault(table, {})[column.name] = (
                    column.references[0],
                    field.remote_field.on_delete is not SET_NULL,
                )
    return found


def shown_columns(table: str) -> list[str]:
    """The columns by which people know a row: its code, and what must be filled."""
    most = [c.name for c in TABLES[table] if c.is_required and c.name not in ("confidentiality", "observed_on")]
    return most[:7]


def told(values: Mapping[str, Any]) -> Row:
    """A row as it is kept in change sets: days as text, references as codes, nothing where nothing stands."""
    plain = {}
    for name, value in values.items():
        if isinstance(value, Model):
            value = value.code  # type: ignore[attr-defined]
        if value is not None and value != "":
            plain[name] = value.isoformat()[:10] if isinstance(value, date) else value
    return plain


def row_as_told(row: Model) -> dict[str, Any]:
    """One row of a table by the columns of the dictionary, None where nothing stands."""
    table = "sources" if isinstance(row, Source) else str(row.TABLE)  # type: ignore[attr-defined]
    found = told({column.name: getattr(row, column.name) for column in TABLES[table]})
    return {column.name: found.get(column.name) for column in TABLES[table]}


def rows(chain: Chain, wanted: Mapping[str, Iterable[str]] | None = None) -> dict[str, Rows]:
    """The rows of a chain as they are told, by table and code: all (12 statements), or those asked for."""
    found: dict[str, Rows] = {}
    if wanted is None or "chain" in wanted:
        info = told({column.name: getattr(chain, column.name) for column in TABLES["chain"]})
        found["chain"] = {chain.code: {**info, "confidentiality": chain.confidentiality}}
    for table, every in _querysets(chain).items():
        if wanted is None:
            found[table] = _told_rows(table, every)
        elif codes := list(wanted.get(table, ())):
            parts = [every.filter(code__in=codes[i : i + 500]) for i in range(0, len(codes), 500)]
            found[table] = {code: row for part in parts for code, row in _told_rows(table, part).items()}
    return found


def _told_rows(table: str, found: Any) -> Rows:
    names = TABLES[table].names
    paths = [_path(found.model, name) for name in names]
    return {row[0]: told(dict(zip(names, row, strict=True))) for row in found.order_by("code").values_list(*paths)}


def from_rows(tables: Mapping[str, Rows], name: str = "") -> Package:
    """A package of rows as they are told."""
    return Package.from_tables({t: pd.DataFrame(_plain(t, r), dtype=object) for t, r in tables.items()}, name=name)


def _plain(table: str, rows: Rows) -> list[dict[str, Any]]:
    """Rows with their code, without what is no column of a package: the class of a chain."""
    known = TABLES[table].by_name
    return [{**{c: v for c, v in row.items() if c in known}, "code": code} for code, row in rows.items()]


def patched(chain: Chain, changes: Mapping[str, Mapping[str, Row | None]]) -> Package:
    """The package of a chain as it will be; rows that are new or changed stand first, in their order."""
    tables = _tables(chain)
    for table, wanted in changes.items():
        there = tables[table]
        staying = there[~there["code"].isin(list(wanted))]
        new = _plain(table, {code: row for code, row in wanted.items() if row is not None})
        frames = [pd.DataFrame(new, columns=TABLES[table].names, dtype=object).astype(object)] if new else []
        tables[table] = pd.concat([*frames, staying], ignore_index=True) if frames else staying
    tables = {table: frame.where(frame.notna(), None) for table, frame in tables.items()}
    return Package.from_tables(tables, name=chain.code)


def first_rows(package: Package, table: str, n: int) -> list[Row]:
    """The first rows of a table as they are told."""
    return [told(row) for row in _plain_rows(package.tables[table].iloc[:n], table)]


def key_of(table: str, values: Row) -> str:
    """The key that a row without one gets, made from its content."""
    rest = {name: value for name, value in values.items() if name != "code"}
    return str(Package.from_tables({table: [rest]}).tables[table]["code"].iloc[0])


def new_errors(package: Package, chain: Chain) -> list[tuple[Refusal, str, str]]:
    """Errors of a package that the chain does not have now, each with the table and the code of its row.

    Only what a change brings is refused: an old mistake elsewhere is no reason to refuse the mending of another.
    """
    errors = [error for error in package.check().errors if error.code not in NOT_ASKED_HERE]
    if not errors:
        return []
    old = Counter(_kind(error, now) for now in [to_chain(chain)] for error in now.check().errors)
    found = []
    for error in errors:
        kind = _kind(error, package)
        if old[kind]:
            old[kind] -= 1
            continue
        table, code = kind[1], kind[2]
        zh = f"“{TABLES[table].zh}”表的 {code}" if table in TABLES else error.file
        en = f"{table}, {code}" if table in TABLES else error.file
        if error.column and table in TABLES:
            zh, en = f"{zh}，“{TABLES[table][error.column].zh}”列", f"{en}, column {error.column}"
        message = Text(
            f"{zh}：{error.message.zh} {error.remedy.zh}".strip(), f"{en}: {error.message.en} {error.remedy.en}".strip()
        )
        facts = {"finding": error.code, "table": table, "row": code}
        found.append((Refusal("atlas.change_has_errors", message, facts, error.column), table, code))
    return found


def _kind(error: Any, package: Package) -> tuple[str, str, str, str, str]:
    frame = package.tables.get(error.table)
    known = frame is not None and error.row is not None and 0 < error.row <= len(frame)
    code = str(frame["code"].iloc[error.row - 1]) if known and frame is not None else ""
    return (error.code, error.table, code, error.column, error.value)


def visible(package: Package, classes: Iterable[str]) -> Package:
    """What readers of these classes may see of a package: as ``to_chain`` does it, for one that is not in the database."""
    seen = tuple(classes)
    tables = {name: frame.copy() for name, frame in package.tables.items()}
    for model in FACTS:
        tables[model.TABLE] = tables[model.TABLE][tables[model.TABLE]["confidentiality"].isin(seen)]
    known = {table: set(tables[table]["code"]) for table in ("products", "organisations")}
    for model in FACTS:
        frame = tables[model.TABLE]
        for column in TABLES[model.TABLE]:
            target = column.references[0] if column.references else ""
            if target in known and column.name != "parent":
                frame = frame[frame[column.name].isna() | frame[column.name].isin(known[target])]
        tables[model.TABLE] = frame
    tables["sources"] = tables["sources"].astype(object)
    _mask(tables["sources"], seen)
    parents = tables["products"]["parent"]
    tables["products"]["parent"] = parents.where(parents.isin(tables["products"]["code"]), None)
    return Package.from_tables(tables, name=package.name)


def _mask(sources: pd.DataFrame, classes: tuple[str, ...]) -> None:
    hidden = ~sources["confidentiality"].isin(classes)
    sources.loc[hidden, "title"] = HIDDEN_TITLE
    for column in ("publisher", "address", "phrase", "terms"):
        sources.loc[hidden, column] = None


def _frame(table: str, rows: Any) -> pd.DataFrame:
    paths = [_path(rows.model, name) for name in TABLES[table].names]
    data = [[_cell(value) for value in row] for row in rows.order_by("code").values_list(*paths)]
    return pd.DataFrame(data, columns=TABLES[table].names, dtype=object)


def _path(model: type[Model], column: str) -> Any:
    """How Django is asked for a column: a reference is its code."""
    field: Any = model._meta.get_field(column)
    return F(f"{column}__code") if field.is_relation else F(column)


def _cell(value: Any) -> Any:
    return None if value == "" else value


def word(table: str, column: str, code: str) -> Text:
    """The word people read for a code of an enumeration, as the data dictionary has it."""
    if not code:
        return Text("", "")
    return Text(TABLES[table][column].word(code, "zh"), code.replace("_", " "))


def judgement(item: str, value: str) -> Text:
    """What a stated judgement says, in words; a text says itself."""
    known = items().get(item)
    if known is None or value not in known.values:
        return Text(value, value)
    zh = known.values_zh[known.values.index(value)] if known.values_zh else value
    return Text(zh, value.replace("_", " "))


def table_name(table: str) -> Text:
    """The name of a table."""
    return Text(TABLES[table].zh, table.replace("_", " ").capitalize())


def shown(table: str, column: str, value: Any) -> Text:
    """A cell as people read it; nothing where nothing stands."""
    if value is None or value == "":
        return Text("", "")
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if column in TABLES[table].by_name and TABLES[table][column].enum:
        return word(table, column, str(value))
    plain = f"{value:.12g}" if isinstance(value, float) else str(value)
    return Text(plain, plain)


def heading(table: str, column: str) -> Text:
    """The name of a column; the class of a chain is none of the package's own."""
    if column not in TABLES[table].by_name:
        return Text("密级", "Confidentiality")
    return Text(TABLES[table][column].zh, column.replace("_", " ").capitalize())


def place_of(table: str, column: str) -> Text:
    """Where a fact stands in a package: name of the table and of the column."""
    return Text(
        f"“{TABLES[table].zh}”表（{table}）的“{TABLES[table][column].zh}”（{column}）",
        f"table {table}, column {column}",
    )


def words(table: str, column: str) -> dict[str, Text]:
    """All words of an enumeration, for filters."""
    return {code: word(table, column, code) for code in TABLES[table][column].enum}
