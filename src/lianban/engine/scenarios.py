"""Many runs: in this process, in threads, in many processes or on a cluster; one function, one executor argument."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

Case = TypeVar("Case")
Outcome = TypeVar("Outcome")


class HasMap(Protocol):
    """Anything with the ``map`` of :mod:`concurrent.futures`: threads, processes, a Dask client."""

    def map(self, function: Callable[..., Any], /, *iterables: Iterable[Any]) -> Iterable[Any]: ...


def run(model: Callable[[Case], Outcome], cases: Iterable[Case], executor: HasMap | None = None) -> list[Outcome]:
    """Run the model once for each case and return the results in the order of the cases.

    Without executor the cases run one after another here. An executor over processes needs a model that can be
    pickled, such as ``functools.partial(simulate, network)``.
    """
    if executor is None:
        return [model(case) for case in cases]
    return list(executor.map(model, cases))
