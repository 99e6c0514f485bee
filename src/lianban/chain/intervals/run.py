"""Run the intervals of a chain: draw, compute every loss on every draw, sum up, say which fact is worth most."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from lianban.chain.diagnosis import Diagnosis, diagnose
from lianban.chain.diagnosis.facts import gather
from lianban.chain.diagnosis.product import ProductDiagnosis, standings
from lianban.chain.intervals.candidates import Candidates, verified
from lianban.chain.intervals.drawing import KINDS, Drawing, Drawn, losses
from lianban.chain.intervals.priors import ASSUMPTIONS
from lianban.chain.intervals.result import Fact, Interval, Intervals, OrganisationInterval, ProductInterval
from lianban.chain.intervals.unknowns import Unknowns, unknowns_of
from lianban.chain.network.reading import Floats, Ints
from lianban.engine.cascade import ENGINE_VERSION as CASCADE_VERSION
from lianban.engine.errors import Cancelled, LianbanError
from lianban.engine.reconstruct import ENGINE_VERSION, LEVELS, Summary, summarise, worth_of
from lianban.rulebook import RuleSet, load_rules
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

MAX_NODES = 20_000
LEAST_DRAWS = 20
MEASURES = ("severity", "loss_cut", "loss_stop")  # what facts are judged by: the first that is uncertain
DIGITS = 12
NO_LEVEL = Text("国内水平未知，严重度无从计算", "the level at home is unknown, so is the severity")


class TooUncertain(LianbanError):
    """The chain has more nodes than can be drawn many times; the message says how many."""


def intervals(
    chain: "Chain",
    *,
    n: int = 200,
    seed: int = 1,
    levels: Sequence[float] = LEVELS,
    rules: str | RuleSet = "cn-core-2025",
    as_of: date | str | None = None,
    uncertain: Collection[str] = KINDS,
    verify: int = 3,
    progress: Callable[[int, int], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Intervals:
    """Intervals of every loss of a chain, where facts are missing.

    Parameters
    ----------
    n : number of draws, at least 20; the same chain, rules, n and seed give the same bytes
    levels : parts of the draws that intervals hold
    uncertain : what is drawn where it is unknown, of "shares", "supplies", "essential", "costs"; what is not drawn is as the
        diagnosis has it
    verify : how many of the facts worth most are verified by drawing again as many times in all as ``n``, each
    progress, cancel : called between draws; ``cancel()`` true ends with Cancelled

    Raises
    ------
    TooUncertain, Cancelled, RulesError, ValueError
    """
    if n < LEAST_DRAWS:
        raise ValueError(f"{n} draws are too few for intervals: at least {LEAST_DRAWS}")
    if unknown := set(uncertain) - set(KINDS):
        raise ValueError(f"uncertain holds {', '.join(sorted(unknown))}; it may hold {', '.join(KINDS)}")
    loaded = load_rules(rules) if isinstance(rules, str) else rules
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    facts = gather(chain, day)
    standing = standings(facts, loaded)
    used = {code: one.level.used for code, one in standing.items() if one.level.used}
    network = chain.network(rules=loaded, levels=used, as_of=facts.as_of)
    if len(network.nodes) > MAX_NODES:
        raise TooUncertain(f"{len(network.nodes):,} nodes, more than {MAX_NODES:,} can be drawn {n} times")
    diagnosis = diagnose(chain, rules=loaded, as_of=facts.as_of, network=network)
    unknowns = unknowns_of(
        chain,
        network,
        facts,
        loaded,
        frozenset(code for code, one in standing.items() if one.complete_rows),
        frozenset(code for code, one in standing.items() if one.level.used_at_least),
    )
    drawing = Drawing(unknowns, seed, frozenset(uncertain))
    targets = _Targets(unknowns, diagnosis, loaded)
    watch = _Watch(n * (1 + verify), progress, cancel)
    drawn, table = _ensemble(drawing, targets, range(n), watch)
    return _result(drawing, targets, drawn, table, levels, verify, watch)


@dataclass(frozen=True)
class _Watch:
    """Tells how far the draws are, and asks whether to stop."""

    total: int
    progress: Callable[[int, int], None] | None
    cancel: Callable[[], bool] | None

    def __call__(self, done: int) -> None:
        if self.cancel is not None and self.cancel():
            raise Cancelled(f"cancelled after {done} of {self.total} draws")
        if self.progress is not None:
            self.progress(min(done + 1, self.total), self.total)


class _Targets:
    """What is asked of every draw: the stop and the cut of each product, the stop of each organisation."""

    def __init__(self, unknowns: Unknowns, diagnosis: Diagnosis, rules: RuleSet) -> None:
        self.unknowns, self.diagnosis, self.rules = unknowns, diagnosis, rules
        at = {code: position for position, code in enumerate(unknowns.codes)}
        self.products = [point for point in diagnosis.products if point.loss.stop is not None]
        self.positions = [at[point.code] for point in self.products]
        self.stops = [unknowns.of_product[position] for position in self.positions]
        self.has_cut = [point.loss.cut is not None or self.prior_only(point) for point in self.products]
        self.organisations = [one for one in diagnosis.organisations if one.loss is not None]
        makers = np.array([one or "" for one in unknowns.nodes.organisation], dtype=object)
        self.own = [np.flatnonzero(makers == one.code) for one in self.organisations]
        self.eps, self.max_iterations = unknowns.network.eps, unknowns.network.max_iterations
        origins, self._origin = np.unique([one or "" for one in unknowns.nodes.origin], return_inverse=True)
        self._n_origins = len(origins)

    def prior_only(self, point: ProductDiagnosis) -> bool:
        """Say whether nothing is known of a product's foreign share."""
        return str(self.unknowns.network.products.at[point.code, "basis"]) == "unknown"

    def of(self, drawn: Drawn) -> Floats:
        """Stops, cuts (NaN where unknown), then organisations."""
        cases = [*self.stops, *(self._cut(drawn, position) for position in self.positions), *self.own]
        # To the digits that a settled run has: sums in another order differ behind them, and are no uncertainty.
        found = np.round(losses(drawn, cases, eps=self.eps, max_iterations=self.max_iterations), DIGITS)
        n = len(self.products)
        found[n : 2 * n][~np.array(self.has_cut, bool)] = np.nan
        return found

    def _cut(self, drawn: Drawn, position: int) -> Ints:
        """Nodes of the largest foreign origin; the first by code of equal ones."""
        own = self.unknowns.of_product[position]
        abroad = own[(self.unknowns.nodes.side[own] == 0) & (drawn.share[own] > 0)]
        if not len(abroad):
            return abroad
        origin = self._origin[abroad]
        sums = np.bincount(origin, drawn.share[abroad], self._n_origins)
        return abroad[origin == int(np.argmax(sums))]

    def readiness(self) -> Floats:
        """What is left of a cut after stepping in, by product: NaN where the level is unknown."""
        levels = [point.level.used for point in self.products]
        values = [np.nan if one is None else float(self.rules.value(f"diagnosis.readiness.{one}")) for one in levels]
        return 1.0 - np.array(values, np.float64)

    def measures(self, table: Floats) -> dict[str, Floats]:
        """Values by measure, shape (n_draws, n_products or n_organisations)."""
        n = len(self.products)
        stop, cut, own = table[:, :n], table[:, n : 2 * n], table[:, 2 * n :]
        return {"loss_stop": stop, "loss_cut": cut, "severity": cut * self.readiness(), "organisations": own}


def _ensemble(
    drawing: Drawing,
    targets: _Targets,
    numbers: Sequence[int],
    watch: Callable[[int], None],
    fixed: Mapping[Any, Any] | None = None,
    done: int = 0,
) -> tuple[list[Drawn], Floats]:
    drawn, rows = [], []
    for at, number in enumerate(numbers):
        watch(done + at)
        one = drawing.draw(number, fixed)
        drawn.append(one)
        rows.append(targets.of(one))
    return drawn, np.array(rows)


def _result(
    drawing: Drawing,
    targets: _Targets,
    drawn: list[Drawn],
    table: Floats,
    levels: Sequence[float],
    verify: int,
    watch: _Watch,
) -> Intervals:
    diagnosis, unknowns = targets.diagnosis, targets.unknowns
    measures = targets.measures(table)
    summaries = {name: summarise(values, levels) for name, values in measures.items()}
    candidates = Candidates.of(drawing, diagnosis, drawn)
    measure, order, ranked = _ranked_facts(drawing, targets, measures, candidates, table, verify, watch, drawn)
    best = _best_by_target(candidates, measures, order)
    products = [_product(targets, summaries, at, best) for at in range(len(targets.products))]
    silent = [point for point in diagnosis.products if point.loss.stop is None]
    products += [_silent(targets, point) for point in silent]
    organisations = [
        OrganisationInterval(
            one.code, one.name, Interval.of(summaries["organisations"], at, one.loss), best["organisations"][at]
        )
        for at, one in enumerate(targets.organisations)
    ]
    return Intervals(
        n=len(drawn),
        seed=drawing.seed,
        levels=tuple(levels),
        fingerprint=diagnosis.fingerprint,
        ruleset=diagnosis.rules.name,
        ruleset_fingerprint=diagnosis.rules.fingerprint,
        engine={
            "version": f"{ENGINE_VERSION}, {CASCADE_VERSION}",
            "eps": targets.eps,
            "nodes": len(unknowns.nodes.label),
        }
        | {"uncertain": sorted(drawing.uncertain), "verify": verify},
        confidentiality=diagnosis.confidentiality,
        judgement_only=diagnosis.judgement_only,
        products=tuple(sorted(products, key=_product_order)),
        organisations=tuple(sorted(organisations, key=lambda one: (-one.loss.median if one.loss else 0.0, one.code))),
        facts=ranked,
        measure=measure,
        assumptions=_assumptions(drawing),
        uncertain=_counts(drawing, candidates),
        misfit=float(np.mean([one.misfit for one in drawn])),
    )


def _ranked_facts(
    drawing: Drawing,
    targets: _Targets,
    measures: Mapping[str, Floats],
    candidates: Candidates,
    table: Floats,
    verify: int,
    watch: _Watch,
    drawn: list[Drawn],
) -> tuple[str | None, dict[int, int], tuple[Fact, ...]]:
    """The measure, the place of each candidate in the list, and the list: verified ones first, the best first."""
    measure = next((name for name in MEASURES if _spread(measures[name]) > 0), None)
    if measure is None or not len(candidates.keys):
        return measure, {}, ()
    values = _defined(measures[measure])
    worth = worth_of(candidates.answers, values)
    order = np.argsort(-worth.overall, kind="stable")
    order = order[worth.overall[order] > 0]
    top = [int(at) for at in order[:verify]]
    narrowing: dict[int, float] = {}
    for turn, at in enumerate(top):

        def again(fixed: Mapping[Any, Any], numbers: Sequence[int], done: int = len(drawn) * (turn + 1)) -> Floats:
            _, rows = _ensemble(drawing, targets, numbers, watch, fixed, done)
            return _defined(targets.measures(rows)[measure])

        narrowing[at] = verified(candidates, at, drawn, values, again)
    ranked = sorted(top, key=lambda at: -narrowing[at]) + [int(at) for at in order[verify:]]
    facts = [candidates.fact(at, float(worth.overall[at]), narrowing.get(at)) for at in ranked]
    return measure, {at: place for place, at in enumerate(ranked)}, tuple(facts)


def _best_by_target(
    candidates: Candidates, measures: Mapping[str, Floats], places: Mapping[int, int]
) -> dict[str, list[int | None]]:
    """For every target the fact (by its place in the list) that explains most of its variance; None where none does."""
    found: dict[str, list[int | None]] = {}
    for name, values in measures.items():
        found[name] = [None] * values.shape[1]
        defined = np.flatnonzero(~np.isnan(values).any(axis=0) & (np.ptp(values, axis=0) > 1e-9))
        if not places or not len(defined):
            continue
        worth = worth_of(candidates.answers, values[:, defined])
        listed = np.array(sorted(places), np.int64)
        for column, at in enumerate(defined.tolist()):
            best = int(listed[int(np.argmax(worth.by_target[listed, column]))])
            if worth.by_target[best, column] > worth.noise:
                found[name][at] = places[best]
    return found


def _spread(values: Floats) -> float:
    defined = _defined(values)
    return float(np.ptp(defined, axis=0).max(initial=0.0)) if defined.size else 0.0


def _defined(values: Floats) -> Floats:
    return values[:, ~np.isnan(values).any(axis=0)]


def _product(
    targets: _Targets, summaries: Mapping[str, Summary], at: int, best: Mapping[str, list[int | None]]
) -> ProductInterval:
    point = targets.products[at]
    cut = Interval.of(summaries["loss_cut"], at, point.loss.cut) if targets.has_cut[at] else None
    level = point.level.used
    severity = Interval.of(summaries["severity"], at, point.severity) if cut is not None and level else None
    why = point.loss.why if cut is None else NO_LEVEL if severity is None else None
    facts = [best[name][at] for name in MEASURES]
    return ProductInterval(
        code=point.code,
        name=point.name,
        level=level,
        basis=str(targets.unknowns.network.products.at[point.code, "basis"]),
        prior_only=targets.prior_only(point),
        loss_stop=Interval.of(summaries["loss_stop"], at, point.loss.stop),
        loss_cut=cut,
        severity=severity,
        why=why,
        fact=next((one for one in facts if one is not None), None),
    )


def _silent(targets: _Targets, point: ProductDiagnosis) -> ProductInterval:
    basis = str(targets.unknowns.network.products.at[point.code, "basis"])
    return ProductInterval(
        point.code,
        point.name,
        point.level.used,
        basis,
        targets.prior_only(point),
        None,
        None,
        None,
        point.loss.why,
        None,
    )


def _product_order(one: ProductInterval) -> tuple[Any, ...]:
    known = [interval.median if interval else -1.0 for interval in (one.severity, one.loss_cut, one.loss_stop)]
    return (*(-value for value in known), one.code)


def _assumptions(drawing: Drawing) -> tuple[Text, ...]:
    """Every prior that was used."""
    unknowns, kinds = drawing.unknowns, drawing.uncertain
    bases = set(unknowns.network.products["basis"].tolist())
    foreign = {one.kind for one in unknowns.foreign.values()}
    used = {
        "shares": "shares" in kinds and bool(len(unknowns.cells.product)),
        "world": "shares" in kinds and "world_shares" in bases,
        "rate": "shares" in kinds and "beta" in foreign,
        "level": "shares" in kinds and "level" in bases,
        "foreign": "shares" in kinds and "unknown" in bases,
        "supplies": "supplies" in kinds and bool(len(drawing.open_slots)),
        "essential": "essential" in kinds and bool(unknowns.essential_unknown.any()),
        "costs": "costs" in kinds and bool(drawing.cost_groups.any()),
        "kept": True,
    }
    return tuple(text for name, text in ASSUMPTIONS.items() if used[name])


def _counts(drawing: Drawing, candidates: Candidates) -> dict[str, int]:
    names = {"share": "shares", "foreign_share": "foreign_shares", "supplier": "supplies", "essential": "essential"}
    names |= {"cost": "costs"}
    kinds = [key[0] for key in candidates.keys]
    return {name: kinds.count(kind) for kind, name in names.items()}
