"""Opening a file (打开文件): starts the limited process, watches it, and gives its rows back as a book."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lianban.chain.intake.model import Book, CannotRead, Limits, Note, Range, Sheet
from lianban.chain.intake.spool import Place, Spool, line
from lianban.rulebook.text import Text

LOOK_EVERY = 0.02  # seconds, at first; later a tenth of a second

_NOTED = {
    "error_cell": Text("{n} 个单元格是错误值（如 #N/A），按空处理", "{n} cells hold an error (such as #N/A) and count as empty"),
    "formula_without_value": Text(
        "{n} 个公式没有存下计算结果，按空处理；用表格软件打开、保存一次即可补上",
        "{n} formulas have no stored result and count as empty; open and save the file once in a spreadsheet program",
    ),
    "hidden_row": Text("{n} 行被隐藏或筛掉，也读入了", "{n} hidden or filtered rows were read too"),
}  # fmt: skip


def open_file(
    path: Path,
    limits: Limits,
    *,
    name: str = "",
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Book:
    """Read a file in the limited process (see ``lianban.chain.intake.open_file``)."""
    name = name or path.name
    place = Place("lianban-intake-")
    try:
        told = _read(path, Path(place.name), limits, Path(name).stem, cancel, progress)
        if "refused" in told:
            raise CannotRead(told["refused"], Text(*told["reason"]), Text(*told["remedy"]))
        notes = [Note(one["code"], Text(one["zh"], one["en"])) for one in told["notes"]]
        sheets = [_sheet(place, i, one) for i, one in enumerate(told["sheets"], start=1)]
        notes += [note for sheet in sheets for note in sheet.notes]
    except BaseException:
        place.cleanup()
        raise
    return Book(told["kind"], name, sheets, notes, path, place)


def _read(
    path: Path,
    place: Path,
    limits: Limits,
    name: str,
    cancel: Callable[[], bool] | None,
    progress: Callable[[float], None] | None,
) -> dict[str, Any]:
    asked = {"path": str(path.resolve()), "place": str(place), "name": name, "limits": asdict(limits)}
    command = [sys.executable, "-I", "-X", "utf8", "-m", "lianban.chain.intake.child", json.dumps(asked)]
    with (place / "stderr").open("wb") as errors:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors)
    try:
        _watch(child, place, limits, cancel, progress)
    finally:
        if child.poll() is None:
            child.kill()
        child.wait()
    answer = place / "book.json"
    if child.returncode == 0 and answer.exists():
        return dict(json.loads(answer.read_bytes()))
    raise _ended(child.returncode, limits)


def _watch(
    child: "subprocess.Popen[bytes]",
    place: Path,
    limits: Limits,
    cancel: Callable[[], bool] | None,
    progress: Callable[[float], None] | None,
) -> None:
    begun = time.monotonic()
    wait = LOOK_EVERY
    while True:
        try:
            child.wait(wait)
            return
        except subprocess.TimeoutExpired:
            wait = 0.1 if time.monotonic() - begun > 0.5 else LOOK_EVERY
        if cancel is not None and cancel():
            raise CannotRead("cancelled", Text("读取已取消", "reading was cancelled"), Text("", ""))
        if time.monotonic() - begun > limits.seconds:
            raise _too_slow(limits)
        if progress is not None and (said := place / "progress").exists():
            part = said.read_text()
            if part:
                progress(float(part))


def _too_slow(limits: Limits) -> CannotRead:
    seconds = f"{limits.seconds:g}"
    return CannotRead(
        "too_slow",
        Text(f"读取超过 {seconds} 秒", f"reading took more than {seconds} seconds"),
        Text("分成几个文件", "Split it into several files"),
    )


def _ended(code: int, limits: Limits) -> CannotRead:
    """Say why a child that left no answer ended: too slow, or too much memory, or a reader that broke."""
    if code in (-24, 152):  # SIGXCPU
        return _too_slow(limits)
    return CannotRead(
        "reader_broke",
        Text("读取程序中止：文件可能有害、过大或已损坏", "the reader broke off: the file may be harmful, too large or damaged"),
        Text("在表格软件里打开，另存为 .xlsx 后再试", "Open it in a spreadsheet program and save it as .xlsx"),
    )  # fmt: skip


def _sheet(place: Place, i: int, told: dict[str, Any]) -> Sheet:
    notes = []
    for code, (n, rows) in told["noted"].items():
        notes.append(Note(code, _NOTED[code].format(n=n), told["name"], rows[0]))
    return Sheet(
        told["name"],
        Spool(Path(place.name) / f"{i}.jsonl", line, place),
        tuple(Range(*one) for one in told["merged"]),
        told["hidden"],
        told["date1904"],
        told["width"],
        tuple(notes),
    )
