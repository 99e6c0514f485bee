"""Notes (提示) of the diagnosis: contradictions shown and not merged, and statements that cannot both hold."""

from collections.abc import Mapping
from typing import Any

from lianban.chain.diagnosis.facts import Facts
from lianban.chain.diagnosis.kinds import CHOKEPOINT_ITEMS
from lianban.chain.diagnosis.levels import absence
from lianban.chain.diagnosis.product import Standing
from lianban.chain.diagnosis.sources import contradictions
from lianban.rulebook.text import Text


def notes(facts: Facts, standing: Mapping[str, Standing]) -> list[dict[str, Any]]:
    """List what a reader of the result should know about the facts of each product."""
    found = []
    for code, one in standing.items():
        name = facts.products[code]["name"]
        english = facts.products[code]["name_en"] or name
        for source in one.sources:
            rows = contradictions(source)
            if rows:
                figures = "、".join(f"{row['code']}（{row['source']}，{row['observed_on']}）" for row in rows)
                found.append(
                    _note(
                        "contradicting_facts",
                        code,
                        f"{name}：{source.key} 的数据互相矛盾，按 {rows[0]['code']} 计算，全部列出：{figures}",
                        f"{english}: rows about {source.key} contradict each other; {rows[0]['code']} is computed with, all are shown: {figures}",
                    )
                )
        if absence(facts, code) and any(source.home and source.supplies for source in one.sources):
            found.append(
                _note(
                    "absent_but_made",
                    code,
                    f"{name}：有“境内空白”的现行评价，又有境内在产来源；水平按产能行推得，请核实",
                    f"{english}: stated as absent at home, and there are sources at home; the level follows the production rows, please check",
                )
            )
        total = sum(s.share_home or 0.0 for s in one.sources if s.supplies)
        if total > 1.001:
            found.append(
                _note(
                    "shares_above_one",
                    code,
                    f"{name}：境内供应份额合计 {total:.3f}，大于 1，集中度不计算",
                    f"{english}: shares of home supply add up to {total:.3f}, more than 1; concentration is not computed",
                )
            )
        if one.level.stated is None:
            found += _expired(facts, code, name, english, "level")
        for item in CHOKEPOINT_ITEMS:
            found += _expired(facts, code, name, english, f"chokepoint_{item}")
    return found


def _expired(facts: Facts, code: str, name: str, english: str, item: str) -> list[dict[str, Any]]:
    rows = [] if facts.current(code, item) else facts.expired(code, item)
    return [
        _note(
            "assessment_expired",
            code,
            f"{name}：评价 {row['code']}（{item}）已于 {row['valid_until']} 过期，不作现行结论",
            f"{english}: assessment {row['code']} ({item}) expired on {row['valid_until']} and does not count as current",
        )
        for row in rows[:1]
    ]


def _note(code: str, product: str, zh: str, en: str) -> dict[str, Any]:
    text = Text(zh, en)
    return {"code": code, "severity": "note", "product": product, "message": {"zh": text.zh, "en": text.en}}
