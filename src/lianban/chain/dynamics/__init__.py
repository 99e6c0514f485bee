"""Time and stock of a chain (产业链时间与库存): how long it lasts when a product stops, and what stock would help.

``chain.dynamics(assume={"stock_days": 30})`` → ``ChainDynamics``; docs/models/dynamics.md says how.
"""

from lianban.chain.dynamics.facts import ITEMS, DynamicsError
from lianban.chain.dynamics.result import ChainDynamics, Missing, ProductSafety
from lianban.chain.dynamics.run import SCENARIOS, dynamics

__all__ = ["ITEMS", "SCENARIOS", "ChainDynamics", "DynamicsError", "Missing", "ProductSafety", "dynamics"]
