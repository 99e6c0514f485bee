"""Benefit sharing (利益分享): the Shapley value, exact in fractions to fifteen members, sampled with an interval beyond.

docs/models/sharing.md has the equations, the intervals and a worked example.
"""

import math
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from lianban.engine.errors import EngineError

EXACT_MEMBERS = 15  # 2¹⁵ coalitions, each looked at once for each member: under a second
N_ORDERS = 200_000  # orders of arrival drawn where members are more: about a second
CONFIDENCE = 0.95
MOST_ORDERS = 2_000_000
_AT_ONCE = 4_096  # orders held in memory together

Number = int | Fraction


class InvalidSharing(EngineError):
    """Tasks, members or a value of a coalition that cannot be shared; ``problems`` lists all of them."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(problems))


@dataclass(frozen=True, slots=True)
class Task:
    """Task (任务): what it is worth when it is done (fen, or any whole unit), and the capabilities it needs, all of them."""

    worth: Number
    needs: frozenset[Hashable]

    def __init__(self, worth: Number, needs: Collection[Hashable]) -> None:
        object.__setattr__(self, "worth", worth)
        object.__setattr__(self, "needs", frozenset(needs))


@dataclass(frozen=True, slots=True)
class Shares:
    """Shapley value (沙普利值) of each member, in the unit of the worths.

    ``exact``: ``value`` is the value itself and ``low`` = ``high`` = ``value``. Otherwise ``value`` is the mean over ``n_orders``
    random orders of arrival; with probability at least ``confidence`` *all* values lie between their ``low`` and ``high``.
    ``value`` adds up to ``total``, what all members bring about together. ``by_task`` has a row for each task (empty where the
    game is no list of tasks); ``undone`` are the numbers of tasks that even all members together cannot do: nobody is paid for them.
    """

    value: tuple[Fraction, ...]
    low: tuple[Fraction, ...]
    high: tuple[Fraction, ...]
    total: Fraction
    exact: bool
    n_orders: int
    confidence: float
    by_task: tuple[tuple[Fraction, ...], ...] = ()
    undone: tuple[int, ...] = ()


def shapley(value: Callable[[int], Number], n_members: int) -> Shares:
    """Shapley value of any game of at most fifteen members, exact.

    Parameters
    ----------
    value : what a coalition brings about; member 0 is bit 0 of its argument. Whole numbers or fractions; ``value(0)`` is 0.
    n_members : at least 1

    Raises
    ------
    InvalidSharing
        More members than fifteen, or an empty coalition that is worth something.
    """
    if not 1 <= n_members <= EXACT_MEMBERS:
        raise InvalidSharing([f"{n_members} members, expected 1 to {EXACT_MEMBERS}"])
    worth = [value(coalition) for coalition in range(1 << n_members)]
    if worth[0] != 0:
        raise InvalidSharing([f"the coalition of nobody is worth {worth[0]}, expected 0"])
    found = _exact(worth, n_members)
    return Shares(found, found, found, Fraction(worth[-1]), True, 0, 1.0)


def shapley_of_tasks(
    members: Sequence[Collection[Hashable]],
    tasks: Sequence[Task],
    *,
    n_orders: int = N_ORDERS,
    seed: int = 0,
    confidence: float = CONFIDENCE,
) -> Shares:
    """Shapley value where a coalition earns the tasks for which it has every capability.

    A value adds over tasks, and in one task only those count who hold something it needs. So it is exact whenever no task
    has more than fifteen such members, however many there are in all; other tasks are sampled.

    Parameters
    ----------
    members : capabilities of each member
    tasks : worths at least 0
    n_orders : orders drawn, each with its reverse; even, 2 to 2,000,000
    seed : the same seed gives the same shares
    """
    _refuse(members, tasks, n_orders, confidence)
    held = [frozenset(one) for one in members]
    concerned = [[at for at, has in enumerate(held) if has & task.needs] for task in tasks]
    undone = [at for at, task in enumerate(tasks) if not task.needs <= frozenset().union(*held)]
    rows: list[tuple[Fraction, ...]] = []
    sampled: list[int] = []
    for at, task in enumerate(tasks):
        row = [Fraction(0)] * len(held)
        if at not in undone and len(concerned[at]) <= EXACT_MEMBERS:
            for member, share in zip(concerned[at], _of_one_task(task, held, concerned[at]), strict=True):
                row[member] = share
        elif at not in undone:
            sampled.append(at)
        rows.append(tuple(row))
    half: list[Fraction] = [Fraction(0)] * len(held)
    if sampled:
        means, half = _sampled(held, [tasks[at] for at in sampled], n_orders, seed, confidence)
        for at, row_ in zip(sampled, means, strict=True):
            rows[at] = row_
    value = tuple(sum((row[member] for row in rows), Fraction(0)) for member in range(len(held)))
    return Shares(
        value=value,
        low=tuple(max(Fraction(0), v - h) for v, h in zip(value, half, strict=True)),
        high=tuple(v + h for v, h in zip(value, half, strict=True)),
        total=sum((Fraction(task.worth) for at, task in enumerate(tasks) if at not in undone), Fraction(0)),
        exact=not sampled,
        n_orders=n_orders if sampled else 0,
        confidence=confidence if sampled else 1.0,
        by_task=tuple(rows),
        undone=tuple(undone),
    )


def _exact(worth: Sequence[Number], n_members: int) -> tuple[Fraction, ...]:
    """Equation (1), by the size of the coalition a member joins: whole numbers are added, and divided once at the end."""
    size = [coalition.bit_count() for coalition in range(1 << n_members)]
    weight = [math.factorial(joined) * math.factorial(n_members - joined - 1) for joined in range(n_members)]  # over n!
    found = []
    for member in range(n_members):
        bit = 1 << member
        gained: list[Number] = [0] * n_members
        for coalition in range(1 << n_members):
            if not coalition & bit:
                step = worth[coalition | bit] - worth[coalition]
                if step:
                    gained[size[coalition]] += step
        total = sum((w * Fraction(g) for w, g in zip(weight, gained, strict=True)), Fraction(0))
        found.append(total / math.factorial(n_members))
    return tuple(found)


def _of_one_task(task: Task, held: Sequence[frozenset[Hashable]], who: Sequence[int]) -> tuple[Fraction, ...]:
    """Shares of those whom one task concerns."""
    number = {need: at for at, need in enumerate(sorted(task.needs, key=repr))}
    has = [sum(1 << number[need] for need in held[member] & task.needs) for member in who]
    whole = (1 << len(number)) - 1
    covered = [0] * (1 << len(who))
    for coalition in range(1, 1 << len(who)):
        last = coalition & -coalition
        covered[coalition] = covered[coalition ^ last] | has[last.bit_length() - 1]
    done = _exact([int(one == whole) for one in covered], len(who))
    return tuple(task.worth * share for share in done)


def _sampled(
    held: Sequence[frozenset[Hashable]], tasks: Sequence[Task], n_orders: int, seed: int, confidence: float
) -> tuple[list[tuple[Fraction, ...]], list[Fraction]]:
    """Mean of each task's worth by who completes it, over random orders with their reverses; half widths for the sums.

    The half width is the empirical Bernstein bound of equation (3), on pairs: it holds at this number of orders, not only
    in the limit, and for all members together.
    """
    n = len(held)
    needs = [[np.array([m for m in range(n) if need in held[m]]) for need in task.needs] for task in tasks]
    worth = np.array([float(task.worth) for task in tasks])
    draw = np.random.default_rng(seed)
    times = np.zeros((len(tasks), n), np.int64)  # how often a member completed a task
    total, squares = np.zeros(n), np.zeros(n)  # of the mean of a pair
    pairs = n_orders // 2
    for start in range(0, pairs, _AT_ONCE):
        places = draw.permuted(np.tile(np.arange(n), (min(_AT_ONCE, pairs - start), 1)), axis=1)
        gained = np.zeros(places.shape)
        for one in (places, n - 1 - places):
            by = _completed_by(one, needs)
            for at in range(len(tasks)):
                times[at] += np.bincount(by[at], minlength=n)
                gained[np.arange(len(one)), by[at]] += worth[at] / 2
        total += gained.sum(axis=0)
        squares += (gained**2).sum(axis=0)
    variance = np.maximum(squares - total**2 / pairs, 0.0) / (pairs - 1)
    most = np.array([sum(float(t.worth) for t in tasks if held[m] & t.needs) for m in range(n)])
    log = math.log(3 * n / (1 - confidence))
    half = np.sqrt(2 * variance * log / pairs) + 3 * most * log / pairs
    means = [
        tuple(task.worth * Fraction(int(count), 2 * pairs) for count in times[at]) for at, task in enumerate(tasks)
    ]
    return means, [Fraction(one) for one in half.tolist()]


def _completed_by(places: NDArray[np.int64], needs: Sequence[Sequence[NDArray[np.int64]]]) -> list[NDArray[np.int64]]:
    """Who completes each task in each order, from the place of each member in it."""
    member_at = np.argsort(places, axis=1)
    rows = np.arange(len(places))
    found = []
    for task in needs:
        when = np.stack([places[:, holders].min(axis=1) for holders in task]).max(axis=0)
        found.append(member_at[rows, when])
    return found


def _refuse(members: Sequence[object], tasks: Sequence[Task], n_orders: int, confidence: float) -> None:
    wrong = [] if members else ["there is no member"]
    for at, task in enumerate(tasks):
        if isinstance(task.worth, bool) or not isinstance(task.worth, int | Fraction):
            wrong.append(f"task {at}: the worth is {task.worth!r}, expected a whole number or a fraction")
        elif task.worth < 0:
            wrong.append(f"task {at}: the worth is {task.worth}, expected at least 0")
        if not task.needs:
            wrong.append(f"task {at} needs no capability: nobody has earned it by one")
    if n_orders % 2 or not 4 <= n_orders <= MOST_ORDERS:
        wrong.append(f"{n_orders} orders, expected an even number from 4 to {MOST_ORDERS:,}")
    if not 0 < confidence < 1:
        wrong.append(f"confidence is {confidence}, expected between 0 and 1")
    if wrong:
        raise InvalidSharing(wrong)
