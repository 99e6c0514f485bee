"""What the what-if page may choose from: products, makers at home and origins of the run it starts from."""

from collections.abc import Sequence
from typing import Any

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.compute import reading
from lianban.apps.diagnosis.models import Run
from lianban.apps.diagnosis.queries.sets import NamedSet
from lianban.kit.text import Text
from lianban.rulebook import RuleSet

HOME_UNNAMED = Text("境内新来源（未具名）", "a new source at home (unnamed)")


def pickers(
    chain: Chain, run: Run, rule_set: RuleSet, sets: Sequence[NamedSet] = ()
) -> dict[str, list[tuple[str, Any]]]:
    """Choices by code; no statement."""
    points = reading.points(run.result)
    makers = [one for one in run.result["organisations"] if one["home"] and one["products"]]
    abroad = {source["origin"] for point in points for source in point["sources"] if source["origin"]}
    abroad |= {point["largest_foreign_origin"] for point in points if point["largest_foreign_origin"]}
    origins = sorted(code for code in abroad if rule_set.origin_group(code) == "abroad")
    named = [(code, atlas.place_name(chain, rule_set, code)) for code in origins]
    organisations = [(one["code"], one["name"]) for one in makers]
    everyone = [(one["code"], one["name"]) for one in run.result["organisations"]]
    return {
        "products": [(point["code"], point["name"]) for point in points],
        "organisations": organisations,
        "origins": named,
        "sources": [(chain.home, HOME_UNNAMED), *named, *everyone],
        "sets": [(one.key, one.name) for one in sets],
    }
