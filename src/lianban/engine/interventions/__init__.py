"""Interventions (补链措施): edits of a network, their effect on many scenarios, and the best portfolio under a budget.

docs/models/interventions.md has the equations, the proof behind ``Baseline``, and a worked example.
"""

from lianban.engine.interventions.edits import Edit, InvalidEdit, close_firm, edited, join, move_purchases, set_links
from lianban.engine.interventions.incremental import Baseline, EditedLosses
from lianban.engine.interventions.measures import Measure, NetworkLosses
from lianban.engine.interventions.portfolio import MAX_SETS, Choice, Interaction, Portfolio, best_portfolio
from lianban.engine.interventions.problem import OBJECTIVES, InvalidProblem, Losses, Objective, Problem
from lianban.engine.interventions.relief import Capacity, Phase, Relief, Spared, Stock, phases

__all__ = [
    "MAX_SETS",
    "OBJECTIVES",
    "Baseline",
    "Capacity",
    "Choice",
    "Edit",
    "EditedLosses",
    "Interaction",
    "InvalidEdit",
    "InvalidProblem",
    "Losses",
    "Measure",
    "NetworkLosses",
    "Objective",
    "Phase",
    "Portfolio",
    "Problem",
    "Relief",
    "Spared",
    "Stock",
    "best_portfolio",
    "close_firm",
    "edited",
    "join",
    "move_purchases",
    "phases",
    "set_links",
]
