"""Compiled parts of the reconstruction: calibrate a block, draw its links, balance its amounts.

Arrays of a :class:`~lianban.engine.reconstruct.layout.Layout`: pairs of one slot stand together (``start``), slots of one
block too (``block_start``). ``status`` of a pair: 1 known link, 0 open, -1 ruled out.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

ONE_EACH = 0.0  # z of a block in which every slot has exactly one supplier
TOLERANCE = 1e-9  # of the expected number of links, relative


@njit(cache=True, nogil=True)
def expected_links(z, first, last, start, seller, status, required, size, demand):  # type: ignore[no-untyped-def]
    """Expected number of links of the slots ``first`` … ``last - 1`` that are not known; also slots and open pairs."""
    total, lone, pairs = 0.0, 0, 0
    for slot in range(first, last):
        if demand[slot] <= 0.0:
            continue
        known, some, mean = False, 0.0, 0.0
        for pair in range(start[slot], start[slot + 1]):
            if status[pair] == 1:
                known = True
            elif status[pair] == 0 and size[seller[pair]] > 0.0:
                odds = z * size[seller[pair]] * demand[slot]
                p = odds / (1.0 + odds)
                mean += p
                some += (1.0 - some) * p
                pairs += 1
        if required[slot] and not known:
            total += mean / some if some > 0.0 else 1.0
            lone += 1
        else:
            total += mean
    return total, lone, pairs


@njit(cache=True, nogil=True)
def calibrate(wanted, first, last, start, seller, status, required, size, demand):  # type: ignore[no-untyped-def]
    """Find z of a block so that the expected number of links, beside the known ones, is ``wanted``.

    The expectation grows with z: bisection on its logarithm. ONE_EACH where no more than one a slot is wanted, infinite
    where every open pair is.
    """
    _, lone, pairs = expected_links(0.0, first, last, start, seller, status, required, size, demand)
    if wanted <= lone * (1.0 + TOLERANCE) or pairs == 0:
        return ONE_EACH
    low, high, factor = 1.0, 1.0, 16.0
    while expected_links(high, first, last, start, seller, status, required, size, demand)[0] < wanted:
        high *= factor
        factor *= factor
        if high > 1e200:
            return np.inf
    factor = 16.0
    while expected_links(low, first, last, start, seller, status, required, size, demand)[0] > wanted:
        low /= factor
        factor *= factor
        if low < 1e-200:
            return ONE_EACH
    for _ in range(200):
        middle = np.sqrt(low) * np.sqrt(high)
        found = expected_links(middle, first, last, start, seller, status, required, size, demand)[0]
        if abs(found - wanted) <= TOLERANCE * wanted:
            return middle
        if found < wanted:
            low = middle
        else:
            high = middle
    return np.sqrt(low) * np.sqrt(high)


@njit(cache=True, nogil=True)
def probabilities(z, first, last, start, seller, status, required, size, demand, chance, marginal):  # type: ignore[no-untyped-def]
    """Fill, for each pair, the chance of a link on its own and, given that the slot has one, its ``marginal``."""
    for slot in range(first, last):
        known, some, total, n_open = False, 0.0, 0.0, 0
        for pair in range(start[slot], start[slot + 1]):
            chance[pair] = 1.0 if status[pair] == 1 else 0.0
            if status[pair] == 1:
                known = True
            elif status[pair] == 0 and demand[slot] > 0.0:
                weight = size[seller[pair]]
                odds = z * weight * demand[slot] if weight > 0.0 else 0.0
                chance[pair] = 1.0 if odds == np.inf else odds / (1.0 + odds)
                some += (1.0 - some) * chance[pair]
                total += weight
                n_open += 1
        lone = required[slot] and not known and demand[slot] > 0.0
        for pair in range(start[slot], start[slot + 1]):
            marginal[pair] = chance[pair]
            if lone and status[pair] == 0:
                if some > 0.0:
                    marginal[pair] = chance[pair] / some
                elif total > 0.0:  # exactly one supplier, by size
                    marginal[pair] = size[seller[pair]] / total
                else:  # no supplier has a size: any of them
                    marginal[pair] = 1.0 / n_open


@njit(cache=True, nogil=True)
def draw_slots(start, status, required, demand, chance, marginal, uniform, tail, linked):  # type: ignore[no-untyped-def]
    """Draw the links of every slot; one that needs a supplier and has no known one gets at least one.

    Drawing independent chances *given* that not all fail is exact: pair after pair, p / P(some from here on) until the
    first link. ``uniform`` holds one number for each pair; ``tail`` is room to work in.
    """
    for slot in range(len(start) - 1):
        begin, end = start[slot], start[slot + 1]
        lone, some, total = required[slot] and demand[slot] > 0.0, 0.0, 0.0
        for pair in range(end - 1, begin - 1, -1):
            linked[pair] = status[pair] == 1
            if status[pair] == 1:
                lone = False
            elif status[pair] == 0:
                some = chance[pair] + (1.0 - chance[pair]) * some
            tail[pair] = some  # never 1 - (1 - …): chances may be as small as 1e-300
        if lone and some <= 0.0:
            last = -1
            for pair in range(begin, end):
                if marginal[pair] > 0.0 and status[pair] == 0:
                    total += marginal[pair]
                    last = pair
                    if uniform[begin] < total:
                        break
            if last >= 0:
                linked[last] = True
            continue
        for pair in range(begin, end):
            if status[pair] != 0 or chance[pair] <= 0.0:
                continue
            if uniform[pair] < (chance[pair] / tail[pair] if lone else chance[pair]):
                linked[pair] = True
                lone = False


@njit(cache=True, nogil=True)
def give_customers(by_seller, first, slot, status, demand, size, uniform, linked):  # type: ignore[no-untyped-def]
    """Give every seller of some size that was drawn no customer one open pair, by what the buyers buy; count them."""
    added = 0
    for firm in range(len(first) - 1):
        total, served = 0.0, size[firm] <= 0.0
        for at in range(first[firm], first[firm + 1]):
            pair = by_seller[at]
            served = served or linked[pair]
            if status[pair] == 0:
                total += demand[slot[pair]]
        if served or total <= 0.0:
            continue
        wanted, last = uniform[firm] * total, -1
        for at in range(first[firm], first[firm + 1]):
            pair = by_seller[at]
            if status[pair] == 0 and demand[slot[pair]] > 0.0:
                last = pair
                wanted -= demand[slot[pair]]
                if wanted < 0.0:
                    break
        linked[last] = True
        added += 1
    return added


@njit(cache=True, nogil=True)
def balance(seller, slot, amount, left_of_slot, left_of_seller, rounds):  # type: ignore[no-untyped-def]
    """Proportional fitting (RAS) of open amounts to what sellers sell and slots buy; slots last, so that they are exact."""
    sold, bought = np.zeros(len(left_of_seller)), np.zeros(len(left_of_slot))
    for turn in range(rounds + 1):
        if turn > 0:
            sold[:] = 0.0
            for link in range(len(seller)):
                sold[seller[link]] += amount[link]
            for link in range(len(seller)):
                if sold[seller[link]] > 0.0 and left_of_seller[seller[link]] > 0.0:
                    amount[link] *= left_of_seller[seller[link]] / sold[seller[link]]
        bought[:] = 0.0
        for link in range(len(seller)):
            bought[slot[link]] += amount[link]
        for link in range(len(seller)):
            if bought[slot[link]] > 0.0:
                amount[link] *= left_of_slot[slot[link]] / bought[slot[link]]
