"""Who runs the shards: this thread, several threads, or processes of this machine. The cluster is in cluster.py."""

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Protocol, TypeAlias

from lianban.engine.cascade import ENGINE_VERSION
from lianban.engine.cascade.memory import MemoryNeed, available_memory
from lianban.engine.errors import Cancelled, EngineError
from lianban.engine.scenarios.model import CascadeLosses, Columns, Piece, install, solve

Numbered: TypeAlias = tuple[int, Piece]
Done: TypeAlias = tuple[int, Columns]
Cancel: TypeAlias = Callable[[], bool]

DEATHS = 3  # a shard that was on board of so many dying workers is not tried again
POLL_SECONDS = 0.2  # how often somebody who waits looks whether the run was cancelled


class HasMap(Protocol):
    """Anything with the ``map`` of :mod:`concurrent.futures`."""

    def map(self, function: Callable[..., Any], /, *iterables: Iterable[Any]) -> Iterable[Any]: ...


class RunsShards(HasMap, Protocol):
    """Who runs shards: gives results as they come, in any order; a killed worker's shard is run again."""

    @property
    def run_again(self) -> int | None:
        """Shards of the last run that a dying worker had on board; None if nobody counts them."""
        ...

    def shards(self, model: CascadeLosses, pieces: Iterable[Numbered], cancel: Cancel) -> Iterator[Done]: ...


class Here:
    """One shard after another in this thread."""

    run_again = 0

    def map(self, function: Callable[..., Any], /, *iterables: Iterable[Any]) -> list[Any]:
        """Call the function for each item."""
        return [function(*items) for items in zip(*iterables, strict=True)]

    def shards(self, model: CascadeLosses, pieces: Iterable[Numbered], cancel: Cancel) -> Iterator[Done]:
        """Solve the pieces in order."""
        yield from _in_order(model, pieces, cancel, threads=1)


class Threads:
    """The threads of this process: the kernels let go of the interpreter, so threads share one network in memory."""

    run_again = 0

    def __init__(self, threads: int | None = None) -> None:
        self.threads = _counted("threads", threads)

    def map(self, function: Callable[..., Any], /, *iterables: Iterable[Any]) -> list[Any]:
        """Call the function for each item, several at a time."""
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(function, *iterables))

    def shards(self, model: CascadeLosses, pieces: Iterable[Numbered], cancel: Cancel) -> Iterator[Done]:
        """Solve the pieces in order, each with all threads."""
        yield from _in_order(model, pieces, cancel, threads=self.threads)


class Processes:
    """Processes of this machine, each with its own copy of the network, sent once.

    They are spawned, not forked: a fork of a process with running threads may hang. A script that uses them therefore
    needs ``if __name__ == "__main__":`` around its start.
    """

    def __init__(self, workers: int | None = None) -> None:
        self.workers = _counted("workers", workers)
        self.run_again = 0

    def map(self, function: Callable[..., Any], /, *iterables: Iterable[Any]) -> list[Any]:
        """Call the function for each item; function and items must be such that can be pickled."""
        with ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn")) as pool:
            return list(pool.map(function, *iterables))

    def shards(self, model: CascadeLosses, pieces: Iterable[Numbered], cancel: Cancel) -> Iterator[Done]:
        """Solve the pieces in any order; when a worker dies, start all anew and run what they had on board again."""
        refuse_if_too_large(model, self.workers, available_memory())
        source, again, deaths = iter(pieces), list[Numbered](), Counter[int]()
        self.run_again = 0
        while True:
            flying: dict[Future[Columns], Numbered] = {}
            pool = ProcessPoolExecutor(self.workers, multiprocessing.get_context("spawn"), install, (model,))
            try:
                yield from self._fly(pool, model.key, source, again, flying, cancel)
                return
            except BrokenProcessPool as broken:
                deaths.update(number for number, _ in [*flying.values()] or again[:1])
                again = [*again, *flying.values()]
                self.run_again += len(flying)
                if deaths and max(deaths.values()) >= DEATHS:
                    raise EngineError(_died(deaths)) from broken
            finally:
                pool.shutdown(cancel_futures=True)

    def _fly(
        self,
        pool: ProcessPoolExecutor,
        key: str,
        source: Iterator[Numbered],
        again: list[Numbered],
        flying: dict[Future[Columns], Numbered],
        cancel: Cancel,
    ) -> Iterator[Done]:
        """Keep every worker busy with one piece more waiting; what is not done stays in ``flying`` or ``again``."""
        self._fill(pool, key, source, again, flying)
        while flying:
            done, _ = wait(flying, POLL_SECONDS, FIRST_COMPLETED)
            stop_if_cancelled(cancel)
            finished = [(flying[future][0], future.result()) for future in done]  # a dead worker is noticed here
            for future in done:
                del flying[future]
            broken = None
            try:
                self._fill(
                    pool, key, source, again, flying
                )  # before what is done is written: nobody waits for the disk
            except BrokenProcessPool as error:
                broken = error  # what is finished is kept all the same
            yield from finished
            if broken is not None:
                raise broken

    def _fill(
        self,
        pool: ProcessPoolExecutor,
        key: str,
        source: Iterator[Numbered],
        again: list[Numbered],
        flying: dict[Future[Columns], Numbered],
    ) -> None:
        while len(flying) < 2 * self.workers:
            if not again:
                again.extend([] if (fresh := next(source, None)) is None else [fresh])
            if not again:
                return
            flying[pool.submit(solve, key, ENGINE_VERSION, again[0][1])] = again[0]
            del again[0]


def refuse_if_too_large(model: CascadeLosses, copies: int, available: int | None) -> None:
    """Raise NotEnoughMemory before anything starts if so many copies of the network do not fit."""
    MemoryNeed(network=copies * model.bytes_needed, work=0, results=0, available=available).refuse_if_too_much()


def stop_if_cancelled(cancel: Cancel) -> None:
    """Raise Cancelled if the caller wants to stop."""
    if cancel():
        raise Cancelled("cancelled; shards under way were given up")


def _in_order(model: CascadeLosses, pieces: Iterable[Numbered], cancel: Cancel, threads: int) -> Iterator[Done]:
    refuse_if_too_large(model, 1, available_memory())
    solver = model.ready(threads)
    for number, piece in pieces:
        stop_if_cancelled(cancel)
        yield number, solver(piece)


def _counted(name: str, given: int | None) -> int:
    if given is None:
        return os.cpu_count() or 1
    if given < 1:
        raise EngineError(f"{name} is {given}, expected at least 1")
    return given


def _died(deaths: Counter[int]) -> str:
    suspects = sorted(number for number, times in deaths.items() if times >= DEATHS)
    return (
        f"workers died {DEATHS} times with shard {suspects[0]} on board: most often the memory is too small for one network "
        'in each process (fewer workers, or threads), or a script starts its run without if __name__ == "__main__"'
    )
