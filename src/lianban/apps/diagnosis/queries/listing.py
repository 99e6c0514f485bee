"""The list of weak points of one run: rows, cards, filters; and the strengths and the unknown beside it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lianban.apps.atlas.models import Chain, Segment
from lianban.apps.diagnosis import rules
from lianban.apps.diagnosis.compute import reading, words
from lianban.apps.diagnosis.models import Run, Study, WeakPoint
from lianban.apps.diagnosis.queries.runs import weak_points
from lianban.apps.diagnosis.queries.studies import newest_study
from lianban.apps.parties.rules import Actor
from lianban.kit.text import Text

VIEWS = {
    "weak": Text("薄弱环节", "Weak points"),
    "unknown": Text("严重度未知", "Severity unknown"),
    "strengths": Text("长板", "Strengths"),
    "missing": Text("本地缺失", "Missing locally"),  # only where a run looks from a place
    "all": Text("全部产品", "All products"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for."""

    view: str = "weak"
    q: str = ""
    segment: str = ""
    level: str = ""
    kind: str = ""
    band: str = ""
    route: str = ""
    status: str = ""
    voice: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        asked = {name: query.get(name, "").strip() for name in cls.__slots__}
        if asked["view"] not in VIEWS:
            asked["view"] = "weak"
        return cls(**asked)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what the run says, what people did about it, and how well it is sourced."""

    point: Mapping[str, Any]
    weak_point: WeakPoint | None
    segment: Segment | None
    overdue: bool
    n_sources: int
    age_months: int | None
    contradicting: bool
    expert: Mapping[str, Any]
    interval: Mapping[str, Any] | None = None  # of the loss if cut, from the newest intervals

    @property
    def status(self) -> str:
        return self.weak_point.status if self.weak_point else ""

    @property
    def status_name(self) -> Text:
        return rules.WORKFLOW.states[self.status] if self.status else Text("未提出", "not raised")


@dataclass(frozen=True, slots=True)
class Listing:
    """The page: rows after the filters, cards about the whole run, and what the filters may ask for."""

    run: Run
    filters: Filters
    rows: list[Row]
    counts: Mapping[str, int]
    cards: Mapping[str, Any]
    choices: Mapping[str, Any] = field(default_factory=dict)
    intervals: Study | None = None


def listing(run: Run, chain: Chain, actor: Actor, filters: Filters, today: date) -> Listing:
    """Build the list of a run this reader may see; three statements beyond the run."""
    result = run.result
    intervals = newest_study(chain, "intervals", actor)
    wide = {one["code"]: one for one in intervals.result["products"]} if intervals else {}
    weak = {point.product_code: point for point in weak_points(chain, actor)}
    segments = {segment.code: segment for segment in chain.segments.all()}
    lists = {
        "weak": reading.ranked(result),
        "unknown": result["unknown"],
        "strengths": reading.strengths(result),
        "missing": reading.missing_locally(result),
        "all": reading.points(result),
    }
    if run.scope == "nation":
        del lists["missing"]
    rows = [_row(point, result, weak, segments, today, wide) for point in lists.get(filters.view, [])]
    return Listing(
        run=run,
        filters=filters,
        rows=[row for row in rows if _fits(row, filters)],
        counts={name: len(points) for name, points in lists.items()},
        cards=_cards(result),
        intervals=intervals,
        choices={
            "segments": segments,
            "levels": sorted({row.point["level"] for row in rows if row.point["level"]}),
            "kinds": words.KINDS,
            "bands": words.BANDS,
            "routes": words.ROUTES,
            "statuses": rules.WORKFLOW.states,
        },
    )


def _row(
    point: Mapping[str, Any], result: Mapping[str, Any], weak: Mapping[str, WeakPoint],
    segments: Mapping[str, Segment], today: date, wide: Mapping[str, Any],
) -> Row:  # fmt: skip
    code = point["code"]
    facts = reading.facts_of(result["explanations"].get(code, {}))
    handled = weak.get(code)
    return Row(
        point=point,
        weak_point=handled,
        segment=segments.get(point["segment"]),
        overdue=bool(handled and rules.is_overdue(handled.status, handled.due_on, today)),
        n_sources=len({fact["source"] for fact in facts if fact["source"]}),
        age_months=reading.age_in_months((fact["observed_on"] for fact in facts), today),
        contradicting=any(source["contradicting"] for source in point["sources"]),
        expert=reading.expert_says(point),
        interval=(wide.get(code) or {}).get("loss_cut"),
    )


def _fits(row: Row, filters: Filters) -> bool:
    point = row.point
    tests: Iterable[bool] = (
        not filters.segment or point["segment"] == filters.segment,
        not filters.level or (point["level"] or "unknown") == filters.level,
        not filters.kind or any(k["code"] == filters.kind and k["state"] == "yes" for k in point["kinds"]),
        not filters.band or point["band"] == filters.band,
        not filters.route or point["route"] == filters.route,
        not filters.status or (row.overdue if filters.status == "overdue" else row.status == filters.status),
        not filters.q or _mentions(point, filters.q),
        _heard(row, filters.voice),
    )
    return all(tests)


def _mentions(point: Mapping[str, Any], words_: str) -> bool:
    text = " ".join([point["code"], point["name"]["zh"], point["name"]["en"], point["grade"] or ""]).lower()
    return words_.lower() in text


def _heard(row: Row, voice: str) -> bool:
    if voice == "disagree":
        return bool(row.point["disagreements"])
    if voice == "firm":
        firm = row.point["voices"]["firm"]
        return bool(firm["demands"] or firm["assessments"])
    return not voice or (voice == "expert" and bool(row.point["voices"]["expert"]))


def _cards(result: Mapping[str, Any]) -> dict[str, Any]:
    names = reading.names(result)
    ranked = reading.ranked(result)
    path = result["summary"]["path_of_largest_effect"]
    sole = [point for point in reading.points(result) if point["sole_source"]["state"] == "yes"]
    routes = Counter(point["route"] for point in ranked if point["route"])
    triples = result["summary"]["triples"]
    return {
        "total": triples["total"],
        "triples": [
            {"code": code, "name": words.TRIPLES[code], "n": n, "percent": triples["percents"][code]}
            for code, n in triples["counts"].items()
            if n or code in ("blank", "unstable", "self_sufficient")
        ],
        "path": path and {**path, "names": [names.get(code, {"zh": code, "en": code}) for code in path["products"]]},
        "sole": sole,
        "sole_unknown": sum(1 for p in reading.points(result) if p["sole_source"]["state"] == "unknown"),
        "routes": [(words.ROUTES[code], n) for code, n in routes.most_common(3)],
        "published": result["summary"]["published"],
        "local": result["summary"]["local"],
        "parents": result["parents"],
        "data_level": result["data_level_text"],
        "weights": words.WEIGHTS.get(result["weights"], Text(result["weights"], result["weights"])),
        "judgement_only": result["judgement_only"],
    }
