"""One database's part of ``ledger.py``, in a process of its own; prints JSON. Asks for Django's settings in the environment."""

import json
import multiprocessing
import random
import statistics
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import django

SEED, WRITERS, ACCOUNTS = 20261122, 4, 40
FILLED_FEN = 100_000  # little enough that many deeds are refused for want of money
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TABLES = ("account", "entryset", "movement", "hold", "holdstep")


class Writer:
    """One writer with its own chance and its own tally of what was accepted; it never reads a balance."""

    def __init__(self, number: int, codes: list[str]) -> None:
        self.number, self.codes = number, codes
        self.random = random.Random(f"{SEED}-{number}")
        self.tally: Counter[str] = Counter()
        self.held: Counter[str] = Counter()
        self.did: Counter[str] = Counter()
        self.posted: list[dict[str, Any]] = []
        self.holds: list[list[Any]] = []  # key of the row, its account, what is left
        self.seconds: list[float] = []

    def work(self, operations: int) -> "Writer":
        from django.db import OperationalError

        from lianban.kit.refusals import Refused

        deeds = [self.post, self.post, self.pair, self.hold, self.settle, self.release, self.again, self.reuse]
        for n in range(operations):
            deed = self.random.choice(deeds)
            begun = time.perf_counter()
            try:
                done = deed(f"{self.number}-{n}")
            except Refused:
                done = "refused"
            except OperationalError as error:  # SQLite gives up after 20 s in line; nothing was done
                if "locked" not in str(error):
                    raise
                done = "gave up waiting"
            self.seconds.append(time.perf_counter() - begun)
            self.did[done] += 1
        return self

    def amount(self) -> int:
        return self.random.randint(1, 50_000)

    def post(self, key: str) -> str:
        from lianban.apps.ledger import services

        movements = [(*self.random.sample(self.codes, 2), self.amount()) for _ in range(self.random.randint(1, 3))]
        asked = {"key": key, "kind": "contribution", "movements": movements, "subject": f"bench:{key}"}
        services.post(**asked, **told())
        self.posted.append(asked)
        for source, target, amount in movements:
            self.tally[source] -= amount
            self.tally[target] += amount
        return "posted"

    def pair(self, key: str) -> str:
        """One deed that posts twice: between the two it stands in line already, and nobody may wait in a circle."""
        from django.db import transaction

        from lianban.apps.ledger import services

        moves = [(*self.random.sample(self.codes, 2), self.amount()) for _ in range(2)]
        with transaction.atomic():
            for n, move in enumerate(moves):
                services.post(key=f"{key}-{n}", kind="contribution", movements=[move], subject=f"bench:{key}", **told())
        for source, target, amount in moves:
            self.tally[source] -= amount
            self.tally[target] += amount
        return "posted twice"

    def hold(self, key: str) -> str:
        from lianban.apps.ledger import services

        code, amount = self.random.choice(self.codes[2:]), self.amount()
        made = services.hold(key=key, account=code, amount_fen=amount, purpose="bench", **told())
        self.holds.append([made.pk, code, amount])
        self.held[code] += amount
        return "held"

    def settle(self, key: str) -> str:
        from lianban.apps.ledger import services

        if not self.holds:
            return "nothing held"
        one = self.random.choice(self.holds)
        part = self.random.randint(1, one[2])
        target = self.random.choice([code for code in self.codes if code != one[1]])
        services.settle(hold_id=one[0], target=target, amount_fen=part, key=key, **told())
        one[2] -= part
        self.held[one[1]] -= part
        self.tally[one[1]] -= part
        self.tally[target] += part
        self.holds = [h for h in self.holds if h[2]]
        return "settled"

    def release(self, key: str) -> str:
        from lianban.apps.ledger import services

        if not self.holds:
            return "nothing held"
        one = self.holds.pop(self.random.randrange(len(self.holds)))
        services.release(hold_id=one[0], key=key, **told())
        self.held[one[1]] -= one[2]
        return "released"

    def again(self, key: str) -> str:
        """The same key and content: nothing may happen, so nothing is tallied."""
        from lianban.apps.ledger import services

        if not self.posted:
            return "nothing to repeat"
        services.post(**self.random.choice(self.posted), **told())
        return "repeated"

    def reuse(self, key: str) -> str:
        """The same key with other content has to be refused."""
        from lianban.apps.ledger import services
        from lianban.kit.refusals import Refused

        if not self.posted:
            return "nothing to repeat"
        asked = self.random.choice(self.posted)
        try:
            services.post(**asked | {"subject": "bench:other"}, **told())
        except Refused:
            return "reuse refused"
        return "REUSE ACCEPTED"


def told() -> dict[str, Any]:
    from lianban.apps.parties.services import SYSTEM

    return {"by": SYSTEM, "at": NOW}


def operations(count: int) -> dict[str, Any]:
    """A5: random operations of four writers at once; at the end the books against the sum of what was accepted."""
    from lianban.apps.journal import queries as journal
    from lianban.apps.ledger import queries, services
    from lianban.kit.text import Text

    codes = [f"outside{n}" if n < 2 else f"a{n}" for n in range(ACCOUNTS)]
    for code in codes:
        outside = code.startswith("outside")
        kind = "source" if outside else "pot"
        services.open_account(code=code, name=Text(code, code), kind=kind, may_be_negative=outside, **told())
    filling = [("outside0", code, FILLED_FEN) for code in codes[2:]]
    services.post(key="filling", kind="contribution", movements=filling, subject="bench:filling", **told())
    begun = time.perf_counter()
    with _processes() as pool:
        each = count // WRITERS
        writers = list(pool.map(Writer.work, [Writer(n, codes) for n in range(WRITERS)], [each] * WRITERS))
    seconds = time.perf_counter() - begun
    writers[0].tally.update(dict.fromkeys(codes[2:], FILLED_FEN) | {"outside0": -FILLED_FEN * len(filling)})
    did: Counter[str] = sum((writer.did for writer in writers), Counter())
    balances, held = queries.balances(codes), queries.held(codes)
    times = sorted(t for writer in writers for t in writer.seconds)
    return {
        "asked": sum(did.values()),
        **{name.replace(" ", "_"): number for name, number in sorted(did.items())},
        "accounts": len(codes),
        "balances_that_differ_from_the_tally": sum(balances[c] != sum(w.tally[c] for w in writers) for c in codes),
        "holds_that_differ_from_the_tally": sum(held[c] != sum(w.held[c] for w in writers) for c in codes),
        "sum_of_all_balances_fen": sum(balances.values()),
        "accounts_below_zero": sum(balances[c] < held[c] for c in codes if not c.startswith("outside")),
        "first_broken_set": queries.first_broken(),
        "first_broken_journal_entry": journal.first_broken(),
        "changes_refused_by_the_database": _changes_refused(),
        "seconds": round(seconds, 1),
        "median_ms": round(statistics.median(times) * 1000, 2),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 1),
    }


def _changes_refused() -> str:
    """UPDATE and DELETE on each table of the ledger, by hand."""
    from django.db import DatabaseError, connection, transaction

    refused = 0
    for table in TABLES:
        for statement in (f"UPDATE ledger_{table} SET id = id", f"DELETE FROM ledger_{table}"):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(statement)
            except DatabaseError:
                refused += 1
    return f"{refused} of {2 * len(TABLES)}"


def forms(count: int) -> dict[str, Any]:
    """A7: each form sent three times by four senders at once; then some of them with other content."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from lianban.apps.ledger import queries, services
    from lianban.kit.text import Text

    for code, kind in (("form-source", "source"), ("form-pot", "pot")):
        services.open_account(code=code, name=Text(code, code), kind=kind, may_be_negative=kind == "source", **told())
    first = Client()
    first.force_login(
        get_user_model().objects.create(username="sender"), backend="django.contrib.auth.backends.ModelBackend"
    )
    order = [n for start in range(0, count, 20) for n in list(range(start, min(start + 20, count))) * 3]
    cookies = {name: morsel.value for name, morsel in first.cookies.items()}
    with _processes(_enter, cookies) as pool:
        begun = time.perf_counter()
        answers = list(pool.map(_send, order, chunksize=5))  # a form's three sendings fall to different senders
        seconds = time.perf_counter() - begun
        some = list(range(0, count, max(1, count // 200)))
        changed = list(pool.map(_send, some, [8] * len(some)))
    by_form: dict[int, set[tuple[int, str]]] = {}
    for number, status, location in answers:
        by_form.setdefault(number, set()).add((status, location))
    return {
        "forms": count,
        "sent": len(answers),
        "effects": queries.balance_fen("form-pot") // 7,
        "forms_with_one_and_the_same_answer": sum(
            len(told) == 1 and {s for s, _ in told} == {302} for told in by_form.values()
        ),
        "sent_with_other_content": len(changed),
        "of_these_422": sum(status == 422 for _, status, _ in changed),
        "seconds": round(seconds, 1),
        "requests_per_s": round(len(answers) / seconds),
    }


CLIENT: dict[str, Any] = {}  # of this process


def _enter(cookies: dict[str, str]) -> None:
    from django.conf import settings
    from django.test import Client

    settings.ROOT_URLCONF = _addresses()
    CLIENT["sender"] = Client()
    CLIENT["sender"].cookies.load(cookies)


def _send(number: int, amount: int = 7) -> tuple[int, int, str]:
    answer = CLIENT["sender"].post("/move/", {"amount": amount, "once": f"form-of-the-benchmark-{number}"})
    return number, answer.status_code, answer.headers.get("Location", "")


def _processes(start: Any = None, *given: Any) -> ProcessPoolExecutor:
    """Writers are processes, as servers are; each makes a connection of its own."""
    from django.db import connections

    connections.close_all()
    return ProcessPoolExecutor(
        WRITERS, mp_context=multiprocessing.get_context("fork"), initializer=start, initargs=given
    )


def _addresses() -> ModuleType:
    """The site's addresses with one more, which moves money."""
    from django.shortcuts import redirect
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    from lianban.apps.ledger import services
    from lianban.site import urls

    def move(request: Any) -> Any:
        from uuid import uuid4

        amount = int(request.POST["amount"])
        made = services.post(
            key=str(uuid4()),
            kind="contribution",
            movements=[("form-source", "form-pot", amount)],
            subject="bench:form",
            **told(),
        )  # a key of its own each time: only the middleware stands between three sendings and three effects
        return redirect(f"/sets/{made.number}/")

    made = ModuleType("addresses_of_the_benchmark")
    made.urlpatterns = [*urls.urlpatterns, path("move/", csrf_exempt(move))]  # type: ignore[attr-defined]
    made.handler404, made.handler500 = urls.handler404, urls.handler500  # type: ignore[attr-defined]
    return made


def main() -> None:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    n_operations, n_forms = map(int, sys.argv[1:3])
    print(json.dumps({"operations": operations(n_operations), "forms": forms(n_forms)}))


if __name__ == "__main__":
    main()
