"""Contradictions (口径不一): several figures for one thing. All are kept; this says which rows stand side by side."""

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lianban.chain.checks.places import at, coded
from lianban.chain.findings import Batch
from lianban.chain.last_words import ONE_ANSWER, last_words

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

# table: what a row is about, and what it says of it
SAYINGS: dict[str, tuple[list[str], list[str]]] = {
    "inputs": (["product", "input"], ["essential", "cost_share"]),
    "production": (["product", "organisation", "origin", "share_of"], ["stage", "status", "share", "capacity"]),
    "supplies": (
        ["supplier", "origin", "buyer", "product", "buyer_product"],
        ["value", "unit", "quantity", "quantity_unit", "since", "source", "observed_on"],
    ),
    "assessments": (["product", "scope", "item"], ["value"]),
    "parameters": (["product", "organisation", "item", "action"], ["value", "unit"]),
    "indicators": (["product", "segment", "organisation", "item", "definition", "period"], ["value", "unit"]),
}
MOST_RATES = 60  # of one product are held against each other; nobody reads more side by side
JUDGED = ("code", "voice", "assessor", "observed_on", "confidence")
TEXT_ITEMS = ("blockage", "pain", "difficulty", "strength")  # several of these are a list, not a contradiction


def contradictions(chain: "Chain") -> Iterator[Batch]:
    """Name rows that say different things of the same, and rows that say the same twice."""
    for table, (subject, said) in SAYINGS.items():
        shared = _shared(chain, table, subject)
        if table == "assessments":
            shared = _without_replaced(shared[~shared["item"].isin(TEXT_ITEMS)])
        if not len(shared):
            continue
        group = shared.groupby(subject, dropna=False, sort=False).ngroup()
        again = shared.assign(_group=group).duplicated(["_group", *said])
        # Two assessors who agree are two voices: the chokepoint test counts them.
        voice = ["assessor"] if table == "assessments" else []
        repeated = shared.assign(_group=group).duplicated(["_group", *said, *voice])
        # Supplies of one firm to another add up (contracts), so only an exact repetition is worth a word.
        if repeated.any():
            yield from at(chain, "said_twice", table, shared.index[repeated], subject[0])
        if table != "supplies":
            once: Any = group[~again]
            sizes = once.map(once.value_counts())
            differing = sizes[sizes > 1].index
            if len(differing):
                others = _others(chain, table, shared.loc[differing], group[differing])
                yield from at(chain, "contradiction", table, differing, said[0], others=others)
    yield from _rates_of_several_sources(chain)


def _without_replaced(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave out what the same judge has said anew since: it was replaced, and contradicts nobody."""
    single = frame[frame["item"].isin(ONE_ANSWER)]
    replaced: list[Any] = []
    for _, rows in single.groupby(["product", "scope", "item"], dropna=False, sort=False):
        told = [
            {"index": index, **{c: None if pd.isna(row[c]) else row[c] for c in JUDGED}}
            for index, row in rows.iterrows()
        ]
        kept = {row["index"] for row in last_words(told, dict.get)}
        replaced += [row["index"] for row in told if row["index"] not in kept]
    return frame.drop(index=replaced)


def _rates_of_several_sources(chain: "Chain") -> Iterator[Batch]:
    """Name domestic rates (国产化率) of one product that differ from source to source.

    Their definitions are worded differently, so the rows above do not meet. Figures of different periods are a series.
    """
    frame = chain.tables["indicators"].reset_index(drop=True)
    rates = frame[frame["item"].eq("domestic_rate").fillna(False) & frame["product"].notna() & frame["value"].notna()]
    fraction: Any = rates["value"] / np.where(rates["unit"].eq("%").fillna(False), 100.0, 1.0)
    others: dict[int, list[int]] = {}
    for _, own in rates.assign(fraction=fraction).groupby("product", sort=False):
        few = own[["fraction", "source", "period", "definition"]].head(MOST_RATES)
        told: list[Any] = list(few.astype(object).itertuples())
        for one, other in combinations(told, 2):
            if one.definition == other.definition and _same(one.period, other.period):
                continue  # the same subject in every column: named above
            apart = _known(one.period) and _known(other.period) and one.period != other.period
            if not apart and one.source != other.source and abs(one.fraction - other.fraction) > 1e-9:
                others.setdefault(one.Index, []).append(other.Index)
                others.setdefault(other.Index, []).append(one.Index)
    if others:
        rows = pd.Index(sorted(others))
        numbers = dict(zip(frame.index, chain.rows_of("indicators", frame.index), strict=True))
        told_rows = [", ".join(str(numbers[at]) for at in sorted(others[row]))[:80] for row in rows]
        yield from at(chain, "contradiction", "indicators", rows, "value", others=told_rows)


def _known(value: Any) -> bool:
    return not pd.isna(value)


def _same(one: Any, other: Any) -> bool:
    return one == other if _known(one) and _known(other) else not _known(one) and not _known(other)


def _shared(chain: "Chain", table: str, subject: list[str]) -> pd.DataFrame:
    """Return the rows whose subject occurs more than once; the rarest columns first, so that few rows are compared."""
    frame = chain.tables[table].reset_index(drop=True)
    if not len(frame):
        return frame
    key = np.zeros(len(frame), dtype=np.int64)
    for column in subject:
        codes, distinct = coded(chain, table, column)
        key = pd.factorize(key * (len(distinct) + 1) + codes + 1)[0].astype(np.int64)
    counts = np.bincount(key)
    return frame[counts[key] > 1]


def _others(chain: "Chain", table: str, rows: pd.DataFrame, group: pd.Series) -> list[str]:
    """Return for every row the row numbers that speak of the same."""
    numbers = dict(zip(rows.index, chain.rows_of(table, rows.index), strict=True))
    members: dict[int, list[int]] = {}
    for index, one in group.items():
        members.setdefault(int(one), []).append(int(numbers[index]))
    return [", ".join(str(n) for n in members[int(one)] if n != numbers[index])[:80] for index, one in group.items()]
