"""What lies in a sealed box, as three blobs of fixed sizes: nobody can count, order or measure what is inside.

The register says whose answer lies where and what the receipt says; the body holds the answers, each sealed to the
box's public key; the deeds are the sealed journal, each sealed to the same key. Every blob is padded to a class and
covered anew, whole, at every deed, also one that changes nothing.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from Crypto.PublicKey.ECC import EccKey

from lianban.apps.sealing.compute import keys
from lianban.apps.sealing.compute.answers import LENGTH, plain

KIB, MIB = 1024, 1024 * 1024
REGISTER_LEAST, DEEDS_LEAST = 64 * KIB, 256 * KIB  # 128 answers, some 290 deeds
STEP = 4  # a full class is followed by one four times as large
DEED = 768  # bytes of one entry of the sealed journal before it is sealed
SEALED_DEED = DEED + keys.OVERHEAD
ANSWER_INFO, DEED_INFO, KEY_INFO = b"lianban answer 1", b"lianban deed 1", b"lianban vault key 1"
Blobs = tuple[bytes, bytes, bytes]
# The register is a list of entries of one length, real ones among empty ones: reading it takes as long whatever is in it.
ENTRIES_LEAST = 128
TOLD = {"number": 27, "at": 32, "digest": 64, "same": 64}  # what an entry says besides owner and place, with its length
FIGURES = 12  # digits of an owner, a place, a size


@dataclass
class Content:
    """The three parts in the clear of their cover: answers and deeds are still sealed."""

    register: dict[str, Any] = field(default_factory=lambda: {"answers": {}, "refused": {}})
    answers: dict[str, bytes] = field(default_factory=dict)
    deeds: list[bytes] = field(default_factory=list)


def size_class(size: int, least: int) -> int:
    """The class a number of bytes falls into: the least one, or that times four, sixteen, …"""
    found = least
    while found < size:
        found *= STEP
    return found


def padded(data: bytes, least: int) -> bytes:
    whole = size_class(LENGTH.size + len(data), least)
    return LENGTH.pack(len(data)) + data + bytes(whole - LENGTH.size - len(data))


def unpadded(data: bytes) -> bytes:
    (size,) = LENGTH.unpack_from(data)
    return data[LENGTH.size : LENGTH.size + size]


def covered(content: Content, key: bytes, about: bytes, *, room: int) -> Blobs:
    """Cover a content anew: register, body, deeds."""
    entries, at = [], 0
    for owner, sealed in sorted(content.answers.items()):
        entries.append(_entry(owner, content.register["answers"][owner], at, len(sealed)))
        at += len(sealed)
    entries += [_entry("0", {}, 0, 0)] * (size_class(len(entries), ENTRIES_LEAST) - len(entries))
    body = b"".join(sealed for _, sealed in sorted(content.answers.items()))
    aside = json.dumps({"refused": content.register["refused"], "deeds": len(content.deeds)}).encode()
    deeds = b"".join([LENGTH.pack(len(aside)), aside, *content.deeds])
    return (
        keys.cover(padded(json.dumps(entries).encode(), REGISTER_LEAST), key, about=about + b" register"),
        keys.cover(padded(body, room), key, about=about + b" body"),
        keys.cover(padded(deeds, DEEDS_LEAST), key, about=about + b" deeds"),
    )


def _entry(owner: str, told: dict[str, Any], at: int, size: int) -> list[str]:
    """One line of the register, always of the same length."""
    said = [str(told.get(name, "")).ljust(length) for name, length in TOLD.items()]
    return [*(f"{int(figure):0{FIGURES}d}" for figure in (owner, at, size)), *said]


def _told(entry: list[str]) -> dict[str, Any]:
    return {name: said.rstrip() for name, said in zip(TOLD, entry[3:], strict=True)}


def _entries(blob: bytes, key: bytes, about: bytes) -> list[list[str]]:
    found: list[list[str]] = json.loads(unpadded(keys.uncover(blob, key, about=about + b" register")))
    return found


def told_of(blob: bytes, key: bytes, about: bytes, owner: str) -> dict[str, Any] | None:
    """What the register says of one owner's answer; every entry is looked at, whichever is theirs."""
    wanted = f"{int(owner):0{FIGURES}d}"
    found = [entry for entry in _entries(blob, key, about) if entry[0] == wanted]
    return _told(found[0]) if found else None


def uncovered(blobs: Blobs, key: bytes, about: bytes) -> Content:
    """Read all three; Unreadable when any was changed from outside."""
    entries = [entry for entry in _entries(blobs[0], key, about) if int(entry[0])]
    body = unpadded(keys.uncover(blobs[1], key, about=about + b" body"))
    rest = unpadded(keys.uncover(blobs[2], key, about=about + b" deeds"))
    (size,) = LENGTH.unpack_from(rest)
    aside, deeds = json.loads(rest[LENGTH.size : LENGTH.size + size]), rest[LENGTH.size + size :]
    cut = [deeds[i : i + SEALED_DEED] for i in range(0, len(deeds), SEALED_DEED)]
    if len(cut) != aside["deeds"]:
        raise keys.Unreadable
    answers = {str(int(owner)): body[int(at) : int(at) + int(size)] for owner, at, size, *_ in entries}
    register = {str(int(entry[0])): _told(entry) for entry in entries}
    return Content({"answers": register, "refused": aside["refused"]}, answers, cut)


def add_deed(content: Content, told: dict[str, Any], public_key: bytes) -> None:
    """Write one entry of the sealed journal behind the last: a random id, the hash of the entry before, one size."""
    before = hashlib.sha256(content.deeds[-1]).hexdigest() if content.deeds else ""
    entry = plain({"id": keys.random_bytes(16).hex(), "before": before, **told})
    if len(entry) > DEED - LENGTH.size:
        raise ValueError(f"an entry of {len(entry)} bytes does not fit into the sealed journal")
    content.deeds.append(keys.seal(padded(entry, DEED), public_key, info=DEED_INFO))


def read_deeds(content: Content, private_key: EccKey) -> Iterator[dict[str, Any]]:
    """The sealed journal in the clear, oldest first; Unreadable when an entry is missing or stands elsewhere."""
    before = ""
    for sealed in content.deeds:
        entry = json.loads(unpadded(keys.unseal(sealed, private_key, info=DEED_INFO)))
        if entry.pop("before") != before:
            raise keys.Unreadable
        before = hashlib.sha256(sealed).hexdigest()
        yield entry
