"""What is done to keep facts true: confirming, correcting, asking, merging. One verb, one transaction, one journal row."""

from lianban.apps.upkeep.services.keeping import answer, ask, close, confirm, correct, decide, take, withdraw
from lianban.apps.upkeep.services.merging import merge, take_apart

__all__ = ["answer", "ask", "close", "confirm", "correct", "decide", "merge", "take", "take_apart", "withdraw"]
