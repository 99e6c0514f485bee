"""Sentences about cells (读入时的说法): reasons with their remedy, in both languages, from ``sentences.csv``."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lianban.chain.findings import rules, short
from lianban.rulebook.text import Text

FILE = Path(__file__).with_name("sentences.csv")


@cache
def _own() -> Mapping[str, Text]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: Text(row["zh"], row["en"]) for row in csv.DictReader(lines)}


def say(code: str, **facts: Any) -> Text:
    """Return the sentence of a code, with its remedy."""
    facts = {key: short(value) if isinstance(value, str) else value for key, value in facts.items()}
    if code in _own():
        return _own()[code].format(**facts)
    rule = rules()[code]
    message, remedy = rule.message.format(**facts), rule.remedy.format(**facts)
    if not remedy.zh:
        return message
    return Text(f"{message.zh}；{remedy.zh}", f"{message.en}; {remedy.en}")
