"""The environment, read once by settings; a missing value stops the start with the remedy."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


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


def email(url: str, *, demo: bool) -> dict[str, Any]:
    """Turn ``smtp://user:password@host:587?from=office@example.org`` into Django's settings.

    ``smtp`` asks for STARTTLS, ``smtps`` is encrypted from the start, ``smtp+plain`` is neither (a relay on this
    machine). Without an address letters are written to the console in the demo, and to nobody elsewhere.
    """
    if not url:
        return {"EMAIL_BACKEND": f"django.core.mail.backends.{'console' if demo else 'dummy'}.EmailBackend"}
    parts = urlsplit(url)
    sender = dict(parse_qsl(parts.query)).get("from", "")
    if parts.scheme not in {"smtp", "smtps", "smtp+plain"} or not parts.hostname or "@" not in sender:
        raise SettingMissing(
            "LIANBAN_EMAIL_URL 应如 smtp://用户:口令@主机:587?from=发件人@主机\n"
            "LIANBAN_EMAIL_URL should be like smtp://user:password@host:587?from=sender@host"
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or {"smtp": 587, "smtps": 465, "smtp+plain": 25}[parts.scheme],
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 5,
        "DEFAULT_FROM_EMAIL": sender,
    }
