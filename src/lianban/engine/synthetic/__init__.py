"""Synthetic networks (合成网络): seeded, realistic supply networks where real ones may not be shown.

>>> from lianban.engine import synthetic
>>> network = synthetic.firm_network(1_000, seed=1)
>>> network.fingerprint == synthetic.firm_network(1_000, seed=1).fingerprint
True
"""

from lianban.engine.synthetic.generate import FAMILIES, Family, firm_network, random_classes
from lianban.engine.synthetic.input_output import from_input_output
from lianban.engine.synthetic.statistics import NetworkStatistics, statistics

__all__ = [
    "FAMILIES",
    "Family",
    "NetworkStatistics",
    "firm_network",
    "from_input_output",
    "random_classes",
    "statistics",
]
