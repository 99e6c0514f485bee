"""Scenario sets (情景集): scenarios kept by name, and how likely each is."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import rules
from lianban.apps.diagnosis.compute import Asked
from lianban.apps.diagnosis.models import ScenarioSet
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor, highest
from lianban.kit.refusals import refuse_if_any


@transaction.atomic
def keep_scenario(
    *, chain: Chain, set_name: str, name: str, asked: Asked, confidentiality: str, by: Actor, at: datetime
) -> ScenarioSet:
    """Keep stops and cuts under a name, in a set that is made where there is none of that name."""
    parties.require(by, "diagnosis.keep_scenarios", chain.code)
    row = _of_name(chain, set_name.strip(), confidentiality, by, at)
    refuse_if_any(
        rules.scenario_refusals(
            name=name, shocks=not asked.shocks.empty, full=len(row.scenarios) >= rules.MOST_SCENARIOS,
            taken=any(one["name"]["zh"] == name.strip() for one in row.scenarios),
        )
    )  # fmt: skip
    one = {
        "name": {"zh": name.strip(), "en": name.strip()},
        "asked": asked.shocks.plain(),
        "probability": None,
        "basis": "",
    }
    return _write(row, [*row.scenarios, one], "scenario_kept", {"n": len(row.scenarios) + 1}, confidentiality, by, at)


@transaction.atomic
def copy_set(
    *,
    chain: Chain,
    set_name: str,
    scenarios: Sequence[Mapping[str, Any]],
    confidentiality: str,
    by: Actor,
    at: datetime,
) -> ScenarioSet:
    """Keep the scenarios that follow from a run as a set of its own, so that probabilities can be entered."""
    parties.require(by, "diagnosis.keep_scenarios", chain.code)
    row = _of_name(chain, set_name.strip(), confidentiality, by, at)
    known = {one["name"]["zh"] for one in row.scenarios}
    fresh = [{**one, "probability": None, "basis": ""} for one in scenarios if one["name"]["zh"] not in known]
    return _write(row, [*row.scenarios, *fresh], "set_copied", {"n": len(fresh)}, confidentiality, by, at)


@transaction.atomic
def weigh_scenarios(
    *, set_id: int, weights: Sequence[tuple[float | None, str]], by: Actor, at: datetime
) -> ScenarioSet:
    """State how likely each scenario is, and on what this stands; none stated means all equally likely."""
    row = ScenarioSet.objects.select_for_update(of=("self",)).select_related("chain").get(pk=set_id)
    parties.require(by, "diagnosis.keep_scenarios", row.chain.code)
    refuse_if_any(rules.weight_refusals([probability for probability, _basis in weights]))
    new = [
        {**one, "probability": probability, "basis": basis}
        for one, (probability, basis) in zip(row.scenarios, weights, strict=True)
    ]
    return _write(row, new, "scenarios_weighed", {"n": len(new)}, row.confidentiality, by, at)


@transaction.atomic
def drop_scenario(*, set_id: int, place: int, by: Actor, at: datetime) -> ScenarioSet | None:
    """Take one scenario out of a set; the last one takes the set with it."""
    row = ScenarioSet.objects.select_for_update(of=("self",)).select_related("chain").get(pk=set_id)
    parties.require(by, "diagnosis.keep_scenarios", row.chain.code)
    left = [one for number, one in enumerate(row.scenarios) if number != place]
    if left:
        return _write(row, left, "scenario_dropped", {"n": len(left)}, row.confidentiality, by, at)
    _record(row, "set_dropped", {}, by, at)
    row.delete()
    return None


def _of_name(chain: Chain, name: str, confidentiality: str, by: Actor, at: datetime) -> ScenarioSet:
    defaults = {"confidentiality": highest("office", confidentiality), "made_by": by.reference, "changed_at": at}
    row, _made = ScenarioSet.objects.get_or_create(chain=chain, name=name, defaults=defaults)
    return ScenarioSet.objects.select_for_update(of=("self",)).select_related("chain").get(pk=row.pk)


def _write(
    row: ScenarioSet, scenarios: list[Any], verb: str, facts: dict[str, Any], of_class: str, by: Actor, at: datetime
) -> ScenarioSet:
    row.scenarios, row.changed_at = scenarios, at
    row.confidentiality = highest(row.confidentiality, of_class)
    row.save(update_fields=["scenarios", "changed_at", "confidentiality"])
    _record(row, verb, facts, by, at)
    return row


def _record(row: ScenarioSet, verb: str, facts: dict[str, Any], by: Actor, at: datetime) -> None:
    """Numbers only: names and bases are the office's words, the journal is read by others too."""
    journal.record(f"diagnosis.{verb}", subject=row.reference, by=by, at=at, facts={"chain": row.chain.code, **facts})
