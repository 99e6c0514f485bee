"""Reads of lists: as they stand now, and as they were published."""

from lianban.apps.lists.queries.live import Live, live, reader_of
from lianban.apps.lists.queries.published import Versions, newest, publication, publications, versions

__all__ = ["Live", "Versions", "live", "newest", "publication", "publications", "reader_of", "versions"]
