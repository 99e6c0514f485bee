"""A plain folder (纯表格文件夹): edges.csv, sectors.csv, essential.csv, the layout of the literature's code."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lianban.chain.errors import DataError
from lianban.chain.findings import Batch, Findings
from lianban.chain.risk.columns import Columns, Labels, read_columns, refuse_bad_amounts
from lianban.chain.risk.matrix import ClassMatrix, read_class_matrix
from lianban.engine import SupplyNetwork
from lianban.rulebook.text import Text

FILES = {
    "edges.csv": Text(
        "每条供应关系一行：supplier,customer,weight（供方，需方，金额）",
        "One row for each supply: supplier,customer,weight",
    ),
    "sectors.csv": Text("每家企业一行：firm,sector（企业，行业）", "One row for each firm: firm,sector"),
    "essential.csv": Text(
        "行业方阵，行为供方、列为需方：2 必需，1 非必需，0 无下游影响",
        "Square matrix of sectors, row = supplier, column = customer: 2 essential, 1 non-essential, 0 no downstream effect",
    ),
}
WORDS = {
    "供方": "supplier", "供应方": "supplier", "seller": "supplier", "需方": "customer", "采购方": "customer", "buyer": "customer",
    "金额": "weight", "value": "weight", "企业": "firm", "行业": "sector", "市场": "market",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class PlainNetwork:
    """A network read from a plain folder; ``sectors`` names its groups, ``findings`` are notes only."""

    network: SupplyNetwork
    sectors: tuple[str, ...]
    findings: Findings

    @property
    def firms(self) -> tuple[str, ...]:
        """Names of the firms, in the order of the network."""
        assert self.network.labels is not None
        return self.network.labels


def is_plain(path: Path) -> bool:
    """Tell whether a path is a plain folder: a directory with one of its three files."""
    return path.is_dir() and any(name in FILES for name in (p.name.casefold() for p in path.iterdir()))


@dataclass
class PlainParts:
    """The three files as far as they could be read; ``firms`` is None where sectors.csv could not be."""

    edges: Columns | None
    sectors: Columns | None
    matrix: ClassMatrix | None
    firms: list[str] | None
    told: list[Batch]

    def network(self) -> PlainNetwork:
        """Build the network; raise DataError with everything told where something is wrong."""
        findings = Findings(self.told)
        edges, sectors, matrix, firms = self.edges, self.sectors, self.matrix, self.firms
        if len(findings.errors) or edges is None or sectors is None or matrix is None or firms is None:
            raise DataError(findings)
        return _network(edges, sectors, matrix, firms, findings)


def read_plain(path: str | Path) -> PlainNetwork:
    """Read a plain folder.

    Firms and sectors are named by any text; whole numbers are compared as numbers. ``essential.csv`` without names stands
    for the sectors 1, 2, 3 …; with a header row and a first column of names its order is free.

    Raises
    ------
    DataError
        Everything that is wrong in the three files, with row numbers.
    """
    return read_parts(path).network()


def read_parts(path: str | Path) -> PlainParts:
    """Read the three files of a plain folder and tell everything that is wrong with them."""
    folder = Path(path)
    found = {p.name.casefold(): p for p in folder.iterdir() if p.name.casefold() in FILES}
    told = [
        Batch("risk_file_missing", file=name, values=[name], facts={"needs": needs})
        for name, needs in FILES.items()
        if name not in found
    ]
    sectors = read_columns(found["sectors.csv"], ("firm", "sector"), (), WORDS) if "sectors.csv" in found else None
    edges = (
        read_columns(found["edges.csv"], ("supplier", "customer"), ("weight",), WORDS) if "edges.csv" in found else None
    )
    matrix = read_class_matrix(found["essential.csv"]) if "essential.csv" in found else None
    firms = _firms(sectors) if sectors is not None and sectors.labels else None
    if sectors is not None and sectors.labels and matrix is not None:
        _refuse_unknown_sectors(sectors, matrix)
    if edges is not None and edges.labels:
        _check_edges(edges, firms)
    for one in (edges, sectors, matrix):
        told += one.told if one is not None else []
    return PlainParts(edges, sectors, matrix, firms, told)


def _firms(firms: Columns) -> list[str]:
    """Names of the firms in the network's order: as numbers where they are exactly 1 … n, else as in the file."""
    label = firms.labels["firm"]
    first = _first_rows(label)
    again = np.flatnonzero((label.of_row >= 0) & (first[label.of_row] != np.arange(len(label.of_row))))
    named = [label.names[k] for k in label.of_row[again]]
    before = [int(row) for row in firms.rows[first[label.of_row[again]]]]
    firms.batch("risk_firm_twice", "firm", again, named, first=before)
    if not label.names:
        firms.told.append(Batch("risk_nothing", file=firms.file, values=[firms.file]))
    numbered = [str(k + 1) for k in range(len(label.names))]
    return numbered if set(numbered) == set(label.names) else label.names


def _first_rows(label: Labels) -> NDArray[np.int64]:
    first = np.zeros(max(len(label.names), 1), np.int64)
    first[label.of_row[::-1]] = np.arange(len(label.of_row))[::-1]
    return first


def _refuse_unknown_sectors(firms: Columns, matrix: ClassMatrix) -> None:
    if not matrix.sectors:
        return
    sector, known = firms.labels["sector"], set(matrix.sectors)
    lost = np.array([name not in known for name in sector.names] + [False], bool)
    at = np.flatnonzero(lost[sector.of_row])
    remedy = (
        Text("在 essential.csv 补上这个行业的行和列，或改正", "Add its row and column to essential.csv, or correct it")
        if matrix.named
        else Text(
            f"essential.csv 没有行名，它的行依次是行业 1 到 {len(matrix.sectors)}；改用这些编号，或给矩阵加上行名和列名",
            f"essential.csv names no sectors, so its rows are sectors 1 to {len(matrix.sectors)}: use these, or add names",
        )
    )
    firms.batch("risk_sector_unknown", "sector", at, [sector.names[k] for k in sector.of_row[at]], remedy=remedy)


def _check_edges(edges: Columns, firms: Sequence[str] | None) -> None:
    """Tell unknown firms, bad amounts and pairs that stand twice."""
    refuse_bad_amounts(edges, "weight")
    supplier, customer = edges.labels["supplier"], edges.labels["customer"]
    if not len(edges.rows):
        edges.told.append(Batch("risk_nothing", file=edges.file, values=[edges.file]))
    for column, label in (("supplier", supplier), ("customer", customer)):
        if firms is not None:
            tell_unknown(edges, column, label, firms, "sectors.csv")
    one_name = {name: k for k, name in enumerate(dict.fromkeys([*supplier.names, *customer.names]))}
    ends = [
        np.array([one_name[name] for name in label.names] or [0], np.int64)[label.of_row]
        for label in (supplier, customer)
    ]
    whole = np.flatnonzero((supplier.of_row >= 0) & (customer.of_row >= 0))
    pair = (ends[0] * np.int64(len(one_name) + 1) + ends[1])[whole]
    _, first, kind = np.unique(pair, return_index=True, return_inverse=True)
    again = np.flatnonzero(first[kind] != np.arange(len(pair)))
    rows = whole[again]
    edges.batch(
        "risk_pair_twice", "supplier", rows, [""] * len(rows),
        supplier=[supplier.names[k] for k in supplier.of_row[rows]],
        customer=[customer.names[k] for k in customer.of_row[rows]],
        first=[int(row) for row in edges.rows[whole[first[kind[again]]]]],
    )  # fmt: skip


def tell_unknown(columns: Columns, column: str, label: Labels, firms: Sequence[str], where: str | Text) -> None:
    """Tell the rows that name a firm which is not there."""
    known = set(firms)
    lost = np.array([name not in known for name in label.names] + [False], bool)
    at = np.flatnonzero(lost[label.of_row])
    columns.batch("risk_firm_unknown", column, at, [label.names[k] for k in label.of_row[at]], where=where)


def numbers_of(label: Labels, names: Sequence[str]) -> NDArray[np.int64]:
    """Position of each row's label among some names."""
    number = {name: k for k, name in enumerate(names)}
    return np.array([number[name] for name in label.names] or [0], np.int64)[label.of_row]


def _network(edges: Columns, firms: Columns, matrix: ClassMatrix, names: list[str], findings: Findings) -> PlainNetwork:
    sector = np.zeros(len(names), np.int64)
    sector[numbers_of(firms.labels["firm"], names)] = numbers_of(firms.labels["sector"], matrix.sectors)
    seller, buyer = (numbers_of(edges.labels[column], names) for column in ("supplier", "customer"))
    network = SupplyNetwork(
        seller,
        buyer,
        edges.numbers["weight"],
        sector,
        input_class=matrix.classes[sector[seller], sector[buyer]],
        labels=names,
    )
    return PlainNetwork(network, tuple(matrix.sectors), findings)
