"""Money under load: random operations of several writers against a plain tally (A5), forms sent three times (A7).

Each database gets a process of its own (``ledger_run.py``). PostgreSQL is left out, and said so, where there is none.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FULL = {"operations": 100_000, "forms": 5_000}
QUICK = {"operations": 1_000, "forms": 100}


@contextmanager
def _postgres() -> Iterator[str]:
    sys.path.insert(0, str(ROOT))
    from tests import postgres

    with postgres.server() as url:
        yield url


def run(url: str, sizes: dict[str, int], script: str = "ledger_run") -> dict[str, Any]:
    """The figures of one database, from a process of its own."""
    settings = {
        "LIANBAN_DATABASE_URL": url,
        "LIANBAN_SECRET_KEY": "only-for-benchmarks",
        "LIANBAN_HOSTS": "testserver",
        "LIANBAN_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "lianban.site.settings",
    }
    command = [sys.executable, "-m", f"benchmarks.{script}", *map(str, sizes.values())]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | settings, capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": done.stderr[-800:]}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def figures(quick: bool = False) -> dict[str, Any]:
    sizes = QUICK if quick else FULL
    found: dict[str, Any] = {"sizes": sizes}
    with tempfile.TemporaryDirectory() as place:
        found["sqlite"] = run(f"sqlite:///{place}/ledger.sqlite3", sizes)
    try:
        with _postgres() as url:
            found["postgresql"] = run(url, sizes)
    except SystemExit as none:
        found["postgresql"] = {"left_out": str(none)}
    return found


def table(found: dict[str, Any]) -> str:
    lines = [f"{'':44}{'SQLite':>14}{'PostgreSQL':>14}"]
    both = found["sqlite"], found["postgresql"]
    for part in ("operations", "forms"):
        for name in both[0].get(part, {}):
            values = [str(one.get(part, {}).get(name, "-")) for one in both]
            lines.append(f"{part + ': ' + name.replace('_', ' '):44}" + "".join(f"{value:>14}" for value in values))
    failed = [f"{name}: {one}" for name, one in found.items() if "failed" in one or "left_out" in one]
    return "\n".join(lines + failed)
