"""Files to rows, rows to a preview: the only door from imports to ``lianban.chain``."""

from lianban.apps.imports.compute.previewing import Party, preview
from lianban.apps.imports.compute.reading import (
    CannotRead,
    column_map,
    lacking,
    read,
    remembered,
    results,
    rows_of_file,
)
from lianban.apps.imports.compute.shapes import ORGANISATIONS, Content, FileRow, Missing, Preview, Told, Watch

__all__ = [
    "ORGANISATIONS", "CannotRead", "Content", "FileRow", "Missing", "Party", "Preview", "Told", "Watch", "column_map", "lacking", "preview", "read",
    "remembered", "results", "rows_of_file",
]  # fmt: skip
