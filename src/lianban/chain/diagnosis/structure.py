"""What depends on a product, along which path, and which products are its neighbours."""

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lianban.chain.diagnosis.facts import Facts, Row
from lianban.rulebook import RuleSet

# How near a neighbouring product is, the nearest first.
NEIGHBOUR_KINDS = ("sibling", "shared_input", "segment")


@dataclass(frozen=True)
class Path:
    """Path of largest effect (影响最大的路径) from a product to a final product.

    ``effect`` is the product of what each step passes on (1 where the input is essential or unknown, its cost share
    where it is not) and the weight of the final product.
    """

    products: tuple[str, ...]
    effect: float


class Structure:
    """Graph of products (产品结构图) from the inputs, and from supplies that imply one; cycles are normal."""

    def __init__(self, facts: Facts, rules: RuleSet, implied: Sequence[tuple[str, str]] = ()) -> None:
        self.facts = facts
        self.users: dict[str, list[Row]] = defaultdict(list)
        self.needs: dict[str, list[Row]] = defaultdict(list)
        only_implied: list[Row] = [
            {"product": made, "input": needed, "essential": "unknown", "cost_share": None} for made, needed in implied
        ]
        for row in [*facts.inputs, *only_implied]:
            self.users[row["input"]].append(row)
            self.needs[row["product"]].append(row)
        self._in_segment: dict[str, list[str]] = defaultdict(list)
        for code, row in facts.products.items():
            self._in_segment[row["segment"]].append(code)
        self.finals = [code for code, row in facts.products.items() if row["final"]]
        self.weights = self._final_weights()
        self._total = float(rules.value("diagnosis.input_cost_total"))
        self._onward = defaultdict(set, {code: {row["product"] for row in rows} for code, rows in self.users.items()})
        self._dependants: dict[str, list[str]] = {}
        self._steps: dict[str, list[tuple[str, float]]] = {}

    def _final_weights(self) -> dict[str, float]:
        """Weight final products by value where every one has it, else equally."""
        values = {code: yearly_value(self.facts.products[code]) for code in self.finals}
        if self.weighted_by_value and sum(value or 0.0 for value in values.values()) > 0:
            total = sum(value or 0.0 for value in values.values())
            return {code: (value or 0.0) / total for code, value in values.items()}
        return {code: 1 / len(values) for code in values}

    @property
    def weighted_by_value(self) -> bool:
        """True where every final product has its yearly value in one currency."""
        currencies = {self.facts.products[code]["currency"] for code in self.finals}
        return len(currencies) == 1 and all(yearly_value(self.facts.products[code]) is not None for code in self.finals)

    def dependants(self, product: str) -> list[str]:
        """List the products that need this one, directly or through others, itself left out."""
        if product not in self._dependants:
            self._dependants[product] = self._downstream(product)
        return self._dependants[product]

    def _downstream(self, product: str) -> list[str]:
        seen = {product}
        waiting = [product]
        while waiting:
            onward = self._onward[waiting.pop()] - seen
            seen |= onward
            waiting += onward
        return sorted(seen - {product})

    def reaches_final(self, product: str) -> bool:
        """Say whether the chain's output stands on this product at all."""
        finals = set(self.finals)
        return product in finals or bool(finals.intersection(self.dependants(product)))

    def step_effect(self, row: Row) -> float:
        """Return what one step passes on: all of it if essential or unknown, the cost share if not."""
        if row["essential"] != "no":
            return 1.0
        if row["cost_share"] is not None:
            return float(row["cost_share"])
        rows = self.needs[row["product"]]
        known = sum(other["cost_share"] for other in rows if other["cost_share"] is not None)
        n_unknown = sum(1 for other in rows if other["cost_share"] is None)
        return max(0.0, self._total - known) / n_unknown

    def _steps_from(self, product: str) -> list[tuple[str, float]]:
        """Each user of a product and what the step passes on; every path asks for them again."""
        if product not in self._steps:
            self._steps[product] = [(row["product"], self.step_effect(row)) for row in self.users[product]]
        return self._steps[product]

    def path(self, product: str) -> Path | None:
        """Return the path of largest effect to a final product: of equal ones the shortest, then the first by code."""
        queue: list[tuple[float, int, tuple[str, ...]]] = [(-1.0, 0, (product,))]
        settled: set[str] = set()
        best: tuple[float, int, tuple[str, ...]] | None = None
        while queue:
            effect, steps, walked = heapq.heappop(queue)
            here = walked[-1]
            if here in settled:
                continue
            settled.add(here)
            if here in self.weights:
                found = (effect * self.weights[here], steps, walked)
                best = found if best is None or found < best else best
            for onward, passed_on in self._steps_from(here):
                if onward not in settled:
                    heapq.heappush(queue, (effect * passed_on, steps + 1, (*walked, onward)))
        return Path(best[2], -best[0]) if best else None

    def neighbours(self, product: str) -> dict[str, str]:
        """Return neighbouring products with how near they are: same parent, a shared input, same segment and kind."""
        row = self.facts.products[product]
        found: dict[str, str] = {}
        for code in self._in_segment[row["segment"]]:
            if same_kind(row, self.facts.products[code]):
                found[code] = "segment"
        for need in self.needs[product]:
            found.update((user["product"], "shared_input") for user in self.users[need["input"]])
        if row["parent"] in self.facts.children:
            found.update((code, "sibling") for code in self.facts.children[row["parent"]])
        apart = {product, row["parent"], *self.facts.children}
        found = {code: how for code, how in sorted(found.items()) if code not in apart}
        return found


def same_kind(one: Row, other: Row) -> bool:
    """Say whether two products are of one kind of the five bases; unknown kinds do not stand apart."""
    return not one["base_kind"] or not other["base_kind"] or one["base_kind"] == other["base_kind"]


def yearly_value(row: Row) -> float | None:
    """Return the yearly value of a product in its currency's own unit (元 for CNY)."""
    times = {"元": 1.0, "万元": 1e4, "亿元": 1e8}.get(row["unit"] or "元", 1.0)
    return None if row["value"] is None else float(row["value"]) * times


def relatedness(structure: Structure, product: str, made: dict[str, bool | None]) -> tuple[float | None, int]:
    """Return the share of neighbouring products made at home, and the number of neighbours known.

    After the density of the product space (Hidalgo, Hausmann); advice with uncertainty, never the only reason.
    """
    answers = [made[code] for code in structure.neighbours(product) if made.get(code) is not None]
    return (sum(1 for answer in answers if answer) / len(answers) if answers else None), len(answers)
