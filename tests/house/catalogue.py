"""The test catalogue: what is tried, where, and the figures of its last full run (docs/evidence.json)."""

import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
EVIDENCE = ROOT / "docs" / "evidence.json"
# id, what must hold, where it is tried, keys of the figures shown
ITEMS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("A5", "every set of the ledger adds up to zero, a balance is what its movements say, the database refuses changes", "src/lianban/apps/ledger/tests/test_machine.py", ("ledger.ledger.figures.sqlite.operations.asked", "ledger.ledger.figures.sqlite.operations.balances_that_differ_from_the_tally", "ledger.ledger.figures.postgresql.operations.balances_that_differ_from_the_tally", "ledger.ledger.figures.postgresql.operations.first_broken_set")),
    ("A6", "a benefit is split to the fen by every way", "src/lianban/apps/consortia/tests/test_rules.py", ()),
    ("A7", "a form sent three times is carried out once; the same key with another body is refused", "src/lianban/site/tests/test_once.py", ("ledger.ledger.figures.sqlite.forms.effects", "ledger.ledger.figures.postgresql.forms.effects", "ledger.ledger.figures.postgresql.forms.of_these_422")),
    ("A8", "of two editors none writes over what they have not seen", "src/lianban/kit/tests/test_editing.py", ()),
    ("A9", "random walks meet no illegal state and no dead end", "tests/house/test_machines.py", ("machines.tables", "machines.steps", "machines.dead_ends", "machines.unseen_states", "machines_on_databases.sqlite.passed", "machines_on_databases.postgresql.passed")),
    ("A10", "an answer is taken if and only if its receipt is not after the deadline", "src/lianban/apps/sealing/tests/test_services.py", ("benchmarks.sealing",)),
    ("A11", "two schedulers, two workers: each work of a day once", "tests/secrecy/test_races.py", ()),
    ("B3", "a fault at any database statement of a key deed leaves the state before or after", "tests/secrecy/test_faults.py", ("faults.deeds", "faults.statements", "faults.half_done")),
    ("D1", "role by deed by relation: no cell that was not reviewed", "tests/house/test_permissions_matrix.py", ("permissions.cells", "permissions.surprises")),
    ("D1", "role by address: done or refused as the table says", "tests/secrecy/test_permissions.py", ()),
    ("D2", "no field above one's clearance", "tests/secrecy/test_canary.py", ()),
    ("D2", "a change of hidden rows alters no answer to others: pages, files, interface, headers", "tests/secrecy/test_unnoticed.py", ()),
    ("D3", "missing and forbidden answer alike", "tests/secrecy/test_canary.py", ()),
    ("D4", "nothing tells a sealed answer before its opening", "tests/secrecy/test_sealed.py", ("benchmarks.sealing",)),
    ("D7", "a deed leaves its row in the journal", "src/lianban/apps/challenges/tests/test_road.py", ()),
    ("C1, C2", "every file of the corpora is read as its answer says, or refused by name; the service neither grows nor dies", "tests/corpora/test_corpora.py", ("corpora.files.spreadsheets.files", "corpora.files.spreadsheets.wrong", "corpora.files.texts.files", "corpora.files.texts.wrong")),
    ("C3", "no damaged file ends or hangs the service", "tests/corpora/fuzz.py", ("corpora.fuzz.executions", "corpora.fuzz.crashes", "corpora.fuzz.hangs_over_1_s")),
    ("C4", "no generated call is answered by a 5xx or by a status that the document does not name", "tests/house/test_api_document.py", ("api_document.sqlite.calls", "api_document.sqlite.5xx", "api_document.postgresql.calls", "api_document.postgresql.5xx")),
    ("C6", "no cell of any export is calculated", "src/lianban/chain/tests/test_formulas.py", ()),
    ("E4", "a map of 2,000 products: answer within 1 s and 1 MB, usable within 3 s", "benchmarks/maps.py", ("benchmarks.maps",)),
    ("E5", "100,000 rows previewed within 60 s", "benchmarks/imports.py", ("benchmarks.imports",)),
    ("E6", "100,000 rows given out as a workbook within 60 s and 300 MB", "benchmarks/out.py", ("benchmarks.out",)),
    ("E7", "the search box at 100,000 organisations: p95 within 300 ms on both databases", "benchmarks/finding.py", ("benchmarks.finding.figures.sqlite.request.p95", "benchmarks.finding.figures.postgresql.request.p95")),
    ("out and in", "what is given out and brought back unchanged changes nothing", "src/lianban/apps/imports/tests/test_round_trip.py", ("benchmarks.round_trip",)),
)  # fmt: skip


def _found(evidence: dict[str, Any], key: str) -> str:
    value: Any = evidence
    for part in key.split("."):
        if not isinstance(value, dict) or part not in value:
            return "not run yet"
        value = value[part]
    return f"see `{key}`" if isinstance(value, dict) and value else json.dumps(value, ensure_ascii=False)


def table() -> str:
    """The rows of the page."""
    evidence = json.loads(EVIDENCE.read_text(encoding="utf-8"))
    rows = ["| no | must hold | tried by | last full run |", "| --- | --- | --- | --- |"]
    for number, what, where, keys in ITEMS:
        figures = "; ".join(f"{key.rpartition('.')[2]} {_found(evidence, key)}" for key in keys) or "in every check"
        rows.append(f"| {number} | {what} | `{where}` | {figures} |")
    return "\n".join(rows)
