"""What is done with chains: loading a package, entering a single demand that was accepted."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from django.db import models, transaction
from django.db.models import Model

from lianban.apps.atlas import compute, rules
from lianban.apps.atlas.models import FACTS, Assessment, Chain, Demand, FactRow, Member, Product, Production, Segment
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.apps.sources.models import Source
from lianban.kit import mechanisms
from lianban.kit.confidentiality import CONFIDENTIALITY
from lianban.kit.refusals import refuse_if_any

# Columns from which the search column of a table is filled.
SEARCHED = {
    Product: ("name", "name_en", "grade", "application", "code"),
    Member: ("name", "name_en", "credit_code", "code"),
    Demand: ("title", "grade", "required_indicators"),
    Chain: ("name", "name_en", "place_name", "place_name_en", "code"),
}
Rows = Sequence[Mapping[str, Any]]
Keys = dict[type[Model], dict[str, int]]


@transaction.atomic
def load_package(*, chain: compute.Package, by: Actor, at: datetime, confidentiality: str = "open") -> Chain:
    """Make the data of one chain what a package says; all or nothing.

    Rows are updated in place by code, rows gone from the package go, rows entered on the site stay.
    Loading the same content again changes nothing.
    """
    refuse_if_any(compute.package_refusals(chain))
    tables = compute.from_package(chain)
    info = tables["chain"][0]
    parties.require(by, "atlas.load_package", info["code"])
    refuse_if_any(rules.chain_code_refusals(info["code"]))
    kept: tuple[type[Model], ...] = (Chain, Segment, Source, *FACTS)
    refuse_if_any(r for model in kept for r in rules.too_long(_table(model), tables[_table(model)], _limits(model)))

    row, made = Chain.objects.select_for_update().get_or_create(code=info["code"], defaults={**info})
    fingerprint = chain.fingerprint
    if not made and row.fingerprint == fingerprint and row.confidentiality == confidentiality:
        return row
    for column, value in {**info, "confidentiality": confidentiality}.items():
        setattr(row, column, value)
    row.search = rules.search_text(*(str(info[c]) for c in SEARCHED[Chain]))
    _write_tables(row, tables)
    row.data_date = _judged_until(row)
    _changed(row, at)
    facts = {"fingerprint": fingerprint, "stamp": row.stamp, "rows": {t: len(r) for t, r in tables.items()}}
    journal.record("atlas.package_loaded", subject=f"chain:{row.code}", by=by, at=at, facts=facts)
    return row


@transaction.atomic
def enter_demand(
    *, chain: Chain, code: str, raised_by: Organisation, source: Mapping[str, Any], by: Actor, at: datetime,
    **columns: Any,
) -> Demand:  # fmt: skip
    """Put a demand accepted on the site into the chain's data, where diagnosis hears it; done twice it is one row.

    ``source`` has the columns of a source (code, title, kind …); ``columns`` those of a demand, products as rows.
    """
    chain = Chain.objects.select_for_update().get(pk=chain.pk)
    kept = _source_and_member(chain, raised_by, source, columns)
    columns["search"] = rules.search_text(*(str(columns.get(c, "")) for c in SEARCHED[Demand]))
    demand, _ = Demand.objects.update_or_create(
        chain=chain, code=code, defaults={**columns, "raised_by": raised_by, "source": kept, "on_site": True}
    )
    _changed(chain, at)
    journal.record("atlas.demand_entered", subject=f"chain:{chain.code}", by=by, at=at, facts={"demand": code})
    return demand


@transaction.atomic
def enter_production(
    *, chain: Chain, code: str, organisation: Organisation, source: Mapping[str, Any], by: Actor, at: datetime,
    **columns: Any,
) -> Production:  # fmt: skip
    """Put what an organisation says it makes into the chain's data; done twice it is one row."""
    chain = Chain.objects.select_for_update().get(pk=chain.pk)
    kept = _source_and_member(chain, organisation, source, columns)
    production, _ = Production.objects.update_or_create(
        chain=chain, code=code, defaults={**columns, "organisation": organisation, "source": kept, "on_site": True}
    )
    _changed(chain, at)
    journal.record("atlas.production_entered", subject=f"chain:{chain.code}", by=by, at=at, facts={"production": code})
    return production


@transaction.atomic
def enter_assessment(
    *, chain: Chain, code: str, organisation: Organisation, source: Mapping[str, Any], by: Actor, at: datetime,
    **columns: Any,
) -> Assessment:  # fmt: skip
    """Put a judgement reached on the site into the chain's data, with the organisation it is about; done twice it is one row."""
    chain = Chain.objects.select_for_update().get(pk=chain.pk)
    kept = _source_and_member(chain, organisation, source, columns)
    judged, _ = Assessment.objects.update_or_create(
        chain=chain, code=code, defaults={**columns, "source": kept, "on_site": True}
    )
    chain.data_date = _judged_until(chain)
    _changed(chain, at)
    journal.record("atlas.assessment_entered", subject=f"chain:{chain.code}", by=by, at=at, facts={"assessment": code})
    return judged


def _source_and_member(
    chain: Chain, organisation: Organisation, source: Mapping[str, Any], columns: Mapping[str, Any]
) -> Source:
    """Keep the source of a row entered on the site, and make its organisation a member of the chain."""
    kept, _ = Source.objects.update_or_create(
        chain=chain.code, code=source["code"], defaults={k: v for k, v in source.items() if k != "code"}
    )
    seen = {"observed_on": columns["observed_on"], "confidentiality": columns.get("confidentiality", "office")}
    names = (organisation.name, organisation.name_en, organisation.credit_code, organisation.code)
    member, made = Member.objects.get_or_create(
        chain=chain,
        code=organisation.code,
        defaults={
            **{c: getattr(organisation, c) for c in parties.REGISTRY if c != "code"},
            **seen,
            "organisation": organisation,
            "source": kept,
            "on_site": True,
            "search": rules.search_text(*names),
        },
    )
    wider = min(member.confidentiality, seen["confidentiality"], key=CONFIDENTIALITY.index)
    if member.on_site and not made and wider != member.confidentiality:
        member.confidentiality = wider  # a row for a wider circle would else point at a member it cannot see
        member.save(update_fields=["confidentiality"])
    return kept


def _judged_until(chain: Chain) -> date:
    """The data date, moved on to the newest judgement entered here: judgements count when made by then (decision 0031)."""
    newest = Assessment.objects.filter(chain=chain, on_site=True).aggregate(last=models.Max("observed_on"))["last"]
    return max(chain.data_date, newest) if newest else chain.data_date


def _changed(chain: Chain, at: datetime) -> None:
    """The data are other ones now: a new stamp, and the fingerprint of all that is kept."""
    chain.stamp += 1
    chain.changed_at = at
    chain.save()
    chain.fingerprint = compute.to_chain(chain).fingerprint
    chain.save(update_fields=["fingerprint"])
    mechanisms.tell("atlas.changed", chain=chain, at=at)


def _write_tables(chain: Chain, tables: Mapping[str, Rows]) -> None:
    keys: Keys = {Organisation: parties.register(tables["organisations"], own=_only_here(chain))}
    _upsert(Source, {"chain": chain.code}, tables["sources"], keys)
    _upsert(Segment, {"chain": chain}, tables["segments"], keys)
    for model in FACTS:
        _upsert(model, {"chain": chain}, tables[model.TABLE], keys)
    _set_parents(chain, tables["products"], keys[Product])
    for model in reversed(FACTS):
        rows = model._default_manager.filter(chain=chain, on_site=False)
        _delete_gone(rows, {row["code"] for row in tables[model.TABLE]})
    _delete_gone(chain.segments.all(), {row["code"] for row in tables["segments"]})
    needed = {code for model in FACTS for code in _site_sources(model, chain)}
    _delete_gone(Source.objects.filter(chain=chain.code), {row["code"] for row in tables["sources"]} | needed)


def _only_here(chain: Chain) -> set[str]:
    """Codes of organisations that this chain alone knows and nobody acts for: a new package may rename them."""
    elsewhere = Member.objects.exclude(chain=chain).values("organisation_id")
    mine = Organisation.objects.filter(memberships__chain=chain).exclude(pk__in=elsewhere)
    return set(mine.filter(rolegrant=None).values_list("code", flat=True))


def _upsert(model: type[Model], owner: Mapping[str, Any], rows: Rows, keys: Keys) -> None:
    """Write rows by (chain, code) in bulk and note their keys; a reference is looked up by its code."""
    columns = [c for c in (rows[0] if rows else {}) if not (model is Product and c == "parent")]
    references = {f.name: f for f in model._meta.fields if f.name in columns and f.related_model}
    searched = SEARCHED.get(model, ())
    objects = []
    for row in rows:
        values = {c: row[c] for c in columns if c not in references}
        for name, field in references.items():
            values[field.attname] = keys[_target(field)][row[name]] if row[name] else None
        if model is Member:
            values["organisation_id"] = keys[Organisation][row["code"]]
        if searched:
            values["search"] = rules.search_text(*(str(row[c]) for c in searched))
        objects.append(model(**owner, **values))
    changing = [c for c in columns if c != "code"] + (["search"] if searched else [])
    if objects:
        model._default_manager.bulk_create(
            objects, batch_size=500, update_conflicts=True, unique_fields=["chain", "code"], update_fields=changing
        )
    if model in (Source, Segment, Product):
        keys[model] = dict(model._default_manager.filter(**owner).values_list("code", "pk"))


def _set_parents(chain: Chain, rows: Rows, keys: Mapping[str, int]) -> None:
    parents = {row["code"]: keys[row["parent"]] if row["parent"] else None for row in rows}
    changed = []
    for product in Product.objects.filter(chain=chain).only("pk", "code", "parent_id"):
        if product.code in parents and product.parent_id != parents[product.code]:
            product.parent_id = parents[product.code]
            changed.append(product)
    Product.objects.bulk_update(changed, ["parent"], batch_size=200)


def _delete_gone(rows: models.QuerySet[Any], staying: Collection[str]) -> None:
    gone = [pk for pk, code in rows.values_list("pk", "code") if code not in staying]
    for start in range(0, len(gone), 500):
        rows.model._default_manager.filter(pk__in=gone[start : start + 500]).delete()


def _site_sources(model: type[FactRow], chain: Chain) -> models.QuerySet[Any, str]:
    return model._default_manager.filter(chain=chain, on_site=True).values_list("source__code", flat=True)


def _table(model: type[Model]) -> str:
    return "sources" if model is Source else str(model.TABLE)  # type: ignore[attr-defined]


def _target(field: Any) -> type[Model]:
    return cast(type[Model], field.related_model)


def _limits(model: type[Model]) -> dict[str, int]:
    return {f.name: f.max_length for f in model._meta.fields if isinstance(f, models.CharField) and f.max_length}
