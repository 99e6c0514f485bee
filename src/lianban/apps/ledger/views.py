"""Pages of the ledger: accounts, and statements of an account or of a thing."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from lianban.apps.journal import services as journal
from lianban.apps.ledger import queries, rules
from lianban.apps.ledger.queries import Line, Row
from lianban.kit import exports
from lianban.kit.exports import Column
from lianban.kit.mechanisms import named
from lianban.kit.text import Text

ACCOUNTS = [
    Column(Text("编号", "Code"), lambda row: row.account.code),
    Column(Text("账户", "Account"), lambda row: Text(row.account.name, row.account.name_en or row.account.name)),
    Column(Text("种类", "Kind"), lambda row: row.account.kind_name),
    Column(Text("产业链", "Chain"), lambda row: row.account.chain),
    Column(Text("单位", "Organisation"), lambda row: row.account.organisation.name if row.account.organisation else ""),
    Column(Text("余额（元）", "Balance (yuan)"), lambda row: row.balance_fen / 100),
    Column(Text("其中冻结（元）", "Of it held (yuan)"), lambda row: row.held_fen / 100),
    Column(Text("可用（元）", "Free (yuan)"), lambda row: row.free_fen / 100),
]
LINES = [
    Column(Text("凭证号", "Set"), "number"),
    Column(Text("时间", "Time"), "at"),
    Column(Text("事由", "What for"), "kind"),
    Column(Text("说明", "Memo"), "memo"),
    Column(Text("转出", "From"), lambda line: Text(line.source.name, line.source.name_en or line.source.name)),
    Column(Text("转入", "To"), lambda line: Text(line.target.name, line.target.name_en or line.target.name)),
    Column(Text("金额（元）", "Amount (yuan)"), lambda line: line.amount_fen / 100),
    Column(Text("对象", "Subject"), "subject"),
]


@login_required
def listing(request: HttpRequest) -> HttpResponse:
    """The accounts a reader may see; a supervisor may have the whole ledger checked."""
    actor = request.actor  # type: ignore[attr-defined]
    wanted = {name: request.GET.get(name, "") for name in ("chain", "kind")}
    rows = queries.listing(actor, **wanted)
    if not rows and not actor.may("ledger.see"):
        raise Http404
    if exports.wanted(request):
        return _export(request, Text("账户", "Accounts"), ACCOUNTS, rows, "ledger:accounts")
    verify = request.GET.get("verify") == "1" and actor.may("ledger.verify")
    context = {
        "rows": rows,
        "wanted": wanted,
        "kinds": rules.ACCOUNT_KINDS,
        "chains": sorted({row.chain for row in queries.accounts(actor)} - {""}),
        "may_verify": actor.may("ledger.verify"),
        "verified": verify,
        "broken": queries.first_broken() if verify else None,
    }
    return render(request, "ledger/list.html", context)


@login_required
def account(request: HttpRequest, code: str) -> HttpResponse:
    """One account: every movement with the balance after it, and what is held."""
    found = queries.accounts(request.actor).filter(code=code).first()  # type: ignore[attr-defined]
    if found is None:
        raise Http404
    lines = queries.statement(account=code)
    if exports.wanted(request):
        told = [*LINES, Column(Text("余额（元）", "Balance (yuan)"), lambda line: line.balance_fen / 100)]
        return _export(
            request,
            Text(f"{found.name}对账单", f"Statement of {found.name_en or found.name}"),
            told,
            lines,
            found.reference,
        )
    holds = queries.holds(account=code)
    row = Row(found, lines[-1].balance_fen or 0 if lines else 0, sum(one.left_fen for one in holds))
    subjects = {line.subject for line in lines} | {one.hold.purpose for one in holds}
    context = {"row": row, "lines": lines[::-1], "holds": holds[::-1], "names": named(request.actor, subjects)}  # type: ignore[attr-defined]
    return render(request, "ledger/account.html", context)


@login_required
def subject(request: HttpRequest, subject: str) -> HttpResponse:
    """What was moved for one thing, as far as this reader may see the accounts."""
    lines = queries.of_subject(request.actor, subject)  # type: ignore[attr-defined]
    if not lines:
        raise Http404
    if exports.wanted(request):
        return _export(request, Text("收支明细", "Movements"), LINES, lines, subject)
    context = {"lines": lines[::-1], "subject": subject, "names": named(request.actor, [subject])}  # type: ignore[attr-defined]
    return render(request, "ledger/subject.html", context)


def _export(
    request: HttpRequest, name: Text, columns: Sequence[Column], rows: Sequence[Line] | Sequence[Row], subject: str
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    return exports.respond(request, name, columns, rows, "office", actor, subject=subject, record=journal.record)
