"""Values (取值): ranges, days, places, credit codes, judgements."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lianban.chain.checks.places import at, distinct, true_where
from lianban.chain.dictionary import TABLES
from lianban.chain.findings import Batch
from lianban.chain.judgements import items
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

# Items of table indicators and parameters that are parts of a whole.
PARTS = {"indicators": ("domestic_rate", "import_share"), "parameters": ("failure_probability",)}
PLACE = re.compile(r"[A-Z]{2}|[1-9]\d{5}(-[0-9A-Za-z_-]+)?")
PLACES = {
    "chain": ("home", "place"),
    "organisations": ("place",),
    "production": ("origin",),
    "supplies": ("origin",),
    "demands": ("present_origin",),
    "assessments": ("scope",),
}
SINCE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
CODE = re.compile(r"[^\s=:,|/\\?#&\"'<>]*")
CURRENCY = re.compile("[A-Z]{3}")

_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def shares(chain: "Chain") -> Iterator[Batch]:
    """Name shares outside 0–1."""
    for table in TABLES.values():
        frame = chain.tables[table.name]
        for column in table:
            if column.is_share:
                yield from _outside(chain, table.name, column.name, frame[column.name], np.ones(len(frame), bool))
        if table.name in PARTS:
            part = true_where(frame["item"].isin(PARTS[table.name]))
            part &= true_where(frame["unit"].isin(["fraction"]) | frame["unit"].isna())
            yield from _outside(chain, table.name, "value", frame["value"], part)


def _outside(chain: "Chain", table: str, column: str, values: pd.Series, asked: np.ndarray) -> list[Batch]:
    numbers = values.to_numpy(dtype=float)
    outside = asked & ((numbers < 0) | (numbers > 1))
    guesses = [
        Text(f"是不是 {v:g}%？请写 {v / 100:g}", f"Did you mean {v:g}%? Write {v / 100:g}")
        if 1 < v <= 100
        else Text("改为 0 到 1 之间的小数", "Write a fraction between 0 and 1")
        for v in numbers[outside]
    ]
    return at(chain, "share_out_of_range", table, outside, column, guess=guesses)


def negative_numbers(chain: "Chain") -> Iterator[Batch]:
    """Name negative money, quantities, capacities and parameters; an indicator may fall below zero."""
    for table in TABLES.values():
        for column in table:
            if column.type in ("number", "integer") and not column.is_share and table.name != "indicators":
                numbers = chain.tables[table.name][column.name].astype(float).to_numpy()
                yield from at(chain, "negative_value", table.name, numbers < 0, column.name)
    stage = chain.tables["segments"]["stage"].astype(float).to_numpy()
    yield from at(chain, "stage_below_one", "segments", (stage >= 0) & (stage < 1), "stage")


def days(chain: "Chain") -> Iterator[Batch]:
    """Name days of facts after the day of the data, judgements that end before they begin, and odd 'since'."""
    data_date = chain.info["data_date"]
    for table in TABLES.values():
        frame = chain.tables[table.name]
        if data_date is not None and "observed_on" in table.by_name and len(frame):
            late = true_where(frame["observed_on"] > data_date)
            yield from at(chain, "future_date", table.name, late, "observed_on", data_date=str(data_date.date()))
        if "since" in table.by_name and len(frame):
            yield from _not_like(chain, "bad_since", table.name, "since", SINCE)
    judged = chain.tables["assessments"]
    early = true_where(judged["valid_until"] < judged["observed_on"])
    yield from at(chain, "ends_before_begin", "assessments", early, "valid_until")
    if data_date is not None:
        over = true_where(judged["valid_until"] < data_date) & ~early
        yield from at(chain, "judgement_expired", "assessments", over, "valid_until")


def places(chain: "Chain") -> Iterator[Batch]:
    """Name places and origins that are neither a country or region, nor a division, nor a park."""
    for table, columns in PLACES.items():
        for column in columns:
            values = chain.tables[table][column]
            unlike = [value for value in distinct(chain, table, column) if not PLACE.fullmatch(value)]
            if unlike:
                odd = true_where(values.isin(unlike))
                guesses = [_place_guess(v) for v in values[odd]]
                yield from at(chain, "bad_place", table, odd, column, guess=guesses)


def _place_guess(word: str) -> Text:
    from lianban.rulebook import load_rules

    rules = load_rules("cn-core-2025")  # the names of origins, as customs statistics give them
    for key in rules.list_keys("origins."):
        code = key.removeprefix("origins.")
        name = rules.origin_name(code)
        if word.casefold() in (name.zh.casefold(), name.en.casefold(), code.casefold()):
            return Text(f"写 {code}", f"Write {code}")
    return Text(
        "境外写两位代码如 JP，不明写 XX；境内写六位区划代码，园区如 441200-hitech",
        "Abroad write a code such as JP, XX where unknown; at home six digits, a park as 441200-hitech",
    )


def credit_codes(chain: "Chain") -> Iterator[Batch]:
    """Name unified social credit codes whose check digit is wrong, and codes that two organisations claim."""
    codes = chain.tables["organisations"]["credit_code"]
    stated = codes.notna().to_numpy()
    if stated.any():
        wrong = np.array([isinstance(code, str) and not is_credit_code(code) for code in codes])
        yield from at(chain, "bad_credit_code", "organisations", wrong, "credit_code")
        yield from at(chain, "same_credit_code", "organisations", stated & codes.duplicated().to_numpy(), "credit_code")


def is_credit_code(code: str) -> bool:
    """Check the 18 signs of a unified social credit code (GB 32100-2015): the last is computed from the others."""
    if len(code) != 18 or any(sign not in _DIGITS for sign in code):
        return False
    total = sum(_DIGITS.index(sign) * weight for sign, weight in zip(code[:17], _WEIGHTS, strict=True))
    return _DIGITS[(31 - total % 31) % 31] == code[17]


def codes_and_currencies(chain: "Chain") -> Iterator[Batch]:
    """Name codes that cannot be typed in a command or an address, and currencies that are no ISO code."""
    for table in ("segments", "products", "organisations"):
        yield from _not_like(chain, "odd_code", table, "code", CODE)
    for table in ("products", "supplies", "demands"):
        yield from _not_like(chain, "bad_currency", table, "currency", CURRENCY)


def _not_like(chain: "Chain", code: str, table: str, column: str, pattern: re.Pattern[str]) -> list[Batch]:
    values = chain.tables[table][column]
    odd = [value for value in distinct(chain, table, column) if not pattern.fullmatch(value)]
    return at(chain, code, table, true_where(values.isin(odd)), column) if odd else []


def judgement_values(chain: "Chain") -> Iterator[Batch]:
    """Name judgements whose value their item does not allow."""
    judged = chain.tables["assessments"]
    known = items()
    wrong = [
        i
        for i, (item, value) in enumerate(zip(judged["item"], judged["value"], strict=True))
        if isinstance(item, str) and isinstance(value, str) and item in known and not known[item].accepts(value)
    ]
    about = [known[judged["item"].iloc[i]] for i in wrong]
    item_zh = [TABLES["assessments"]["item"].word(item.name) for item in about]
    allowed = [Text(item.allowed, item.allowed_en) for item in about]
    yield from at(chain, "bad_judgement", "assessments", np.array(wrong, int), "value", item=item_zh, allowed=allowed)
