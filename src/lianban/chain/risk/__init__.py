"""Systemic risk of a chain (产业链系统性风险): who takes how much of the output with them; docs/models/systemic-risk.md.

``chain.systemic_risk()`` → ``ChainRisk``; ``read_plain(folder)`` reads edges, sectors and class matrix as the literature has them.
"""

from lianban.chain.risk.plain import PlainNetwork, PlainParts, is_plain, read_parts, read_plain
from lianban.chain.risk.result import ChainRisk
from lianban.chain.risk.run import BY, RiskQuestion, RiskQuestionError, systemic_risk

__all__ = [
    "BY",
    "ChainRisk",
    "PlainNetwork",
    "PlainParts",
    "RiskQuestion",
    "RiskQuestionError",
    "is_plain",
    "read_parts",
    "read_plain",
    "systemic_risk",
]
