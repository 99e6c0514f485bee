"""``Diagnosis`` (薄弱环节诊断): the result, as objects, as plain values, as bytes, as a table."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lianban.chain.diagnosis import summary
from lianban.chain.diagnosis.explain import FORMULAS, Explanation, plain, text_dict
from lianban.chain.diagnosis.explained import explain_product
from lianban.chain.diagnosis.facts import Facts, highest
from lianban.chain.diagnosis.kinds import NAMES
from lianban.chain.diagnosis.levels import LEVELS
from lianban.chain.diagnosis.organisations import OrganisationDiagnosis
from lianban.chain.diagnosis.product import ProductDiagnosis, Standing
from lianban.chain.diagnosis.scope import Scope
from lianban.chain.diagnosis.sentences import reason
from lianban.chain.diagnosis.shown import shown
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    import pandas as pd

SCHEMA = "lianban/diagnosis/1"


@dataclass(frozen=True)
class NetworkFacts:
    """What the result says of the network it stands on: level of data, weights, notes, engine."""

    data_level: str
    data_level_text: Text
    weights: str
    engine: Mapping[str, Any]
    notes: tuple[tuple[str, str | None, Text], ...]
    confidentiality: str


@dataclass(frozen=True)
class Diagnosis:
    """Diagnosis (薄弱环节诊断) of one chain: same input, same output, byte for byte.

    ``weak_points`` are ranked, the worst first; ``unknown`` lists products whose severity is not known, apart and never
    ranked as 0; ``products`` holds all products without kinds below them, by code. Every number has an explanation:
    ``explain("bag", "severity")``. ``manifest`` (run time, machine, versions) is not part of ``to_dict``.
    """

    fingerprint: str
    rules: RuleSet
    scope: Scope
    facts: Facts
    standing: Mapping[str, Standing]
    products: tuple[ProductDiagnosis, ...]
    weak_points: tuple[ProductDiagnosis, ...]
    unknown: tuple[ProductDiagnosis, ...]
    organisations: tuple[OrganisationDiagnosis, ...]
    network: NetworkFacts
    findings: tuple[Mapping[str, Any], ...]
    aggregates: tuple[Mapping[str, Any], ...]
    manifest: Mapping[str, Any]

    @cached_property
    def by_code(self) -> dict[str, ProductDiagnosis]:
        return {point.code: point for point in (*self.products, *self.weak_points)}

    @property
    def data_level(self) -> str:
        """Name the level of data the losses stand on, the weakest part decides."""
        return self.network.data_level

    @property
    def judgement_only(self) -> bool:
        """True where nothing but stated levels is known: show 高/中/低 first, the percentage second."""
        return self.network.data_level == "judgement"

    @property
    def strengths(self) -> list[ProductDiagnosis]:
        """长板: products stated as strengths, ranked among the first in the world, or at L5."""
        return [point for point in self.products if point.strength_rows is not None]

    @property
    def missing_locally(self) -> list[ProductDiagnosis]:
        """Products made at home and not in the scope's area (本地缺失), weak or not: cooperate, buy, invite."""
        return [
            point
            for point in self.products
            if point.presence is not None
            and point.presence.code == "absent"
            and point.level.used not in (None, "L0", "L1")
        ]

    @property
    def confidentiality(self) -> str:
        """Return the highest class of anything shown."""
        return highest(self.network.confidentiality, *(point.confidentiality for point in self.products))

    def reason(self, code: str) -> Text:
        """Return the one-sentence reason of a product."""
        return reason(self.by_code[code], self.rules)

    def explain(self, code: str, measure: str) -> Explanation:
        """Open a number of a product: formula, inputs, sources, dates, definition, denominator."""
        return self.explanations(code)[measure]

    def explanations(self, code: str) -> dict[str, Explanation]:
        """Return all explanations of one product by measure."""
        return explain_product(self.by_code[code], self.facts, self.rules)

    def table(self, language: str = "zh") -> "pd.DataFrame":
        """Return the ranked weak points as a DataFrame, one row each."""
        import pandas as pd

        rows = [
            {
                "rank": point.rank,
                "code": point.code,
                "name": point.name.in_(language),
                "level": point.level.used,
                "triple": point.triple.shown,
                "kind": NAMES[point.kind].in_(language) if point.kind else None,
                "band": point.band,
                "severity": point.severity,
                "loss_stop": point.loss.stop,
                "loss_cut": point.loss.cut,
                "loss_left": point.loss.left,
                "inferred": point.loss.inferred,
                "route": point.route.code,
                "rule": point.route.rule,
                "reason": reason(point, self.rules).in_(language),
            }
            for point in self.weak_points
        ]
        columns = [
            "rank",
            "code",
            "name",
            "level",
            "triple",
            "kind",
            "band",
            "severity",
            "loss_stop",
            "loss_cut",
            "loss_left",
            "inferred",
            "route",
            "rule",
            "reason",
        ]
        return pd.DataFrame(rows, columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """Return plain values only: what ``to_json`` writes."""
        info = self.facts.info
        return {
            "schema": SCHEMA,
            "ruleset": self.rules.name,
            "ruleset_version": self.rules.version,
            "ruleset_fingerprint": self.rules.fingerprint,
            "ruleset_extends": list(self.rules.extends),
            "ruleset_overridden": list(self.rules.overridden),
            "rules": [self.rules.entry(key).as_dict() for key in self.rules.list_keys("diagnosis.")],
            "fingerprint": self.fingerprint,
            "as_of": self.facts.as_of.isoformat(),
            "scope": {"code": self.scope.code, "area": self.scope.area},
            "chain": {name: plain(info.get(name)) for name in ("code", "name", "name_en", "home", "place", "sample")},
            "data_level": self.network.data_level,
            "data_level_text": text_dict(self.network.data_level_text),
            "judgement_only": self.judgement_only,
            "weights": self.network.weights,
            "engine": plain(self.network.engine),
            "confidentiality": self.confidentiality,
            "weak_points": [shown(point, self.facts, self.rules) for point in self.weak_points],
            "unknown": [shown(point, self.facts, self.rules) for point in self.unknown],
            "products": [shown(point, self.facts, self.rules) for point in self._others],
            "strengths": [point.code for point in self.strengths],
            "missing_locally": [point.code for point in self.missing_locally],
            "parents": summary.parents(self.facts, self.standing),
            "organisations": [one.as_dict() for one in self.organisations],
            "summary": self.summary,
            "findings": [dict(finding) for finding in self.findings],
            "formulas": {
                formula.id: {
                    "name": text_dict(formula.name),
                    "plain": text_dict(formula.plain),
                    "unit": formula.unit,
                    "denominator": text_dict(formula.denominator),
                }
                for formula in FORMULAS.values()
            },
            "sources": {code: _source(row) for code, row in self.facts.sources.items()},
            "explanations": {
                point.code: {name: one.as_dict() for name, one in self.explanations(point.code).items()}
                for point in self.products
            },
        }

    @property
    def _others(self) -> list[ProductDiagnosis]:
        """Products that are neither weak points nor unknown."""
        listed = {point.code for point in (*self.weak_points, *self.unknown)}
        return [point for point in self.products if point.code not in listed]

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The chain as a whole: distributions, kinds, published aggregates, path of largest effect."""
        worst = next((point for point in self.weak_points if point.path), None)
        kinds = Counter(kind.code for point in self.products for kind in point.kinds if kind.state == "yes")
        return {
            "products": len(self.products),
            "weak_points": len(self.weak_points),
            "unknown": len(self.unknown),
            "levels": summary.distribution([point.level.used for point in self.products], LEVELS),
            "triples": summary.distribution([point.triple.shown for point in self.products], summary.TRIPLES),
            "kinds": {code: kinds.get(code, 0) for code in NAMES},
            "local": summary.local_summary(self.products),
            "published": [dict(one) for one in self.aggregates],
            "path_of_largest_effect": {
                "from": worst.code,
                "products": list(worst.path.products),
                "effect": worst.path.effect,
                "loss_cut": worst.loss.cut,
            }
            if worst and worst.path
            else None,
        }

    def to_json(self) -> str:
        """Return ``to_dict`` as JSON: keys sorted, numbers in their shortest exact form, the same bytes every time."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"

    def __repr__(self) -> str:
        name = self.facts.info.get("name") or ""
        return f"<Diagnosis {name!r}: {len(self.weak_points)} weak points, {len(self.unknown)} unknown>"


def _source(row: Mapping[str, Any]) -> dict[str, Any]:
    fields: Sequence[str] = (
        "title", "publisher", "kind", "address", "published_on", "read_on", "phrase", "terms", "confidentiality",
    )  # fmt: skip
    return {name: plain(row.get(name)) for name in fields}
