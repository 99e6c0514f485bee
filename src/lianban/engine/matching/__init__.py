"""Matching (匹配与组队): exact teams by mixed-integer programming (HiGHS inside SciPy).

docs/models/matching.md has the equations, the claims behind what is left out, and a worked example.
"""

from lianban.engine.matching.problem import Count, InvalidTeamProblem, Rule, Share, TeamProblem, Variety, team_problem
from lianban.engine.matching.solve import SolverDisagrees, Status
from lianban.engine.matching.teams import Objective, Price, Relaxation, Team, best_team, curve, prices, relaxations

__all__ = [
    "Count",
    "InvalidTeamProblem",
    "Objective",
    "Price",
    "Relaxation",
    "Rule",
    "Share",
    "SolverDisagrees",
    "Status",
    "Team",
    "TeamProblem",
    "Variety",
    "best_team",
    "curve",
    "prices",
    "relaxations",
    "team_problem",
]
