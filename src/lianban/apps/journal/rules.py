"""How an entry is sealed."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lianban.kit.refusals import Refusal, refuse


def seal(
    number: int, at: datetime, actor: str, verb: str, subject: str, facts: Mapping[str, Any], previous_hash: str
) -> str:
    """Hash an entry together with the hash of the one before: a change anywhere shows everywhere after."""
    told = [number, at.astimezone(UTC).isoformat(), actor, verb, subject, facts, previous_hash]
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


def key_refusals(key: str) -> list[Refusal]:
    """The key of a form is one we wrote, or one a machine made up with as much chance in it."""
    if _KEY.fullmatch(key):
        return []
    text = "表单编号无法读取，请重新打开页面再办", "the form's key cannot be read; open the page again"
    return [refuse("site.unreadable_key", *text)]


def replay_refusals(kept: str, sent: str, *, location: str) -> list[Refusal]:
    """The same form again is answered as before; another content under its key, or an answer that is not kept, is told."""
    if kept != sent:
        text = (
            "这张表单已经办理过，内容与上次不同；请重新打开页面再办",
            "this form was carried out before with another content; open the page again",
        )
        return [refuse("site.key_reused", *text)]
    if not location:
        return [
            refuse("site.done_already", "这件事已经办过，没有再办一次", "this has been done already, and only once")
        ]
    return []
