"""Two editors of one text (同时编辑): who saves second is told what changed meanwhile, and nothing is lost.

A form carries ``mark(values)`` of what it was filled with; the service compares it, under its lock, with the mark of what
stands there now. Catalogue item A8.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from lianban.kit.refusals import Refusal, refuse
from lianban.kit.text import Text

SHOWN = 200  # characters of a long text that a refusal repeats


def mark(values: Mapping[str, Any]) -> str:
    """A short name for exactly these values, whatever their order."""
    text = json.dumps(dict(values), sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def stale_refusals(
    seen: str, there: Mapping[str, Any], yours: Mapping[str, Any], names: Mapping[str, Text] | None = None
) -> list[Refusal]:
    """Say, field by field, what stands there now where it is not what you are about to write; empty when nobody came between.

    ``seen`` empty means that the caller did not look first (a command, another service): nothing is compared.
    """
    if not seen or seen == mark(there):
        return []
    reasons = [
        refuse(
            "edited.meanwhile",
            "您打开之后，别人改过这份内容；请核对下列各处，再保存一次",
            "somebody changed this after you opened it; check the fields below and save again",
        )
    ]
    for field, value in yours.items():
        if field in there and there[field] != value:
            reasons.append(
                Refusal(
                    "edited.field",
                    Text("“{name}”：现为“{there}”，您填的是“{yours}”", "'{name}': it is '{there}' now, you wrote '{yours}'").format(
                        name=(names or {}).get(field, Text(field, field)),
                        there=str(there[field])[:SHOWN],
                        yours=str(value)[:SHOWN],
                    ),
                    {"field": field},
                    field,
                )
            )  # fmt: skip
    return reasons
