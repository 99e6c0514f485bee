"""What every test may ask for."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Give the folder of one real data set; skip where the data are not beside the checkout."""
    base = Path(os.environ.get("LIANBAN_DATA", ROOT.parent / "shared" / "data"))

    def folder(name: str) -> Path:
        if not (base / name).is_dir():
            pytest.skip(f"real data set {name!r} is not here (set LIANBAN_DATA to its parent folder)")
        return base / name

    return folder
