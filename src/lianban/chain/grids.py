"""A grid (网格): one sheet or text file as rows of raw cells, before anybody knows what its columns mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lianban.chain.findings import Batch


@dataclass
class Grid:
    """Rows of raw cells with the row numbers people see.

    ``label`` is the file, or file and sheet; ``name`` is what should be a table's name.
    """

    label: str
    name: str
    rows: list[Sequence[Any]]
    numbers: list[int]
    from_1904: bool = False
    batches: list[Batch] = field(default_factory=list)


class Unreadable(Exception):
    """One file cannot be read at all; carries the batch that says why."""

    def __init__(self, label: str, reason_zh: str, reason_en: str, remedy_zh: str = "", remedy_en: str = "") -> None:
        from lianban.rulebook.text import Text

        remedy = Text(remedy_zh, remedy_en) if remedy_zh else Text("换一份完整的文件", "Use an intact file")
        self.batch = Batch(
            "unreadable", file=label, values=[label], facts={"reason": Text(reason_zh, reason_en), "remedy": remedy}
        )
        super().__init__(reason_en)
