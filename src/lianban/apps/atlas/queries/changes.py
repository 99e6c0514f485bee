"""Reads of what changed: change sets, the history of a row, earlier states, what a deletion takes along."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from lianban.apps.atlas import compute, rules
from lianban.apps.atlas.models import Chain, ChangeSet, Member, Product, RowChange
from lianban.apps.atlas.queries.reading import rows, rule_set, version
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal
from lianban.kit.text import Text

KNOWN = 2000  # codes that a form offers; more are typed


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row of a change set as people read it: which, what happened, its cells before and after."""

    table: str
    title: Text
    code: str
    name: Text | None  # its own, or of what it points at
    what: str  # new, changed or gone
    cells: list[tuple[Text, Text, Text]]
    after: dict[str, Any] | None = None


def changes(actor: Actor, chain: Chain, filters: Mapping[str, str] | None = None) -> QuerySet[ChangeSet]:
    """Change sets of a chain, newest first, for those who may see every class; one statement."""
    found = ChangeSet.objects.filter(chain=chain).select_related("undone_by", "undoes")
    if not actor.may("atlas.see_changes", chain.code):
        return found.none()
    asked = filters or {}
    if asked.get("kind"):
        found = found.filter(kind=asked["kind"])
    if asked.get("mine"):
        found = found.filter(by=actor.reference)
    return found


def seen_stamp(actor: Actor, chain: Chain) -> int:
    """The newest stamp at which something changed that this reader may see: what a page may tell as "the data moved on".

    Who reads every class is told the stamp itself. A change that touches hidden rows only is none for the others; where it
    cannot be told any more whether a row was hidden, it counts as hidden. Four statements at most.
    """
    if (known := version(actor, chain)) is not None:
        return known
    classes = sorted(actor.visible_classes(chain.code))
    open_tables = [name for name, table in compute.TABLES.items() if "confidentiality" not in table.names]
    of_class = Q(after__confidentiality__in=classes) | Q(before__confidentiality__in=classes)
    found = RowChange.objects.filter(Q(table__in=open_tables) | of_class, change__chain=chain)
    shown = {
        "products": set(rows(actor, chain, Product).values_list("code", flat=True)),
        "organisations": set(rows(actor, chain, Member).values_list("code", flat=True)),
    }
    for row in found.order_by("-change__stamp_after").select_related("change").iterator(chunk_size=200):
        if _shown(row.table, row.before, classes, shown) or _shown(row.table, row.after, classes, shown):
            return row.change.stamp_after
    whole = ChangeSet.objects.filter(chain=chain, whole=True).order_by("-stamp_after").first()
    return whole.stamp_after if whole else 0


def _shown(table: str, row: rules.Row | None, classes: Collection[str], shown: Mapping[str, set[str]]) -> bool:
    """Whether a row as it stood is one of these classes and points at nothing hidden."""
    if row is None or row.get("confidentiality", "open") not in classes:
        return False
    told = [(column.references[0], row.get(column.name)) for column in compute.TABLES[table] if column.references]
    return all(code is None or code in shown[target] for target, code in told if target in shown)


def change(actor: Actor, chain: Chain, number: int) -> ChangeSet | None:
    """One change set by its number, or None where it is missing or hidden; one statement."""
    return changes(actor, chain).filter(stamp_after=number).first()


def row_changes(made: ChangeSet, table: str = "") -> list[RowChange]:
    """The rows of a change set, as they were written; one statement."""
    found = RowChange.objects.filter(change=made)
    return [_numbered(row) for row in (found.filter(table=table) if table else found)]


def history(actor: Actor, chain: Chain, table: str, code: str) -> list[RowChange]:
    """What happened to one row, newest first, with the change sets; two statements."""
    found = RowChange.objects.filter(change__in=changes(actor, chain).order_by(), table=table, code=code)
    return [_numbered(row) for row in found.select_related("change").order_by("-change__stamp_after")]


def numbered(row: rules.Row | None, numbers: Iterable[str]) -> rules.Row | None:
    """A row kept as JSON, its numbers as numbers; no statement."""
    return rules.numbered(row, numbers)


def _numbered(row: RowChange) -> RowChange:
    numbers = [column.name for column in compute.TABLES[row.table] if column.type == "number"]
    row.before, row.after = rules.numbered(row.before, numbers), rules.numbered(row.after, numbers)
    return row


def last_change_of(chain: Chain, table: str, code: str, *, after: int) -> int | None:
    """Number of the newest change set after another one that wrote a row; one statement."""
    found = RowChange.objects.filter(change__chain=chain, change__stamp_after__gt=after, table=table, code=code)
    return found.order_by("-change__stamp_after").values_list("change__stamp_after", flat=True).first()


def undo_refusals(actor: Actor, chain: Chain, made: ChangeSet, now: datetime) -> list[Refusal]:
    """Why this reader cannot undo a change set now, apart from what later changes did to its rows; one statement."""
    return rules.undo_refusals(
        kind=made.kind,
        whole=made.whole,
        undone_by=made.undone_by.stamp_after if made.undone_by else None,
        at=made.at,
        now=now,
        days=rule_set(chain.code).value("atlas.undo_days"),
        own=made.by == actor.reference,
        head=actor.may("atlas.undo_any", chain.code),
    )


def dates(chain: Chain) -> list[tuple[date, int]]:
    """The days on which the facts changed, newest first, with the stamp they had at the end of the day; one statement.

    Every one of these stamps can be asked of ``as_of``.
    """
    found: dict[date, int] = {}
    stamp = chain.stamp
    for made in ChangeSet.objects.filter(chain=chain).only("at", "stamp_before", "stamp_after"):
        if made.stamp_after != stamp:
            break  # changed before change sets were kept
        found.setdefault(timezone.localtime(made.at).date(), made.stamp_after)
        stamp = made.stamp_before
    return list(found.items())


def as_of(chain: Chain, stamp: int, classes: Iterable[str] | None = None) -> compute.Package | None:
    """The package of a chain at an earlier stamp, by walking its change sets back; None where that is not known.

    14 statements. With ``classes``, only what readers of these classes may see of it.
    """
    later = ChangeSet.objects.filter(chain=chain, stamp_after__gt=stamp)
    steps = list(later.values_list("whole", "stamp_before"))
    if any(whole for whole, _ in steps) or len(steps) != chain.stamp - stamp:
        return None
    tables = compute.rows(chain)
    for row in RowChange.objects.filter(change__in=later.order_by()).order_by("-change__stamp_after"):
        before = _numbered(row).before
        if before is None:
            tables[row.table].pop(row.code, None)
        else:
            tables[row.table][row.code] = before
    ordered = {table: dict(sorted(rows.items())) for table, rows in tables.items()}
    package = compute.from_rows(ordered, name=chain.code)
    return package if classes is None else compute.visible(package, classes)


def rows_of_change(made: ChangeSet, *, table: str = "", what: str = "") -> QuerySet[RowChange]:
    """The rows of a change set, those of one table or of one kind; one statement when read."""
    found = RowChange.objects.filter(change=made)
    if table:
        found = found.filter(table=table)
    if what == "new":
        return found.filter(before=None)
    if what == "gone":
        return found.filter(after=None)
    return found.exclude(Q(before=None) | Q(after=None)) if what == "changed" else found


def tables_of_change(made: ChangeSet) -> list[tuple[str, Text, dict[str, int]]]:
    """The tables a change set touches, with how many rows are new, changed and gone; no statement."""
    return [(table, compute.table_name(table), counts) for table, counts in made.counts.items()]


def told_changes(chain: Chain, changed: Iterable[RowChange]) -> list[ToldRow]:
    """Rows of a change set for people; four statements at most."""
    numbered = (_numbered(row) for row in changed)
    return told_rows(chain, [(row.table, row.code, row.before, row.after) for row in numbered])


Cells = rules.Row | None


def told_rows(chain: Chain, changed: Collection[tuple[str, str, Cells, Cells]]) -> list[ToldRow]:
    """Rows before and after as people read them, what they point at by its name; four statements at most.

    For those who see every class: the names are looked up whatever their class.
    """
    pointing = {
        table: {name: target for name, (target, _) in columns.items()}
        for table, columns in compute.references().items()
    }
    names = _names(chain, changed, pointing)
    return [_told_row(names, pointing.get(row[0], {}), *row) for row in changed]


def _names(
    chain: Chain, changed: Iterable[tuple[str, str, Cells, Cells]], pointing: Mapping[str, Mapping[str, str]]
) -> dict[tuple[str, str], Text]:
    """What rows are called that are pointed at, by table and code; of those in hand first, then of those in the data."""
    wanted: dict[str, set[str]] = {}
    found: dict[tuple[str, str], Text] = {}
    for table, code, before, after in changed:
        whole = after or before or {}
        if name := str(whole.get("name") or whole.get("title") or ""):
            found[table, code] = Text(name, str(whole.get("name_en") or name))
        for column, target in pointing.get(table, {}).items():
            wanted.setdefault(target, set()).update(
                str(row[column]) for row in (before, after) if row and row.get(column)
            )
    for target, codes in wanted.items():
        columns = ("code", "title", "title") if target == "sources" else ("code", "name", "name_en")
        for code, name, english in compute.rows_of(chain, target).filter(code__in=codes).values_list(*columns):
            found.setdefault((target, code), Text(name or code, english or name or code))
    return found


def _told_row(
    names: Mapping[tuple[str, str], Text],
    pointed: Mapping[str, str],
    table: str,
    code: str,
    before: Cells,
    after: Cells,
) -> ToldRow:
    def cell(column: str, row: Cells) -> Text:
        value = (row or {}).get(column)
        plain = compute.shown(table, column, value)
        return names.get((pointed[column], str(value)), plain) if column in pointed else plain

    what = "new" if before is None else "gone" if after is None else "changed"
    cells = [
        (compute.heading(table, column), cell(column, before), cell(column, after))
        for column in rules.differing(before, after)
        if column != "code"
    ]
    whole = after or before or {}
    parts = [cell(column, whole) for column in pointed if column != "source" and whole.get(column)]
    joined = Text(" · ".join(one.zh for one in parts), " · ".join(one.en for one in parts)) if parts else None
    return ToldRow(table, compute.table_name(table), code, names.get((table, code), joined), what, cells, after)


def deleting(chain: Chain, table: str, code: str) -> dict[str, dict[str, rules.Row | None]]:
    """What deleting one row does: it goes, rows that need it go too, references that may be empty become so.

    As many statements as there are tables.
    """
    before = compute.rows(chain)
    after = {name: dict(rows) for name, rows in before.items()}
    after[table].pop(code, None)
    changed = rules.differences(before, rules.settled(after, compute.references()))
    return {name: {one: pair[1] for one, pair in rows.items()} for name, rows in changed.items()}


def touched_by_deleting(chain: Chain, table: str, code: str) -> list[ToldRow]:
    """The rows that a deletion touches, the row itself first; twice as many statements as tables, and four."""
    changed = deleting(chain, table, code)
    now = compute.rows(chain, changed)
    touched = [(name, one, now[name][one], row) for name, rows in changed.items() for one, row in rows.items()]
    return sorted(told_rows(chain, touched), key=lambda one: (one.table, one.code) != (table, code))


def table_rows(chain: Chain, table: str, words: str = "") -> QuerySet[Any]:
    """The rows of one table, those with some words in a text; one statement when read."""
    found = compute.rows_of(chain, table)
    if not words:
        return found
    texts = [column.name for column in compute.TABLES[table] if column.type == "string" and not column.references]
    asked = Q(code__icontains=words)
    for name in texts:
        asked |= Q(**{f"{name}__icontains": words})
    return found.filter(asked)


def known_codes(chain: Chain, table: str) -> dict[str, list[tuple[str, str]]]:
    """Codes with names that the columns of a table may point at, up to a number that a page can hold; a statement each."""
    wanted = {column.references[0] for column in compute.TABLES[table] if column.references}
    found = {}
    for target in wanted:
        name = "title" if target == "sources" else "name"
        found[target] = list(compute.rows_of(chain, target).values_list("code", name)[:KNOWN])
    return found
