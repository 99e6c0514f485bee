"""Drafting, filling in, solving."""

import pytest

from lianban.apps.atlas.models import Member, Production
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.journal.models import Entry
from lianban.apps.matching import queries, services
from lianban.apps.matching.tests.conftest import NOW
from lianban.kit.refusals import Refused

pytestmark = pytest.mark.django_db


def test_a_draft_takes_needs_candidates_and_levels_from_the_data(asked, chain, cast):
    assert asked.capabilities[0]["code"] == "film" and asked.confidentiality in ("office", "private")
    found = {s.code: s for s in queries.solvers(chain, "film", cast("officer"))}
    assert found and {c.organisation.code for c in queries.candidates(asked)} == set(found)
    assert all(c.cost_fen is None and c.from_data for c in queries.candidates(asked))


def test_what_a_reader_may_not_see_is_no_reason(chain, cast):
    officer, chief = cast("officer"), cast("chief")
    before = {s.code for s in queries.solvers(chain, "film", chief)}
    Production.objects.filter(chain=chain).update(confidentiality="private")
    Member.objects.filter(chain=chain).exclude(code="").update(confidentiality="office")
    assert {s.code for s in queries.solvers(chain, "film", officer)} >= before
    hidden = queries.solvers(chain, "film", chief)
    assert not any(reason.kind in ("own", "segment", "sibling") for one in hidden for reason in one.reasons)


def test_a_question_is_solved_in_the_background_and_told_whole(costed, cast):
    officer = cast("officer")
    services.ask(question_id=costed.pk, by=officer, at=NOW)
    with pytest.raises(Refused):  # twice at once
        services.ask(question_id=costed.pk, by=officer, at=NOW)
    assert jobs.work_off() == 1 and Job.objects.get().state == "done", Job.objects.get().message

    study = queries.newest(costed, officer)
    assert study.result["status"] == "proved optimal" and study.result["cost_fen"] == 500_00
    assert {m["code"] for m in study.result["members"]} == {"x", "y"}
    assert study.result["left_out"] or not [c for c in queries.candidates(costed) if c.cost_fen is None]


def test_where_no_team_can_be_the_answer_says_what_to_relax(costed, cast):
    rules = {**costed.rules, "budget_fen": 450_00}
    services.change(question_id=costed.pk, title="", capabilities=costed.capabilities, rule_values=rules, by=cast("officer"), at=NOW)  # fmt: skip
    study = services.answer_now(question_id=costed.pk, by=cast("officer"), at=NOW)
    assert study.result["status"] == "none"
    assert {tuple(r["key"] for r in one["rules"]) for one in study.result["relaxations"]} >= {("budget",)}


def test_nothing_is_solved_before_a_cost(asked, cast):
    with pytest.raises(Refused) as refused:
        services.ask(question_id=asked.pk, by=cast("officer"), at=NOW)
    assert [one.code for one in refused.value.refusals] == ["matching.no_costs"]


@pytest.mark.parametrize("role", ["chief", "expert", "visitor", "administrator"])
def test_only_the_office_the_bureau_and_analysts_ask(chain, cast, role):
    with pytest.raises(Refused):
        services.draft(chain=chain, product="film", by=cast(role), at=NOW)


def test_the_journal_keeps_references_and_numbers(costed):
    facts = [entry.facts for entry in Entry.objects.filter(verb__startswith="matching.")]
    assert len(facts) == 5 and "示例" not in str(facts) and "300" not in str(facts)
