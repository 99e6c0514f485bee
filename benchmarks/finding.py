"""The search box at 100,000 organisations: time from request to answer, by what is typed and by who asks; what the index costs.

Each database gets a process of its own (``finding_run.py``). PostgreSQL is left out, and said so, where there is none.
"""

import tempfile
from typing import Any

from benchmarks.ledger import _postgres, run

FULL = {"organisations": 100_000, "searches": 1_000}
QUICK = {"organisations": 5_000, "searches": 150}


def figures(quick: bool = False) -> dict[str, Any]:
    sizes = QUICK if quick else FULL
    found: dict[str, Any] = {"sizes": sizes}
    with tempfile.TemporaryDirectory() as place:
        found["sqlite"] = run(f"sqlite:///{place}/finding.sqlite3", sizes, "finding_run")
    try:
        with _postgres() as url:
            found["postgresql"] = run(url, sizes, "finding_run")
    except SystemExit as none:
        found["postgresql"] = {"left_out": str(none)}
    return found


def table(found: dict[str, Any]) -> str:
    both = found["sqlite"], found["postgresql"]
    lines = [f"{'milliseconds, or as said':52}{'SQLite':>14}{'PostgreSQL':>14}"]
    for part in ("index", "request", "by_what_is_typed", "secrecy"):
        for name in both[0].get(part, {}):
            values = [str(one.get(part, {}).get(name, "-")) for one in both]
            lines.append(f"{part + ': ' + name:52}" + "".join(f"{value:>14}" for value in values))
    failed = [f"{name}: {one}" for name, one in found.items() if "failed" in one or "left_out" in one]
    return "\n".join(lines + failed)
