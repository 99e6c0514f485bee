"""Sample chains (示例产业链) that come with the software: real, with a source on every row."""

from importlib.resources import files
from pathlib import Path

_NAMES = ("antibody", "nev", "materials130", "semiconductors")


def names() -> tuple[str, ...]:
    """Return the samples in the order in which they are offered; the demo opens the first."""
    return _NAMES


def path(name: str) -> Path:
    """Return the folder of a sample.

    Raises
    ------
    KeyError
        There is no sample of that name.
    """
    if name not in _NAMES:
        raise KeyError(f"no sample {name!r}; there are {', '.join(_NAMES)}")
    return Path(str(files(__name__) / name))
