"""Arrays on their way to PostgreSQL: long lists of JSON are written as arrays, and its driver escapes them sign by sign."""

from functools import cache
from typing import Any


class _Escape:
    """What the driver asks its pattern for, done by two replacements; of JSON every tenth sign is a quotation mark."""

    def sub(self, template: bytes, value: Any) -> bytes:
        return bytes(value).replace(b"\\", b"\\\\").replace(b'"', b'\\"')


@cache
def _lists() -> type:
    from psycopg.types.array import ListDumper

    return type("Lists", (ListDumper,), {"_re_esc": _Escape()})


def quick_arrays(*, connection: Any, **_: Any) -> None:
    """Have a new connection write lists the quick way (``python -m benchmarks imports``)."""
    if connection.vendor == "postgresql":
        connection.connection.adapters.register_dumper(list, _lists())
