"""Files out: 100,000 rows as a workbook, graphs and reports; cells that could be calculated; what comes back changed.

The yardstick of 100,000 rows is E6 of the catalogue: at most 60 s and 300 MB. Each size is measured in a process of its own.
"""

import json
import subprocess
import sys
from typing import Any

ROWS = 100_000
CASES = ("list", "package", "graph", "report")


def figures(quick: bool = False) -> dict[str, Any]:
    n = ROWS // 10 if quick else ROWS
    found: dict[str, Any] = {"rows": n, **{case: _child(case, n) for case in CASES}}
    return found | {"formulas": _child("formulas", 0), "round_trip": _child("round_trip", 0)}


def table(found: dict[str, Any]) -> str:
    lines = [f"{'what':<12}{'seconds':>9}{'peak MB':>9}{'file MB':>9}"]
    lines += [f"{c:<12}{found[c]['seconds']:>9}{found[c]['peak_mb']:>9}{found[c]['file_mb']:>9}" for c in CASES]
    formulas, trip = found["formulas"], found["round_trip"]
    lines.append(f"cells looked at {formulas['cells']}, calculated by a spreadsheet: {formulas['calculated']}")
    lines.append(f"tables written and read again {trip['tables']}, changed: {trip['changed']}")
    return "\n".join(lines)


def _child(case: str, n: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.out", case, str(n)], capture_output=True, text=True, check=True, timeout=1800
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _big(n: int) -> Any:
    """A chain with n organisations, each with one product it makes."""
    import pandas as pd

    from lianban.chain.chain import Chain
    from lianban.chain.package import read_chain

    sample = read_chain("sample:antibody")
    tables = sample.to_pandas()
    for table in ("organisations", "production"):
        frame = tables[table]
        frame = pd.concat([frame] * (n // len(frame) + 1), ignore_index=True).head(n)
        frame["code"] = [f"{table}-{i}" for i in range(n)]
        tables[table] = frame
    tables["production"]["organisation"] = tables["organisations"]["code"]
    tables["organisations"]["credit_code"] = pd.NA
    return Chain(tables, name="big")


def _list(n: int) -> bytes:
    """A list as a page exports it: text, numbers, days, 14 columns."""
    from datetime import date, datetime

    from lianban.files.facts import Facts
    from lianban.kit import exports
    from lianban.rulebook.text import Text

    facts = Facts(Text("清单", "List"), datetime(2026, 11, 23), Text("链办经办", "officer"), n_rows=n)
    rows = (
        [f"P{i:06d}", f"产品{i}", f"Product {i}", "环节", f"规格{i % 7}", "应用", "基础材料", "是", 1.5 * i, "万元", "CNY", date(2026, 1, 1), "中", "公开"]
        for i in range(n)
    )  # fmt: skip
    return exports._xlsx(facts.lines("zh"), [f"列{i}" for i in range(14)], rows)


def _formulas() -> dict[str, int]:
    import csv
    import io
    import re
    import zipfile

    from lianban.chain.exporting import file_of
    from lianban.chain.tests.test_formulas import FACTS, poisoned

    chain, cells, calculated = poisoned(), 0, 0
    for kind in ("csv", "zip", "xlsx"):
        archive = zipfile.ZipFile(io.BytesIO(file_of(chain, kind, facts=FACTS)[0]))
        for name in archive.namelist():
            data = archive.read(name)
            if name.endswith(".csv"):
                found = [cell for line in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in line if cell]
                cells += len(found)
                calculated += sum(bool(re.match(r"\s*[=+\-@＝＋－＠]|[\t\r\n]", cell)) for cell in found)
            elif name.startswith("xl/worksheets"):
                cells += data.count(b"<c ")
                calculated += len(re.findall(rb"<f[ >/]", data))
    return {"cells": cells, "calculated": calculated}


def _round_trip() -> dict[str, int]:
    import tempfile
    from pathlib import Path

    from lianban import samples
    from lianban.chain.exporting import file_of
    from lianban.chain.frames import row_texts
    from lianban.chain.package import read_chain

    tables, changed = 0, 0
    with tempfile.TemporaryDirectory() as place:
        for sample in samples.names():
            chain = read_chain(f"sample:{sample}")
            for kind in ("zip", "xlsx", "csv", "parquet"):
                data, ending = file_of(chain, kind)
                file = Path(place) / f"{sample}-{kind}.{ending.split('.')[-1]}"
                file.write_bytes(data)
                again = read_chain(file)
                for table, frame in chain.tables.items():
                    tables += 1
                    changed += sorted(row_texts(frame)) != sorted(row_texts(again.tables[table]))
    return {"tables": tables, "changed": changed}


def main(case: str, n: int) -> None:
    import resource
    import time

    if case in ("formulas", "round_trip"):
        print(json.dumps(_formulas() if case == "formulas" else _round_trip()))
        return
    chain = None if case == "list" else _big(n)
    begun = time.perf_counter()
    if case == "list":
        data = _list(n)
    elif case == "report":
        data = _report(chain)
    else:
        from lianban.chain.exporting import file_of

        data, _ = file_of(chain, {"package": "xlsx", "graph": "graphml"}[case])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {
        "seconds": round(time.perf_counter() - begun, 1),
        "peak_mb": round(peak),
        "file_mb": round(len(data) / 1e6, 1),
    }
    print(json.dumps(told))


def _report(chain: Any) -> bytes:
    """Word and PDF of the sample's report, the diagnosis itself not counted twice."""
    from datetime import datetime

    from lianban.chain.package import read_chain
    from lianban.chain.report import chain_report
    from lianban.files import printed, word
    from lianban.files.facts import Facts
    from lianban.rulebook.text import Text

    chain = read_chain("sample:semiconductors")
    facts = Facts(Text("报告", "Report"), datetime(2026, 11, 23), Text("链办经办", "officer"))
    paper = chain_report(chain, chain.diagnose().to_dict(), facts)
    return word.docx(paper) + printed.pdf(paper)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
