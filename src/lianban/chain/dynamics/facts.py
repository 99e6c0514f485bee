"""Days stated in the parameters table (参数表中的天数): stock, recovery, delivery; what is assumed where they are silent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lianban.chain.diagnosis.facts import CLASSES
from lianban.chain.network.reading import best_rows, column, differing, number
from lianban.engine.errors import LianbanError
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

ITEMS = {
    "stock_days": Text("库存天数", "days of stock"),
    "recovery_days": Text("恢复天数", "days to recover"),
    "lead_days": Text("交货天数", "days of delivery"),
}
MAX_DAYS = 36_500
DAYS_IN = {
    **dict.fromkeys(("", "天", "日", "d", "day", "days"), 1.0),
    **dict.fromkeys(("周", "星期", "week", "weeks"), 7.0),
    **dict.fromkeys(("月", "个月", "month", "months"), 30.0),
    **dict.fromkeys(("年", "year", "years"), 365.0),
}
UNUSABLE = Text(
    "{n} 条“{item}”未采用：单位不是天、周、月、年，或数值不在 0 到 36500 天之间",
    "{n} rows of {item} were not used: their unit is not days, weeks, months or years, or the number is not between 0 and 36,500 days",
)
ABOUT_NOTHING = Text(
    "{n} 条“{item}”未采用：没有写明产品或组织",
    "{n} rows of {item} were not used: they name neither product nor organisation",
)
CONTRADICTING = Text(
    "{n} 项“{item}”有互相矛盾的行，按最新日期、可信度、编码取值",
    "{n} contradictions between rows of {item}: the newest, most confident, first by code is computed with",
)


class DynamicsError(LianbanError):
    """A question that cannot be computed; ``text`` says why in both languages, ``unknown`` is True for unknown codes."""

    def __init__(self, text: Text, *, unknown: bool = False) -> None:
        self.text, self.unknown = text, unknown
        super().__init__(text.zh)


@dataclass(frozen=True)
class Days:
    """A number of days and where it comes from: ``basis`` is stated or assumed; ``code`` of the parameters row."""

    value: float
    basis: str
    code: str | None = None
    confidentiality: str = "open"


@dataclass(frozen=True)
class DayFacts:
    """Days by item, product and organisation (None: for all); what is assumed; what was left out, in words."""

    stated: Mapping[tuple[str, str | None, str | None], Days]
    assumed: Mapping[str, Days]
    notes: tuple[Text, ...]

    def find(self, item: str, product: str, organisation: str | None) -> Days | None:
        """The closest row: of product and organisation, of the product, of the organisation; else the assumption."""
        keys: list[tuple[str | None, str | None]] = [(product, None)]
        if organisation is not None:
            keys = [(product, organisation), (product, None), (None, organisation)]
        for product_key, organisation_key in keys:
            if (found := self.stated.get((item, product_key, organisation_key))) is not None:
                return found
        return self.assumed.get(item)


def day_facts(chain: "Chain", assume: Mapping[str, Any] | None) -> DayFacts:
    """Read the parameters table; ``assume`` has been looked at by :func:`assumption_problems`."""
    frame = chain.tables["parameters"]
    values, notes = number(frame, "value") * _scale(frame), []
    product, organisation, code = (column(frame, name) for name in ("product", "organisation", "code"))
    stated: dict[tuple[str, str | None, str | None], Days] = {}
    for item, name in ITEMS.items():
        told = np.flatnonzero(column(frame, "item") == item)
        rows = told[(values[told] >= 0) & (values[told] <= MAX_DAYS)]
        if len(rows) < len(told):
            notes.append(UNUSABLE.format(n=len(told) - len(rows), item=name))
        named = ~(pd.isna(product[rows]) & pd.isna(organisation[rows]))
        if not named.all():
            notes.append(ABOUT_NOTHING.format(n=int((~named).sum()), item=name))
        rows = rows[named]
        about = [(_or_none(product[row]), _or_none(organisation[row])) for row in rows]
        key = pd.factorize(pd.Series(about, dtype=object))[0].astype(np.int64)
        if n := len(differing(key, values[rows])):
            notes.append(CONTRADICTING.format(n=n, item=name))
        for row in best_rows(key, rows, frame)[1]:
            kept = column(frame, "confidentiality")[row]
            kept = kept if kept in CLASSES else "open"
            days = Days(float(values[row]), "stated", str(code[row]), kept)
            stated[item, _or_none(product[row]), _or_none(organisation[row])] = days
    assumed = {item: Days(float(value), "assumed") for item, value in (assume or {}).items()}
    return DayFacts(stated, assumed, tuple(notes))


def _scale(frame: pd.DataFrame) -> np.ndarray:
    units = frame["unit"].fillna("").astype(str).str.strip().str.lower()
    return units.map(DAYS_IN).to_numpy(dtype=float, na_value=np.nan)


def _or_none(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def assumption_problems(assume: Mapping[str, Any] | None) -> list[Text]:
    """What is wrong with the assumptions: about something else, or not a number of days of at least 0."""
    wrong: list[Text] = []
    for item, value in (assume or {}).items():
        try:
            days = float(value)
        except (TypeError, ValueError):
            days = np.nan
        if item not in ITEMS:
            wrong.append(
                Text(f"不能假设 {item}；可选 {'、'.join(ITEMS)}", f"cannot assume {item}; one of {', '.join(ITEMS)}")
            )
        elif not 0 <= days <= MAX_DAYS:
            wrong.append(
                Text(f"{item}={value}：应为 0 到 {MAX_DAYS} 天", f"{item}={value}: expected 0 to {MAX_DAYS} days")
            )
    return wrong
