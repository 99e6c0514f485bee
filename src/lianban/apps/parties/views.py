"""Signing in and out; my roles; ties between organisations."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.parties import queries, rules, services
from lianban.apps.parties.forms import EndForm, EndTieForm, GrantForm, SignInForm, TieForm
from lianban.apps.parties.models import RoleGrant
from lianban.apps.parties.rules import ROLES, TIES
from lianban.kit.refusals import refuse_if_any


class SignIn(LoginView):
    template_name = "parties/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


@login_required
def me(request: HttpRequest) -> HttpResponse:
    grants = [(ROLES[grant.role], grant) for grant in request.actor.grants]  # type: ignore[attr-defined]
    return render(request, "parties/me.html", {"grants": grants})


@login_required
def people(request: HttpRequest) -> HttpResponse:
    """Accounts and roles; giving a role."""
    services.require(request.actor, "parties.grant_role")  # type: ignore[attr-defined]
    form = GrantForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        services.grant_role(
            user_id=given["user"].pk, role=given["role"], chain=given["chain"], organisation=given["organisation"],
            starts_on=given["starts_on"], by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
        )  # fmt: skip
        return redirect("parties:people")
    context = {"people": queries.people(), "form": form, "roles": ROLES, "today": timezone.localdate()}
    return render(request, "parties/people.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def end_role(request: HttpRequest, pk: int) -> HttpResponse:
    form = EndForm(request.POST)
    services.require(request.actor, "parties.grant_role")  # type: ignore[attr-defined]
    refuse_if_any(rules.day_refusals(request.POST.get("ends_on", ""), read=form.is_valid()))
    if not RoleGrant.objects.filter(pk=pk).exists():
        raise Http404
    services.end_role(grant_id=pk, ends_on=form.cleaned_data["ends_on"], by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    return redirect("parties:people")


@login_required
def ties(request: HttpRequest) -> HttpResponse:
    """The office's list of ties between organisations, and stating one. Nobody else learns that there is a page."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.may("parties.see_ties"):
        raise Http404
    form = TieForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.tie(**form.told, by=actor, at=timezone.now())
        messages.success(request, _("关联关系已记入，今后的回避审查会用到。"))
        return redirect("parties:ties")
    wanted = {"organisation": request.GET.get("organisation", ""), "kind": request.GET.get("kind", "")}
    page = Paginator(queries.ties(actor, **wanted), 50).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "form": form,
        "kinds": TIES,
        "wanted": wanted,
        "today": timezone.localdate(),
        "refusals": rules.permission_refusals(actor, "parties.keep_ties"),
    }
    return render(request, "parties/ties.html", context, status=422 if form.errors else 200)


@login_required
def end_tie(request: HttpRequest, pk: int) -> HttpResponse:
    """Ending a tie: its facts, the day and the evidence."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.ties(actor).filter(pk=pk).first() if actor.may("parties.see_ties") else None
    if found is None:
        raise Http404
    form = EndTieForm(request.POST or None, initial={"until": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        services.end_tie(tie_id=pk, **form.cleaned_data, by=actor, at=timezone.now())
        messages.success(request, _("已记录终止；以往的回溯仍能看到它。"))
        return redirect("parties:ties")
    return render(request, "parties/end_tie.html", {"tie": found, "form": form}, status=422 if form.errors else 200)
