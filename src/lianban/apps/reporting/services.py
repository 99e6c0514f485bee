"""Making the views and taking them away; nothing else is written here."""

from django.db import connections, transaction

from lianban.apps.reporting import rules


def make(*, using: str = "default") -> list[str]:
    """Make every view whose tables are there; returns their names. Done again, they are as the code says now."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        made = [(name, view.sql(classes)) for name, view, classes in rules.named() if there.issuperset(view.tables)]
        for name, sql in made:
            cursor.execute(f"DROP VIEW IF EXISTS {name}")
            cursor.execute(f"CREATE VIEW {name} AS {sql}")
    return [name for name, _ in made]


def drop(*, using: str = "default") -> None:
    """Take every view away: a migration could not change the tables below it."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        for name, _, _ in rules.named():
            cursor.execute(f"DROP VIEW IF EXISTS {name}")
