"""Rows into the database: by code, in bulk, what is pointed at first. The only place that writes tables of facts."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from django.db import models
from django.db.models import Model

from lianban.apps.atlas import compute, rules
from lianban.apps.atlas.models import Chain, Demand, FactRow, Member, Product
from lianban.apps.atlas.rules import Row
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.sources.models import Source
from lianban.kit import mechanisms
from lianban.kit.refusals import Refusal

# Columns from which the search column of a table is filled.
SEARCHED: Mapping[type[Model], tuple[str, ...]] = {
    Product: ("name", "name_en", "grade", "application", "code"),
    Member: ("name", "name_en", "credit_code", "code"),
    Demand: ("title", "grade", "required_indicators"),
    Chain: ("name", "name_en", "place_name", "place_name_en", "code"),
}
Keys = dict[type[Model], dict[str, int]]
BATCH = 500
AT_A_TIME = 2000  # rows written between two looks whether somebody wants it to stop
Watch = Callable[[], None]


def unwatched() -> None:
    """Nobody waits for a sign."""


def parts(rows: Sequence[Any], watch: Watch) -> Iterator[Sequence[Any]]:
    """The rows in parts, with a sign before each and after the last."""
    for start in range(0, len(rows), AT_A_TIME):
        watch()
        yield rows[start : start + AT_A_TIME]
    watch()


def too_long(tables: Mapping[str, Iterable[Row]]) -> list[Refusal]:
    """Texts that do not fit into their columns."""
    return [
        reason
        for table, rows in tables.items()
        for reason in rules.too_long(table, rows, _limits(Chain if table == "chain" else compute.MODELS[table]))
    ]


def write(
    chain: Chain, tables: rules.Tables, *, on_site: Mapping[tuple[str, str], bool], watch: Watch = unwatched
) -> list[str]:
    """Make the named rows what is told (None: gone), all others stay; returns organisations new to the registry.

    ``on_site`` says it of rows that are new; a row that stands keeps its own.
    """
    for row in tables.get("chain", {}).values():
        _write_chain(chain, row or {})
    members = [_whole("organisations", code, row) for code, row in tables.get("organisations", {}).items() if row]
    known = set(Organisation.objects.filter(code__in=[row["code"] for row in members]).values_list("code", flat=True))
    if members:
        own = _only_here(chain, [row["code"] for row in members], watch)
        parties.register(members, own=own)
    keys: Keys = {}
    for table, model in compute.MODELS.items():
        new = [_whole(table, code, row) for code, row in tables.get(table, {}).items() if row is not None]
        _upsert(chain, model, new, keys, on_site, watch)
    _set_parents(chain, tables.get("products", {}), keys)
    for table in reversed(compute.MODELS):
        gone = [code for code, row in tables.get(table, {}).items() if row is None]
        _delete(chain, compute.MODELS[table], gone)
    return [row["code"] for row in members if row["code"] not in known]


def changed(chain: Chain, at: datetime, fingerprint: str) -> None:
    """The data are other ones now: a new stamp, and the fingerprint of all that is kept."""
    chain.stamp += 1
    chain.changed_at, chain.fingerprint = at, fingerprint
    chain.save()
    mechanisms.tell("atlas.changed", chain=chain, at=at)


def _whole(table: str, code: str, row: Row) -> Row:
    """Every column of a row, "" where a text and None where a number or a day is missing."""
    empty = {
        c.name: "" if c.type == "string" else False if c.type == "boolean" else None for c in compute.TABLES[table]
    }
    return {**empty, **row, "code": code}


def _write_chain(chain: Chain, row: Row) -> None:
    whole = _whole("chain", chain.code, row)
    for column, value in whole.items():
        setattr(chain, column, value)
    chain.search = rules.search_text(*(str(whole[c]) for c in SEARCHED[Chain]))
    chain.save()
    chain.refresh_from_db()  # days are days again, not the text they were told as


def _only_here(chain: Chain, codes: Sequence[str], watch: Watch) -> set[str]:
    """Codes of organisations that no other chain knows and nobody acts for: these take a new name."""
    found = set()
    for start in range(0, len(codes), BATCH):
        watch()
        part = Organisation.objects.filter(code__in=codes[start : start + BATCH], rolegrant=None)
        elsewhere = Member.objects.filter(organisation__in=part).exclude(chain=chain).values("organisation_id")
        found |= set(part.exclude(pk__in=elsewhere).filter(memberships__chain=chain).values_list("code", flat=True))
    return found


def _upsert(
    chain: Chain, model: type[Model], rows: list[Row], keys: Keys, on_site: Mapping[tuple[str, str], bool], watch: Watch
) -> None:
    """Write rows by (chain, code) in bulk; a reference is looked up by its code."""
    if not rows:
        return
    table = "sources" if model is Source else str(model.TABLE)  # type: ignore[attr-defined]
    columns = [c for c in rows[0] if not (model is Product and c == "parent")]
    fields = {f.name: f for f in model._meta.fields if f.name in columns and f.related_model}
    owner: dict[str, Any] = {"chain": chain.code if model is Source else chain}
    searched = SEARCHED.get(model, ())
    organisations = _keys(chain, Member, keys) if model is not Member else _registry(rows)
    objects = []
    for n, row in enumerate(rows):
        if not n % AT_A_TIME:
            watch()
        values = {c: row[c] for c in columns if c not in fields}
        for name, field in fields.items():
            target = cast(type[Model], field.related_model)
            known = organisations if target is Organisation else _keys(chain, target, keys)
            values[field.attname] = known[row[name]] if row[name] else None
        if model is Member:
            values["organisation_id"] = organisations[row["code"]]
        if searched:
            values["search"] = rules.search_text(*(str(row[c]) for c in searched))
        if issubclass(model, FactRow):
            values["on_site"] = on_site.get((table, row["code"]), False)
        objects.append(model(**owner, **values))
    written = [c for c in columns if c != "code"] + (["search"] if searched else [])
    for part in parts(objects, watch):
        model._default_manager.bulk_create(
            part, batch_size=BATCH, update_conflicts=True, unique_fields=["chain", "code"], update_fields=written
        )
    keys.pop(model, None)


def _registry(rows: Sequence[Row]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(rows), BATCH):
        codes = [row["code"] for row in rows[start : start + BATCH]]
        found.update(Organisation.objects.filter(code__in=codes).values_list("code", "pk"))
    return found


def _keys(chain: Chain, model: type[Model], keys: Keys) -> dict[str, int]:
    """Primary keys by code, read once: of members, the organisation's."""
    if model not in keys:
        rows = model._default_manager.filter(chain=chain.code if model is Source else chain)
        keys[model] = dict(rows.values_list("code", "organisation_id" if model is Member else "pk"))
    return keys[model]


def _set_parents(chain: Chain, rows: Mapping[str, Row | None], keys: Keys) -> None:
    told = {code: row.get("parent") for code, row in rows.items() if row is not None}
    codes = _keys(chain, Product, keys) if told else {}
    changed = []
    for start in range(0, len(told), BATCH):
        some = [codes[code] for code in list(told)[start : start + BATCH]]
        for product in Product.objects.filter(pk__in=some).only("pk", "code", "parent_id"):
            parent = codes[told[product.code]] if told[product.code] else None  # type: ignore[index]
            if product.parent_id != parent:
                product.parent_id = parent
                changed.append(product)
    Product.objects.bulk_update(changed, ["parent"], batch_size=200)


def _delete(chain: Chain, model: type[Model], codes: Sequence[str]) -> None:
    rows = model._default_manager.filter(chain=chain.code if model is Source else chain)
    for start in range(0, len(codes), BATCH):
        rows.filter(code__in=codes[start : start + BATCH]).delete()


def _limits(model: type[Model]) -> dict[str, int]:
    return {f.name: f.max_length for f in model._meta.fields if isinstance(f, models.CharField) and f.max_length}
