"""Dynamics (时间与库存): a shock day by day, with stocks, lead times, orders and recovery.

>>> from lianban.engine import SupplyNetwork
>>> from lianban.engine.dynamics import Dynamics, time_to_survive
>>> network = SupplyNetwork([0, 1], [1, 2], [365.0, 730.0], group=[0, 1, 2], output_weight=[0, 0, 1])
>>> days = Dynamics(network, stock_days=5)
>>> days.run([1, 0, 0], recovery_days=30).lost_days
20.0
"""

from lianban.engine.dynamics.layout import SlotTable, slots_of
from lianban.engine.dynamics.model import ENGINE_VERSION, Case, Dynamics
from lianban.engine.dynamics.result import Balance, DynamicsResult, StockCurve, StockNeed, Survival
from lianban.engine.dynamics.stock import stock_curve, stock_needed, time_to_survive

__all__ = [
    "ENGINE_VERSION",
    "Balance",
    "Case",
    "Dynamics",
    "DynamicsResult",
    "SlotTable",
    "StockCurve",
    "StockNeed",
    "Survival",
    "slots_of",
    "stock_curve",
    "stock_needed",
    "time_to_survive",
]
