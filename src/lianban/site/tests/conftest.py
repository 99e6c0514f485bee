"""The scene of the interface: a chain in the site, a token of an officer, a program, and the client without a wire."""

import io
import time
from datetime import date, timedelta
from email.message import Message
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from django.test import Client as Browser
from django.utils import timezone

import lianban
from lianban.apps.access import services as access
from lianban.apps.access.rules import SCOPES
from lianban.apps.atlas import services as atlas
from lianban.apps.atlas.compute import Package
from lianban.apps.jobs import services as jobs
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.queries import actor_of
from lianban.apps.parties.services import SYSTEM, open_account

NOW = timezone.now()


def tables():
    fact = {"source": "s", "observed_on": date(2026, 10, 31), "confidence": "high", "confidentiality": "open"}
    return {
        "chain": [{"code": "bags", "name": "示例链", "home": "CN", "data_date": date(2026, 10, 31)}],
        "segments": [{"code": "raw", "name": "材料", "stage": 1}, {"code": "end", "name": "制造", "stage": 2}],
        "products": [{**fact, "code": "film", "name": "膜材", "segment": "raw"}, {**fact, "code": "bag", "name": "袋", "segment": "end", "final": True}],
        "inputs": [{**fact, "product": "bag", "input": "film", "essential": "yes"}],
        "organisations": [{**fact, "code": f"f{i}", "name": name, "kind": "firm", "place": "320500"} for i, name in enumerate(("示例膜材有限公司", "示例包装股份有限公司", "示例新材料有限公司"))],
        "production": [{**fact, "product": "film", "origin": "JP", "stage": "stable_volume", "share": 1.0, "share_of": "home_supply"}, {**fact, "product": "bag", "organisation": "f1", "stage": "stable_volume", "share": 1.0, "share_of": "home_supply"}],
        "sources": [{"code": "s", "title": "示例", "kind": "survey", "confidentiality": "open"}],
    }  # fmt: skip


@pytest.fixture
def chain(db):
    return atlas.load_package(chain=Package.from_tables(tables(), name="bags"), by=SYSTEM, at=NOW)


def token(role, organisation=None):
    """A token of somebody new, for everything a token can be for."""
    grant = open_account(username=f"zhang {role}", password="long-enough-1", shown_name="经办", role=role, organisation=organisation,
                         starts_on=NOW.date() - timedelta(days=9), by=SYSTEM, at=NOW)  # fmt: skip
    actor = actor_of(grant.user, today=NOW.date())
    return access.issue(name="t", scopes=list(SCOPES), days=9, by=actor, at=NOW)[1]


@pytest.fixture
def secret(db):
    return token("officer")


@pytest.fixture
def firm(chain):
    """A program of the firm f0."""
    secret = token("enterprise", Organisation.objects.get(code="f0"))
    return Browser(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def program(chain, secret):
    return Browser(headers={"Authorization": f"Bearer {secret}"})


class Body(io.BytesIO):
    headers: Message


class Wire:
    """``urlopen`` that asks the site in this process."""

    def __init__(self):
        self.browser = Browser()

    def __call__(self, request, timeout):
        url = urlsplit(request.full_url)
        headers = {name.title(): value for name, value in request.header_items()}
        answer = self.browser.generic(request.get_method(), url.path + (f"?{url.query}" if url.query else ""), request.data or b"",
                                      headers.pop("Content-Type", "application/json"), headers=headers)  # fmt: skip
        told = Message()
        for name, value in answer.headers.items():
            told[name] = value
        if answer.status_code >= 400:
            raise HTTPError(request.full_url, answer.status_code, "no", told, io.BytesIO(answer.getvalue()))
        body = Body(answer.getvalue())
        body.headers = told
        return body


@pytest.fixture
def worker(monkeypatch):
    """While the client waits, the jobs are done."""
    monkeypatch.setattr("lianban.chain.client.time", SimpleNamespace(sleep=lambda seconds: jobs.work_off(), monotonic=time.monotonic))  # fmt: skip


@pytest.fixture
def library(chain, secret, monkeypatch):
    monkeypatch.setattr("lianban.chain.client.urlopen", Wire())
    return lianban.Client("http://testserver", secret)
