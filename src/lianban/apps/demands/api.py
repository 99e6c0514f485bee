"""Demands raised by firms, for programs."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from lianban.apps.atlas import queries as atlas
from lianban.apps.demands import queries, rules, services
from lianban.apps.demands.models import RaisedDemand
from lianban.apps.parties import services as parties
from lianban.kit import api
from lianban.kit.api import ChainCode, Limit, Number, Receipt, Scope, found, plain, wrong

router = Router(tags=["demands"])
Of = Annotated[str, Query(max_length=100)]


class Written(Schema):
    """What a firm writes about its need."""

    model_config = ConfigDict(extra="forbid")
    organisation: str = Field(
        "", max_length=100, description="编码；只代表一家时可省 / may be left out when one acts for one"
    )
    product: str = Field("", max_length=100)
    title: str = Field("", max_length=200)
    grade: str = Field("", max_length=200)
    required_indicators: str = Field("", max_length=2000)
    present_supplier: str = Field("", max_length=200)
    present_origin: str = Field("", max_length=40)
    yearly_quantity: Decimal | None = Field(None, gt=0, max_digits=18, decimal_places=3)
    quantity_unit: str = Field("", max_length=20)
    unit_price_fen: int | None = Field(None, gt=0, le=2**53)
    latest_on: date | None = None
    scenario: str = Field("", max_length=1000)
    purchase_intention: str = Field("", max_length=1000)
    confidentiality: Literal["open", "chain", "office", "private"] = "chain"


class DemandTold(Schema):
    """A demand (企业需求)."""

    id: int
    chain: str
    organisation: str
    state: str = Field(description=", ".join(rules.STATES.states))
    raised_at: datetime
    product: str
    title: str
    grade: str
    required_indicators: str
    present_supplier: str
    present_origin: str
    yearly_quantity: float | None
    quantity_unit: str
    unit_price_fen: int | None
    latest_on: date | None
    scenario: str
    purchase_intention: str
    confidentiality: str
    n_answers: int = Field(description="本人可见的应答数 / answers this reader may see")


class Demands(Schema):
    items: list[DemandTold]
    n: int
    next: str | None = None


@router.get("/demands", response=Demands)
def demands(
    request: HttpRequest, chain: Of = "", state: Annotated[str, Query(max_length=12)] = "", words: Of = "", limit: Limit = 100,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Any:  # fmt: skip
    """企业需求清单；``after`` 为上一页最后的 id。/ The list of demands."""
    every = queries.listing(request.actor, chain=chain, state=state, words=words).order_by("id")  # type: ignore[attr-defined]
    shown = list((every.filter(pk__gt=after) if after else every)[: limit + 1])
    last = shown[limit - 1].pk if len(shown) > limit else None
    return api.listed(request, [_told(one) for one in shown[:limit]], n=every.count(), limit=limit, last=last)


@router.get("/demands/{number}", response=DemandTold)
def demand(request: HttpRequest, number: Number) -> Any:
    """一项需求。/ One demand."""
    return _told(found(queries.listing(request.actor).filter(pk=number).first()))  # type: ignore[attr-defined]


@router.post("/chains/{chain}/demands", response={201: Receipt}, auth=Scope("demands"))
def raise_demand(request: HttpRequest, response: HttpResponse, chain: ChainCode, written: Written) -> Any:
    """代表本企业提出需求。/ Raise a demand for one's own firm."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    row = found(atlas.chain(actor, chain))
    parties.require(actor, "demands.raise", row.code)
    mine = {one.code: one for one in queries.organisations_of(actor)}
    told = written.model_dump()
    firm = mine.get(told.pop("organisation") or (next(iter(mine)) if len(mine) == 1 else ""))
    if firm is None:
        raise wrong("organisation", "请写明代表本人所属的哪家单位", "say for which organisation of your own")
    made = services.raise_demand(chain=row, organisation=firm, by=actor, at=timezone.now(), **told)
    return api.receipt(response, f"/api/v1/demands/{made.pk}")


@router.post("/demands/{number}/withdraw", response={201: Receipt}, auth=Scope("demands"))
def withdraw(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    """撤回本企业尚未列入清单的需求。/ Take one's own demand back before it is listed."""
    row = found(queries.demand(request.actor, number))  # type: ignore[attr-defined]
    services.withdraw(pk=row.pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    return api.receipt(response, f"/api/v1/demands/{number}")


def _told(one: RaisedDemand) -> dict[str, Any]:
    told = {name: getattr(one, name, None) for name in DemandTold.model_fields}
    return {
        **told, "id": one.pk, "chain": one.chain.code, "organisation": one.organisation.code,
        "yearly_quantity": None if one.yearly_quantity is None else float(one.yearly_quantity),
        "latest_on": plain(one.latest_on) if one.latest_on else None,
    }  # fmt: skip
