"""Decisions about challenges: values in, answer out."""

from lianban.apps.challenges.rules import answers, choosing, money, papers, posting, steps, words
from lianban.apps.challenges.rules.steps import STATES

__all__ = ["STATES", "answers", "choosing", "money", "papers", "posting", "steps", "words"]
