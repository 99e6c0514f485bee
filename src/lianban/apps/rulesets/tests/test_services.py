from datetime import UTC, date, datetime

import pytest

from lianban.apps.journal.models import Entry
from lianban.apps.parties.rules import Actor, Grant
from lianban.apps.rulesets import queries, services
from lianban.kit.mechanisms import all_deeds
from lianban.kit.refusals import Refused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def actor(role):
    return Actor(7, "someone", (Grant(role),), all_deeds())


def put(role="office_head", **changes):
    values = {"pack": "cn-core-2025", "starts_on": TODAY, "overrides": {}, "document": "会议纪要"} | changes
    return services.put_in_force(**values, by=actor(role), at=NOW)


def test_without_a_decision_the_default_pack_holds():
    assert queries.in_force("mab", TODAY).pack == "cn-core-2025"


def test_a_decision_for_one_chain_stands_before_the_one_for_all():
    put(pack="us-2023")
    put(pack="eu-2021", chain="mab")

    assert queries.in_force("mab", TODAY).pack == "eu-2021"
    assert queries.in_force("nev", TODAY).pack == "us-2023"


def test_the_newest_decision_that_has_begun_holds():
    put(pack="us-2023")
    put(pack="eu-2021", starts_on=date(2026, 12, 1))

    assert queries.in_force("", TODAY).pack == "us-2023"
    assert queries.in_force("", date(2026, 12, 1)).pack == "eu-2021"


def test_overrides_reach_the_loaded_rule_set_and_the_journal():
    put(overrides={"diagnosis.hhi.severe": 0.35})

    choice = queries.in_force("mab", TODAY)

    assert choice.load().value("diagnosis.hhi.severe") == 0.35
    assert choice.load().overridden == ("diagnosis.hhi.severe",)
    entry = Entry.objects.get(verb="rulesets.put_in_force")
    assert entry.facts["overrides"] == {"diagnosis.hhi.severe": 0.35}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"pack": "../../etc/passwd"}, "rulesets.no_such_pack"),
        ({"overrides": {"diagnosis.nothing": 1}}, "rulesets.override_wrong"),
        ({"overrides": {"diagnosis.hhi.severe": 7}}, "rulesets.override_wrong"),
        ({"starts_on": date(2020, 1, 1)}, "rulesets.starts_in_past"),
        ({"document": ""}, "rulesets.no_document"),
    ],
)
def test_what_cannot_be_put_in_force(changes, code):
    with pytest.raises(Refused) as refused:
        put(**changes)

    assert code in [refusal.code for refusal in refused.value.refusals]
    assert queries.in_force("", TODAY).row is None


@pytest.mark.parametrize("role", ["visitor", "enterprise", "officer", "chief", "analyst"])
def test_only_the_head_and_the_administrator_decide(role):
    with pytest.raises(Refused) as refused:
        put(role)

    assert refused.value.status == 403


def test_one_day_has_one_rule_set():
    put()

    with pytest.raises(Refused, match="day_taken"):
        put(pack="eu-2021")
