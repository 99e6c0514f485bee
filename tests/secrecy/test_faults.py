"""B3: a fault at every database statement of the key deeds of both roads leaves the state before, or the state after."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lianban import read_chain, samples
from lianban.apps.agreements import services as agreements
from lianban.apps.atlas import services as atlas
from lianban.apps.challenges import services as challenges
from lianban.apps.consortia import services as consortia
from lianban.apps.parties.services import SYSTEM
from lianban.apps.projects import services as projects
from lianban.apps.review import services as review
from lianban.apps.sealing import services as sealing
from lianban.cli.demo import challenges as challenge_walk
from lianban.cli.demo import consortium as consortium_walk
from lianban.cli.demo import scene
from tests import faults

KEY_DEEDS = (
    (agreements, "sign"), (consortia, "decide"), (consortia, "confirm_contribution"), (consortia, "start_project"),
    (projects, "decide_stage"), (projects, "pay"), (projects, "conclude"), (consortia, "pay_split"),
    (projects, "confirm_rise"), (sealing, "give_share"), (review, "freeze"), (challenges, "post"), (challenges, "race"),
)  # fmt: skip


def walk_with_faults(monkeypatch: pytest.MonkeyPatch, stride: int) -> tuple[Counter[str], dict[str, list[int]]]:
    """Walk both roads of the demo; the first time each key deed is done, break it at its statements before it is done."""
    tried: Counter[str] = Counter()
    torn: dict[str, list[int]] = {}

    def broken_first(name: str, deed: Any) -> Any:
        def first_break_then_do(**told: Any) -> Any:
            if not tried[name]:
                tried[name], found = faults.between(lambda: deed(**told), stride)
                if found:
                    torn[name] = found
            return deed(**told)

        return first_break_then_do

    for services, name in KEY_DEEDS:
        monkeypatch.setattr(
            services, name, broken_first(f"{services.__name__.split('.')[2]}.{name}", getattr(services, name))
        )
    now = timezone.now()
    chain = atlas.load_package(chain=read_chain(samples.path("antibody")), by=SYSTEM, at=now)
    scene._accounts("long-enough-1", now)
    scene._example_demands(now)
    consortium_walk.before_the_work(chain, now)
    chain.refresh_from_db()
    consortium_walk.go(consortium_walk.Walk(chain, now - timedelta(days=consortium_walk.DAYS)))
    challenge_walk.go(challenge_walk.Walk(chain, now - timedelta(days=challenge_walk.DAYS)), now)
    return tried, torn


@pytest.mark.slow
@pytest.mark.django_db
def test_a_fault_leaves_nothing_half_done(monkeypatch):
    tried, torn = walk_with_faults(monkeypatch, stride=11)

    assert torn == {}
    assert len(tried) == len(KEY_DEEDS) and min(tried.values()) > 0


@pytest.mark.evidence
@pytest.mark.django_db
def test_a_fault_at_every_statement_leaves_nothing_half_done(monkeypatch):
    tried, torn = walk_with_faults(monkeypatch, stride=1)

    print({"statements": dict(tried)})
    assert torn == {}
