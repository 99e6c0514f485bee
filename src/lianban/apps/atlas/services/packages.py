"""Loading a whole package: the chain becomes what it says, as one change set that can be undone."""

from datetime import date, datetime

from django.db import models, transaction

from lianban.apps.atlas import compute, rules
from lianban.apps.atlas.models import FACTS, Assessment, Chain
from lianban.apps.atlas.rules import Rows
from lianban.apps.atlas.services import changing, writing
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def load_package(*, chain: compute.Package, by: Actor, at: datetime, confidentiality: str = "open") -> Chain:
    """Make the data of one chain what a package says; all or nothing.

    Rows are updated in place by code, rows gone from the package go, rows entered on the site stay.
    Loading the same content again changes nothing.
    """
    refuse_if_any(compute.package_refusals(chain))
    info = compute.from_package(chain)["chain"][0]
    parties.require(by, "atlas.load_package", info["code"])
    refuse_if_any(rules.chain_code_refusals(info["code"]))
    after = {
        table: {row["code"]: compute.told(row) for row in rows} for table, rows in compute.from_package(chain).items()
    }
    refuse_if_any(writing.too_long({table: rows.values() for table, rows in after.items()}))
    row, made = Chain.objects.select_for_update(no_key=True).get_or_create(code=info["code"], defaults={**info})
    if not made and row.fingerprint == chain.fingerprint and row.confidentiality == confidentiality:
        return row
    before = {} if made else compute.rows(row)
    if not made:
        after = rules.settled(_with_site_rows(row, before, after), compute.references())
    after["chain"][row.code] |= {"confidentiality": confidentiality, "data_date": _until(row, after).isoformat()}
    changes = rules.differences(before, after)
    if not changes:
        return row
    fingerprint = chain.fingerprint if made else compute.from_rows(after, name=row.code).fingerprint
    changing.commit(row, changes, fingerprint, kind="package", by=by, at=at, whole=made)
    return row


def _with_site_rows(chain: Chain, before: dict[str, Rows], after: dict[str, Rows]) -> dict[str, Rows]:
    """The package, with the rows entered on the site that it does not have, and their sources."""
    both = {table: dict(rows) for table, rows in after.items()}
    for model in FACTS:
        for code in model._default_manager.filter(chain=chain, on_site=True).values_list("code", flat=True):
            row = both[model.TABLE].setdefault(code, before[model.TABLE][code])
            if row["source"] not in both["sources"] and row["source"] in before["sources"]:
                both["sources"][row["source"]] = before["sources"][row["source"]]
    return both


def _until(chain: Chain, after: dict[str, Rows]) -> date:
    """The data date, moved on to the newest judgement entered here: judgements count when made by then (decision 0031)."""
    told = date.fromisoformat(after["chain"][chain.code]["data_date"])
    newest = Assessment.objects.filter(chain=chain, on_site=True).aggregate(last=models.Max("observed_on"))["last"]
    return max(told, newest) if newest else told
