"""Pages of agreements: the builder, the clause, versions, signatures, the Word file."""

from lianban.apps.agreements.views.building import (
    background,
    clause,
    end,
    issue,
    leave_open,
    preview,
    propose,
    revise,
    sign,
    strike,
)
from lianban.apps.agreements.views.reading import listing, show, version, word

__all__ = [
    "background",
    "clause",
    "end",
    "issue",
    "leave_open",
    "listing",
    "preview",
    "propose",
    "revise",
    "show",
    "sign",
    "strike",
    "version",
    "word",
]
