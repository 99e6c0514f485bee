"""What other mechanisms put into a chain's data: an accepted demand, a delivery, a judgement. Done twice it is one row."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from lianban.apps.atlas.models import Assessment, Chain, Demand, FactRow, Member, Production
from lianban.apps.atlas.services import changing
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.kit.confidentiality import CONFIDENTIALITY


@transaction.atomic
def enter_demand(
    *, chain: Chain, code: str, raised_by: Organisation, source: Mapping[str, Any], by: Actor, at: datetime,
    **columns: Any,
) -> Demand:  # fmt: skip
    """Put a demand accepted on the site into the chain's data, where diagnosis hears it.

    ``source`` has the columns of a source (code, title, kind …); ``columns`` those of a demand, products as rows.
    """
    _enter(Demand, chain, code, raised_by, source, {**columns, "raised_by": raised_by}, by, at)
    return Demand.objects.get(chain=chain, code=code)


@transaction.atomic
def enter_production(
    *, chain: Chain, code: str, organisation: Organisation, source: Mapping[str, Any], by: Actor, at: datetime,
    **columns: Any,
) -> Production:  # fmt: skip
    """Put what an organisation says it makes into the chain's data."""
    _enter(Production, chain, code, organisation, source, {**columns, "organisation": organisation}, by, at)
    return Production.objects.get(chain=chain, code=code)


@transaction.atomic
def enter_assessment(
    *, chain: Chain, code: str, organisation: Organisation, source: Mapping[str, Any], by: Actor, at: datetime,
    **columns: Any,
) -> Assessment:  # fmt: skip
    """Put a judgement reached on the site into the chain's data, with the organisation it is about.

    The data date moves on to it: judgements count when made by then (decision 0031).
    """
    locked = Chain.objects.select_for_update(no_key=True).get(pk=chain.pk)
    moved = max(locked.data_date, columns["observed_on"])
    _enter(Assessment, chain, code, organisation, source, columns, by, at, data_date=moved)
    return Assessment.objects.get(chain=chain, code=code)


def _enter(
    model: type[FactRow], chain: Chain, code: str, organisation: Organisation, source: Mapping[str, Any],
    columns: Mapping[str, Any], by: Actor, at: datetime, data_date: date | None = None,
) -> None:  # fmt: skip
    chain = Chain.objects.select_for_update(no_key=True).get(pk=chain.pk)
    kept = {name: value for name, value in source.items() if name != "code"}
    tables: dict[str, dict[str, Mapping[str, Any]]] = {
        "sources": {source["code"]: kept},
        "organisations": _member(chain, organisation, source["code"], columns),
        model.TABLE: {code: {**columns, "source": source["code"]}},
    }
    if data_date is not None:
        tables["chain"] = {chain.code: {"data_date": data_date}}
    changes, package = changing.prepared(chain, tables)
    if changes:
        site = {(table, one): True for table, rows in changes.items() for one in rows}
        kind, subject = model._meta.model_name or "", f"atlas.{model._meta.model_name}:{code}"
        changing.commit(chain, changes, package.fingerprint, kind=kind, by=by, at=at, subject=subject, on_site=site)
    model._default_manager.filter(chain=chain, code=code, on_site=False).update(on_site=True)


def _member(chain: Chain, organisation: Organisation, source: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    """The organisation's row in the chain: new, or opened to a wider circle; a row would else point at a hidden one."""
    seen = {"observed_on": columns["observed_on"], "confidentiality": columns.get("confidentiality", "office")}
    member = Member.objects.filter(chain=chain, code=organisation.code).first()
    if member is None:
        names = {c: getattr(organisation, c) for c in parties.REGISTRY if c != "code"}
        return {organisation.code: {**names, **seen, "source": source}}
    wider = min(member.confidentiality, seen["confidentiality"], key=CONFIDENTIALITY.index)
    return {organisation.code: {"confidentiality": wider}} if member.on_site else {}
