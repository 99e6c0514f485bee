"""What if: the question stands in the address, so that a view is a link."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianban.apps.atlas import queries as atlas
from lianban.apps.diagnosis import compute, queries
from lianban.apps.diagnosis.compute import words
from lianban.apps.diagnosis.forms import WhatIfForm
from lianban.apps.diagnosis.views.finding import actor_of, chain_of
from lianban.apps.parties.rules import CONFIDENTIALITY
from lianban.apps.parties.services import require


def what_if(request: HttpRequest, chain: str) -> HttpResponse:
    """Before and after side by side; nothing is stored."""
    found, actor = chain_of(request, chain), actor_of(request)
    require(actor, "diagnosis.what_if", chain)
    run = queries.latest_run(found, "nation", actor)
    context: dict[str, Any] = {"chain": found, "run": run, "words": words, "rule_set": atlas.rule_set(chain)}
    if run is None:
        return render(request, "diagnosis/what_if.html", context)
    form = WhatIfForm(request.GET or None, pickers=queries.pickers(found, run, context["rule_set"]))
    status = 200
    if form.is_bound and form.is_valid():
        asked = compute.Asked(**form.cleaned_data)
        if not asked.empty:
            answer = compute.what_if(
                found, asked, classes=_classes(run.data_class), scope="nation", rules=context["rule_set"]
            )
            status = 422 if answer.refusals else 200
            context |= {"answer": answer.result, "refusals": answer.refusals}
    elif form.is_bound:
        status = 422
    names = queries.product_names(run)
    return render(request, "diagnosis/what_if.html", context | {"form": form, "names": names}, status=status)


def _classes(highest: str) -> tuple[str, ...]:
    """The classes of data the run stands on, so that 'before' is what the list shows."""
    return tuple(CONFIDENTIALITY[: CONFIDENTIALITY.index(highest) + 1])
