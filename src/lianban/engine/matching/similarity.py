"""Text likeness (文本相似度): TF-IDF cosine over words that somebody else has cut."""

import math
from collections import Counter
from collections.abc import Sequence


def likeness(asked: Sequence[str], texts: Sequence[Sequence[str]]) -> list[float]:
    """Cosine, between 0 and 1, of one text with each of several.

    Words count 1 + ln(times) × ln((1 + n) / (1 + texts with the word)) + 1 (smoothed inverse document frequency); a text
    without words is like nothing.
    """
    n = len(texts)
    spread = Counter(word for text in texts for word in set(text))

    def weighed(words: Sequence[str]) -> dict[str, float]:
        raw = {
            word: (1 + math.log(times)) * (math.log((1 + n) / (1 + spread[word])) + 1)
            for word, times in Counter(words).items()
        }
        size = math.sqrt(sum(one * one for one in raw.values()))
        return {word: one / size for word, one in raw.items()} if size else {}

    mine = weighed(asked)
    return [min(1.0, sum(mine.get(word, 0.0) * one for word, one in weighed(text).items())) for text in texts]
