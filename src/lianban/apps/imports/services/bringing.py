"""Bringing a file, saying which column is what, and whom a name means."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lianban.apps.atlas import queries as chains
from lianban.apps.atlas.models import Chain
from lianban.apps.imports import compute, queries, rules
from lianban.apps.imports.models import Import, Line, Naming, Piece, Remembered
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.services import Progress
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def bring(
    *, chain: Chain, name: str, chunks: Iterable[bytes], size: int, by: Actor, at: datetime, label: str = "", text: str = ""
) -> Import:  # fmt: skip
    """上传: keep a file, or a pasted table, piece by piece, and ask for it to be read."""
    parties.require(by, "imports.bring", chain.code)
    refuse_if_any(rules.upload_refusals(name, size, text))
    if not size:
        name, chunks = "粘贴.csv", [b"\xef\xbb\xbf" + text.encode("utf-8")]
    days = chains.rule_set(chain.code).value("imports.keep_days")
    name = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable())[-200:] or "文件"
    made = Import.objects.create(
        chain=chain, name=name, label=(label.strip() or name)[:100], by=by.reference, at=at,
        keep_until=timezone.localtime(at).date() + timedelta(days=days),
    )  # fmt: skip
    digest = hashlib.sha256()
    for number, data in enumerate(_even(chunks)):
        digest.update(data)
        made.size += len(data)
        Piece.objects.create(of=made, number=number, data=data)
    made.digest = digest.hexdigest()
    made.job = jobs.enqueue("imports.read", by=by, number=made.pk).pk
    made.save()
    facts = {"chain": chain.code, "size": made.size, "digest": made.digest}
    journal.record("imports.brought", subject=made.reference, by=by, at=at, facts=facts)
    return made


@transaction.atomic
def bring_sheet(*, number: int, sheet: str, by: Actor, at: datetime) -> Import:
    """导入另一张工作表: the next sheet of a workbook that is here already, as an import of its own; done twice it is done once."""
    first = Import.objects.select_for_update(of=("self",)).select_related("chain").get(pk=number)
    parties.require(by, "imports.bring", first.chain.code)
    names = [one["name"] for one in first.read.get("sheets", [])]
    kept = Piece.objects.filter(of=first, kind="file").exists()
    refuse_if_any(rules.sheet_refusals(sheet, names, kept=kept))
    begun = queries.sheets(first)
    if there := next((one for name, _, one in begun if name == sheet and one is not None), None):
        return there
    whole = first.label.removesuffix(f" · {first.mapping.get('sheet', '')}")
    label = f"{whole} · {sheet}"[:100]  # mappings are remembered sheet by sheet
    made = Import.objects.create(
        chain=first.chain, name=first.name, label=label, by=by.reference, at=at, keep_until=first.keep_until,
        size=first.size, digest=first.digest, mapping={"sheet": sheet},
    )  # fmt: skip
    for n, data in enumerate(queries.pieces(first, "file")):
        Piece.objects.create(of=made, number=n, data=data)
    made.job = jobs.enqueue("imports.read", by=by, number=made.pk).pk
    made.save(update_fields=["job"])
    facts = {"chain": first.chain.code, "size": made.size, "digest": made.digest, "of": first.pk}
    journal.record("imports.brought", subject=made.reference, by=by, at=at, facts=facts)
    return made


def _even(chunks: Iterable[bytes]) -> Iterable[bytes]:
    held = b""
    for chunk in chunks:
        held += chunk
        while len(held) >= rules.PIECE:
            yield held[: rules.PIECE]
            held = held[rules.PIECE :]
    if held:
        yield held


@transaction.atomic
def map_columns(
    *, number: int, table: str, columns: Mapping[str, Mapping[str, str]], constants: Mapping[str, Any], overwrite: bool,
    by: Actor, at: datetime, sheet: str = "", header_rows: tuple[int, ...] = (), delete_missing: bool = False,
) -> Import:  # fmt: skip
    """对应列: say which column of the file is which of a table, and ask for the preview.

    Another sheet, table or header than the one that was read asks for it to be read again first.
    """
    made = Import.objects.select_for_update(of=("self",)).select_related("chain").get(pk=number)
    parties.require(by, "imports.bring", made.chain.code)
    refuse_if_any(rules.state_refusals(queries.state_now(made), ("mapping", "preview")))
    refuse_if_any(rules.missing_refusals(delete_missing, package=made.read.get("kind") == "package"))
    asked = {"sheet": sheet or made.read.get("sheet", ""), "header_rows": list(header_rows), "table": table}
    again = bool(made.read.get("sheets")) and (
        asked["sheet"] != made.read["sheet"] or table != made.mapping.get("table")
        or (bool(header_rows) and list(header_rows) != made.read["header"]["rows"])
    )  # fmt: skip
    if again:
        made.mapping = asked
        made.state, kind = "reading", "imports.read"
    else:
        kept = made.mapping.get("columns", {})
        chosen = {i: _chosen(kept.get(i, {}), one) for i, one in columns.items()}
        mapping = {
            **asked,
            "columns": chosen,
            "constants": dict(constants),
            "overwrite": overwrite,
            "delete_missing": delete_missing,
        }
        mapping["header_rows"] = made.read.get("header", {}).get("rows", [])
        if made.read.get("kind") != "package":
            items = [one["column"] if not one.get("item") else "" for one in chosen.values()]
            refuse_if_any(rules.mapping_refusals(compute.lacking(mapping), items))
            Remembered.objects.update_or_create(
                chain=made.chain, label=made.label,
                defaults={"mapping": compute.remembered(mapping, made.read["header"]), "at": at},
            )  # fmt: skip
        made.mapping, made.state, kind = mapping, "previewing", "imports.preview"
    made.job = jobs.enqueue(kind, by=by, number=made.pk).pk
    made.save()
    journal.record("imports.mapped", subject=made.reference, by=by, at=at, facts={"table": table})
    return made


def _chosen(proposed: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    """A column as a person left it, or as they changed it: then it is theirs, and sure."""
    if proposed.get("column", "") == said["column"]:
        return dict(proposed)
    return {"column": said["column"], "item": said.get("item", ""), "score": 1.0, "zh": "您选定", "en": "chosen by you"}


@transaction.atomic
def say_who(*, number: int, said: Mapping[int, str], by: Actor, at: datetime) -> Import:
    """认定: say whom names mean (a code, + for a new organisation, - for nobody); remembered, and previewed again."""
    made = Import.objects.select_for_update(of=("self",)).select_related("chain").get(pk=number)
    parties.require(by, "imports.bring", made.chain.code)
    refuse_if_any(rules.state_refusals(queries.state_now(made), ("preview",)))
    for naming in Naming.objects.select_for_update().filter(chain=made.chain, pk__in=list(said)):
        codes = {one["code"] for one in naming.candidates} | {"+", "-"}
        if said[naming.pk] in codes:
            naming.answer, naming.by, naming.at = said[naming.pk], by.reference, at
            naming.save()
    made.state, made.job = "previewing", jobs.enqueue("imports.preview", by=by, number=made.pk).pk
    made.save(update_fields=["state", "job"])
    journal.record("imports.named", subject=made.reference, by=by, at=at, facts={"names": len(said)})
    return made


@transaction.atomic
def drop(*, number: int, by: Actor, at: datetime) -> Import:
    """放弃: nothing of it was written; the file goes at once."""
    made = Import.objects.select_for_update(of=("self",)).select_related("chain").get(pk=number)
    parties.require(by, "imports.bring", made.chain.code)
    refuse_if_any(
        rules.state_refusals(queries.state_now(made), ("reading", "mapping", "previewing", "preview", "failed"))
    )
    if made.job:
        jobs.cancel(made.job)
    made.state = "dropped"
    made.save(update_fields=["state"])
    _empty(made)
    journal.record("imports.dropped", subject=made.reference, by=by, at=at)
    return made


def forget(*, progress: Progress, day: str) -> dict[str, int]:
    """Let files and previews go whose days are over; what they changed stays in the change sets."""
    found = list(Import.objects.filter(Q(pieces__isnull=False) | Q(lines__isnull=False), keep_until__lt=day).distinct())
    for made in found:
        with transaction.atomic():
            _empty(made)
    return {"forgotten": len(found)}


def _empty(made: Import) -> None:
    Piece.objects.filter(of=made).delete()
    Line.objects.filter(of=made).delete()
    made.read = {k: v for k, v in made.read.items() if k != "sheets"}
    made.save(update_fields=["read"])
