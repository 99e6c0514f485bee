"""Settings under pytest: the same, with a throw-away key and a fast password hash."""

import os

os.environ.setdefault("LIANBAN_SECRET_KEY", "only-for-tests")
os.environ.setdefault("LIANBAN_DATABASE_URL", "sqlite:///:memory:")

from lianban.site.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CUSTODY_COST = 4
SEALED_ROOM = 256 * 1024
AXES_ENABLED = os.environ.get("LIANBAN_TEST_AXES") == "1"
