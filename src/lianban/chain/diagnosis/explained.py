"""The explanations of one product's numbers: formula, inputs, sources, denominator, each under its name."""

from typing import Any

from lianban.chain.diagnosis.concentration import Concentration
from lianban.chain.diagnosis.explain import Explanation, explain
from lianban.chain.diagnosis.facts import Facts, Row
from lianban.chain.diagnosis.kinds import Kind
from lianban.chain.diagnosis.product import ProductDiagnosis
from lianban.chain.diagnosis.sentences import GUESSED
from lianban.chain.diagnosis.sources import Source
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

SHARE_OF = {
    "home_supply": Text("份额的口径：境内供应", "shares of supply to the home market"),
    "world_supply": Text("份额的口径：世界供应", "shares of world supply"),
}


def explain_product(point: ProductDiagnosis, facts: Facts, rules: RuleSet) -> dict[str, Explanation]:
    """Return an explanation for every number and verdict of one product."""
    found = {
        "level": _level(point),
        "triple": _triple(point, rules),
        "foreign_share": _foreign_share(point, rules),
        **_losses(point),
        "severity": _severity(point, rules),
        "sole_source": explain(
            "sole_source",
            point.sole[0],
            {"sources": [s.key for s in point.sources if s.supplies], "complete": bool(point.complete_rows)},
            [*(source.rows[0] for source in point.sources), *point.complete_rows],
        ),
        "dependants": explain("dependants", len(point.dependants), {"products": list(point.dependants)}, [point.row]),
        "chokepoint": _chokepoint(next(kind for kind in point.kinds if kind.code == "chokepoint"), rules),
        "relatedness": explain(
            "relatedness", point.relatedness[0], {"neighbours_known": point.relatedness[1]}, [point.row]
        ),
        "persistence": _persistence(point, rules),
        "substitutability": explain(
            "substitutability",
            point.substitutability.ratio,
            {"period": point.substitutability.period, "threshold": rules.value("diagnosis.import_export_ratio")},
            point.substitutability.rows,
        ),
    }
    for by, one in point.concentration.items():
        found[f"hhi_{by}"] = _concentration("hhi", one, point, rules)
        found[f"cr1_{by}"] = _concentration("cr1", one, point, rules)
    for number, rate in enumerate(point.rates, start=1):
        definition = Text(rate.definition, rate.definition)
        inputs = {"basis": rate.basis, "base": rate.base, "period": rate.period, "estimated": rate.estimated}
        found[f"domestic_rate_{number}"] = explain(
            "domestic_rate", rate.value, inputs, [rate.row], definition=definition
        )
    if point.path:
        found["path"] = explain(
            "path",
            point.path.effect,
            {"products": list(point.path.products)},
            [facts.products[c] for c in point.path.products],
        )
    if point.presence:
        named = {"organisations": list(point.presence.organisations), "share": point.presence.share}
        found["local_presence"] = explain("local_presence", point.presence.code, named, point.presence.rows)
    return found


def _level(point: ProductDiagnosis) -> Explanation:
    level = point.level
    inputs = {
        "stated": level.stated,
        "derived": level.derived,
        "derived_by": level.derived_rule,
        "derived_is_at_least": level.at_least,
        "basis": level.basis,
    }
    return explain("level", level.used, inputs, [*level.stated_rows, *level.derived_rows])


def _triple(point: ProductDiagnosis, rules: RuleSet) -> Explanation:
    share = point.share
    inputs: dict[str, Any] = {
        "stated": point.triple.stated,
        "computed": point.triple.computed,
        "level": point.level.used,
        "share_needed": rules.value("diagnosis.self_sufficient.share"),
        "domestic_share_low": share.low if share else None,
        "domestic_share_high": share.high if share else None,
        "domestic_share_basis": share.basis if share else None,
    }
    rows = [*point.triple.stated_rows, *point.level.rows, *(share.rows if share else ())]
    return explain("triple", point.triple.shown, inputs, rows)


def _foreign_share(point: ProductDiagnosis, rules: RuleSet) -> Explanation:
    loss = point.loss
    inputs: dict[str, Any] = {
        "basis": loss.basis,
        "guess": GUESSED[loss.guess] if loss.guess else None,
        "largest_origin": loss.largest_origin,
        "largest_origin_share": loss.largest_origin_share,
        "placeless_share": loss.placeless_share,
    }
    rows: list[Row] = [*point.share_rows]
    if loss.basis == "level" and point.level.used:
        inputs["level"] = point.level.used
        inputs["rule"] = f"diagnosis.foreign_share.{point.level.used}"
        inputs["rule_value"] = rules.value(inputs["rule"])
        rows = [*point.level.rows]
    return explain("foreign_share", loss.foreign_share, inputs, rows, inferred=loss.inferred)


def _losses(point: ProductDiagnosis) -> dict[str, Explanation]:
    """Explain the three losses; they stand on the whole network, so their class is at least the network's."""
    loss = point.loss
    path = list(point.path.products) if point.path else None
    common = {"path": path, "dependants": len(point.dependants)}
    cut = {**common, "largest_origin": loss.largest_origin, "largest_origin_share": loss.largest_origin_share}
    why_not = {"why_unknown": loss.why}
    rows = [point.row, *point.share_rows]
    least = point.network_class
    return {
        "loss_stop": explain(
            "loss_stop", loss.stop, common | (why_not if loss.stop is None else {}), rows, at_least=least
        ),
        "loss_cut": explain(
            "loss_cut",
            loss.cut,
            cut | (why_not if loss.cut is None else {}),
            rows,
            at_least=least,
            inferred=loss.inferred,
        ),
        "loss_left": explain(
            "loss_left",
            loss.left,
            cut | ({"why_unknown": loss.why_not_left} if loss.left is None else {}),
            rows,
            at_least=least,
            inferred=loss.inferred,
        ),
    }


def _severity(point: ProductDiagnosis, rules: RuleSet) -> Explanation:
    level = point.level.used
    inputs: dict[str, Any] = {"loss_cut": point.loss.cut, "level": level, "band": point.band}
    if level:
        inputs["readiness"] = rules.value(f"diagnosis.readiness.{level}")
        inputs["rule"] = f"diagnosis.readiness.{level}"
    else:
        inputs["why_unknown"] = list(point.missing)
    rows = [*point.level.rows, *point.share_rows]
    return explain("severity", point.severity, inputs, rows, at_least=point.network_class, inferred=point.loss.inferred)


def _concentration(formula: str, one: Concentration, point: ProductDiagnosis, rules: RuleSet) -> Explanation:
    result = one.hhi if formula == "hhi" else one.cr1
    inputs: dict[str, Any] = {
        "by": one.by,
        "share_of": one.share_of,
        "shares": {s.key: _used_share(s, one.share_of) for s in point.sources if s.supplies},
        "missing_share": one.missing,
        "largest": one.largest,
    }
    if formula == "hhi":
        inputs["judged"] = one.judged
        inputs["watch"] = rules.value("diagnosis.hhi.watch")
        inputs["severe"] = rules.value("diagnosis.hhi.severe")
    rows = [source.rows[0] for source in point.sources if source.supplies]
    return explain(formula, result, inputs, rows, definition=SHARE_OF[one.share_of])


def _used_share(source: Source, share_of: str) -> float | None:
    return source.share_home if share_of == "home_supply" else source.share_world


def _chokepoint(kind: Kind, rules: RuleSet) -> Explanation:
    inputs: dict[str, Any] = {
        "assessors": dict(kind.detail),
        "each_min": rules.value("diagnosis.chokepoint.each_min"),
        "sum_min": rules.value("diagnosis.chokepoint.sum_min"),
        "assessors_needed": rules.value("diagnosis.chokepoint.assessors"),
        "needs": kind.needs,
    }
    return explain("chokepoint", kind.state, inputs, kind.rows)


def _persistence(point: ProductDiagnosis, rules: RuleSet) -> Explanation:
    lasting = point.persistence
    inputs = {
        "import_share_by_year": {str(year): share for year, share in lasting.by_year},
        "years_high": lasting.years_high,
        "threshold": rules.value("diagnosis.import_share.watch"),
        "years_needed": rules.value("diagnosis.persistence.years_holding"),
        "window_years": rules.value("diagnosis.persistence.window_years"),
        "needs": lasting.needs,
    }
    return explain("persistence", lasting.state, inputs, lasting.rows)
