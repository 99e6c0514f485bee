"""One door out (导出): a chain as the file asked for, whatever the format."""

import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianban.chain.interop.geo import chain_geojson
from lianban.chain.interop.graph import chain_graph
from lianban.chain.writing import LONG_AGO, table_csv, write
from lianban.files import graphs
from lianban.files.facts import Facts
from lianban.files.geo import Point

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

PACKAGES = ("zip", "xlsx", "parquet")
GRAPHS = tuple(graphs.WRITERS)
FORMATS = ("csv", *PACKAGES, *GRAPHS, "geojson")
ENDINGS = {"csv": "csv.zip", "parquet": "parquet.zip"}  # several tables stand in one zip


def file_of(
    chain: "Chain",
    kind: str,
    *,
    facts: Facts | None = None,
    of: str = "all",
    tables: tuple[str, ...] = (),
    places: Mapping[str, Point] | None = None,
    language: str = "zh",
) -> tuple[bytes, str]:
    """Return a chain as one file, and the ending of its name.

    Parameters
    ----------
    kind : one of ``FORMATS``; ``csv`` gives one table as CSV, several as a zip of CSVs; ``zip`` is the data package
    of : which graph, for graph formats: all, products or organisations
    tables : for ``csv``, which tables; all that have rows where none is named
    """
    if kind in GRAPHS:
        graph = chain_graph(chain, of)
        graph.facts = facts
        return graphs.WRITERS[kind](graph, language), kind
    if kind == "geojson":
        return chain_geojson(chain, dict(places or {}), facts=facts, language=language), kind
    if kind == "csv":
        wanted = tables or tuple(table for table, frame in chain.tables.items() if len(frame))
        made = {f"{table}.csv": table_csv(chain, table, facts) for table in wanted}
        return (next(iter(made.values())), "csv") if len(tables) == 1 else (_zipped(made), ENDINGS["csv"])
    if kind not in PACKAGES:
        raise ValueError(f"format {kind!r} is not one of {', '.join(FORMATS)}")
    with tempfile.TemporaryDirectory(prefix="lianban-") as place:
        made_at = write(chain, Path(place) / "package", format=kind, facts=facts)
        if made_at.is_dir():
            return _zipped({file.name: file.read_bytes() for file in sorted(made_at.iterdir())}), ENDINGS[kind]
        return made_at.read_bytes(), kind


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def export(chain: "Chain", path: Path, **options: Any) -> Path:
    """Write a chain to a path; the ending says the format unless ``kind`` does."""
    endings = {f".{kind}": kind for kind in (*GRAPHS, "geojson", "xlsx", "zip", "csv")}
    kind = options.pop("kind", None) or endings.get(path.suffix.lower())
    if kind is None:
        raise ValueError(f"the ending of {path.name} says no format; one of {', '.join(FORMATS)}")
    if kind == "csv" and path.suffix.lower() == ".csv" and len(options.get("tables", ())) != 1:
        raise ValueError("one CSV file holds one table: name it (tables=('products',)), or export a .zip")
    data, _ = file_of(chain, kind, **options)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f".{path.name}.part")  # a failure leaves the old file as it was
    made.write_bytes(data)
    return made.replace(path)
