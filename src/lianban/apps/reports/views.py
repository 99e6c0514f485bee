"""Pages of export files: ask for one, fetch one's own."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.parties.rules import Actor, permission_refusals
from lianban.apps.reports import queries, rules, services
from lianban.apps.reports.forms import AskForm
from lianban.files.facts import Facts
from lianban.kit.exports import as_file
from lianban.kit.text import Text


def _chain(request: HttpRequest, code: str) -> Chain:
    """A chain this reader may take out; missing and forbidden answer alike."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chain = atlas.chain(actor, code)
    if chain is None or permission_refusals(actor, "reports.export", chain.code):
        raise Http404
    return chain


def listing(request: HttpRequest, chain: str) -> HttpResponse:
    """The form, and the reader's own files."""
    return _page(request, _chain(request, chain), AskForm())


def _page(request: HttpRequest, chain: Chain, form: AskForm, status: int = 200) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = list(queries.files(actor, chain)[: queries.SHOWN])
    context = {
        "chain": chain, "form": form, "rows": rows, "formats": rules.FORMATS, "graphs": rules.GRAPH_KINDS, "kept": rules.KEPT.days,
        "states": queries.job_states(rows), "now": timezone.now(),
    }  # fmt: skip
    return render(request, "reports/list.html", context, status=status)


@require_POST
def ask(request: HttpRequest, chain: str) -> HttpResponse:
    found = _chain(request, chain)
    form = AskForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=400)
    job = services.ask(
        chain=found, language=request.LANGUAGE_CODE, by=request.actor, at=timezone.now(),  # type: ignore[attr-defined]
        kind=form.cleaned_data["kind"], graph=form.cleaned_data["graph"] or "all", office=form.cleaned_data["office"],
    )  # fmt: skip
    return redirect(f"{reverse('jobs:show', args=[job.pk])}?next={reverse('reports:list', args=[found.code])}")


def download(request: HttpRequest, chain: str, pk: int) -> HttpResponse:
    found, actor = _chain(request, chain), request.actor  # type: ignore[attr-defined]
    file = queries.whole_file(actor, found, pk)
    if file is None or file.made_at is None or file.content is None:
        raise Http404
    services.hand_over(file=file, by=actor, at=timezone.now())
    name = rules.FORMATS[file.kind]
    title = Text(f"{found.name} {name.zh}", f"{found.name_en or found.name} {name.en}")
    facts = Facts(title, timezone.localtime(file.made_at), Text(**file.author))
    return as_file(bytes(file.content), facts, file.ending, rules.MEDIA[file.ending], file.language)
