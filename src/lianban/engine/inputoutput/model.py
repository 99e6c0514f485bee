"""What follows from an input-output table; equations, sources and checks: docs/models/inputoutput.md."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lianban.engine.inputoutput.productive import Solver
from lianban.engine.inputoutput.table import FloatArray, InputOutputTable, InvalidTable

NEEDS = "needs inputs from its circle worth {:.6g} of its output"
SELLS = "passes {:.6g} of all that is used of it on to its circle"


def direct_coefficients(table: InputOutputTable) -> FloatArray:
    """Direct coefficients (直接消耗系数): a_ij = z_ij / x_j, what a unit of output of j takes of i.

    Returns
    -------
    array of shape (n_sectors, n_sectors), dimensionless; the column of a sector without output is 0.
    """
    return _by_column(table.flows, table.output)


def leontief_inverse(table: InputOutputTable) -> FloatArray:
    """Leontief inverse (列昂惕夫逆矩阵): (I − A)^-1, output needed for a unit of final use, that unit included.

    Returns
    -------
    array of shape (n_sectors, n_sectors), dimensionless, at least 0

    Raises
    ------
    NotProductive
        The spectral radius of A is 1 or more; names the sector.
    """
    return _needs(table).solve(np.eye(table.n_sectors))


def complete_coefficients(table: InputOutputTable) -> FloatArray:
    """Complete coefficients (完全消耗系数): B = (I − A)^-1 − I, as China's statistics bureau publishes them.

    Returns
    -------
    array of shape (n_sectors, n_sectors), dimensionless; raises as ``leontief_inverse``.
    """
    return leontief_inverse(table) - np.eye(table.n_sectors)


def upstreamness(table: InputOutputTable) -> FloatArray:
    """Upstreamness (上游度): average number of stages between a sector's output and final use, at least 1.

    U = (I − Δ)^-1 1 with δ_ij = z_ij / uses_i, the share of what is used of i that goes into j; open economies and
    stocks are corrected for in ``uses`` (Antràs, Chor, Fally, Hillberry 2012).

    Returns
    -------
    array of shape (n_sectors,), in stages; NaN for a sector of which nothing is used.

    Raises
    ------
    InvalidTable
        A sector sells to others although nothing of it is left for use at home: exports or stocks exceed the output.
    NotProductive
        Some sectors pass everything in a circle and never reach final use; names one.
    """
    uses, sold = table.uses, table.flows.sum(axis=1)
    wrong = np.flatnonzero((uses <= 0) & (sold > 0))
    if len(wrong):
        raise InvalidTable(
            [
                f"{table.name(int(at))} sells {sold[at]:g} to sectors, but output − exports + imports − inventories "
                f"is {uses[at]:g}: give final use instead, or correct these figures"
                for at in wrong
            ]
        )
    onward = np.divide(table.flows, uses[:, None], out=np.zeros_like(table.flows), where=uses[:, None] > 0)
    # Rows, not columns, add up to at most 1 here: the transpose puts the same question to the solver.
    stages = Solver(onward.T, table.name, SELLS).solve(np.ones(table.n_sectors), transposed=True)
    return np.where(uses > 0, stages, np.nan)


def downstreamness(table: InputOutputTable) -> FloatArray:
    """Downstreamness (下游度): average number of stages embodied in a sector's output, at least 1.

    D = (I − A')^-1 1, the column sums of the Leontief inverse (Fally 2012; Antràs and Chor 2018).

    Returns
    -------
    array of shape (n_sectors,), in stages; NaN for a sector without output. Raises as ``leontief_inverse``.
    """
    stages = _needs(table).solve(np.ones(table.n_sectors), transposed=True)
    return np.where(table.output > 0, stages, np.nan)


def import_shares(table: InputOutputTable) -> FloatArray:
    """Import share of home use (国内使用中的进口比重): m_i / (x_i + m_i − e_i).

    Returns
    -------
    array of shape (n_sectors,), in [0, 1]; NaN where nothing is used at home and no sector buys it.

    Raises
    ------
    InvalidTable
        The table gives no imports, or more imports than home use (then part of them is re-exported).
    """
    if table.imports is None:
        raise InvalidTable(["import shares need imports, or imported_flows, in the table"])
    exports = np.zeros(table.n_sectors) if table.exports is None else table.exports
    used = table.output + table.imports - exports
    shares = np.divide(table.imports, used, out=np.full(table.n_sectors, np.nan), where=used > 0)
    wrong = np.flatnonzero((shares > 1 + 1e-9) | ((used <= 0) & (table.flows.sum(axis=1) > 0)))
    if len(wrong):
        raise InvalidTable(
            [
                f"{table.name(int(at))}: imports of {table.imports[at]:g} against home use of {used[at]:g}: "
                "exports exceed the output, take re-exports out of both"
                for at in wrong
            ]
        )
    return np.minimum(shares, 1.0)


@dataclass(frozen=True)
class ImportContent:
    """Import content (进口含量): imported value in a unit of output, at once and along the chain.

    ``direct`` and ``total`` have shape (n_sectors,), are dimensionless and NaN for a sector without output.
    ``proportional`` is True where the table does not tell which flows are imported, so that every buyer is taken to
    import the same share of an input.
    """

    direct: FloatArray
    total: FloatArray
    proportional: bool


def import_content(table: InputOutputTable, shares: FloatArray | None = None) -> ImportContent:
    """Import content (进口含量): direct μ'A and total μ'A (I − (I − μ)A)^-1 (Hummels, Ishii, Yi 2001).

    Parameters
    ----------
    shares : array of shape (n_sectors,), in [0, 1], default ``import_shares(table)``
        Imported share of each input; not used where the table has ``imported_flows``.

    Raises
    ------
    InvalidTable
        Neither imports nor imported flows are given; shares outside [0, 1].
    NotProductive
        As ``leontief_inverse``, for the home part.
    """
    if table.imported_flows is not None:
        imported = _by_column(table.imported_flows, table.output)
        home = np.maximum(direct_coefficients(table) - imported, 0.0)
    else:
        given = np.nan_to_num(import_shares(table)) if shares is None else np.asarray(shares, np.float64)
        if given.shape != (table.n_sectors,) or not ((given >= 0) & (given <= 1)).all():
            raise InvalidTable([f"shares must be {table.n_sectors} numbers between 0 and 1"])
        coefficients = direct_coefficients(table)
        imported, home = given[:, None] * coefficients, (1 - given)[:, None] * coefficients
    direct = imported.sum(axis=0)
    total = Solver(home, table.name, NEEDS).solve(direct, transposed=True)
    nothing = table.output == 0
    return ImportContent(
        np.where(nothing, np.nan, direct), np.where(nothing, np.nan, total), table.imported_flows is None
    )


@dataclass(frozen=True)
class Linkages:
    """Linkages (产业关联); each array has shape (n_sectors,) and is NaN for a sector without output.

    ``backward``: column sums of the Leontief inverse; ``forward``: row sums of the Ghosh inverse. ``power``
    (影响力系数) and ``sensitivity`` (感应度系数): column and row sums of the Leontief inverse over their mean (Rasmussen
    1956). ``key`` (关键部门): backward and forward both above their mean. ``extraction_loss``: share of all output
    lost if the sector disappeared and nothing took its place (Dietzenbacher and Lahr 2013).
    """

    backward: FloatArray
    forward: FloatArray
    power: FloatArray
    sensitivity: FloatArray
    key: NDArray[np.bool_]
    extraction_loss: FloatArray


def linkages(table: InputOutputTable) -> Linkages:
    """Linkages (产业关联): how strongly each sector pulls on and is needed by the others; raises as ``leontief_inverse``.

    With L = (I − A)^-1, output without sector k is x − L_k x_k / l_kk, so extraction needs no second inverse.
    """
    inverse = leontief_inverse(table)
    lives = table.output > 0
    backward, rows = (np.where(lives, inverse.sum(axis=axis), np.nan) for axis in (0, 1))
    # Ghosh: g_ij = l_ij x_j / x_i, since both inverses belong to similar matrices.
    sold = inverse @ table.output
    forward = np.divide(sold, table.output, out=np.full(table.n_sectors, np.nan), where=lives)
    lost = backward * table.output / np.diagonal(inverse) / max(table.output.sum(), np.finfo(float).tiny)

    def relative(values: FloatArray) -> FloatArray:
        return values / values[lives].mean() if lives.any() else values

    key = (relative(backward) > 1) & (relative(forward) > 1)
    return Linkages(backward, forward, relative(backward), relative(rows), key, lost)


def _needs(table: InputOutputTable) -> Solver:
    return Solver(direct_coefficients(table), table.name, NEEDS)


def _by_column(flows: FloatArray, output: FloatArray) -> FloatArray:
    return np.divide(flows, output, out=np.zeros_like(flows), where=output > 0)
