"""lianban (链办): read an industrial chain, find its weak points, mend them."""

__version__ = "0.1.0"
