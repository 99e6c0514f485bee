"""Who a program is here, and what it may ask."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from lianban.apps.access import queries
from lianban.kit.api import Sentence

router = Router(tags=["access"])


class Role(Schema):
    """One role in force: what, on which chain (empty = every chain), for which organisation."""

    role: str
    chain: str
    organisation: str


class Me(Schema):
    """Who asks: roles in force, scopes of the token (null without one), classes seen everywhere, limits."""

    title: Sentence
    roles: list[Role]
    scopes: list[str] | None
    expires_at: datetime | None
    classes: list[str]
    per_minute: int
    per_day: int


@router.get("/me", response=Me)
def me(request: HttpRequest) -> Any:
    """我是谁：角色、令牌的权限范围、可见密级、请求上限。"""
    actor, through = request.actor, request.through  # type: ignore[attr-defined]
    limits = queries.limits(with_token=through.scopes is not None)
    return {
        "title": {"zh": actor.title.zh, "en": actor.title.en},
        "roles": [{"role": g.role, "chain": g.chain, "organisation": g.organisation} for g in actor.grants],
        "scopes": sorted(through.scopes) if through.scopes is not None else None,
        "expires_at": through.expires_at,
        "classes": list(actor.visible_classes("")),
        "per_minute": limits.minute,
        "per_day": limits.day,
    }
