"""How an entry is sealed."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def seal(
    number: int, at: datetime, actor: str, verb: str, subject: str, facts: Mapping[str, Any], previous_hash: str
) -> str:
    """Hash an entry together with the hash of the one before: a change anywhere shows everywhere after."""
    told = [number, at.astimezone(UTC).isoformat(), actor, verb, subject, facts, previous_hash]
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
