"""Publishing a list: frozen for readers of one class, with version, date and signer."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from lianban.apps.atlas.models import Chain
from lianban.apps.journal import services as journal
from lianban.apps.lists import queries, rules
from lianban.apps.lists.models import Publication
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.confidentiality import highest
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def publish(
    *, chain: Chain, kind: rules.Kind, confidentiality: str, signer: str, by: Actor, at: datetime, note: str = ""
) -> Publication:
    """发布清单: freeze what readers of a class may see of a list now, as its next version."""
    parties.require(by, "lists.publish", chain.code)
    chain = Chain.objects.select_for_update(no_key=True).get(pk=chain.pk)  # versions count up one behind the other
    found = queries.live(kind, chain, queries.reader_of(confidentiality))
    sealed = rules.digest(found.plain_columns, found.rows)
    every = Publication.objects.filter(chain=chain, list=kind.key).defer("rows", "columns")
    last = every.filter(confidentiality=confidentiality).first()
    refuse_if_any(
        rules.publication_refusals(
            kept=kind.kept, signer=signer, may_see_class=by.may_see(confidentiality, chain.code),
            reaches_chain=highest(confidentiality, chain.confidentiality) == confidentiality,
            same=last.version if last and last.digest == sealed else None,
        )
    )  # fmt: skip
    newest = every.first()
    row = Publication.objects.create(
        chain=chain, list=kind.key, version=newest.version + 1 if newest else 1, confidentiality=confidentiality,
        published_on=localdate(at), signer=signer.strip(), note=note.strip(), columns=found.plain_columns, rows=found.rows,
        digest=sealed, data_stamp=chain.stamp, data_date=chain.data_date, run=found.run, published_by=by.reference,
        published_at=at,
    )  # fmt: skip
    journal.record("lists.published", subject=row.reference, by=by, at=at, facts={
        "chain": chain.code, "list": kind.key, "version": row.version, "rows": len(row.rows), "class": confidentiality, "digest": sealed,
    })  # fmt: skip
    return row
