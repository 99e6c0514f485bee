"""What a draft can take from the chain's data, and what a posted version states."""

from typing import Any

from lianban.apps.atlas import queries as atlas
from lianban.apps.atlas.models import Chain, Demand
from lianban.apps.challenges import rules
from lianban.apps.challenges.models import Challenge
from lianban.apps.diagnosis import queries as diagnosis
from lianban.apps.diagnosis.compute import reading
from lianban.apps.parties.rules import Actor
from lianban.kit.shown import LEVEL_NAMES


def prefilled(chain: Chain, product: str, actor: Actor) -> dict[str, Any]:
    """What is known about a weak point, in the fields of a proposal; only what this reader may see. Five statements.

    Nothing is invented: what nobody stated stays empty for the office to write.
    """
    row = atlas.product(actor, chain, product)
    weak = diagnosis.weak_point(chain, product, actor)
    run = diagnosis.latest_run(chain, "nation", actor)
    point = reading.point(run.result, product) if run else None
    name, name_en = (row.name, row.name_en) if row else (product, product)
    asked = [
        one
        for one in atlas.rows(actor, chain, Demand).filter(product__code=product).select_related("raised_by")
        if one.confidentiality != "private"
    ]
    first = asked[0] if asked else None
    reason = point["reason"]["zh"] if point else ""
    gap = "\n".join(text for text in (weak.gap if weak else "", weak.benchmark if weak else "") if text)
    level = LEVEL_NAMES.get(point["level"] or "") if point else None
    return {
        "weak_point": weak.reference if weak else "",
        "demand": f"atlas.demand:{first.pk}" if first else "",
        "title": f"{name}技术攻关",
        "title_en": f"Technology tackling: {name_en or name}",
        "grade": (row.grade if row else "") or (first.grade if first else ""),
        "background": "\n".join(text for text in (reason, gap) if text),
        "problem": "",
        "present_level": f"{point['level']} {level.zh}" if point and level else "",
        "scenario": first.scenario if first else "",
        "poster_id": first.raised_by_id if first else None,
        "first_user_id": first.raised_by_id if first else None,
        "indicators": _indicators(first.required_indicators if first else ""),
    }


def _indicators(text: str) -> list[dict[str, Any]]:
    """One indicator a line of the demand, to be made testable by the office."""
    lines = [line.strip(" ；;。") for line in text.replace("；", "\n").replace(";", "\n").split("\n")]
    return [{"name": line[:200], "comparison": "yes"} for line in lines if line]


def stated(challenge: Challenge) -> dict[str, Any]:
    """Everything a posted version says, as plain values; three statements."""
    fields = (
        "title", "title_en", "klass", "mode", "scale", "product", "background", "problem", "grade", "present_level", "scenario",
        "facilities", "ownership", "ownership_note", "contact", "months", "medicine", "total_fen", "public_fen",
        "poster_cash_fen", "payable_fen", "self_fen", "in_kind_fen", "payment_points", "acceptance_fen",
    )  # fmt: skip
    until = challenge.answers_until
    return {field: getattr(challenge, field) for field in fields} | {
        "chain": challenge.chain.code,
        "number": challenge.number,
        "poster": challenge.poster.code if challenge.poster else "",
        "first_user": challenge.first_user.code if challenge.first_user else "",
        "answers_until": until.isoformat(timespec="minutes") if until else "",
        "class": challenge.posted_class,
        "rules": {"pack": challenge.frozen.pack, "fingerprint": challenge.frozen.fingerprint},
        "indicators": [one.as_dict() for one in challenge.indicators.all()],
        "milestones": [
            {"name": m.name, "name_en": m.name_en, "months": m.months, "deliverable": m.deliverable, "payment_fen": m.payment_fen}
            for m in challenge.milestones.all()
        ],
        "conditions": [one.text for one in challenge.conditions.all() if one.decision != "remove"],
    }  # fmt: skip


def as_written(challenge: Challenge) -> dict[str, Any]:
    """Everything the proposal's form shows, by field: what two editors may not write over each other; three statements."""
    return {
        **{name: getattr(challenge, name) for name in rules.words.WRITTEN},
        "conditions": list(challenge.conditions.values_list("text", flat=True)),
        "indicators": [{**one.as_dict(), "threshold": one.threshold} for one in challenge.indicators.all()],
        "milestones": list(challenge.milestones.values("name", "months", "deliverable", "payment_fen")),
    }
