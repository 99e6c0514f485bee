"""What a supply network must be; each refusal names the first row (counted from 0) that breaks the rule."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.errors import InvalidNetwork


def whole_numbers(name: str, given: ArrayLike, length: int | None = None) -> NDArray[np.int64]:
    """Copy labels as int64; refuse anything that is not a whole number."""
    raw = _one_dimension(name, given, length)
    if raw.dtype.kind in "iu" or raw.size == 0:
        return raw.astype(np.int64)
    if raw.dtype.kind == "f":
        bad = ~((np.abs(raw) < 2.0**62) & (raw == np.round(raw)))  # NaN compares false
        if not bad.any():
            return raw.astype(np.int64)
        row = int(np.argmax(bad))
        raise InvalidNetwork(f"row {row}: {name} is {raw[row]}, expected a whole number")
    raise InvalidNetwork(f"{name} holds {raw.dtype}, expected whole numbers")


def nodes(name: str, given: ArrayLike, n_firms: int, n_links: int | None = None) -> NDArray[np.int64]:
    """Copy node numbers; refuse those outside 0 .. n_firms - 1."""
    numbers = whole_numbers(name, given, n_links)
    bad = (numbers < 0) | (numbers >= n_firms)
    if bad.any():
        row = int(np.argmax(bad))
        raise InvalidNetwork(f"row {row}: {name} {numbers[row]} is not a node (there are {n_firms}, counted from 0)")
    return numbers


def amounts(name: str, given: ArrayLike, length: int) -> NDArray[np.float64]:
    """Copy amounts as float64; refuse negative, infinite and missing ones."""
    numbers = _floats(name, _one_dimension(name, given, length))
    _refuse_bad_amounts(name, numbers)
    return numbers


def weights(given: ArrayLike, n_firms: int) -> NDArray[np.float64]:
    """Copy output weights, one column or several."""
    numbers = _floats("output_weight", np.asarray(given))
    if numbers.ndim not in (1, 2) or numbers.shape[0] != n_firms:
        raise InvalidNetwork(
            f"output_weight has shape {numbers.shape}, expected ({n_firms},) or ({n_firms}, n_weights)"
        )
    for column in numbers.T if numbers.ndim == 2 else [numbers]:
        _refuse_bad_amounts("output_weight", column)
    return numbers


def classes(given: ArrayLike | None, n_links: int) -> NDArray[np.int8]:
    """Copy input classes; refuse anything but 0, 1 and 2."""
    if given is None:
        return np.full(n_links, 2, np.int8)
    numbers = whole_numbers("input_class", given, n_links)
    bad = (numbers < 0) | (numbers > 2)
    if bad.any():
        row = int(np.argmax(bad))
        raise InvalidNetwork(f"row {row}: input_class is {numbers[row]}, expected 0, 1 or 2")
    return numbers.astype(np.int8)


def square_classes(given: ArrayLike, size: int) -> NDArray[np.int8]:
    """Copy a class matrix; refuse a wrong shape or anything but 0, 1 and 2."""
    matrix = np.asarray(given)
    if matrix.shape != (size, size):
        raise InvalidNetwork(f"essential has shape {matrix.shape}, but there are {size} sector labels")
    bad = ~np.isin(matrix, (0, 1, 2))
    if bad.any():
        row, column = (int(i) for i in np.argwhere(bad)[0])
        raise InvalidNetwork(f"essential, row {row}, column {column}: {matrix[row, column]}, expected 0, 1 or 2")
    return matrix.astype(np.int8)


def row_of_label(sectors: NDArray[Any], sector_labels: Sequence[Any]) -> NDArray[np.int64]:
    """Find the matrix row of each node's sector by its label."""
    position: dict[Any, int] = {}
    for row, label in enumerate(sector_labels):
        if label in position:
            raise InvalidNetwork(
                f"sector label {label!r} stands twice, in rows {position[label]} and {row} of essential"
            )
        position[label] = row
    if sectors.ndim != 1:
        raise InvalidNetwork(f"sector has shape {sectors.shape}, expected one label per node")
    given = sectors.tolist()
    found = np.array([position.get(label, -1) for label in given], np.int64)
    if (found < 0).any():
        node = int(np.argmax(found < 0))
        raise InvalidNetwork(f"row {node}: sector {given[node]!r} has no row in essential")
    return found


def refuse_repeated_pairs(seller: NDArray[np.int64], buyer: NDArray[np.int64], n_firms: int) -> None:
    """Refuse a (seller, buyer) pair that stands twice: sum such rows first."""
    pair = seller * np.int64(max(n_firms, 1)) + buyer
    order = np.argsort(pair, kind="stable")
    same = np.flatnonzero(np.diff(pair[order]) == 0)
    if same.size:
        at = same[np.argmin(order[same + 1])]
        first, again = int(order[at]), int(order[at + 1])
        raise InvalidNetwork(
            f"row {again} repeats seller {seller[again]} and buyer {buyer[again]} of row {first}; add them up first"
        )


def refuse_mixed_classes(
    group: NDArray[np.int64], seller: NDArray[np.int64], buyer: NDArray[np.int64], input_class: NDArray[np.int8]
) -> None:
    """Refuse two classes for links between the same two groups."""
    if not len(seller):
        return
    names, number = np.unique(group, return_inverse=True)
    pair = number[seller] * np.int64(len(names)) + number[buyer]
    order = np.argsort(pair, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(pair[order]) != 0])
    first = np.repeat(order[starts], np.diff(np.r_[starts, len(order)]))
    mixed = np.flatnonzero(input_class[order] != input_class[first])
    if mixed.size:
        at = mixed[np.argmin(order[mixed])]
        row, other = int(order[at]), int(first[at])
        raise InvalidNetwork(
            f"row {row}: class {input_class[row]} from group {group[seller[row]]} to group {group[buyer[row]]}, "
            f"but row {other} says class {input_class[other]}"
        )


def names(given: Sequence[str], n_firms: int) -> tuple[str, ...]:
    """Copy labels; refuse a wrong number or a repeated one."""
    labels = tuple(str(label) for label in given)
    if len(labels) != n_firms:
        raise InvalidNetwork(f"{len(labels)} labels for {n_firms} nodes")
    if len(set(labels)) != n_firms:
        seen: dict[str, int] = {}
        for row, label in enumerate(labels):
            if label in seen:
                raise InvalidNetwork(f"row {row}: label {label!r} is already used in row {seen[label]}")
            seen[label] = row
    return labels


def _one_dimension(name: str, given: ArrayLike, length: int | None) -> NDArray[Any]:
    array = np.asarray(given)
    if array.ndim != 1:
        raise InvalidNetwork(f"{name} has shape {array.shape}, expected one dimension")
    if length is not None and len(array) != length:
        raise InvalidNetwork(f"{name} has {len(array)} rows, expected {length}")
    return array


def _floats(name: str, array: NDArray[Any]) -> NDArray[np.float64]:
    if array.size and array.dtype.kind not in "iufb":
        raise InvalidNetwork(f"{name} holds {array.dtype}, expected numbers")
    return array.astype(np.float64)


def _refuse_bad_amounts(name: str, numbers: NDArray[np.float64]) -> None:
    bad = ~(np.isfinite(numbers) & (numbers >= 0))
    if bad.any():
        row = int(np.argmax(bad))
        raise InvalidNetwork(f"row {row}: {name} is {numbers[row]}, expected a finite number of at least 0")
    with np.errstate(over="ignore"):
        total = numbers.sum()
    if not np.isfinite(total):
        raise InvalidNetwork(f"{name} adds up to more than a float can hold; use a larger unit")
