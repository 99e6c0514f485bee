"""Reconciliation service (对照服务), version 0.2 of the Reconciliation API of the W3C community group.

An identifier is ``organisations/CODE`` or ``products/CODE`` of one chain: what stands in the addresses of the pages too.
"""

import json
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Form, Query, Router, Schema
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.reconcile import queries
from lianban.apps.reconcile.compute import Candidate, Party
from lianban.kit.api import ChainCode, found, readable, wrong

router = Router(tags=["reconcile"])
TYPES = {"organisations": "组织 organisation", "products": "产品 product"}
PROPERTIES = {
    "organisations": {"credit_code": "统一社会信用代码 credit code", "place": "所在地 place", "kind": "类型 kind", "name_en": "英文名称 English name", "website": "网站 website"},
    "products": {"name_en": "英文名称 English name", "segment": "环节 segment", "grade": "规格 grade", "application": "应用 application"},
}  # fmt: skip
MOST_QUERIES = 100
Type = Literal["organisations", "products"]
Asked = Annotated[str, Query(max_length=100_000, description="对照请求，JSON / reconciliation queries as JSON")]


class Property(Schema):
    model_config = ConfigDict(extra="ignore")
    pid: str = Field(max_length=40)
    v: Any = None


class Question(Schema):
    """One name to be matched; a property ``credit_code`` or ``place`` helps."""

    model_config = ConfigDict(extra="ignore")
    query: str = Field(max_length=300)
    type: Any = None
    limit: int = Field(5, ge=1, le=50)
    properties: list[Property] = Field(default_factory=list, max_length=10)


class Wanted(Schema):
    model_config = ConfigDict(extra="ignore")
    id: str = Field(max_length=40)


class Extension(Schema):
    """Ask for columns of rows that were matched."""

    model_config = ConfigDict(extra="ignore")
    ids: list[str] = Field(max_length=1000)
    properties: list[Wanted] = Field(max_length=20)


class Sent(Schema):
    queries: str = Field("", max_length=1_000_000)
    extend: str = Field("", max_length=1_000_000)


QUESTIONS = TypeAdapter(dict[str, Question])
EXTENSION = TypeAdapter(Extension)


@router.get("/reconcile/{chain}", response=dict[str, Any])
def service(request: HttpRequest, chain: ChainCode, queries: Asked = "", extend: Asked = "") -> Any:
    """服务说明；带 ``queries`` 或 ``extend`` 时作答。/ The manifest; with ``queries`` or ``extend`` the answer."""
    return _answer(request, _of(request, chain), queries, extend)


@router.post("/reconcile/{chain}", response=dict[str, Any])
def ask(request: HttpRequest, chain: ChainCode, sent: Form[Sent]) -> Any:
    """同上，按表单提交（OpenRefine 的做法）；只读。/ The same, sent as a form as OpenRefine does; it only reads."""
    return _answer(request, _of(request, chain), sent.queries, sent.extend)


@router.get("/reconcile/{chain}/suggest/entity", response=dict[str, Any])
def suggest_entity(
    request: HttpRequest, chain: ChainCode, prefix: Annotated[str, Query(max_length=100)] = "", type: Type = "organisations"
) -> Any:  # fmt: skip
    """按开头几个字提示。/ Suggestions while typing."""
    row, actor = _of(request, chain), request.actor  # type: ignore[attr-defined]
    rows = queries.beginning(actor, row, type, prefix, 10) if prefix.strip() else []
    told = [{"id": f"{type}/{one.code}", "name": one.name, "notable": [_type(type)]} for one in rows]
    return {"result": told}


@router.get("/reconcile/{chain}/suggest/property", response=dict[str, Any])
def suggest_property(request: HttpRequest, chain: ChainCode, prefix: Annotated[str, Query(max_length=100)] = "") -> Any:
    """可作比对依据的列。/ Columns that help to match."""
    _of(request, chain)
    names = {key: name for kind in TYPES for key, name in PROPERTIES[kind].items()}
    return {
        "result": [
            {"id": key, "name": name} for key, name in names.items() if prefix.lower() in f"{key} {name}".lower()
        ]
    }


@router.get("/reconcile/{chain}/extend/propose", response=dict[str, Any])
def propose(
    request: HttpRequest, chain: ChainCode, type: Type = "organisations", limit: Annotated[int, Query(ge=1, le=50)] = 50
) -> Any:  # fmt: skip
    """比对后可以补充的列。/ Columns that can be added once matched."""
    _of(request, chain)
    known = [{"id": key, "name": name} for key, name in PROPERTIES[type].items()]
    return {"type": type, "limit": limit, "properties": known[:limit]}


def _of(request: HttpRequest, code: str) -> Chain:
    return found(atlas.chain(request.actor, code))  # type: ignore[attr-defined]


def _type(kind: str) -> dict[str, str]:
    return {"id": kind, "name": TYPES[kind]}


def _answer(request: HttpRequest, chain: Chain, asked: str, extend: str) -> dict[str, Any]:
    if asked:
        questions = _read(QUESTIONS, "queries", asked)
        if len(questions) > MOST_QUERIES:
            raise wrong("queries", "一次最多 {n} 个名称", "at most {n} names at once", n=MOST_QUERIES)
        return {key: {"result": _match(request, chain, question)} for key, question in questions.items()}
    if extend:
        return _extended(request, chain, _read(EXTENSION, "extend", extend))
    return _manifest(request, chain)


def _read(shape: TypeAdapter[Any], name: str, text: str) -> Any:
    try:
        value = json.loads(text)
        readable(value)
        return shape.validate_python(value)
    except (ValueError, RecursionError) as error:
        why = "; ".join(one["msg"] for one in error.errors()) if isinstance(error, ValidationError) else str(error)
        raise wrong(name, "无法读取：{why}", "cannot be read: {why}", why=why[:300]) from None


def _manifest(request: HttpRequest, chain: Chain) -> dict[str, Any]:
    root = request.build_absolute_uri("/").rstrip("/")
    here = f"{root}/api/v1/reconcile/{chain.code}"
    return {
        "versions": ["0.2"],
        "name": f"链办 · {chain.name}",
        "identifierSpace": f"{root}/chains/{chain.code}/",
        "schemaSpace": f"{root}/api/v1/dictionary",
        "defaultTypes": [_type(kind) for kind in TYPES],
        "view": {"url": f"{root}/chains/{chain.code}/{{{{id}}}}/"},
        "batchSize": MOST_QUERIES,
        "suggest": {
            "entity": {"service_url": here, "service_path": "/suggest/entity"},
            "property": {"service_url": here, "service_path": "/suggest/property"},
        },
        "extend": {"propose_properties": {"service_url": here, "service_path": "/extend/propose"}, "property_settings": []},
    }  # fmt: skip


def _match(request: HttpRequest, chain: Chain, question: Question) -> list[dict[str, Any]]:
    """Candidates, the best first; ``match`` only where no human need be asked."""
    given = question.type[0] if isinstance(question.type, list) and question.type else question.type
    kind = given.get("id") if isinstance(given, dict) else given
    told = {one.pid: str(one.v) for one in question.properties if isinstance(one.v, str | int)}
    party = Party("", question.query, told.get("credit_code", ""), told.get("place", ""))
    actor: Any = request.actor  # type: ignore[attr-defined]
    found_: list[tuple[Candidate, str, bool]] = []
    for one in [kind] if kind in TYPES else TYPES:
        match = queries.register(actor, chain, one).match(party, question.limit)
        sure = [(match.certain, one, True)] if match.certain else []
        found_ += sure + [(candidate, one, False) for candidate in match.candidates]
    found_.sort(key=lambda each: (not each[2], -each[0].score, each[0].key))
    rows = {one: queries.rows(actor, chain, one, [c.key for c, k, _ in found_ if k == one]) for one in {k for _, k, _ in found_}}  # fmt: skip
    alone = sum(sure for _, _, sure in found_) == 1
    return [
        {
            "id": f"{one}/{candidate.key}", "name": rows[one][candidate.key].name, "type": [_type(one)],
            "score": round(candidate.score * 100, 1), "match": sure and alone,
            "features": [{"id": candidate.rule, "value": candidate.score}],
        }
        for candidate, one, sure in found_[: question.limit]
        if candidate.key in rows[one]
    ]  # fmt: skip


def _extended(request: HttpRequest, chain: Chain, asked: Extension) -> dict[str, Any]:
    """Columns of rows; what is unknown, hidden or of another type is an empty cell."""
    names = {key: name for kind in TYPES for key, name in PROPERTIES[kind].items()}
    wanted = [one.id for one in asked.properties if one.id in names]
    codes: dict[str, list[str]] = {kind: [] for kind in TYPES}
    for one in asked.ids:
        kind, _, code = one.partition("/")
        if kind in codes:
            codes[kind].append(code)
    rows = {kind: queries.rows(request.actor, chain, kind, codes[kind]) for kind in TYPES}  # type: ignore[attr-defined]
    told: dict[str, Any] = {}
    for one in asked.ids:
        kind, _, code = one.partition("/")
        row = rows.get(kind, {}).get(code)
        told[one] = {name: _cell(row, name) if row and name in PROPERTIES[kind] else [] for name in wanted}
    return {"meta": [{"id": name, "name": names[name]} for name in wanted], "rows": told}


def _cell(row: Any, name: str) -> list[dict[str, str]]:
    value = row.segment.name if name == "segment" else getattr(row, name)
    return [{"str": str(value)}] if value else []
