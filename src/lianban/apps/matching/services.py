"""What is done with the question of a team: draft, change, fill in, have solved."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain, Input, Product
from lianban.apps.diagnosis import services as diagnosis
from lianban.apps.diagnosis.models import Study
from lianban.apps.jobs.models import Job
from lianban.apps.journal import services as journal
from lianban.apps.matching import compute, queries, rules
from lianban.apps.matching.models import TeamCandidate, TeamQuestion
from lianban.apps.parties import services as parties
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.rules import Actor
from lianban.kit.confidentiality import highest
from lianban.kit.refusals import refuse_if_any

DRAFTED = 40  # candidates a draft takes from the list of those who could solve it
USUAL = {"size_min": 3, "size_max": 10, "kinds_min": 2, "objective": "cost"}


@transaction.atomic
def draft(*, chain: Chain, product: str, by: Actor, at: datetime, title: str = "", text: str = "") -> TeamQuestion:
    """起草组队问题: the product and its essential inputs as capabilities, those who could solve it as candidates."""
    parties.require(by, "matching.ask", chain.code)
    rows = {row.code: row for row in atlas.rows(by, chain, Product)}
    needs = [product] if product in rows else []
    pairs = atlas.rows(by, chain, Input).filter(product__code=product, essential="yes")
    needs += [code for code in pairs.values_list("input__code", flat=True) if code in rows and code not in needs]
    capabilities = [{"code": code, "name": _name(rows[code]), "least": 1, "copies": 1, "weight": 1} for code in needs][
        : rules.MOST_CAPABILITIES
    ]
    found = queries.solvers(chain, product, by, text=text)[:DRAFTED]
    asked = TeamQuestion.objects.create(
        chain=chain, product=product, title=title or (rows[product].name if product in rows else text[:200]),
        capabilities=capabilities, rules=dict(USUAL), asked_by=by.reference, asked_at=at,
        confidentiality=highest("office", *(one.confidentiality for one in found)),
    )  # fmt: skip
    TeamCandidate.objects.bulk_create(
        TeamCandidate(question=asked, organisation=one.member.organisation,
                      levels={code: one.levels[code] for code in needs if one.levels.get(code)})
        for one in found
    )  # fmt: skip
    _record("matching.drafted", asked, by, at, candidates=len(found), capabilities=len(capabilities))
    return asked


@transaction.atomic
def change(
    *, question_id: int, title: str, capabilities: Sequence[Mapping[str, Any]], rule_values: Mapping[str, Any], by: Actor,
    at: datetime, bad_lines: Sequence[str] = (),
) -> TeamQuestion:  # fmt: skip
    """改要求: needed capabilities and rules."""
    asked = _locked(question_id, by)
    refuse_if_any(rules.question_refusals(capabilities=capabilities, rules=rule_values, bad_lines=bad_lines))
    asked.title, asked.capabilities, asked.rules = title or asked.title, list(capabilities), dict(rule_values)
    asked.changed += 1
    asked.save(update_fields=["title", "capabilities", "rules", "changed"])
    _record("matching.changed", asked, by, at, capabilities=len(asked.capabilities))
    return asked


@transaction.atomic
def fill_in(
    *, question_id: int, organisation: Organisation, cost_fen: int | None, levels: Mapping[str, int], evidence: str,
    pinned: bool = False, banned: bool = False, by: Actor, at: datetime,
) -> TeamCandidate:  # fmt: skip
    """填候选: levels and cost of one organisation, on what they stand, and whether it must be in or out."""
    asked = _locked(question_id, by)
    refuse_if_any(
        rules.candidate_refusals(
            cost_fen=cost_fen, evidence=evidence, pinned=pinned, banned=banned, levels=levels.values()
        )
    )
    one, _made = TeamCandidate.objects.update_or_create(
        question=asked, organisation=organisation,
        defaults={"cost_fen": cost_fen, "levels": dict(levels), "evidence": evidence.strip(), "pinned": pinned,
                  "banned": banned, "from_data": False},
    )  # fmt: skip
    TeamQuestion.objects.filter(pk=asked.pk).update(changed=F("changed") + 1)
    _record("matching.filled_in", asked, by, at, organisation=organisation.code, costed=cost_fen is not None)
    return one


@transaction.atomic
def ask(*, question_id: int, by: Actor, at: datetime) -> Job:
    """求解: have the question answered in the background, as it is now."""
    asked = _locked(question_id, by, deed="matching.solve")
    everybody = queries.candidates(asked)
    n_costs = sum(1 for one in everybody if one.cost_fen is not None)
    refuse_if_any(rules.solve_refusals(n_costs=n_costs, under_way=queries.under_way(asked)))
    return diagnosis.ask_study(
        chain=asked.chain, kind=queries.KIND, by=by, at=at, data_class=asked.confidentiality,
        parameters=frozen(asked, everybody), deed="matching.solve", job=queries.JOB,
    )  # fmt: skip


def frozen(asked: TeamQuestion, everybody: Sequence[TeamCandidate]) -> dict[str, Any]:
    """A question as it is now, whole: what is answered does not change with what people change afterwards."""
    values = dict(asked.rules)
    given = {
        "schema": "lianban/team/1", "product": asked.product, "capabilities": asked.capabilities,
        "candidates": [
            {"code": one.organisation.code, "name": _name(one.organisation), "kind": one.organisation.kind,
             "place": one.organisation.place, "cost_fen": one.cost_fen, "levels": one.levels}
            for one in everybody
        ],
        "conflicts": values.pop("conflicts", []), "cooperation": values.pop("cooperation", []),
        "pinned": [one.organisation.code for one in everybody if one.pinned and one.cost_fen is not None],
        "banned": [one.organisation.code for one in everybody if one.banned],
        "budget_fen": values.pop("budget_fen", None), "objective": values.pop("objective", "cost"), "rules": values,
    }  # fmt: skip
    return {"question": asked.pk, "changed": asked.changed, "class": asked.confidentiality, "given": given}


def carry_out(*, progress: Any, study: str, **order: Any) -> dict[str, Any]:
    """Do the work of one job. Called by the jobs app, outside of a request."""
    made = diagnosis.make_study(diagnosis.Order(kind=study, **order), compute.team, at=timezone.now(), step=progress)
    return {"study": made.number}


def answer_now(*, question_id: int, by: Actor, at: datetime) -> Study:
    """Answer a question here and now, for the command line and the demo."""
    asked = TeamQuestion.objects.select_related("chain").get(pk=question_id)
    order = diagnosis.Order(asked.chain.code, queries.KIND, by.reference, data_class=asked.confidentiality,
                            parameters=frozen(asked, queries.candidates(asked)))  # fmt: skip
    return diagnosis.make_study(order, compute.team, at=at, step=lambda *_: None)


def _locked(pk: int, by: Actor, deed: str = "matching.ask") -> TeamQuestion:
    asked = TeamQuestion.objects.select_for_update(of=("self",)).select_related("chain").get(pk=pk)
    parties.require(by, deed, asked.chain.code)
    return asked


def _name(row: Any) -> dict[str, str]:
    return {"zh": row.name, "en": row.name_en or row.name}


def _record(verb: str, asked: TeamQuestion, by: Actor, at: datetime, **facts: Any) -> None:
    journal.record(verb, subject=asked.reference, by=by, at=at, facts={"chain": asked.chain.code, **facts})
