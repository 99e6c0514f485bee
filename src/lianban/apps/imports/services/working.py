"""The jobs of an import: reading the file, making the preview, writing. Each is done anew from the start if its worker dies."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction

from lianban.apps.atlas import compute as atlas
from lianban.apps.atlas import services as facts
from lianban.apps.atlas.models import Chain
from lianban.apps.imports import compute, queries, rules
from lianban.apps.imports.models import Import, Line, Naming, Piece
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.jobs.services import Cancelled, Progress
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refusal, Refused, refuse, refuse_if_any
from lianban.kit.text import Text

LOOK_EVERY = 0.5  # seconds between looks whether somebody asked to stop
BATCH = 500
AT_A_TIME = 2000  # rows between two looks


def read(*, progress: Progress, number: int) -> dict[str, Any]:
    """Read a file in the limited process and propose its columns."""
    made = Import.objects.select_related("chain").get(pk=number)
    if made.state != "reading":
        return {"import": number}
    with _at_work(made, progress, back="failed") as (path, watch):
        known = queries.remembered(made.chain, made.label)
        told = compute.read(path, made.name, known, made.mapping, watch=watch)
        mapping = {"sheet": told.get("sheet", ""), "overwrite": False, **told.pop("mapping")}
        if known.get("constants") and not mapping["constants"]:
            mapping["constants"] = known["constants"]
        Import.objects.filter(pk=number, state="reading").update(read=told, mapping=mapping, state="mapping", reason={})
    return {"import": number}


def preview(*, progress: Progress, number: int) -> dict[str, Any]:
    """Say line by line what the file would do; nothing of the data is touched."""
    made = Import.objects.select_related("chain").get(pk=number)
    if made.state != "previewing":
        return {"import": number}
    with _at_work(made, progress, back="mapping") as (path, watch):
        content = compute.rows_of_file(path, made.name, made.mapping, watch=watch)
        names = {name: str(row.values.get("credit_code") or "") for row in content.rows for name in _names(row)}
        stamp = Chain.objects.values_list("stamp", flat=True).get(pk=made.chain_id)
        constants = {k: v for k, v in made.mapping.get("constants", {}).items() if k in COMMON}
        found = compute.preview(
            Chain.objects.get(pk=made.chain_id), content, parties=queries.parties(made.chain, names),
            answers=queries.answers(made.chain), overwrite=bool(made.mapping.get("overwrite")), common=constants, watch=watch,
            missing=queries.missing(made),
        )  # fmt: skip
        watch.step(90)
        with transaction.atomic():
            if not Import.objects.select_for_update().filter(pk=number, state="previewing").exists():
                raise Cancelled  # given up meanwhile
            Line.objects.filter(of=made).delete()
            for start in range(0, len(found.lines), AT_A_TIME):
                _stop_if_asked(watch)
                lines = [_line(made, told) for told in found.lines[start : start + AT_A_TIME]]
                Line.objects.bulk_create(lines, batch_size=BATCH)
            _ask(made.chain, found.names, watch)
            counts = queries.counted(found.lines)
            told = {"counts": counts, "stamp": stamp, "state": "preview", "reason": {}}
            asked = [list(one) for one in found.names]
            Import.objects.filter(pk=number).update(**told, read={**made.read, "names": asked, "told": found.notes})
    return {"import": number, **counts}


COMMON = ("source", "observed_on", "confidence", "confidentiality")


def _names(row: compute.FileRow) -> list[str]:
    if row.table == "organisations":
        return [str(row.values.get("name", ""))]
    return [str(row.values[c]) for c in compute.ORGANISATIONS if row.values.get(c)]


def _line(made: Import, told: compute.Told) -> Line:
    return Line(
        of=made, number=told.number, table=told.table, code=told.code[:160], verdict=told.verdict, before=told.before,
        after=told.after, reasons=told.reasons,
    )  # fmt: skip


def _ask(chain: Chain, names: dict[tuple[str, str, str], list[dict[str, Any]]], watch: compute.Watch) -> None:
    """Put the names of which nobody is sure into the queue, with the candidates of today."""
    for start in range(0, len(names), BATCH):
        part = [name for name, _, _ in list(names)[start : start + BATCH]]
        Naming.objects.filter(chain=chain, answer="", name__in=part).delete()
    asked = [
        Naming(chain=chain, name=n, credit_code=c, place=p, candidates=found) for (n, c, p), found in names.items()
    ]
    for start in range(0, len(asked), AT_A_TIME):
        _stop_if_asked(watch)
        Naming.objects.bulk_create(asked[start : start + AT_A_TIME], batch_size=BATCH, ignore_conflicts=True)


def _stop_if_asked(watch: compute.Watch) -> None:
    """Hear a stop within a transaction: nothing is written to the job there, whose row others may want to change."""
    if watch.cancelled():
        raise Cancelled


@transaction.atomic
def ask_to_apply(*, number: int, by: Actor, at: datetime) -> Import:
    """确认导入: what was previewed is to be written, all of it or nothing."""
    made = Import.objects.select_for_update(of=("self",)).select_related("chain").get(pk=number)
    parties.require(by, "imports.bring", made.chain.code)
    parties.require(by, "atlas.change", made.chain.code)
    refuse_if_any([*rules.state_refusals(queries.state_now(made), ("preview",)), *rules.apply_refusals(made.counts)])
    asked = {"user": by.user_id, "at": at.isoformat()}
    made.state, made.job = "applying", jobs.enqueue("imports.apply", by=by, number=made.pk, **asked).pk
    made.save(update_fields=["state", "job"])
    journal.record("imports.confirmed", subject=made.reference, by=by, at=at, facts=made.counts)
    return made


def apply(*, progress: Progress, number: int, user: int | None, at: str) -> dict[str, Any]:
    """Write what was previewed in one transaction, as one change set; done twice it is done once."""
    made = Import.objects.select_related("chain").get(pk=number)
    if made.state == "applying":
        with _at_work(made, progress, back="preview") as (path, watch):
            watch.step(5)
            change = _write(number, user, datetime.fromisoformat(at), watch)
            _results(made, path)  # it is written: nobody can stop it any more
        return {"import": number, "change": change}
    return {"import": number, "change": made.change}


@transaction.atomic
def _write(number: int, user: int | None, at: datetime, watch: compute.Watch) -> int:
    made = Import.objects.select_for_update(of=("self",)).select_related("chain").get(pk=number)
    chain = Chain.objects.select_for_update(no_key=True).get(pk=made.chain_id)
    tables: dict[str, dict[str, Any]] = {}
    expected: dict[str, dict[str, Any]] = {}
    for n, line in enumerate(made.lines.filter(verdict__in=rules.WRITES).iterator(chunk_size=AT_A_TIME)):
        if not n % AT_A_TIME:
            _stop_if_asked(watch)
        patch = {**dict.fromkeys(line.before or {}), **(line.after or {})}
        whole = None if line.verdict == "gone" else patch
        tables.setdefault(line.table, {})[line.code] = whole
        expected.setdefault(line.table, {})[line.code] = line.before
    _refuse_moved(chain, made, expected)
    by = Actor(user_id=user, name="imports")
    note = f"{made.label}（{made.name}）"
    done = facts.enter(
        chain=chain, tables=tables, expected=expected, kind="import", by=by, at=at, note=note, subject=made.reference,
        watch=lambda: _stop_if_asked(watch),
    )  # fmt: skip
    made.state, made.change = "applied", done.stamp_after
    made.save(update_fields=["state", "change"])
    return done.stamp_after


def _refuse_moved(chain: Chain, made: Import, expected: dict[str, dict[str, Any]]) -> None:
    """Where others changed the rows since the preview, look again rather than write something nobody saw."""
    if chain.stamp == made.stamp:
        return
    now = atlas.rows(chain, expected)
    for row in now.get("chain", {}).values():
        row.pop("confidentiality", None)  # is set on the site, and no file has it
    moved = [
        code for table, rows in expected.items() for code, row in rows.items()
        if (now.get(table, {}).get(code) or None) != (_numbered(table, row) or None)
    ]  # fmt: skip
    if moved:
        raise Refused([
            refuse("imports.preview_again", "预览之后，有 {n} 条数据被改过（如 {first}）；请重新预览", "{n} rows changed since the preview (such as {first}): preview again", n=len(moved), first=moved[0])
        ])  # fmt: skip


def _numbered(table: str, row: dict[str, Any] | None) -> dict[str, Any] | None:
    return queries.chains.numbered(row, [c.name for c in atlas.TABLES[table] if c.type == "number"])


def _results(made: Import, path: Path) -> None:
    """Keep the user's own file with a column 结果 beside its rows; a line that no row of the table made is in none."""
    said: dict[str, dict[int, Text]] = {made.mapping["table"]: {}}
    for line in made.lines.filter(number__gt=0).exclude(
        table="organisations" if made.mapping["table"] not in ("", "organisations") else ""
    ):
        before, after = line.before or {}, line.after or {}
        names = [atlas.heading(line.table, c) for c in {**before, **after} if before.get(c) != after.get(c)]
        told = rules.result(line.verdict, line.reasons, names if line.verdict == "changed" else [])
        rows = said.setdefault(line.table, {})
        first = rows.get(line.number)  # a scoring sheet becomes several rows a line
        rows[line.number] = (
            told if first is None or first == told else Text(f"{first.zh}；{told.zh}", f"{first.en}; {told.en}")
        )
    data, suffix = compute.results(path, made.name, made.mapping, said, "zh")
    with transaction.atomic():
        Piece.objects.filter(of=made, kind="results").delete()
        Piece.objects.bulk_create(
            Piece(of=made, kind="results", number=i, data=data[start : start + rules.PIECE])
            for i, start in enumerate(range(0, len(data), rules.PIECE))
        )
        Import.objects.filter(pk=made.pk).update(read={**made.read, "results": suffix})


@contextmanager
def _at_work(made: Import, progress: Progress, *, back: str) -> Iterator[tuple[Path, compute.Watch]]:
    """The file of an import on disk for as long as a job works on it; a failure is told on the import."""
    looked = [0.0]

    def cancelled() -> bool:
        if time.monotonic() - looked[0] < LOOK_EVERY:
            return False
        looked[0] = time.monotonic()
        return Job.objects.filter(pk=progress.job_id, cancel_asked=True).exists()

    told = [-1]

    def step(percent: int) -> None:
        if percent != told[0]:
            told[0] = percent
            progress(percent, 100)

    try:
        with TemporaryDirectory(prefix="lianban-import-") as place:
            path = Path(place) / f"file{Path(made.name).suffix.lower()[:8] if made.name.isascii() else ''}"
            with path.open("wb") as file:
                for data in queries.pieces(made, "file"):
                    file.write(data)
            yield path, compute.Watch(step, cancelled)
    except compute.CannotRead as error:
        if error.code == "cancelled":
            _leave(made, back, {})
            raise Cancelled from error
        reason = Text(f"{error.reason.zh}。{error.remedy.zh}", f"{error.reason.en}. {error.remedy.en}")
        _leave(made, back, reason)
        raise Refused([Refusal(f"imports.{error.code}", reason)]) from error
    except Cancelled:
        _leave(made, back, {})
        raise
    except Refused as refused:
        _leave(made, back, refused.refusals[0].message)
        raise


def _leave(made: Import, state: str, reason: Any) -> None:
    told = (
        {"zh": reason.zh, "en": reason.en}
        if isinstance(reason, Text)
        else {"zh": "已按要求停止", "en": "stopped as asked"}
    )
    Import.objects.filter(pk=made.pk).exclude(state__in=("applied", "dropped")).update(
        state=back_of(made, state), reason=told
    )


def back_of(made: Import, state: str) -> str:
    """Where an import stands after a step that did not come to its end."""
    return state if state != "failed" or not made.read.get("sheets") else "mapping"
