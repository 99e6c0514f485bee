"""An answer as bytes: its content and files in one piece, and the hash that stands on the receipt."""

import base64
import hashlib
import json
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LENGTH = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was handed in: text or values, files, and the number of its receipt."""

    number: str
    content: bytes | dict[str, Any]
    files: tuple[tuple[str, bytes], ...] = ()

    @property
    def raw(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else plain(self.content)


def plain(values: dict[str, Any]) -> bytes:
    """Values as bytes, the same for the same values."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def values(data: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data)
    return found


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def manifest(answer: Answer) -> dict[str, Any]:
    files = [[name, len(body), sha256(body)] for name, body in answer.files]
    return {"number": answer.number, "content": sha256(answer.raw), "files": files}


def digest(answer: Answer) -> str:
    """The hash on the receipt: of the content's hash, each file's name, size and hash, and the receipt's number.

    The number is random and known to the applicant alone, so that nobody can try out short answers against the hash.
    """
    return sha256(plain(manifest(answer)))


def new_number() -> str:
    """A receipt number: 120 random bits in letters that are not mistaken for each other."""
    letters = base64.b32encode(os.urandom(15)).decode()
    return "-".join(letters[i : i + 6] for i in range(0, len(letters), 6))


def same(content: bytes | dict[str, Any], files: Sequence[tuple[str, bytes]]) -> str:
    """The hash of what was handed in without its number: the same answer sent twice is known by it."""
    return digest(Answer("", content, tuple(files)))


def pack(answer: Answer, told: dict[str, Any]) -> bytes:
    """One piece: a head that says what follows, the content, the files. ``told`` goes with it (who, when, hash)."""
    kind = "bytes" if isinstance(answer.content, bytes) else "values"
    sizes = [[name, len(body)] for name, body in answer.files]
    head = plain({**told, "number": answer.number, "kind": kind, "size": len(answer.raw), "files": sizes})
    return b"".join([LENGTH.pack(len(head)), head, answer.raw, *(body for _, body in answer.files)])


def unpack(data: bytes) -> tuple[Answer, dict[str, Any]]:
    """An answer and what was told with it."""
    (size,) = LENGTH.unpack_from(data)
    at = LENGTH.size + size
    head = json.loads(data[LENGTH.size : at])
    raw = data[at : at + head["size"]]
    at += head["size"]
    files = []
    for name, length in head["files"]:
        files.append((name, data[at : at + length]))
        at += length
    content = raw if head["kind"] == "bytes" else values(raw)
    return Answer(head["number"], content, tuple(files)), head
