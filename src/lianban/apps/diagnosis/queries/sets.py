"""Sets of scenarios over which a change is weighed: one that every run gives, and those people keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.compute import Asked, Weighed, reading
from lianban.apps.diagnosis.models import Run, ScenarioSet
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text
from lianban.rulebook import RuleSet

WORST = "worst"  # key of the set that follows from the run
N_WORST = 12
WORST_NAME = Text("最薄弱的环节逐一断供", "the weakest points cut one by one")


@dataclass(frozen=True, slots=True)
class NamedSet:
    """A set of scenarios as pages use it: ``row`` is None where it follows from the run."""

    key: str
    name: Text
    scenarios: tuple[Mapping[str, Any], ...]
    row: ScenarioSet | None = None

    @property
    def uniform(self) -> bool:
        """Whether probabilities are missing, so that all scenarios count the same."""
        return any(one.get("probability") is None for one in self.scenarios)

    def weighed(self) -> tuple[Weighed, ...]:
        """The scenarios as the computation takes them."""
        return tuple(
            Weighed((one["name"]["zh"], one["name"]["en"]), Asked.of(one["asked"]), one.get("probability"))
            for one in self.scenarios
        )


def scenario_sets(chain: Chain, actor: Actor) -> QuerySet[ScenarioSet]:
    """Sets of a chain that this reader may see, by name; one statement."""
    return ScenarioSet.objects.filter(chain=chain, confidentiality__in=actor.visible_classes(chain.code))


def named_sets(chain: Chain, run: Run, rule_set: RuleSet, actor: Actor) -> list[NamedSet]:
    """Every set this reader may choose, that of the run first; one statement."""
    kept = kept_sets(chain, actor)
    own = NamedSet(WORST, WORST_NAME, tuple(worst(chain, run, rule_set)))
    return [own, *kept] if own.scenarios else kept


def kept_sets(chain: Chain, actor: Actor) -> list[NamedSet]:
    """The sets people keep, as pages use them; one statement."""
    return [
        NamedSet(f"s{row.pk}", Text(row.name, row.name), tuple(row.scenarios), row)
        for row in scenario_sets(chain, actor)
    ]


def worst(chain: Chain, run: Run, rule_set: RuleSet) -> list[dict[str, Any]]:
    """The largest foreign origin of each of the weakest points of a run is cut, one after the other; no statement."""
    found = []
    for point in reading.ranked(run.result):
        origin = point["largest_foreign_origin"]
        if not origin or point["loss_cut"] is None:
            continue
        place = atlas.place_name(chain, rule_set, origin)
        name = {
            "zh": f"{place.zh}断供{point['name']['zh']}",
            "en": f"{place.en} cuts {point['name']['en'] or point['name']['zh']}",
        }
        found.append({"name": name, "asked": Asked(cuts=((origin, point["code"]),)).plain(), "probability": None})
        if len(found) == N_WORST:
            break
    return found
