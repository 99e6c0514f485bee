"""The benchmark of the ledger in small: several writers, forms sent three times, on the database the tests run on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.secrecy.test_races import new_database

ROOT = Path(__file__).parents[2]
SETTINGS = {"LIANBAN_SECRET_KEY": "only-for-tests", "LIANBAN_HOSTS": "testserver", "DJANGO_SETTINGS_MODULE": "lianban.site.settings"}  # fmt: skip


@pytest.mark.evidence
@pytest.mark.database
def test_several_writers_and_forms_sent_three_times_leave_the_books_right(tmp_path: Path):
    with new_database(tmp_path) as url:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.ledger_run", "400", "30"],
            cwd=ROOT, env=os.environ | SETTINGS | {"LIANBAN_DATABASE_URL": url}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])

    books, forms = found["operations"], found["forms"]
    assert books["posted"] > 20 and books["held"] > 5 and "REUSE_ACCEPTED" not in books
    assert books["balances_that_differ_from_the_tally"] == books["holds_that_differ_from_the_tally"] == 0
    assert books["sum_of_all_balances_fen"] == books["accounts_below_zero"] == 0
    assert books["first_broken_set"] is None and books["first_broken_journal_entry"] is None
    assert books["changes_refused_by_the_database"] == "10 of 10"
    assert (forms["effects"], forms["forms_with_one_and_the_same_answer"]) == (30, 30)
    assert forms["of_these_422"] == forms["sent_with_other_content"] == 30
