"""Refusals (不予办理): reasons a person can do something about, each with a code that never changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lianban.kit.text import Text

NOT_PERMITTED = "not_permitted"  # last part of every code that means "not you": answered with 403


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason: a stable code, a sentence in both languages, and the facts it stands on."""

    code: str
    message: Text
    facts: Mapping[str, Any] = field(default_factory=dict)
    field: str = ""  # name of the form field it belongs to, if any

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "message": {"zh": self.message.zh, "en": self.message.en},
            "facts": dict(self.facts),
            "field": self.field,
        }


class Refused(Exception):
    """A write that was not done, with all its reasons.

    ``sealed_in`` is the key of the sealed box that alone may keep it, if there is one (apps/sealing).
    """

    def __init__(self, refusals: Iterable[Refusal]):
        self.refusals = tuple(refusals)
        self.sealed_in: int | None = None
        super().__init__("; ".join(r.code for r in self.refusals))

    @property
    def status(self) -> int:
        """HTTP status: 403 when the person may not, 409 when the state of things forbids."""
        return 403 if all(r.code.endswith(NOT_PERMITTED) for r in self.refusals) else 409


def refuse(code: str, zh: str, en: str, **facts: Any) -> Refusal:
    """Write a reason; ``{name}`` in both sentences is filled from the facts."""
    return Refusal(code, Text(zh, en).format(**facts), facts)


def refuse_if_any(refusals: Iterable[Refusal]) -> None:
    """Raise Refused with all reasons, if there is one."""
    found = tuple(refusals)
    if found:
        raise Refused(found)
