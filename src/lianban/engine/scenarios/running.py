"""run: one function for many cases, whoever computes them."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, overload

from lianban.engine.cascade import ENGINE_VERSION, LossTable
from lianban.engine.errors import Cancelled, EngineError
from lianban.engine.scenarios.executors import HasMap, Here, RunsShards
from lianban.engine.scenarios.model import (
    CascadeLosses,
    Columns,
    Piece,
    fingerprint_of_cases,
    n_cases,
    pieces,
    usual_shard_size,
)
from lianban.engine.scenarios.stored import StoredLosses, open_folder, write_part

Case = TypeVar("Case")
Outcome = TypeVar("Outcome")
Progress = Callable[[int, int], None]  # cases done, cases in all


@overload
def run(model: Callable[[Case], Outcome], cases: Iterable[Case], executor: HasMap | None = None) -> list[Outcome]: ...


@overload
def run(
    model: CascadeLosses,
    cases: Any,
    executor: RunsShards | None = None,
    *,
    output: None = None,
    shard_size: int | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> LossTable: ...


@overload
def run(
    model: CascadeLosses,
    cases: Any,
    executor: RunsShards | None = None,
    *,
    output: str | Path,
    shard_size: int | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> StoredLosses: ...


def run(
    model: Any,
    cases: Any,
    executor: Any = None,
    *,
    output: str | Path | None = None,
    shard_size: int | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Any:
    """Run the model for each case and return the results in the order of the cases.

    Parameters
    ----------
    model : a function of one case, or :class:`CascadeLosses`
    cases : what the function takes; for CascadeLosses firms or shocks, see there
    executor : None, ``Here()``, ``Threads(n)``, ``Processes(n)``, ``Cluster(address)``; for a function also anything with
        the ``map`` of concurrent.futures. A function for processes must be one that can be pickled.

    For CascadeLosses only:

    output : folder for one Parquet file per shard, written as the shards come; an interrupted run continues there
    shard_size : cases in a shard; the default depends on their number alone, so files do not depend on the executor
    progress : called here with cases done and cases in all, after each shard
    cancel : asked between shards; True ends the run with Cancelled, and the parts that are written stay

    Returns
    -------
    list, LossTable, or with ``output`` StoredLosses

    Raises
    ------
    Cancelled
        ``cancel()`` said so.
    EngineError
        A shard's worker died three times; the output folder holds another run.
    """
    if isinstance(model, CascadeLosses):
        return _run_shards(model, cases, executor, output, shard_size, progress, cancel)
    if executor is None:
        return [model(case) for case in cases]
    return list(executor.map(model, cases))


def _run_shards(
    model: CascadeLosses,
    given: Any,
    executor: RunsShards | None,
    output: str | Path | None,
    shard_size: int | None,
    progress: Progress | None,
    cancel: Callable[[], bool] | None,
) -> LossTable | StoredLosses:
    who = Here() if executor is None else executor
    if not hasattr(who, "shards"):
        raise EngineError(
            f"{type(who).__name__} cannot run shards: use Here, Threads, Processes or Cluster of lianban.engine.scenarios"
        )
    cases = model.checked_cases(given)
    total = n_cases(cases)
    size = usual_shard_size(total) if shard_size is None else shard_size
    if size < 1 or not total:
        raise EngineError(f"{total} cases in shards of {size}: there must be a case, and a shard holds at least 1")
    place = None if output is None else Path(output)
    n_shards = -(-total // size)
    there = frozenset[int]() if place is None else open_folder(place, _note(model, cases, total, size, n_shards))

    parts: dict[int, Columns] = {}
    done = sum(min(size, total - number * size) for number in there)
    if progress is not None and done:
        progress(done, total)
    if len(there) < n_shards:
        work = who.shards(model, pieces(cases, size, there), cancel or _never)
        try:
            for number, columns in work:
                if place is None:
                    parts[number] = columns
                else:
                    write_part(place, number, number * size, columns, _firms_of(cases, number, size))
                done += len(columns["iterations"])
                if progress is not None:
                    progress(done, total)
        except Cancelled as stopped:
            raise Cancelled(f"cancelled after {done} of {total} cases") from stopped
        finally:
            if hasattr(work, "close"):
                work.close()  # workers end now, not when somebody collects the garbage
    if place is None:
        return model.table([parts[number] for number in range(n_shards)])
    return StoredLosses(
        path=place,
        n_cases=total,
        n_shards=n_shards,
        reused=len(there),
        run_again=who.run_again,
        network_fingerprint=model.network.fingerprint,
        engine_version=ENGINE_VERSION,
        parameters=model.parameters,
    )


def _note(model: CascadeLosses, cases: Piece, total: int, size: int, n_shards: int) -> dict[str, Any]:
    """What run.json holds: nothing that depends on who computes."""
    return {
        "network_fingerprint": model.network.fingerprint,
        "engine_version": ENGINE_VERSION,
        "model": model.key,
        "parameters": model.parameters,
        "cases": "shocks" if isinstance(cases, tuple) else "firms",
        "cases_fingerprint": fingerprint_of_cases(cases),
        "n_cases": total,
        "shard_size": size,
        "n_shards": n_shards,
    }


def _firms_of(cases: Piece, number: int, size: int) -> Columns:
    """The column that names the failing firm, where each case is one."""
    return {} if isinstance(cases, tuple) else {"firm": cases[number * size : (number + 1) * size]}


def _never() -> bool:
    return False
