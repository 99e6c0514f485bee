"""Costs are kept row by row, portfolios freeze what they were computed from."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from lianban.apps.diagnosis.models import Study
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.journal.models import Entry
from lianban.apps.measures import queries, services
from lianban.apps.measures.models import ActionCost
from lianban.kit.refusals import Refused

from .conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


def ask(chain, by, **changes):
    given = {"budget_fen": 3_000_000_00, "objective": "expected", "over": None, "data_class": "office", **changes}
    return services.ask_portfolio(chain=chain, by=by, at=NOW, **given)


def newest(chain):
    return Study.objects.filter(chain=chain, kind="portfolio").order_by("-number").first()


def test_a_new_cost_stands_behind_the_old_and_the_newest_counts(candidates, enter, cast):
    code = enter(0, 1_000_000)
    enter(0, 2_000_000)

    assert ActionCost.objects.count() == 2
    assert queries.costs(candidates, cast("officer"))[code].amount_yuan == 2_000_000
    assert [row.amount_yuan for row in queries.history(candidates, code, cast("officer"))] == [2_000_000, 1_000_000]


def test_a_withdrawn_cost_is_no_cost_and_its_rows_stay(candidates, enter, cast):
    code = enter(0, 1_000_000)
    services.withdraw_cost(chain=candidates, action=code, by=cast("officer"), at=NOW)

    assert queries.costs(candidates, cast("officer")) == {} and ActionCost.objects.count() == 2
    with pytest.raises(Refused, match="none_to_withdraw"):
        services.withdraw_cost(chain=candidates, action=code, by=cast("officer"), at=NOW)


def test_the_database_changes_no_row(candidates, enter):
    enter(0, 1_000_000)
    for statement in ("UPDATE measures_action_cost SET note = 'x'", "DELETE FROM measures_action_cost"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("role", ["chief", "expert", "analyst", "supervisor", "administrator", "lead_department"])
def test_only_the_office_enters_costs(candidates, cast, role):
    code = queries.found(candidates, cast("officer")).result["actions"][0]["code"]
    with pytest.raises(Refused, match="not_permitted"):
        services.enter_cost(chain=candidates, action=code, amount_fen=1, source="x", observed_on=TODAY,
                            confidentiality="office", by=cast(role), at=NOW)  # fmt: skip
    assert not ActionCost.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"confidentiality": "open"},
        {"confidentiality": "nonsense"},
        {"source": ""},
        {"observed_on": TODAY + timedelta(days=1)},
    ],
)
def test_a_cost_without_ground_is_refused(candidates, enter, changes):
    with pytest.raises(Refused):
        enter(0, 1, **changes)
    assert not ActionCost.objects.exists()


def test_the_journal_knows_who_and_when_and_not_how_much(candidates, enter):
    enter(0, 1_234_567.89, source="某报价单")
    entry = Entry.objects.get(verb="measures.cost_entered")

    assert "123456789" not in str(entry.facts) and "某报价单" not in str(entry.facts)
    assert entry.facts["entry"] == ActionCost.objects.get().pk


def test_a_private_cost_is_not_there_for_those_who_may_not_see_it(candidates, enter, cast):
    code = enter(0, 1_000_000)
    enter(0, 5_000_000, confidentiality="private")

    assert queries.costs(candidates, cast("officer"))[code].amount_yuan == 5_000_000
    assert queries.costs(candidates, cast("analyst"))[code].amount_yuan == 1_000_000
    assert len(queries.history(candidates, code, cast("analyst"))) == 1


def test_no_portfolio_before_a_cost(candidates, cast):
    with pytest.raises(Refused, match="no_costs"):
        ask(candidates, cast("officer"))
    assert not Job.objects.exists()


def test_a_portfolio_is_computed_in_the_background_and_keeps_all_it_stands_on(candidates, enter, cast):
    codes = [enter(0, 1_000_000), enter(2, 1_000_000), enter(3, 900_000)]
    ask(candidates, cast("officer"))
    with pytest.raises(Refused, match="under_way"):
        ask(candidates, cast("officer"))
    assert jobs.work_off() == 1 and Job.objects.get().state == "done", Job.objects.get().message
    study = newest(candidates)

    assert study.result["cost"] <= 3_000_000 and study.result["chosen"]
    assert study.result["value_after"] < study.result["value_before"]
    assert {one["action"] for one in study.parameters["costs"]} == set(codes)
    assert (study.confidentiality, study.data_stamp) == ("office", candidates.stamp)
    assert study.data_fingerprint and study.rules_fingerprint and study.engine


def test_the_same_question_gives_the_same_portfolio(candidates, enter, cast):
    enter(0, 1_000_000), enter(2, 1_000_000)
    for _ in range(2):
        ask(candidates, cast("officer"))
        jobs.work_off()
    first, second = Study.objects.filter(kind="portfolio").order_by("number")

    assert first.result == second.result and first.parameters == second.parameters


def test_a_portfolio_on_private_costs_is_private(candidates, enter, cast):
    enter(0, 1_000_000)
    enter(2, 1_000_000, confidentiality="private")
    ask(candidates, cast("officer"))
    ask(candidates, cast("officer"), data_class="private")
    assert jobs.work_off() == 2
    office, private = Study.objects.filter(kind="portfolio").order_by("number")

    assert [len(study.parameters["costs"]) for study in (office, private)] == [1, 2]
    assert [study.confidentiality for study in (office, private)] == ["office", "private"]
    with pytest.raises(Refused, match="class_not_yours"):
        ask(candidates, cast("analyst"), data_class="private")


def test_probabilities_reach_the_portfolio(candidates, enter, cast):
    enter(2, 1_000_000), enter(5, 1_000_000)
    scenarios = [
        {"name": {"zh": "日本断供膜材", "en": "film"}, "asked": {"cuts": [["JP", "film"]]}, "probability": 0.0},
        {
            "name": {"zh": "日本断供滤芯", "en": "cartridge"},
            "asked": {"cuts": [["JP", "cartridge"]]},
            "probability": 0.4,
        },
    ]
    over = {"name": {"zh": "甲", "en": "甲"}, "scenarios": scenarios}
    ask(candidates, cast("officer"), over=over, budget_fen=1_000_000_00)
    assert jobs.work_off() == 1 and Job.objects.get().state == "done", Job.objects.get().message
    result = newest(candidates).result

    assert result["probabilities"] == "given"
    assert [one["product"] for one in result["chosen"]] == ["cartridge"], "what cannot happen is not worth a yuan"
    assert result["value_before"] == pytest.approx(0.4 * 0.5)


def test_a_portfolio_of_what_the_data_no_longer_have_fails_in_a_sentence(candidates, enter, cast):
    enter(0, 1_000_000)
    over = {"name": {"zh": "甲", "en": "a"}, "scenarios": [
        {"name": {"zh": "德国断供", "en": "DE"}, "asked": {"cuts": [["DE", ""]]}, "probability": None}]}  # fmt: skip
    ask(candidates, cast("officer"), over=over)
    jobs.work_off()

    assert Job.objects.get().state == "failed" and "DE" in Job.objects.get().message["zh"]
