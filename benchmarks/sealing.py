"""Sealed boxes: nothing told by time, the deadline to the microsecond, k of n, what a deed costs, no word in the database file.

On a database of its own: SQLite in a temporary file, or the one named by LIANBAN_DATABASE_URL (``tests/postgres.py``
gives one), which must be empty.
"""

import itertools
import os
import random
import statistics
import tempfile
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

WORD = "zqsealedword"  # stands only in answers that are never opened
PASSPHRASES = {
    "officer": "first of three words",
    "supervisor": "second of three words",
    "notary": "third of three words",
}
KIB, MIB = 1024, 1024 * 1024


def figures(quick: bool = False) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "sealing.sqlite3"
        _start(f"sqlite:///{file}")
        office = Office()
        told = {
            "database": office.vendor,
            "k_of_n": k_of_n(),
            "deadline": deadline(office, n=40 if quick else 100),
            "time_tells_nothing": same_time(office, n=100 if quick else 2000),
            "cost_of_a_deed_ms": cost(office, n=3 if quick else 15),
        }
        if file.exists():
            data = b"".join(part.read_bytes() for part in Path(folder).iterdir())
            told["words_in_the_database_file"] = {"bytes": len(data), "hits": data.count(WORD.encode())}
        office.close()
    return told


def table(told: dict[str, Any]) -> str:
    lines = [f"database {told['database']}"]
    lines += [f"{name}: {told[name]}" for name in told if name != "database"]
    return "\n".join(lines)


def _start(url: str) -> None:
    os.environ.setdefault("LIANBAN_DATABASE_URL", url)
    os.environ.setdefault("LIANBAN_SECRET_KEY", "only-for-benchmarks")
    os.environ["LIANBAN_HOSTS"] = "testserver"
    os.environ["DJANGO_SETTINGS_MODULE"] = "lianban.site.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


class Office:
    """Three custodians, as many firms as are asked for, boxes."""

    def __init__(self) -> None:
        from django.db import connection

        from lianban.apps.sealing import services

        self.vendor, self.sealing = connection.vendor, services
        self.people = {role: self.person(role, role) for role in PASSPHRASES}
        self.firms: list[Any] = []
        for role, word in PASSPHRASES.items():
            services.register_passphrase(passphrase=word, again=word, by=self.people[role], at=datetime.now(UTC))

    def person(self, username: str, role: str, organisation: Any = None) -> Any:
        from django.contrib.auth import get_user_model

        from lianban.apps.parties.models import RoleGrant
        from lianban.apps.parties.queries import actor_of

        user = get_user_model().objects.create(username=username)
        RoleGrant.objects.create(user=user, role=role, organisation=organisation, starts_on=date(2020, 1, 1))
        return actor_of(user, today=date.today())

    def firm(self, number: int) -> tuple[int, Any]:
        from lianban.apps.parties.models import Organisation

        while len(self.firms) <= number:
            code = f"firm-{len(self.firms)}"
            organisation = Organisation.objects.create(code=code, name=code)
            self.firms.append((organisation.pk, self.person(code, "enterprise", organisation)))
        found: tuple[int, Any] = self.firms[number]
        return found

    def box(self, seconds: float = 86_400, room: int = 4 * MIB) -> Any:
        now = datetime.now(UTC)
        holders = [self.people[role].user_id for role in PASSPHRASES]
        return self.sealing.make_box(subject="benchmark:1", chain="", closes_at=now + timedelta(seconds=seconds), holders=holders,
                                     k=2, by=self.people["officer"], at=now, room=room)  # fmt: skip

    def submit(self, box: Any, number: int, content: bytes) -> Any:
        organisation, by = self.firm(number)
        return self.sealing.submit(box_id=box.pk, organisation_id=organisation, content=content, by=by)

    def open(self, box: Any) -> list[Any]:
        for role in ("officer", "notary"):
            self.sealing.give_share(
                box_id=box.pk, passphrase=PASSPHRASES[role], by=self.people[role], at=datetime.now(UTC)
            )
        found: list[Any] = self.sealing.open_box(box_id=box.pk, by=self.people["officer"], at=datetime.now(UTC))
        return found

    def close(self) -> None:
        from django.db import connections

        connections.close_all()


def k_of_n() -> dict[str, Any]:
    """Every k of n shares give the key; no k - 1 do."""
    from lianban.apps.sealing.compute import keys

    opened = failed = wrong = 0
    for k, n in ((2, 2), (2, 3), (3, 5), (4, 7)):
        secret, salt = keys.random_bytes(16), keys.random_bytes(16)
        public = keys.public(keys.from_secret(secret, salt))
        pieces = keys.split(secret, k=k, n=n)
        for size in (k, k - 1):
            for chosen in itertools.combinations(pieces, size):
                try:
                    keys.combine(chosen, salt, public)
                    opened, wrong = opened + 1, wrong + (size < k)
                except keys.Unreadable:
                    failed, wrong = failed + 1, wrong + (size == k)
    return {"sets_of_k_that_opened": opened, "sets_of_k_minus_1_that_failed": failed, "otherwise": wrong}


def deadline(office: Office, *, n: int, workers: int = 4) -> dict[str, Any]:
    """n firms hand in around the deadline, four at a time: taken if and only if the receipt's time is not after it."""
    from lianban.kit.refusals import Refused

    for number in range(n):
        office.firm(number)
    box, told, wrong = office.box(seconds=2.5, room=256 * KIB), [], []
    start = time.monotonic()

    def work(mine: range) -> None:
        for place, number in enumerate(mine):
            time.sleep(max(0.0, start + 5.0 * place / len(mine) - time.monotonic()))
            try:
                told.append((number, office.submit(box, number, f"answer {number}".encode())))
            except Refused as refused:
                told.append((number, {reason.code for reason in refused.refusals}))
            except Exception as error:
                wrong.append(repr(error))
        office.close()

    threads = [threading.Thread(target=work, args=(range(first, n, workers),)) for first in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    receipts = {number: said for number, said in told if not isinstance(said, set)}
    late = [said for _, said in told if isinstance(said, set)]
    opened = {one.number: one for one in office.open(box)}
    return {
        "answers": n,
        "taken": len(receipts),
        "refused_as_too_late": sum(codes == {"sealing.too_late"} for codes in late),
        "taken_after_the_deadline": sum(receipt.at > box.closes_at for receipt in receipts.values()),
        "came_out_with_their_receipt": sum(
            (one := opened.get(r.number)) is not None and one.digest == r.digest and one.intact
            for r in receipts.values()
        ),
        "came_out_without_one": len(opened) - len(receipts),
        "last_taken_before_deadline_ms": round(
            min(((box.closes_at - r.at).total_seconds() * 1000 for r in receipts.values()), default=0), 1
        ),
        "errors": wrong,
    }


def same_time(office: Office, *, n: int) -> dict[str, Any]:
    """Times at an empty box and at one with nine answers, in an order drawn by a fixed seed; Mann-Whitney, two-sided."""
    from django.contrib.auth import get_user_model
    from django.test import Client
    from scipy.stats import mannwhitneyu

    empty, full = office.box(room=256 * KIB), office.box(room=256 * KIB)
    for number in range(1, 10):
        office.submit(full, number, b"x" * 20_000)
    client = Client()
    client.force_login(
        get_user_model().objects.get(pk=office.people["notary"].user_id), "django.contrib.auth.backends.ModelBackend"
    )
    turn = itertools.count()
    deeds = {
        "page_of_the_box": lambda box: client.get(f"/sealing/{box.pk}/"),
        "receipt_that_is_not_there": lambda box: office.sealing.my_receipt(
            box_id=box.pk, organisation_id=office.firm(20)[0], by=office.firm(20)[1]
        ),
        "handing_in": lambda box: office.submit(box, 0, f"{WORD} {next(turn)}".encode()),
    }
    draw, told = random.Random(20261122), {}
    for name, deed in deeds.items():
        deed(empty), deed(full)
        order = [empty, full] * n
        draw.shuffle(order)
        times: dict[int, list[float]] = {empty.pk: [], full.pk: []}
        for box in order:
            begun = time.perf_counter()
            deed(box)
            times[box.pk].append((time.perf_counter() - begun) * 1000)
        test = mannwhitneyu(times[empty.pk], times[full.pk])
        told[name] = {
            "calls_each": n,
            "median_empty_ms": round(statistics.median(times[empty.pk]), 3),
            "median_full_ms": round(statistics.median(times[full.pk]), 3),
            "p": round(float(test.pvalue), 4),
        }
    return told


def cost(office: Office, *, n: int) -> dict[str, float]:
    """Median of handing in, by the class of the box."""
    told = {}
    for size in (4, 16, 64):
        box, times = office.box(room=size * MIB), []
        for number in range(n):
            begun = time.perf_counter()
            office.submit(box, number % 5, f"{WORD} {number}".encode())
            times.append((time.perf_counter() - begun) * 1000)
        told[f"{size}_mib"] = round(statistics.median(times), 1)
        office.sealing.void_box(box_id=box.pk, reason="measured", by=_head(office), at=datetime.now(UTC))
    return told


def _head(office: Office) -> Any:
    if "office_head" not in office.people:
        office.people["office_head"] = office.person("office_head", "office_head")
    return office.people["office_head"]
