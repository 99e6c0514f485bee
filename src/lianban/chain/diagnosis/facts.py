"""The facts of a package as plain rows, grouped as the diagnosis asks for them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from lianban.chain.diagnosis.places import contains
from lianban.chain.last_words import ONE_ANSWER, last_words

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

Row = dict[str, Any]
CONFIDENCE = ("low", "medium", "high")
CLASSES = ("open", "chain", "office", "private")


@dataclass(frozen=True)
class Facts:
    """What a package says, by product; rows are dicts with None for nothing, dates as ``date``, sorted by code."""

    info: Mapping[str, Any]
    home: str
    as_of: date
    products: Mapping[str, Row]
    children: Mapping[str, list[str]]
    segments: Mapping[str, Row]
    organisations: Mapping[str, Row]
    sources: Mapping[str, Row]
    inputs: list[Row]
    production: Mapping[str, list[Row]]
    demands: Mapping[str, list[Row]]
    assessments: Mapping[str, list[Row]]
    indicators: Mapping[str, list[Row]]

    @cached_property
    def leaves(self) -> list[str]:
        """Codes of the products that have no kinds below them."""
        return [code for code in self.products if code not in self.children]

    def at_home(self, place: str | None) -> bool | None:
        """Say whether a place lies at home (境内); None where that is unknown."""
        return contains(self.home, place)

    def current(self, product: str, item: str, *, area: str | None = None) -> list[Row]:
        """Assessments of an item that hold on the day, about home (or ``area``), the best one first."""
        wanted = area or self.home
        rows = [
            row
            for row in self.assessments.get(product, [])
            if row["item"] == item and (row["scope"] or self.home) == wanted and is_current(row, self.as_of)
        ]
        rows = sorted(rows, key=precedence)
        if item not in ONE_ANSWER:
            return rows
        last = {id(row) for row in last_words(rows, dict.get)}  # what its judge replaced stands behind
        return sorted(rows, key=lambda row: id(row) not in last)

    def differing(self, product: str, item: str) -> list[Row]:
        """What everybody who judges says last of an item: only these can contradict each other."""
        return last_words(self.current(product, item), dict.get)

    def expired(self, product: str, item: str) -> list[Row]:
        """Assessments of an item whose validity has ended, newest first."""
        rows = self.assessments.get(product, [])
        return sorted(
            (r for r in rows if r["item"] == item and r["valid_until"] and r["valid_until"] < self.as_of),
            key=precedence,
        )


def gather(chain: "Chain", as_of: date | None = None) -> Facts:
    """Read the tables of a chain into plain rows; the day is the package's own data date unless given."""
    info = chain.info
    day = as_of or _plain(info.get("data_date"))
    products = {row["code"]: row for row in rows_of(chain.tables["products"])}
    children: dict[str, list[str]] = defaultdict(list)
    for code, row in products.items():
        if row["parent"] in products and row["parent"] != code:
            children[row["parent"]].append(code)

    def by_product(table: str) -> dict[str, list[Row]]:
        groups: dict[str, list[Row]] = defaultdict(list)
        for row in rows_of(chain.tables[table]):
            if row["product"] in products:
                groups[row["product"]].append(row)
        return dict(groups)

    inputs = [row for row in rows_of(chain.tables["inputs"]) if row["product"] in products and row["input"] in products]
    return Facts(
        info={name: _plain(value) for name, value in info.items()},
        home=info.get("home") or "CN",
        as_of=day if isinstance(day, date) else newest_day(chain),
        products=products,
        children=dict(children),
        segments={row["code"]: row for row in rows_of(chain.tables["segments"])},
        organisations={row["code"]: row for row in rows_of(chain.tables["organisations"])},
        sources={row["code"]: row for row in rows_of(chain.tables["sources"])},
        inputs=inputs,
        production=by_product("production"),
        demands=by_product("demands"),
        assessments=by_product("assessments"),
        indicators=by_product("indicators"),
    )


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Return a table as rows sorted by code; a code that stands twice keeps both rows."""
    columns = {name: [_plain(value) for value in frame[name].astype(object)] for name in frame.columns}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return sorted(rows, key=lambda row: str(row["code"]))


def newest_day(chain: "Chain") -> date:
    """Return the newest day on which any fact was observed: the package's day where it names none."""
    days = [
        frame["observed_on"].dropna().max()
        for frame in chain.tables.values()
        if "observed_on" in frame and frame["observed_on"].notna().any()
    ]
    return max(days).date() if days else date(1970, 1, 1)


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, pd.Timestamp):
        return value.date()
    return value.item() if hasattr(value, "item") else value


def is_current(row: Row, day: date) -> bool:
    """Say whether a judgement holds on a day: made by then, and not expired."""
    made, until = row["observed_on"], row["valid_until"]
    return (made is None or made <= day) and (until is None or until >= day)


def precedence(row: Row) -> tuple[Any, ...]:
    """Order contradicting rows: newest first, then the more confident, then by code."""
    observed = row.get("observed_on") or date.min
    confidence = CONFIDENCE.index(row["confidence"]) if row.get("confidence") in CONFIDENCE else -1
    return (-observed.toordinal(), -confidence, str(row["code"]))


def highest_class(rows: Iterable[Row]) -> str:
    """Return the highest confidentiality (密级) among rows: what is derived from them takes it."""
    ranks = [CLASSES.index(row["confidentiality"]) for row in rows if row.get("confidentiality") in CLASSES]
    return CLASSES[max(ranks, default=0)]


def highest(*classes: str) -> str:
    """Return the highest of some confidentiality classes."""
    return CLASSES[max((CLASSES.index(name) for name in classes), default=0)]
