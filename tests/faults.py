"""A fault at every database statement of a deed, one after another: the state before, or the state after, never between.

``between(deed)`` runs a deed as often as it has statements, each time with another statement failing, and compares
everything that stands in the database with what stood there before. Catalogue item B3 (docs/evidence.md).
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection, transaction

Deed = Callable[[], Any]


class Broken(OperationalError):
    """The database went away in the middle of a deed."""


class Undone(Exception):
    """Takes a whole deed back."""


@dataclass
class Fault:
    """Counts statements and breaks off at one of them (None: never)."""

    at: int | None = None
    seen: int = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            return execute(sql, params, many, context)
        self.seen += 1
        if self.at is not None and self.seen > self.at:
            raise Broken(f"statement {self.seen} failed on purpose")
        return execute(sql, params, many, context)


def everything() -> str:
    """A digest of every row of every table of ours."""
    digest = hashlib.sha256()
    for model in sorted(apps.get_models(include_auto_created=True), key=lambda m: m._meta.db_table):
        if model._meta.app_label in ("contenttypes", "sessions"):
            continue
        for row in model._default_manager.order_by("pk").values_list():
            digest.update(f"{model._meta.db_table} {row!r}".encode())
    return digest.hexdigest()


def statements(deed: Deed) -> int:
    """How many statements a deed makes; it is taken back afterwards."""
    fault = Fault()
    try:
        with transaction.atomic(), connection.execute_wrapper(fault):
            deed()
            raise Undone
    except Undone:
        return fault.seen


def between(deed: Deed, stride: int = 1) -> tuple[int, list[int]]:
    """Number of statements tried (every ``stride``-th), and those after whose failure something had changed."""
    n, before = statements(deed), everything()
    torn, places = [], range(0, n, stride)
    for at in places:
        try:
            with transaction.atomic(), connection.execute_wrapper(Fault(at)):
                deed()
        except Broken:
            pass
        else:
            torn.append(at)  # the failure was swallowed: somebody would believe it was done
        if everything() != before:
            torn.append(at)
    return len(places), torn
