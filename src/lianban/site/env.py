"""The environment, read once by settings; a missing value stops the start with the remedy."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit


class SettingMissing(SystemExit):
    """A setting without which the site cannot start."""


def required(name: str, *, hint: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise SettingMissing(f"环境变量 {name} 未设置：{hint}\n{name} is not set: {hint}")
    return value


def flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def database(url: str) -> dict[str, Any]:
    """Turn ``sqlite:///path`` or ``postgres://user:password@host:port/name`` into Django's settings."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:],  # three slashes: relative or :memory:; four: absolute
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",  # a write transaction takes its lock when it begins
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path[1:],
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
        }
    raise SettingMissing(
        f"LIANBAN_DATABASE_URL 应以 sqlite:// 或 postgres:// 开头，收到 {parts.scheme!r}\n"
        f"LIANBAN_DATABASE_URL should begin with sqlite:// or postgres://, got {parts.scheme!r}"
    )
