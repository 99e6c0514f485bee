"""``Chain`` (产业链): one industrial chain as documented tables, and what can be asked of it."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lianban.chain.dictionary import TABLES
from lianban.chain.errors import DataError
from lianban.chain.findings import Batch, Findings
from lianban.chain.frames import Origin, RawTable, empty_frame, row_texts, shape

if TYPE_CHECKING:
    from lianban.chain.diagnosis import Diagnosis
    from lianban.chain.dynamics import ChainDynamics
    from lianban.chain.interop.arrow import ArrowTable
    from lianban.chain.intervals import Intervals
    from lianban.chain.interventions import CandidateActions, PortfolioResult
    from lianban.chain.network import ChainNetwork
    from lianban.chain.risk import ChainRisk
    from lianban.chain.whatif import WhatIf
    from lianban.chain.yardsticks import Yardsticks


class Chain:
    """Chain (产业链): one pandas table per kind, as the data dictionary documents them.

    ``chain.tables["products"]`` and ``chain.products`` are the same DataFrame. Every table and every column of the
    dictionary is there, empty where the package has none; ``code`` is a column and the index counts rows.
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        *,
        name: str = "",
        origins: Mapping[str, Origin] | None = None,
        reading: Iterable[Batch] = (),
    ) -> None:
        self.tables = dict(tables)
        self.name = name
        self._origins = dict(origins or {})
        self._reading = tuple(reading)
        self._coded: dict[tuple[str, str], Any] = {}  # columns as numbers, kept while the package is checked

    @classmethod
    def from_raw(cls, raw: Iterable[RawTable], *, name: str = "", reading: Iterable[Batch] = ()) -> "Chain":
        """Build a chain from raw tables as they stand in files."""
        told, tables, origins = list(reading), {}, {}
        for one in raw:
            tables[one.table], found = shape(one)
            told += found
            origins[one.table] = Origin(
                one.file, one.rows, tuple(n for n in TABLES[one.table].names if n not in one.columns)
            )
        for table in TABLES:
            if table not in tables:
                tables[table] = empty_frame(table).copy()
        return cls({table: tables[table] for table in TABLES}, name=name, origins=origins, reading=told)

    @property
    def reading(self) -> tuple[Batch, ...]:
        """What reading the files told: cells that could not be read (they are empty here), columns and files not known."""
        return self._reading

    @classmethod
    def from_tables(cls, tables: Mapping[str, Any], *, name: str = "") -> "Chain":
        """Build a chain from tables by name; types and defaults are put right.

        A table is a pandas DataFrame, a list of dicts, or anything that gives an Arrow stream: polars, pyarrow, DuckDB.

        Raises
        ------
        KeyError
            A table or a column that the data dictionary does not know.
        """
        raw = []
        for table, given in tables.items():
            frame = _frame(given)
            unknown = set(frame.columns) - set(TABLES[table].names)
            if unknown:
                raise KeyError(f"{table} has no column {', '.join(sorted(map(str, unknown)))}")
            columns = {str(column): _cells(frame[column]) for column in frame.columns}
            raw.append(RawTable(table, "", columns, np.arange(1, len(frame) + 1)))
        return cls.from_raw(raw, name=name)

    def __getattr__(self, table: str) -> pd.DataFrame:
        if table.startswith("_") or table not in TABLES:
            raise AttributeError(f"a chain has no {table!r}; its tables are {', '.join(TABLES)}")
        return self.tables[table]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *TABLES]

    def __repr__(self) -> str:
        rows = ", ".join(f"{len(frame)} {table}" for table, frame in self.tables.items() if len(frame))
        return f"<Chain {self.info.get('name') or self.name!r}: {rows}>"

    @property
    def info(self) -> dict[str, Any]:
        """The one row of table ``chain``: name, home, place, data date …; None where empty."""
        frame = self.tables["chain"]
        if not len(frame):
            return {column.name: None for column in TABLES["chain"]}
        row = frame.iloc[0]
        return {column.name: None if pd.isna(row[column.name]) else row[column.name] for column in TABLES["chain"]}

    @property
    def fingerprint(self) -> str:
        """``sha256:…`` of the content, the same whatever the order of rows and the file format."""
        digest = hashlib.sha256()
        for table in TABLES:
            rows = sorted(row_texts(self.tables[table]))
            digest.update(f"{table} {len(rows)}\n".encode())
            digest.update("\x1e".join(rows).encode("utf-8", "surrogatepass"))
        return f"sha256:{digest.hexdigest()}"

    def rows_of(self, table: str, positions: Any) -> np.ndarray:
        """Return the row numbers, as people see them in the file, of rows of a table by position."""
        origin = self._origins.get(table)
        positions = np.asarray(positions, dtype=int)
        known = origin is not None and len(origin.rows) == len(self.tables[table])
        return origin.rows[positions] if origin is not None and known else positions + 1

    def file_of(self, table: str) -> str:
        """Return the file, or file and sheet, a table was read from."""
        origin = self._origins.get(table)
        return origin.file if origin is not None and origin.file else table

    def check(self, strict: Iterable[str] = ()) -> Findings:
        """Return all findings at once, worst first.

        Parameters
        ----------
        strict : codes of findings that must not occur, or ``["*"]`` for every error and warning

        Raises
        ------
        DataError
            One of the strict findings occurs; the error carries them all.
        """
        from lianban.chain.checks import check

        findings = Findings(self._reading) + check(self)
        refused = findings.with_codes(strict)
        if len(refused):
            raise DataError(refused)
        return findings

    def write(self, path: str | Path, *, format: str | None = None, facts: Any = None) -> Path:
        """Write the package as a folder of CSV, an ``.xlsx`` workbook, a ``.zip``, or Parquet (``format="parquet"``)."""
        from lianban.chain.writing import write

        return write(self, Path(path), format=format, facts=facts)

    def export(self, path: str | Path, **options: Any) -> Path:
        """Write one file for other programs: GraphML, GEXF, GML, JSON, GeoJSON, CSV …: ``lianban.chain.exporting``."""
        from lianban.chain.exporting import export

        return export(self, Path(path), **options)

    def to_pandas(self) -> dict[str, pd.DataFrame]:
        """Return copies of all tables; ``from_tables`` is the way back."""
        return {table: frame.copy() for table, frame in self.tables.items()}

    def to_polars(self) -> dict[str, Any]:
        """Return the tables that have rows as ``polars.DataFrame``; ``from_tables`` is the way back."""
        from lianban.chain.interop.arrow import to_polars

        return to_polars(self)

    def to_arrow(self) -> dict[str, "ArrowTable"]:
        """Return the tables that have rows as Arrow streams; ``from_tables`` is the way back."""
        from lianban.chain.interop.arrow import to_arrow

        return to_arrow(self)

    def to_networkx(self, of: str = "all") -> Any:
        """Return a ``networkx.MultiDiGraph`` of all, of products, or of organisations: ``lianban.chain.interop.graph``."""
        from lianban.chain.interop.graph import to_networkx

        return to_networkx(self, of)

    @classmethod
    def from_networkx(cls, graph: Any, **about: Any) -> "Chain":
        """Build a chain from its own graph, or from any other graph of products: ``lianban.chain.interop.graph``."""
        from lianban.chain.interop.graph import from_networkx

        return from_networkx(graph, **about)

    def to_igraph(self, of: str = "all", **options: Any) -> Any:
        """Return an ``igraph.Graph``."""
        from lianban.chain.interop.graph import to_igraph

        return to_igraph(self, of, **options)

    @classmethod
    def from_igraph(cls, graph: Any, **about: Any) -> "Chain":
        """Build a chain from an igraph graph, as ``from_networkx`` does."""
        from lianban.chain.interop.graph import from_igraph

        return from_igraph(graph, **about)

    @classmethod
    def from_pymrio(cls, system: Any, home: str, **about: Any) -> "Chain":
        """Make the chain of one region of an input-output table: ``lianban.chain.interop.inputoutput``."""
        from lianban.chain.interop.inputoutput import from_pymrio

        return from_pymrio(system, home, **about)

    def network(self, **options: Any) -> "ChainNetwork":
        """Build the network of (organisation, product) nodes: ``lianban.chain.network``."""
        from lianban.chain.network import build_network

        return build_network(self, **options)

    def diagnose(self, scope: str = "nation", rules: Any = "cn-core-2025", as_of: Any = None) -> "Diagnosis":
        """Find the weak points (薄弱环节): ``lianban.chain.diagnosis``."""
        from lianban.chain.diagnosis import diagnose

        return diagnose(self, scope=scope, rules=rules, as_of=as_of)

    def what_if(
        self, *scenarios: Any, scope: str = "nation", rules: Any = "cn-core-2025", as_of: Any = None
    ) -> "WhatIf":
        """Compare the chain before and after a scenario (情景推演): ``lianban.chain.whatif``."""
        from lianban.chain.whatif import what_if

        return what_if(self, *scenarios, scope=scope, rules=rules, as_of=as_of)

    def actions(self, **options: Any) -> "CandidateActions":
        """Propose actions for the weak points (候选措施), without costs: ``lianban.chain.interventions``."""
        from lianban.chain.interventions import candidate_actions

        return candidate_actions(self, **options)

    def best_portfolio(self, actions: Any, budget: float | str, **options: Any) -> "PortfolioResult":
        """Choose what lowers the loss most within a budget (预算内最优组合): ``lianban.chain.interventions``."""
        from lianban.chain.interventions import best_portfolio

        return best_portfolio(self, actions, budget, **options)

    def yardsticks(self, **options: Any) -> "Yardsticks":
        """Hold each product against simpler measures (对照指标): ``lianban.chain.yardsticks``."""
        from lianban.chain.yardsticks import yardsticks

        return yardsticks(self, **options)

    def systemic_risk(self, by: str = "organisation", **options: Any) -> "ChainRisk":
        """Tell who takes how much of the output with them (系统性风险): ``lianban.chain.risk``."""
        from lianban.chain.risk import systemic_risk

        return systemic_risk(self, by, **options)

    def dynamics(self, products: Any = None, **options: Any) -> "ChainDynamics":
        """Compare time to survive with time to recover (可支撑天数与恢复天数): ``lianban.chain.dynamics``."""
        from lianban.chain.dynamics import dynamics

        return dynamics(self, products, **options)

    def intervals(self, *, n: int = 200, seed: int = 1, **options: Any) -> "Intervals":
        """Draw what is not known and give every loss with its interval (不确定区间): ``lianban.chain.intervals``."""
        from lianban.chain.intervals import intervals

        return intervals(self, n=n, seed=seed, **options)


def _frame(given: Any) -> pd.DataFrame:
    if isinstance(given, pd.DataFrame):
        return given
    if hasattr(given, "__arrow_c_stream__"):
        from lianban.chain.interop.arrow import frame_of

        return frame_of(given)
    return pd.DataFrame(list(given))


def _cells(values: pd.Series) -> np.ndarray:
    """Return a column's cells: numbers and days as they are, all else one object each."""
    return values.to_numpy() if values.dtype.kind in "fM" else values.to_numpy(dtype=object)
