"""Save and read networks; a file whose content does not match its fingerprint is refused."""

from pathlib import Path

import numpy as np

from lianban.engine.errors import InvalidNetwork
from lianban.engine.network import SupplyNetwork

FORMAT = "lianban supply network 1"


def save_network(network: SupplyNetwork, path: str | Path) -> Path:
    """Write the network as one .npz file with its fingerprint; returns the path."""
    path = Path(path)
    arrays = {
        name: getattr(network, name)
        for name in ("seller", "buyer", "value", "group", "market", "input_class", "output_weight")
    }
    if network.labels is not None:
        arrays["labels"] = np.array(network.labels, dtype=np.str_)
    with path.open("wb") as file:  # an open file keeps numpy from adding a second suffix
        np.savez_compressed(file, format=FORMAT, fingerprint=network.fingerprint, **arrays)
    return path


def read_network(path: str | Path) -> SupplyNetwork:
    """Read a network written by :func:`save_network`.

    Raises
    ------
    InvalidNetwork
        Not such a file, or its content was changed.
    """
    path = Path(path)
    try:
        with np.load(path, allow_pickle=False) as content:
            arrays = {name: content[name] for name in content.files}
    except (ValueError, OSError, EOFError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise InvalidNetwork(f"{path.name} is not a saved network: {error}") from error
    if str(arrays.pop("format", "")) != FORMAT:
        raise InvalidNetwork(f"{path.name} is not a saved network of this version ({FORMAT})")
    fingerprint = str(arrays.pop("fingerprint"))
    labels = arrays.pop("labels", None)
    network = SupplyNetwork(**arrays, labels=None if labels is None else labels.tolist())
    if network.fingerprint != fingerprint:
        raise InvalidNetwork(
            f"{path.name} was changed: its content gives {network.fingerprint}, the file says {fingerprint}"
        )
    return network
