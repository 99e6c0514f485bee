"""The figures behind what we claim: ``make evidence`` runs the long catalogue and writes docs/evidence.json.

Each figure names the command that anyone can run to get it. Times are of this machine and are never tested;
counts and differences are. ``python -m tests.evidence benchmarks:cascade`` runs one benchmark in full.
"""

import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable
Figures = dict[str, Any]


def run(*command: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, **(env or {})}
    )


def last_json(text: str) -> Figures:
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def start_up() -> Figures:
    """Seconds to import the package and to ask the command for help; median of seven."""
    commands = {
        "import_lianban": [PYTHON, "-c", "import lianban"],
        "lianban_help": [PYTHON, "-m", "lianban.cli", "--help"],
    }
    figures = {}
    for name, command in commands.items():
        times = []
        for _ in range(7):
            begun = time.perf_counter()
            subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
            times.append(time.perf_counter() - begun)
        figures[name + "_s"] = round(statistics.median(times), 3)
    return figures


def big_package() -> Figures:
    """100,000 organisations and 1,000,000 supplies from Parquet: read, checked, built into a network."""
    done = run(PYTHON, "benchmarks/big_package.py")
    return last_json(done.stdout) if done.returncode == 0 else {"failed": done.stderr[-600:]}


def benchmarks(topic: str = "all", quick: bool = True) -> Callable[[], Figures]:
    """Figures of python -m benchmarks: all topics under --quick, or one, also in full."""
    wanted = [topic, *(["--quick"] if quick else [])]

    def measured() -> Figures:
        with tempfile.TemporaryDirectory() as place:
            store = Path(place) / "figures.json"
            done = run(PYTHON, "-m", "benchmarks", *wanted, "--output", str(store))
            told = json.loads(store.read_text(encoding="utf-8")) if store.exists() else {"failed": done.stderr[-600:]}
        command = "python -m benchmarks " + " ".join(wanted)
        return {name: {"command": command, **one} for name, one in told.items()}

    measured.__doc__ = (
        "Speed, agreement and calibration, by topic; each says where it was measured and what is sampled."
    )
    return measured


def one_benchmark(name: str) -> Callable[[], Figures]:
    """Read ``benchmarks:TOPIC`` (in full) or ``benchmarks:TOPIC:quick``."""
    _, topic, *how = name.split(":")
    return benchmarks(topic, quick=how == ["quick"])


def samples() -> Figures:
    """What each sample holds, and its worst points; tests/samples holds the ranks of those the literature names."""
    import lianban
    from lianban import samples as shipped

    figures: Figures = {}
    for name in shipped.names():
        chain = lianban.read_chain(shipped.path(name))
        begun = time.perf_counter()
        result = chain.diagnose().to_dict()
        figures[name] = {
            "rows": {table: len(rows) for table, rows in chain.tables.items()},
            "findings_error": len(list(chain.check().errors)),
            "ranked": len(result["weak_points"]),
            "unknown": len(result["unknown"]),
            "worst": [point["code"] for point in result["weak_points"][:5]],
            "diagnose_s": round(time.perf_counter() - begun, 2),
        }
    return figures


def counts(done: subprocess.CompletedProcess[str]) -> dict[str, int]:
    """What pytest says in its last line: how many passed, failed, were skipped."""
    closing = re.sub(r"\x1b\[[0-9;]*m", "", (done.stdout.strip() or "0 failed").split("\n")[-1])
    return {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|skipped|errors?)", closing)}


def suite(name: str, *arguments: str, postgres: bool = False) -> Callable[[], Figures]:
    """How many tests pass, and in which time."""

    def measured() -> Figures:
        command = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
        if postgres:
            command = [PYTHON, "tests/postgres.py", *command]
        begun = time.perf_counter()
        told = counts(run(*command))
        return {**told, "seconds": round(time.perf_counter() - begun), "command": "pytest " + " ".join(arguments)}

    measured.__doc__ = f"{name}: tests"
    return measured


def machines() -> Figures:
    """Every workflow walked at random on its table of moves, without a database: 2,000 runs of 50 steps each."""
    from tests.house import test_machines

    told = test_machines.figures(test_machines.LONG_RUNS, test_machines.LONG_STEPS)
    steps, moved = (sum(one[key] for one in told.values()) for key in ("steps", "moved"))
    trapped = {name: one["traps"] for name, one in told.items() if one["traps"]}
    unseen = sorted(name for name, one in told.items() if one["states_seen"] != one["states"])
    return {
        "tables": len(told),
        "steps": steps,
        "moved": moved,
        "dead_ends": trapped,
        "unseen_states": unseen,
        "by_table": told,
    }


def machines_on_databases() -> Figures:
    """Many hands on the rows of both databases: every random state machine, 50 runs of 20 steps."""
    files = sorted(
        str(path.relative_to(ROOT))
        for path in (ROOT / "src/lianban/apps").glob("*/tests/test_*machine.py")
        if "many_hands" in path.read_text(encoding="utf-8") and "django_db" in path.read_text(encoding="utf-8")
    )
    wanted = [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not reaches_every_state", *files]
    found: Figures = {"runs": 50, "steps": 20, "of": files}
    for name, before in (("sqlite", []), ("postgresql", [PYTHON, "tests/postgres.py"])):
        begun = time.perf_counter()
        found[name] = {
            **counts(run(*before, *wanted, env={"LIANBAN_MACHINES": "50x20"})),
            "seconds": round(time.perf_counter() - begun),
        }
    return found


def permissions() -> Figures:
    """Role by deed by relation: how many cells, and how many are not as reviewed (docs/reference/permissions.csv)."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lianban.site.settings_for_tests")
    django.setup()
    from tests.house import permissions as matrix

    cells = list(matrix.cells())
    wrong = [cell[:3] for cell in cells if cell[3] != matrix.expected(*cell[:3])]
    return {
        "cells": len(cells),
        "roles": len({c[0] for c in cells}),
        "deeds": len({c[1] for c in cells}),
        "surprises": wrong,
    }


def faults() -> Figures:
    """A fault at every database statement of the key deeds of both roads: how many statements, what was half done."""
    done = run(PYTHON, "-m", "pytest", "-q", "-s", "-m", "evidence", "tests/secrecy/test_faults.py")
    found = re.search(r"\{'statements': (\{.*?\})\}", done.stdout)
    tried = json.loads(found.group(1).replace("'", '"')) if found else {}
    failed = {} if done.returncode == 0 else {"failed": done.stdout[-600:]}
    return {
        "deeds": len(tried),
        "statements": sum(tried.values()),
        "by_deed": tried,
        "half_done": 0 if not failed else None,
        **failed,
    }


def api_document() -> Figures:
    """Generated requests to every operation of the interface: what broke, what the document does not name; both databases."""
    found: Figures = {}
    for name, before, examples in (("sqlite", [], "150"), ("postgresql", [PYTHON, "tests/postgres.py"], "20")):
        begun = time.perf_counter()
        wanted = [
            *before,
            PYTHON,
            "-m",
            "pytest",
            "-q",
            "-s",
            "-p",
            "no:cacheprovider",
            "tests/house/test_api_document.py",
            "-k",
            "many",
        ]
        done = run(*wanted, env={"LIANBAN_EXAMPLES": examples})
        line = re.search(r"^\.?api_document (\{.*\})$", done.stdout, re.M)
        told = json.loads(line.group(1)) if line else {}
        failed = {} if done.returncode == 0 else {"failed": done.stdout[-600:]}
        found[name] = {**told, "seconds": round(time.perf_counter() - begun), **failed}
    return found


def corpora() -> Figures:
    """Spreadsheets and text tables with their answers, names of organisations, and three minutes of damaged files."""
    files, damaged = run(PYTHON, "-m", "tests.corpora"), run(PYTHON, "-m", "tests.corpora.fuzz", "180")
    found = {}
    for name, done in (("files", files), ("fuzz", damaged)):
        found[name] = last_json(done.stdout) if done.returncode == 0 else {"failed": done.stderr[-600:]}
    return found


CATALOGUE: dict[str, Callable[[], Figures]] = {
    "start_up": start_up,
    "big_package": big_package,
    "samples": samples,
    "benchmarks": benchmarks(),
    "ledger": benchmarks("ledger", quick=False),
    "machines": machines,
    "machines_on_databases": machines_on_databases,
    "permissions": permissions,
    "faults": faults,
    "api_document": api_document,
    "corpora": corpora,
    "engine_and_chain": suite("engine, rule book, chain", "-n", "2", "src/lianban/engine", "src/lianban/rulebook", "src/lianban/chain", "src/lianban/cli"),
    "platform_sqlite": suite("platform on SQLite", "-n", "2", "-m", "not browser", "src/lianban/apps", "src/lianban/kit", "src/lianban/site", "tests"),
    "platform_postgresql": suite(
        "platform on PostgreSQL", "-n", "2", "-m", "not browser", "src/lianban/apps", "src/lianban/kit", "src/lianban/site", postgres=True
    ),
    "browser": suite("stories in a real browser", "-m", "browser", "tests/journeys"),
}  # fmt: skip


def main(names: list[str]) -> int:
    place = ROOT / "docs" / "evidence.json"
    told: Figures = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
    catalogue = CATALOGUE | {name: one_benchmark(name) for name in names if name.startswith("benchmarks:")}
    unknown = sorted(set(names) - set(catalogue))
    if unknown:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(CATALOGUE)}", file=sys.stderr)
        return 2
    for name in names or CATALOGUE:
        print(name, "…", file=sys.stderr)
        begun = {"on": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z", "load_before": round(os.getloadavg()[0], 1)}
        what = (catalogue[name].__doc__ or "").strip()
        found = {"what": what, **({} if ":" in name else begun), **catalogue[name]()}  # benchmarks tell their own
        key = name.split(":")[0]  # a benchmark by itself takes its place beside the others
        told[key] = {**told.get(key, {}), **found} if ":" in name else found
        print(json.dumps(found, ensure_ascii=False, indent=1))
    told["made"] = {
        "command": "make evidence",
        "on": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
    }
    place.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    run(PYTHON, "-m", "tests.house.generate")  # docs/catalogue.md shows them
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
