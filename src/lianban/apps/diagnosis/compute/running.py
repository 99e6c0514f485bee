"""The only door from the diagnosis app to ``lianban.chain``: a chain's rows in, plain results out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianban.apps.atlas import compute as atlas_compute
from lianban.apps.atlas.models import Chain
from lianban.chain.diagnosis import ScopeError
from lianban.kit.refusals import Refusal, Refused
from lianban.rulebook import RuleSet

__all__ = ["Computed", "diagnose"]


@dataclass(frozen=True, slots=True)
class Computed:
    """A diagnosis as plain values, and how it came about (outside of what is compared)."""

    result: dict[str, Any]
    manifest: Mapping[str, Any]


def diagnose(
    chain: Chain, *, classes: Iterable[str], scope: str, rules: RuleSet, as_of: date | None = None
) -> Computed:
    """Diagnose what a reader of these classes of confidentiality may know of a chain."""
    package = atlas_compute.to_chain(chain, classes)
    try:
        found = package.diagnose(scope=scope, rules=rules, as_of=as_of)
    except ScopeError as error:
        raise Refused([Refusal("diagnosis.scope", error.text)]) from error
    return Computed(found.to_dict(), found.manifest)
