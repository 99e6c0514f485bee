"""What people install: the plain package works without Django; the wheel holds all that is needed at run time."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from lianban.site.translations import compile_stale

ROOT = Path(__file__).parents[2]
WITHOUT_DJANGO = """
import sys
sys.modules["django"] = None   # an import of Django fails from here on
import lianban
from lianban import samples
chain = lianban.read_chain(samples.path("antibody"))
assert not list(chain.check().errors)
assert len(chain.diagnose().to_dict()["weak_points"]) > 5
import lianban.cli
print("works")
"""
LIGHT = """
import sys
import lianban
heavy = {"numpy", "scipy", "pandas", "duckdb", "django", "openpyxl", "jinja2"} & set(sys.modules)
assert not heavy, heavy
"""


@pytest.mark.parametrize("script", [WITHOUT_DJANGO, LIGHT], ids=["without Django", "a light import"])
def test_the_plain_package(script):
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
def test_the_wheel_is_whole(tmp_path):
    compile_stale()
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]

    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "src/lianban"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    needed = {name.removeprefix("src/") for name in tracked if "/tests/" not in name}
    needed |= {name.replace(".po", ".mo") for name in needed if name.endswith(".po")}

    assert not needed - names
    assert not [name for name in names if "/tests/" in name]
