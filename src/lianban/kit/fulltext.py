"""Full text (全文检索): rows found by the words in a column, on SQLite (FTS5) and PostgreSQL (GIN) alike.

The column holds words made by the caller, letters and digits of any script with one blank between them; a query asks for
words that begin so. What a word means, and for whom it is, is the caller's: readers who may not see a row simply ask for
other words, so its presence costs them nothing (decision 0105).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.migrations.operations.base import Operation
from django.db.models import Model

_SQLITE = (
    "CREATE VIRTUAL TABLE {table}_words USING fts5({column}, content='{table}', content_rowid='id', detail='none', "
    "columnsize=0, tokenize='ascii')",
    "CREATE TRIGGER {table}_words_in AFTER INSERT ON {table} BEGIN "
    "INSERT INTO {table}_words(rowid, {column}) VALUES (new.id, new.{column}); END",
    "CREATE TRIGGER {table}_words_out AFTER DELETE ON {table} BEGIN "
    "INSERT INTO {table}_words({table}_words, rowid, {column}) VALUES ('delete', old.id, old.{column}); END",
    "CREATE TRIGGER {table}_words_anew AFTER UPDATE OF {column} ON {table} BEGIN "
    "INSERT INTO {table}_words({table}_words, rowid, {column}) VALUES ('delete', old.id, old.{column}); "
    "INSERT INTO {table}_words(rowid, {column}) VALUES (new.id, new.{column}); END",
)
# The price keeps the planner from reading the whole table where it misjudges how many rows a word finds (more would make it
# compile each query first); words go into the index at once, for a list of pending ones is read through at every search.
_POSTGRES = (
    "CREATE FUNCTION {table}_words(words text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS "
    "$$ BEGIN RETURN array_to_tsvector(string_to_array(words, ' ')); END $$",
    "CREATE INDEX {table}_words_index ON {table} USING gin ({table}_words({column})) WITH (fastupdate = off)",
)


class FullText(Operation):
    """Index the words of a text column. A later rebuild of the table on SQLite must run this again."""

    reversible = True

    def __init__(self, table: str, column: str):
        self.table, self.column = table, column

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for statement in _POSTGRES if schema_editor.connection.vendor == "postgresql" else _SQLITE:
            schema_editor.execute(statement.format(table=self.table, column=self.column), params=None)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION {self.table}_words(text) CASCADE", params=None)
        else:
            schema_editor.execute(f"DROP TABLE {self.table}_words", params=None)

    def describe(self) -> str:
        return f"index the words of {self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Rows that hold, for at least one of ``any_of``, all its words; a word ending in * begins so."""

    any_of: Sequence[Sequence[str]]


def find(model: type[Model], column: str, wanted: Sequence[Wanted], *, most: int) -> list[list[int]]:
    """Primary keys for each thing wanted, at most so many each, in no order; one statement."""
    table, postgres = model._meta.db_table, connection.vendor == "postgresql"
    parts, values, found = [], [], [list[int]() for _ in wanted]
    for number, one in enumerate(wanted):
        if not one.any_of:
            continue
        if postgres:
            parts.append(f"SELECT {number}, id FROM (SELECT id FROM {table} WHERE {table}_words({column}) @@ %s::tsquery LIMIT {int(most)}) AS s{number}")  # fmt: skip
        else:
            parts.append(f"SELECT {number}, id FROM (SELECT rowid AS id FROM {table}_words WHERE {table}_words MATCH %s LIMIT {int(most)})")  # fmt: skip
        values.append(_tsquery(one) if postgres else _fts5(one))
    if not parts:
        return found
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for number, pk in cursor.fetchall():
            found[number].append(pk)
    return found


def _fts5(wanted: Wanted) -> str:
    def word(text: str) -> str:
        return f'"{text[:-1]}"*' if text.endswith("*") else f'"{text}"'

    return " OR ".join("(" + " AND ".join(word(text) for text in words) + ")" for words in wanted.any_of)


def _tsquery(wanted: Wanted) -> str:
    def word(text: str) -> str:
        return f"'{text[:-1]}':*" if text.endswith("*") else f"'{text}'"

    return " | ".join("(" + " & ".join(word(text) for text in words) + ")" for words in wanted.any_of)
