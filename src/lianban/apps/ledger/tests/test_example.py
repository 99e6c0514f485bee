"""The worked table of docs/flows/ledger.md is what the ledger does."""

import re
from pathlib import Path

import pytest

from lianban.apps.ledger import queries, services

PAGE = Path(__file__).parents[5] / "docs" / "flows" / "ledger.md"


def numbers(line):
    return [int(cell.replace(",", "").replace("−", "-")) * 100 for cell in re.findall(r"\| +(−?[\d,]+) (?=\|)", line)]


@pytest.mark.django_db
def test_the_worked_example_is_recomputed(books, post, told):
    table = [numbers(line) for line in PAGE.read_text(encoding="utf-8").split("\n") if line.startswith("| ")]
    table = [row for row in table if len(row) == 5]

    def books_now():
        return [queries.balance_fen("outside"), queries.balance_fen("pot"), queries.held_fen("pot"),
                queries.free_fen("pot"), queries.balance_fen("a")]  # fmt: skip

    found = []
    post("in", ("outside", "pot", 30_000_000), kind="public_money")
    found.append(books_now())
    held = services.hold(key="h", account="pot", amount_fen=12_000_000, purpose="tests.milestone:1", **told)
    found.append(books_now())
    services.settle(hold_id=held.pk, target="a", amount_fen=4_800_000, key="s", **told)
    found.append(books_now())
    services.release(hold_id=held.pk, key="r", **told)
    found.append(books_now())

    assert found == table
