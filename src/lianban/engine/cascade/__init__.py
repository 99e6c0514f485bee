"""Cascade (级联模型): how a shock to some nodes travels to buyers and to suppliers.

>>> from lianban.engine import SupplyNetwork
>>> from lianban.engine.cascade import simulate
>>> network = SupplyNetwork([0, 1], [1, 2], [4.0, 10.0], group=[0, 1, 2], output_weight=[0, 0, 1])
>>> simulate(network, [1, 0, 0]).loss
1.0
"""

from lianban.engine.cascade.model import ENGINE_VERSION, Cascade, simulate
from lianban.engine.cascade.paths import Step, path_to
from lianban.engine.cascade.result import CascadeResult, LossTable
from lianban.engine.cascade.risk import RiskRun, prepare, systemic_risk
from lianban.engine.cascade.risk_result import SystemicRisk

__all__ = [
    "ENGINE_VERSION",
    "Cascade",
    "CascadeResult",
    "LossTable",
    "RiskRun",
    "Step",
    "SystemicRisk",
    "path_to",
    "prepare",
    "simulate",
    "systemic_risk",
]
