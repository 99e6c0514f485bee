"""Reads of sources."""

from collections.abc import Iterable

from lianban.apps.sources.models import Source


def by_code(chain: str, codes: Iterable[str] | None = None) -> dict[str, Source]:
    """Sources of a chain by their code; one statement."""
    rows = Source.objects.filter(chain=chain)
    if codes is not None:
        rows = rows.filter(code__in=list(codes))
    return {source.code: source for source in rows}
