"""Search for a good set of actions (贪心与交换): every move is evaluated in full, because actions need each other."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np

from lianban.engine.interventions.problem import SAME, Losses, Problem, bits
from lianban.engine.network import FloatArray

BATCH = 4096  # sets whose losses are asked for at once


class Evaluated:
    """Every loss asked for so far (已评估): a scenario is asked once for each set of the actions that matter to it."""

    def __init__(self, losses: Losses, problem: Problem) -> None:
        self._losses, self.problem = losses, problem
        self.n_scenarios = len(losses.matters)
        self.matters = [sum(1 << int(at) for at in np.flatnonzero(row)) for row in losses.matters]
        self.at_least = np.asarray(losses.at_least, np.float64)
        self._found: dict[tuple[int, int], float] = {}
        self._values: dict[int, float] = {}

    @property
    def n_evaluated(self) -> int:
        """How many cascades were run in all: pairs of scenario and set."""
        return len(self._found)

    def scenario(self, at: int, sets: Sequence[int]) -> FloatArray:
        """Losses of one scenario for some sets."""
        return self._look_up([(at, taken & self.matters[at]) for taken in sets])

    def losses(self, sets: Sequence[int]) -> FloatArray:
        """Losses of all scenarios for some sets; shape (n_sets, n_scenarios)."""
        asked = [(at, taken & matters) for taken in sets for at, matters in enumerate(self.matters)]
        return self._look_up(asked).reshape(len(sets), self.n_scenarios)

    def values(self, sets: Sequence[int]) -> FloatArray:
        """Objective of some sets."""
        new = [taken for taken in dict.fromkeys(sets) if taken not in self._values]
        for first in range(0, len(new), BATCH):
            some = new[first : first + BATCH]
            self._values.update(zip(some, self.problem.values(self.losses(some)).tolist(), strict=True))
        return np.array([self._values[taken] for taken in sets])

    def value(self, taken: int) -> float:
        """Objective of one set."""
        return float(self.values([taken])[0])

    def known(self) -> dict[int, float]:
        """Every set whose objective is known."""
        return dict(self._values)

    def tell(self, sets: Sequence[int], values: Iterable[float]) -> None:
        """Remember objectives worked out elsewhere."""
        self._values.update(zip(sets, values, strict=True))

    def _look_up(self, asked: list[tuple[int, int]]) -> FloatArray:
        new = [one for one in dict.fromkeys(asked) if one not in self._found]
        if new:
            self._found.update(zip(new, self._losses.losses(new).tolist(), strict=True))
        return np.array([self._found[one] for one in asked])


def greedy(evaluated: Evaluated) -> int:
    """A good set: added one or two at a time, then swapped, then freed of what it does not need.

    Once by gain per yuan and once by gain; the better one, the cheaper one among equals. No promise of how good it is: the
    loss is not submodular, so that the usual bound for a greedy choice does not hold.
    """
    found = [_grown(evaluated, per_yuan) for per_yuan in (True, False)]
    return min(found, key=lambda taken: rank(evaluated, taken))


def rank(evaluated: Evaluated, taken: int) -> tuple[float, float, int, int]:
    """Order of sets, the best first: objective, cost, number of actions, number of the set."""
    return (round(evaluated.value(taken), 12), evaluated.problem.cost(taken), taken.bit_count(), taken)


def _grown(evaluated: Evaluated, per_yuan: bool) -> int:
    problem, taken = evaluated.problem, 0
    while True:
        more = [taken | move for move in moves(problem, taken)]
        best = _best_step(evaluated, taken, more, per_yuan)
        if best is None:
            best = _best_swap(evaluated, taken)
        if best is None:
            return _freed(evaluated, taken)
        taken = best


def moves(problem: Problem, taken: int) -> Iterator[int]:
    """One or two more actions that may be taken beside what is."""
    free = [at for at in range(problem.n_actions) if not taken >> at & 1]
    for n in (1, 2):
        for some in combinations(free, n):
            move = sum(1 << at for at in some)
            if problem.affordable(taken | move):
                yield move


def _best_step(evaluated: Evaluated, taken: int, more: list[int], per_yuan: bool) -> int | None:
    if not more:
        return None
    gain = evaluated.value(taken) - evaluated.values(more)
    price = np.array([evaluated.problem.cost(one & ~taken) for one in more])
    score = gain / np.maximum(price, 1e-9) if per_yuan else gain
    best = min(range(len(more)), key=lambda at: (-score[at], price[at], more[at]))
    return more[best] if gain[best] > SAME else None


def _best_swap(evaluated: Evaluated, taken: int) -> int | None:
    """Give one action up for one or two others, if that is better."""
    swapped = [
        left | move for at in bits(taken) for left in [taken & ~(1 << at)] for move in moves(evaluated.problem, left)
    ]
    if not swapped:
        return None
    gain = evaluated.value(taken) - evaluated.values(swapped)
    best = int(np.argmax(gain))
    return swapped[best] if gain[best] > SAME else None


def _freed(evaluated: Evaluated, taken: int) -> int:
    """Without the actions that change nothing, the dearest first."""
    for at in sorted(bits(taken), key=lambda one: (-evaluated.problem.costs[one], one)):
        left = taken & ~(1 << at)
        if evaluated.value(left) <= evaluated.value(taken) + SAME:
            taken = left
    return taken
