"""Checks (检查) of a whole package."""

from lianban.chain.findings import Findings


def check(chain) -> Findings:
    """Return every finding about the tables of a chain."""
    return Findings()
