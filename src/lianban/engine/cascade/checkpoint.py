"""Checkpoint (断点续算): finished blocks of a run in a folder, so that an interrupted run goes on where it stopped.

``run.json`` says which run the folder belongs to; each ``block-FIRST-END.npz`` holds the losses of some scenarios. Every
file is written under another name, flushed to the disk, then renamed: whatever kills the process, a file is whole or absent.
"""

import hashlib
import io
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lianban.engine.errors import EngineError

FORMAT = "lianban risk checkpoint 1"
Arrays = dict[str, Any]  # name to array


class ForeignCheckpoint(EngineError):
    """The folder holds another run, or something else; nothing in it was touched.

    ``folder`` is its path; ``differs`` names what is another there: ``(name, there, now)``, empty where it holds no run.
    """

    def __init__(self, message: str, folder: Path, differs: Sequence[tuple[str, Any, Any]] = ()) -> None:
        self.folder = folder
        self.differs = tuple(differs)
        super().__init__(message)


class Checkpoint:
    """The folder of one run, known by its fingerprint."""

    def __init__(self, folder: str | Path, fingerprint: str, described: Mapping[str, Any]) -> None:
        """Open the folder, or make it.

        Raises
        ------
        ForeignCheckpoint
            It belongs to a run with another fingerprint, or holds other files.
        """
        self.folder = Path(folder)
        self._fingerprint = fingerprint
        self.damaged: list[str] = []
        if self.folder.exists() and not self.folder.is_dir():
            raise ForeignCheckpoint(f"{self.folder} is a file: a checkpoint is a folder, name a new one", self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        label = self.folder / "run.json"
        if label.exists():
            self._refuse_another(label, described)
            return
        if any(not name.name.startswith(".part-") for name in self.folder.iterdir()):
            raise ForeignCheckpoint(
                f"{self.folder} holds other files and no run: name a new or empty folder", self.folder
            )
        text = json.dumps({"format": FORMAT, "fingerprint": fingerprint, "run": dict(described)}, indent=1)
        self._write(label, text.encode())

    def blocks(self) -> Iterator[tuple[int, int, Arrays]]:
        """Finished blocks in order: first scenario, end, arrays; a damaged file is named in ``damaged`` and left out."""
        for path in sorted(self.folder.glob("block-*.npz")):
            try:
                first, end = (int(number) for number in path.stem.split("-")[1:])
                yield first, end, self._read(path, first, end)
            except (ValueError, KeyError, OSError, EOFError):
                self.damaged.append(path.name)

    def keep(self, first: int, end: int, arrays: Arrays) -> None:
        """Write one finished block."""
        content = io.BytesIO()
        marks: dict[str, Any] = {
            "fingerprint": np.array(self._fingerprint),
            "digest": np.array(_digest(first, end, arrays)),
        }
        np.savez(content, **marks, **arrays)
        self._write(self.folder / f"block-{first:012d}-{end:012d}.npz", content.getvalue())

    def _read(self, path: Path, first: int, end: int) -> Arrays:
        data = io.BytesIO(path.read_bytes())
        try:
            with np.load(data, allow_pickle=False) as content:
                arrays = {name: content[name] for name in content.files}
        except Exception as error:  # a damaged zip fails in many ways
            raise ValueError(f"{path.name} is damaged") from error
        if str(arrays.pop("fingerprint")) != self._fingerprint or str(arrays.pop("digest")) != _digest(
            first, end, arrays
        ):
            raise ValueError(f"{path.name} does not hold what it says")
        return arrays

    def _write(self, path: Path, content: bytes) -> None:
        part = self.folder / f".part-{os.getpid()}-{path.name}"
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        _flush_folder(self.folder)

    def _refuse_another(self, label: Path, described: Mapping[str, Any]) -> None:
        try:
            found = json.loads(label.read_text(encoding="utf-8"))
            there, run = found["fingerprint"], found["run"]
            known = found["format"] == FORMAT
        except (ValueError, KeyError, TypeError, UnicodeDecodeError):
            raise ForeignCheckpoint(f"{label} cannot be read: name a new folder", self.folder) from None
        if known and there == self._fingerprint:
            return
        names = sorted({*run, *described})
        differs = [(n, run.get(n), described.get(n)) for n in names if run.get(n) != described.get(n)]
        other = "; ".join(f"{name}: {was} there, {now} now" for name, was, now in differs)
        raise ForeignCheckpoint(
            f"{self.folder} belongs to another run ({other or 'written by another version'}): "
            "name a new folder, or repeat the run it belongs to",
            self.folder,
            differs,
        )


def _digest(first: int, end: int, arrays: Arrays) -> str:
    digest = hashlib.sha256(f"{first} {end}".encode())
    for name in sorted(arrays):
        digest.update(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode() + arrays[name].tobytes())
    return digest.hexdigest()


def _flush_folder(folder: Path) -> None:
    """Have the rename itself on the disk, where the system lets a folder be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
