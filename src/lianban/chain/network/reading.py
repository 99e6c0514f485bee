"""Tables of a chain as numbers: codes become positions, contradicting rows one row."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lianban.chain.diagnosis.places import contains, origin_of

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

HOME, ABROAD, PLACE_UNKNOWN = 1, 0, -1
UNSPECIFIED_ABROAD = "XX"
CONFIDENCE = {"low": 0, "medium": 1, "high": 2}


class Codes:
    """Codes of a table, looked up many at a time; a code that stands twice counts once."""

    def __init__(self, values: Any) -> None:
        self.index = pd.Index(pd.unique(np.asarray(values, dtype=object)), dtype=object)

    def __len__(self) -> int:
        return len(self.index)

    def find(self, values: Any) -> Ints:
        """Positions of some codes, -1 where there is none."""
        return self.index.get_indexer(np.asarray(values, dtype=object)).astype(np.int64)

    def __getitem__(self, positions: Any) -> Any:
        return self.index.to_numpy()[positions]

    def get(self, positions: Ints) -> NDArray[np.object_]:
        """Codes at some positions, None for -1."""
        return or_none(self.index.to_numpy(), positions)


def or_none(values: Any, positions: Ints) -> NDArray[np.object_]:
    """Values at some positions, None for -1."""
    padded = np.empty(len(values) + 1, dtype=object)
    padded[:-1] = values
    return padded[positions]


@dataclass(frozen=True)
class Places:
    """Places met in a chain, each with its origin and whether it lies at home."""

    codes: Codes
    origin: NDArray[np.object_]
    home: Ints

    @classmethod
    def of(cls, home: str, values: Any) -> "Places":
        """Look every different place up once."""
        codes = Codes([value for value in pd.unique(np.asarray(values, dtype=object)) if not pd.isna(value)])
        places = list(codes.index)
        answers = [contains(home, place) for place in places]
        side = [PLACE_UNKNOWN if answer is None else int(answer) for answer in answers]
        return cls(codes, np.array([origin_of(place) for place in places], dtype=object), np.array(side, np.int64))


def column(frame: pd.DataFrame, name: str) -> NDArray[np.object_]:
    """Return a text column as objects."""
    return frame[name].to_numpy(dtype=object)


def number(frame: pd.DataFrame, name: str) -> Floats:
    """Return a number column, NaN where unknown."""
    return frame[name].to_numpy(dtype=float, na_value=np.nan)


def distinct(numbers: Ints) -> Ints:
    """Return the different numbers, ascending; sorting a million is many times faster than hashing them."""
    ordered = np.sort(numbers)
    return ordered[np.r_[True, ordered[1:] != ordered[:-1]][: len(ordered)]]


def best_rows(key: Ints, rows: Ints, frame: pd.DataFrame) -> tuple[Ints, Ints]:
    """Choose one row for each key: newest observed, then most confident, then first by code.

    Parameters
    ----------
    key : int array with one entry for each entry of ``rows``
    rows : positions in ``frame``

    Returns
    -------
    The different keys, ascending, and the chosen position for each.
    """
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]][: len(key)])
    keys, counts = ordered[starts], np.diff(np.r_[starts, len(key)])
    chosen = rows[order[starts]] if len(keys) else rows[:0]
    several = np.repeat(counts > 1, counts)
    if several.any():
        at = order[several]
        some = frame.iloc[rows[at]]
        day = some["observed_on"].to_numpy("datetime64[D]").astype(np.int64)  # a missing day sorts as the oldest
        sure = some["confidence"].map(CONFIDENCE).fillna(-1).to_numpy(dtype=float)
        code = pd.factorize(column(some, "code"), sort=True)[0]
        ranked = at[np.lexsort((code, -sure, -day.astype(float), key[at]))]
        firsts = np.flatnonzero(np.r_[True, np.diff(key[ranked]) != 0])
        chosen[counts > 1] = rows[ranked[firsts]]
    return keys, chosen


def differing(key: Ints, values: Floats) -> Ints:
    """Keys whose rows do not all have the same value; NaN is no value."""
    known = ~np.isnan(values)
    if not known.any():
        return key[:0]
    keys, at = np.unique(key[known], return_inverse=True)
    low, high = np.full(len(keys), np.inf), np.full(len(keys), -np.inf)
    np.minimum.at(low, at, values[known])
    np.maximum.at(high, at, values[known])
    return keys[low < high]


def value_in_yuan(frame: pd.DataFrame) -> tuple[Floats, int]:
    """Money in 元, NaN where unknown or in another currency, and how many rows that were."""
    scale = frame["unit"].map({"元": 1.0, "万元": 1e4, "亿元": 1e8}).to_numpy(dtype=float, na_value=1.0)
    value = number(frame, "value") * scale
    other = frame["currency"].fillna("CNY").to_numpy(dtype=object) != "CNY"
    n_other = int((other & ~np.isnan(value)).sum())
    value[other] = np.nan
    return value, n_other


def day_of(chain: "Chain", as_of: Any) -> np.datetime64:
    """Day on which judgements have to hold: as given, else the package's own data date."""
    day = as_of if as_of is not None else chain.info.get("data_date")
    if day is None:
        observed = [f["observed_on"].max() for f in chain.tables.values() if "observed_on" in f]
        day = max((d for d in observed if not pd.isna(d)), default=pd.Timestamp("1970-01-01"))
    return np.datetime64(pd.Timestamp(day), "D")
