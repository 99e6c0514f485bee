"""Studies beyond the diagnosis: what they give back, and the two that belong to the list of weak points."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lianban import __version__
from lianban.apps.atlas import compute as atlas_compute
from lianban.apps.atlas.models import Chain
from lianban.kit.text import Text
from lianban.rulebook import RuleSet

Step = Callable[..., None]
ENGINE = f"lianban {__version__}"
USUAL = {"n": 200, "seed": 1, "verify": 3}  # draws, seed, facts verified by drawing again
CONVERGED = 1e-12  # as the diagnosis: the number agrees with 停产损失 on the same page


@dataclass(frozen=True, slots=True)
class Studied:
    """A study as plain values: the result, and all that has to be known to make it again."""

    result: Mapping[str, Any]
    parameters: Mapping[str, Any]
    fingerprint: str  # of the data
    engine: str
    confidentiality: str = "office"
    seed: int | None = None
    manifest: Mapping[str, Any] = field(default_factory=dict)


def told_by(step: Step, zh: str, en: str) -> Callable[[int, int], None]:
    """What the computation calls to say how far it is; it may be stopped by an exception from there."""
    text, last = Text(zh, en), [0.0]

    def progress(done: int, total: int) -> None:
        now = time.monotonic()
        if done >= total or done == 0 or now - last[0] > 0.5:  # each call is two statements
            last[0] = now
            step(done, total, text)

    return progress


def intervals(
    chain: Chain, *, classes: Iterable[str], rules: RuleSet, parameters: Mapping[str, Any], step: Step
) -> Studied:
    """Median, intervals and rank intervals where facts are missing."""
    asked = {name: int(parameters.get(name, usual)) for name, usual in USUAL.items()}
    package = atlas_compute.to_chain(chain, classes)
    begun = time.monotonic()
    found = package.intervals(
        **asked, rules=rules, progress=told_by(step, "逐次抽样计算", "computing draw by draw")
    ).to_dict()
    return Studied(
        result=found,
        parameters={"n": asked["n"], **found["engine"]},
        fingerprint=found["fingerprint"],
        engine=found["engine"]["version"],
        confidentiality=found["confidentiality"],
        seed=found["seed"],
        manifest={"seconds": round(time.monotonic() - begun, 1)},
    )


def risk(chain: Chain, *, classes: Iterable[str], rules: RuleSet, parameters: Mapping[str, Any], step: Step) -> Studied:
    """What the chain's output loses with each organisation."""
    package = atlas_compute.to_chain(chain, classes)
    begun = time.monotonic()
    told = told_by(step, "逐个组织计算", "computing each organisation")
    found = package.systemic_risk("organisation", rules=rules, eps=CONVERGED, progress=told).to_dict()
    return Studied(
        result=found,
        parameters={"by": "organisation", "weights": found["weights"], **(found["parameters"] or {})},
        fingerprint=package.fingerprint,
        engine=found["engine"] or ENGINE,
        confidentiality=found["confidentiality"],
        manifest={"seconds": round(time.monotonic() - begun, 1)},
    )


STUDIES: dict[str, Callable[..., Studied]] = {"intervals": intervals, "risk": risk}
