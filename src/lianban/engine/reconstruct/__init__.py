"""Reconstruction (网络重构): the index where firm-to-firm data are missing, with honest intervals.

>>> from lianban.engine.reconstruct import Known, Reconstruction
>>> known = Known(
...     group=["ore", "ore", "steel", "steel", "car"],
...     needs=[("ore", "steel", 2), ("steel", "car", 2)],
...     sales=[6.0, 4.0, 7.0, 3.0, 0.0],
...     output_weight=[0, 0, 0, 0, 1],
... )
>>> ensemble = Reconstruction(known).run(100, seed=1)
>>> ensemble.loss.shape
(100, 5)
"""

from lianban.engine.reconstruct.facts import FactWorth, best_facts, mean_width
from lianban.engine.reconstruct.known import InvalidFacts, Known, known_of
from lianban.engine.reconstruct.layout import Layout
from lianban.engine.reconstruct.links import draw_links, link_chances, wanted_links
from lianban.engine.reconstruct.model import ENGINE_VERSION, Draw, Ensemble, Reconstruction, main_suppliers, stream
from lianban.engine.reconstruct.prior import CONCENTRATION, Prior, dirichlet_parts, draw_between
from lianban.engine.reconstruct.summary import LEVELS, Summary, ranks_of, summarise
from lianban.engine.reconstruct.worth import Worth, worth_of

__all__ = [
    "CONCENTRATION",
    "ENGINE_VERSION",
    "LEVELS",
    "Draw",
    "Ensemble",
    "FactWorth",
    "InvalidFacts",
    "Known",
    "Layout",
    "Prior",
    "Reconstruction",
    "Summary",
    "Worth",
    "best_facts",
    "dirichlet_parts",
    "draw_between",
    "draw_links",
    "known_of",
    "link_chances",
    "main_suppliers",
    "mean_width",
    "ranks_of",
    "stream",
    "summarise",
    "wanted_links",
    "worth_of",
]
