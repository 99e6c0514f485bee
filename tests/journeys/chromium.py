"""Find Chromium for the browser tests; as a script, install it where it is missing.

Order: LIANBAN_CHROMIUM, PATH, Playwright's cache; then ``apt-get install chromium`` as root, then Playwright's own
download. Where all fail, browser tests are skipped with a sentence; where CI is set they fail.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CACHED = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/Chromium",
    "chromium-*/chrome-win*/chrome.exe",
    "chromium_headless_shell-*/chrome-linux*/headless_shell",
)
MISSING = (
    "没有找到 Chromium：请设 LIANBAN_CHROMIUM，或运行 python tests/journeys/chromium.py 安装"
    " / no Chromium: set LIANBAN_CHROMIUM, or run python tests/journeys/chromium.py to install it"
)


def find() -> str | None:
    """Return the path of a Chromium that can be started, or None."""
    given = os.environ.get("LIANBAN_CHROMIUM", "")
    if given:
        return given if Path(given).exists() else None
    on_path = (shutil.which(name) for name in NAMES)
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    cached = (str(path) for pattern in CACHED for path in sorted(cache.glob(pattern), reverse=True))
    return next((path for path in on_path if path), None) or next(cached, None)


def install() -> str | None:
    """Try the ways that need no question asked; return the path, or None."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"],
        ):
            if subprocess.run(
                command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ).returncode:
                break
        if find():
            return find()
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, timeout=600)
    return find()


def main() -> int:
    """Find or install; missing is an error only where CI is set."""
    path = find()
    if path is None and not os.environ.get("LIANBAN_CHROMIUM"):
        try:
            path = install()
        except (OSError, subprocess.SubprocessError) as error:
            sys.stderr.write(f"{error}\n")
    if path:
        return 0
    sys.stderr.write(MISSING + "\n")
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
