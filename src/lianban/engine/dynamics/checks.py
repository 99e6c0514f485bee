"""Checks (检查) of what a run is given: everything wrong is told at once, with row numbers."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.errors import InvalidNetwork, InvalidShock
from lianban.engine.network import SupplyNetwork

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
MAX_DAYS_ON_THE_WAY = 200_000_000  # numbers for goods and orders under way: 1.6 GB


class Checked:
    """Collects what is wrong with the parameters of a network and refuses once."""

    def __init__(self, network: SupplyNetwork, n_slots: int) -> None:
        self._network, self._n_slots = network, n_slots
        self._wrong: list[str] = []
        self._under_way = 0.0

    def choice(self, name: str, given: Any, allowed: Iterable[str]) -> None:
        """A word from a list."""
        if given not in allowed:
            self._wrong.append(f"{name} is {given!r}, expected one of {', '.join(allowed)}")

    def at_least(self, name: str, given: float, least: float) -> None:
        """One finite number."""
        if not (np.isfinite(given) and given >= least):
            self._wrong.append(f"{name} is {given!r}, expected a number of at least {least:g}")

    def per_slot(self, name: str, given: ArrayLike) -> FloatArray:
        """One number or one for each slot; inf is allowed."""
        return self._numbers(name, given, self._n_slots, "slot", infinite=True)

    def per_firm(self, name: str, given: ArrayLike) -> FloatArray:
        """One number or one for each firm."""
        return self._numbers(name, given, self._network.n_firms, "firm")

    def per_link(self, name: str, given: ArrayLike) -> IntArray:
        """One whole number or one for each link."""
        numbers = self._numbers(name, given, self._network.n_links, "link")
        broken = np.flatnonzero(numbers != np.floor(numbers))
        if broken.size:
            self._wrong.append(f"link {broken[0]}: {name} is {numbers[broken[0]]:g}, expected whole days")
        self._under_way += float(numbers.sum())
        return numbers.astype(np.int64)

    def refuse(self) -> None:
        """Raise InvalidNetwork with everything that was wrong."""
        if self._under_way > MAX_DAYS_ON_THE_WAY:
            self._wrong.append(
                f"lead_days and order_days add up to {self._under_way:,.0f} over the links: they would need about "
                f"{self._under_way * 8e-9:,.1f} GB; expected at most {MAX_DAYS_ON_THE_WAY:,}"
            )
        if self._wrong:
            raise InvalidNetwork("; ".join(self._wrong))

    def _numbers(self, name: str, given: ArrayLike, n: int, what: str, *, infinite: bool = False) -> FloatArray:
        try:
            numbers = np.array(given, np.float64)
        except (TypeError, ValueError):
            self._wrong.append(f"{name} does not hold numbers")
            return np.zeros(n)
        if numbers.shape not in ((), (n,)):
            self._wrong.append(f"{name} has shape {numbers.shape}, expected one number or {n}, one for each {what}")
            return np.zeros(n)
        numbers = np.broadcast_to(numbers, (n,)).copy()
        bad = np.flatnonzero(~((numbers >= 0) & (infinite | np.isfinite(numbers))))
        if bad.size:
            more = f" (and {bad.size - 1} more)" if bad.size > 1 else ""
            self._wrong.append(f"{what} {bad[0]}: {name} is {numbers[bad[0]]}, expected a number of at least 0{more}")
            return np.zeros(n)
        return numbers


def checked_shock(
    network: SupplyNetwork,
    shock: ArrayLike,
    recovery_days: ArrayLike,
    recovery: str,
    days: int,
    chosen: Sequence[int],
) -> tuple[FloatArray, FloatArray]:
    """Shock and recovery as arrays of shape (n_firms,)."""
    n, wrong = network.n_firms, []
    lost, back = np.array(shock, np.float64), np.array(recovery_days, np.float64)
    if lost.shape != (n,):
        wrong.append(f"shock has shape {lost.shape}, expected ({n},)")
    elif (bad := np.flatnonzero(~((lost >= 0) & (lost <= 1)))).size:
        more = f" (and {bad.size - 1} more)" if bad.size > 1 else ""
        wrong.append(f"row {bad[0]}: shock is {lost[bad[0]]}, expected a share between 0 and 1{more}")
    if back.shape not in ((), (n,)):
        wrong.append(f"recovery_days has shape {back.shape}, expected one number or {n}, one for each firm")
    elif (bad := np.flatnonzero(~(np.atleast_1d(back) >= 0))).size:
        wrong.append(f"row {bad[0]}: recovery_days is {np.atleast_1d(back)[bad[0]]}, expected at least 0, or inf")
    if recovery not in ("step", "linear"):
        wrong.append(f"recovery is {recovery!r}, expected step or linear")
    if not (isinstance(days, int | np.integer) and days >= 1):
        wrong.append(f"days is {days!r}, expected a whole number of at least 1")
    wrong += [f"chosen names firm {firm}, expected 0 to {n - 1}" for firm in chosen if not 0 <= firm < n][:1]
    if wrong:
        raise InvalidShock("; ".join(wrong))
    return lost, np.broadcast_to(back, (n,)).copy()
