"""The samples' pages of expected weak points (expected.md) tell the truth about our own ranking."""

from functools import cache
from pathlib import Path

import pytest

import lianban
from lianban import samples

NEEDED = ("product code", "named by", "phrase", "address", "our rank", "remark")
WORDS = ("unknown", "none")  # listed apart because facts are missing; not a weak point at all


def expected_rows(page: Path) -> list[dict[str, str]]:
    """Read the one table of an expected.md: header cell to cell."""
    lines = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    header, _, *body = cells
    assert set(NEEDED) <= set(header), f"{page}: the table needs the columns {', '.join(NEEDED)}"
    return [dict(zip(header, row, strict=True)) for row in body]


@cache
def places(name: str) -> dict[str, str]:
    """Tell for every product where it stands: its rank, ``unknown`` or ``none``."""
    chain = lianban.read_chain(samples.path(name))
    result = chain.diagnose()
    stands = dict.fromkeys(chain.products["code"], "none")
    stands |= {point.code: "unknown" for point in result.unknown}
    stands |= {point.code: str(point.rank) for point in result.weak_points}
    return stands


@pytest.mark.parametrize("name", samples.names())
def test_the_page_states_the_computed_ranks(name: str) -> None:
    rows = expected_rows(samples.path(name) / "expected.md")
    codes = [row["product code"] for row in rows]
    assert len(set(codes)) == len(codes)
    missing = [code for code in codes if code not in places(name)]
    assert not missing, f"{name}: expected.md names products that are not in the package: {missing}"
    stated = {row["product code"]: row["our rank"] for row in rows}
    assert stated == {code: places(name)[code] for code in codes}, f"{name}: put the computed ranks into expected.md"


@pytest.mark.parametrize("name", samples.names())
def test_a_point_outside_the_first_ten_is_explained(name: str) -> None:
    for row in expected_rows(samples.path(name) / "expected.md"):
        rank = row["our rank"]
        assert rank in WORDS or rank.isdecimal(), f"{name}: {rank!r} is no rank"
        missed = rank in WORDS or int(rank) > 10
        assert row["remark"] or not missed, f"{name}: say in the remark why {row['product code']} is missed"


@pytest.mark.parametrize("name", samples.names())
def test_every_point_is_named_by_a_text(name: str) -> None:
    for row in expected_rows(samples.path(name) / "expected.md"):
        assert row["named by"] and row["phrase"] and row["address"]
