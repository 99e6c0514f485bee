"""Which single missing fact would narrow the answer most (最值得查明的事实): estimated, then verified by drawing again."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from lianban.engine.reconstruct.model import Ensemble, Reconstruction
from lianban.engine.reconstruct.worth import worth_of

FloatArray = NDArray[np.float64]

ANSWERS = 4  # possible answers that are tried when a fact is verified, each for a quarter of the draws


@dataclass(frozen=True)
class FactWorth:
    """Fact and what it is worth (事实的信息价值).

    ``fact``: ("supplier", buyer, group), ("sales", firm) or ("exponent",). ``variance``: part of the variance of all losses it
    explains, estimated from the draws. ``narrowing``: part by which the mean 90 % interval shrinks when it is known, found
    by drawing again; None where that was not done.
    """

    fact: tuple[Any, ...]
    variance: float
    narrowing: float | None


def best_facts(
    reconstruction: Reconstruction,
    ensemble: Ensemble,
    *,
    verify: int = 3,
    listed: int = 20,
    shocks: ArrayLike | sparse.sparray | None = None,
) -> tuple[FactWorth, ...]:
    """List the facts worth most: verified ones first, the best first; then by the estimate.

    ``shocks`` as given to :meth:`Reconstruction.run`. A fact that is verified costs as many draws as the ensemble has.
    """
    worth = worth_of(ensemble.answers, ensemble.loss)
    order = [int(at) for at in np.argsort(-worth.overall, kind="stable") if worth.overall[at] > 0][:listed]
    narrowing = {at: _narrowing(reconstruction, ensemble, at, shocks) for at in order[:verify]}
    order = sorted(order[:verify], key=lambda at: -narrowing[at]) + order[verify:]
    return tuple(FactWorth(ensemble.facts[at], float(worth.overall[at]), narrowing.get(at)) for at in order)


def _narrowing(
    reconstruction: Reconstruction, ensemble: Ensemble, fact: int, shocks: ArrayLike | sparse.sparray | None
) -> float:
    """Part by which the mean 90 % interval shrinks: four answers, each held against the same quarter of the draws."""
    n = len(ensemble.draws)
    order = np.argsort(ensemble.answers[:, fact], kind="stable")
    options = {name: ensemble.parameters[name] for name in ("eps", "max_iterations", "market")}
    before = after = 0.0
    for turn in range(ANSWERS):
        answer = int(ensemble.draws[order[(2 * turn + 1) * n // (2 * ANSWERS)]])
        first, last = turn * n // ANSWERS, (turn + 1) * n // ANSWERS
        known = reconstruction.knowing(ensemble.facts[fact], ensemble.seed, answer)
        again = known.run(last - first, seed=ensemble.seed, first=int(ensemble.draws[first]), shocks=shocks, **options)
        before += mean_width(ensemble.loss[first:last])
        after += mean_width(again.loss)
    return 1.0 - after / before if before > 0 else 0.0


def mean_width(values: FloatArray) -> float:
    """Mean width of the 90 % intervals of values of shape (n_draws, n_targets)."""
    low, high = np.quantile(values, (0.05, 0.95), axis=0, method="weibull")
    return float((high - low).mean())
