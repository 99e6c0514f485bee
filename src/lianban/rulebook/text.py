"""Sentences in both languages, for floors that know no Django."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Chinese and English."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """Return the sentence in ``"zh"`` (or ``"zh-hans"``) or ``"en"``."""
        return self.en if language.startswith("en") else self.zh

    def format(self, **facts: Any) -> "Text":
        """Fill both sentences with the same facts; a fact that is a Text speaks its language."""
        return Text(
            self.zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in facts.items()}),
            self.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in facts.items()}),
        )

    def __str__(self) -> str:
        return self.zh
