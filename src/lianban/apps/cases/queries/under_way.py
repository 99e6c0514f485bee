"""Under way (正在推进): the consortia and challenges a reader may know of that have not come to their end, newest first."""

from dataclasses import dataclass

from lianban.apps.atlas.models import Chain
from lianban.apps.challenges import queries as challenges
from lianban.apps.challenges.models import Challenge
from lianban.apps.challenges.rules.steps import ENDS
from lianban.apps.consortia import queries as consortia
from lianban.apps.consortia import rules
from lianban.apps.consortia.models import Consortium
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text

SHOWN = 5  # of each road on the first page; the rest stand in its list


@dataclass(frozen=True, slots=True)
class Work:
    """One consortium or challenge: what to call it, its own page, and how far it is."""

    kind: Text
    row: Consortium | Challenge
    url: str
    state: Text

    @property
    def chain(self) -> Chain:
        return self.row.chain


def under_way(actor: Actor) -> list[Work]:
    """The newest of both roads; two statements. What this reader may not know of is not there."""
    alive = consortia.listing(actor).filter(state__in=rules.ALIVE)[:SHOWN]
    running = challenges.listing(actor).exclude(state__in=ENDS)[:SHOWN]
    return [
        *(Work(Text("创新联合体", "consortium"), row, "consortia:show", row.state_name) for row in alive),
        *(Work(Text("揭榜挂帅", "challenge"), row, "challenges:show", row.state_name) for row in running),
    ]
