"""Two entries of the registry that are one organisation: made one by a human, and taken apart again."""

from datetime import datetime
from typing import Any

from django.db import transaction

from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.models import FACTS, Chain, Member
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation, RoleGrant
from lianban.apps.parties.rules import Actor
from lianban.apps.upkeep import rules
from lianban.apps.upkeep.models import Merge
from lianban.kit.refusals import refuse, refuse_if_any


@transaction.atomic
def merge(*, kept_id: int, merged_id: int, reason: str, by: Actor, at: datetime) -> Merge:
    """合并: what is said of one is said of the other from now on; its name and code stay as an alias."""
    parties.require(by, "upkeep.merge")
    _hold(_chains_of(merged_id))
    found = {
        row.pk: row
        for row in Organisation.objects.select_for_update(no_key=True)
        .filter(pk__in=(kept_id, merged_id))
        .order_by("pk")
    }
    kept, merged = found[kept_id], found[merged_id]
    acting = RoleGrant.objects.filter(organisation=merged, ends_on=None).count()
    gone = Merge.objects.filter(merged__in=found, undone_at=None).exists()
    codes = (kept.credit_code, merged.credit_code)
    refuse_if_any(
        rules.merge_refusals(same=kept.pk == merged.pk, codes=codes, reason=reason, accounts=acting, gone=gone)
    )
    made = Merge.objects.create(kept=kept, merged=merged, reason=reason.strip(), by=by.reference, at=at)
    for chain in Chain.objects.filter(pk__in=_chains_of(merged.pk)).order_by("pk"):
        done = atlas.enter(
            chain=chain,
            tables=_moved(chain, kept, merged),
            kind="merge",
            subject=made.reference,
            note=reason,
            by=by,
            at=at,
        )
        made.changes.append(done.pk)
    made.alias = _alias(kept, merged, made, by, at)
    made.save(update_fields=["changes", "alias"])
    facts = {"kept": kept.code, "merged": merged.code, "changes": made.changes}
    journal.record("upkeep.merged", subject=made.reference, by=by, at=at, facts=facts)
    return made


def _hold(chains: set[int]) -> None:
    """Lock every chain it touches before any organisation, and all of them before the journal."""
    list(Chain.objects.select_for_update(no_key=True).filter(pk__in=chains).order_by("pk"))


def _chains_of(merged: int) -> set[int]:
    """Chains in which a row points to it; a statement for each column that can."""
    return {
        pk
        for model in FACTS
        for column in _columns(model)
        for pk in model._default_manager.filter(**{column: merged})
        .order_by()
        .values_list("chain_id", flat=True)
        .distinct()
    }


def _columns(model: Any) -> list[str]:
    return [field.name for field in model._meta.fields if field.related_model is Organisation]


def _moved(chain: Chain, kept: Organisation, merged: Organisation) -> dict[str, dict[str, Any]]:
    """The rows of a chain with one organisation in place of the other."""
    tables: dict[str, dict[str, Any]] = {"organisations": {}}
    for model in FACTS:
        for column in _columns(model) if model is not Member else ():
            for row in model._default_manager.filter(chain=chain, **{column: merged}):
                tables.setdefault(model.TABLE, {}).setdefault(row.code, {})[column] = kept.code
    member = Member.objects.filter(chain=chain, organisation=merged).first()
    if member is not None:
        tables["organisations"][member.code] = None
        if not Member.objects.filter(chain=chain, organisation=kept).exists():
            own = {
                column: getattr(kept, column) for column in ("name", "name_en", "credit_code") if getattr(kept, column)
            }
            tables["organisations"][kept.code] = {**atlas.row_as_told(member), **own, "code": kept.code}
    return {table: rows for table, rows in tables.items() if rows}


def _alias(kept: Organisation, merged: Organisation, made: Merge, by: Actor, at: datetime) -> int:
    """The name by which others still know it; the same name needs none, its code does."""
    name = merged.name if merged.name != kept.name else merged.code
    source = f"/upkeep/merges/#{made.pk}"
    return parties.add_name(
        organisation=kept.pk, kind="alias", name=name, code=merged.code, source=source, by=by, at=at
    ).pk


@transaction.atomic
def take_apart(*, merge_id: int, by: Actor, at: datetime) -> Merge:
    """撤销合并: every chain's change is undone, the alias goes."""
    parties.require(by, "upkeep.merge")
    made = Merge.objects.get(pk=merge_id)
    _hold(set(Chain.objects.filter(changes__in=made.changes).values_list("pk", flat=True)))
    list(
        Organisation.objects.select_for_update(no_key=True).filter(pk__in=(made.kept_id, made.merged_id)).order_by("pk")
    )
    made = Merge.objects.select_for_update().get(pk=merge_id)
    again = refuse("upkeep.apart_already", "这次合并已经撤销", "this merge was undone before")
    refuse_if_any([again] if made.undone_at else [])
    for change in reversed(made.changes):
        atlas.undo(change_id=change, by=by, at=at)
    if made.alias:
        parties.drop_name(name_id=made.alias, by=by, at=at)
    made.undone_by, made.undone_at, made.alias = by.reference, at, None
    made.save(update_fields=["undone_by", "undone_at", "alias"])
    journal.record("upkeep.taken_apart", subject=made.reference, by=by, at=at)
    return made
