"""Figures (数字核对): counts and percentages in the words of a package, computed again."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from lianban.chain.checks.places import at
from lianban.chain.dictionary import TABLES
from lianban.chain.figures import Verdict, recompute
from lianban.chain.findings import Batch
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

_BY_COUNT = r"家数|个数|种数|项数|按(?:品种|企业|数)|by (?:number|count)|number of"


def misprinted(chain: "Chain") -> Iterator[Batch]:
    """Name texts in which a count and its percentage cannot both be right."""
    for table, described in TABLES.items():
        for column in described:
            if column.type != "string" or column.enum or column.references or column.is_key:
                continue
            cells = chain.tables[table][column.name].reset_index(drop=True)
            filled = cells.dropna()
            for row, text in filled[filled.str.contains("[%％]", regex=True)].items():
                wrong = [one for one in recompute(str(text)) if one.state == "inconsistent"]
                if wrong:
                    yield from at(chain, "figure_misprinted", table, np.array([row]), column.name, told=_told(wrong))


def _told(wrong: list[Verdict]) -> Text:
    return Text("；".join(one.line("zh") for one in wrong), "; ".join(one.line("en") for one in wrong))


def impossible(chain: "Chain") -> Iterator[Batch]:
    """Name shares by number whose base is stated and of which no whole number prints so (the GRIM test)."""
    frame = chain.tables["indicators"].reset_index(drop=True)
    stated = frame["value"].notna() & frame["base"].fillna("").str.fullmatch(r"\d{1,6}")
    by_count = frame["definition"].fillna("").str.contains(_BY_COUNT, regex=True)
    shares = frame[stated & by_count & frame["unit"].isin(["%", "fraction"])]
    wrong = [row for row, one in shares.iterrows() if not _reachable(float(one["value"]), str(one["unit"]), int(one["base"]))]  # fmt: skip
    yield from at(chain, "figure_impossible", "indicators", np.array(wrong, dtype=int), "value", base=list(shares.loc[wrong, "base"]))  # fmt: skip


def _reachable(value: float, unit: str, base: int) -> bool:
    """Whether some whole number of ``base`` prints as this share, to the digits it has."""
    printed: Any = Decimal(repr(value)) * (1 if unit == "%" else 100)
    slack = Decimal(10) ** min(printed.normalize().as_tuple().exponent, 0) / 2
    if base == 0:
        return False
    nearest = round(printed * base / 100)
    return any(abs(Decimal(100 * part) / base - printed) <= slack for part in (nearest - 1, nearest, nearest + 1) if 0 <= part <= base)  # fmt: skip
