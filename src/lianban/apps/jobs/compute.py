"""What computations say when they cannot be done."""

from lianban.engine.errors import LianbanError

__all__ = ["LianbanError"]
