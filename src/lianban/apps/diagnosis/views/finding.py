"""Finding what an address names; missing and forbidden answer alike."""

import re
from typing import Any

from django.http import Http404, HttpRequest

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.parties.rules import Actor

NUMBER = re.compile(r"[0-9]{1,9}")  # of a run, in an address; "²" is a digit too, but no number


def actor_of(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def chain_of(request: HttpRequest, code: str) -> Chain:
    return or_404(atlas.chain(actor_of(request), code))


def or_404(found: Any) -> Any:
    if found is None:
        raise Http404
    return found
