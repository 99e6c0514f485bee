"""Keeping the index in step with what may be found."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from lianban.apps.atlas.models import Chain, Demand, Member, Product, Segment
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.services import Progress
from lianban.apps.parties.models import Organisation, OrganisationName
from lianban.apps.parties.services import SYSTEM
from lianban.apps.search import rules
from lianban.apps.search.models import Findable, Indexed
from lianban.kit.confidentiality import highest

AT_ONCE = 3000  # rows indexed within the change itself, about a second; more are a background job
BATCH = 2000


class Row(NamedTuple):
    """What the index has to know of a row: its class, with all it points at, and its names."""

    kind: str
    row: int
    alias: int
    of_class: str
    names: tuple[str, ...]


def follow(*, chain: Chain, at: datetime) -> None:
    """The facts of a chain changed: bring the index up to them, at once or, where they are many, by a job."""
    gone, new = _differences(chain, _rows(chain))
    if len(new) > AT_ONCE:
        jobs.enqueue("search.index", by=SYSTEM, chain=chain.code)
        return
    _write(chain, gone, new)
    _done(chain, at)


def follow_names(*, organisation: Organisation, at: datetime) -> None:
    """The other names of an organisation changed: index it anew in every chain it is in."""
    for chain in Chain.objects.filter(pk__in=organisation.memberships.values("chain")).order_by("pk"):
        members = Member.objects.filter(chain=chain, organisation=organisation)
        rows = list(_organisations(chain, members))
        known = Findable.objects.filter(chain=chain, kind="o", row__in=[row.row for row in rows])
        gone, new = _differences(chain, rows, known)
        _write(chain, gone, new)


@transaction.atomic
def index(*, chain: Chain, at: datetime, progress: Progress | None = None) -> int:
    """Bring the index of a chain up to its facts; gives how many rows were indexed anew."""
    chain = Chain.objects.select_for_update(no_key=True).get(pk=chain.pk)
    gone, new = _differences(chain, _rows(chain))
    _write(chain, gone, new, progress)
    _done(chain, at)
    return len(new)


def work(progress: Progress, *, chain: str = "", day: str = "") -> dict[str, Any]:
    """The background job: one chain, or once a day every chain whose index lags behind."""
    known = dict(Indexed.objects.values_list("chain_id", "stamp"))
    chains = Chain.objects.filter(code=chain) if chain else Chain.objects.all()
    behind = [one for one in chains.order_by("pk") if chain or known.get(one.pk) != one.stamp]
    return {one.code: index(chain=one, at=timezone.now(), progress=progress) for one in behind}


def _done(chain: Chain, at: datetime) -> None:
    Indexed.objects.update_or_create(chain=chain, defaults={"stamp": chain.stamp, "at": at})


def _differences(
    chain: Chain, rows: Iterable[Row], known: Any = None
) -> tuple[list[int], list[tuple[Row, int]]]:  # fmt: skip
    """Entries that are no longer true, and rows to be indexed anew with their digests; one statement."""
    entries = Findable.objects.filter(chain=chain) if known is None else known
    there = {(k, r, a): (pk, d) for pk, k, r, a, d in entries.values_list("pk", "kind", "row", "alias", "digest")}
    gone, new = [], []
    for row in rows:
        pk, digest = there.pop((row.kind, row.row, row.alias), (0, None))
        now = rules.digest(row.of_class, row.names)
        if now != digest:
            new.append((row, now))
            gone += [pk] if pk else []
    return gone + [pk for pk, _ in there.values()], new


def _write(chain: Chain, gone: list[int], new: list[tuple[Row, int]], progress: Progress | None = None) -> None:
    for start in range(0, len(gone), BATCH):
        Findable.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    for start in range(0, len(new), BATCH):
        entries = [
            Findable(
                chain=chain, kind=row.kind, row=row.row, alias=row.alias, digest=digest,
                tokens=rules.index_text(chain.pk, row.of_class, row.kind, row.names),
            )
            for row, digest in new[start : start + BATCH]
        ]  # fmt: skip
        Findable.objects.bulk_create(entries, batch_size=500)
        if progress is not None:
            progress(start + len(entries), len(new))


def _rows(chain: Chain) -> Iterator[Row]:
    """Everything of a chain that can be found; five statements."""
    for pk, *names in Segment.objects.filter(chain=chain).values_list("pk", "name", "name_en", "code"):
        yield Row("s", pk, 0, "open", tuple(names))
    products = Product.objects.filter(chain=chain)
    columns = ("name", "name_en", "grade", "application", "code")
    for pk, of_class, *names in products.values_list("pk", "confidentiality", *columns):
        yield Row("p", pk, 0, of_class, tuple(names))
    members = Member.objects.filter(chain=chain)
    yield from _organisations(chain, members)
    firms = dict(members.values_list("organisation_id", "confidentiality"))
    demands = Demand.objects.filter(chain=chain)
    seen = ("confidentiality", "raised_by_id", "product__confidentiality")
    for pk, of_class, firm, about, *names in demands.values_list("pk", *seen, "title", "grade", "code"):
        if firm in firms:
            yield Row("d", pk, 0, highest(of_class, firms[firm], about or "open"), tuple(names))


def _organisations(chain: Chain, members: Any) -> Iterator[Row]:
    of_class, own = {}, ("name", "name_en", "credit_code", "code")
    for pk, organisation, klass, *names in members.values_list("pk", "organisation_id", "confidentiality", *own):
        of_class[organisation] = (pk, klass)
        credit = names[2]
        yield Row("o", pk, 0, klass, (*names, credit[8:17]))  # the nine of the organisation code inside it
    others = OrganisationName.objects.filter(organisation__in=members.values("organisation_id"))
    for pk, organisation, klass, name, code in others.values_list("pk", "organisation_id", "confidentiality", "name", "code"):  # fmt: skip
        member, narrow = of_class[organisation]
        yield Row("o", member, pk, highest(klass, narrow), (name, code))
