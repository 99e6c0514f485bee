"""Studies beyond the diagnosis: what they give back, whatever computed them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Studied:
    """A study as plain values: the result, and all that has to be known to make it again."""

    result: Mapping[str, Any]
    parameters: Mapping[str, Any]
    fingerprint: str  # of the data
    engine: str
    confidentiality: str = "office"
    seed: int | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)


STUDIES: dict[str, Any] = {}
