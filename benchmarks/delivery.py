"""Projects walked at random on the tables of moves, no database: every invariant held after every step (A9).

One seed, 2,000 walks of 50 steps (``--quick``: 200 of 50). A step presses one button, sensible or not; the rules refuse
or allow. Never: paid above what stage decisions released, an outcome without reason, evidence and appeal, credit touched by
anything but a failure at fault in effect, a level raised without accepted targets, a dead end, a deed without its line.
"""

import time
from typing import Any

from lianban.apps.projects.tests import walk

SEED = 20261122


def figures(quick: bool) -> dict[str, Any]:
    runs, steps = (200, 50) if quick else (2_000, 50)
    begun = time.perf_counter()
    told = walk.run(runs, steps, SEED)  # stops at the first fault
    return {"seed": SEED, **told, "faults": 0, "seconds": round(time.perf_counter() - begun, 2)}


def table(found: dict[str, Any]) -> str:
    return "\n".join(f"   {name:28} {value:>12,}" for name, value in found.items())
