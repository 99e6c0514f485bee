"""Every table file of every sample chain brought back through the import preview: files, rows, and what differed (0)."""

import tempfile
from typing import Any

from benchmarks.ledger import run

NAMES = ("antibody", "materials130", "nev", "semiconductors")


def figures(quick: bool = False) -> dict[str, Any]:
    names = NAMES[:2] if quick else NAMES
    with tempfile.TemporaryDirectory() as place:
        return run(f"sqlite:///{place}/round_trip.sqlite3", dict(enumerate(names)), "round_trip_run")  # type: ignore[arg-type]


def table(found: dict[str, Any]) -> str:
    if "failed" in found:
        return str(found)
    lines = [f"{'chain':20}{'files':>8}{'rows':>8}{'changes':>9}"]
    lines += [f"{name:20}{one['files']:>8}{one['rows']:>8}{one['changes']:>9}" for name, one in found.items()]
    return "\n".join(lines + [f"{name}: {one['differ']}" for name, one in found.items() if one["differ"]])
