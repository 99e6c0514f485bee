"""Potential suppliers and solvers (潜在供方与解题方): who at home may be able to serve a weak point, and why."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lianban.chain.diagnosis.facts import Facts, Row
from lianban.chain.diagnosis.places import contains
from lianban.chain.diagnosis.sources import Source
from lianban.chain.diagnosis.structure import Structure
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

# The strongest reason first.
WHY = {
    "building": Text("正在建设{product}产能", "is building capacity for {product}"),
    "pilot": Text("{product}已到中试", "has {product} on a pilot line"),
    "lab": Text("{product}已在实验室做出", "has made {product} in the laboratory"),
    "small_batch": Text("已小批量生产{product}", "already makes {product} in small batches"),
    "sibling": Text("生产同类产品{product}", "makes {product}, of the same kind"),
    "shared_input": Text("生产{product}，投入品相同", "makes {product}, which shares an input"),
    "segment": Text("生产同环节产品{product}", "makes {product}, of the same segment"),
}
STRENGTH = {reason: position for position, reason in enumerate(WHY)}


@dataclass(frozen=True)
class Solver:
    """One organisation that may be able to serve a weak point: reasons, strongest first, each with its rows."""

    organisation: str
    reasons: tuple[tuple[str, str, Row], ...]
    local: bool | None

    def why(self, products: Mapping[str, Row]) -> Text:
        """Return the reasons as one sentence in both languages."""
        parts = [
            WHY[reason].format(
                product=Text(products[code]["name"], products[code]["name_en"] or products[code]["name"])
            )
            for reason, code, _ in self.reasons
        ]
        return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


def solvers_of(
    facts: Facts,
    product: str,
    sources: Mapping[str, Sequence[Source]],
    structure: Structure,
    rules: RuleSet,
    area: str | None,
) -> list[Solver]:
    """List who may serve a product: those who try it already, then makers of neighbouring products.

    Being local is told and never preferred: who serves a need is not decided by where the firm is registered.
    """
    reasons: dict[str, list[tuple[str, str, Row]]] = defaultdict(list)
    for source in sources[product]:
        reason = _own_reason(source)
        if source.organisation and source.home and reason:
            reasons[source.organisation].append((reason, product, source.rows[0]))
    makers = {source.organisation for source in sources[product] if source.supplies and source.stage == "stable_volume"}
    for code, how in structure.neighbours(product).items():
        for source in sources.get(code, ()):
            if source.organisation and source.home and source.supplies and source.organisation not in makers:
                reasons[source.organisation].append((how, code, source.rows[0]))
    found = [
        Solver(
            code,
            tuple(sorted(why, key=lambda one: (STRENGTH[one[0]], one[1]))),
            contains(area, facts.organisations[code]["place"]) if area else None,
        )
        for code, why in reasons.items()
        if code in facts.organisations
    ]
    found.sort(key=lambda solver: (STRENGTH[solver.reasons[0][0]], -len(solver.reasons), solver.organisation))
    return found[: int(rules.value("diagnosis.solvers.listed_max"))]


def _own_reason(source: Source) -> str | None:
    """Return why a source of the product itself may become its supplier; None for one that supplies stably already."""
    if source.supplies:
        return "small_batch" if source.stage == "small_batch" else None
    if source.building:
        return "building"
    return source.stage if source.operating and source.stage in ("lab", "pilot") else None
