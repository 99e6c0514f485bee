"""Database laws (数据库约束): the few that differ between SQLite and PostgreSQL; the only place that asks which it is."""

from typing import Any

from django.db import migrations

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


def append_only(table: str) -> migrations.RunPython:
    """Let the database itself refuse every change and deletion in a table."""

    def forwards(apps: Any, schema_editor: Any) -> None:
        vendor = schema_editor.connection.vendor
        statements = _POSTGRES if vendor == "postgresql" else _SQLITE
        if vendor == "postgresql":
            schema_editor.execute(statements.format(table=table))
            return
        for statement in statements.strip().split("\n"):
            schema_editor.execute(statement.format(table=table))

    return migrations.RunPython(forwards, migrations.RunPython.noop)
