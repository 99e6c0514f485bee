"""Hold a chain against every yardstick."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from lianban.chain.diagnosis import diagnose
from lianban.chain.diagnosis.facts import gather
from lianban.chain.diagnosis.product import standings
from lianban.chain.yardsticks.agreement import agreement, disagreements, pairs
from lianban.chain.yardsticks.graph import measured
from lianban.chain.yardsticks.measures import FROM_THE_CASCADE, YARDSTICKS, diagnosed
from lianban.chain.yardsticks.reasons import reasons
from lianban.chain.yardsticks.result import Yardsticks
from lianban.engine.cascade import ENGINE_VERSION
from lianban.engine.inputoutput import MODEL_VERSION
from lianban.rulebook import RuleSet, load_rules
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.chain.network import ChainNetwork

RANKS_ONLY = Text(
    "等级相关只看次序；样本小，未作显著性检验",
    "rank correlations look at order only; samples are small, nothing is tested",
)
COSTS_ASSUMED = Text(
    "{n} 条投入没有成本占比，按余额平分；上游度与进口含量据此推定",
    "{n} inputs have no cost share and take equal parts of the rest: stages and import content stand on that",
)
SAMPLED = Text(
    "产品多，中介中心性由 {n} 个起点抽样估计（种子 0）",
    "many products: betweenness is estimated from {n} starts (seed 0)",
)
BY_CONSTRUCTION = Text(
    "{n} 个产品的境外份额由国内水平推定：对它们而言，严重度与境外份额同出一源，一致之处部分是构造使然",
    "the foreign share of {n} products is inferred from their level: severity and foreign share then have one root, and "
    "part of their agreement is by construction",
)


def yardsticks(
    chain: "Chain",
    *,
    scope: str = "nation",
    rules: str | RuleSet = "cn-core-2025",
    as_of: date | str | None = None,
    against: str = "severity",
) -> Yardsticks:
    """Hold every product without kinds below it against every yardstick, and each yardstick against one of them.

    Parameters
    ----------
    against : loss_stop, loss_cut or severity
        What the cascade says; the others are held against it.
    scope, rules, as_of : as in ``diagnose``

    Raises
    ------
    ValueError
        ``against`` is none of the three.
    RulesError, ScopeError, DataError, NotProductive
    """
    if against not in FROM_THE_CASCADE:
        raise ValueError(f"against is {against!r}, expected one of {', '.join(FROM_THE_CASCADE)}")
    loaded = load_rules(rules)
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    facts = gather(chain, day)
    levels = {code: one.level.used for code, one in standings(facts, loaded).items() if one.level.used}
    network = chain.network(rules=loaded, levels=levels, as_of=facts.as_of)
    diagnosis = diagnose(chain, scope=scope, rules=loaded, as_of=facts.as_of, network=network)
    graph, sampled = measured(network)
    readings = {}
    for point in diagnosis.products:
        found = diagnosed(point, loaded) | graph[point.code]
        readings[point.code] = {name: found[name] for name in YARDSTICKS}
    names = {point.code: point.name for point in diagnosis.products}
    differing = [
        replace(
            one, reasons=reasons(diagnosis.by_code[one.product], readings[one.product], one.yardstick, one.gap, loaded)
        )
        for yardstick in YARDSTICKS
        if yardstick not in FROM_THE_CASCADE
        for one in disagreements(readings, names, yardstick, against)
    ]
    return Yardsticks(
        diagnosis=diagnosis,
        reference=against,
        names=names,
        readings=readings,
        agreements=tuple(agreement(readings, one, other) for one, other in pairs(list(YARDSTICKS))),
        disagreements=tuple(differing),
        notes=_notes(chain, network, sampled),
        engine={
            "cascade": ENGINE_VERSION,
            "inputoutput": MODEL_VERSION,
            "network": network.network.fingerprint,
            "eps": network.eps,
        },
    )


def _notes(chain: "Chain", network: "ChainNetwork", sampled: int | None) -> tuple[Text, ...]:
    notes = [RANKS_ONLY]
    without = len(network.inputs.key) - int(chain.tables["inputs"]["cost_share"].notna().sum())
    if without > 0:
        notes.append(COSTS_ASSUMED.format(n=without))
    by_level = int((network.products["basis"] == "level").sum())
    if by_level:
        notes.append(BY_CONSTRUCTION.format(n=by_level))
    if sampled is not None:
        notes.append(SAMPLED.format(n=sampled))
    return tuple(notes)
