"""Counts and percentages printed side by side, computed again (数字核对): which agree, which cannot be.

>>> [one.line("en") for one in recompute("26 个门类中，2 类占 0.77%。")]
['2 of 26 is 7.7%, printed as 0.77%: the decimal point slipped']
"""

from lianban.chain.figures.claims import Claim, read
from lianban.chain.figures.verdict import Verdict, judge, together, wholes

__all__ = ["Claim", "Verdict", "judge", "read", "recompute", "together", "wholes"]


def recompute(text: str) -> list[Verdict]:
    """Judge every count with its percentage in a text, in the order of the text."""
    return [judge(claim) for claim in read(text)]
