"""Throw damaged files at the readers for a while: ``python -m tests.corpora.fuzz SECONDS [SEED]``.

A crash is anything but rows or CannotRead; a hang is more than a second. A reader of others that aborts its process is
counted apart: the site then says "reader_broke". The files are those of the corpora with bytes
changed, cut out, doubled, or pieces of one put into another.
"""

import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from lianban.chain import intake
from lianban.chain.intake.child import limit
from tests.corpora import texts, workbooks
from tests.corpora.cases import read_here

BROKE = "reader_broke"  # as lianban.chain.intake.opening says it


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


def apart(path: Path, folder: Path) -> tuple[str, float]:
    """Read in a process of its own, as the site does: a reader of others may abort its process. Answer and seconds."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        limit(intake.Limits(seconds=20))
        try:
            read_here(path, intake.Limits(), folder)
            answer = "read"
        except intake.CannotRead as refused:
            answer = refused.code
        except BaseException as error:
            answer = f"crash: {type(error).__name__}: {error}"[:200]
        os.write(writer, answer.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read().decode(errors="replace")
    _, ended, used = os.wait4(child, 0)
    return answer if os.WIFEXITED(ended) and answer else BROKE, used.ru_utime + used.ru_stime


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
            answer, spent = apart(path, folder)
            told[answer] += 1
            if answer.startswith("crash"):
                wrong.append(answer)
                (Path(tempfile.gettempdir()) / f"lianban-fuzz-{len(wrong)}").write_bytes(path.read_bytes())
            slowest = max(slowest, spent)
            if spent > 1:
                told["hang"] += 1
                (Path(tempfile.gettempdir()) / f"lianban-fuzz-slow-{told['hang']}").write_bytes(path.read_bytes())
    return {
        "executions": told.total() - told["hang"],
        "crashes": len(wrong),
        "readers_that_broke_off": told[BROKE],
        "hangs_over_1_s": told["hang"],
        "slowest_s": round(slowest, 2),
        "answers": dict(told),
        "wrong": wrong[:9],
    }


if __name__ == "__main__":
    print(
        json.dumps(run(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1), ensure_ascii=False, indent=1)
    )
