"""The printable report of a diagnosis: one HTML file, no network, no script."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lianban.chain.diagnosis import Diagnosis

FOLDER = Path(__file__).parent
DETAILED = 5  # weak points with a page part of their own unless the caller asks for another number

WORDS = {
    "level": ("国内水平", "level at home"),
    "triple": ("三分结论", "triple"),
    "foreign_share": ("境外份额", "foreign share"),
    "loss_stop": ("停供损失", "loss if it stops"),
    "loss_cut": ("断供损失", "loss if largest origin is cut"),
    "loss_left": ("补位后损失", "loss after spare capacity"),
    "severity": ("严重度", "severity"),
    "hhi_organisation": ("HHI（按组织）", "HHI by organisation"),
    "hhi_origin": ("HHI（按来源地）", "HHI by origin"),
    "cr1_organisation": ("CR1（按组织）", "CR1 by organisation"),
    "cr1_origin": ("CR1（按来源地）", "CR1 by origin"),
    "sole_source": ("独家供应", "sole source"),
    "chokepoint": ("卡点测试", "chokepoint test"),
    "dependants": ("依赖的下游产品数", "products that depend on it"),
    "local_presence": ("本地布局", "local presence"),
}
VALUES = {
    "blank": ("空白", "blank"),
    "unstable": ("不稳定", "unstable"),
    "self_sufficient": ("自给", "self-sufficient"),
    "stable_rate_unknown": ("能稳定生产，自给率未知", "stable, rate unknown"),
    "stable_rate_short": ("能稳定生产，自给率不足", "stable, rate short"),
    "unknown": ("未知", "unknown"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "disputed": ("意见不一", "disputed"),
    "not_tested": ("未测试", "not tested"),
    "present": ("有", "present"),
    "building": ("在建", "being built"),
    "absent": ("无", "absent"),
    "open": ("公开", "open"),
    "chain": ("链内", "chain"),
    "office": ("链办", "office"),
    "private": ("企业保密", "private"),
    "near": ("可及", "near"),
    "far": ("不可及", "far"),
    "enough": ("足够", "enough"),
    "not_enough": ("不足", "not enough"),
    "growing": ("增长", "growing"),
    "flat": ("持平", "flat"),
    "shrinking": ("下降", "shrinking"),
    "high": ("高", "high"),
    "medium": ("中", "medium"),
    "low": ("低", "low"),
}
FRACTIONS = {"foreign_share", "loss_stop", "loss_cut", "loss_left", "severity"}


def render_html(result: "Diagnosis", language: str, top: int | None = None) -> str:
    """Render the report in ``"zh"`` or ``"en"``: the ranked list, details of the first ones, unknowns, sources, rules."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        say=partial(_say, language),
        pct=partial(_percent, language),
        word=partial(_word, language),
        item=partial(_enumerated, language, "assessments", "item"),
        stage=partial(_enumerated, language, "production", "stage"),
        shown=partial(_shown, language),
    )
    told = result.to_dict()
    codes = {row["code"]: row["name"] for key in ("weak_points", "unknown", "products") for row in told[key]}
    return environment.get_template("diagnosis.html.j2").render(
        d=told,
        en=language == "en",
        css=(FOLDER / "report.css").read_text(encoding="utf-8"),
        top=top or len(told["weak_points"]),
        detailed=min(top or DETAILED, len(told["weak_points"])),
        names=codes,
        organisations={
            code: (row["name_en"] if language == "en" else None) or row["name"]
            for code, row in result.facts.organisations.items()
        },
        origin=lambda code: result.rules.origin_name(code).in_(language),
        measures={name: words[language == "en"] for name, words in WORDS.items()},
        fractions=FRACTIONS,
        used_rules=_used_rules(told),
    )


def _say(language: str, pair: Any) -> str:
    """Show a bilingual pair."""
    return pair[language] if pair else ""


def _percent(language: str, value: float | None) -> str:
    if value is None:
        return "unknown" if language == "en" else "未知"
    shown = f"{value * 100:.1f}" if value == 0 or value >= 0.0005 else "<0.1"
    return f"{shown}%" if language == "en" else f"{shown}\u2009%"


def _word(language: str, code: str | None) -> str:
    if code is None:
        return "unknown" if language == "en" else "未知"
    return VALUES[code][language == "en"] if code in VALUES else code


def _enumerated(language: str, table: str, column: str, code: str) -> str:
    """Name an enumeration code in the words of the data dictionary."""
    from lianban.chain.dictionary import TABLES

    return TABLES[table][column].word(code, language).replace("_", " ")


def _shown(language: str, value: Any, measure: str = "") -> str:
    """Show a result of any kind: unknown by its word, bounds as a stretch, fractions as percentages."""
    if value is None or value == "unknown":
        return "unknown" if language == "en" else "未知"
    if isinstance(value, dict):
        return f"{value['low']:.3f}–{value['high']:.3f}"
    if measure in FRACTIONS:
        return _percent(language, value)
    if isinstance(value, float):
        return f"{value:.3f}"
    return _word(language, value) if isinstance(value, str) else str(value)


def _used_rules(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rule values shown in the report: those of the diagnosis."""
    return [row for row in told["rules"] if not isinstance(row["value"], dict)]
