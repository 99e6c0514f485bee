"""The chain as a whole: distribution (never one averaged score), published aggregates, path of largest effect."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import floor
from typing import Any

from lianban.chain.diagnosis.explain import plain
from lianban.chain.diagnosis.facts import Facts, Row, precedence
from lianban.chain.diagnosis.levels import LEVELS
from lianban.chain.diagnosis.product import ProductDiagnosis, Standing
from lianban.chain.diagnosis.scope import FAIR_COMPETITION, PRESENCE

TRIPLES = ("blank", "unstable", "self_sufficient", "stable_rate_unknown", "stable_rate_short", "unknown")
PUBLISHED = ("share_blank", "share_unstable", "share_self_sufficient")


def largest_remainder(shares: Sequence[float], total: int) -> list[int]:
    """Split ``total`` in whole numbers in proportion to ``shares``; what is left goes to the largest remainders.

    Of equal remainders the earlier one gets it. Hare's method; the parts add up to ``total`` exactly.
    """
    whole = sum(shares)
    if whole <= 0:
        return [0] * len(shares)
    exact = [share * total / whole for share in shares]
    parts = [floor(value + 1e-9) for value in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (-round(exact[i] - parts[i], 9), i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


def distribution(values: Sequence[str | None], order: Sequence[str]) -> dict[str, Any]:
    """Count values and give percentages that add up to 100."""
    counts = Counter(value or "unknown" for value in values)
    codes = [*order, *([] if "unknown" in order else ["unknown"])]
    numbers = [counts.get(code, 0) for code in codes]
    percents = largest_remainder([float(n) for n in numbers], 100)
    return {
        "total": len(values),
        "counts": dict(zip(codes, numbers, strict=True)),
        "percents": dict(zip(codes, percents, strict=True)),
    }


def parents(facts: Facts, standing: Mapping[str, Standing]) -> list[dict[str, Any]]:
    """Describe products that have kinds below them by their children's distribution, never by one letter."""
    told = []
    for code in facts.children:
        row = facts.products[code]
        below = _leaves_below(facts, code)
        stated = [r for item in ("level", "triple") for r in facts.current(code, item)]
        told.append(
            {
                "code": code,
                "name": {"zh": row["name"], "en": row["name_en"] or row["name"]},
                "children": below,
                "levels": distribution([standing[child].level.used for child in below], LEVELS),
                "triples": distribution([standing[child].triple.shown for child in below], TRIPLES),
                "stated": [
                    {name: plain(r[name]) for name in ("item", "value", "assessor", "voice", "observed_on", "source")}
                    for r in stated
                ],
            }
        )
    return sorted(told, key=lambda one: str(one["code"]))


def _leaves_below(facts: Facts, code: str) -> list[str]:
    found, waiting, seen = [], list(facts.children.get(code, [])), {code}
    while waiting:
        child = waiting.pop()
        if child in seen:
            continue
        seen.add(child)
        if child in facts.children:
            waiting += facts.children[child]
        else:
            found.append(child)
    return sorted(found)


def published_aggregates(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Quote published distributions: the shares as printed, and whole numbers by largest remainder of their base.

    Versions that differ stand side by side; nothing is recomputed and no single product gets a level from them.
    """
    groups: dict[tuple[str, str, str], dict[str, Row]] = defaultdict(dict)
    for row in sorted(rows, key=precedence):
        if str(row["item"]).startswith("share_") and row["value"] is not None and row["unit"] == "fraction":
            key = (str(row["source"]), str(row["period"] or ""), str(row["product"] or row["segment"] or ""))
            groups[key].setdefault(row["item"], row)
    told = []
    for (source, period, subject), found in sorted(groups.items()):
        order = sorted(found, key=lambda item: (PUBLISHED.index(item) if item in PUBLISHED else len(PUBLISHED), item))
        values = [float(found[item]["value"]) for item in PUBLISHED if item in found]
        base = next((_leading_number(row["base"]) for row in found.values() if row["base"]), None)
        whole = set(found) == set(PUBLISHED) and abs(sum(values) - 1) < 0.005
        told.append(
            {
                "source": source,
                "period": period or None,
                "subject": subject or None,
                "shares": {item: float(row["value"]) for item, row in sorted(found.items())},
                "definitions": {item: row["definition"] for item, row in sorted(found.items())},
                "told": [
                    {
                        "item": item,
                        "name": found[item]["name"] or item,
                        "share": float(found[item]["value"]),
                        "definition": found[item]["definition"],
                    }
                    for item in order
                ],
                "base": base,
                "counts": dict(zip(PUBLISHED, largest_remainder(values, base), strict=True))
                if base and whole
                else None,
                "complete": whole,
            }
        )
    return told


def _leading_number(text: str) -> int | None:
    digits = ""
    for sign in str(text).strip():
        if not sign.isdigit():
            break
        digits += sign
    return int(digits) if digits else None


def local_summary(points: Sequence[ProductDiagnosis]) -> dict[str, Any] | None:
    """Count products by local presence: information only, with the fair-competition note."""
    if not points or points[0].presence is None:
        return None
    shares = distribution([point.presence.code for point in points if point.presence], tuple(PRESENCE))
    return {**shares, "note": {"zh": FAIR_COMPETITION.zh, "en": FAIR_COMPETITION.en}}
