"""The map of large chains: time from request to answer, size as sent, and how long a browser needs until it can be used.

Synthetic chains of a seed. The site runs in this process with its own small database; the browser is Chromium without a
window, where there is one; else its figures are left out, and said so.
"""

import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

SEED = 20261123
FULL, QUICK = (400, 2000, 5000), (400, 2000)
BROWSER = "/usr/bin/chromium"
N_SEGMENTS, INPUTS_EACH = 16, 3


def figures(quick: bool = False) -> dict[str, Any]:
    """Each in a process of its own: the settings are read once."""
    with tempfile.TemporaryDirectory() as place:
        given = {
            **os.environ,
            "LIANBAN_SECRET_KEY": "benchmark",
            "LIANBAN_DATABASE_URL": f"sqlite:///{place}/maps.sqlite3",
            "DJANGO_SETTINGS_MODULE": "lianban.site.settings",
            "LIANBAN_DEMO": "1",
            "LIANBAN_HOSTS": "127.0.0.1,localhost,testserver",
        }
        sizes = ",".join(map(str, QUICK if quick else FULL))
        asked = [sys.executable, str(Path(__file__)), sizes]
        done = subprocess.run(asked, env=given, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def table(found: dict[str, Any]) -> str:
    head = f"{'products':>9} {'page':>22} {'answer ms':>10} {'of it CPU':>10} {'KB sent':>8} {'cards':>6} {'usable ms':>10}"
    lines = [head]
    for size, pages in found["sizes"].items():
        for name, one in pages.items():
            usable = one.get("usable_ms", "-")
            lines.append(
                f"{size:>9} {name:>22} {one['answer_ms']:>10} {one['cpu_ms']:>10} {one['kb']:>8} {one['cards']:>6} {usable!s:>10}"
            )
    return "\n".join([*lines, f"browser: {found['browser']}"])


def fill(size: int) -> None:
    """A chain of so many products in segments of eight stages, each needing a few of the stages before, with a run."""
    from datetime import UTC, date, datetime

    from lianban.apps.atlas.models import Chain, Input, Product, Segment
    from lianban.apps.diagnosis.models import Run
    from lianban.apps.sources.models import Source

    dice, at, day = random.Random(SEED + size), datetime(2026, 11, 22, 9, tzinfo=UTC), date(2026, 10, 31)
    chain = Chain.objects.create(
        code=f"n{size}", name=f"示例链{size}", data_date=day, stamp=1, changed_at=at, sample=True
    )
    source = Source.objects.create(chain=chain.code, code="s", title="示例")
    fact = {"chain": chain, "source": source, "observed_on": day}
    segments = [Segment(chain=chain, code=f"g{i}", name=f"环节{i}", stage=i // 2) for i in range(N_SEGMENTS)]
    segments = Segment.objects.bulk_create(segments)
    place = sorted(dice.randrange(N_SEGMENTS) for _ in range(size))
    goods = [Product(code=f"p{i}", name=f"示例产品{i}", segment=segments[g], **fact) for i, g in enumerate(place)]
    goods = Product.objects.bulk_create(goods, batch_size=1000)
    ties = {(dice.randrange(i), i) for i in range(1, size) for _ in range(INPUTS_EACH)}
    Input.objects.bulk_create(
        [Input(code=f"{a}-{b}", product=goods[b], input=goods[a], **fact) for a, b in sorted(ties)], batch_size=1000
    )
    points = [
        {"code": p.code, "name": {"zh": p.name, "en": ""}, "level": f"L{dice.randrange(6)}", "loss_cut": dice.random() ** 3,
         "loss_stop": dice.random(), "inferred": False, "band": None, "kind": None, "missing": [], "solvers": [], "reason": None}
        for p in goods
    ]  # fmt: skip
    result = {"weak_points": points, "unknown": [], "products": [], "parents": [], "organisations": []}
    Run.objects.create(
        chain=chain, number=1, pack="cn-core-2025", rules_fingerprint="r", data_fingerprint="d", data_stamp=1, asked_by="user:1",
        started_at=at, finished_at=at, result=result, confidentiality="open",
    )  # fmt: skip


def pages(size: int) -> dict[str, str]:
    """What people ask of a large map."""
    base = f"/chains/n{size}/map/"
    found = {"map": base, "product, 2 up 2 down": f"{base}?node=p{size // 2}&up=2&down=2&only=1",
             "path": f"{base}?node=p0&to=p{size - 1}&only=1", "level": f"{base}?level=L0"}  # fmt: skip
    if size > 400:
        found["one segment opened"] = f"{base}?open=g15"
    return found


def answers(size: int) -> dict[str, dict[str, Any]]:
    """Server time (the median of five, the first call apart) and size as sent."""
    from django.test import Client

    client, found = Client(), {}
    for name, path in pages(size).items():
        times, worked, body = [], [], b""
        for _ in range(6):
            begun, cpu = time.perf_counter(), time.process_time()
            response = client.get(path)
            times.append(time.perf_counter() - begun)
            worked.append(time.process_time() - cpu)
            body = response.content
        assert response.status_code == 200, (path, response.status_code)
        found[name] = {
            "first_ms": round(times[0] * 1000),
            "answer_ms": round(statistics.median(times[1:]) * 1000),
            "cpu_ms": round(statistics.median(worked[1:]) * 1000),  # what it takes where nothing else runs
            "kb": round(len(gzip.compress(body, 6)) / 1024),
            "cards": body.count(b'class="ring"'),
        }
    return found


def browser(found: dict[str, dict[str, dict[str, Any]]]) -> str:
    """How long until a page is drawn and answers a key, from the request on; the median of three."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return "left out: playwright is not installed"
    if not Path(BROWSER).exists():
        return f"left out: no {BROWSER}"
    port = "8947"
    serving = [sys.executable, "-m", "django", "runserver", f"127.0.0.1:{port}", "--noreload"]
    server = subprocess.Popen(serving, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with sync_playwright() as play:
            chromium = play.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
            page = chromium.new_context(viewport={"width": 1366, "height": 768}).new_page()
            if not _reached(page, f"http://127.0.0.1:{port}/chains/"):
                return "left out: the site did not start within two minutes"
            for size, some in found.items():
                for name, one in some.items():
                    one["usable_ms"] = _usable(page, f"http://127.0.0.1:{port}{pages(int(size))[name]}")
            version = chromium.version
            chromium.close()
            return f"Chromium {version}"
    finally:
        server.terminate()
        server.wait()


def _reached(page: Any, address: str) -> bool:
    for _ in range(240):
        try:
            page.goto(address)
            return True
        except Exception:  # the server is still starting
            time.sleep(0.5)
    return False


def _usable(page: Any, address: str) -> int:
    """From the request until two frames are drawn after everything is loaded: then nothing holds the page up."""
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        page.goto(address, wait_until="load")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        times.append(time.perf_counter() - begun)
    return round(statistics.median(times) * 1000)


def main(sizes: list[int]) -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for size in sizes:
        fill(size)
        found[str(size)] = answers(size)
    told = browser(found)
    print(json.dumps({"sizes": found, "browser": told}, ensure_ascii=False))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1].split(",")])
