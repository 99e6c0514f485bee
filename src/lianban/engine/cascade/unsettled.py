"""Why a scenario did not settle (未收敛的原因), and what is known of it before it starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lianban.engine.cascade.asked import Scenarios
from lianban.engine.cascade.model import Cascade
from lianban.engine.network import SupplyNetwork

LOOK_AT = 16  # scenarios whose states are compared for a swing; the others get the general reason
STEPS = 400  # a swing shows within so many steps, or is not claimed
WORTH_NAMING = 10_000_000  # a bound on steps beyond this helps nobody


@dataclass(frozen=True)
class Oscillation:
    """The published rule for dead markets may swing for ever: firms that sell less than one unit of money.

    Then a dead market counts as 1, each of its firms takes no more than its sales from its buyers, the market revives,
    and so on. ``factor`` is what all money has to be multiplied by, so that nobody sells less than 1 and every run settles.
    """

    n_firms: int
    factor: float

    def sentence(self) -> str:
        """Say it before the run starts."""
        return (
            f"compatible=True: {self.n_firms} firms sell less than 1 unit of money, so the published rule for dead markets "
            f"may swing for ever; multiply all money by {self.factor:g} or more, or leave compatible out"
        )


def oscillation(network: SupplyNetwork) -> Oscillation | None:
    """Tell whether the published rule may swing on this network: only where somebody sells less than 1."""
    small = network.sales[(network.sales > 0) & (network.sales < 1.0)]
    return Oscillation(len(small), float(np.ceil(1.0 / small.min()))) if small.size else None


@dataclass(frozen=True)
class Unsettled:
    """Why one scenario did not settle (未收敛): ``str()`` says it.

    ``code``: "swings" between two states ``swing`` apart; "falling" a level, "growing" the loss still moved; "open" nothing
    more is known. ``most_steps`` is a proven bound on the steps it needs, None where there is none worth naming.
    """

    code: str
    cap: int
    eps: float
    most_steps: int | None = None
    swing: float | None = None
    warning: Oscillation | None = None

    def __str__(self) -> str:
        if self.code == "swings":
            return f"swings for ever between two states {self.swing:.2g} apart; stopped after {self.cap} steps"
        if self.code == "open":
            return (
                f"not settled after {self.cap} steps, the last allowed; the published rule for dead markets may swing"
            )
        what = f"a level still fell by more than {self.eps:g}"
        if self.code == "growing":
            what = f"the loss still grew by more than the factor 1 + {self.eps:g}"
        bound = "in the end" if self.most_steps is None else f"within {self.most_steps:,} steps"
        return f"{what} in step {self.cap}, the last allowed; levels only fall, so it settles {bound}: raise max_iterations"


def reasons_of(
    cascade: Cascade,
    asked: Scenarios,
    late: NDArray[np.int64],
    options: Mapping[str, Any],
    warning: Oscillation | None,
) -> dict[int, Unsettled]:
    """Reason for each scenario that reached the cap, by position."""
    if not late.size:
        return {}
    cap, eps = options["max_iterations"], options["eps"]
    bound = 2 * cascade.network.n_firms / eps if eps > 0 and options["stop"] == "level" else np.inf
    most = int(np.ceil(bound)) if bound <= WORTH_NAMING else None
    code = "open" if warning is not None else "growing" if options["stop"] == "loss" else "falling"
    general = Unsettled(code, cap, eps, most if warning is None else None, warning=warning)
    found = dict.fromkeys(late.tolist(), general)
    if warning is not None:
        for position, swing in _swings(cascade, asked, late[:LOOK_AT], options).items():
            found[position] = Unsettled("swings", cap, eps, swing=swing, warning=warning)
    return found


def _swings(
    cascade: Cascade, asked: Scenarios, late: NDArray[np.int64], options: Mapping[str, Any]
) -> dict[int, float]:
    """How far apart two neighbouring states are, where the state after next is the same again."""
    steps = min(options["max_iterations"], STEPS)
    if steps < 4:
        return {}
    shocks = [columns.toarray() for columns in asked.columns(late, cascade.network.n_firms)]
    runs = [cascade.run(*shocks, **{**options, "max_iterations": steps - back}) for back in (0, 1, 2)]
    last, before, two_before = (np.stack([one.level_down, one.level_up]) for one in runs)
    same = (last == two_before).all(axis=(0, 1))
    apart = np.abs(last - before).max(axis=(0, 1), initial=0.0)
    return {
        int(position): float(far) for position, again, far in zip(late, same, apart, strict=True) if again and far > 0
    }
