"""Reads the rows of known facts into arrays and collects what is wrong with them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lianban.engine.errors import EngineError
from lianban.engine.reconstruct.layout import Layout

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class InvalidFacts(EngineError):
    """Known facts that no network can have, all of them; ``findings`` holds one sentence for each."""

    def __init__(self, findings: Sequence[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(self.findings))


class Reading:
    """Reads the rows of known facts; collects what is wrong with them."""

    def __init__(self, position: dict[Any, int], n_firms: int) -> None:
        self.position, self.n_firms, self.findings = position, n_firms, list[str]()

    def stop(self) -> None:
        if self.findings:
            raise InvalidFacts(self.findings)

    def needs(self, rows: Sequence[tuple[Any, Any, int]]) -> tuple[IntArray, IntArray, NDArray[np.int8]]:
        seen: dict[tuple[int, int], int] = {}
        kept = []
        for row, (supplier, buyer, kind) in enumerate(rows):
            ends = [self._group(f"needs, row {row}", one) for one in (supplier, buyer)]
            if kind not in (0, 1, 2):
                self.findings.append(f"needs, row {row}: class {kind}, expected 0, 1 or 2")
            elif None not in ends:
                pair = (ends[0], ends[1])
                if pair in seen:
                    self.findings.append(f"needs, row {row}: {supplier!r} for {buyer!r} stands in row {seen[pair]} too")
                seen[pair] = row  # type: ignore[index]
            kept.append((-1 if ends[0] is None else ends[0], -1 if ends[1] is None else ends[1], kind))
        table = np.array(kept, np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 1], table[:, 2].astype(np.int8)

    def amounts(self, name: str, given: ArrayLike | None, length: int) -> FloatArray:
        if given is None:
            return np.full(length, np.nan)
        found = np.array(given, np.float64)
        if found.shape != (length,):
            self.findings.append(f"{name} has shape {found.shape}, expected ({length},)")
            return np.full(length, np.nan)
        for row in np.flatnonzero((found < 0) | np.isinf(found)).tolist():
            self.findings.append(f"{name}, row {row}: {found[row]}, expected a finite number of at least 0, or NaN")
        return found

    def by_group(self, name: str, given: dict[Any, float]) -> FloatArray:
        found = np.full(len(self.position), np.nan)
        for label, value in given.items():
            at = self._group(name, label)
            if at is not None:
                found[at] = value
        return found

    def check_output(self, sales: FloatArray, output: FloatArray, group: IntArray, labels: list[Any]) -> None:
        told = np.bincount(group, np.nan_to_num(sales), len(labels))
        for at in np.flatnonzero(told > output * (1 + 1e-9)).tolist():
            self.findings.append(
                f"group {labels[at]!r}: its firms sell {told[at]:g}, more than the group's output of {output[at]:g}"
            )

    def slots(
        self,
        rows: Sequence[tuple[int, Any, float]] | None,
        group: IntArray,
        needs: tuple[IntArray, IntArray, NDArray[np.int8]],
    ) -> tuple[IntArray, IntArray, FloatArray]:
        if rows is None:
            parts = [
                (np.flatnonzero(group == buyer), supplier)
                for supplier, buyer in zip(needs[0].tolist(), needs[1].tolist(), strict=True)
                if supplier >= 0
            ]
            buyers = np.concatenate([np.zeros(0, np.int64), *(firms for firms, _ in parts)])
            groups = np.concatenate([np.zeros(0, np.int64), *(np.full(len(firms), one) for firms, one in parts)])
            return buyers.astype(np.int64), groups.astype(np.int64), np.full(len(buyers), np.nan)
        pairs = set(zip(needs[0].tolist(), needs[1].tolist(), strict=True))
        found: dict[tuple[int, int], float] = {}
        for row, (buyer, label, amount) in enumerate(rows):
            at = self._group(f"slots, row {row}", label)
            if at is None or not self._firm(f"slots, row {row}", buyer):
                continue
            if (at, int(group[buyer])) not in pairs:
                self.findings.append(
                    f"slots, row {row}: firm {buyer} buys {label!r}, which needs do not name for its group"
                )
            elif (buyer, at) in found:
                self.findings.append(f"slots, row {row}: firm {buyer} and group {label!r} stand twice")
            elif amount < 0 or amount == np.inf:
                self.findings.append(f"slots, row {row}: amount {amount}, expected at least 0, or NaN")
            found[(int(buyer), at)] = float(amount)
        table = np.array(list(found), np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1], np.array(list(found.values()), np.float64)

    def links(
        self,
        rows: Sequence[tuple[int, int, float]],
        group: IntArray,
        needs: tuple[IntArray, IntArray, NDArray[np.int8]],
        labels: list[Any],
    ) -> tuple[IntArray, IntArray, FloatArray]:
        pairs = set(zip(needs[0].tolist(), needs[1].tolist(), strict=True))
        found: dict[tuple[int, int], float] = {}
        for row, (seller, buyer, amount) in enumerate(rows):
            if not (self._firm(f"links, row {row}", seller) and self._firm(f"links, row {row}", buyer)):
                continue
            ends = (int(group[seller]), int(group[buyer]))
            if ends not in pairs:
                self.findings.append(
                    f"links, row {row}: firm {seller} sells {labels[ends[0]]!r} to firm {buyer}, "
                    f"but needs do not name it for makers of {labels[ends[1]]!r}: add it there"
                )
            elif seller == buyer:
                self.findings.append(f"links, row {row}: firm {seller} sells to itself, which is not reconstructed")
            elif (seller, buyer) in found:
                self.findings.append(f"links, row {row}: {seller} to {buyer} stands twice")
            elif amount < 0 or amount == np.inf:
                self.findings.append(f"links, row {row}: amount {amount}, expected at least 0, or NaN")
            found[(int(seller), int(buyer))] = float(amount)
        table = np.array(list(found), np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1], np.array(list(found.values()), np.float64)

    def absent(
        self, rows: Sequence[tuple[int, int]], links: tuple[IntArray, IntArray, FloatArray]
    ) -> tuple[IntArray, IntArray]:
        present = set(zip(links[0].tolist(), links[1].tolist(), strict=True))
        kept = []
        for row, (seller, buyer) in enumerate(rows):
            if self._firm(f"absent, row {row}", seller) and self._firm(f"absent, row {row}", buyer):
                if (seller, buyer) in present:
                    self.findings.append(f"absent, row {row}: {seller} to {buyer} is a known link")
                kept.append((seller, buyer))
        table = np.array(kept, np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]

    def closed(self, rows: Sequence[tuple[int, Any]], layout: Layout) -> NDArray[np.bool_]:
        found = np.zeros(layout.n_slots, bool)
        place = {
            ends: at for at, ends in enumerate(zip(layout.slot_buyer.tolist(), layout.slot_group.tolist(), strict=True))
        }
        for row, (buyer, label) in enumerate(rows):
            at = self._group(f"closed, row {row}", label)
            if at is not None and (int(buyer), at) not in place:
                self.findings.append(f"closed, row {row}: firm {buyer} does not buy group {label!r}")
            elif at is not None:
                found[place[(int(buyer), at)]] = True
        return found

    def _group(self, where: str, label: Any) -> int | None:
        if label not in self.position:
            self.findings.append(f"{where}: no firm makes {label!r}")
        return self.position.get(label)

    def _firm(self, where: str, firm: int) -> bool:
        if 0 <= firm < self.n_firms:
            return True
        self.findings.append(f"{where}: there is no firm {firm} (there are {self.n_firms}, counted from 0)")
        return False
