"""What the diagnosis asks of the network (供应网络): three losses per product, one per organisation, and its notes."""

from collections.abc import Container, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from lianban.chain.diagnosis.facts import CLASSES, Facts, highest
from lianban.chain.diagnosis.losses import ProductLoss
from lianban.chain.diagnosis.result import NetworkFacts
from lianban.chain.diagnosis.structure import Structure
from lianban.engine.cascade import ENGINE_VERSION
from lianban.engine.errors import NotConverged
from lianban.rulebook import RuleSet
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.chain.network import ChainNetwork

NETWORK_TABLES = ("products", "inputs", "production", "supplies", "parameters")
AT_ONCE = 64  # products whose shocks are held in memory together: each takes three numbers per node
NO_FINAL = Text(
    "没有标为最终产品的产品，损失无从计算：请在 products 表标出 final",
    "no product is marked final, so no loss can be told: mark it in table products",
)
NO_WAY = Text(
    "未记录它通向哪个最终产品：请补充投入关系（谁在用它）",
    "no way to a final product is recorded: add inputs (who uses it)",
)
NO_FOREIGN_SHARE = Text(
    "境外份额未知：请补充来源份额、国产化率（按值或量）或国内水平",
    "foreign share unknown: add shares of its sources, a domestic rate by value or quantity, or a level",
)
BASES = {
    "shares": Text("份额", "shares"),
    "domestic_rate": Text("国产化率", "domestic rate"),
    "world_shares": Text("世界份额推定", "inferred from world shares"),
    "level": Text("水平推定", "inferred from the level"),
    "unknown": Text("未知", "unknown"),
}
LEVELS_OF_DATA = {
    "supplies": Text("供应关系", "supplies"),
    "shares": Text("份额与比率", "shares and rates"),
    "judgement": Text("水平判断", "judgements of level"),
    "structure": Text("仅产品结构", "structure only"),
}


def implied_inputs(network: "ChainNetwork") -> list[tuple[str, str]]:
    """Return the pairs (product, input) that are known from supplies only."""
    codes = network.products.index
    at = network.inputs.implied
    return [
        (str(codes[product]), str(codes[needed]))
        for product, needed in zip(network.inputs.product[at], network.inputs.input[at], strict=True)
    ]


def product_losses(
    network: "ChainNetwork", facts: Facts, structure: Structure, rules: RuleSet, at_least: Container[str] = ()
) -> dict[str, ProductLoss]:
    """Return the three losses of every product without kinds below it, many shocks in one go.

    Unknown where no product is final, where no way to a final product is recorded, where the foreign share is unknown,
    and where nothing is known to come from abroad while part of the supply has no known place. ``at_least`` names the
    products whose level is known from an incomplete list of sources only.
    """
    tolerance = float(rules.value("diagnosis.shares.tolerance"))
    found: dict[str, ProductLoss] = {}
    for first in range(0, len(facts.leaves), AT_ONCE):
        codes = facts.leaves[first : first + AT_ONCE]
        left = [network.shock_left(code) for code in codes]
        shocks = [
            shock
            for code, (after_spare, _) in zip(codes, left, strict=True)
            for shock in (network.shock_stop(code), network.shock_cut(code), after_spare)
        ]
        numbers, settled = _losses(network, shocks)
        for i, (code, (_, why)) in enumerate(zip(codes, left, strict=True)):
            own = tuple(numbers[3 * i : 3 * i + 3])
            found[code] = _product_loss(
                network,
                code,
                structure,
                own,
                why,
                tolerance,
                settled=settled[3 * i + 1],
                level_at_least=code in at_least,
            )
    return found


def _losses(network: "ChainNetwork", shocks: Sequence[Any]) -> tuple[list[float | None], list[bool]]:
    """Return the losses of many shocks, and for each whether it settled.

    In a circle of products levels may creep down for very many steps. They never rise again, so what is lost when
    the steps run out is a lower bound, and says so.
    """
    try:
        return network.losses(shocks), [True] * len(shocks)
    except NotConverged:
        pass
    numbers: list[float | None] = []
    settled: list[bool] = []
    for shock in shocks:
        run = (
            None
            if shock is None
            else network.cascade.run(shock, eps=network.eps, max_iterations=network.max_iterations)
        )
        numbers.append(None if run is None else float(run.loss))
        settled.append(run is None or bool(run.converged))
    return numbers, settled


def _product_loss(
    network: "ChainNetwork",
    code: str,
    structure: Structure,
    numbers: tuple[float | None, ...],
    why_left: Text | None,
    tolerance: float,
    *,
    settled: bool,
    level_at_least: bool,
) -> ProductLoss:
    row: Mapping[str, Any] = network.products.loc[code].to_dict()  # type: ignore[assignment]
    foreign = _known(row["foreign_share"])
    placeless = _known(row["unknown_share"]) or 0.0
    largest = network.largest_foreign_origin(code)
    if largest is not None and _known(largest[1]) is None:
        largest = None
    why = NO_FINAL if network.weights == "none" else None if structure.reaches_final(code) else NO_WAY
    stop, cut, left = numbers if why is None else (None, None, None)
    why_cut = why
    if why is None and foreign is None:
        why_cut = NO_FOREIGN_SHARE
    elif why is None and foreign == 0 and placeless > tolerance:
        why_cut = Text(
            f"{placeless:.0%} 的供应来源地未知，已知部分都在境内：请核实其余来源",
            f"{placeless:.0%} of supply has no known place and the rest is at home: find out where it comes from",
        )
    if why_cut is not None:
        cut = left = None
    return ProductLoss(
        stop=stop,
        cut=cut,
        left=left,
        foreign_share=None if foreign == 0 and placeless > tolerance else foreign,
        placeless_share=placeless,
        at_least=cut is not None and (placeless > tolerance or not settled),
        basis=str(row["basis"]) if row["basis"] in BASES else "unknown",
        guess=_guess(row, level_at_least),
        largest_origin=largest[0] if largest else None,
        largest_origin_share=largest[1] if largest else None,
        why=why_cut,
        why_not_left=why_left or why_cut,
    )


def _guess(row: Mapping[str, Any], level_at_least: bool) -> str | None:
    """Say what else was assumed: a level that may be higher makes a foreign share that may be smaller."""
    if row["basis"] == "level" and level_at_least:
        return "level_at_least"
    return None if pd.isna(row["guess"]) else str(row["guess"])


def _known(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def organisation_losses(network: "ChainNetwork", facts: Facts, rules: RuleSet) -> dict[str, float | None]:
    """Return what the output loses when each organisation at home stops; one abroad is part of its origin and left out.

    With more organisations than the rule set allows, those with most products, then the first by code, are computed.
    """
    makers = network.nodes.dropna(subset=["organisation"])
    codes = makers.groupby("organisation").size()
    order = sorted(codes.index, key=lambda code: (-int(codes[code]), str(code)))
    chosen = order[: int(rules.value("diagnosis.organisations.computed_max"))]
    if network.weights == "none":
        return {}
    losses, _ = _losses(network, [network.shock(network.nodes_of_organisation(code)) for code in chosen])
    return {str(code): loss for code, loss in zip(chosen, losses, strict=True) if code in facts.organisations}


def network_facts(network: "ChainNetwork", chain: "Chain") -> NetworkFacts:
    """Say which level of data the result stands on, how outputs are weighted, and what was assumed."""
    level = network.data_level
    if level.n_flows_known:
        code = "supplies"
    elif any(level.bases.get(basis) for basis in ("shares", "domestic_rate", "world_shares")):
        code = "shares"
    else:
        code = "judgement" if level.bases.get("level") else "structure"
    counted = [(BASES[basis], n) for basis, n in level.bases.items()]
    zh = "、".join(f"{text.zh} {n}" for text, n in counted)
    en = ", ".join(f"{text.en} {n}" for text, n in counted)
    told = LEVELS_OF_DATA[code]
    return NetworkFacts(
        data_level=code,
        data_level_text=Text(f"{told.zh}（产品数：{zh}）", f"{told.en} (products by basis: {en})"),
        weights=level.weights,
        engine={
            "version": ENGINE_VERSION,
            "eps": network.eps,
            "market": True,
            "nodes": len(network.nodes),
            "flows": network.network.n_links,
            "flows_from_supplies": level.n_flows_named,
            "flows_with_known_value": level.n_flows_known,
        },
        notes=tuple((one.code, one.product, one.text) for one in network.notes),
        confidentiality=_network_class(chain),
    )


def _network_class(chain: "Chain") -> str:
    """Return the highest class of the tables the network is built from, and of the rates and levels it reads."""
    found = set()
    for table in NETWORK_TABLES:
        found |= set(chain.tables[table]["confidentiality"].dropna().unique())
    for table, item in (("indicators", "domestic_rate"), ("assessments", "level")):
        frame = chain.tables[table]
        found |= set(frame.loc[frame["item"].eq(item).fillna(False), "confidentiality"].dropna().unique())
    return highest(*(name for name in found if name in CLASSES))
