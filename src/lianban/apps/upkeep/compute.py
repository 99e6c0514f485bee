"""Words of the data dictionary, and what stands in the texts of a chain: the only door to ``lianban.chain``."""

import re
from dataclasses import dataclass
from typing import Any

from lianban.apps.atlas import compute as atlas
from lianban.apps.atlas.models import Chain
from lianban.chain.dictionary import TABLES
from lianban.kit.text import Text

SAID = ("contradiction", "figure_misprinted", "figure_impossible", "share_sum", "cost_share_sum")


@dataclass(frozen=True, slots=True)
class Doubt:
    """One thing that does not agree: which rows, what is said, what to do."""

    kind: str
    table: str
    codes: tuple[str, ...]
    column: str
    told: Text
    remedy: Text


def table_name(table: str) -> Text:
    return Text(TABLES[table].zh, table)


def item_name(table: str, item: str) -> Text:
    """What an item of a judgement, parameter or figure is called; its code where it has no other name."""
    found = atlas.word(table, "item", item) if TABLES[table]["item"].enum else Text(item, item.replace("_", " "))
    return found


def heading(table: str, column: str) -> Text:
    return atlas.heading(table, column)


def shown(table: str, column: str, value: Any) -> Text:
    """A value as people read it."""
    if value is None or value == "":
        return Text("", "")
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("否", "no")
    if TABLES[table][column].enum:
        return atlas.word(table, column, str(value))
    if isinstance(value, float):
        return Text(f"{value:g}", f"{value:g}")
    return Text(str(value), str(value))


def with_unit(table: str, column: str, row: Any) -> Text:
    """A value as people read it, with the unit that stands beside it; a fraction as per cent."""
    value, unit = getattr(row, column, ""), getattr(row, "unit", "") if column == "value" else ""
    if isinstance(value, float) and unit in ("fraction", "%"):
        percent = value * (100 if unit == "fraction" else 1)
        return Text(f"{percent:g}%", f"{percent:g} %")
    words = shown(table, column, value)
    return Text(f"{words.zh} {unit}".strip(), f"{words.en} {unit}".strip())


def correctable(table: str) -> list[str]:
    """Columns an organisation may correct: what is said, not where it comes from or who may see it."""
    kept = {
        "code",
        "source",
        "observed_on",
        "confidence",
        "confidentiality",
        "note",
        "organisation",
        "example",
        "anchor",
    }
    return [column.name for column in TABLES[table] if column.name not in kept and not column.references]


def kind_of(table: str, column: str) -> tuple[str, list[tuple[str, Text]]]:
    """Type of a column, and its possible values where it has a list of them."""
    found = TABLES[table][column]
    return found.type, [(code, atlas.word(table, column, code)) for code in found.enum]


def doubts(chain: Chain, classes: list[str]) -> list[Doubt]:
    """What the checks of a package find contradicting or miscounted in the rows of these classes; 12 statements.

    Rows that speak of the same thing come as one doubt, to be read side by side.
    """
    package = atlas.to_chain(chain, classes)
    found: dict[tuple[str, str, tuple[str, ...]], Doubt] = {}
    for batch in package.check().with_codes(SAID).batches:
        codes = package.tables[batch.table]["code"]
        others = batch.facts.get("others")
        for place, one in enumerate(batch):
            numbers = [one.row, *(int(n) for n in re.findall(r"\d+", others[place] if others else ""))]
            rows = tuple(sorted(str(codes.iloc[n - 1]) for n in numbers if n and n <= len(codes)))
            told, remedy = Text(one.message.zh, one.message.en), Text(one.remedy.zh, one.remedy.en)
            if others:
                told = Text("对同一事项有不同的说法", "different figures for the same thing")
            found.setdefault((one.code, one.table, rows), Doubt(one.code, one.table, rows, one.column, told, remedy))
    return list(found.values())
