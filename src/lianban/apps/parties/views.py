"""Signing in and out; my roles."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianban.apps.parties.forms import SignInForm
from lianban.apps.parties.rules import ROLES


class SignIn(LoginView):
    template_name = "parties/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True


@login_required
def me(request: HttpRequest) -> HttpResponse:
    grants = [(ROLES[grant.role], grant) for grant in request.actor.grants]  # type: ignore[attr-defined]
    return render(request, "parties/me.html", {"grants": grants})
