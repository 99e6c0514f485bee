"""A cluster of many machines (Dask); the only file that knows it."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lianban.engine.cascade import ENGINE_VERSION
from lianban.engine.errors import EngineError
from lianban.engine.scenarios.executors import (
    POLL_SECONDS,
    Cancel,
    Done,
    Numbered,
    refuse_if_too_large,
    stop_if_cancelled,
)
from lianban.engine.scenarios.model import CascadeLosses, forget, install, solve

try:
    from distributed import Client, KilledWorker, WorkerPlugin
    from distributed import wait as wait_for
except ImportError as missing:
    raise EngineError(
        "runs on a cluster need Dask, which is not installed: pip install 'lianban[cluster]'; "
        "Threads and Processes run on this machine without it"
    ) from missing

FLYING_PER_THREAD = 2  # shards given to a worker at a time: one is computed, one waits


class Cluster:
    """Workers of a Dask cluster; each gets the network once, also one that joins or restarts later.

    ``where`` is the address of a scheduler (``"tcp://10.0.0.1:8786"``) or a ``distributed.Client``. A client given stays
    open; one made here is closed with :meth:`close` or at the end of a ``with`` block.
    """

    run_again = None  # the scheduler gives a dead worker's shards to others and does not tell

    def __init__(self, where: "str | Client") -> None:
        self._own = isinstance(where, str)
        self.client: Any = Client(where) if isinstance(where, str) else where

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection if it was opened here; the cluster goes on."""
        if self._own:
            self.client.close()

    def map(self, function: Callable[..., Any], /, *iterables: Iterable[Any]) -> list[Any]:
        """Call the function for each item on the workers and wait for all."""
        return list(self.client.gather(self.client.map(function, *(list(items) for items in iterables), pure=False)))

    def shards(self, model: CascadeLosses, pieces: Iterable[Numbered], cancel: Cancel) -> Iterator[Done]:
        """Solve the pieces in any order; the scheduler gives the shards of a dead worker to another one."""
        limits = [worker["memory_limit"] for worker in self.client.scheduler_info()["workers"].values()]
        refuse_if_too_large(model, 1, min((limit for limit in limits if limit), default=None))  # 0 is no limit
        source = iter(pieces)
        flying: dict[Any, int] = {}
        self.client.register_plugin(_ModelPlugin(model), name=model.key)
        try:
            self._fill(flying, source, model.key)
            while flying:
                finished = [(flying.pop(future), future) for future in self._finished(flying, cancel)]
                self._fill(flying, source, model.key)  # before what is done is written: nobody waits for the disk
                for number, future in finished:
                    yield number, self._columns(future)
        finally:
            self.client.cancel(list(flying))
            self.client.unregister_worker_plugin(name=model.key)

    def _fill(self, flying: dict[Any, int], source: Iterator[Numbered], key: str) -> None:
        """Hand out pieces until every thread of every worker has one, and one waits."""
        threads = sum(self.client.nthreads().values())
        while len(flying) < max(FLYING_PER_THREAD * threads, 1) and (piece := next(source, None)) is not None:
            flying[self.client.submit(solve, key, ENGINE_VERSION, piece[1], pure=False)] = piece[0]

    def _finished(self, flying: dict[Any, int], cancel: Cancel) -> list[Any]:
        """Wait until some are done, with an eye on cancel."""
        while True:
            stop_if_cancelled(cancel)
            try:
                return list(wait_for(list(flying), timeout=POLL_SECONDS, return_when="FIRST_COMPLETED").done)
            except TimeoutError:
                continue

    def _columns(self, future: Any) -> Any:
        try:
            return future.result()
        except KilledWorker as killed:
            raise EngineError(
                "a shard's worker died again and again: most often its memory is too small for the network "
                "(docs/howto/cluster.md says how much one needs)"
            ) from killed


class _ModelPlugin(WorkerPlugin):  # type: ignore[misc]  # distributed has no types
    """Carries the model to each worker once, also to those that come later."""

    def __init__(self, model: CascadeLosses) -> None:
        self.model = model

    def setup(self, worker: Any) -> None:
        """Keep the model in the worker's process."""
        install(self.model)

    def teardown(self, worker: Any) -> None:
        """Free its memory."""
        forget(self.model.key)
