"""The one door through which facts of a chain change (改动): checked, in one transaction, told row by row, undoable."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lianban.apps.atlas import compute, queries, rules
from lianban.apps.atlas.models import Chain, ChangeSet, FactRow, RowChange
from lianban.apps.atlas.rules import Row
from lianban.apps.atlas.services import writing
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import NOT_PERMITTED, Refusal, refuse, refuse_if_any
from lianban.kit.text import Text

Given = Mapping[str, Mapping[str, Mapping[str, Any] | None]]
Changes = dict[str, dict[str, tuple[Row | None, Row | None]]]
VERBS = {
    "begin": "atlas.chain_begun",
    "package": "atlas.package_loaded",
    "demand": "atlas.demand_entered",
    "production": "atlas.production_entered",
    "assessment": "atlas.assessment_entered",
    "undo": "atlas.undone",
}  # in the journal; every other kind is atlas.changed


@transaction.atomic
def change(
    *, chain: Chain, tables: Given, kind: str, by: Actor, at: datetime, note: str = "", subject: str = "",
    expected: Given | None = None,
) -> ChangeSet:  # fmt: skip
    """Change rows of a chain as one unit that can be undone.

    ``tables`` maps table and code to the columns that change: None or "" empties one, None for a row deletes it, an
    unknown code is a new row. Values are those of the data dictionary, days as days or text, references as codes.
    ``expected`` are rows as the caller saw them: refused where one is another now.
    """
    parties.require(by, "atlas.change", chain.code)
    return enter(chain=chain, tables=tables, kind=kind, by=by, at=at, note=note, subject=subject, expected=expected)


@transaction.atomic
def enter(
    *, chain: Chain, tables: Given, kind: str, by: Actor, at: datetime, note: str = "", subject: str = "",
    expected: Given | None = None, new_on_site: bool = True, watch: writing.Watch = writing.unwatched,
) -> ChangeSet:  # fmt: skip
    """The same for a mechanism that asked for a permission of its own; ``watch`` is called now and then, and may raise."""
    row = Chain.objects.select_for_update(no_key=True).get(pk=chain.pk)
    changes, package = prepared(row, tables, expected, watch)
    nothing = refuse("atlas.nothing_to_change", "内容与现有数据相同，无需改动", "this is what stands there already: nothing to change")  # fmt: skip
    refuse_if_any([] if changes else [nothing])
    site = {(table, code): new_on_site for table, rows in changes.items() for code in rows}
    made = commit(row, changes, package.fingerprint, kind=kind, by=by, at=at, note=note, subject=subject, on_site=site, watch=watch)  # fmt: skip
    chain.refresh_from_db()
    return made


def prepared(
    chain: Chain, tables: Given, expected: Given | None = None, watch: writing.Watch = writing.unwatched
) -> tuple[Changes, compute.Package]:
    """What a change does to which rows, and the chain's package afterwards; refused with all that is wrong at once."""
    told = {table: {code: _told(row) for code, row in rows.items()} for table, rows in tables.items() if rows}
    now = compute.rows(chain, told)
    reasons = [
        reason
        for table, rows in (expected or {}).items()
        for code, seen in rows.items()
        for reason in _moved(table, code, seen, now.get(table, {}).get(code))
    ]
    refuse_if_any(rules.at_most(reasons, "atlas.changed_meanwhile"))
    watch()
    wanted = {
        table: {code: rules.merged(now.get(table, {}).get(code), row) for code, row in rows.items()}
        for table, rows in told.items()
    }
    watch()
    package = compute.patched(chain, wanted)
    watch()
    after: dict[str, dict[str, Row | None]] = {}
    for table, rows in wanted.items():
        staying = [code for code, row in rows.items() if row is not None]
        after[table] = dict.fromkeys(rows)
        after[table].update(zip(staying, compute.first_rows(package, table, len(staying)), strict=True))
        if table == "chain":
            after[table][chain.code] = {"confidentiality": chain.confidentiality, **(after[table][chain.code] or {})}
    watch()
    kept = {table: [row for row in rows.values() if row is not None] for table, rows in after.items()}
    reasons = [*writing.too_long(kept), *(reason for reason, _, _ in compute.new_errors(package, chain))]
    refuse_if_any(rules.at_most(reasons, "atlas.change_has_errors"))
    watch()
    before = {table: {code: row for code, row in rows.items() if code in after[table]} for table, rows in now.items()}
    standing = {table: {c: r for c, r in rows.items() if r is not None} for table, rows in after.items()}
    return rules.differences(before, standing), package


def commit(
    chain: Chain, changes: Changes, fingerprint: str, *, kind: str, by: Actor, at: datetime, note: str = "", subject: str = "",
    on_site: Mapping[tuple[str, str], bool] | None = None, undoes: ChangeSet | None = None, whole: bool = False,
    watch: writing.Watch = writing.unwatched,
) -> ChangeSet:  # fmt: skip
    """Write what changes, and the change set that tells it; inside the transaction that holds the chain."""
    site = dict(on_site or {})
    site.update(_site_now(chain, changes))
    stamp, fingerprint_before = chain.stamp, chain.fingerprint
    after = {table: {code: pair[1] for code, pair in rows.items()} for table, rows in changes.items()}
    registered = writing.write(chain, after, on_site=site, watch=watch)
    if undoes is not None:
        parties.unregister(undoes.registered)
    counts = {table: _counts(rows) for table, rows in changes.items()}
    made = ChangeSet.objects.create(
        chain=chain, kind=kind, by=by.reference, at=at, stamp_before=stamp, stamp_after=stamp + 1, counts=counts,
        fingerprint_before=fingerprint_before, fingerprint_after=fingerprint, note=note.strip(), subject=subject,
        registered=registered, whole=whole, undoes=undoes,
    )  # fmt: skip
    if not whole:
        told = [
            RowChange(change=made, table=table, code=code, before=before, after=after, on_site=site.get((table, code), False))
            for table, rows in changes.items()
            for code, (before, after) in rows.items()
        ]  # fmt: skip
        for part in writing.parts(told, watch):
            RowChange.objects.bulk_create(part, batch_size=writing.BATCH)
    facts = {"change": made.stamp_after, "kind": kind, "counts": counts, "subject": subject, "fingerprint": fingerprint}
    if undoes is not None:
        facts["undoes"] = undoes.stamp_after
    journal.record(VERBS.get(kind, "atlas.changed"), subject=f"chain:{chain.code}", by=by, at=at, facts=facts)
    writing.changed(chain, at, fingerprint)
    return made


@transaction.atomic
def undo(*, change_id: int, by: Actor, at: datetime) -> ChangeSet:
    """撤销: take a change set back, also where others followed, as long as they left its cells alone."""
    made = ChangeSet.objects.get(pk=change_id)
    chain = Chain.objects.select_for_update(no_key=True).get(pk=made.chain_id)
    made = ChangeSet.objects.select_related("undone_by").get(pk=change_id)  # whoever writes it holds the chain
    parties.require(by, "atlas.change", chain.code)
    reasons = queries.undo_refusals(by, chain, made, at)
    refuse_if_any(r for r in reasons if by is not parties.SYSTEM or not r.code.endswith(NOT_PERMITTED))
    rows = list(queries.row_changes(made))
    wanted, conflicts = _back(chain, made, rows)
    refuse_if_any(rules.at_most(conflicts, "atlas.undo_conflict"))
    package = compute.patched(chain, wanted)
    if chain.fingerprint != made.fingerprint_after:  # else it goes back to what stood there, good or bad
        found = [_loose(made, *error) for error in compute.new_errors(package, chain)]
        refuse_if_any(rules.at_most(found, "atlas.undo_conflict"))
    now = compute.rows(chain, wanted)
    changes: Changes = {}
    for table, back in wanted.items():
        changes[table] = {code: (now.get(table, {}).get(code), row) for code, row in back.items()}
    site = {(row.table, row.code): row.on_site for row in rows}
    done = commit(chain, changes, package.fingerprint, kind="undo", by=by, at=at, on_site=site, undoes=made)
    made.undone_by = done
    made.save(update_fields=["undone_by"])
    if made.undoes_id:
        ChangeSet.objects.filter(pk=made.undoes_id).update(undone_by=None)
    return done


def _back(
    chain: Chain, made: ChangeSet, rows: list[RowChange]
) -> tuple[dict[str, dict[str, Row | None]], list[Refusal]]:
    """The rows of a change set as they will be without it, and what stands in the way."""
    codes: dict[str, list[str]] = {}
    for one in rows:
        codes.setdefault(one.table, []).append(one.code)
    now = compute.rows(chain, codes)
    wanted: dict[str, dict[str, Row | None]] = {table: {} for table in codes}
    conflicts = []
    for one in rows:
        back, moved = rules.back(one.before, one.after, now.get(one.table, {}).get(one.code))
        wanted[one.table][one.code] = back
        if moved:
            names = [compute.heading(one.table, name) for name in moved if name in compute.TABLES[one.table].by_name]
            number = queries.last_change_of(chain, one.table, one.code, after=made.stamp_after)
            conflicts.append(rules.conflict(_table(one.table), one.code, names, number))
    return wanted, conflicts


def _loose(made: ChangeSet, reason: Refusal, table: str, code: str) -> Refusal:
    """An error that an undo would bring, with the later change that needs what would go."""
    number = queries.last_change_of(made.chain, table, code, after=made.stamp_after) if table else None
    if number is None:
        return reason
    zh = f"{reason.message.zh}（这一行由第 {number} 号改动写入）"
    en = f"{reason.message.en} (change {number} wrote this row)"
    return Refusal("atlas.undo_conflict", Text(zh, en), {**reason.facts, "number": number})


def _moved(table: str, code: str, seen: Mapping[str, Any] | None, now: Row | None) -> list[Refusal]:
    known = None if seen is None else {**compute.told(seen), "code": code}
    now = rules.merged(now, {"confidentiality": None}) if table == "chain" and now else now
    return rules.moved_refusals(known, now, _table(table), code, lambda name: compute.heading(table, name))


def _told(row: Mapping[str, Any] | None) -> Row | None:
    """Keep None for columns that are to be emptied."""
    if row is None:
        return None
    plain = compute.told(row)
    return {**dict.fromkeys(row), **plain}


def _site_now(chain: Chain, changes: Changes) -> dict[tuple[str, str], bool]:
    """Which of the rows that stand were entered on the site; one statement a table."""
    found: dict[tuple[str, str], bool] = {}
    for table, rows in changes.items():
        model = compute.MODELS.get(table)
        codes = [code for code, (before, _) in rows.items() if before is not None]
        if model is None or not issubclass(model, FactRow):
            continue
        for start in range(0, len(codes), writing.BATCH):
            there = model._default_manager.filter(chain=chain, code__in=codes[start : start + writing.BATCH])
            found.update({(table, code): site for code, site in there.values_list("code", "on_site")})
    return found


def _counts(rows: Mapping[str, tuple[Row | None, Row | None]]) -> dict[str, int]:
    new = sum(before is None for before, _ in rows.values())
    gone = sum(after is None for _, after in rows.values())
    return {"new": new, "changed": len(rows) - new - gone, "gone": gone}


def _table(table: str) -> Text:
    return Text(compute.TABLES[table].zh, table)
