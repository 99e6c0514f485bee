"""The tables of docs/flows/consortium.md are recomputed."""

import re
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

from lianban.apps.consortia import compute, rules
from lianban.apps.consortia.tests.test_rules import Values

PAGE = (Path(__file__).parents[5] / "docs" / "flows" / "consortium.md").read_text(encoding="utf-8")


def rows(first):
    lines = PAGE.split(f"| {first} |")[1].split("\n\n")[0].split("\n")[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_table_of_the_council_is_what_is_counted():
    words = {"lapse": "no quorum", "carry": "carried", "lose": "lost"}
    for members, present, for_it, result in rows("members"):
        votes = dict.fromkeys(range(int(for_it)), "for")
        counted = rules.count(Values(), eligible=range(int(members)), present=range(int(present)), votes=votes)
        assert words[counted.verb] == result, (members, present, for_it)


def test_the_table_of_the_benefit_is_what_is_split():
    amount, members = 1_000_01, [1, 2, 3]
    of_engine = compute.shapley(
        [SimpleNamespace(capabilities=one) for one in (["process"], ["resin"], ["process"])],
        [SimpleNamespace(worth_fen=900_00, needs=["resin", "process"])],
    )
    ways = {
        "agreed": rules.agreed(amount, {1: Fraction(1, 2), 2: Fraction(3, 10), 3: Fraction(1, 5)}),
        "contribution": rules.by_contribution(amount, cash={1: 600_00, 2: 0, 3: 0}, in_kind={2: 300_00}),
        "shapley": rules.by_shapley(amount, members, of_engine, ["填料上样"]),
    }
    told = {name: [int(re.sub(r"\D", "", cell)) for cell in cells] for name, *cells in rows("way")}
    assert told == {name: [part.amount_fen for part in way.parts] for name, way in ways.items()}
    assert all(sum(parts) == amount for parts in told.values())
