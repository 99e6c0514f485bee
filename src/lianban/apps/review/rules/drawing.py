"""The random draw (随机抽取), so that anyone can do it again: a seed, and one ticket for each candidate.

The seed is the hash of four things on record: the head of the journal at the draw, the digest of the pool, the number of
the draw, and a salt that is made in that moment and written into the journal with the result. The head ties the draw to
its time; the salt keeps whoever presses the button from trying out in advance which moment would draw whom.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence


def digest_of(pool: Mapping[str, Sequence[str]]) -> str:
    """Digest of a pool: who (by key) can be drawn as what."""
    told = {kind: sorted(keys) for kind, keys in pool.items()}
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def seed_of(head_hash: str, pool_digest: str, number: int, salt: str) -> str:
    return hashlib.sha256(f"{head_hash}|{pool_digest}|{number}|{salt}".encode()).hexdigest()


def ticket(seed: str, key: str) -> str:
    """The ticket of one candidate; the smallest tickets win."""
    return hashlib.sha256(f"{seed}|{key}".encode()).hexdigest()


def candidates(seed: str, pool: Mapping[str, Sequence[str]], wanted: Mapping[str, int]) -> dict[str, list[str]]:
    """Draw ``wanted`` many of each kind; kinds with fewest to spare choose first, nobody is drawn twice.

    A kind that cannot be filled gives fewer: the caller refuses.
    """
    drawn: dict[str, list[str]] = {}
    taken: set[str] = set()
    for kind in sorted(wanted, key=lambda kind: (len(pool.get(kind, ())) - wanted[kind], kind)):
        free = [key for key in pool.get(kind, ()) if key not in taken]
        drawn[kind] = sorted(free, key=lambda key: ticket(seed, key))[: wanted[kind]]
        taken.update(drawn[kind])
    return drawn
