"""Sentences in both languages where Django's catalogues do not reach (rules, journal, results)."""

from typing import Any

from lianban.rulebook.text import Text

__all__ = ["Text", "say"]


def say(value: Any, language: str) -> str:
    """Put a sentence into the reader's language.

    Accepts a Text, its stored form ``{"zh": ..., "en": ...}``, or anything with ``str()``.
    """
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, dict) and "zh" in value:
        return str(value.get("en") or value["zh"]) if language.startswith("en") else str(value["zh"])
    return "" if value is None else str(value)
