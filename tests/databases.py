"""A migrated database, made once for these migrations and copied from then on: tests do not migrate again and again.

SQLite: a file beside the virtual environment's caches, copied into the memory of each test process. PostgreSQL: a
template database on the server of the run, which Django copies. Both are named by a digest of every migration.
"""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
_KEPT: list[sqlite3.Connection] = []  # a database in memory lasts as long as somebody is connected to it


def digest() -> str:
    """A name for exactly these migrations, under this Django."""
    import django

    found = hashlib.sha256(django.__version__.encode())
    for path in sorted([*ROOT.glob("src/lianban/apps/*/migrations/*.py"), ROOT / "src/lianban/kit/dblaws.py"]):
        found.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def _one_at_a_time(name: str) -> Iterator[Path]:
    """Test processes of one run want the same thing at the same moment: one makes it, the others wait."""
    place = Path(tempfile.gettempdir()) / f"lianban-tests-{os.getuid()}"
    place.mkdir(exist_ok=True)
    with (place / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield place


def _migrate(url: str) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "lianban.site.settings_for_tests", "LIANBAN_DATABASE_URL": url}
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "django", "migrate", "-v", "0"]
    done = subprocess.run(
        command, env={**os.environ, **settings, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"the test database could not be migrated:\n{done.stderr[-3000:]}")


def prepare() -> None:
    """Give the test database what migrating would give it. Where this cannot be, Django migrates as ever."""
    from django.db import connection

    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = _postgres_template(connection.settings_dict)
    elif connection.vendor == "sqlite" and connection.settings_dict["NAME"] == ":memory:":
        name = connection.creation._get_test_db_name()
        memory = sqlite3.connect(name, uri=True, check_same_thread=False)
        with sqlite3.connect(_sqlite_template()) as template:
            template.backup(memory)
        _KEPT.append(memory)


def _sqlite_template() -> Path:
    with _one_at_a_time("sqlite") as place:
        found = place / f"{digest()}.sqlite3"
        if not found.exists():
            for old in place.glob("*.sqlite3*"):
                old.unlink()
            made = place / "making.sqlite3"
            _migrate(f"sqlite:///{made}")
            with sqlite3.connect(made) as database:
                database.execute("PRAGMA journal_mode=DELETE")
            made.replace(found)
        return found


def _postgres_template(settings: dict) -> str:
    import psycopg

    name = f"lianban_template_{digest()}"
    url = os.environ["LIANBAN_DATABASE_URL"]
    with _one_at_a_time("postgres"), psycopg.connect(url, autocommit=True) as admin:
        known = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            admin.execute(f"CREATE DATABASE {name}_making")
            _migrate(url.rpartition("/")[0] + f"/{name}_making")
            admin.execute(f"ALTER DATABASE {name}_making RENAME TO {name}")
    return name
