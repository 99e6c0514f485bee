"""The stage of the measures: the small chain of the diagnosis, diagnosed, with its candidates."""

import pytest

from lianban.apps.diagnosis.tests.conftest import (  # noqa: F401
    NOW,
    TODAY,
    cast,
    diagnosed,
    each_diagnosis_once,
    firm,
    load,
    remember_studies,
    sign_in,
)
from lianban.apps.measures import compute, queries, services
from lianban.apps.parties.services import SYSTEM


@pytest.fixture(autouse=True)
def each_study_once(monkeypatch):
    remember_studies(monkeypatch, compute.STUDIES)


@pytest.fixture
def candidates(diagnosed):  # noqa: F811
    """The chain with its candidate actions."""
    services.study_now(chain=diagnosed.chain, kind="actions", by=SYSTEM, at=NOW)
    return diagnosed.chain


@pytest.fixture
def enter(candidates, cast):  # noqa: F811
    """Enter a cost in yuan for the nth candidate; gives the code of the action."""
    codes = [one["code"] for one in queries.found(candidates, cast("officer")).result["actions"]]

    def cost(place, yuan, **changes):
        given = {"source": "询价单", "observed_on": TODAY, "confidentiality": "office", **changes}
        services.enter_cost(
            chain=candidates, action=codes[place], amount_fen=round(yuan * 100), by=cast("officer"), at=NOW, **given
        )
        return codes[place]

    return cost
