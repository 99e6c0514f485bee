from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from lianban.kit.arrays import _Escape, quick_arrays


@given(st.binary(max_size=60))
def test_a_text_is_escaped_as_the_driver_escapes_it(value: bytes) -> None:
    array = pytest.importorskip("psycopg.types.array")
    assert _Escape().sub(rb"\\\1", value) == array.ListDumper._re_esc.sub(rb"\\\1", value)


def test_only_postgresql_is_asked_for_it(db: Any) -> None:
    connection.ensure_connection()
    quick_arrays(connection=connection)  # on SQLite, nothing; on PostgreSQL once more
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            return
        said = ['{"名": "甲\\\\乙", "a": [null, "\\""]}', "NULL", "", " {x,y} ", None]
        cursor.execute("SELECT unnest(%s::text[])", [said])
        assert [row[0] for row in cursor.fetchall()] == said
        assert connection.connection.adapters.get_dumper(list, _text()).__name__ == "Lists"


def _text() -> Any:
    from psycopg.adapt import PyFormat

    return PyFormat.TEXT
