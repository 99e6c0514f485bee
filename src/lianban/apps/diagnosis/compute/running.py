"""The only door from the diagnosis app to ``lianban.chain``: a chain's rows in, plain results out."""

import platform
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from lianban import __version__
from lianban.apps.atlas import compute as atlas_compute
from lianban.apps.atlas.models import Chain
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
    began = time.perf_counter()
    result = package.diagnose(scope=scope, rules=rules, as_of=as_of).to_dict()
    manifest = {
        "seconds": round(time.perf_counter() - began, 3),
        "machine": platform.platform(),
        "python": platform.python_version(),
        "lianban": __version__,
    }
    return Computed(result, manifest)
