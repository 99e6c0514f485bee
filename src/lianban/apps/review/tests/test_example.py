"""The worked example of the flow page is true."""

import re
from pathlib import Path

from lianban.apps.review import rules

PAGE = Path(__file__).parents[5] / "docs" / "flows" / "review.md"


def test_the_worked_table_can_be_recomputed():
    lines = [line for line in PAGE.read_text(encoding="utf-8").split("\n") if re.match(r"\| [A-Z0-9]{4} \|", line)]
    rows = {cells[0]: cells[1:] for cells in ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)}
    content = {
        "sheet": [{"code": "all", "points": 100}], "drop_extremes_from": 7, "seats": [{"number": n} for n in range(1, 8)],
        "items": [{"code": code, "key": code} for code in rows],
        "scores": [
            {"item": code, "seat": n, "criterion": "all", "points": cells[n - 1]}
            for code, cells in rows.items() for n in range(1, 8)
        ],
    }  # fmt: skip

    found = {r.code: [", ".join(map(str, r.dropped)), r.shown, str(r.rank)] for r in rules.results(content)}

    assert len(rows) == 2 and found == {code: cells[7:] for code, cells in rows.items()}
