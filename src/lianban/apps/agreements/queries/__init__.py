"""Reads of agreements: a firm sees those it is a party of, others by class; missing and hidden are alike."""

from lianban.apps.agreements.queries.building import (
    article_rows,
    content,
    listed,
    next_open,
    offer,
    signatures_of,
    signing,
    trial,
    version,
)
from lianban.apps.agreements.queries.reading import (
    agreement,
    agreements,
    facts,
    in_force,
    is_office,
    missing_signatures,
    of_subject,
    party_rows,
    terms,
    terms_of,
    waiting,
)

__all__ = [
    "agreement",
    "agreements",
    "article_rows",
    "content",
    "facts",
    "in_force",
    "is_office",
    "listed",
    "missing_signatures",
    "next_open",
    "of_subject",
    "offer",
    "party_rows",
    "signatures_of",
    "signing",
    "terms",
    "terms_of",
    "trial",
    "version",
    "waiting",
]
