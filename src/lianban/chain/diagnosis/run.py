"""Run a diagnosis: facts, standings, losses from the network, products, ranks, notes."""

import platform
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from lianban.chain.diagnosis import summary
from lianban.chain.diagnosis.facts import Facts, gather, rows_of
from lianban.chain.diagnosis.from_network import implied_inputs, network_facts, organisation_losses, product_losses
from lianban.chain.diagnosis.notes import notes
from lianban.chain.diagnosis.organisations import diagnose_organisations
from lianban.chain.diagnosis.product import Setting, diagnose_product, rank, standings
from lianban.chain.diagnosis.result import Diagnosis
from lianban.chain.diagnosis.scope import read_scope
from lianban.chain.diagnosis.structure import Structure
from lianban.rulebook import RuleSet, load_rules

if TYPE_CHECKING:
    from lianban.chain.chain import Chain
    from lianban.chain.network import ChainNetwork


def diagnose(
    chain: "Chain",
    *,
    scope: str = "nation",
    rules: str | RuleSet = "cn-core-2025",
    as_of: date | str | None = None,
    overrides: Mapping[str, Any] | None = None,
    network: "ChainNetwork | None" = None,
) -> Diagnosis:
    """Find the weak points (薄弱环节) of a chain.

    Parameters
    ----------
    scope : nation, province, city, park, or the code of a division or park
        The level at home and the ranking are the same in every scope; local presence and routes differ.
    rules : name of a rule set, path of a pack, or a loaded one
    as_of : day on which judgements have to hold; default the package's data date, never today's
    overrides : rule values for this run
    network : the network of a scenario (情景推演); default the chain's own

    Raises
    ------
    RulesError, ScopeError, DataError
    """
    began = time.perf_counter()
    loaded = load_rules(rules, overrides)
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    facts = gather(chain, day)
    seen = read_scope(facts, scope)
    standing = standings(facts, loaded)
    levels = {code: one.level.used for code, one in standing.items() if one.level.used}
    if network is None:
        network = chain.network(rules=loaded, levels=levels, as_of=facts.as_of)
    structure = Structure(facts, loaded, implied_inputs(network))
    told = network_facts(network, chain)
    setting = Setting(facts, standing, structure, seen, loaded, told.confidentiality)
    at_least = {code for code, one in standing.items() if one.level.used_at_least}
    losses = product_losses(network, facts, structure, loaded, at_least)
    points = [diagnose_product(setting, code, losses[code]) for code in sorted(facts.leaves)]
    ranked = tuple(replace(point, rank=place) for place, point in enumerate(rank(points), start=1))
    by_code = {point.code: point for point in ranked}
    organisations = diagnose_organisations(
        facts,
        standing,
        chain.tables["supplies"],
        organisation_losses(network, facts, loaded),
        told.confidentiality,
    )
    return Diagnosis(
        fingerprint=chain.fingerprint,
        rules=loaded,
        scope=seen,
        facts=facts,
        standing=standing,
        products=tuple(by_code.get(point.code, point) for point in points),
        weak_points=ranked,
        unknown=tuple(point for point in points if point.severity is None),
        organisations=tuple(organisations),
        network=told,
        findings=tuple(_findings(chain, facts, standing, told)),
        aggregates=tuple(summary.published_aggregates(rows_of(chain.tables["indicators"]))),
        manifest=_manifest(began, network.network.fingerprint),
    )


def _findings(chain: "Chain", facts: Facts, standing: Any, told: Any) -> list[dict[str, Any]]:
    """Return the findings of the check, then the notes of network and diagnosis."""
    checked = [finding.as_dict() for finding in chain.check()]
    from_network = [
        {"code": code, "severity": "note", "product": product, "message": {"zh": text.zh, "en": text.en}}
        for code, product, text in told.notes
    ]
    return [*checked, *from_network, *notes(facts, standing)]


def _manifest(began: float, network_fingerprint: str) -> dict[str, Any]:
    """Say when, where and with what the run was made; kept outside the compared bytes.

    The network's fingerprint stands here, since it follows the order of rows, which the result does not.
    """
    from importlib.metadata import version

    import lianban

    return {
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - began, 3),
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "lianban": lianban.__version__,
        "network_fingerprint": network_fingerprint,
        **{name: version(name) for name in ("numpy", "scipy", "pandas")},
    }
