"""States of a chain as plain rows, for comparing: the maps' door to what the atlas and the diagnosis compute."""

from collections.abc import Mapping
from typing import Any

from lianban.apps.atlas import compute as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import compute as diagnosis
from lianban.kit.refusals import Refusal
from lianban.kit.text import Text
from lianban.rulebook import RuleSet

COMPARED = (
    "segments", "products", "inputs", "organisations", "production", "supplies", "demands", "assessments", "parameters",
    "indicators", "sources",
)  # fmt: skip


def rows_of(package: atlas.Package) -> dict[str, dict[str, dict[str, Any]]]:
    """Every table that is compared, its rows by code."""
    plain = atlas.from_package(package)
    return {table: {str(row["code"]): row for row in plain[table]} for table in COMPARED}


def table_name(table: str) -> Text:
    """The name of a table in both languages."""
    return Text(atlas.TABLES[table].zh, table.replace("_", " ").capitalize())


def heading(table: str, column: str) -> Text:
    """The heading of a column of the dictionary."""
    return atlas.heading(table, column)


def cell(table: str, column: str, value: Any) -> Any:
    """A value as people read it: the word of a code, nothing for nothing."""
    if value in (None, ""):
        return None
    known = atlas.TABLES[table].by_name.get(column)
    return atlas.word(table, column, str(value)) if known is not None and known.enum else value


def scenario(
    chain: Chain, asked: Mapping[str, Any], classes: tuple[str, ...], rules: RuleSet
) -> tuple[Mapping[str, Any] | None, tuple[Refusal, ...]]:
    """What a scenario does to the chain as it is now, or why that cannot be computed."""
    found = diagnosis.what_if(chain, diagnosis.Asked.of(asked), classes=classes, scope="nation", rules=rules)
    return found.result, found.refusals
