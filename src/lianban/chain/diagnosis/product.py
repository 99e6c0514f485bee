"""The diagnosis of one product: everything known of it, side by side, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lianban.chain.diagnosis.concentration import Concentration, concentrate, sole_source
from lianban.chain.diagnosis.facts import Facts, Row, highest, highest_class
from lianban.chain.diagnosis.kinds import Kind, kinds_of, main_kind, strength
from lianban.chain.diagnosis.levels import Level, Triple, level_of, triple_of
from lianban.chain.diagnosis.losses import ProductLoss, band_of, severity_of
from lianban.chain.diagnosis.routes import Route, know_how, recommend, stated
from lianban.chain.diagnosis.scope import LocalPresence, Scope, local_presence
from lianban.chain.diagnosis.solvers import Solver, solvers_of
from lianban.chain.diagnosis.sources import (
    DomesticRate,
    DomesticShare,
    Source,
    domestic_rates,
    domestic_share,
    is_complete,
    supply_sources,
)
from lianban.chain.diagnosis.structure import Path, Structure, relatedness
from lianban.chain.diagnosis.trends import Persistence, Substitutability, persistence, substitutability
from lianban.chain.diagnosis.voices import Voices, hear
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text


@dataclass(frozen=True)
class Standing:
    """Standing (现状) of a product before any loss is known: its sources, level and triple."""

    sources: tuple[Source, ...]
    complete_rows: tuple[Row, ...]
    share: DomesticShare | None
    level: Level
    triple: Triple

    @property
    def made_at_home(self) -> bool | None:
        """Say whether it is made at home beyond the laboratory; None where the level is unknown."""
        return None if self.level.used is None else self.level.used not in ("L0", "L1")


def standings(facts: Facts, rules: RuleSet) -> dict[str, Standing]:
    """Return the standing of every product that has no kinds below it."""
    tolerance = float(rules.value("diagnosis.shares.tolerance"))
    found = {}
    for code in facts.leaves:
        sources = tuple(supply_sources(facts, code))
        complete_rows = tuple(is_complete(facts, code))
        share = domestic_share(facts, sources, code, tolerance)
        level = level_of(facts, code, sources, rules, complete_rows)
        found[code] = Standing(sources, complete_rows, share, level, triple_of(facts, code, level, share, rules))
    return found


@dataclass(frozen=True)
class ProductDiagnosis:
    """What the diagnosis says of one product; a ranked one is a weak point (薄弱环节).

    ``rank`` is None where the severity is unknown or the product is no weak point. ``kind`` is the gravest kind that
    holds; ``loss`` keeps the three losses; a number that is None is unknown, and says why.
    """

    code: str
    row: Row
    final: bool
    level: Level
    triple: Triple
    sources: tuple[Source, ...]
    complete_rows: tuple[Row, ...]
    share: DomesticShare | None
    rates: tuple[DomesticRate, ...]
    concentration: Mapping[str, Concentration]
    sole: tuple[str, str | None]
    persistence: Persistence
    substitutability: Substitutability
    loss: ProductLoss
    severity: float | None
    band: str | None
    kinds: tuple[Kind, ...]
    dependants: tuple[str, ...]
    path: Path | None
    relatedness: tuple[float | None, int]
    presence: LocalPresence | None
    route: Route
    route_rows: tuple[Row, ...]
    solvers: tuple[Solver, ...]
    voices: Voices
    strength_rows: tuple[Row, ...] | None
    network_class: str
    rank: int | None = None

    @property
    def name(self) -> Text:
        return Text(self.row["name"], self.row["name_en"] or self.row["name"])

    @property
    def kind(self) -> str | None:
        return main_kind(self.kinds)

    @property
    def band_first(self) -> bool:
        """True where nothing but a level is known of its supply: show 高/中/低 first, the percentage second."""
        return self.loss.basis == "level"

    @property
    def is_weak(self) -> bool:
        """True for what belongs in the list: some severity, or a kind that holds."""
        return self.kind is not None or bool(self.severity and self.severity > 0)

    @property
    def share_rows(self) -> tuple[Row, ...]:
        """Rows that tell where supply comes from."""
        rows = [
            source.rows[0] for source in self.sources if source.share_home is not None or source.share_world is not None
        ]
        return (*(self.share.rows if self.share else ()), *rows)

    @property
    def rows(self) -> list[Row]:
        """Every row this diagnosis shows."""
        shown = [self.row, *self.voices.rows, *self.level.rows, *self.complete_rows]
        shown += [row for source in self.sources for row in source.rows]
        shown += [rate.row for rate in self.rates]
        shown += [row for kind in self.kinds for row in kind.rows]
        shown += [row for solver in self.solvers for _, _, row in solver.reasons]
        shown += [*self.persistence.rows, *self.substitutability.rows, *self.route_rows, *(self.strength_rows or ())]
        return shown

    @property
    def confidentiality(self) -> str:
        """Highest class of everything that went in; the losses stand on the whole network."""
        return highest(highest_class(self.rows), self.network_class)

    @property
    def missing(self) -> list[Text]:
        """Say what is missing for a severity, and whom to ask."""
        told = []
        if self.level.used is None:
            told.append(
                Text(
                    "国内水平未知：请专家评价，或向行业协会、企业核实境内产能",
                    "level at home unknown: ask experts to assess it, or associations and firms who makes it",
                )
            )
        if self.loss.cut is None:
            told.append(self.loss.why or Text("断供损失未知", "loss_cut unknown"))
        return told


@dataclass(frozen=True)
class Setting:
    """What every product is diagnosed against: facts, standings, structure, scope and rules."""

    facts: Facts
    standing: Mapping[str, Standing]
    structure: Structure
    scope: Scope
    rules: RuleSet
    network_class: str

    @cached_property
    def sources(self) -> dict[str, tuple[Source, ...]]:
        return {code: one.sources for code, one in self.standing.items()}

    @cached_property
    def made_at_home(self) -> dict[str, bool | None]:
        return {code: one.made_at_home for code, one in self.standing.items()}


def diagnose_product(setting: Setting, code: str, loss: ProductLoss) -> ProductDiagnosis:
    """Put the parts together for one product."""
    facts, rules, structure = setting.facts, setting.rules, setting.structure
    own = setting.standing[code]
    level, sources, complete = own.level, own.sources, own.complete_rows
    kinds = kinds_of(facts, code, level, sources, rules, complete)
    severity = severity_of(loss.cut, level.used, rules)
    tolerance = float(rules.value("diagnosis.shares.tolerance"))
    presence = local_presence(facts, code, sources, setting.scope, complete, tolerance)
    density = relatedness(structure, code, setting.made_at_home)
    states = {kind.code: kind.state for kind in kinds}
    route = recommend(
        level.used,
        states["chokepoint"],
        know_how(facts, code, *density, rules),
        stated(facts, code, "market"),
        stated(facts, code, "downstream"),
        presence,
        states["blockage"] == "yes",
        _foreign_high(loss, rules),
        level_at_least=level.used_at_least,
    )
    return ProductDiagnosis(
        code=code,
        row=facts.products[code],
        final=bool(facts.products[code]["final"]),
        level=level,
        triple=own.triple,
        sources=sources,
        complete_rows=complete,
        share=own.share,
        rates=tuple(domestic_rates(facts, code)),
        concentration={
            by: concentrate(sources, by, rules, complete=bool(complete)) for by in ("organisation", "origin")
        },
        sole=sole_source(sources, complete=bool(complete)),
        persistence=persistence(facts, code, rules),
        substitutability=substitutability(facts, code, rules),
        loss=loss,
        severity=severity,
        band=band_of(severity, rules),
        kinds=tuple(kinds),
        dependants=tuple(structure.dependants(code)),
        path=structure.path(code),
        relatedness=density,
        presence=presence,
        route=route,
        route_rows=_route_rows(facts, code),
        solvers=tuple(solvers_of(facts, code, setting.sources, structure, rules, setting.scope.area)),
        voices=hear(facts, code, level, own.triple, kinds, severity),
        strength_rows=strength(facts, code, level, rules),
        network_class=setting.network_class,
    )


def _foreign_high(loss: ProductLoss, rules: RuleSet) -> bool | None:
    """Say whether the foreign share is high; a share inferred from the level itself says nothing new."""
    if loss.foreign_share is None or loss.inferred:
        return None
    return bool(loss.foreign_share >= rules.value("diagnosis.import_share.watch"))


def _route_rows(facts: Facts, code: str) -> tuple[Row, ...]:
    """Return the statements the decision table read."""
    return tuple(row for item in ("know_how", "market", "downstream") for row in facts.current(code, item)[:1])


def order_key(point: ProductDiagnosis) -> tuple[Any, ...]:
    """Order weak points: severity, then loss_stop, then number of dependants, then code.

    Rounded at 1e-10, so that a difference in the last digits between machines does not change a rank.
    """
    return (
        -round(point.severity or 0.0, 10),
        -round(point.loss.stop or 0.0, 10),
        -len(point.dependants),
        point.code,
    )


def rank(points: Sequence[ProductDiagnosis]) -> list[ProductDiagnosis]:
    """Return the weak points of known severity, the worst first; order only, ranks are set by the caller."""
    return sorted((point for point in points if point.severity is not None and point.is_weak), key=order_key)
