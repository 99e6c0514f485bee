"""The fast road (快速通道): prepares a cascade for the kernels and spreads its cases over threads."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lianban.engine.cascade.frontier import Walk, new_walk
from lianban.engine.cascade.lanes import Lanes, Shocks, bytes_of_lanes, new_lanes
from lianban.engine.cascade.layout import Layout
from lianban.engine.cascade.walks import Outcome, finish, run_cases
from lianban.engine.errors import Cancelled
from lianban.engine.kernel_cache import forget_stale

forget_stale(__file__)  # before a kernel is called, hence compiled or loaded

IntArray = NDArray[np.int64]

CHUNK = 256  # cases that a thread takes at a time: small enough to cancel soon, large enough to fill the lanes
# What a dense step costs a lane, in visits of a walk (measured: 12 ns each). A walk goes on in a lane after a step that cost
# more than its share of that: in dense networks a wide step is followed by more of them, in sparse ones by narrow steps.
VISITS_PER_LINK, VISITS_PER_FIRM = 0.04, 0.3
SHARE_AT_ONE_LINK, SHARE_LEAST, SHARE_MOST = 70.0, 0.25, 4.0  # falls with the square of the links a firm
LANES_UP_TO_BYTES = 300_000_000  # a larger network has no lanes: each thread would need that much again
NEVER = 2**62
EVERY_S = 0.2  # how often the caller hears of threads at work


class FastCascade:
    """Fast cascade (快速级联): one network's layout, and a workspace for each thread."""

    def __init__(self, layout: Layout, place: IntArray) -> None:
        self.layout, self.place = layout, place
        n_firms, n_links = len(layout.sales), len(layout.down_links) + len(layout.up_links)
        self.dense_step = VISITS_PER_LINK * n_links + VISITS_PER_FIRM * n_firms  # in visits
        share = np.clip(SHARE_AT_ONE_LINK * (n_firms / max(n_links, 1)) ** 2, SHARE_LEAST, SHARE_MOST)
        too_large = bytes_of_lanes(layout) > LANES_UP_TO_BYTES
        self.budget = NEVER if too_large else int(share * self.dense_step)
        self._free: list[tuple[Walk, Lanes]] = []

    def run(
        self,
        shocks: Shocks,
        *,
        eps: float,
        max_iterations: int,
        threads: int | None,
        progress: Callable[[int, int], None] | None,
        cancel: Callable[[], bool] | None,
    ) -> Outcome:
        """Run every case; see :class:`Outcome`."""
        n_cases, n_weights = len(shocks.down_start) - 1, self.layout.weight.shape[0]
        both, down, up = (np.zeros((n_cases, n_weights)) for _ in range(3))
        steps, fall, visits = np.zeros(n_cases, np.int64), np.full(n_cases, np.inf), np.zeros(n_cases, np.int64)
        outcome = Outcome(both, down, up, steps, fall, visits, np.zeros(n_cases, np.int64))

        chunks, lock = iter(range(0, n_cases, CHUNK)), threading.Lock()
        watch = _Watch(n_cases, progress, cancel)

        def work() -> None:
            walk, lanes = self._take()
            try:
                while not watch.stopped:
                    with lock:
                        first = next(chunks, None)
                    if first is None:
                        break
                    cases = np.arange(first, min(first + CHUNK, n_cases))
                    run_cases(self.layout, walk, lanes, shocks, cases, eps, max_iterations, self.budget, outcome)
                    watch.add(len(cases))
            finally:  # cases in lanes are brought to their end even then, so that the workspace is clean again
                finish(self.layout, lanes, shocks, eps, max_iterations, outcome)
                self._free.append((walk, lanes))

        watch.over(work, min(threads or os.cpu_count() or 1, -(-n_cases // CHUNK)))
        return outcome

    def _take(self) -> tuple[Walk, Lanes]:
        try:
            return self._free.pop()
        except IndexError:
            return new_walk(self.layout), new_lanes(self.layout)

    def __getstate__(self) -> dict[str, Any]:
        return {"layout": self.layout, "place": self.place}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]


class _Watch:
    """Counts cases, tells the caller and asks whether to stop; always from the calling thread."""

    def __init__(
        self, n_cases: int, progress: Callable[[int, int], None] | None, cancel: Callable[[], bool] | None
    ) -> None:
        self.stopped = False
        self._n_cases, self._progress, self._cancel = n_cases, progress, cancel
        self._done, self._caller, self._counting = 0, threading.get_ident(), threading.Lock()

    def add(self, n: int) -> None:
        with self._counting:
            self._done += n
        if threading.get_ident() == self._caller:
            self.tell()

    def tell(self) -> None:
        if self._progress is not None:
            self._progress(self._done, self._n_cases)
        if self._cancel is not None and self._cancel():
            self.stopped = True
            raise Cancelled(f"cancelled after {self._done} of {self._n_cases} cases")

    def over(self, work: Callable[[], None], threads: int) -> None:
        """Do the work, here or in threads, until all is done or the caller cancels."""
        if threads <= 1:
            work()
            return
        with ThreadPoolExecutor(threads) as pool:
            waiting = {pool.submit(work) for _ in range(threads)}
            try:
                while waiting:
                    finished, waiting = wait(waiting, timeout=EVERY_S, return_when=FIRST_COMPLETED)
                    for one in finished:
                        one.result()
                    self.tell()
            except BaseException:
                self.stopped = True
                raise


def as_shocks(down: sparse.csc_array, up: sparse.csc_array, place: IntArray) -> Shocks:
    """Columns of two sparse matrices as arrays, firms by their place in the layout."""
    parts: list[NDArray[Any]] = []
    for columns in (down, up):
        moved = sparse.csc_array((columns.data, place[columns.indices], columns.indptr), shape=columns.shape)
        moved.sum_duplicates()  # sorts, too
        parts += [moved.indptr.astype(np.int64), moved.indices.astype(np.int64), moved.data.astype(np.float64)]
    return Shocks(*parts)
