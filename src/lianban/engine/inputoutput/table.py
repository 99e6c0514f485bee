"""InputOutputTable (投入产出表): flows between sectors, checked once, then only read."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.errors import EngineError

FloatArray = NDArray[np.float64]
MAX_SECTORS = 20_000  # the inverse is dense: 20,000 sectors take 3 × 3.2 GB
TOLD_AT_MOST = 20


class InvalidTable(EngineError):
    """An input-output table breaks rules; ``problems`` holds all of them, each naming row and column."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        left = len(problems) - TOLD_AT_MOST
        more = [f"… and {left} more"] if left > 0 else []
        super().__init__("; ".join([*problems[:TOLD_AT_MOST], *more]))


def refuse_too_many(n_sectors: int) -> None:
    """Refuse, before anything is stored, a table whose inverse would not fit; says the memory it would take."""
    if n_sectors > MAX_SECTORS:
        raise InvalidTable(
            [
                f"{n_sectors:,} sectors would need {3 * 8 * n_sectors**2 / 2**30:,.0f} GiB for the inverse; at most "
                f"{MAX_SECTORS:,}: add sectors up, or use the cascade, which never inverts"
            ]
        )


@dataclass(frozen=True, eq=False)
class InputOutputTable:
    """Input-output table (投入产出表) of one year, in money of any one unit.

    Parameters
    ----------
    flows : array of shape (n_sectors, n_sectors), finite, at least 0
        Row sells to column. With imports inside (竞争型, Chinese basic tables) or without (非竞争型).
    output : array of shape (n_sectors,), at least 0
        Gross output (总产出). A sector without output may sell imports but buy nothing.
    final : array of shape (n_sectors,), optional
        Final use at home, without exports and without changes in stock. Lets uses be added up instead of left over.
    exports, imports, inventories : arrays of shape (n_sectors,), optional
        Missing means none: a closed economy. ``inventories`` is the change in stock, of either sign.
    imported_flows : array of shape (n_sectors, n_sectors), optional
        The part of ``flows`` that is imported, where the table tells it.
    labels : n_sectors different names, optional

    Raises
    ------
    InvalidTable
        All problems at once, each with row and column, counted from 0, and label.

    Notes
    -----
    The arrays are copied and made read-only.
    """

    flows: FloatArray
    output: FloatArray
    final: FloatArray | None
    exports: FloatArray | None
    imports: FloatArray | None
    inventories: FloatArray | None
    imported_flows: FloatArray | None
    labels: tuple[str, ...] | None

    def __init__(
        self,
        flows: ArrayLike,
        output: ArrayLike,
        *,
        final: ArrayLike | None = None,
        exports: ArrayLike | None = None,
        imports: ArrayLike | None = None,
        inventories: ArrayLike | None = None,
        imported_flows: ArrayLike | None = None,
        labels: Sequence[str] | None = None,
    ) -> None:
        given = {"flows": flows, "output": output, "final": final, "exports": exports, "imports": imports}
        given |= {"inventories": inventories, "imported_flows": imported_flows}
        arrays = {name: None if one is None else _floats(name, one) for name, one in given.items()}
        problems = list(_wrong_shapes(arrays, labels))
        if problems:
            raise InvalidTable(problems)
        for name, content in arrays.items():
            if content is not None:
                content.setflags(write=False)
            object.__setattr__(self, name, content)
        object.__setattr__(self, "labels", None if labels is None else tuple(map(str, labels)))
        problems = [*self._wrong_amounts(), *self._wrong_sums()]
        if problems:
            raise InvalidTable(problems)

    @property
    def n_sectors(self) -> int:
        """Number of sectors (部门数)."""
        return len(self.output)

    @cached_property
    def uses(self) -> FloatArray:
        """What is used at home without going into stock; shape (n_sectors,).

        Added up from flows and final use where final use is given; else what is left over,
        output − exports + imports − inventories, which is the same in a table that balances.
        """
        if self.final is not None:
            return np.asarray(self.flows.sum(axis=1) + self.final)
        return self.output - _or_zero(self.exports) + _or_zero(self.imports) - _or_zero(self.inventories)

    @cached_property
    def fingerprint(self) -> str:
        """Fingerprint (指纹) of the content."""
        digest = hashlib.sha256(b"InputOutputTable 1")
        for field in fields(self)[:-1]:
            content = getattr(self, field.name)
            digest.update(field.name.encode() + (b"" if content is None else np.ascontiguousarray(content).tobytes()))
        digest.update("\x1f".join(self.labels or ()).encode())
        return "sha256:" + digest.hexdigest()

    def name(self, sector: int) -> str:
        """Name a sector in a message: its number, and its label where it has one."""
        return f"sector {sector}" + (f" ({self.labels[sector]})" if self.labels else "")

    def _wrong_amounts(self) -> Iterator[str]:
        for name in ("flows", "output", "final", "exports", "imports", "inventories", "imported_flows"):
            content = getattr(self, name)
            if content is None:
                continue
            signed = name in ("inventories", "final")
            bad = ~np.isfinite(content) if signed else ~(np.isfinite(content) & (content >= 0))
            wanted = "a finite number" if signed else "a finite number, at least 0"
            for at in np.argwhere(bad):
                place = self.name(int(at[0])) + (f" to {self.name(int(at[1]))}" if len(at) == 2 else "")
                yield f"{name}, {place}: {content[tuple(at)]:g}, expected {wanted}"

    def _wrong_sums(self) -> Iterator[str]:
        """Purchases without output; imported flows above all flows."""
        bought = self.flows.sum(axis=0)
        for at in np.flatnonzero((self.output == 0) & (bought > 0)):
            yield f"{self.name(int(at))} buys {bought[at]:g} but has no output: give its output, or take it out"
        if self.imported_flows is not None:
            above = self.imported_flows > self.flows * (1 + 1e-9) + 1e-9 * self.flows.max(initial=0.0)
            for row, column in np.argwhere(above):
                yield (
                    f"imported_flows, {self.name(int(row))} to {self.name(int(column))}: "
                    f"{self.imported_flows[row, column]:g} is more than the whole flow {self.flows[row, column]:g}"
                )

    def __repr__(self) -> str:
        return f"InputOutputTable(n_sectors={self.n_sectors}, {self.fingerprint[:15]}…)"


def _or_zero(part: FloatArray | None) -> FloatArray | float:
    return 0.0 if part is None else part


def _floats(name: str, given: ArrayLike) -> FloatArray:
    try:
        return np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidTable([f"{name} does not hold numbers in rows of one length"]) from None


def _wrong_shapes(arrays: dict[str, FloatArray | None], labels: Sequence[str] | None) -> Iterator[str]:
    flows = arrays["flows"]
    assert flows is not None
    if flows.ndim != 2 or flows.shape[0] != flows.shape[1]:
        yield f"flows has shape {flows.shape}, expected as many rows as columns"
        return
    n_sectors = len(flows)
    refuse_too_many(n_sectors)
    for name, content in arrays.items():
        wanted = (n_sectors, n_sectors) if name in ("flows", "imported_flows") else (n_sectors,)
        if content is not None and content.shape != wanted:
            yield f"{name} has shape {content.shape}, expected {wanted}"
    if labels is not None and (len(labels) != n_sectors or len(set(labels)) != len(labels)):
        yield f"labels: {len(labels)} names, {len(set(labels))} of them different, expected {n_sectors} different ones"
