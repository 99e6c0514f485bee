"""``lianban yardsticks PATH``: each product under the cascade and under simpler measures, and where they differ."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianban.cli import output
from lianban.cli.diagnose import _day
from lianban.cli.output import CommandError, t

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lianban.chain.yardsticks import Reading, Yardsticks

SHOWN = ("loss_stop", "loss_cut", "severity", "foreign_share", "hhi", "import_content", "upstreamness", "degree", "betweenness")  # fmt: skip
AGAINST = ("loss_stop", "loss_cut", "severity")


def register(app: typer.Typer) -> None:
    """Add ``lianban yardsticks``."""
    package = typer.Argument(
        metavar="PATH", help=t("数据包：文件夹、.xlsx 或 .zip", "The package: a folder, .xlsx or .zip")
    )
    against_option = typer.Option(
        help=t(
            "以哪个为准：severity、loss_cut 或 loss_stop",
            "What to hold the others against: severity, loss_cut, loss_stop",
        )
    )
    scope_option = typer.Option(help=t("范围，同 lianban diagnose", "Scope, as in lianban diagnose"))
    rules_option = typer.Option(help=t("规则集名称，或规则文件路径", "Name of a rule set, or path of a pack"))
    day_option = typer.Option("--as-of", help=t("评价以此日为准，默认为数据日期", "Judgements hold on this day"))
    top_option = typer.Option("--top", min=1, help=t("只显示前几个", "Show only the first so many"))
    json_option = typer.Option("--json", help=t("输出 JSON", "Print JSON"))

    @app.command(
        help=t(
            "对照指标：级联损失与上游度、集中度、中心性等并排，说明为何不同",
            "Yardsticks: cascade losses beside upstreamness, concentration and centrality, and why they differ",
        )
    )
    def yardsticks(
        path: Annotated[Path, package],
        against: Annotated[str, against_option] = "severity",
        scope: Annotated[str, scope_option] = "nation",
        rules: Annotated[str, rules_option] = "cn-core-2025",
        as_of: Annotated[str | None, day_option] = None,
        top: Annotated[int | None, top_option] = None,
        as_json: Annotated[bool, json_option] = False,
    ) -> int:
        if against not in AGAINST:
            names = "、".join(AGAINST)
            raise CommandError(
                output.WRONG_USE, f"--against 须为 {names}，得到 {against}", f"--against is {against}: one of {names}"
            )
        result = _run(path, against, scope, rules, as_of)
        if as_json:
            output.data_json(result.to_dict())
        else:
            output.data(render_text(result, output.language(), top))
        return output.DONE


def _run(path: Path, against: str, scope: str, rules: str, as_of: str | None) -> "Yardsticks":
    from lianban.chain.diagnosis import ScopeError
    from lianban.chain.errors import DataError
    from lianban.chain.package import read_chain
    from lianban.rulebook import RulesError

    day = _day(as_of)
    chain = read_chain(path)
    errors = chain.check().errors
    if len(errors):
        raise DataError(errors)
    try:
        return chain.yardsticks(against=against, scope=scope, rules=rules, as_of=day)
    except ScopeError as error:
        raise CommandError(output.WRONG_USE, error.text.zh, error.text.en, code="scope") from error
    except RulesError as error:
        zh, en = ("\n".join(getattr(problem, language) for problem in error.problems) for language in ("zh", "en"))
        raise CommandError(output.WRONG_USE, zh, en, code="rules") from error


def render_text(result: "Yardsticks", language: str, top: int | None = None) -> str:
    """Lay the readings, the rank correlations and the largest disagreements out for a terminal."""
    from lianban.chain.yardsticks import YARDSTICKS

    en = language == "en"
    names = {code: one.name.in_(language) for code, one in YARDSTICKS.items()}
    order = result.table(language)["code"].tolist()[:top]
    header = ["product" if en else "产品", *(names[code] for code in SHOWN)]
    rows = [
        [result.names[code].in_(language), *(_shown(result.readings[code][name], name, en) for name in SHOWN)]
        for code in order
    ]
    lines = ["Yardsticks side by side (* inferred)" if en else "对照指标（* 为推定）", ""]
    lines += [output.table(header, rows, right=range(1, len(header))), ""]
    if len(order) < len(result.readings):
        hidden = len(result.readings) - len(order)
        lines += [f"… {hidden} more (--top)" if en else f"……另有 {hidden} 个（--top）", ""]
    reference = names[result.reference]
    lines.append(f"Rank correlation with {reference}:" if en else f"与“{reference}”的等级相关：")
    agreed = []
    for one in result.against_reference():
        other = names[one.other if one.one == result.reference else one.one]
        numbers = ["–" if value is None else f"{value:.2f}".replace("-", "−") for value in (one.spearman, one.kendall)]
        agreed.append([other, *numbers, str(one.n), one.why.in_(language) if one.why else ""])
    head = ["yardstick", "Spearman", "Kendall", "n", ""] if en else ["指标", "Spearman", "Kendall", "产品数", ""]
    lines += [output.table(head, agreed, right=(1, 2, 3)), ""]
    lines += _disagreement_lines(result, names, language)
    lines += ["", *(f"  - {note.in_(language)}" for note in result.notes)]
    return "\n".join(lines)


def _disagreement_lines(result: "Yardsticks", names: "Mapping[str, str]", language: str) -> list[str]:
    """One entry for each product and explanation, naming every yardstick it goes for."""
    en = language == "en"
    reference, stop, comma = names[result.reference], "; " if en else "；", ", " if en else "、"
    grouped: dict[Any, list[Any]] = {}
    for gap in result.disagreements:
        grouped.setdefault((gap.product, gap.gap > 0, gap.reasons), []).append(gap)
    lines = [("Largest disagreements:" if en else "分歧最大之处：")] if grouped else []
    for gaps in grouped.values():
        first = gaps[0]
        ranks = comma.join(
            f"{names[one.yardstick]} {one.rank:g}/{one.n}"
            if en
            else f"{names[one.yardstick]}第 {one.rank:g}（共 {one.n}）"
            for one in gaps
        )
        own = f"{reference} {first.rank_reference:g}" if en else f"{reference}第 {first.rank_reference:g}"
        why = stop.join(reason.in_(language) for reason in first.reasons)
        lines += [f"  {first.name.in_(language)}  {own}{stop}{ranks}", f"      {why}"]
    return lines


def _shown(reading: "Reading", yardstick: str, en: bool) -> str:
    """A value, bounds as low–high, or unknown."""
    from lianban.chain.yardsticks import YARDSTICKS

    unit = YARDSTICKS[yardstick].unit

    def number(value: float) -> str:
        return f"{value:.0f}" if unit == "count" else f"{value:.1f}" if unit == "stages" else f"{value:.3f}"

    star = "*" if reading.inferred else ""
    if reading.value is not None:
        return ("≥" if reading.high is None else "") + number(reading.value) + star
    if reading.low is not None and reading.high is not None:
        return f"{number(reading.low)}–{number(reading.high)}{star}"
    return "unknown" if en else "未知"
