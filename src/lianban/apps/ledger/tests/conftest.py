"""A pot filled from outside, two members, a thing given in kind."""

from datetime import UTC, datetime

import pytest

from lianban.apps.ledger import services
from lianban.apps.parties.models import Organisation
from lianban.apps.parties.services import SYSTEM
from lianban.kit.text import Text

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TOLD = {"by": SYSTEM, "at": NOW}
ACCOUNTS = {"outside": "source", "pot": "pot", "a": "payee", "b": "payee", "things": "source", "stock": "in_kind"}


@pytest.fixture
def told():
    return TOLD


@pytest.fixture
def books(db):
    """Accounts of one chain; member a has its own."""
    firm = Organisation.objects.create(code="firm", name="示例企业", example=True)
    return {
        code: services.open_account(
            code=code, name=Text(f"账户{code}", f"account {code}"), kind=kind, chain="mab",
            may_be_negative=kind == "source", in_kind=code == "things", organisation=firm if code == "a" else None, **TOLD,
        )
        for code, kind in ACCOUNTS.items()
    }  # fmt: skip


@pytest.fixture
def post(books):
    def move(key, *movements, kind="contribution", subject="tests.thing:1", **more):
        return services.post(key=key, kind=kind, movements=list(movements), subject=subject, **TOLD, **more)

    return move


@pytest.fixture
def filled(post):
    """One thousand yuan in the pot."""
    post("fill", ("outside", "pot", 100_000))
