"""Chain packages (产业链数据包) in: a folder of CSV files becomes a ``Chain``."""

from pathlib import Path

import numpy as np

from lianban.chain import tabular
from lianban.chain.chain import Chain
from lianban.chain.dictionary import TABLES
from lianban.chain.errors import DataError
from lianban.chain.findings import Batch, Findings
from lianban.chain.frames import RawTable


def read_chain(path: str | Path) -> Chain:
    """Read a chain package from a folder.

    Raises
    ------
    DataError
        Nothing there can be read as a package. Bad cells never raise: ``Chain.check`` tells them.
    """
    path = Path(path)
    if not path.exists():
        raise DataError(Findings([Batch("not_found", file=path.name, values=[str(path)])]))
    found = [_read_csv(file) for file in sorted(path.glob("*.csv")) if file.stem in TABLES]
    if not found:
        raise DataError(Findings([Batch("not_a_package", file=path.name, values=[str(path)])]))
    return Chain.from_raw(found, name=path.name)


def _read_csv(file: Path) -> RawTable:
    table = TABLES[file.stem]
    lines = [
        (n, cells) for n, cells in tabular.rows(tabular.decode(file.read_bytes())) if any(c.strip() for c in cells)
    ]
    (_, header), body = lines[0], lines[1:]
    words = {column.zh: column.name for column in table}
    names = [words.get(h.strip(), h.strip()) for h in header]
    columns = {
        name: np.array([cells[i] if i < len(cells) and cells[i] else None for _, cells in body], dtype=object)
        for i, name in enumerate(names)
        if name in table.by_name
    }
    return RawTable(file.stem, file.name, columns, np.array([n for n, _ in body], dtype=int))
