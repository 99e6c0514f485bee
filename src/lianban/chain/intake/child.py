"""The limited process (受限子进程): reads one file with little memory and little time, and writes its rows to disk.

Run as ``python -I -m lianban.chain.intake.child``; the file, the folder and the limits stand in one JSON argument.
A hostile file can at worst end this process; whoever started it then says that the file cannot be read.
"""

import errno
import json
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any

from lianban.chain.intake import kinds
from lianban.chain.intake.model import CannotRead, Limits
from lianban.chain.intake.sheets import Out, too_large
from lianban.rulebook.text import Text

# What the zip module raises on damaged files, besides its own error.
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def limit(limits: Limits) -> None:
    """Ask the system to stop this process before it hurts others; where there is no such system, go on."""
    try:
        import resource
    except ImportError:
        return
    seconds = int(limits.seconds) + 1
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 3 * limits.unpacked_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def read(path: Path, out: Out, name: str) -> str:
    """Read a file by what it holds; return its kind. Whatever is wrong with it becomes ``CannotRead``."""
    try:
        return _read(path, out, name)
    except MemoryError:
        raise memory(out.limits) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT):
            raise too_large() from None
        raise CannotRead("damaged", Text("文件不完整或已损坏", "the file is incomplete or damaged")) from None
    except DAMAGE:
        raise CannotRead("damaged", Text("文件不完整或已损坏", "the file is incomplete or damaged")) from None


def _read(path: Path, out: Out, name: str) -> str:
    kind = kinds.kind_of(path, out.limits)
    if kind in ("xls", "xlsb", "ods"):
        from lianban.chain.intake import other

        other.read_workbook(path, out)
    elif kind == "xlsx":
        from lianban.chain.intake import xlsx

        with zipfile.ZipFile(path) as book:
            xlsx.read(book, out)
    elif kind in ("html", "xml"):
        from lianban.chain.intake import markup

        (markup.read_html if kind == "html" else markup.read_spreadsheet_xml)(path, out)
    elif kind == "parquet":
        from lianban.chain.intake import other

        other.read_parquet(path, out, name)
    elif kind == "csv":
        from lianban.chain.intake import delimited

        delimited.read(path, out, name)
    return kind


def main(asked: dict[str, Any]) -> None:
    """Read, and write down either the contents or the reason why not."""
    limits = Limits(**asked["limits"])
    place = Path(asked["place"])
    limit(limits)
    out = Out(place, limits)
    told: dict[str, Any]
    try:
        kind = read(Path(asked["path"]), out, asked["name"])
        told = {"kind": kind, **out.close()}
    except CannotRead as refused:
        told = _refusal(refused)
    (place / "book.json").write_text(json.dumps(told), encoding="ascii")


def memory(limits: Limits) -> CannotRead:
    """Say that a file needs more memory than it is given."""
    most = limits.memory_bytes >> 20
    return CannotRead(
        "too_large",
        Text(f"读取需要的内存超过 {most} MB", f"reading needs more than {most} MB of memory"),
        Text("分成几个文件", "Split it into several files"),
    )


def _refusal(refused: CannotRead) -> dict[str, Any]:
    return {
        "refused": refused.code,
        "reason": [refused.reason.zh, refused.reason.en],
        "remedy": [refused.remedy.zh, refused.remedy.en],
    }


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
