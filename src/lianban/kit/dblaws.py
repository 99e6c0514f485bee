"""Database laws (数据库约束): the few that differ between SQLite and PostgreSQL; the only place that asks which it is."""

from typing import Any

from django.db.migrations.operations.base import Operation

_SQLITE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append only'); END;
CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append only'); END;
"""
_POSTGRES = """
CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{table} is append only'; END $$;
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_refuse();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse();
"""


class AppendOnly(Operation):
    """Let the database itself refuse every change and deletion in a table. Asks no model, so it renders none."""

    reversible = True

    def __init__(self, table: str):
        self.table = table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models stay as they are."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_POSTGRES.format(table=self.table))
            return
        for statement in _SQLITE.strip().split("\n"):
            schema_editor.execute(statement.format(table=self.table))

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """A table that goes takes its triggers along."""

    def describe(self) -> str:
        return f"refuse changes in {self.table}"


def append_only(table: str) -> AppendOnly:
    """Let the database itself refuse every change and deletion in a table."""
    return AppendOnly(table)


class Together(Operation):
    """Create all tables of a migration in one go.

    Django renders the models of every app anew for each table a migration creates, which costs a new office (and every
    test run) half a minute at a hundred tables. Here they are rendered once a migration. Constraints and indexes stand in
    the ``options`` of their CreateModel.
    """

    reversible = True

    def __init__(self, *operations: Operation):
        self.operations = operations

    def state_forwards(self, app_label: str, state: Any) -> None:
        state.__dict__.pop("apps", None)  # the cached rendering: made again when it is first asked for
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "create " + ", ".join(str(getattr(operation, "name", operation)) for operation in self.operations)
