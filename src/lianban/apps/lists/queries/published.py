"""Published lists: their versions, and what differs from one to the next."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lianban.apps.atlas.models import Chain
from lianban.apps.lists.models import Publication
from lianban.apps.lists.queries.live import Live
from lianban.apps.lists.rules import LISTS
from lianban.apps.maps.rules import Difference, differences
from lianban.apps.parties.rules import Actor


@dataclass
class Versions:
    """Two states of one list, rows matched by their key; ``after`` may be the list as it stands."""

    columns: list[dict[str, Any]]
    differences: list[Difference]
    before: dict[str, Any]
    after: dict[str, Any]

    def name(self, code: str) -> Any:
        """What a row is called, by its newer state."""
        row = self.after.get(code) or self.before[code]
        return row.get("name") or code


def publications(chain: Chain, actor: Actor, key: str = "") -> QuerySet[Publication]:
    """Published versions this reader may see, newest first, without their rows; one statement.

    By class; and inner ones (office and above) only to those who may read such rows at all.
    """
    found = Publication.objects.filter(chain=chain, confidentiality__in=actor.visible_classes(chain.code))
    closed = [one.key for one in LISTS if one.deed and not actor.may(one.deed, chain.code)]
    found = found.exclude(list__in=closed, confidentiality__in=("office", "private"))
    return (found.filter(list=key) if key else found).defer("rows", "columns")


def publication(chain: Chain, actor: Actor, key: str, version: int) -> Publication | None:
    """One version with its rows, or None where it is missing or hidden; one statement."""
    return publications(chain, actor, key).defer(None).filter(version=version).first()


def newest(chain: Chain, actor: Actor) -> dict[str, Publication]:
    """The newest version of each list that this reader may see; one statement."""
    found: dict[str, Publication] = {}
    for row in publications(chain, actor):
        found.setdefault(row.list, row)
    return found


def versions(before: Publication, after: Publication | Live) -> Versions:
    """What was added, removed and changed; no statement. Columns that only one side has are compared too."""
    columns = after.plain_columns if isinstance(after, Live) else after.columns
    names = [column["key"] for column in columns]
    more = [column for column in before.columns if column["key"] not in names]
    old, new = ({str(row["key"]): row for row in side.rows} for side in (before, after))
    return Versions([*columns, *more], differences(old, new), old, new)
