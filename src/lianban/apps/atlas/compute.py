"""Rows to a chain package and back: the only door from the atlas to ``lianban.chain``."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
from django.db.models import F, Model

from lianban.apps.atlas.models import FACTS, Chain, Segment
from lianban.apps.sources.models import Source
from lianban.chain.chain import Chain as Package
from lianban.chain.dictionary import TABLES
from lianban.chain.errors import DataError
from lianban.chain.judgements import items
from lianban.chain.package import read_chain
from lianban.kit.refusals import Refusal, Refused, refuse
from lianban.kit.text import Text

__all__ = [
    "Package",
    "from_package",
    "heading",
    "judgement",
    "package_refusals",
    "place_of",
    "read_package",
    "to_chain",
    "word",
    "words",
]

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
    seen = None if classes is None else tuple(classes)
    tables: dict[str, Any] = {
        "chain": [{column.name: _cell(getattr(chain, column.name)) for column in TABLES["chain"]}]
    }
    tables["segments"] = _frame("segments", Segment.objects.filter(chain=chain))
    for model in FACTS:
        rows = model._default_manager.filter(chain=chain)
        tables[model.TABLE] = _frame(model.TABLE, rows if seen is None else rows.filter(model.visible(chain, seen)))
    tables["sources"] = _frame("sources", Source.objects.filter(chain=chain.code))
    if seen is not None:
        _mask(tables["sources"], seen)
        parents = tables["products"]["parent"]
        tables["products"]["parent"] = parents.where(parents.isin(tables["products"]["code"]), None)
    return Package.from_tables(tables, name=chain.code)


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


def heading(table: str, column: str) -> Text:
    """The name of a column."""
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
