"""One's own tokens: to see, issue and revoke."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.access import queries, rules, services
from lianban.apps.access.forms import TokenForm


def _form(request: HttpRequest, data: Any = None) -> TokenForm:
    chains = sorted({grant.chain for grant in request.actor.grants if grant.chain})  # type: ignore[attr-defined]
    return TokenForm(
        data,
        chains=[(code, code) for code in chains],
        days=queries.value("token_days"),
        most_days=queries.value("token_days_most"),
    )


def _page(request: HttpRequest, form: TokenForm, *, secret: str = "", status: int = 200) -> HttpResponse:
    now = timezone.now()
    rows = [(token, rules.is_valid(token.expires_at, token.revoked_at, now)) for token in queries.mine(request.actor)]  # type: ignore[attr-defined]
    context = {
        "form": form, "secret": secret, "scopes": rules.SCOPES, "limits": queries.limits(with_token=True),
        "valid": [token for token, good in rows if good], "over": [token for token, good in rows if not good],
    }  # fmt: skip
    return render(request, "access/tokens.html", context, status=status)


@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """The list; a POST issues a token and shows it this once, so it is answered with a page and not with a redirect."""
    if request.method != "POST":
        return _page(request, _form(request))
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    asked = form.cleaned_data
    chains = {grant.chain for grant in request.actor.grants}  # type: ignore[attr-defined]
    _token, secret = services.issue(
        name=asked["name"], scopes=asked["scopes"], days=asked["days"], chain=asked["chain"], chains=chains,
        by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
    )  # fmt: skip
    return _page(request, _form(request), secret=secret)


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    get_object_or_404(queries.mine(request.actor), pk=pk)  # type: ignore[attr-defined]
    services.revoke(token_id=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("令牌已撤销，从现在起不能再用。"))
    return redirect("access:tokens")
