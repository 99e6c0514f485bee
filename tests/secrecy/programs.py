"""Tokens of programs, for the table of who may do what on pages."""

from datetime import timedelta

from lianban.apps.access.models import Token

SIGNED_IN, OWNER = "signed in", "owner"


def play(stage, at):
    """A token of somebody outside the cast, so that revoking it is for nobody here."""
    from django.contrib.auth import get_user_model

    user = get_user_model().objects.create(username="program-owner")
    token = Token.objects.create(user=user, name="t", fingerprint="0" * 64, ending="0000", scopes=["read"], made_at=at, expires_at=at + timedelta(days=9))  # fmt: skip
    stage.pks["access_token"] = {"bags": token.pk}


def rows(stage):
    """As the table in test_permissions."""
    views = "lianban.apps.access.views"
    return [
        (f"{views}.tokens", SIGNED_IN, "/access/tokens/", {"name": "看板", "scopes": "read", "days": "9"}),
        (f"{views}.revoke", OWNER, f"/access/tokens/{stage.pks['access_token']['bags']}/revoke/", {}),
    ]
