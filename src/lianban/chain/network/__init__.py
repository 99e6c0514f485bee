"""From a chain to a network (由产业链构建供应网络): nodes, shares and flows; docs/models/network.md says how.

``build_network(chain)`` → ``ChainNetwork``, whose ``nodes``, ``products`` and ``flows`` are tables and whose ``loss``
answers what the chain's output loses when some nodes stop.
"""

from lianban.chain.network.build import MAX_LINKS, TooManyLinks, build_network
from lianban.chain.network.edits import AddedSource, GoneSource
from lianban.chain.network.model import ChainNetwork, DataLevel
from lianban.chain.network.notes import NetworkNote

__all__ = [
    "MAX_LINKS",
    "AddedSource",
    "ChainNetwork",
    "DataLevel",
    "GoneSource",
    "NetworkNote",
    "TooManyLinks",
    "build_network",
]
