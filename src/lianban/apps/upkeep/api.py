"""Upkeep for programs: how old facts are, "still true", corrections sent and answered."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas import services as changing
from lianban.apps.atlas.models import Chain
from lianban.apps.parties.rules import Actor
from lianban.apps.upkeep import compute, forms, queries, rules, services
from lianban.apps.upkeep.models import Correction
from lianban.kit import api
from lianban.kit.api import CODE, ChainCode, Limit, Number, Passed, Receipt, Scope, Sentence, found, wrong

router = Router(tags=["upkeep"])
TableName = Literal["products", "inputs", "organisations", "production", "supplies", "demands", "assessments", "parameters", "indicators"]  # fmt: skip
Code = Annotated[str, Field(max_length=160, pattern=CODE)]
Cell = str | bool | int | float | None


class AgeTold(Schema):
    """A fact with its age: last known true on a day, to be looked at again by another, and by whom."""

    table: str
    code: str
    name: Sentence
    seen_on: date
    expires_on: date
    days: int
    state: Literal["fresh", "due", "stale"]
    refreshed_by: str | None = Field(
        description="组织编码，null = 链办 / code of the organisation, null: the chain office"
    )


class Ages(Schema):
    items: list[AgeTold]
    n: int
    next: str | None = None


class Confirmed(Schema):
    """Rows that still hold today."""

    model_config = ConfigDict(extra="forbid")
    table: TableName
    codes: list[Code] = Field(min_length=1, max_length=1000)


class CorrectionTold(Schema):
    """A correction (更正)."""

    id: int
    chain: str
    organisation: str
    table: str
    code: str
    before: dict[str, Any]
    after: dict[str, Any] | None = Field(description="null = 这一条不该有 / the row should not be there")
    reason: str
    state: str = Field(description=", ".join(rules.CORRECTIONS.states))
    raised_at: datetime
    due_on: date
    decided_at: datetime | None
    decision_reason: str


class Corrections(Schema):
    items: list[CorrectionTold]
    n: int
    next: str | None = None


class CorrectionAsked(Schema):
    """What should stand in a row about one's own organisation: the columns that are wrong, or null for a row that should go."""

    model_config = ConfigDict(extra="forbid")
    table: TableName
    code: Code
    after: dict[str, Cell] | None = Field(max_length=40)
    reason: str = Field(max_length=2000, description="理由和依据 / why, and how it can be checked")


class Answered(Schema):
    model_config = ConfigDict(extra="forbid")
    reason: str = Field("", max_length=2000, description="不采纳须写明 / needed where it is refused")


@router.get("/chains/{chain}/ages/{table}", response=Ages)
def ages(
    request: HttpRequest, chain: ChainCode, table: TableName, state: Annotated[Literal["", "fresh", "due", "stale"], Query()] = "",
    limit: Limit = 100, after: Passed = 0,
) -> Any:  # fmt: skip
    """事实的年龄，旧的在前：办公室看全部，企业看关于自己的。/ Facts by age, the oldest first; an organisation sees those about itself."""
    on, actor, today = _of(request, chain), _actor(request), timezone.localdate()
    limits = queries.limits(queries.settings(on.code, today))[table]
    rows = queries.aged(actor, on, table, state, today, limits)
    if not actor.may("upkeep.see", on.code):
        if not actor.may("upkeep.correct", on.code):
            raise api.missing()
        about = rules.ABOUT.get(table)
        own = queries.own_organisations(actor)
        rows = rows.filter(**{f"{about}__in": own}) if about else rows.none()
    page = api.cut(request, rows, limit=limit, after=after, told=lambda row: row)
    return {**page, "items": [_age(one) for one in queries.facts(page["items"], table, today, limits)]}


@router.post("/chains/{chain}/confirmations", response={201: Receipt}, auth=Scope("facts"))
def confirm(request: HttpRequest, response: HttpResponse, chain: ChainCode, asked: Confirmed) -> Any:
    """仍然属实：这些条目今天仍然成立。/ Still true: these rows hold today."""
    on = _of(request, chain)
    codes = list(dict.fromkeys(asked.codes))
    services.confirm(chain=on, table=asked.table, codes=codes, by=_actor(request), at=timezone.now())
    return api.receipt(response, f"/api/v1/chains/{on.code}/ages/{asked.table}")


@router.get("/corrections", response=Corrections)
def corrections(
    request: HttpRequest, state: Annotated[Literal["", "raised", "accepted", "refused", "withdrawn"], Query()] = "", limit: Limit = 100,
    after: Passed = 0,
) -> Any:  # fmt: skip
    """自己单位提出的更正；办公室看所管产业链的全部。/ Corrections of one's own; the office sees those of its chains."""
    rows = queries.corrections(_actor(request)).order_by("-raised_at", "-id")
    return api.cut(request, rows.filter(state=state) if state else rows, limit=limit, after=after, told=_told)


@router.get("/corrections/{number}", response=CorrectionTold)
def correction(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """一份更正，改前改后。/ One correction, before and after."""
    told = _told(found(queries.correction(_actor(request), number)))
    response["ETag"] = api.etag(told)
    return told


@router.post("/chains/{chain}/corrections", response={201: Receipt}, auth=Scope("facts"))
def correct(request: HttpRequest, response: HttpResponse, chain: ChainCode, asked: CorrectionAsked) -> Any:
    """对关于本单位的一条事实提出更正。/ Say what is wrong in a row about one's own organisation."""
    on, actor = _of(request, chain), _actor(request)
    row = found(queries.fact(actor, on, asked.table, asked.code) if actor.may("upkeep.correct", on.code) else None)
    if queries.organisation_of(asked.table, row) not in set(
        queries.own_organisations(actor).values_list("pk", flat=True)
    ):
        raise api.missing()
    after = None if asked.after is None else _fit(asked.table, changing.row_as_told(row), asked.after, asked.reason)
    made = services.correct(
        chain=on, table=asked.table, code=asked.code, after=after, reason=asked.reason, by=actor, at=timezone.now()
    )
    return api.receipt(response, f"/api/v1/corrections/{made.pk}")


@router.post("/corrections/{number}/{verb}", response={201: Receipt}, auth=Scope("facts"), openapi_extra=api.MATCH)
def answer(
    request: HttpRequest, response: HttpResponse, number: Number, verb: Literal["accept", "refuse", "withdraw"], asked: Answered
) -> Any:  # fmt: skip
    """采纳、不采纳（写明理由）或撤回一份更正。/ Accept a correction, refuse it with the reason, or take one's own back."""
    actor, now = _actor(request), timezone.now()
    row = found(queries.correction(actor, number))
    rows = Correction.objects.filter(pk=row.pk).select_related("chain", "organisation")
    with api.held(request, rows, _told, always=False):
        if verb == "withdraw":
            services.withdraw(correction_id=row.pk, by=actor, at=now)
        else:
            services.decide(correction_id=row.pk, accepted=verb == "accept", reason=asked.reason, by=actor, at=now)
    return api.receipt(response, f"/api/v1/corrections/{row.pk}")


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _of(request: HttpRequest, code: str) -> Chain:
    return found(atlas.chain(_actor(request), code))


def _fit(table: str, before: Mapping[str, Any], after: Mapping[str, Cell], reason: str) -> dict[str, Any]:
    """The corrected columns as the page's form takes them; the others as they stand."""
    columns = compute.correctable(table)
    if strange := sorted(set(after) - set(columns)):
        raise wrong(f"after.{strange[0]}", "这些列不能更正：{columns}", "these columns cannot be corrected: {columns}", columns=", ".join(strange))  # fmt: skip
    said = {column: _typed({**before, **after}[column]) for column in columns}
    form = forms.CorrectionForm({**said, "reason": reason}, table=table, before=dict(before))
    if not form.is_valid():
        raise api.unfit(form)
    whole = form.after() or {}
    return {column: whole[column] for column in after}


def _typed(value: Any) -> str:
    """A value as one types it into a form."""
    return {True: "yes", False: "no", None: ""}[value] if value is None or isinstance(value, bool) else str(value)


def _told(row: Correction) -> dict[str, Any]:
    columns = (
        "table",
        "code",
        "before",
        "after",
        "reason",
        "state",
        "raised_at",
        "due_on",
        "decided_at",
        "decision_reason",
    )
    told = {name: getattr(row, name) for name in columns}
    return {**told, "id": row.pk, "chain": row.chain.code, "organisation": row.organisation.code}


def _age(one: queries.Fact) -> dict[str, Any]:
    age = {name: getattr(one.age, name) for name in ("seen_on", "expires_on", "days", "state")}
    by = one.firm.code if one.firm else None
    return {
        **age,
        "table": one.table,
        "code": one.row.code,
        "name": {"zh": one.name.zh, "en": one.name.en},
        "refreshed_by": by,
    }
