"""lianban (链办): read an industrial chain, find its weak points, mend them.

>>> import lianban
>>> chain = lianban.read_chain("sample:antibody")
>>> worst = chain.diagnose().table().head(10)
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# Where each public name lives. Loaded when first asked for: ``import lianban`` must not pay for pandas or SciPy.
_HOMES = {
    "Chain": "lianban.chain.chain",
    "Client": "lianban.chain.client",
    "DataError": "lianban.chain.errors",
    "Finding": "lianban.chain.findings",
    "Findings": "lianban.chain.findings",
    "LianbanError": "lianban.engine.errors",
    "SupplyNetwork": "lianban.engine",
    "SystemicRisk": "lianban.engine.cascade",
    "read_chain": "lianban.chain.package",
    "simulate": "lianban.engine.cascade",
    "systemic_risk": "lianban.engine.cascade",
}

_MODULES = ("samples",)

__all__ = ["__version__", *_HOMES, *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"lianban.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module 'lianban' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
