"""Pages of notices: one's own and nobody else's."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianban.apps.notices import queries, services
from lianban.apps.notices.forms import AddressForm

PAGE = 50


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    return _page(request, AddressForm(initial={"email": request.user.email}))  # type: ignore[union-attr]


def _page(request: HttpRequest, form: AddressForm, status: int = 200) -> HttpResponse:
    page = Paginator(queries.mine(request.actor), PAGE).get_page(request.GET.get("page"))  # type: ignore[attr-defined]
    return render(request, "notices/list.html", {"page": page, "form": form}, status=status)


@login_required
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on to what a notice is about; from now on it is read."""
    url = services.open_notice(pk=pk, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    if url is None:
        raise Http404
    return redirect(url)


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    services.read_all(by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    return redirect("notices:list")


@require_POST
@login_required
def address(request: HttpRequest) -> HttpResponse:
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    services.set_address(email=form.cleaned_data["email"], by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("邮箱已保存。"))
    return redirect("notices:list")
