"""Interventions (补链措施): edits of a network, their effect on many scenarios, and the best portfolio under a budget."""

from lianban.engine.interventions.edits import Edit, InvalidEdit, close_firm, edited, join, move_purchases, set_links
from lianban.engine.interventions.incremental import Baseline, EditedLosses

__all__ = [
    "Baseline",
    "Edit",
    "EditedLosses",
    "InvalidEdit",
    "close_firm",
    "edited",
    "join",
    "move_purchases",
    "set_links",
]
