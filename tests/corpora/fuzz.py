"""Throw damaged files at the readers for a while: ``python -m tests.corpora.fuzz SECONDS [SEED]``.

A crash is anything but rows or CannotRead; a hang is more than a second. The files are those of the corpora with bytes
changed, cut out, doubled, or pieces of one put into another.
"""

import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from lianban.chain import intake
from tests.corpora import texts, workbooks
from tests.corpora.cases import read_here


def seeds(folder: Path) -> list[bytes]:
    found = []
    for case in [*workbooks.programs(), *workbooks.markup(), *list(workbooks.cells())[:20], *list(texts.odd())[:12]]:
        path = folder / "seed"
        case.make(path)
        if path.stat().st_size < 60_000:
            found.append(path.read_bytes())
        path.unlink()
    return found


def changed(data: bytes, others: list[bytes], dice: random.Random) -> bytes:
    whole = bytearray(data)
    for _ in range(dice.randrange(1, 6)):
        at = dice.randrange(len(whole) + 1)
        match dice.randrange(5):
            case 0 if at < len(whole):
                whole[at] = dice.randrange(256)
            case 1:
                del whole[at : at + dice.randrange(1, 40)]
            case 2:
                other = dice.choice(others)
                begin = dice.randrange(len(other))
                whole[at:at] = other[begin : begin + dice.randrange(1, 60)]
            case 3:
                whole[at:at] = whole[at : at + dice.randrange(1, 60)] * dice.randrange(1, 9)
            case _ if at < len(whole):
                whole[at] ^= 1 << dice.randrange(8)
        if not whole:
            return b"x"
    return bytes(whole)


def run(seconds: float, seed: int) -> dict[str, Any]:
    dice = random.Random(seed)
    told: Counter[str] = Counter()
    wrong: list[str] = []
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="lianban-fuzz-") as name:
        folder = Path(name)
        known = seeds(folder)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            path = folder / "x"
            path.write_bytes(changed(dice.choice(known), known, dice))
            begun = time.process_time()
            try:
                read_here(path, intake.Limits(), folder)
                told["read"] += 1
            except intake.CannotRead as refused:
                told[refused.code] += 1
            except BaseException as error:
                told["crash"] += 1
                wrong.append(f"{type(error).__name__}: {error}"[:200])
                (Path(tempfile.gettempdir()) / f"lianban-fuzz-{told['crash']}").write_bytes(path.read_bytes())
            spent = time.process_time() - begun
            slowest = max(slowest, spent)
            if spent > 1:
                told["hang"] += 1
                (Path(tempfile.gettempdir()) / f"lianban-fuzz-slow-{told['hang']}").write_bytes(path.read_bytes())
    return {
        "executions": told.total() - told["hang"],
        "crashes": told["crash"],
        "hangs_over_1_s": told["hang"],
        "slowest_s": round(slowest, 2),
        "answers": dict(told),
        "wrong": wrong[:9],
    }


if __name__ == "__main__":
    print(
        json.dumps(run(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1), ensure_ascii=False, indent=1)
    )
