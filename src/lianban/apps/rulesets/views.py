"""The rule set in force, value by value; every pack; putting one in force."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from lianban.apps.parties.rules import permission_refusals
from lianban.apps.rulesets import compute, queries, rules, services
from lianban.apps.rulesets.forms import PutInForceForm


def home(request: HttpRequest) -> HttpResponse:
    """What is in force, for all chains or for ``?chain=``; two or three statements.

    Which chains have rules of their own is told only to those who read the office's papers of that chain.
    """
    actor = request.actor  # type: ignore[attr-defined]
    asked = request.GET.get("chain", "")
    chain = asked if actor.may_see("office", asked or None) else ""
    choice = queries.in_force(chain, timezone.localdate())
    context = {
        "chain": chain,
        "choice": choice,
        "decisions": queries.decisions(choice.row.chain if choice.row else chain),
        "own": [code for code in queries.chains_with_own_rules() if actor.may_see("office", code)],
        "packs": compute.packs(),
        "refusals": permission_refusals(actor, "rulesets.put_in_force"),
    }
    return render(request, "rulesets/home.html", context | _values(request, choice.load()))


def pack(request: HttpRequest, name: str) -> HttpResponse:
    """All values of one pack as it is shipped; no statement."""
    if name not in compute.packs():
        raise Http404
    return render(request, "rulesets/pack.html", {"packs": compute.packs()} | _values(request, compute.load(name)))


def put_in_force(request: HttpRequest) -> HttpResponse:
    """The form, and the deed."""
    if request.method != "POST":
        start = {name: request.GET[name] for name in ("pack", "chain") if name in request.GET}
        form = PutInForceForm(initial=start | {"overrides": request.GET.get("line", "")})
        return render(request, "rulesets/put_in_force.html", _form_page(request, form))
    form = PutInForceForm(request.POST)
    if not form.is_valid():
        return render(request, "rulesets/put_in_force.html", _form_page(request, form), status=422)
    services.put_in_force(**form.cleaned_data, by=request.actor, at=timezone.now())  # type: ignore[attr-defined]
    messages.success(request, _("已起用；以后的诊断按这套规则。"))
    return redirect("rulesets:home")


def _form_page(request: HttpRequest, form: PutInForceForm) -> dict[str, object]:
    return {"form": form, "refusals": permission_refusals(request.actor, "rulesets.put_in_force")}  # type: ignore[attr-defined]


def _values(request: HttpRequest, rule_set) -> dict[str, object]:  # type: ignore[no-untyped-def]
    group, only, words = (request.GET.get(name, "") for name in ("group", "only", "q"))
    group = group or "diagnosis"
    rows = queries.entries(rule_set, group=group if group != "all" else "", only=only, words=words)
    return {
        "rule_set": rule_set,
        "rows": rows,
        "groups": rules.GROUPS,
        "group": group,
        "only": only,
        "words": words,
        "unverified": sum(1 for row in rows if not row["verified"]),
    }
