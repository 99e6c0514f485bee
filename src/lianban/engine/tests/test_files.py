"""What is saved reads back; a changed file is refused."""

import numpy as np
import pytest

from lianban.engine import InvalidNetwork, SupplyNetwork
from lianban.engine.files import read_network, save_network


@pytest.fixture
def network():
    return SupplyNetwork(
        [0, 1], [1, 2], [1.5, 2.5], [0, 1, 2], output_weight=[[1, 0], [0, 1], [1, 1]], labels=["甲", "乙", "丙"]
    )


def test_what_is_saved_reads_back(network, tmp_path):
    path = save_network(network, tmp_path / "chain.net")
    again = read_network(path)
    assert path.name == "chain.net"
    assert again.fingerprint == network.fingerprint and again.labels == network.labels
    without = SupplyNetwork([0], [1], [1.0], [0, 1])
    assert read_network(save_network(without, tmp_path / "other")).labels is None


def test_a_changed_file_is_refused(network, tmp_path):
    path = save_network(network, tmp_path / "chain.npz")
    with np.load(path) as content:
        arrays = dict(content)
    np.savez(path, **(arrays | {"value": arrays["value"] * 2}))
    with pytest.raises(InvalidNetwork, match=r"chain\.npz was changed"):
        read_network(path)


def test_other_files_are_refused_by_name(tmp_path):
    (tmp_path / "text.npz").write_text("hello")
    np.savez(tmp_path / "numbers.npz", a=[1])
    for name in ("text.npz", "numbers.npz"):
        with pytest.raises(InvalidNetwork, match=f"{name} is not a saved network"):
            read_network(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        read_network(tmp_path / "nothing.npz")
