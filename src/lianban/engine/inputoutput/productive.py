"""Whether a table can produce anything beyond its own needs (生产性), and the solution of its equations."""

from collections.abc import Callable

import numpy as np
from scipy import linalg, sparse
from scipy.sparse import csgraph

from lianban.engine.errors import EngineError
from lianban.engine.inputoutput.table import FloatArray


class NotProductive(EngineError):
    """Some sectors use up all they make or more (spectral radius ≥ 1); the message names them."""


class Solver:
    """I − C factored once, for coefficients C ≥ 0 of shape (n_sectors, n_sectors).

    Raises
    ------
    NotProductive
        The spectral radius of C is 1 or more: no inverse without negative entries exists.

    Notes
    -----
    The spectral radius of C ≥ 0 is below 1 exactly if p = 1 + C'p has a solution of finite numbers ≥ 1 (then C'p < p);
    so the check is one solve, and no eigenvalue is needed. Hawkins and Simon (1949).
    """

    def __init__(self, coefficients: FloatArray, name: Callable[[int], str], what: str) -> None:
        self.n = len(coefficients)
        if (problem := _unproductive(coefficients)) is not None:
            circle, worst, total = problem
            others = [name(sector) for sector in circle if sector != worst]
            few = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
            raise NotProductive(
                f"{name(worst)} {what.format(total)}"
                + (f", in a circle with {few}" if others else "")
                + ": spectral radius ≥ 1, so nothing is left for final use and no inverse exists"
            )
        self._factors = linalg.lu_factor(np.eye(self.n) - coefficients) if self.n else None

    def solve(self, right: FloatArray, *, transposed: bool = False) -> FloatArray:
        """Return x with (I − C) x = right, or (I − C') x = right."""
        if self._factors is None:
            return np.zeros_like(right)
        return np.asarray(linalg.lu_solve(self._factors, right, trans=int(transposed)), np.float64)


def _unproductive(coefficients: FloatArray) -> tuple[list[int], int, float] | None:
    """Return a circle of sectors that cannot live, its sector of largest sum inside it, and that sum; or None."""
    if coefficients.sum(axis=0).max(initial=0.0) < 1 or _solvable(coefficients):
        return None
    _, part = csgraph.connected_components(sparse.csr_array(coefficients), connection="strong")
    for one in range(part.max() + 1):
        circle = np.flatnonzero(part == one)
        inside = coefficients[np.ix_(circle, circle)]
        if not _solvable(inside):
            sums = inside.sum(axis=0)
            worst = int(sums.argmax())
            return circle.tolist(), int(circle[worst]), float(sums[worst])
    return list(range(len(coefficients))), int(coefficients.sum(axis=0).argmax()), float(coefficients.sum(axis=0).max())


def _solvable(coefficients: FloatArray) -> bool:
    """Say whether p = 1 + C'p has a solution of finite numbers ≥ 1; one of 1e12 or more is rounding."""
    try:
        found = np.linalg.solve(np.eye(len(coefficients)) - coefficients.T, np.ones(len(coefficients)))
    except np.linalg.LinAlgError:
        return False
    return bool(np.isfinite(found).all() and found.min(initial=1.0) >= 1 - 1e-9 and found.max(initial=1.0) < 1e12)
