"""Take the picture of the README: the map of the first sample chain, docs/images/map.png.

Run it while ``make demo`` serves: ``.venv/bin/python docs/screenshot.py [address]``.
"""

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from playwright.sync_api import sync_playwright

from lianban.cli.demo import PASSWORD

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "images" / "map.png"
MOST_BYTES = 300_000


def chromium() -> str:
    spec = spec_from_file_location("chromium", ROOT / "tests" / "journeys" / "chromium.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    path = module.find()
    if path is None:
        sys.exit(module.MISSING)
    return str(path)


def take(address: str) -> None:
    """Sign in as the officer, open the map, point at a product in the middle of it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 800})
        page.goto(f"{address}people/sign-in/")
        page.fill("[name=username]", "officer")
        page.fill("[name=password]", PASSWORD)
        page.click("main form button")
        page.goto(f"{address}chains/antibody/map/?node=virus-filter")
        page.wait_for_load_state("networkidle")
        TARGET.parent.mkdir(exist_ok=True)
        page.screenshot(path=str(TARGET))
        browser.close()
    size = TARGET.stat().st_size
    if size > MOST_BYTES:
        sys.exit(f"{TARGET} has {size} bytes, more than {MOST_BYTES}")
    print(f"{TARGET.relative_to(ROOT)}: {size} bytes")


if __name__ == "__main__":
    given = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000/"
    take(re.sub(r"/*$", "/", given))
