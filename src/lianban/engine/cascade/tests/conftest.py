"""The reference networks of the published implementation."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lianban.engine import SupplyNetwork


@pytest.fixture(scope="session")
def reference(shared_data) -> Callable[..., tuple[SupplyNetwork, Path]]:
    """Read one network of the published implementation's answers and its folder."""

    def read(name, market=None, output_weight=None):
        folder = shared_data("esri_reference") / name
        table = np.loadtxt(folder / "edges.csv", delimiter=",", skiprows=1)
        sector = np.loadtxt(folder / "sectors.csv", delimiter=",", skiprows=1)[:, 1].astype(int)
        essential = np.loadtxt(folder / "essential.csv", delimiter=",").astype(int)
        ends = table[:, :2].astype(int) - 1
        labels = list(range(1, len(essential) + 1))
        network = SupplyNetwork.from_essential(
            ends[:, 0], ends[:, 1], table[:, 2], sector, essential, labels, market=market, output_weight=output_weight
        )
        return network, folder

    return read
