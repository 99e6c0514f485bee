"""Compare a chain before and after a scenario."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from lianban.chain.diagnosis import diagnose
from lianban.chain.network import ChainNetwork, build_network
from lianban.chain.whatif.edits import added_by, assumptions, edited, gone_by, levels_by, shock_of
from lianban.chain.whatif.reasons import reasons
from lianban.chain.whatif.result import Change, FinalLoss, Outcome, WhatIf
from lianban.chain.whatif.scenarios import Scenario, check
from lianban.engine.cascade import path_to
from lianban.rulebook import RuleSet, load_rules
from lianban.rulebook.text import Text

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.chain.diagnosis import Diagnosis


def what_if(
    chain: "Chain",
    *scenarios: Scenario,
    scope: str = "nation",
    rules: str | RuleSet = "cn-core-2025",
    as_of: date | str | None = None,
) -> WhatIf:
    """Compare the weak points of a chain before and after one or more scenarios.

    Stops and cuts are shocks: ``outcome`` tells what the chain's output loses at once. Sources and levels are edits of the
    network: ``changes`` shows what they do to the list, where stopped sources stay missing.

    Raises
    ------
    ScenarioError
        Unknown codes (all of them, with near ones), or values that make no sense.
    """
    loaded = load_rules(rules)
    before = diagnose(chain, scope=scope, rules=loaded, as_of=as_of)
    levels = {code: one.level.used for code, one in before.standing.items() if one.level.used}
    day = before.facts.as_of

    def network(**edits: Any) -> ChainNetwork:
        return build_network(chain, rules=loaded, levels=levels | levels_by(scenarios), as_of=day, **edits)

    first = build_network(chain, rules=loaded, levels=levels, as_of=day)
    check(chain, first, scenarios)
    added, gone = added_by(scenarios), gone_by(scenarios)
    mended = network(added=added) if added or levels_by(scenarios) else first
    last = network(added=added, gone=gone) if gone else mended
    after = diagnose(edited(chain, scenarios, day), scope=scope, rules=loaded, as_of=day, network=last)
    return WhatIf(
        scenarios=tuple(scenarios),
        before=before,
        after=after,
        outcome=_outcome(first, mended, scenarios, before),
        products=_changes(before, after, scenarios, loaded),
        assumptions=assumptions(scenarios, first),
        network_before=first,
        network_after=last,
    )


def _changes(
    before: "Diagnosis", after: "Diagnosis", scenarios: Sequence[Scenario], rules: RuleSet
) -> tuple[Change, ...]:
    """All products, in the order of their rank after, then before, then by code."""
    found = []
    for code, point in before.by_code.items():
        old, new = _numbers(point), _numbers(after.by_code[code])
        found.append(Change(code, point.name, old, new, reasons(code, old, new, scenarios, rules)))
    last = len(found) + 1
    return tuple(sorted(found, key=lambda c: (c.after["rank"] or last, c.before["rank"] or last, c.code)))


def _numbers(point: Any) -> Mapping[str, Any]:
    return {
        "rank": point.rank,
        "severity": point.severity,
        "band": point.band,
        "loss_stop": point.loss.stop,
        "loss_cut": point.loss.cut,
        "loss_left": point.loss.left,
        "level": point.level.used,
        "kind": point.kind,
        "foreign_share": point.loss.foreign_share,
        "largest_origin": point.loss.largest_origin,
        "largest_origin_share": point.loss.largest_origin_share,
        "basis": point.loss.basis,
    }


def _outcome(
    first: ChainNetwork, mended: ChainNetwork, scenarios: Sequence[Scenario], before: "Diagnosis"
) -> Outcome | None:
    """Loss of the moment: of the whole output and of each final product, with the way it came."""
    shock = shock_of(mended, scenarios)
    if shock is None:
        return None
    n_nodes = int((shock > 0).sum())
    if first.weights == "none":
        return Outcome(None, None, n_nodes, (), "")
    bare = shock_of(first, scenarios)
    without = None if bare is None else first.loss(bare)
    result = mended.run(shock)
    weight, level = mended.network.output_weight, result.level
    finals = []
    for code in mended.products.index[mended.products["weight"] > 0]:
        nodes = mended.nodes_of(code)
        share = weight[nodes] / weight[nodes].sum()
        loss = float(share @ (1.0 - level[nodes]))
        hardest = int(nodes[np.argmax(share * (1.0 - level[nodes]))])
        finals.append(FinalLoss(code, _name(before, code), loss, *_path(mended, result, shock, hardest)))
    finals.sort(key=lambda one: (-one.loss, one.code))
    return Outcome(float(result.loss), without, n_nodes, tuple(finals), result.reason)


def _path(network: ChainNetwork, result: Any, shock: np.ndarray, node: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Nodes and products from where the shock struck to a node; nothing where it lost nothing."""
    if result.level[node] >= 1.0:
        return (), ()
    steps = path_to(network.cascade, result, shock, node)
    nodes = [node, *(step.cause for step in steps)][::-1]
    labels = network.nodes["label"].to_numpy(object)[nodes]
    products = network.nodes["product"].to_numpy(object)[nodes]
    return tuple(map(str, labels)), tuple(map(str, products))


def _name(before: "Diagnosis", code: str) -> Text:
    row = before.facts.products[code]
    return Text(row["name"] or code, row["name_en"] or row["name"] or code)
