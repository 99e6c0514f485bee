"""Yardsticks (对照指标) side by side: what the cascade says of each product, and what simpler measures would have said.

``chain.yardsticks()`` → ``Yardsticks``; docs/models/yardsticks.md.
"""

from lianban.chain.yardsticks.agreement import Agreement, Disagreement
from lianban.chain.yardsticks.measures import YARDSTICKS, Reading, Yardstick
from lianban.chain.yardsticks.result import Yardsticks
from lianban.chain.yardsticks.run import yardsticks

__all__ = ["YARDSTICKS", "Agreement", "Disagreement", "Reading", "Yardstick", "Yardsticks", "yardsticks"]
