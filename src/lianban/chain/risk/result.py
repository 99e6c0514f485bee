"""ChainRisk (产业链系统性风险): who takes how much of the chain's output with them, and on what the numbers stand."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from lianban.chain.network import ChainNetwork
from lianban.chain.risk.names import Who
from lianban.chain.risk.words import reason_text, warning_text
from lianban.engine.cascade import SystemicRisk
from lianban.rulebook.text import Text

SCHEMA = "lianban/risk/1"
DIGITS = 12  # losses that agree in so many digits after the point share a rank
NO_OUTPUT = Text(
    "没有标为最终产品的产品，损失无从计算：请在 products 表标出 final",
    "no product is marked final, so no loss can be told: mark it in table products",
)
COLUMNS = ["rank", "code", "name", "esri", "esri_down", "esri_up", "own", "n_nodes", "iterations", "converged", "reason"]  # fmt: skip


@dataclass(frozen=True, eq=False)
class ChainRisk:
    """Systemic risk of a chain (产业链系统性风险): one scenario for each of ``who``.

    ``result`` is the engine's answer, None where nothing counts as output; ``down`` and ``up`` are the shocks, one column each.
    Where a scenario did not settle its numbers are unknown (NaN, None) and ``reason`` says why.
    """

    by: str
    weights: str
    who: tuple[Who, ...]
    down: sparse.csc_array
    up: sparse.csc_array
    network: ChainNetwork
    result: SystemicRisk | None
    data_level: str
    data_level_text: Text
    confidentiality: str
    chain_name: Text

    def __len__(self) -> int:
        return len(self.who)

    @cached_property
    def reasons(self) -> dict[int, Text]:
        """Why the number of a scenario is unknown, by position."""
        if self.result is None:
            return dict.fromkeys(range(len(self.who)), NO_OUTPUT)
        return {k: reason_text(why) for k, why in self.result.reasons.items()}

    @cached_property
    def notes(self) -> tuple[Text, ...]:
        """What the numbers stand on."""
        if self.result is None:
            return (NO_OUTPUT, *self._standing)
        options = self.result.parameters
        told = []
        if options["eps"] >= 1e-3:
            told.append(
                Text(
                    f"停止规则 {options['eps']:g} 是已发表指数的一部分，并未算到收敛；薄弱环节诊断用 {self.network.eps:g}",
                    f"The stop rule {options['eps']:g} is part of the published index and not convergence; "
                    f"the diagnosis of weak points uses {self.network.eps:g}",
                )
            )
        if not options["market"]:
            told.append(Text("假设没有别家能顶替", "Nobody takes over what somebody else fails to make"))
        if self.result.warning is not None:
            told.append(warning_text(self.result.warning))
        if self.reasons:
            n = len(self.reasons)
            told.append(Text(f"{n} 个情景未收敛，数值未知", f"{n} scenarios did not settle: their numbers are unknown"))
        return (*told, *self._standing)

    @property
    def _standing(self) -> tuple[Text, ...]:
        counted = {
            "final": {
                "value": Text("产出为最终产品，按产值计", "Output is the final products, by value"),
                "equal": Text("产出为最终产品，各占相同权重（产值不全）", "Output is the final products, equally weighted (values are missing)"),
                "none": Text("没有最终产品", "There is no final product"),
            }[self.network.weights],
            "sales": Text("产出为各节点的销售额", "Output is what every node sells"),
        }.get(self.weights, Text("产出按给定的权重计", "Output is counted by the weights given"))  # fmt: skip
        inferred = int(self.network.products["inferred"].sum())
        told = [counted, Text(f"数据层次：{self.data_level_text.zh}", f"Data: {self.data_level_text.en}")]
        if self.weights == "sales" and self.network.data_level.needs == "unit":
            told.append(
                Text(
                    "金额不全，销售额按每个最终产品为 1 推算",
                    "Money is missing: sales are reckoned with 1 for each final product",
                )
            )
        if inferred:
            told.append(Text(f"{inferred} 个产品的来源份额为推定", f"The shares of {inferred} products are inferred"))
        return tuple(told)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row for each scenario in the order asked; unknown numbers are NaN."""
        n = len(self.who)
        unknown = np.full(n, np.nan)
        esri = {name: unknown.copy() for name in ("esri", "esri_down", "esri_up")}
        own, iterations, converged = unknown.copy(), np.zeros(n, np.int64), np.zeros(n, bool)
        if self.result is not None:
            iterations, converged = self.result.iterations, self.result.converged
            esri = {name: np.where(converged, _first(getattr(self.result, name)), np.nan) for name in esri}
            own = self._own()
        rank = pd.Series(esri["esri"]).round(DIGITS).rank(method="min", ascending=False).astype("Int64")
        return pd.DataFrame(
            {
                "rank": rank,
                "code": pd.array([one.code for one in self.who], dtype="str"),
                **esri,
                "own": own,
                "n_nodes": [self._n_nodes(k) for k in range(n)],
                "iterations": iterations,
                "converged": converged,
            }
        )

    def table(self, language: str = "zh") -> pd.DataFrame:
        """Return one row for each scenario, the largest loss first, those of unknown loss last."""
        frame = self.frame.copy()
        frame.insert(2, "name", [one.name.in_(language) for one in self.who])
        frame["reason"] = [self.reasons[k].in_(language) if k in self.reasons else None for k in range(len(frame))]
        return frame.iloc[self._order][COLUMNS].reset_index(drop=True)

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        """Positions by rank, unknown ones last, ties in the order asked."""
        rank = self.frame["rank"].fillna(len(self.frame) + 1).to_numpy(np.int64)
        return np.lexsort((np.arange(len(rank)), rank))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values: scenarios with rank, in the order of the table, then what they stand on."""
        rows = []
        for k, row in zip(self._order.tolist(), self.table().to_dict("records"), strict=True):
            why = self.reasons.get(k)
            rows.append(
                {name: _plain(row[name]) for name in COLUMNS if name not in ("name", "reason")}
                | {"name": _words(self.who[k].name), "reason": None if why is None else _words(why)}
            )
        result = self.result
        return {
            "schema": SCHEMA,
            "chain": _words(self.chain_name),
            "by": self.by,
            "weights": self.weights,
            "scenarios": rows,
            "notes": [_words(text) for text in self.notes],
            "data_level": self.data_level,
            "confidentiality": self.confidentiality,
            "engine": None if result is None else result.engine_version,
            "fingerprint": None if result is None else result.fingerprint,
            "network_fingerprint": self.network.network.fingerprint,
            "parameters": None if result is None else dict(result.parameters),
            "seed": None if result is None else result.seed,
        }

    def _own(self) -> NDArray[np.float64]:
        """Share of the output that the failing nodes make themselves."""
        assert self.result is not None
        weight = self.result.network.output_weight
        weight = weight if weight.ndim == 1 else weight[:, 0]
        lost = self.down.maximum(self.up)
        return np.asarray(lost.T @ weight, np.float64).reshape(-1) / weight.sum()

    def _n_nodes(self, k: int) -> int:
        return self.who[k].n_nodes or int(self.down[:, [k]].nnz)

    def __repr__(self) -> str:
        return f"<ChainRisk by {self.by}: {len(self.who)} scenarios, {len(self.reasons)} unknown>"


def _first(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Losses under the first column of weights."""
    return losses if losses.ndim == 1 else losses[:, 0]


def _words(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or value != value:
        return None
    return value.item() if isinstance(value, np.generic) else value
