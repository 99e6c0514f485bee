"""Rows that stand in the data and no longer in a whole package (文件里没有): kept, or deleted where nothing needs them."""

from collections.abc import Collection, Mapping

from lianban.apps.atlas import compute as atlas
from lianban.apps.imports import rules
from lianban.apps.imports.compute.shapes import Missing, Told
from lianban.kit.text import Text

Key = tuple[str, str]


def lines(
    now: Mapping[str, Mapping[str, rules.Row]], taken: Mapping[Key, Told], tables: Collection[str], missing: Missing
) -> list[Told]:
    """One line for each such row of the tables that the file has; a table that it does not have at all is left alone."""
    found = {
        (table, code): Told(0, table, code, "absent", before=dict(row), after=None)
        for table in now
        if table in tables
        for code, row in now[table].items()
        if (table, code) not in taken and (table, code) not in missing.here
    }
    if missing.delete:
        going = set(found)
        for key, needed_by in _needed(now, taken, going).items():
            found[key].reasons.append(rules.reason("", key[1], "still_needed", _needed_by(needed_by)))
        for key in going:
            found[key].verdict = "gone"
    return list(found.values())


def _needed(now: Mapping[str, Mapping[str, rules.Row]], taken: Mapping[Key, Told], going: set[Key]) -> dict[Key, Key]:
    """Take out of ``going`` what a row that stays points at, and what that points at in turn; say who needs it."""
    kept: dict[Key, Key] = {}
    references = {
        table: [(column, target) for column, (target, _) in columns.items()]
        for table, columns in atlas.references().items()
    }
    standing = {(table, code): row for table, rows in now.items() for code, row in rows.items()}
    standing |= {key: told.after for key, told in taken.items() if told.verdict in rules.WRITES and told.after}
    again = True
    while again:
        again = False
        for (table, code), row in standing.items():
            if (table, code) in going:
                continue
            for column, target in references.get(table, ()):
                pointed = (target, str(row.get(column) or ""))
                if pointed in going:
                    going.discard(pointed)
                    kept[pointed] = (table, code)
                    again = True
    return kept


def _needed_by(key: Key) -> Text:
    name = atlas.table_name(key[0])
    return Text(f"保留：“{name.zh}”的 {key[1]} 还用到它", f"kept: {name.en} {key[1]} still needs it")
