"""Run benchmarks: print a table, store the figures.

    python -m benchmarks cascade reference      # topics by name; --list shows them
    python -m benchmarks all --quick            # a few minutes; what is sampled says so
    python -m benchmarks all                    # the full sizes, hours on two cores

A topic is a module in this folder with ``figures(quick: bool) -> dict``; ``table(figures) -> str`` is optional. The store
(``--output``, default benchmarks/results.json) keeps the topics that were not run this time.
"""

import argparse
import importlib
import json
import sys
import time
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks import machine

HERE = Path(__file__).parent


def topics() -> list[str]:
    """Modules of this folder that have figures."""
    return sorted(p.stem for p in HERE.glob("*.py") if "\ndef figures(" in p.read_text(encoding="utf-8"))


def measure(topic: str, quick: bool) -> dict[str, Any]:
    """Run one topic; a failure is a figure too."""
    begun, cpu, before = time.perf_counter(), time.process_time(), machine.facts()
    module: ModuleType = importlib.import_module(f"benchmarks.{topic}")
    report: dict[str, Any] = {"what": (module.__doc__ or "").strip().split("\n")[0], "quick": quick, "machine": before}
    try:
        report["figures"] = module.figures(quick=quick)
    except Exception:
        report["failed"] = traceback.format_exc(limit=3)
    report["seconds"] = round(time.perf_counter() - begun, 1)
    report["cpu_seconds_here"] = round(time.process_time() - cpu, 1)  # children count for themselves
    report["machine"]["load_after"] = machine.load()
    return report


def told(topic: str, report: dict[str, Any]) -> str:
    """Give the report as text."""
    head = f"\n== {topic}{' (quick)' if report['quick'] else ''}: {report['what']}\n"
    at = report["machine"]
    head += f"   {at['processor']}, {at['cores']} cores, {at['memory_gib']} GiB, {at['on']}, load {at['load']}\n"
    if "failed" in report:
        return head + "FAILED\n" + report["failed"]
    table = getattr(importlib.import_module(f"benchmarks.{topic}"), "table", None)
    return head + (table(report["figures"]) if table else json.dumps(report["figures"], ensure_ascii=False, indent=1))


def main(arguments: list[str] | None = None) -> int:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n")[0])
    asked.add_argument("topics", nargs="*", metavar="topic|all")
    asked.add_argument("--quick", action="store_true", help="smaller sizes and samples; says which")
    asked.add_argument("--output", type=Path, default=HERE / "results.json", help="where the figures are kept (JSON)")
    asked.add_argument("--list", action="store_true", help="name the topics")
    given = asked.parse_args(arguments)
    known = topics()
    if given.list or not given.topics:
        print("\n".join(known))
        return 0
    wanted = known if "all" in given.topics else given.topics
    if unknown := sorted(set(wanted) - set(known)):
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}, all", file=sys.stderr)
        return 2
    failed = False
    for topic in wanted:
        report = measure(topic, given.quick)
        failed |= "failed" in report
        print(told(topic, report), flush=True)
        store = json.loads(given.output.read_text(encoding="utf-8")) if given.output.exists() else {}
        given.output.parent.mkdir(parents=True, exist_ok=True)
        given.output.write_text(
            json.dumps({**store, topic: report}, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
