"""Judgements (评价结论): what may stand in ``assessments.value`` for each item, read from ``judgements.csv``."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from lianban.chain.cells import NO, TEXT, YES, Converted, narrow

FILE = Path(__file__).with_name("judgements.csv")


@dataclass(frozen=True)
class Item:
    """What one item of table assessments may say."""

    name: str
    type: str
    values: tuple[str, ...]
    values_zh: tuple[str, ...]
    minimum: float
    maximum: float

    @property
    def allowed(self) -> str:
        """The allowed values in a few signs: L0、L1 … or 0–4."""
        if self.type == "enum":
            return "、".join(self.values_zh or self.values)
        return f"{self.minimum:g}–{self.maximum:g}" if np.isfinite(self.maximum) else f"≥ {self.minimum:g}"

    @property
    def allowed_en(self) -> str:
        return ", ".join(self.values) if self.type == "enum" else self.allowed

    def read(self, text: str) -> str:
        """Return the code of a value written in Chinese, in full-width or in another case; else the text itself."""
        word = narrow(text)
        for known in (self.values, self.values_zh):
            if word in known:
                return self.values[known.index(word)]
        folded = {value.casefold(): value for value in self.values}
        if word.casefold() in folded:
            return folded[word.casefold()]
        if "yes" in self.values and word.casefold() in YES | NO:
            return "yes" if word.casefold() in YES else "no"
        if self.type == "integer" and self.accepts(word):
            return str(int(float(word)))
        return text

    def accepts(self, text: str) -> bool:
        if self.type == "text":
            return True
        if self.type == "enum":
            return text in self.values
        try:
            number = float(text)
        except ValueError:
            return False
        return number.is_integer() and self.minimum <= number <= self.maximum


@cache
def items() -> dict[str, Item]:
    """Return every item by its code."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {
            row["item"]: Item(
                row["item"],
                row["type"],
                tuple(filter(None, row["values"].split("|"))),
                tuple(filter(None, row["values_zh"].split("|"))),
                float(row["minimum"] or "-inf"),
                float(row["maximum"] or "inf"),
            )
            for row in csv.DictReader(lines)
        }


def settle(found: dict[str, Converted]) -> None:
    """Turn 空白, 是, l3 into blank, yes, L3, as the item of the row asks; leave what is not understood for the check."""
    known = items()
    value = [
        known[item].read(text) if isinstance(text, str) and isinstance(item, str) and item in known else text
        for item, text in zip(found["item"].values, found["value"].values, strict=True)
    ]
    found["value"].values = pd.Series(np.array([*value, None], dtype=object)[:-1], dtype=TEXT)
