"""The matching of names: the only door from here to ``lianban.chain``."""

from lianban.chain.intake.matching import Candidate, Match, Party, Register

__all__ = ["Candidate", "Match", "Party", "Register"]
