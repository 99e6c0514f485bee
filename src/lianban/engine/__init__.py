"""Numbers in, numbers out: networks, shocks and what they do. Knows neither tables nor Django."""

from typing import TYPE_CHECKING, Any

from lianban.engine.errors import Cancelled, EngineError, InvalidNetwork, InvalidShock, LianbanError, NotConverged

if TYPE_CHECKING:
    from lianban.engine.network import SupplyNetwork

__all__ = [
    "Cancelled",
    "EngineError",
    "InvalidNetwork",
    "InvalidShock",
    "LianbanError",
    "NotConverged",
    "SupplyNetwork",
]


def __getattr__(name: str) -> Any:
    """Load the network when first asked for: whoever needs the errors only must not pay for NumPy."""
    if name != "SupplyNetwork":
        raise AttributeError(f"module 'lianban.engine' has no attribute {name!r}")
    from lianban.engine.network import SupplyNetwork

    return SupplyNetwork
