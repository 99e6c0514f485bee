"""What stands beside the map for the product asked for."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis.compute import reading
from lianban.apps.maps import layout
from lianban.apps.maps.queries.mapping import Map, ends_of, language
from lianban.apps.parties.rules import Actor
from lianban.kit.text import say


def panel(actor: Actor, found: Map) -> dict[str, Any] | None:
    """What stands beside the map for the node asked for; nine statements. None where no node is asked for."""
    if found.chosen is None:
        return None
    product, node = found.products[found.chosen], found.nodes[found.chosen]
    facts = atlas.product_facts(actor, found.chain, product)
    up, down = (np.isfinite(s) for s in layout.steps(len(found.nodes), *ends_of(found.edges), found.chosen))
    point: Mapping[str, Any] = (reading.point(found.run.result, node.code) or {}) if found.run else {}
    rows = [*facts.production, *facts.assessments, *facts.indicators]
    names_firms = not point or actor.may("atlas.see_firms", found.chain.code)
    return {
        "product": product,
        "node": node,
        "facts": facts,
        "point": point,
        "n_upstream": int(up.sum()) - 1,
        "n_downstream": int(down.sum()) - 1,
        "n_facts": len(rows),
        "sources": shown_sources(actor, found.chain, rows),
        # Beside a weak point the public sees products and origins, not firms.
        "names_firms": names_firms,
        "solvers": [s for s in point.get("solvers", []) if names_firms],
        "reason": say(point["reason"], language()) if point.get("reason") else "",
    }


def shown_sources(actor: Actor, chain: Chain, rows: list[Any]) -> list[dict[str, Any]]:
    """The sources of some rows, each once, newest first; those that may not be named are left out."""
    newest: dict[int, Any] = {}
    for row in rows:
        if actor.may_see(row.source.confidentiality, chain.code):
            kept = newest.get(row.source_id)
            if kept is None or kept.observed_on < row.observed_on:
                newest[row.source_id] = row
    ordered = sorted(newest.values(), key=lambda row: (row.observed_on, row.code), reverse=True)
    return [{"source": row.source, "observed_on": row.observed_on} for row in ordered]
