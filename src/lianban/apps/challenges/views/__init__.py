"""Pages of challenges."""

from lianban.apps.challenges.views.answers import answer, attachment, show_answer, withdraw_answer
from lianban.apps.challenges.views.pages import (
    do,
    draft,
    for_product,
    listing,
    new,
    show,
    version,
    write,
)

__all__ = [
    "answer", "attachment", "do", "draft", "for_product", "listing", "new", "show", "show_answer", "version", "withdraw_answer",
    "write",
]  # fmt: skip
