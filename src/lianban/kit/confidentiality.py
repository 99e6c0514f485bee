"""Confidentiality (密级): four circles, from everyone to the firm itself."""

from lianban.kit.text import Text

# From the widest circle to the narrowest.
CONFIDENTIALITY = ("open", "chain", "office", "private")
CONFIDENTIALITY_NAMES = {
    "open": Text("公开", "open"),
    "chain": Text("链内", "chain members"),
    "office": Text("链办", "chain office"),
    "private": Text("企业保密", "private to the firm"),
}


def highest(*classes: str) -> str:
    """Give the narrowest of several classes: a derived result takes the highest of its inputs."""
    return max(classes, key=CONFIDENTIALITY.index, default="open")
