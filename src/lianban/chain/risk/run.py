"""Ask the systemic risk index of a chain: which nodes fail together, what counts as output, and on what it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from lianban.chain.diagnosis.facts import gather
from lianban.chain.diagnosis.from_network import network_facts
from lianban.chain.diagnosis.product import standings
from lianban.chain.network import ChainNetwork
from lianban.chain.risk.names import Who, who_of
from lianban.chain.risk.result import ChainRisk
from lianban.engine.cascade import prepare
from lianban.engine.cascade.risk import RiskRun
from lianban.engine.errors import LianbanError
from lianban.rulebook import RuleSet, load_rules
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain

BY = ("organisation", "product", "node", "origin")
WEIGHTS = ("final", "sales")


class RiskQuestionError(LianbanError):
    """A question that cannot be asked; ``text`` says why in both languages."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


def systemic_risk(
    chain: "Chain",
    by: str = "organisation",
    *,
    weights: str | ArrayLike = "final",
    market: bool | ArrayLike = True,
    rules: str | RuleSet = "cn-core-2025",
    as_of: date | str | None = None,
    shocks: Any = None,
    shocks_up: Any = None,
    names: Sequence[Any] | None = None,
    sample: int | None = None,
    seed: int | None = None,
    checkpoint: str | Path | None = None,
    progress: Any = None,
    cancel: Any = None,
    **options: Any,
) -> ChainRisk:
    """Lost share of the chain's output when an organisation, a product, a node or an origin fails, for each of them.

    Parameters
    ----------
    by : "organisation" (all its nodes fail together), "product" (all its makers), "node" (one organisation with one product)
        or "origin" (every node of one origin, 来源地); left out where ``shocks`` say what happens
    weights : "final" counts the final products as the diagnosis does; "sales" what every node sells, as published;
        or numbers for every node, shape (n_nodes,)
    market : True = makers of one product take over from each other; False = nobody does; or a label for each node
    rules, as_of : as for :meth:`Chain.diagnose`
    shocks, shocks_up, names : shares of capacity lost, shape (n_nodes, n_scenarios), in the order of
        ``chain.systemic_risk("node").network.nodes``
    sample, seed : so many of the scenarios, drawn at random
    options : eps, max_iterations, stop, compatible, revenue, costs, levels, threads, memory of :func:`lianban.systemic_risk`

    Raises
    ------
    RiskQuestionError
        No such ``by`` or ``weights``.
    EngineError
        What the engine refuses, see :func:`lianban.systemic_risk`.
    """
    question = RiskQuestion.of(
        chain, by, weights=weights, rules=rules, as_of=as_of, shocks=shocks, shocks_up=shocks_up, names=names,
        sample=sample, seed=seed, market=market, **options,
    )  # fmt: skip
    return question.answer(checkpoint=checkpoint, progress=progress, cancel=cancel)


@dataclass(frozen=True, eq=False)
class RiskQuestion:
    """A question that is checked and not yet computed; ``run`` is None where nothing counts as output."""

    chain: "Chain"
    by: str
    weights: str
    network: ChainNetwork
    who: tuple[Who, ...]
    down: sparse.csc_array
    up: sparse.csc_array
    run: RiskRun | None

    @classmethod
    def of(
        cls,
        chain: "Chain",
        by: str,
        *,
        weights: str | ArrayLike,
        rules: str | RuleSet,
        as_of: date | str | None,
        shocks: Any = None,
        shocks_up: Any = None,
        names: Sequence[Any] | None = None,
        sample: int | None = None,
        seed: int | None = None,
        **options: Any,
    ) -> "RiskQuestion":
        """Build the network and the scenarios."""
        _refuse_unknown(by, weights, given=shocks is not None)
        if shocks is not None and sample is not None:
            raise RiskQuestionError(
                Text("冲击已经给定，不能再抽样", "the shocks say what happens already: leave sample out")
            )
        network = risk_network(chain, rules, as_of)
        n_nodes = len(network.nodes)
        if shocks is None:
            who, nodes = who_of(chain, network, by)
            shocks = _together(nodes, n_nodes)
            if sample is not None:
                chosen = _drawn(len(who), sample, seed)
                who, shocks = [who[k] for k in chosen], shocks[:, chosen]
        else:
            by, down = "shock", sparse.csc_array(np.asarray(shocks, float) if not sparse.issparse(shocks) else shocks)
            given = [str(name) for name in (range(1, down.shape[1] + 1) if names is None else names)]
            who = [Who(name, Text(name, name), 0) for name in given]
        name = weights if isinstance(weights, str) else "given"
        counted = {"final": network.network.output_weight, "sales": network.network.sales}.get(name, weights)
        run = None
        if name == "given" or np.sum(counted) > 0:  # else no product is final, and no number can be told
            run = prepare(
                network.network, shocks=shocks, shocks_up=shocks_up, names=[one.code for one in who],
                weights=None if name == "final" else counted, **options,
            )  # fmt: skip
        down = sparse.csc_array(shocks)
        return cls(
            chain, by, name, network, tuple(who), down, down if shocks_up is None else sparse.csc_array(shocks_up), run
        )

    def answer(self, **how: Any) -> ChainRisk:
        """Compute it: checkpoint, progress and cancel as for the engine."""
        result = None if self.run is None else self.run.run(**how)
        told = network_facts(self.network, self.chain)
        info = self.chain.info
        return ChainRisk(
            by=self.by,
            weights=self.weights,
            who=self.who,
            down=self.down,
            up=self.up,
            network=self.network,
            result=result,
            data_level=told.data_level,
            data_level_text=told.data_level_text,
            confidentiality=told.confidentiality,
            chain_name=Text(str(info.get("name") or ""), str(info.get("name_en") or info.get("name") or "")),
        )


def risk_network(chain: "Chain", rules: str | RuleSet, as_of: date | str | None) -> ChainNetwork:
    """Build the network that the diagnosis uses, with levels derived where none is stated."""
    loaded = load_rules(rules)
    facts = gather(chain, date.fromisoformat(as_of) if isinstance(as_of, str) else as_of)
    levels = {code: one.level.used for code, one in standings(facts, loaded).items() if one.level.used}
    return chain.network(rules=loaded, levels=levels, as_of=facts.as_of)


def _together(nodes: Sequence[np.ndarray], n_nodes: int) -> sparse.csc_array:
    """Complete failure of some nodes together: one column for each list of nodes."""
    rows = np.concatenate([np.zeros(0, np.int64), *nodes])
    starts = np.cumsum([0, *(len(one) for one in nodes)])
    return sparse.csc_array((np.ones(len(rows)), rows, starts), shape=(n_nodes, len(nodes)))


def _drawn(n_scenarios: int, sample: int, seed: int | None) -> np.ndarray:
    if not 1 <= sample <= n_scenarios:
        raise RiskQuestionError(
            Text(
                f"抽样 {sample} 个，但只有 {n_scenarios} 个情景",
                f"sample is {sample}, but there are {n_scenarios} scenarios",
            )
        )
    return np.sort(np.random.default_rng(0 if seed is None else seed).choice(n_scenarios, size=sample, replace=False))


def _refuse_unknown(by: str, weights: str | ArrayLike, *, given: bool) -> None:
    if by not in BY and not given:
        raise RiskQuestionError(
            Text(f"不能按“{by}”计算；可选 {'、'.join(BY)}", f"no scenarios by {by!r}; there are {', '.join(BY)}")
        )
    if isinstance(weights, str) and weights not in WEIGHTS:
        raise RiskQuestionError(
            Text(
                f"不认识的产出口径“{weights}”；可选 {'、'.join(WEIGHTS)}",
                f"no output {weights!r}; there are {', '.join(WEIGHTS)}",
            )
        )
