"""A real browser against a real demo: one site for the whole session, one signed-in context per person and language."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from lianban.cli.demo import PASSWORD

SECONDS_TO_PREPARE = 240


def _chromium() -> str | None:
    """Where Chromium is, as tests/journeys/chromium.py finds it (loaded by path: these tests are no package)."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("chromium", Path(__file__).parent / "chromium.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    path = module.find()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(module.MISSING)
        pytest.skip(module.MISSING)
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = _chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Demo:
    """``lianban demo`` as a person starts it: a process, its words, its address."""

    def __init__(self, data: Path, *options: str):
        command = [sys.executable, "-m", "lianban.cli", "demo", "--data", str(data), *options]
        environment = {**os.environ, "LIANBAN_LANG": "zh", "PYTHONUNBUFFERED": "1"}
        for name in ("LIANBAN_DATABASE_URL", "LIANBAN_SECRET_KEY", "DJANGO_SETTINGS_MODULE", "LIANBAN_DEMO"):
            environment.pop(name, None)
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True, encoding="utf-8"
        )
        self.said: list[str] = []
        self.address = ""
        self._up = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if found := re.search(r"网站已启动：(http://\S+/)", line):
                self.address = found[1]
                self._up.set()
        self._up.set()

    def wait(self) -> "Demo":
        self._up.wait(SECONDS_TO_PREPARE)
        assert self.address, "\n".join(self.said)
        return self

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(30)
        self._reader.join(5)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture(scope="session")
def demo(demo_data: Path) -> Iterator[Demo]:
    """The running demo; it ends with the session."""
    running = Demo(demo_data, "--port", "8700")
    try:
        yield running.wait()
    finally:
        running.stop()


class Person:
    """One user in one language: a page that remembers what a browser complains about."""

    def __init__(self, context: BrowserContext, address: str, user: str):
        self.context, self.address, self.user = context, address, user
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _request(self, request: Any) -> None:
        if urlsplit(request.url).hostname not in (None, "127.0.0.1"):
            self.complaints.append(f"{self.page.url} asks {request.url}")

    def open(self, path: str) -> Page:
        response = self.page.goto(self.address.rstrip("/") + path)
        assert response is not None and response.status < 400, f"{path}: {response and response.status}"
        return self.page

    def go(self, selector: str) -> Page:
        """Follow the first link or press the first button found."""
        with self.page.expect_event("domcontentloaded"):  # the next page's, not the state of the one that is left
            self.page.locator(selector).first.click()
        self.page.wait_for_load_state()
        return self.page


class People:
    """Everybody who has come to the demo in this session; called with a user name, language and width."""

    def __init__(self, browser: Browser, address: str):
        self.browser, self.address = browser, address
        self.known: dict[tuple[str, str], Person] = {}

    def __call__(self, user: str, language: str = "zh", width: int = 1366) -> Person:
        """Give a person ("" = visitor); signed in once."""
        found = self.known.get((user, language))
        if found is None:
            twin = next((one for (name, _), one in self.known.items() if name == user), None)
            context = self.browser.new_context(storage_state=twin.context.storage_state() if twin else None)
            found = self.known[user, language] = Person(context, self.address, user)
            context.clear_cookies(name="lianban_language")
            if user and not twin:
                page = found.open("/people/sign-in/")
                page.fill("[name=username]", user)
                page.fill("[name=password]", PASSWORD)
                found.go("main form button")
            if language == "en":
                context.add_cookies([{"name": "lianban_language", "value": "en", "url": self.address}])
        found.page.set_viewport_size({"width": width, "height": 800})
        return found

    def take_complaints(self) -> list[str]:
        told = [complaint for one in self.known.values() for complaint in one.complaints]
        for one in self.known.values():
            one.complaints.clear()
        return told


@pytest.fixture(scope="session")
def people(browser: Browser, demo: Demo) -> Iterator[People]:
    coming = People(browser, demo.address)
    yield coming
    for one in coming.known.values():
        one.context.close()


@pytest.fixture(autouse=True)
def nothing_complained(request: pytest.FixtureRequest) -> Iterator[None]:
    """No console error, no breach of the safety headers, no request to another machine, in any browser test."""
    yield
    if "people" in request.fixturenames:
        told = request.getfixturevalue("people").take_complaints()
        assert not told, "\n".join(told)
