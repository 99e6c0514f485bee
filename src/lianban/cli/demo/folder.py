"""The demo's data folder: database, secret key, and the environment that points at them."""

import os
import secrets
from pathlib import Path

from lianban.cli import output
from lianban.cli.output import CommandError


def prepare(data: Path, host: str) -> bool:
    """Make the folder and set the environment of this process and its children; say whether there were data already."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise CommandError(
            output.FAILURE,
            f"{data} 是文件，不是文件夹；用 --data 另选",
            f"{data} is a file; choose another with --data",
        ) from None
    database = data / "lianban.sqlite3"
    kept = database.exists()
    os.environ.update(
        LIANBAN_SECRET_KEY=_secret(data / "secret_key"),
        LIANBAN_DATABASE_URL=f"sqlite:///{database}",
        LIANBAN_DEMO="1",
        LIANBAN_HOSTS=_hosts(host),
        DJANGO_SETTINGS_MODULE="lianban.site.settings",
    )
    return kept


def _secret(path: Path) -> str:
    """The key that signs sessions: made once, readable by its owner only."""
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def _hosts(host: str) -> str:
    """Names under which the site answers; listening everywhere, it cannot know them."""
    return "*" if host in ("0.0.0.0", "::") else f"127.0.0.1,localhost,[::1],{host}"
