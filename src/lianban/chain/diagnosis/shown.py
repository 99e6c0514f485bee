"""Plain values of one product's diagnosis, as ``to_dict`` gives them."""

from typing import Any

from lianban.chain.diagnosis.concentration import Concentration
from lianban.chain.diagnosis.explain import fact_list, plain, text_dict
from lianban.chain.diagnosis.facts import Facts
from lianban.chain.diagnosis.kinds import NAMES, Kind
from lianban.chain.diagnosis.product import ProductDiagnosis
from lianban.chain.diagnosis.routes import ROUTES, RULES
from lianban.chain.diagnosis.scope import FAIR_COMPETITION, LocalPresence
from lianban.chain.diagnosis.sentences import GUESSED, reason
from lianban.chain.diagnosis.solvers import Solver
from lianban.chain.diagnosis.sources import Source, contradictions
from lianban.rulebook import RuleSet


def shown(point: ProductDiagnosis, facts: Facts, rules: RuleSet) -> dict[str, Any]:
    """Return one product as plain values; ``rank`` is there for weak points only."""
    path = {"products": list(point.path.products), "effect": point.path.effect} if point.path else None
    return {
        **({"rank": point.rank} if point.rank is not None else {}),
        "code": point.code,
        "name": text_dict(point.name),
        "segment": point.row["segment"],
        "grade": point.row["grade"],
        "final": point.final,
        **_level(point),
        "kind": point.kind,
        "kinds": [_kind(kind) for kind in point.kinds],
        "standing": "suspected" if point.is_weak else None,
        **_numbers(point),
        "reason": text_dict(reason(point, rules)),
        "missing": [text_dict(text) for text in point.missing],
        **_route(point),
        **_supply(point),
        "dependants": list(point.dependants),
        "path": path,
        "relatedness": {"value": point.relatedness[0], "neighbours_known": point.relatedness[1]},
        "local": _local(point.presence),
        "solvers": [_solver(solver, facts) for solver in point.solvers],
        "voices": point.voices.as_dict(facts.as_of),
        "disagreements": [text_dict(text) for text in point.voices.disagreements],
        "strength": point.strength_rows is not None,
        "confidentiality": point.confidentiality,
    }


def _level(point: ProductDiagnosis) -> dict[str, Any]:
    """Level and triple: used, stated, derived."""
    return {
        "level": point.level.used,
        "level_basis": point.level.basis,
        "level_stated": point.level.stated,
        "level_derived": point.level.derived,
        "level_derived_is_at_least": point.level.at_least,
        "triple": point.triple.shown,
        "triple_stated": point.triple.stated,
        "triple_computed": point.triple.computed,
        "fragile": point.triple.fragile,
    }


def _numbers(point: ProductDiagnosis) -> dict[str, Any]:
    """Severity, losses and foreign share; None is unknown."""
    return {
        "severity": point.severity,
        "band": point.band,
        "inferred": point.loss.inferred,
        "inferred_by": text_dict(GUESSED[point.loss.guess]) if point.loss.guess else None,
        "at_least": point.loss.at_least,
        "band_first": point.band_first,
        "loss_stop": point.loss.stop,
        "loss_cut": point.loss.cut,
        "loss_left": point.loss.left,
        "loss_left_needs": plain(point.loss.why_not_left),
        "foreign_share": point.loss.foreign_share,
        "foreign_share_basis": point.loss.basis,
        "placeless_share": point.loss.placeless_share,
        "largest_foreign_origin": point.loss.largest_origin,
        "largest_foreign_origin_share": point.loss.largest_origin_share,
    }


def _supply(point: ProductDiagnosis) -> dict[str, Any]:
    """Where supply comes from, and how concentrated it is."""
    return {
        "sources": [_source(source) for source in point.sources],
        "sources_complete": bool(point.complete_rows),
        "sole_source": {"state": point.sole[0], "organisation": point.sole[1]},
        "concentration": {by: _concentration(one) for by, one in point.concentration.items()},
        "domestic_share": plain({"low": point.share.low, "high": point.share.high, "basis": point.share.basis})
        if point.share
        else None,
        "domestic_rates": [
            {
                "value": rate.value,
                "basis": rate.basis,
                "definition": rate.definition,
                "base": rate.base,
                "period": rate.period,
                "estimated": rate.estimated,
                "source": rate.row["source"],
                "observed_on": plain(rate.row["observed_on"]),
            }
            for rate in point.rates
        ],
        "persistence": {"state": point.persistence.state, "needs": plain(point.persistence.needs)},
        "substitutability": {
            "state": point.substitutability.state,
            "ratio": point.substitutability.ratio,
            "needs": plain(point.substitutability.needs),
        },
    }


def _kind(kind: Kind) -> dict[str, Any]:
    entered = kind.code in ("blockage", "pain", "difficulty")
    told = {
        "code": kind.code,
        "name": text_dict(NAMES[kind.code]),
        "state": kind.state,
        "needs": plain(kind.needs),
        "facts": fact_list(kind.rows),
    }
    if kind.detail:
        told["assessors"] = {who: dict(scores) for who, scores in kind.detail}
    if entered and kind.rows:
        told["entered"] = [
            {name: plain(row[name]) for name in ("value", "assessor", "voice", "observed_on")} for row in kind.rows
        ]
    return told


def _route(point: ProductDiagnosis) -> dict[str, Any]:
    route = point.route
    return {
        "route": route.code,
        "route_name": text_dict(ROUTES[route.code]) if route.code else None,
        "route_also": list(route.also),
        "route_provisional": route.provisional,
        "route_needs": plain(route.needs),
        "rule": route.rule,
        "rule_text": text_dict(RULES[route.rule]),
        "facts": [{"name": name, "value": plain(value)} for name, value in route.facts],
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "organisation": source.organisation,
        "origin": source.origin,
        "place": source.place,
        "home": source.home,
        "supplies": source.supplies,
        "stage": source.stage,
        "operating": source.operating,
        "building": source.building,
        "share_of_home_supply": source.share_home,
        "share_of_world_supply": source.share_world,
        "since": source.rows[0]["since"],
        "facts": fact_list(source.rows[:1]),
        "contradicting": [
            {
                name: plain(row[name])
                for name in ("code", "stage", "status", "share", "share_of", "source", "observed_on")
            }
            for row in contradictions(source)
        ],
    }


def _concentration(one: Concentration) -> dict[str, Any]:
    return {
        "by": one.by,
        "unit": "fraction",
        "share_of": one.share_of,
        "hhi": plain(one.hhi) if one.hhi else "unknown",
        "cr1": plain(one.cr1) if one.cr1 else "unknown",
        "judged": one.judged,
        "largest": one.largest,
        "missing_share": one.missing,
    }


def _local(presence: LocalPresence | None) -> dict[str, Any] | None:
    if presence is None:
        return None
    told: dict[str, Any] = {"presence": presence.code, "organisations": list(presence.organisations)}
    told["share_of_home_supply"] = presence.share
    told["note"] = text_dict(FAIR_COMPETITION)
    return told


def _solver(solver: Solver, facts: Facts) -> dict[str, Any]:
    row = facts.organisations[solver.organisation]
    return {
        "organisation": solver.organisation,
        "name": {"zh": row["name"], "en": row["name_en"] or row["name"]},
        "kind": row["kind"],
        "why": text_dict(solver.why(facts.products)),
        "reasons": [{"reason": reason, "product": product} for reason, product, _ in solver.reasons],
        "facts": fact_list(row for _, _, row in solver.reasons),
        "local": solver.local,
    }
