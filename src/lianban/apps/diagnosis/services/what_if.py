"""A what-if on a large chain: asked for, worked out in the background; its answer stays with the job."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain
from lianban.apps.diagnosis import compute, queries
from lianban.apps.diagnosis.compute import Asked, Weighed
from lianban.apps.jobs import services as jobs
from lianban.apps.jobs.models import Job
from lianban.apps.journal import services as journal
from lianban.apps.parties import services as parties
from lianban.apps.parties.rules import Actor
from lianban.kit.refusals import Refused

Question = Mapping[str, Any]


def question(
    chain: Chain,
    asked: Asked,
    over: tuple[Weighed, ...],
    *,
    scope: str,
    classes: tuple[str, ...],
    rules_fingerprint: str,
) -> dict[str, Any]:
    """What is asked as plain values; ``key`` is the same for the same question on the same data and rules."""
    plain = {
        "chain": chain.code,
        "stamp": chain.stamp,
        "rules": rules_fingerprint,
        "scope": scope,
        "classes": list(classes),
        "asked": asked.plain(),
        "over": [{"name": list(one.name), "asked": one.asked.plain(), "probability": one.probability} for one in over],
    }
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return {**plain, "key": digest}


@transaction.atomic
def ask_what_if(*, chain: Chain, asked: Question, by: Actor, at: datetime) -> Job:
    """Ask for a what-if in the background; a question that is being worked out for the asker is not asked for again."""
    parties.require(by, "diagnosis.what_if", chain.code)
    there = queries.what_if_job(by, asked["key"])
    if there is not None and there.state in ("queued", "running"):
        return there
    journal.record("diagnosis.what_if_asked", subject=f"chain:{chain.code}", by=by, at=at,
                   facts={"key": asked["key"], "scope": asked["scope"]})  # fmt: skip
    return jobs.enqueue(queries.WHAT_IF_JOB, by=by, **asked)


def carry_out_what_if(*, progress: Any, chain: str, asked: Question, over: list[Any], scope: str, classes: list[str],
                      **kept: Any) -> dict[str, Any]:  # fmt: skip
    """Do the work of one job. Called by the jobs app, outside of a request."""
    row = Chain.objects.get(code=chain)
    weighed = tuple(
        Weighed((one["name"][0], one["name"][1]), Asked.of(one["asked"]), one["probability"]) for one in over
    )
    answer = compute.compare_now(
        row,
        Asked.of(asked),
        classes=tuple(classes),
        scope=scope,
        rules=atlas.rule_set(chain),
        over=weighed,
        step=progress,
    )
    if answer.refusals:
        raise Refused(answer.refusals)
    return {"answer": answer.result, "over_set": answer.over_set, "stamp": row.stamp, "rules": kept.get("rules")}
