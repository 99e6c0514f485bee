"""The only door from matching to ``lianban.chain`` and ``lianban.engine``: likeness of texts, and the answer of a question."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lianban import __version__
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.compute import Studied
from lianban.apps.matching import rules as matching
from lianban.chain import teams
from lianban.engine.matching.similarity import likeness
from lianban.kit.refusals import Refusal, Refused
from lianban.kit.text import Text
from lianban.rulebook import RuleSet

__all__ = ["likenesses", "team"]

SECONDS = 30.0  # of one search
POINTS = 8


def likenesses(asked: str, texts: Sequence[str]) -> list[float]:
    """How much each text reads like the one asked for, 0 to 1."""
    return likeness(matching.words(asked), [matching.words(text) for text in texts])


def team(chain: Chain, *, classes: Iterable[str], rules: RuleSet, parameters: Mapping[str, Any], step: Any) -> Studied:
    """Answer a frozen question."""
    begun = time.monotonic()

    def told(done: int, total: int, text: Text) -> None:
        step(done, total, text)

    try:
        found = teams.answer(parameters["given"], seconds=SECONDS, points=POINTS, step=told)
    except teams.QuestionError as error:
        raise Refused([Refusal("matching.cannot", error.text)]) from error
    return Studied(
        result=found, parameters=dict(parameters), fingerprint=chain.fingerprint, engine=f"lianban {__version__}",
        confidentiality=parameters["class"], manifest={"seconds": round(time.monotonic() - begun, 1)},
    )  # fmt: skip
