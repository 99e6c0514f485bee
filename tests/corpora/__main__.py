"""Read every file of the corpora as the service does, and print the figures: ``python -m tests.corpora [WORD …]``.

Files are made in a process of their own, so that the memory measured is that of the reading service alone.
"""

import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lianban.chain import intake
from tests.corpora import names, spreadsheets, texts, workbooks
from tests.corpora.cases import Case, judge


def corpora() -> dict[str, list[Case]]:
    """Return the two corpora by name."""
    return {"spreadsheets": [*spreadsheets.cases(), *workbooks.cases()], "texts": list(texts.cases())}


def names_folder() -> Path | None:
    """Return the real list of companies, where it is beside the checkout."""
    base = Path(os.environ.get("LIANBAN_DATA", Path(__file__).parents[3] / "shared" / "data")) / "chainkg"
    return base if base.is_dir() else None


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def figures(words: list[str]) -> dict[str, Any]:
    """Return how many files passed, what was wrong, the slowest, and the memory of the service and of its child."""
    told: dict[str, Any] = {}
    context = multiprocessing.get_context("fork")
    with tempfile.TemporaryDirectory(prefix="lianban-corpora-") as folder:
        for name, cases in corpora().items():
            told[name] = _one(Path(folder), [c for c in cases if not words or any(w in c.name for w in words)], context)
    if not words:
        told["names"] = names.figures(*names.questions(names_folder()))
    told["child_peak_mb"] = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
    return told


def _one(folder: Path, cases: list[Case], context: Any) -> dict[str, Any]:
    answers: Counter[str] = Counter()
    wrong: list[str] = []
    times: list[tuple[float, str]] = []
    before = resident_mb()
    most = before
    for case, path in _made(folder, cases, context):
        begun = time.perf_counter()
        answer = judge(case, lambda path=path, case=case: intake.open_file(path, case.limits))
        times.append((time.perf_counter() - begun, case.name))
        most = max(most, resident_mb())
        answers[answer.split(":")[0]] += 1
        if answer.startswith("wrong"):
            wrong.append(f"{case.name}: {answer}")
        path.unlink()
    times.sort(reverse=True)
    within = sum(1 for seconds, _ in times if seconds <= 2)
    return {
        "files": len(times),
        "as_expected": answers["equal"] + answers["refused"],
        "read": answers["equal"],
        "refused": answers["refused"],
        "wrong": wrong,
        "answered_within_2_s": within,
        "slowest_s": [[round(seconds, 2), name] for seconds, name in times[:8]],
        "service_memory_grew_mb": round(most - before, 1),
    }


def _made(folder: Path, cases: list[Case], context: Any) -> Iterator[tuple[Case, Path]]:
    for case in cases:
        path = folder / case.name
        maker = context.Process(target=case.make, args=(path,))
        maker.start()
        maker.join()
        yield case, path


if __name__ == "__main__":
    print(json.dumps(figures(sys.argv[1:]), ensure_ascii=False, indent=1))
