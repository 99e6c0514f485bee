"""Numbers in, numbers out: networks, shocks and what they do. Knows neither tables nor Django."""

from lianban.engine.errors import Cancelled, EngineError, InvalidNetwork, InvalidShock, LianbanError, NotConverged
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
