"""``import lianban`` is cheap, and gives what it promises."""

import subprocess
import sys

import lianban


def test_import_loads_no_heavy_library():
    heavy = "pandas numpy scipy duckdb openpyxl typer django"
    code = f"import sys, lianban; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_of_the_package_floor_is_there():
    for name in ("read_chain", "Chain", "DataError", "Findings", "LianbanError"):
        assert getattr(lianban, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(lianban, "nothing_like_this")
