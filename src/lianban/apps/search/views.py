"""The search box's answers, in the box or on a page; proposed codes for a product; other names."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.parties import queries as parties
from lianban.apps.parties import rules as party_rules
from lianban.apps.parties import services as registry
from lianban.apps.parties.forms import NameForm
from lianban.apps.search import queries

IN_BOX, ON_PAGE = 5, 50


def results(request: HttpRequest) -> HttpResponse:
    typed = request.GET.get("q", "")
    in_box = bool(request.htmx) and request.htmx.target == "find-results"  # type: ignore[attr-defined]
    found = queries.search(request.actor, typed, each=IN_BOX if in_box else ON_PAGE)  # type: ignore[attr-defined]
    context = {"found": found, "typed": typed.strip()}
    return render(request, "search/_results.html" if in_box else "search/results.html", context)


def codes(request: HttpRequest) -> HttpResponse:
    """Codes proposed for any words."""
    words = request.GET.get("q", "").strip()[:300]
    return render(request, "search/codes.html", {"words": words, "codes": queries.codes(words)})


def codes_of(request: HttpRequest, chain: str, code: str) -> HttpResponse:
    """The same for a product, as a part of its page."""
    actor = request.actor  # type: ignore[attr-defined]
    found = atlas.chain(actor, chain)
    product = atlas.product(actor, found, code) if found else None
    if product is None:
        raise Http404
    words = " ".join(filter(None, (product.name, product.grade, product.application)))
    return render(request, "search/_codes.html", {"words": words, "codes": queries.codes(words)})


def _member(request: HttpRequest, chain: str, code: str) -> tuple[Any, Any]:
    """The organisation as this reader sees it in a chain; a missing and a hidden one answer alike."""
    actor = request.actor  # type: ignore[attr-defined]
    found = atlas.chain(actor, chain)
    member = atlas.member(actor, found, code) if found else None
    if member is None:
        raise Http404
    return found, member


def names(request: HttpRequest, chain: str, code: str) -> HttpResponse:
    """Under which other names an organisation is found; as a part of its page, or with the form to note one."""
    actor = request.actor  # type: ignore[attr-defined]
    found, member = _member(request, chain, code)
    context = {"chain": found, "member": member, "names": parties.other_names(actor, member.organisation)}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "search/_names.html", context)
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        registry.add_name(organisation=member.organisation_id, **form.cleaned_data, by=actor, at=timezone.now())
        return redirect("search:names", chain, code)
    context |= {"form": form, "refusals": party_rules.permission_refusals(actor, "parties.keep_names")}
    return render(request, "search/names.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def drop_name(request: HttpRequest, chain: str, code: str, pk: int) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    _, member = _member(request, chain, code)
    if not parties.other_names(actor, member.organisation).filter(pk=pk).exists():
        raise Http404
    registry.drop_name(name_id=pk, by=actor, at=timezone.now())
    return redirect("search:names", chain, code)
