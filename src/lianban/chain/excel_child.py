"""Read one workbook in a process of its own, with little memory and little time, and print it as JSON.

A small hostile workbook can make a fast reader ask for all memory there is and abort the process. This file is run by
path, imports nothing of lianban, and is the only place that gives a workbook to the reader.
"""

import json
import sys
from datetime import date, datetime, time, timedelta

MEMORY_BYTES = 2 << 30
CPU_SECONDS = 120


def limit() -> None:
    """Ask the system to stop this process before it hurts others; where there is no such system, go on."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def plain(cell):
    """Return a cell as text or number; days as 2024-05-31."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, int | float):
        return float(cell)
    return cell or None


def spread(rows: list, ranges) -> list:
    """Write the value of merged cells into every cell they cover; return the covered [row, column] of data."""
    covered = []
    for (top, left), (bottom, right) in ranges or []:
        if top >= len(rows) or left >= len(rows[top]) or (bottom - top + 1) * (right - left + 1) > 100_000:
            continue
        for r in range(top, min(bottom, len(rows) - 1) + 1):
            for c in range(left, min(right, len(rows[r]) - 1) + 1):
                if rows[r][c] is None and rows[top][left] is not None:
                    rows[r][c] = rows[top][left]
                    covered.append([r, c])
    return covered


def main(path: str, wanted: list) -> None:
    limit()
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        if name not in wanted:
            continue
        sheet = book.get_sheet_by_name(name)
        rows = [[plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        covered = spread(rows, sheet.merged_cell_ranges)
        sys.stdout.write(json.dumps({"sheet": name, "rows": rows, "covered": covered}, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
