"""Many runs (多情景计算): here, in threads, in processes or on a cluster; one function, one executor argument.

>>> from lianban.engine import scenarios, synthetic
>>> network = synthetic.firm_network(200, seed=1)
>>> table = scenarios.run(scenarios.CascadeLosses(network), range(200), scenarios.Threads(2))
>>> len(table.loss)
200
"""

from typing import TYPE_CHECKING, Any

from lianban.engine.scenarios.executors import Here, Processes, Threads
from lianban.engine.scenarios.model import CascadeLosses
from lianban.engine.scenarios.running import run
from lianban.engine.scenarios.stored import StoredLosses, read_losses

if TYPE_CHECKING:
    from lianban.engine.scenarios.cluster import Cluster

__all__ = ["CascadeLosses", "Cluster", "Here", "Processes", "StoredLosses", "Threads", "read_losses", "run"]


def __getattr__(name: str) -> Any:
    """Import the cluster only when somebody asks for it: it needs the extra ``cluster``."""
    if name == "Cluster":
        from lianban.engine.scenarios.cluster import Cluster

        return Cluster
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
