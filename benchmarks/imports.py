"""A list of 100,000 organisations brought in, half of them known: seconds to read, to preview, to write and to undo; memory.

Each database gets a process of its own (``imports_run.py``). PostgreSQL is left out, and said so, where there is none.
"""

import tempfile
from typing import Any

from benchmarks.ledger import _postgres, run

FULL = {"rows": 100_000, "known": 50_000}
QUICK = {"rows": 4_000, "known": 2_000}


def figures(quick: bool = False) -> dict[str, Any]:
    sizes = QUICK if quick else FULL
    found: dict[str, Any] = {"sizes": sizes}
    with tempfile.TemporaryDirectory() as place:
        found["sqlite"] = run(f"sqlite:///{place}/imports.sqlite3", sizes, "imports_run")
    try:
        with _postgres() as url:
            found["postgresql"] = run(url, sizes, "imports_run")
    except SystemExit as none:
        found["postgresql"] = {"left_out": str(none)}
    return found


def table(found: dict[str, Any]) -> str:
    both = found["sqlite"], found["postgresql"]
    lines = [f"{'seconds, or as said':30}{'SQLite':>14}{'PostgreSQL':>14}"]
    for name in ("read", "preview", "apply", "undo", "preview_peak_mb", "peak_mb", "file_mb"):
        lines.append(f"{name:30}" + "".join(f"{one.get(name, '-')!s:>14}" for one in both))
    told = [f"{name}: {one}" for name, one in found.items() if "failed" in one or "left_out" in one]
    return "\n".join([*lines, f"lines: {both[0].get('lines')}", *told])
