"""What is done with imports: bringing a file, saying how it is read and who is meant, applying it, and the jobs between."""

from lianban.apps.imports.services.bringing import bring, bring_sheet, drop, forget, map_columns, say_who
from lianban.apps.imports.services.working import apply, ask_to_apply, preview, read

__all__ = [
    "apply",
    "ask_to_apply",
    "bring",
    "bring_sheet",
    "drop",
    "forget",
    "map_columns",
    "preview",
    "read",
    "say_who",
]
